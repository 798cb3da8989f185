#include "base/utf8.h"

size_t utf8_next(struct str s, uint32_t *ret_code)
{
	const unsigned char *p = (const unsigned char *)s.p;
	uint32_t c;
	size_t n;

	if (s.n == 0)
		return 0;
	c = p[0];
	if (c < 0x80) {
		*ret_code = c;
		return 1;
	}
	if (c < 0xc2 || c > 0xf4)
		return 0;
	n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (s.n < n)
		return 0;
	c &= 0x7fu >> n;
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((n == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) ||
	    (n == 4 && (c < 0x10000 || c > 0x10ffff)))
		return 0;
	*ret_code = c;
	return n;
}

static size_t ascii_run(struct str s, size_t i)
{
	while (i + 8 <= s.n) {
		uint64_t w;

		memcpy(&w, s.p + i, 8);
		if (w & 0x8080808080808080u)
			break;
		i += 8;
	}
	while (i < s.n && !((unsigned char)s.p[i] & 0x80))
		i++;
	return i;
}

size_t utf8_first_bad(struct str s)
{
	size_t i = 0;

	while ((i = ascii_run(s, i)) < s.n) {
		uint32_t c;
		size_t n = utf8_next(str_from(s, i), &c);

		if (!n)
			return i;
		i += n;
	}
	return s.n;
}

bool utf8_valid(struct str s)
{
	return utf8_first_bad(s) == s.n;
}

bool utf8_is_ascii(struct str s)
{
	return ascii_run(s, 0) == s.n;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.n; count++) {
		uint32_t c;
		size_t n = utf8_next(str_from(s, i), &c);

		i += n ? n : 1;
	}
	return count;
}

void utf8_add(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_addc(b, (char)c);
		return;
	}
	if (c < 0x800) {
		buf_addc(b, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			buf_addc(b, (char)(0xe0 | c >> 12));
		} else {
			buf_addc(b, (char)(0xf0 | c >> 18));
			buf_addc(b, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		buf_addc(b, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	buf_addc(b, (char)(0x80 | (c & 0x3f)));
}

static bool is_unfit(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 ||
	       c == 0x2029 || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
	       (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

/* Offset of the first byte that may not stay, or s.n. */
static size_t clean_run(struct str s)
{
	size_t i = 0, n;
	uint32_t c;

	while (i < s.n) {
		if (s.p[i] >= ' ' && s.p[i] <= '~') {
			i++;
			continue;
		}
		n = utf8_next(str_from(s, i), &c);
		if (!n || is_unfit(c))
			return i;
		i += n;
	}
	return s.n;
}

bool utf8_is_clean(struct str s)
{
	return clean_run(s) == s.n;
}

void utf8_add_clean(struct buf *b, struct str s)
{
	while (s.n) {
		size_t n = clean_run(s), bad;
		uint32_t c;

		buf_add(b, str_sub(s, 0, n));
		s = str_from(s, n);
		if (!s.n)
			break;
		bad = utf8_next(s, &c);
		if (bad)
			buf_addc(b, ' ');
		else
			utf8_add(b, 0xfffd);
		s = str_from(s, bad ? bad : 1);
	}
}
