#include "auth/spf.h"
#include "base/limits.h"
#include "base/utf8.h"

#include <arpa/inet.h>

static const struct {
	struct str name;
	enum spf_kind kind;
} mechanisms[] = {
    {{"all", 3}, SPF_ALL},
    {{"include", 7}, SPF_INCLUDE},
    {{"a", 1}, SPF_A},
    {{"mx", 2}, SPF_MX},
    {{"ptr", 3}, SPF_PTR},
    {{"ip4", 3}, SPF_IP4},
    {{"ip6", 3}, SPF_IP6},
    {{"exists", 6}, SPF_EXISTS},
};

const char *spf_result_name(enum spf_result r)
{
	switch (r) {
	case SPF_NONE: return "none";
	case SPF_NEUTRAL: return "neutral";
	case SPF_PASS: return "pass";
	case SPF_FAIL: return "fail";
	case SPF_SOFTFAIL: return "softfail";
	case SPF_TEMPERROR: return "temperror";
	case SPF_PERMERROR: return "permerror";
	}
	BUG("spf result %d", (int)r);
}

bool spf_is_record(struct str txt)
{
	const struct str version = S("v=spf1");

	return str_istarts(txt, version) &&
	       (txt.n == version.n || txt.p[version.n] == ' ');
}

/* ---- parts of a term */

/* Takes "/24" (or "//64") off the end of `s`.  A slash and digits at the end
 * can be nothing else. */
static const char *take_cidr(
    struct str *s, size_t slashes, unsigned max, unsigned *ret)
{
	size_t at = s->n;
	uint64_t v;

	while (at > 0 && ascii_is_digit(s->p[at - 1]))
		at--;
	if (at == s->n || at < slashes || s->p[at - 1] != '/' ||
	    s->p[at - slashes] != '/' ||
	    (slashes == 1 && at > 1 && s->p[at - 2] == '/'))
		return NULL;
	if (!str_to_u64(str_from(*s, at), max, &v) ||
	    (s->p[at] == '0' && s->n - at > 1))
		return max == 32 ? "after the slash there must be 0 to 32, "
				   "without leading zeros (RFC 7208 5.6)"
				 : "after the slashes there must be 0 to 128, "
				   "without leading zeros (RFC 7208 5.6)";
	*ret = (unsigned)v;
	s->n = at - slashes;
	return NULL;
}

static const char *read_ip(struct spf_term *t, struct str s, bool v6)
{
	char text[INET6_ADDRSTRLEN];
	const char *why =
	    take_cidr(&s, 1, v6 ? 128 : 32, v6 ? &t->cidr6 : &t->cidr4);

	if (why)
		return why;
	if (s.n > 0 && s.n < sizeof(text) && !memchr(s.p, '\0', s.n)) {
		memcpy(text, s.p, s.n);
		text[s.n] = '\0';
		if (inet_pton(v6 ? AF_INET6 : AF_INET, text, t->ip) == 1)
			return NULL;
	}
	return v6 ? "that is not an IPv6 address (RFC 7208 5.6)"
		  : "that is not an IPv4 address of four numbers "
		    "(RFC 7208 5.6)";
}

/* `s`: what follows the name, with its colon or slash. */
static const char *read_target(struct spf_term *t, struct str s, bool needed)
{
	const char *why;

	if (t->kind == SPF_A || t->kind == SPF_MX) {
		why = take_cidr(&s, 2, 128, &t->cidr6);
		if (!why)
			why = take_cidr(&s, 1, 32, &t->cidr4);
		if (why)
			return why;
	}
	if (s.n == 0)
		return needed ? "it needs a colon and a domain" : NULL;
	if (s.p[0] != ':')
		return "after its name there must be a colon or nothing";
	t->domain = str_from(s, 1);
	return spf_domain_spec_check(t->domain);
}

static const char *read_mechanism(struct spf_term *t, struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != ':' && s.p[n] != '/')
		n++;
	for (size_t i = 0; i < ARRAY_SIZE(mechanisms); i++) {
		if (!str_ieq(str_sub(s, 0, n), mechanisms[i].name))
			continue;
		t->kind = mechanisms[i].kind;
		s = str_from(s, n);
		if (t->kind == SPF_ALL)
			return s.n ? "nothing may follow `all` (RFC 7208 5.1)"
				   : NULL;
		if (t->kind != SPF_IP4 && t->kind != SPF_IP6)
			return read_target(t, s,
			    t->kind == SPF_INCLUDE || t->kind == SPF_EXISTS);
		if (s.n == 0 || s.p[0] != ':')
			return "it needs a colon and an address";
		return read_ip(t, str_from(s, 1), t->kind == SPF_IP6);
	}
	return "there is no such mechanism (RFC 7208 4.6.1)";
}

static const char *read_directive(struct spf_term *t, struct str s)
{
	t->qualifier = SPF_PASS;
	t->cidr4 = 32;
	t->cidr6 = 128;
	switch (s.p[0]) {
	case '-': t->qualifier = SPF_FAIL; break;
	case '~': t->qualifier = SPF_SOFTFAIL; break;
	case '?': t->qualifier = SPF_NEUTRAL; break;
	case '+': break;
	default: return read_mechanism(t, s);
	}
	return read_mechanism(t, str_from(s, 1));
}

static const char *read_modifier(
    struct spf_term *t, struct str name, struct str value)
{
	t->domain = value;
	if (str_ieq(name, S("redirect")))
		t->kind = SPF_REDIRECT;
	else if (str_ieq(name, S("exp")))
		t->kind = SPF_EXP;
	else
		t->kind = SPF_UNKNOWN;
	if (t->kind == SPF_UNKNOWN)
		return spf_macro_check(value, SPF_IN_DOMAIN);
	return spf_domain_spec_check(value);
}

/* Length of the name of a modifier, or 0: a directive. */
static size_t modifier_name(struct str s)
{
	size_t n = 0;

	if (!ascii_is_alpha(s.p[0]))
		return 0;
	while (n < s.n && (ascii_is_alnum(s.p[n]) || s.p[n] == '-' ||
			      s.p[n] == '_' || s.p[n] == '.'))
		n++;
	return n < s.n && s.p[n] == '=' ? n : 0;
}

/* ---- the record */

static int refuse(struct str term, const char *why, struct err *e)
{
	struct buf shown = BUF_INIT(512);
	int rc;

	utf8_add_clean(&shown, str_sub(term, 0, 80));
	rc = err_set(e, ERR_INPUT, "%s%s: %s", buf_cstr(&shown),
	    term.n > 80 ? "..." : "", why);
	buf_release(&shown);
	return rc;
}

int spf_term_next(struct str *rest, struct spf_term *ret, struct err *e)
{
	const char *why;
	size_t n = 0;

	while (rest->n && rest->p[0] == ' ')
		*rest = str_from(*rest, 1);
	if (rest->n == 0)
		return 0;
	*ret = (struct spf_term){.text = str_cut(rest, ' ')};
	n = modifier_name(ret->text);
	if (n)
		why = read_modifier(
		    ret, str_sub(ret->text, 0, n), str_from(ret->text, n + 1));
	else
		why = read_directive(ret, ret->text);
	return why ? refuse(ret->text, why, e) : 1;
}

static bool looks_up(const struct spf_term *t)
{
	return t->kind == SPF_INCLUDE || t->kind == SPF_A ||
	       t->kind == SPF_MX || t->kind == SPF_PTR ||
	       t->kind == SPF_EXISTS || t->kind == SPF_REDIRECT;
}

unsigned spf_term_lookups(const struct spf_term *t)
{
	if (!looks_up(t))
		return 0;
	return t->domain.p && spf_macro_uses(t->domain, "p") ? 2 : 1;
}

int spf_record_parse(struct str text, struct spf_record *ret, struct err *e)
{
	struct spf_term t;
	struct str rest;
	int rc;

	*ret = (struct spf_record){.text = text};
	if (!spf_is_record(text))
		return err_set(e, ERR_INPUT,
		    "the record does not begin with v=spf1 and a space "
		    "(RFC 7208 4.5)");
	ret->terms = rest = str_from(text, 6);
	while ((rc = spf_term_next(&rest, &t, e)) > 0) {
		struct spf_term *once = t.kind == SPF_REDIRECT ? &ret->redirect
					: t.kind == SPF_EXP    ? &ret->exp
							       : NULL;

		ret->lookups += spf_term_lookups(&t);
		if (!once)
			continue;
		if (once->text.p)
			return refuse(t.text,
			    "redirect= and exp= may stand once in a record "
			    "(RFC 7208 6)",
			    e);
		*once = t;
	}
	return rc;
}
