#include "mail/orcpt.h"
#include "base/utf8.h"

static bool is_plain(uint32_t c)
{
	return c > 0x20 && c < 0x7f && c != '+' && c != '=';
}

/* RFC 3461 section 4: xtext */
static void add_xtext(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_plain(c))
			buf_addc(b, s.p[i]);
		else
			buf_addf(b, "+%02X", c);
	}
}

/* RFC 6533 section 3: utf-8-addr-xtext */
static void add_utf8(struct buf *b, struct str s)
{
	uint32_t c;

	while (s.n) {
		size_t n = utf8_next(s, &c);

		ENSURE(n);
		if (is_plain(c) && c != '\\')
			buf_addc(b, (char)c);
		else
			buf_addf(b, "\\x{%02X}", (unsigned)c);
		s = str_from(s, n);
	}
}

bool orcpt_format(struct buf *b, struct str address)
{
	struct buf out = BUF_INIT(ORCPT_MAX);
	bool fits = utf8_valid(address);

	if (fits && utf8_is_ascii(address)) {
		buf_addz(&out, "rfc822;");
		add_xtext(&out, address);
	} else if (fits) {
		buf_addz(&out, "utf-8;");
		add_utf8(&out, address);
	}
	fits = fits && !out.over;
	if (fits)
		buf_add(b, buf_str(&out));
	buf_release(&out);
	return fits;
}
