#include "law/law_private.h"

/* Two-letter codes, a space between.  ISO 3166-1, and 3166-2 of the United
 * States and Canada. */
static const char countries[] =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI "
    "BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN "
    "CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
    "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
    "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP "
    "NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
    "VN VU WF WS YE YT ZA ZM ZW";
static const char states[] =
    "AL AK AS AZ AR CA CO CT DE DC FL GA GU HI ID IL IN IA KS KY LA ME MD MA "
    "MI MN MS MO MT NE NV NH NJ NM NY NC ND MP OH OK OR PA PR RI SC SD TN TX "
    "UM UT VT VA VI WA WV WI WY";
static const char provinces[] = "AB BC MB NB NL NS NT NU ON PE QC SK YT";

/* Member States; and parts of France and Finland with codes of their own
 * where Union law applies (art. 355 TFEU: outermost regions, Åland). */
static const char members[] =
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO "
    "SE SI SK AX GF GP MF MQ RE YT";

/* Countries of ISO 3166-1 that are parts of the United States, as such. */
static const struct {
	const char *country, *state;
} islands[] = {
    {"AS", "US-AS"},
    {"GU", "US-GU"},
    {"MP", "US-MP"},
    {"PR", "US-PR"},
    {"UM", "US-UM"},
    {"VI", "US-VI"},
};

static bool has(const char *list, struct str code)
{
	if (code.n != 2)
		return false;
	for (const char *p = list;; p += 3) {
		if (p[0] == code.p[0] && p[1] == code.p[1])
			return true;
		if (!p[2])
			return false;
	}
}

bool law_place_known(struct str code)
{
	if (str_starts(code, S("US-")))
		return has(states, str_from(code, 3));
	if (str_starts(code, S("CA-")))
		return has(provinces, str_from(code, 3));
	return has(countries, code);
}

bool law_place_is_eu(struct str country)
{
	return has(members, country);
}

struct str law_place_canonical(struct str code)
{
	for (size_t i = 0; i < ARRAY_SIZE(islands); i++)
		if (str_eq(code, str_of(islands[i].country)))
			return str_of(islands[i].state);
	if (code.n > 3 && code.p[2] == '-' && !str_starts(code, S("US-")) &&
	    !str_starts(code, S("CA-")))
		return str_sub(code, 0, 2);
	return code;
}

bool law_place_within(struct str code, struct str jurisdiction)
{
	code = law_place_canonical(code);
	if (str_eq(code, jurisdiction))
		return true;
	if (str_eq(jurisdiction, S("EU")))
		return law_place_is_eu(code);
	return jurisdiction.n == 2 && code.n > 3 &&
	       str_starts(code, jurisdiction) && code.p[2] == '-';
}

/* ---- "US-CA=1200,DE=40" */

static int refuse_code(struct str code, struct err *e)
{
	struct str country = str_sub(code, 0, 2);

	if (str_ieq(code, S("UK")))
		return err_set(e, ERR_USAGE,
		    "UK is no code of ISO 3166; the United Kingdom is GB");
	if (str_ieq(code, S("EU")))
		return err_set(e, ERR_USAGE,
		    "EU is no country; give the people of each member state "
		    "(DE=40,FR=12)");
	if (code.n > 3 && code.p[2] == '-' && has(countries, country) &&
	    !str_eq(country, S("US")) && !str_eq(country, S("CA")))
		return err_set(e, ERR_USAGE,
		    "%.*s: only the United States and Canada are divided; "
		    "write %.*s",
		    STR_ARG(code), STR_ARG(country));
	return err_set(e, ERR_USAGE,
	    "'%.*s' is no country of ISO 3166, no state (US-CA) and no "
	    "province (CA-QC)",
	    STR_ARG(code));
}

static int parse_place(struct str one, struct law_place *ret, struct err *e)
{
	ptrdiff_t at = str_chr(one, '=');
	struct str number;

	if (at < 0)
		return err_set(e, ERR_USAGE,
		    "'%.*s': write a code and a number, US-CA=1200",
		    STR_ARG(one));
	ret->code = str_trim(str_sub(one, 0, (size_t)at));
	number = str_trim(str_from(one, (size_t)at + 1));
	if (!law_place_known(ret->code))
		return refuse_code(ret->code, e);
	if (!str_to_u64(number, UINT32_MAX, &ret->people))
		return err_set(e, ERR_USAGE,
		    "'%.*s' of %.*s is no number of people", STR_ARG(number),
		    STR_ARG(ret->code));
	if (!ret->people)
		return err_set(e, ERR_USAGE,
		    "%.*s=0: leave out places without people",
		    STR_ARG(ret->code));
	return 0;
}

int law_places_parse(struct str text, struct arena *a, struct law_place **ret,
    size_t *ret_count, struct err *e)
{
	size_t max = 1, n = 0;
	struct law_place *place;

	for (size_t i = 0; i < text.n; i++)
		max += text.p[i] == ',';
	if (max > LIMIT_LAW_PLACES)
		return err_set(
		    e, ERR_LIMIT, "more than %lu places", LIMIT_LAW_PLACES);
	place = arena_array(a, max, sizeof(*place));
	if (!place)
		return err_set(e, ERR_LIMIT, "too many places");
	for (text = str_trim(text); text.p; n++) {
		struct str one = str_trim(str_cut(&text, ','));
		int r = parse_place(one, &place[n], e);

		if (r < 0)
			return r;
		for (size_t i = 0; i < n; i++)
			if (str_eq(law_place_canonical(place[i].code),
				law_place_canonical(place[n].code)))
				return err_set(e, ERR_USAGE,
				    "%.*s stands there twice",
				    STR_ARG(place[n].code));
	}
	*ret = place;
	*ret_count = n;
	return 0;
}
