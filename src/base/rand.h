/* rand: the one place randomness comes from.  Secrets come from the system;
 * jitter and test choices from a seeded generator that can be repeated.
 */
#pragma once

#include "base/err.h"

/* From the operating system; fit for keys.  Aborts if it gives none. */
void rand_bytes(void *p, size_t n);

/* xorshift64*: repeatable, never for secrets. */
struct rand_seq {
	uint64_t state;
};
void rand_seq_init(struct rand_seq *r, uint64_t seed);
uint64_t rand_seq_next(struct rand_seq *r);
uint64_t rand_seq_below(struct rand_seq *r, uint64_t n); /* [0, n), n > 0 */
