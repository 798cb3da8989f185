#include "net/public_address.h"
#include "base/str.h"

#include <netinet/in.h>

struct block {
	unsigned char ip[16];
	unsigned bits;
};

static const struct block special_v4[] = {
    {{0}, 8},             /* this network */
    {{10}, 8},            /* private, RFC 1918 */
    {{100, 64}, 10},      /* shared, RFC 6598 */
    {{127}, 8},           /* loopback */
    {{169, 254}, 16},     /* link-local */
    {{172, 16}, 12},      /* private */
    {{192, 0, 0}, 24},    /* protocol assignments */
    {{192, 0, 2}, 24},    /* documentation */
    {{192, 88, 99}, 24},  /* 6to4 relays, RFC 7526 */
    {{192, 168}, 16},     /* private */
    {{198, 18}, 15},      /* benchmarks, RFC 2544 */
    {{198, 51, 100}, 24}, /* documentation */
    {{203, 0, 113}, 24},  /* documentation */
    {{224}, 3},           /* multicast and reserved */
};

/* Inside 2000::/3, outside of which nothing is public. */
static const struct block special_v6[] = {
    {{0x20, 0x01, 0x00}, 23},       /* protocol assignments, Teredo */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x20, 0x02}, 16},             /* 6to4 */
    {{0x3f, 0xff, 0x00}, 20},       /* documentation, RFC 9637 */
};

static bool is_in(const unsigned char *ip, const struct block *b)
{
	unsigned whole = b->bits / 8, rest = b->bits % 8;

	return memcmp(ip, b->ip, whole) == 0 &&
	       (!rest || (ip[whole] ^ b->ip[whole]) >> (8 - rest) == 0);
}

static bool is_in_any(
    const unsigned char *ip, const struct block *blocks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_in(ip, &blocks[i]))
			return true;
	return false;
}

static bool public_v4(const unsigned char *ip)
{
	return !is_in_any(ip, special_v4, ARRAY_SIZE(special_v4));
}

static bool public_v6(const unsigned char *ip)
{
	/* ::ffff:0:0/96, RFC 4291; 64:ff9b::/96, RFC 6052 */
	static const struct block mapped = {
	    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
	static const struct block translated = {{0x00, 0x64, 0xff, 0x9b}, 96};

	if (is_in(ip, &mapped) || is_in(ip, &translated))
		return public_v4(ip + 12);
	return ip[0] >> 5 == 1 &&
	       !is_in_any(ip, special_v6, ARRAY_SIZE(special_v6));
}

bool public_address(const struct sockaddr *a)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (a->sa_family == AF_INET) {
		memcpy(&v4, a, sizeof(v4));
		return public_v4((const unsigned char *)&v4.sin_addr);
	}
	if (a->sa_family == AF_INET6) {
		memcpy(&v6, a, sizeof(v6));
		return public_v6((const unsigned char *)&v6.sin6_addr);
	}
	return false;
}
