#include "notice/place.h"

#include "notice/place_private.h"

/* What one cell may stand for; NULL: not that. */
struct reading {
	const struct place_name *country, *state, *province;
};

static bool has_code(struct str s, const struct place_name *p)
{
	return (ascii_lower(s.p[0]) ^ ascii_lower(p->code[0])) == 0 &&
	       (ascii_lower(s.p[1]) ^ ascii_lower(p->code[1])) == 0;
}

static const struct place_name *find(
    const struct place_name *table, struct str s)
{
	for (const struct place_name *p = table; p->code[0]; p++)
		if ((s.n == 2 && has_code(s, p)) ||
		    (s.n == 3 && p->code3[0] && str_ieq(s, str_of(p->code3))) ||
		    (s.n > 2 && str_ieq(s, str_of(p->name))))
			return p;
	return NULL;
}

static const struct place_name *by_code(
    const struct place_name *table, const char *code)
{
	return find(table, str_make(code, 2));
}

static const struct place_name *find_country(struct str s)
{
	const struct place_name *p = find(place_countries, s);

	for (size_t i = 0; !p && place_aliases[i].code[0]; i++)
		if (str_ieq(s, str_of(place_aliases[i].name)))
			p = by_code(place_countries, place_aliases[i].code);
	return p;
}

static struct reading read_cell(struct str s)
{
	return (struct reading){.country = find_country(s),
	    .state = find(place_states, s),
	    .province = find(place_provinces, s)};
}

bool place_country(struct str text, char ret_code[3])
{
	const struct place_name *p = text.n >= 2 ? find_country(text) : NULL;

	if (p)
		memcpy(ret_code, p->code, 3);
	return p != NULL;
}

bool place_has_five_digits(const char *country)
{
	static const char list[] = "US DE FR ES IT FI UA TR MX MA HR RS EE LT "
				   "KR TH PR";

	for (size_t i = 0; i < sizeof(list); i += 3)
		if (memcmp(list + i, country, 2) == 0)
			return true;
	return false;
}

/* ---- answers */

static int answer(struct place *ret, const char *country, const char *part)
{
	if (!*part && by_code(place_states, country) &&
	    str_eq(str_of(by_code(place_states, country)->name),
		str_of(by_code(place_countries, country)->name)))
		part = country, country = "US"; /* "PR" is "US-PR" */
	snprintf(ret->code, sizeof(ret->code), "%s%s%s", country,
	    *part ? "-" : "", part);
	return 0;
}

static int refuse_both(struct str s, const struct place_name *country,
    const struct place_name *part, const char *of, struct err *e)
{
	return err_set(e, ERR_INPUT,
	    "'%.*s' is both %s and %s; write %s or %s-%s, or say which with a "
	    "country column or --country",
	    STR_ARG(str_sub(s, 0, 40)), country->name, part->name,
	    country->code3, of, part->code);
}

static int refuse_unknown(struct str s, const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT,
	    "'%.*s' is no %s we know; write a code of ISO 3166 (DE, US-CA)",
	    STR_ARG(str_sub(s, 0, 40)), what);
}

static int refuse_conflict(struct str s, const char *country, struct err *e)
{
	return err_set(e, ERR_INPUT,
	    "'%.*s' is not in %s, which the country column says",
	    STR_ARG(str_sub(s, 0, 40)), country);
}

/* "US-CA": two letters, a hyphen, one to three letters or digits. */
static bool is_full_code(struct str s)
{
	if (s.n < 4 || s.n > 6 || s.p[2] != '-')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (i != 2 && !ascii_is_alnum(s.p[i]))
			return false;
	return true;
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
}

static int take_full(
    struct str s, const char *country, struct place *ret, struct err *e)
{
	char text[PLACE_CODE] = "";
	const char *part = text + 3;
	bool known;

	for (size_t i = 0; i < s.n; i++)
		text[i] = upper(s.p[i]);
	text[2] = '\0';
	known = by_code(place_countries, text) != NULL;
	if (strcmp(text, "US") == 0)
		known = s.n == 5 && by_code(place_states, part);
	else if (strcmp(text, "CA") == 0)
		known = s.n == 5 && by_code(place_provinces, part);
	if (!known)
		return refuse_unknown(s, "place", e);
	if (*country && strcmp(country, text) != 0 &&
	    !(strcmp(text, "US") == 0 && strcmp(country, part) == 0))
		return refuse_conflict(s, country, e);
	return answer(ret, text, part);
}

/* A bare word where the row names its country. */
static int take_within(
    struct str s, const char *country, struct place *ret, struct err *e)
{
	struct reading r = read_cell(s);

	if (strcmp(country, "US") == 0 && r.state)
		return answer(ret, "US", r.state->code);
	if (strcmp(country, "CA") == 0 && r.province)
		return answer(ret, "CA", r.province->code);
	if (r.country && strcmp(r.country->code, country) == 0)
		return answer(ret, country, "");
	if (r.country || r.state || r.province)
		return refuse_conflict(s, country, e);
	return refuse_unknown(s, "place", e);
}

static bool is_island(const struct reading *r)
{
	return r->country && r->state &&
	       strcmp(r->country->code, r->state->code) == 0 &&
	       strcmp(r->country->name, r->state->name) == 0;
}

/* A bare word in a row without a country. */
static int take_bare(struct str s, const char *fallback, bool region,
    struct place *ret, struct err *e)
{
	struct reading r = read_cell(s);

	if (is_island(&r))
		return answer(ret, "US", r.state->code);
	if (r.state && (!r.country || strcmp(fallback, "US") == 0))
		return answer(ret, "US", r.state->code);
	if (r.province && (!r.country || strcmp(fallback, "CA") == 0))
		return answer(ret, "CA", r.province->code);
	if (r.country && r.state && !*fallback)
		return refuse_both(s, r.country, r.state, "US", e);
	if (r.country && r.province && !*fallback && region)
		return refuse_both(s, r.country, r.province, "CA", e);
	if (r.country)
		return answer(ret, r.country->code, "");
	return refuse_unknown(s, "place", e);
}

static int take_region(struct str s, const char *country, const char *fallback,
    struct place *ret, struct err *e)
{
	const char *where = *country ? country : fallback;
	struct reading r;

	if (is_full_code(s))
		return take_full(s, country, ret, e);
	r = read_cell(s);
	if (strcmp(where, "US") == 0 || strcmp(where, "CA") == 0) {
		const struct place_name *part =
		    *where == 'U' ? r.state : r.province;

		ret->coarse = !part;
		return answer(ret, where, part ? part->code : "");
	}
	if (*where)
		return answer(ret, where, "");
	if (r.country || r.state || r.province)
		return take_bare(s, "", true, ret, e);
	ret->coarse = true;
	return 0;
}

int place_derive(const struct place_cells *c, const char *fallback,
    struct place *ret, struct err *e)
{
	char country[3] = "";

	ret->code[0] = '\0';
	ret->coarse = false;
	ret->cell = PLACE_COUNTRY;
	if (c->country.n && !place_country(c->country, country))
		return refuse_unknown(c->country, "country", e);
	if (c->jurisdiction.n) {
		ret->cell = PLACE_JURISDICTION;
		if (is_full_code(c->jurisdiction))
			return take_full(c->jurisdiction, country, ret, e);
		if (*country)
			return take_within(c->jurisdiction, country, ret, e);
		return take_bare(c->jurisdiction, fallback, false, ret, e);
	}
	if (c->region.n) {
		ret->cell = PLACE_REGION;
		return take_region(c->region, country, fallback, ret, e);
	}
	if (*country || *fallback)
		return answer(ret, *country ? country : fallback, "");
	return 0;
}
