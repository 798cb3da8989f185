#include "auth/bimi.h"
#include "base/limits.h"

#define SELECTOR_DEFAULT S("default")

enum tag {
	TAG_L,
	TAG_A,
	TAG_AVP,
	TAG_S,
	TAG_COUNT,
};
static const char *const tag_name[TAG_COUNT] = {"l", "a", "avp", "s"};

struct tags {
	struct str value[TAG_COUNT];
	bool has[TAG_COUNT];
};

/* Tag list of RFC 6376 3.2, v first; NULL, or what is wrong. */
static const char *read_tags(struct str text, struct tags *ret)
{
	struct str rest = text, value = str_cut(&rest, ';');
	struct str name = str_trim(str_cut(&value, '='));

	*ret = (struct tags){0};
	if (!value.p || !str_eq(name, S("v")))
		return "it does not begin with v=BIMI1";
	if (!str_ieq(str_trim(value), S("BIMI1")))
		return "its version is not BIMI1";
	while (rest.p) {
		value = str_trim(str_cut(&rest, ';'));
		if (!value.n && !rest.p)
			break;
		name = str_trim(str_cut(&value, '='));
		if (!value.p || !name.n)
			return "a part of it is not name=value";
		if (str_eq(name, S("v")))
			return "it has two versions";
		for (size_t i = 0; i < TAG_COUNT; i++) {
			if (!str_eq(name, str_of(tag_name[i])))
				continue;
			if (ret->has[i])
				return "a tag is given twice";
			ret->has[i] = true;
			ret->value[i] = str_trim(value);
		}
	}
	return NULL;
}

static bool is_https(struct str s)
{
	struct str prefix = S("https://");

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return str_istarts(s, prefix) && s.n > prefix.n &&
	       s.p[prefix.n] != '/' && s.n <= LIMIT_RECORD_SHOWN;
}

static const char *check(const struct tags *t, struct bimi_record *ret)
{
	ret->location = t->value[TAG_L];
	ret->authority = t->value[TAG_A];
	ret->avatar = S("brand");
	if (t->has[TAG_AVP]) {
		ret->avatar = t->value[TAG_AVP];
		if (!str_eq(ret->avatar, S("brand")) &&
		    !str_eq(ret->avatar, S("personal")))
			return "avp is neither brand nor personal";
	}
	if (!t->has[TAG_L])
		return "it has no l, the place of the indicator";
	if (!ret->location.n) {
		ret->declined = t->has[TAG_A] && !ret->authority.n;
		return ret->declined ? NULL : "l is empty";
	}
	if (!is_https(ret->location))
		return "l is no https URI";
	if (ret->authority.n && !is_https(ret->authority))
		return "a is no https URI";
	return NULL;
}

bool bimi_record_parse(
    struct str text, struct bimi_record *ret, const char **ret_why)
{
	struct tags t;
	const char *why = read_tags(text, &t);

	*ret = (struct bimi_record){0};
	if (!why)
		why = check(&t, ret);
	if (why)
		*ret = (struct bimi_record){0};
	*ret_why = why;
	return !why;
}

static bool is_selector(struct str s)
{
	struct str rest = s;

	while (rest.p) {
		struct str label = str_cut(&rest, '.');

		if (!label.n || label.n > LIMIT_LABEL)
			return false;
		for (size_t i = 0; i < label.n; i++)
			if (!ascii_is_alnum(label.p[i]) && label.p[i] != '-' &&
			    label.p[i] != '_')
				return false;
	}
	return s.n > 0 && s.n <= LIMIT_DOMAIN / 2;
}

struct str bimi_selector(struct str field_value)
{
	struct tags t;

	if (read_tags(str_trim(field_value), &t) ||
	    !is_selector(t.value[TAG_S]))
		return SELECTOR_DEFAULT;
	return t.value[TAG_S];
}

void bimi_name(struct str selector, struct str domain, struct buf *out)
{
	buf_add(out, selector);
	buf_addz(out, "._bimi.");
	buf_add(out, domain);
}
