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

static int unbase64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

bool codec_unbase64(struct buf *b, struct str s, bool strict)
{
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t digits = 0, pads = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		int d = unbase64_digit(c);

		if (!strict && (ascii_is_wsp(c) || c == '\r' || c == '\n'))
			continue;
		if (c == '=') {
			pads++;
			continue;
		}
		if (d < 0 || pads)
			return false;
		digits++;
		acc = acc << 6 | (uint32_t)d;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_addc(b, (char)(acc >> bits & 0xff));
		}
	}
	if (digits % 4 == 1 || (acc & ((1u << bits) - 1)))
		return false;
	if (strict || pads)
		if ((digits + pads) % 4 || pads > 2)
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
