/* tally: how often each of a bounded number of different keys occurs.
 *
 * Keys are numbered from 0 as they first come, and keep their numbers. When
 * there is no room for one more, TALLY_FULL is said of it from then on, and
 * the caller counts it as such.
 *
 * LIMITS: `max` keys of TALLY_KEY bytes.
 */
#pragma once

#include "base/str.h"

#define TALLY_KEY  256u
#define TALLY_FULL SIZE_MAX

struct tally;
struct tally *tally_new(size_t max);
void tally_free(struct tally *t); /* NULL is allowed */
/* Counts `by` more of this key; its number, or TALLY_FULL. */
size_t tally_add(struct tally *t, struct str key, uint64_t by);
size_t tally_size(const struct tally *t);
struct str tally_key(const struct tally *t, size_t i);
uint64_t tally_count(const struct tally *t, size_t i);
