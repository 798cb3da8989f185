/* siphash: SipHash-2-4 with a 128-bit key, 64-bit result (Aumasson and
 * Bernstein, 2012).  For keyed names (person ids, tokens), never a digest.
 */
#pragma once

#include "base/str.h"

struct siphash_key {
	uint64_t k0, k1;
};

struct siphash_key siphash_key_make(const unsigned char bytes[16]);
uint64_t siphash(struct siphash_key key, struct str s);
