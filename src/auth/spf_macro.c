#include "auth/spf.h"
#include "base/limits.h"
#include "base/utf8.h"

#define DELIMITERS ".-+,/_="

/* "%{d2r-}" taken apart, or one of %% %_ %- (letter is that character). */
struct macro {
	char letter; /* lower case */
	bool escape, reverse;
	size_t keep; /* right-hand parts; 0: all */
	struct str delimiters;
};

/* Length of the macro that `s` begins with, or 0 and the reason. */
static size_t macro_parse(struct str s, struct macro *ret, const char **why)
{
	size_t at = 3;
	bool digits = false;

	*ret = (struct macro){.delimiters = S(".")};
	*why = "after % there must be one of { % _ - (RFC 7208 7.1)";
	if (s.n < 2)
		return 0;
	ret->letter = s.p[1];
	if (s.p[1] == '%' || s.p[1] == '_' || s.p[1] == '-')
		return 2;
	if (s.p[1] != '{')
		return 0;
	*why = "there is no such macro (RFC 7208 7.2)";
	if (s.n < 3 || !memchr("slodiphcrtv", ascii_lower(s.p[2]), 11))
		return 0;
	ret->letter = ascii_lower(s.p[2]);
	ret->escape = ret->letter != s.p[2];
	for (; at < s.n && ascii_is_digit(s.p[at]); at++) {
		digits = true;
		if (ret->keep < LIMIT_SPF_EXPANSION)
			ret->keep = ret->keep * 10 + (size_t)(s.p[at] - '0');
	}
	*why = "a macro can not keep 0 parts (RFC 7208 7.3)";
	if (digits && ret->keep == 0)
		return 0;
	if (at < s.n && ascii_lower(s.p[at]) == 'r') {
		ret->reverse = true;
		at++;
	}
	if (at < s.n && s.p[at] != '}')
		ret->delimiters = str_sub(s, at, 0);
	for (; at < s.n && s.p[at] && strchr(DELIMITERS, s.p[at]); at++)
		ret->delimiters.n++;
	*why = "a macro is not as RFC 7208 7.1 wants it: %{letter, digits, r, "
	       "delimiters}";
	return at < s.n && s.p[at] == '}' ? at + 1 : 0;
}

static bool is_literal(char c, enum spf_place place)
{
	return (c > 0x20 && c < 0x7f) || (place == SPF_IN_TEXT && c == ' ');
}

/* `ret_tail`: what follows the last macro. */
static const char *check(
    struct str s, enum spf_place place, struct str *ret_tail)
{
	const char *why;
	struct macro m;

	*ret_tail = s;
	while (s.n) {
		size_t n = 1;

		if (s.p[0] == '%') {
			n = macro_parse(s, &m, &why);
			if (n == 0)
				return why;
			if (place == SPF_IN_DOMAIN && n > 2 &&
			    memchr("crt", m.letter, 3))
				return "the macros c, r, t are for the text "
				       "of an explanation only (RFC 7208 7.2)";
			*ret_tail = str_from(s, n);
		} else if (!is_literal(s.p[0], place)) {
			return "it holds a byte that is not visible ASCII "
			       "(RFC 7208 7.1)";
		}
		s = str_from(s, n);
	}
	return NULL;
}

const char *spf_macro_check(struct str s, enum spf_place place)
{
	struct str tail;

	return check(s, place, &tail);
}

static bool is_toplabel(struct str s)
{
	bool fine = s.n > 0, name = false;

	for (size_t i = 0; i < s.n; i++) {
		fine &= ascii_is_alnum(s.p[i]) ||
			(s.p[i] == '-' && i > 0 && i + 1 < s.n);
		name |= !ascii_is_digit(s.p[i]);
	}
	return fine && name;
}

const char *spf_domain_spec_check(struct str s)
{
	struct str tail;
	const char *why;
	ptrdiff_t dot;

	if (s.n == 0)
		return "the domain is missing (RFC 7208 7.1)";
	why = check(s, SPF_IN_DOMAIN, &tail);
	if (why || tail.n == 0)
		return why;
	if (tail.p[tail.n - 1] == '.')
		tail.n--;
	dot = str_rchr(tail, '.');
	if (dot < 0 || !is_toplabel(str_from(tail, (size_t)dot + 1)))
		return "the domain must end in a macro, or in a dot and a top "
		       "label that is no number (RFC 7208 7.1)";
	return NULL;
}

bool spf_macro_uses(struct str s, const char *letters)
{
	const char *why;
	struct macro m;

	while (s.n) {
		size_t n = s.p[0] == '%' ? macro_parse(s, &m, &why) : 1;

		if (n == 0)
			return false;
		if (n > 2 && strchr(letters, m.letter))
			return true;
		s = str_from(s, n);
	}
	return false;
}

/* ---- expansion */

/* %{i}: IPv4 as ever, IPv6 as dotted nibbles. */
static void add_dotted(const struct spf_macros *m, struct buf *out)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < (m->v6 ? 16 : 4); i++) {
		if (i)
			buf_addc(out, '.');
		if (!m->v6) {
			buf_add_u64(out, m->ip[i]);
			continue;
		}
		buf_addc(out, hex[m->ip[i] >> 4]);
		buf_addc(out, '.');
		buf_addc(out, hex[m->ip[i] & 15]);
	}
}

static void add_readable(const struct spf_macros *m, struct buf *out)
{
	char text[ENDPOINT_TEXT];
	struct endpoint ip;

	if (m->v6)
		endpoint_from_v6(m->ip, 0, &ip);
	else
		endpoint_from_v4(m->ip, 0, &ip);
	buf_addz(out, endpoint_ip(&ip, text));
}

static void add_or_unknown(struct str s, struct buf *out)
{
	buf_add(out, s.n ? s : S("unknown"));
}

static void add_value(char letter, const struct spf_macros *m, struct buf *out)
{
	switch (letter) {
	case 's': buf_add(out, m->sender); break;
	case 'l': buf_add(out, m->local); break;
	case 'o': buf_add(out, m->sender_domain); break;
	case 'd': buf_add(out, m->domain); break;
	case 'h': buf_add(out, m->helo); break;
	case 'v': buf_addz(out, m->v6 ? "ip6" : "in-addr"); break;
	case 'i': add_dotted(m, out); break;
	case 'c': add_readable(m, out); break;
	case 'p': add_or_unknown(m->validated, out); break;
	case 'r': add_or_unknown(m->receiver, out); break;
	case 't':
		buf_add_u64(
		    out, m->now > 0 ? (uint64_t)(m->now / USEC_PER_SEC) : 0);
		break;
	default: BUG("macro letter %d", letter);
	}
}

static bool parts_at(const struct macro *m, struct str s, size_t i)
{
	return str_chr(m->delimiters, s.p[i]) >= 0;
}

static void add_escaped(char c, bool escape, struct buf *out)
{
	if (!escape || ascii_is_alnum(c) || (c && strchr("-._~", c)))
		buf_addc(out, c);
	else
		buf_addf(out, "%%%02X", (unsigned char)c);
}

static void add_part(
    const struct macro *m, struct str s, bool first, struct buf *out)
{
	if (!first)
		buf_addc(out, '.');
	for (size_t i = 0; i < s.n; i++)
		add_escaped(s.p[i], m->escape, out);
}

/* The right-hand parts of what is reversed are the first ones. */
static void add_reversed(const struct macro *m, struct str s, struct buf *out)
{
	size_t end = 0, left = m->keep;

	for (; end < s.n; end++)
		if (parts_at(m, s, end) && left && --left == 0)
			break;
	for (bool first = true;; first = false) {
		size_t from = end;

		while (from > 0 && !parts_at(m, s, from - 1))
			from--;
		add_part(m, str_sub(s, from, end - from), first, out);
		if (from == 0)
			return;
		end = from - 1;
	}
}

static void add_forward(const struct macro *m, struct str s, struct buf *out)
{
	size_t from = s.n, left = m->keep;
	bool first = true;

	for (; from > 0; from--)
		if (parts_at(m, s, from - 1) && left && --left == 0)
			break;
	for (size_t end = from; end <= s.n; end++) {
		if (end < s.n && !parts_at(m, s, end))
			continue;
		add_part(m, str_sub(s, from, end - from), first, out);
		first = false;
		from = end + 1;
	}
}

void spf_macro_expand(
    struct str s, const struct spf_macros *values, struct buf *out)
{
	struct buf value = BUF_INIT(LIMIT_SPF_EXPANSION);
	const char *why;
	struct macro m;

	while (s.n && !out->over) {
		size_t n = s.p[0] == '%' ? macro_parse(s, &m, &why) : 1;

		ENSURE(n > 0);
		if (n == 1) {
			buf_addc(out, s.p[0]);
		} else if (n == 2) {
			buf_addz(out, m.letter == '%'   ? "%"
				      : m.letter == '_' ? " "
							: "%20");
		} else {
			buf_reset(&value);
			add_value(m.letter, values, &value);
			if (m.reverse)
				add_reversed(&m, buf_str(&value), out);
			else
				add_forward(&m, buf_str(&value), out);
		}
		s = str_from(s, n);
	}
	buf_release(&value);
}

bool spf_name_text(struct str s, struct str *ret_cut, struct buf *out)
{
	struct str rest;

	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	while (s.n > LIMIT_SPF_NAME) {
		str_cut(&s, '.');
		if (!s.p)
			return false;
	}
	if (ret_cut)
		*ret_cut = s;
	for (rest = s; rest.p;) {
		struct str label = str_cut(&rest, '.');

		if (label.n == 0 || label.n > LIMIT_LABEL)
			return false;
		if (label.p != s.p)
			buf_addc(out, '.');
		for (size_t i = 0; i < label.n; i++) {
			unsigned char c = (unsigned char)label.p[i];

			if (c <= 0x20 || c >= 0x7f)
				buf_addf(out, "\\%03u", c);
			else if (c == '\\')
				buf_addz(out, "\\\\");
			else
				buf_addc(out, (char)c);
		}
	}
	return s.n > 0 && !out->over;
}
