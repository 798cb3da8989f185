#include "base/siphash.h"

static uint64_t load64(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

struct siphash_key siphash_key_make(const unsigned char bytes[16])
{
	return (struct siphash_key){load64(bytes), load64(bytes + 8)};
}

static uint64_t rotl(uint64_t v, int by)
{
	return v << by | v >> (64 - by);
}

static inline __attribute__((always_inline)) void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

static inline __attribute__((always_inline)) void sip_word(
    uint64_t v[4], uint64_t m)
{
	v[3] ^= m;
	sip_round(v);
	sip_round(v);
	v[0] ^= m;
}

uint64_t siphash(struct siphash_key key, struct str s)
{
	uint64_t v[4] = {key.k0 ^ 0x736f6d6570736575u,
	    key.k1 ^ 0x646f72616e646f6du, key.k0 ^ 0x6c7967656e657261u,
	    key.k1 ^ 0x7465646279746573u};
	const unsigned char *p = (const unsigned char *)s.p;
	size_t left = s.n;
	uint64_t last = (uint64_t)(s.n & 0xff) << 56;

	for (; left >= 8; left -= 8, p += 8)
		sip_word(v, load64(p));
	for (size_t i = 0; i < left; i++)
		last |= (uint64_t)p[i] << (8 * i);
	sip_word(v, last);
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
