/* people: the audience on disk, DIR/audience.db: everyone the notice is owed
 * to, in the order of their ids.  It is written whole (old and new merged),
 * synced and put in place by a rename, so a reader sees one audience or the
 * next, never a part.  Delivery state lives elsewhere (store.h).
 *
 * A person's id is drawn from a keyed hash of who they are (see people_hash):
 * the same person gets the same id on every import, and 10 million ids sort
 * outside memory.  The low 4 bits number those whose hash is equal.
 *
 * Schema (also read by store/sqlite.c for "who is next"):
 *	person(id INTEGER PRIMARY KEY, layout, person_id, addresses, domain,
 *	    name, language, segment, jurisdiction, flags, cells)
 *	layout(id INTEGER PRIMARY KEY, columns)      JSON array of names
 *	people_group(segment, language, jurisdiction, people, no_address)
 *	meta(key PRIMARY KEY, value)                 people, no_address, ...
 *	INDEX person_by_domain ON person(domain, id) only after
 *	    people_index_domains()
 */
#pragma once

#include "base/buf.h"
#include "base/siphash.h"
#include "base/limits.h"

#define PEOPLE_FLAG_UNSUBSCRIBED 1u
#define PEOPLE_FLAG_COMPLAINED   2u
#define PEOPLE_FLAG_BOUNCED      4u
#define PEOPLE_FLAG_ENGAGED      8u

struct people_row {
	int64_t id;           /* > 0 */
	uint32_t layout;      /* which columns `cells` has */
	struct str person_id; /* as imported; empty when the file had none */
	struct str addresses; /* wire form, tried in order, split by '\n' */
	struct str domain;    /* of the first address; "" without one */
	struct str name, language, segment, jurisdiction;
	uint32_t flags;
	struct str cells; /* all other columns: people_cell() */
};

/* The names of the columns in `cells`, in order. */
struct people_layout {
	uint32_t id;
	size_t count;
	struct str name[];
};

/* Cells are packed in layout order, each a LEB128 length and the bytes. */
void people_cell_add(struct buf *cells, struct str value);
/* The `index`th cell, or empty. */
struct str people_cell(struct str cells, size_t index);

/* Who a person is: their person_id, or else name and first address. The id
 * without its low 4 bits, positive. */
int64_t people_hash(struct siphash_key key, struct str person_id,
    struct str name, struct str address);

/* ---- writing */
struct people_writer;
int people_writer_new(
    const char *dir, struct people_writer **ret, struct err *e);
/* Returns the layout's id, the same for the same names. */
int people_writer_layout(struct people_writer *w, const struct str *name,
    size_t count, uint32_t *ret_id, struct err *e);
/* Ids must ascend. */
int people_writer_add(
    struct people_writer *w, const struct people_row *row, struct err *e);
/* Writes groups and counts, syncs file and folder, renames into place. */
int people_writer_commit(struct people_writer *w, struct err *e);
void people_writer_free(struct people_writer *w); /* uncommitted: removed */

/* ---- reading; one reader a thread */
struct people;
/* ERR_NOENT when nothing has been imported. */
int people_open(const char *dir, struct people **ret, struct err *e);
void people_close(struct people *p);
uint64_t people_count(struct people *p);
uint64_t people_count_no_address(struct people *p);
/* Known for the life of `p`; NULL for an unknown id. */
const struct people_layout *people_layout(struct people *p, uint32_t id);
size_t people_layout_count(struct people *p); /* ids 1..count */

/* `row` is valid during the call; a negative return ends the walk with it. */
typedef int people_fn(const struct people_row *row, void *arg);
int people_each(
    struct people *p, int64_t after, people_fn *fn, void *arg, struct err *e);
/* 1 found, 0 not, negative: error. The row is copied into `a`. */
int people_get(struct people *p, int64_t id, struct arena *a,
    struct people_row *ret, struct err *e);
/* First person (lowest id) who has this address. Scans. */
int people_find_address(struct people *p, struct str address, struct arena *a,
    struct people_row *ret, struct err *e);
/* The different (segment, language, jurisdiction) with their numbers. */
struct people_group {
	struct str segment, language, jurisdiction;
	uint64_t people, no_address;
};
typedef int people_group_fn(const struct people_group *g, void *arg);
int people_each_group(
    struct people *p, people_group_fn *fn, void *arg, struct err *e);

/* Builds person_by_domain if it is missing (a direct send needs it). The
 * caller holds the lease and no reader of this folder is open in the process.
 */
int people_index_domains(const char *dir, struct err *e);
