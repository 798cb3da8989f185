#include "net/dns_name.h"
#include "base/limits.h"

/* One byte of a label; 1, 2 or 4 bytes of text, 0 when malformed. */
static size_t next_byte(struct str s, char *ret)
{
	unsigned v;

	if (s.p[0] != '\\') {
		*ret = s.p[0];
		return 1;
	}
	if (s.n < 2)
		return 0;
	if (!ascii_is_digit(s.p[1])) {
		*ret = s.p[1];
		return 2;
	}
	if (s.n < 4 || !ascii_is_digit(s.p[2]) || !ascii_is_digit(s.p[3]))
		return 0;
	v = (unsigned)(s.p[1] - '0') * 100 + (unsigned)(s.p[2] - '0') * 10 +
	    (unsigned)(s.p[3] - '0');
	*ret = (char)(unsigned char)v;
	return v > 255 ? 0 : 4;
}

static bool add_byte(struct dns_name *n, char c)
{
	if (n->n == DNS_NAME_MAX)
		return false;
	n->p[n->n++] = c;
	return true;
}

const char *dns_name_parse(
    struct str text, const struct dns_name *origin, struct dns_name *ret)
{
	static const struct dns_name root = {.n = 1};
	size_t label = 0; /* where its length stands */
	bool dot = false;

	*ret = (struct dns_name){.n = 0};
	if (text.n == 0)
		return "the name is empty";
	if (str_eq(text, S("."))) {
		*ret = root;
		return NULL;
	}
	add_byte(ret, 0);
	while (text.n) {
		char c;
		size_t k = next_byte(text, &c);

		if ((unsigned char)text.p[0] >= 0x80)
			return "the name is not ASCII: write it as A-labels "
			       "(xn--...)";
		if ((unsigned char)text.p[0] < 0x20 || text.p[0] == 0x7f)
			return "the name holds a control character";
		if (k == 0)
			return "a backslash escapes nothing";
		dot = k == 1 && c == '.';
		if (dot && ret->n == label + 1)
			return "the name has an empty label";
		if (!dot && ret->n - label - 1 == LIMIT_LABEL)
			return "the name has a label of more than 63 bytes "
			       "(RFC 1035 2.3.4)";
		if (!add_byte(ret, dot ? 0 : c))
			return "the name is longer than 255 bytes "
			       "(RFC 1035 2.3.4)";
		if (dot)
			label = ret->n - 1u;
		else
			ret->p[label]++;
		text = str_from(text, k);
	}
	if (dot)
		return NULL;
	if (!origin)
		origin = &root;
	for (size_t i = 0; i < origin->n; i++)
		if (!add_byte(ret, origin->p[i]))
			return "the name is longer than 255 bytes with its "
			       "origin (RFC 1035 2.3.4)";
	return NULL;
}

void dns_name_format(struct str wire, struct buf *out)
{
	size_t at = 0;

	if (wire.n && wire.p[0] == 0)
		buf_addc(out, '.');
	while (at < wire.n && wire.p[at]) {
		size_t n = (unsigned char)wire.p[at++];

		if (at > 1)
			buf_addc(out, '.');
		for (; n && at < wire.n; n--, at++) {
			unsigned char c = (unsigned char)wire.p[at];

			if (c <= 0x20 || c >= 0x7f)
				buf_addf(out, "\\%03u", c);
			else if (c == '.' || c == '\\')
				buf_addf(out, "\\%c", c);
			else
				buf_addc(out, (char)c);
		}
	}
}

void dns_name_lower(struct dns_name *n)
{
	/* A length byte is below 64, so below 'A'. */
	for (size_t i = 0; i < n->n; i++)
		n->p[i] = ascii_lower(n->p[i]);
}

size_t dns_name_wire_len(struct str wire)
{
	size_t at = 0;

	while (at < wire.n && at < DNS_NAME_MAX) {
		size_t n = (unsigned char)wire.p[at++];

		if (n == 0)
			return at;
		if (n > LIMIT_LABEL)
			return 0;
		at += n;
	}
	return 0;
}
