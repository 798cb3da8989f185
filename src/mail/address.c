#include "mail/address.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "domain/idna.h"

#include <arpa/inet.h>

/* A path is at most 256 octets with its angle brackets (RFC 5321 4.5.3.1.3). */
#define ADDRESS_MAX (LIMIT_PATH - 2)
/* Nothing longer is looked at: even a domain that shrinks in IDNA fits. */
#define ADDRESS_LOOK  4096UL
#define NAME_MAX_TEXT (LIMIT_DOMAIN - 2) /* as in domain/idna.c */

#define C_ATEXT  1 /* RFC 5322 3.2.3 */
#define C_LOWER  2 /* a-z */
#define C_DIGIT  4
#define C_HYPHEN 8
#define C_DOMAIN (C_LOWER | C_DIGIT | C_HYPHEN)

#define L (C_ATEXT | C_LOWER)
#define D (C_ATEXT | C_DIGIT)
#define A C_ATEXT
#define H (C_ATEXT | C_HYPHEN)
static const unsigned char class_of[256] = {
    ['!'] = A,
    ['#'] = A,
    ['$'] = A,
    ['%'] = A,
    ['&'] = A,
    ['\''] = A,
    ['*'] = A,
    ['+'] = A,
    ['-'] = H,
    ['/'] = A,
    ['='] = A,
    ['?'] = A,
    ['^'] = A,
    ['_'] = A,
    ['`'] = A,
    ['{'] = A,
    ['|'] = A,
    ['}'] = A,
    ['~'] = A,
    ['0' ... '9'] = D,
    ['A' ... 'Z'] = A,
    ['a' ... 'z'] = L,
};
#undef L
#undef D
#undef A
#undef H

static unsigned class_at(struct str s, size_t i)
{
	return class_of[(unsigned char)s.p[i]];
}

/* The length of a plain Dot-string that ends at '@', or 0. */
static size_t plain_local(struct str s)
{
	bool dot = true;
	size_t i;

	for (i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (class_at(s, i) & C_ATEXT) {
			dot = false;
		} else if (c == '.' && !dot) {
			dot = true;
		} else {
			break;
		}
	}
	if (dot || i > LIMIT_LOCAL_PART || i == s.n || s.p[i] != '@')
		return 0;
	return i;
}

bool address_is_plain(struct str s, size_t *ret_at)
{
	size_t at, start, dots = 0;

	if (s.n > ADDRESS_MAX || !(at = plain_local(s)) ||
	    s.n - at - 1 > NAME_MAX_TEXT)
		return false;
	start = at + 1;
	for (size_t i = start;; i++) {
		if (i < s.n && (class_at(s, i) & C_DOMAIN))
			continue;
		/* the end of a label; "??--" may be encoded: not for us */
		if (i == start || i - start > LIMIT_LABEL ||
		    s.p[start] == '-' || s.p[i - 1] == '-' ||
		    (i - start > 3 && s.p[start + 2] == '-' &&
			s.p[start + 3] == '-'))
			return false;
		if (i == s.n)
			break;
		if (s.p[i] != '.')
			return false;
		dots++;
		start = i + 1;
	}
	if (!dots || !(class_at(s, start) & C_LOWER))
		return false;
	if (ret_at)
		*ret_at = at;
	return true;
}

/* ---- what is wrong, in words */

/* The character (not byte) number of offset `i`, from 1. */
static size_t character(struct str s, size_t i)
{
	return utf8_count(str_sub(s, 0, i)) + 1;
}

/* White space and marks that cannot be seen: pasted, never meant.  The joiners
 * U+200C and U+200D are left alone, some scripts need them. */
static bool is_invisible(uint32_t c)
{
	return (c >= 0x80 && c <= 0xa0) || c == 0xad || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200b) || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x206f) ||
	       c == 0x3000 || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c & 0xfffe) == 0xfffe || (c >= 0xe0000 && c <= 0xe007f);
}

/* One character outside ASCII at `*i`; steps over it. */
static int check_wide(struct str s, size_t *i, struct err *e)
{
	uint32_t code = 0;
	size_t n = utf8_next(str_from(s, *i), &code);

	if (!n)
		return err_set(e, ERR_INPUT,
		    "character %zu is not valid UTF-8; save the file as UTF-8",
		    character(s, *i));
	if (is_invisible(code))
		return err_set(e, ERR_INPUT,
		    "there is an invisible character (U+%04X) at character "
		    "%zu; type the address anew",
		    (unsigned)code, character(s, *i));
	*i += n;
	return 0;
}

/* Names the strange ASCII character at `i`. */
static int say_strange(struct str s, size_t i, const char *where, struct err *e)
{
	unsigned char c = (unsigned char)s.p[i];
	size_t n = character(s, i);

	if (c == ' ')
		return err_set(
		    e, ERR_INPUT, "there is a space at character %zu", n);
	if (c == '\r' || c == '\n')
		return err_set(
		    e, ERR_INPUT, "there is a line break at character %zu", n);
	if (c == '\t')
		return err_set(
		    e, ERR_INPUT, "there is a tab at character %zu", n);
	if (c < 0x20 || c == 0x7f)
		return err_set(e, ERR_INPUT,
		    "there is a control character (0x%02x) at character %zu", c,
		    n);
	if (c == '<' || c == '>')
		return err_set(e, ERR_INPUT,
		    "there is a \"%c\" at character %zu; write the bare "
		    "address, without a name or angle brackets",
		    c, n);
	if (c == ',' || c == ';')
		return err_set(e, ERR_INPUT,
		    "there is a \"%c\" at character %zu; write one address, "
		    "with dots in its domain",
		    c, n);
	if (c == '@')
		return err_set(
		    e, ERR_INPUT, "there is a second @ at character %zu", n);
	return err_set(e, ERR_INPUT,
	    "\"%c\" at character %zu may not stand in the %s (RFC 5321 4.1.2)",
	    c, n, where);
}

/* ---- local part */

/* From the quote at 0: the offset behind the closing one. */
static int parse_quoted(struct str s, size_t *ret_end, struct err *e)
{
	size_t i = 1;

	while (i < s.n && s.p[i] != '"') {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x80) {
			if (check_wide(s, &i, e) < 0)
				return ERR_INPUT;
			continue;
		}
		if (c == '\\') {
			if (++i == s.n)
				break;
			c = (unsigned char)s.p[i];
			if (c >= 0x80)
				return err_set(e, ERR_INPUT,
				    "the backslash at character %zu stands "
				    "before a letter outside ASCII (RFC 6531 "
				    "3.3)",
				    character(s, i - 1));
		}
		if (c < 0x20 || c == 0x7f)
			return say_strange(s, i, "quoted part", e);
		i++;
	}
	if (i >= s.n)
		return err_set(e, ERR_INPUT,
		    "the quoted part before the @ has no closing \"");
	*ret_end = i + 1;
	return 0;
}

static int check_dot(struct str s, size_t i, struct err *e)
{
	if (i == 0)
		return err_set(e, ERR_INPUT, "the address starts with a dot");
	if (i + 1 < s.n && s.p[i + 1] == '.')
		return err_set(e, ERR_INPUT,
		    "there are two dots in a row at character %zu",
		    character(s, i));
	if (i + 1 < s.n && s.p[i + 1] == '@')
		return err_set(
		    e, ERR_INPUT, "there is a dot right before the @");
	return 0;
}

static int parse_dot_string(struct str s, size_t *ret_end, struct err *e)
{
	size_t i = 0;

	while (i < s.n && s.p[i] != '@') {
		int rc = 0;

		if ((unsigned char)s.p[i] >= 0x80) {
			rc = check_wide(s, &i, e);
		} else {
			if (s.p[i] == '.')
				rc = check_dot(s, i, e);
			else if (!(class_at(s, i) & C_ATEXT))
				rc = say_strange(s, i, "part before the @", e);
			i++;
		}
		if (rc < 0)
			return rc;
	}
	*ret_end = i;
	return 0;
}

static int parse_local(struct str s, size_t *ret_end, struct err *e)
{
	size_t end = 0;
	int rc;

	if (str_chr(s, '@') == 0)
		return err_set(e, ERR_INPUT, "there is nothing before the @");
	rc = s.p[0] == '"' ? parse_quoted(s, &end, e)
			   : parse_dot_string(s, &end, e);
	if (rc < 0)
		return rc;
	if (end == s.n)
		return err_set(e, ERR_INPUT, "there is no @");
	if (s.p[end] != '@')
		return err_set(e, ERR_INPUT,
		    "there is no @ right after the quoted part, at character "
		    "%zu",
		    character(s, end));
	if (end > LIMIT_LOCAL_PART)
		return err_set(e, ERR_INPUT,
		    "the part before the @ is %zu %s, at most %lu (RFC 5321 "
		    "4.5.3.1.1)",
		    end,
		    utf8_is_ascii(str_sub(s, 0, end)) ? "characters" : "bytes",
		    LIMIT_LOCAL_PART);
	*ret_end = end;
	return 0;
}

/* ---- address literals, RFC 5321 4.1.3 */

/* Snum: decimal whatever zeros lead, one to three digits. */
static bool parse_v4(struct str s, unsigned char ip[4])
{
	for (int i = 0; i < 4; i++) {
		struct str part = str_cut(&s, '.');
		uint64_t v;

		if (part.n > 3 || !str_to_u64(part, 255, &v) ||
		    (i < 3) != (s.p != NULL))
			return false;
		ip[i] = (unsigned char)v;
	}
	return true;
}

/* Canonical text (RFC 5952), which is also in the grammar of RFC 5321. */
static bool add_v6(struct str s, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr ip;

	if (s.n >= sizeof(text) || (s.n && memchr(s.p, '\0', s.n)))
		return false;
	if (s.n)
		memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(AF_INET6, text, &ip) != 1)
		return false;
	buf_addz(out, inet_ntop(AF_INET6, &ip, text, sizeof(text)));
	return true;
}

/* "tag:content": Ldh-str, then printable without brackets and backslash. */
static int add_general(
    struct str in, size_t colon, struct buf *out, struct err *e)
{
	struct str content = str_from(in, colon + 1);

	if (colon == 0 || in.p[colon - 1] == '-')
		goto bad;
	for (size_t i = 0; i < colon; i++) {
		if (!ascii_is_alnum(in.p[i]) && in.p[i] != '-')
			goto bad;
		buf_addc(out, ascii_lower(in.p[i]));
	}
	if (content.n == 0)
		goto bad;
	for (size_t i = 0; i < content.n; i++) {
		unsigned char c = (unsigned char)content.p[i];

		if (c < 33 || c > 126 || (c >= 91 && c <= 93))
			goto bad;
	}
	buf_addc(out, ':');
	buf_add(out, content);
	return 0;
bad:
	return err_set(e, ERR_INPUT,
	    "what stands in the square brackets is no IP address; write "
	    "[192.0.2.1] or [IPv6:2001:db8::1] (RFC 5321 4.1.3)");
}

static int parse_literal(struct str d, struct buf *out, struct err *e)
{
	struct str in = str_sub(d, 1, d.n - 2);
	unsigned char ip[4];
	ptrdiff_t colon;
	int rc = 0;

	if (d.n < 2 || d.p[d.n - 1] != ']')
		return err_set(e, ERR_INPUT,
		    "the square bracket after the @ is not closed at the end");
	buf_addc(out, '[');
	if (str_istarts(in, S("IPv6:"))) {
		buf_addz(out, "IPv6:");
		if (!add_v6(str_from(in, 5), out))
			return err_set(e, ERR_INPUT,
			    "\"%.*s\" is not an IPv6 address (RFC 5321 4.1.3)",
			    STR_ARG(str_sub(in, 5, 60)));
	} else if ((colon = str_chr(in, ':')) >= 0) {
		rc = add_general(in, (size_t)colon, out, e);
	} else if (parse_v4(in, ip)) {
		buf_addf(out, "%u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
	} else {
		rc = err_set(e, ERR_INPUT,
		    "\"%.*s\" is not an IPv4 address (RFC 5321 4.1.3)",
		    STR_ARG(str_sub(in, 0, 60)));
	}
	buf_addc(out, ']');
	return rc;
}

/* ---- domain */

/* Every character, with its place in the whole address. */
static int check_domain_characters(struct str s, size_t from, struct err *e)
{
	for (size_t i = from; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x80) {
			if (check_wide(s, &i, e) < 0)
				return ERR_INPUT;
			continue;
		}
		if (c < 0x20 || c == 0x7f || c == ' ')
			return say_strange(s, i, "domain", e);
		if (s.p[from] != '[' && !ascii_is_alnum((char)c) && c != '-' &&
		    c != '.')
			return say_strange(s, i, "domain", e);
		i++;
	}
	return 0;
}

static int parse_name(
    struct str d, bool allow_single, struct buf *out, struct err *e)
{
	size_t from = out->len;
	struct str got, last;
	ptrdiff_t dot;
	uint64_t number;
	int rc;

	if (d.p[d.n - 1] == '.')
		return err_set(e, ERR_INPUT, "the domain ends in a dot");
	if ((rc = idna_to_ascii(d, out, e)) < 0)
		return rc;
	got = str_from(buf_str(out), from);
	dot = str_rchr(got, '.');
	if (dot < 0 && !allow_single)
		return err_set(e, ERR_INPUT,
		    "the domain has no dot: \"%.*s\" is not a whole domain",
		    STR_ARG(got));
	last = str_from(got, (size_t)(dot + 1));
	if (str_to_u64(str_sub(last, 0, 1), 9, &number)) {
		size_t i = 0;

		while (i < last.n && ascii_is_digit(last.p[i]))
			i++;
		if (i == last.n)
			return err_set(e, ERR_INPUT,
			    "the domain ends in a number, which no domain "
			    "does (RFC 1123 2.1); an IP address stands in "
			    "square brackets");
	}
	return 0;
}

static int parse_whole(struct str s, bool allow_single, struct buf *scratch,
    struct address *a, struct err *e)
{
	size_t at = 0, from = scratch->len;
	struct str d;
	int rc;

	if (s.n == 0)
		return err_set(e, ERR_INPUT, "the address is empty");
	if (s.n > ADDRESS_LOOK)
		return err_set(e, ERR_INPUT,
		    "the address is %zu bytes, at most %lu (RFC 5321 "
		    "4.5.3.1.3)",
		    s.n, ADDRESS_MAX);
	if ((rc = parse_local(s, &at, e)) < 0)
		return rc;
	d = str_from(s, at + 1);
	if (d.n == 0)
		return err_set(e, ERR_INPUT, "there is nothing after the @");
	if ((rc = check_domain_characters(s, at + 1, e)) < 0)
		return rc;
	a->literal = d.p[0] == '[';
	rc = a->literal ? parse_literal(d, scratch, e)
			: parse_name(d, allow_single, scratch, e);
	if (rc < 0)
		return rc;
	if (scratch->over)
		return err_set(e, ERR_LIMIT, "no room for the domain");
	a->local = str_sub(s, 0, at);
	a->domain = str_from(buf_str(scratch), from);
	a->utf8_local = !utf8_is_ascii(a->local);
	if (a->local.n + 1 + a->domain.n > ADDRESS_MAX)
		return err_set(e, ERR_INPUT,
		    "the address is %zu characters as sent, at most %lu (RFC "
		    "5321 4.5.3.1.3)",
		    a->local.n + 1 + a->domain.n, ADDRESS_MAX);
	return 0;
}

int address_parse(struct str s, bool allow_single_label, struct buf *scratch,
    struct address *ret, struct err *e)
{
	struct address a = {0};
	size_t before = scratch->len;
	int rc = parse_whole(s, allow_single_label, scratch, &a, e);

	if (rc < 0)
		buf_truncate(scratch, before);
	else
		*ret = a;
	return rc;
}

void address_format(const struct address *a, struct buf *out)
{
	buf_add(out, a->local);
	buf_addc(out, '@');
	buf_add(out, a->domain);
}
