/* heavy: the frequent ones among very many different keys, in a fixed memory
 * (Misra and Gries, 1982; pruned in batches as in Anderson et al., 2017, "A
 * high-performance algorithm for identifying frequent items").
 *
 * A count is never too large, and at most heavy_error() too small; a key that
 * occurs more often than that is there.  Until the table was full once, all
 * counts are exact and heavy_error() is 0.
 */
#pragma once

#include "base/str.h"

#define HEAVY_NAME 255u /* LIMIT: bytes of a key that is kept by name */

struct heavy_item {
	struct str name; /* empty: names are not kept */
	uint64_t count;
	int64_t note;
};

struct heavy;
/* `names`: keys are kept, else only a keyed hash of each. */
struct heavy *heavy_new(size_t room, bool names);
void heavy_free(struct heavy *h); /* NULL is allowed */
/* Counts one more.  `fresh` (may be NULL): it was not there, and `*note` is
 * the caller's to set.  Returns where its note stands, until the next call. */
int64_t *heavy_add(struct heavy *h, struct str key, bool *ret_fresh);
/* 0: not there (any more). */
uint64_t heavy_count(const struct heavy *h, struct str key);
uint64_t heavy_error(const struct heavy *h);
/* The `max` most frequent, the most first (equal ones by name); how many. */
size_t heavy_top(const struct heavy *h, size_t max, struct heavy_item *ret);
