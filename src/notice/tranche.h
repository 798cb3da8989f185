/* tranche: people added later, with a discovery date of their own.
 *
 * DIR/tranches.tsv, written by `import --tranche NAME --discovered DATE`: one
 * line a tranche: name, discovered, imported (UTC), tab-separated.  The people
 * themselves carry the name in the cell `tranche`.
 */
#pragma once

#include "notice/notice.h"

#define TRANCHES     256u /* LIMIT: in one file */
#define TRANCHE_NAME 127u /* LIMIT: bytes of a name */

struct tranche {
	struct str name;
	usec_t discovered, imported; /* wall */
};
struct tranches {
	struct tranche *t;
	size_t count;
};

/* `a` holds the file: TSV_FILE bytes at most.  No file: none. A damaged line: ERR_INPUT with file and line. */
int tranches_load(
    const char *dir, struct arena *a, struct tranches *ret, struct err *e);
/* Adds or, with the same discovery, leaves; another date for a known name:
 * ERR_INPUT.  Whole or not at all, synced. */
int tranche_record(const char *dir, const struct tranche *t, struct err *e);
int tranches_parse(struct str text, const char *name, struct arena *a,
    struct tranches *ret, struct err *e);
/* NULL: unknown (or ""). */
const struct tranche *tranche_find(const struct tranches *all, struct str name);
/* The first import (""), then as they stand in the file, then by name. */
bool tranche_comes_before(
    const struct tranches *all, struct str a, struct str b);

/* Where the clock of a tranche comes from. */
enum tranche_source {
	TRANCHE_GIVEN,    /* by whoever imports it */
	TRANCHE_RECORDED, /* it is known already */
	TRANCHE_NOTICE,   /* [notice] discovered */
	TRANCHE_UNDATED   /* nobody said: `discovered` is 0 */
};
/* The tranche an import is about to add to; records nothing.  `discovered` may
 * be NULL.  ERR_INPUT: the name or the date is none, it lies ahead, or the
 * tranche is known with another date. */
int tranche_choose(const struct notice *n, struct str name,
    const char *discovered, usec_t now, struct arena *a, struct tranche *ret,
    enum tranche_source *ret_source, struct err *e);
