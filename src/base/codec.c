#include "base/codec.h"

static const char hex_digit[] = "0123456789abcdef";
static const char b64_digit[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char b32_digit[] = "abcdefghijklmnopqrstuvwxyz234567";

void codec_hex(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		buf_addc(b, hex_digit[(unsigned char)s.p[i] >> 4]);
		buf_addc(b, hex_digit[(unsigned char)s.p[i] & 15]);
	}
}

static int unhex_digit(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool codec_unhex(struct buf *b, struct str s)
{
	if (s.n % 2)
		return false;
	for (size_t i = 0; i < s.n; i += 2) {
		int hi = unhex_digit(s.p[i]), lo = unhex_digit(s.p[i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		buf_addc(b, (char)(hi << 4 | lo));
	}
	return !b->over;
}

void codec_base64(struct buf *b, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	char *q = buf_room(b, (s.n + 2) / 3 * 4);
	size_t left = s.n;

	if (!q)
		return;
	for (; left >= 3; left -= 3, p += 3) {
		*q++ = b64_digit[p[0] >> 2];
		*q++ = b64_digit[(p[0] & 3) << 4 | p[1] >> 4];
		*q++ = b64_digit[(p[1] & 15) << 2 | p[2] >> 6];
		*q++ = b64_digit[p[2] & 63];
	}
	if (left) {
		unsigned char p1 = left == 2 ? p[1] : 0;

		*q++ = b64_digit[p[0] >> 2];
		*q++ = b64_digit[(p[0] & 3) << 4 | p1 >> 4];
		*q++ = left == 2 ? b64_digit[(p1 & 15) << 2] : '=';
		*q++ = '=';
	}
	buf_commit(b, (s.n + 2) / 3 * 4);
}

#define B64_BLANK 64 /* skipped unless strict */
#define B64_PAD   65
#define B64_BAD   66
/* clang-format off */
static const unsigned char b64_value[256] = {
	66, 66, 66, 66, 66, 66, 66, 66, 66, 64, 64, 66, 66, 64, 66, 66,
	66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
	64, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 62, 66, 66, 66, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 66, 66, 66, 65, 66, 66,
	66,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 66, 66, 66, 66, 66,
	66, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 66, 66, 66, 66, 66,
	66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
	66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
	66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
	66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
	66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
	66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
	66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
	66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66, 66,
};
/* clang-format on */

struct unbase64 {
	uint32_t acc;
	unsigned bits;
	size_t digits, pads;
};

/* Decodes groups of four digits as long as they come; the bytes consumed. */
static size_t unbase64_groups(
    const unsigned char *p, size_t n, unsigned char **out)
{
	unsigned char *q = *out;
	size_t i = 0;

	for (; n - i >= 4; i += 4) {
		unsigned a = b64_value[p[i]], b = b64_value[p[i + 1]];
		unsigned c = b64_value[p[i + 2]], d = b64_value[p[i + 3]];

		if ((a | b | c | d) >= B64_BLANK)
			break;
		*q++ = (unsigned char)(a << 2 | b >> 4);
		*q++ = (unsigned char)(b << 4 | c >> 2);
		*q++ = (unsigned char)(c << 6 | d);
	}
	*out = q;
	return i;
}

static bool unbase64_one(
    struct unbase64 *u, unsigned char c, bool strict, unsigned char **out)
{
	unsigned d = b64_value[c];

	if (d == B64_BLANK && !strict)
		return true;
	if (d == B64_PAD) {
		u->pads++;
		return true;
	}
	if (d >= B64_BLANK || u->pads)
		return false;
	u->digits++;
	u->acc = u->acc << 6 | d;
	u->bits += 6;
	if (u->bits >= 8) {
		u->bits -= 8;
		*(*out)++ = (unsigned char)(u->acc >> u->bits);
	}
	return true;
}

bool codec_unbase64(struct buf *b, struct str s, bool strict)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned char tmp[768], *q;
	struct unbase64 u = {0};
	size_t i = 0;

	while (i < s.n) {
		size_t end = s.n - i < 1024 ? s.n : i + 1024;

		q = tmp;
		while (i < end) {
			if (!u.bits && !u.pads) {
				size_t k = unbase64_groups(p + i, end - i, &q);

				u.digits += k;
				i += k;
				if (i == end)
					break;
			}
			if (!unbase64_one(&u, p[i++], strict, &q))
				return false;
		}
		buf_add(b, str_make((const char *)tmp, (size_t)(q - tmp)));
	}
	if (u.digits % 4 == 1 || (u.acc & ((1u << u.bits) - 1)))
		return false;
	if (strict || u.pads)
		if ((u.digits + u.pads) % 4 || u.pads > 2)
			return false;
	return !b->over;
}

void codec_base32(struct buf *b, struct str s)
{
	uint32_t acc = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < s.n; i++) {
		acc = acc << 8 | (unsigned char)s.p[i];
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			buf_addc(b, b32_digit[acc >> bits & 31]);
		}
	}
	if (bits)
		buf_addc(b, b32_digit[acc << (5 - bits) & 31]);
}

bool codec_unbase32(struct buf *b, struct str s)
{
	uint32_t acc = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = ascii_lower(s.p[i]);
		uint32_t d;

		if (c >= 'a' && c <= 'z')
			d = (uint32_t)(c - 'a');
		else if (c >= '2' && c <= '7')
			d = (uint32_t)(c - '2') + 26;
		else
			return false;
		acc = acc << 5 | d;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			buf_addc(b, (char)(acc >> bits & 0xff));
		}
	}
	return bits < 5 && !(acc & ((1u << bits) - 1)) && !b->over;
}
