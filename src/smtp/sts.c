#include "smtp/sts.h"
#include "base/limits.h"
#include "base/utf8.h"

#define NAME_MAX    32UL /* of a field, and of an id: RFC 8461 3.1, 3.2 */
#define DIGITS_MAX  10UL
#define MAX_AGE_MAX 31557600UL

/* (ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".") */
static bool is_field_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]) &&
		    (i == 0 || !s.p[i] || !strchr("_-.", s.p[i])))
			return false;
	return s.n > 0 && s.n <= NAME_MAX;
}

static struct str trim_blanks(struct str s)
{
	while (s.n && ascii_is_wsp(s.p[0]))
		s = str_from(s, 1);
	while (s.n && ascii_is_wsp(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* ---- the record */

static bool is_id(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_alnum(s.p[i]))
			return false;
	return s.n > 0 && s.n <= NAME_MAX;
}

static bool is_record_value(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == ';' ||
		    s.p[i] == '=')
			return false;
	return s.n > 0;
}

static struct str version_of(struct str text, struct str *ret_rest)
{
	struct str v = str_cut(&text, ';');

	*ret_rest = text;
	while (v.n && ascii_is_wsp(v.p[v.n - 1]))
		v.n--;
	return v;
}

bool sts_record_is(struct str text)
{
	struct str rest;

	return str_eq(version_of(text, &rest), S("v=STSv1")) && rest.p;
}

bool sts_record_parse(struct str text, struct str *ret_id, struct err *e)
{
	struct str rest, id = STR_NONE;

	if (!str_eq(version_of(text, &rest), S("v=STSv1"))) {
		err_set(e, ERR_INPUT, "it does not begin with v=STSv1");
		return false;
	}
	while (rest.p) {
		struct str value = trim_blanks(str_cut(&rest, ';'));
		struct str name;

		if (!value.n && !rest.p)
			break;
		name = str_cut(&value, '=');
		if (!value.p || !is_field_name(name) ||
		    !is_record_value(value)) {
			err_set(e, ERR_INPUT,
			    "a field of it is not name=value (RFC 8461 3.1)");
			return false;
		}
		if (!str_eq(name, S("id")))
			continue;
		if (id.n || !is_id(value)) {
			err_set(e, ERR_INPUT,
			    "its id is not one word of up to 32 letters and "
			    "digits (RFC 8461 3.1)");
			return false;
		}
		id = value;
	}
	if (!id.n)
		err_set(e, ERR_INPUT, "it has no id (RFC 8461 3.1)");
	*ret_id = id;
	return id.n > 0;
}

/* ---- the policy */

struct parse {
	struct sts_policy *policy;
	struct arena *arena;
	struct err *e;
	bool version, mode, max_age;
	unsigned line;
};

static int wrong(struct parse *p, const char *what)
{
	return err_set(
	    p->e, ERR_INPUT, "line %u: %s (RFC 8461 3.2)", p->line, what);
}

/* [ "*." ] Domain, in A-labels */
static bool is_mx(struct str s)
{
	struct str rest = str_starts(s, S("*.")) ? str_from(s, 2) : s;

	if (!rest.n || s.n > LIMIT_DOMAIN)
		return false;
	while (rest.p) {
		struct str label = str_cut(&rest, '.');

		if (!label.n || label.n > LIMIT_LABEL || label.p[0] == '-' ||
		    label.p[label.n - 1] == '-')
			return false;
		for (size_t i = 0; i < label.n; i++)
			if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-')
				return false;
	}
	return true;
}

static int take_mx(struct parse *p, struct str value)
{
	char *text;

	if (!is_mx(value))
		return wrong(p, "mx is no host name, nor *. and one");
	if (p->policy->mx_count == LIMIT_STS_MX)
		return wrong(p, "there are too many mx fields");
	if (!(text = arena_strz(p->arena, value)))
		return wrong(p, "the policy is too long");
	for (size_t i = 0; i < value.n; i++)
		text[i] = ascii_lower(text[i]);
	p->policy->mx[p->policy->mx_count++] = str_make(text, value.n);
	return 0;
}

static int take_mode(struct parse *p, struct str value)
{
	static const char *const names[] = {"none", "testing", "enforce"};

	if (p->mode)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(value, str_of(names[i]))) {
			p->mode = true;
			p->policy->mode = (enum sts_mode)i;
			return 0;
		}
	return wrong(p, "mode is none of enforce, testing, none");
}

static int take_max_age(struct parse *p, struct str value)
{
	uint64_t n;

	if (p->max_age)
		return 0;
	if (value.n > DIGITS_MAX || !str_to_u64(value, UINT64_MAX, &n))
		return wrong(p, "max_age is no number of seconds");
	p->max_age = true;
	p->policy->max_age = (uint32_t)(n < MAX_AGE_MAX ? n : MAX_AGE_MAX);
	return 0;
}

static bool is_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] >= 0 && s.p[i] < ' ') || s.p[i] == 0x7f)
			return false;
	return s.n > 0 && utf8_valid(s);
}

/* A field other than mx counts where it stands first. */
static int take_line(struct parse *p, struct str line)
{
	struct str name, value = line;

	name = str_cut(&value, ':');
	value = trim_blanks(value);
	if (!is_field_name(name) || !is_text(value))
		return wrong(p, "it is not \"name: value\"");
	if (str_eq(name, S("mx")))
		return take_mx(p, value);
	if (str_eq(name, S("mode")))
		return take_mode(p, value);
	if (str_eq(name, S("max_age")))
		return take_max_age(p, value);
	if (str_eq(name, S("version")) && !p->version) {
		if (!str_eq(value, S("STSv1")))
			return wrong(p, "the version is not STSv1");
		p->version = true;
	}
	return 0;
}

static int check_whole(struct parse *p)
{
	if (!p->version)
		return err_set(
		    p->e, ERR_INPUT, "it has no version (RFC 8461 3.2)");
	if (!p->mode)
		return err_set(
		    p->e, ERR_INPUT, "it has no mode (RFC 8461 3.2)");
	if (!p->max_age)
		return err_set(
		    p->e, ERR_INPUT, "it has no max_age (RFC 8461 3.2)");
	if (p->policy->mode != STS_NONE && !p->policy->mx_count)
		return err_set(p->e, ERR_INPUT,
		    "it names no mail server, but its mode is not none (RFC "
		    "8461 3.2)");
	return 0;
}

int sts_policy_parse(
    struct str text, struct arena *a, struct sts_policy *ret, struct err *e)
{
	struct parse p = {.policy = ret, .arena = a, .e = e};

	*ret = (struct sts_policy){
	    .mx = arena_array(a, LIMIT_STS_MX, sizeof(*ret->mx))};
	if (!ret->mx || text.n > LIMIT_STS_POLICY)
		return err_set(e, ERR_INPUT, "it is longer than %lu bytes",
		    LIMIT_STS_POLICY);
	while (text.p) {
		struct str line = str_cut(&text, '\n');
		int rc;

		p.line++;
		if (text.p && line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (!line.n && !text.p)
			break;
		if ((rc = take_line(&p, line)) < 0)
			return rc;
	}
	return check_whole(&p);
}

bool sts_mx_matches(const struct sts_policy *p, struct str host)
{
	for (size_t i = 0; i < p->mx_count; i++) {
		struct str mx = p->mx[i], rest = host;

		if (!str_starts(mx, S("*."))) {
			if (str_ieq(mx, host))
				return true;
			continue;
		}
		if (str_cut(&rest, '.').n && str_ieq(rest, str_from(mx, 2)))
			return true;
	}
	return false;
}
