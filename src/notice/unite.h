/* unite: the people of a file, sorted by who they are, joined with the
 * audience there is.
 *
 * Two rows of one person become one: addresses are united in order, an empty
 * cell takes the other's, of two different ones the first stays; each join is
 * a line of merges.csv.  A known person with other cells than before is
 *	refused   (all of it is; unite_run counts on to say how many)
 *	kept      as they were, with a tranche
 *	amended   but not once a mail was made for them: what was sent must
 *	          stay provable, so that row is rejected.
 * A column that a file does not have says nothing about it.
 */
#pragma once

#include "notice/columns.h"
#include "notice/ledger.h"
#include "notice/runs.h"
#include "store/store.h"

struct unite_options {
	const char *dir, *file;
	const struct columns *columns;
	bool places; /* the file says where people live */
	struct siphash_key key;
	const char *tranche; /* or NULL */
	bool amend;
	struct store *store; /* what was sent */
	struct ledger *rejects, *merges;
	/* after every few thousand people; negative ends it with that */
	int (*progress)(uint64_t people, void *arg);
	void *arg;
};

struct unite_counts {
	uint64_t people; /* the audience afterwards */
	uint64_t fresh, known, merged, kept, amended, rejected;
};

/* Writes the whole audience to `w`, which the caller commits. */
int unite_run(const struct unite_options *o, struct runs *runs,
    struct people_writer *w, struct unite_counts *ret, struct err *e);
