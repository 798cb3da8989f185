#include "auth/dmarc_uri.h"
#include "base/limits.h"
#include "mail/address.h"

/* "!" 1*DIGIT [ "k" / "m" / "g" / "t" ] */
static void cut_size(struct str *uri, bool *ret_sized)
{
	ptrdiff_t at = str_rchr(*uri, '!');
	struct str size;

	*ret_sized = false;
	if (at < 0)
		return;
	size = str_from(*uri, (size_t)at + 1);
	if (size.n && strchr("kmgtKMGT", size.p[size.n - 1]))
		size.n--;
	if (!size.n)
		return;
	for (size_t i = 0; i < size.n; i++)
		if (!ascii_is_digit(size.p[i]))
			return;
	uri->n = (size_t)at;
	*ret_sized = true;
}

static int hex_value(char c)
{
	c = ascii_lower(c);
	if (ascii_is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_percent(struct str s, size_t i)
{
	return s.p[i] == '%' && i + 2 < s.n && hex_value(s.p[i + 1]) >= 0 &&
	       hex_value(s.p[i + 2]) >= 0;
}

/* Characters of RFC 3986 2 but "," and "!", which must be encoded. */
static bool is_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (ascii_is_alnum(s.p[i]) ||
		    (s.p[i] && strchr("-._~:/?#[]@$&'()*+;=", s.p[i])))
			continue;
		if (!is_percent(s, i))
			return false;
		i += 2;
	}
	return true;
}

/* Length of the scheme, 0: there is none. */
static size_t scheme(struct str s)
{
	size_t n = 0;

	while (n < s.n && (ascii_is_alnum(s.p[n]) || s.p[n] == '+' ||
			      s.p[n] == '-' || s.p[n] == '.'))
		n++;
	return n && n < s.n && s.p[n] == ':' && ascii_is_alpha(s.p[0]) ? n : 0;
}

static bool is_mailbox(struct str to)
{
	struct buf plain = BUF_INIT(LIMIT_DMARC_URI);
	struct buf scratch = BUF_INIT(LIMIT_DOMAIN);
	struct address address;
	bool ok;

	for (size_t i = 0; i < to.n; i++) {
		if (!is_percent(to, i)) {
			buf_addc(&plain, to.p[i]);
			continue;
		}
		buf_addc(&plain, (char)(hex_value(to.p[i + 1]) * 16 +
					hex_value(to.p[i + 2])));
		i += 2;
	}
	ok = !plain.over && address_parse(buf_str(&plain), false, &scratch,
				&address, NULL) == 0;
	buf_release(&plain);
	buf_release(&scratch);
	return ok;
}

bool dmarc_uri_check(struct str *uri, bool *ret_sized)
{
	struct str rest;
	size_t n;

	cut_size(uri, ret_sized);
	if (uri->n > LIMIT_DMARC_URI || !is_text(*uri) || !(n = scheme(*uri)))
		return false;
	rest = str_from(*uri, n + 1);
	if (!str_ieq(str_sub(*uri, 0, n), S("mailto")))
		return rest.n > 0;
	return is_mailbox(str_cut(&rest, '?'));
}
