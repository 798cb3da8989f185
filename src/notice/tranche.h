/* tranche: people added later, with a discovery date of their own.
 *
 * DIR/tranches.tsv, written by `import --tranche NAME --discovered DATE`: one
 * line a tranche: name, discovered, imported (UTC), tab-separated.  The people
 * themselves carry the name in the cell `tranche`.
 */
#pragma once

#include "notice/notice.h"

struct tranche {
	struct str name;
	usec_t discovered, imported; /* wall */
};
struct tranches {
	struct tranche *t;
	size_t count;
};

/* No file: none. A damaged line: ERR_INPUT with file and line. */
int tranches_load(const char *dir, struct arena *a, struct tranches *ret,
    struct err *e);
/* Adds or, with the same dates, leaves; another date for a known name:
 * ERR_INPUT.  Whole or not at all, synced. */
int tranche_record(const char *dir, const struct tranche *t, struct err *e);
/* NULL: unknown (or ""). */
const struct tranche *tranche_find(const struct tranches *all, struct str name);
