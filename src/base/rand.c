#include "base/rand.h"

#include <errno.h>
#include <sys/random.h>

void rand_bytes(void *p, size_t n)
{
	char *c = p;

	while (n) {
		ssize_t k = getrandom(c, n, 0);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			BUG("getrandom: %s", strerror(errno));
		c += k;
		n -= (size_t)k;
	}
}

void rand_seq_init(struct rand_seq *r, uint64_t seed)
{
	r->state = seed * 0x9E3779B97F4A7C15u + 0xD1B54A32D192ED03u;
	if (!r->state)
		r->state = 1;
}

uint64_t rand_seq_next(struct rand_seq *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545F4914F6CDD1Du;
}

uint64_t rand_seq_below(struct rand_seq *r, uint64_t n)
{
	return (uint64_t)(((unsigned __int128)rand_seq_next(r) * n) >> 64);
}
