/* tally: a number for each of many byte strings (when a pair was first seen,
 * how many mails an address got).  Keeps a keyed 64-bit hash, not the bytes;
 * beyond TALLY_MAX strings new ones are not remembered.
 */
#pragma once

#include "base/siphash.h"

#define TALLY_MAX (8u << 20)

struct tally {
	struct siphash_key key;
	struct tally_entry {
		uint64_t hash, value;
	} * entries;
	size_t used, cap; /* a power of two, or 0 */
};

void tally_init(struct tally *t);
void tally_release(struct tally *t);
/* Where the number of `s` is kept, 0 at first; NULL when full.  Valid until
 * the next call. */
uint64_t *tally_at(struct tally *t, struct str s);
/* 0 for what was never seen. */
uint64_t tally_get(const struct tally *t, struct str s);
