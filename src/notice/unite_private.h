/* unite_private: shared by unite.c (who is who), unite_cells.c (what differs,
 * what a person becomes); nobody else includes it. */
#pragma once

#include "notice/record.h"
#include "notice/unite.h"

#define UNITE_SAME 16u /* people of one hash: the low 4 bits of an id */

/* A person of the file. */
struct newcomer {
	struct buf bytes;
	struct record r;
};

/* A person of the audience, copied. */
struct acquaintance {
	struct people_row row;
	bool met; /* in this file too */
};

/* Where the file's cells stand in a layout of the audience. */
struct matching {
	bool made;
	size_t *at; /* by the file's cell; COLUMN_NOWHERE */
	/* the layout with the file's other columns behind, for amending */
	uint32_t wider;
};

struct unite {
	const struct unite_options *o;
	struct unite_counts n;
	struct people_writer *w;
	struct runs *runs;
	struct people *old;        /* or NULL: nobody yet */
	struct matching *matching; /* by layout of `old`, from 1 */
	uint32_t layout;           /* of people new in this file */
	bool dry;                  /* a change was refused: only counting on */
	/* the next record of the runs */
	bool more;
	uint64_t key;
	struct str bytes;
	/* those of one hash */
	struct newcomer fresh[UNITE_SAME];
	size_t fresh_count;
	struct acquaintance known[UNITE_SAME];
	size_t known_count;
	uint64_t known_hash;
	struct arena arena;
	/* scratch */
	struct buf bytes_buf, cells, addresses, text;
	/* does this secret belong to this audience? */
	uint64_t checked, matched;
	/* the changes refused */
	uint64_t changed, changed_line;
	char changed_what[160];
};

/* Names of what differs, by comma; empty: nothing that matters. */
void unite_differences(struct unite *u, const struct acquaintance *a,
    const struct record *r, struct buf *ret);
/* Joins `more` into `first`; `ret` gets what could not be joined. */
int unite_join(struct unite *u, struct newcomer *first,
    const struct record *more, struct buf *ret, struct err *e);
/* The known person's row with the file's cells in place; views into `u`. */
int unite_amend(struct unite *u, const struct acquaintance *a,
    const struct record *r, struct people_row *ret, struct err *e);
struct str unite_domain(struct str addresses);
