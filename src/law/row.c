#include "law/law_private.h"

const char *const law_column_names[COL_COUNT] = {
    [COL_ID] = "id",
    [COL_JURISDICTION] = "jurisdiction",
    [COL_NAME] = "name",
    [COL_KIND] = "kind",
    [COL_REGIME] = "regime",
    [COL_TRIGGER] = "trigger",
    [COL_INDIVIDUAL_DEADLINE] = "individual_deadline",
    [COL_DEADLINE_STARTS] = "deadline_starts",
    [COL_REGULATOR] = "regulator",
    [COL_REGULATOR_DEADLINE] = "regulator_deadline",
    [COL_REGULATOR_THRESHOLD] = "regulator_threshold",
    [COL_CRA_THRESHOLD] = "cra_threshold",
    [COL_EMAIL_ALLOWED] = "email_allowed",
    [COL_EMAIL_CONDITION] = "email_condition",
    [COL_SUBSTITUTE_COUNT] = "substitute_threshold_count",
    [COL_SUBSTITUTE_COST] = "substitute_threshold_cost_usd",
    [COL_SUBSTITUTE_METHODS] = "substitute_methods",
    [COL_REQUIRED] = "required_elements",
    [COL_LANGUAGE] = "language",
    [COL_DELAY] = "delay_for_law_enforcement",
    [COL_AS_OF] = "as_of",
    [COL_CONFIDENCE] = "confidence",
    [COL_CONFIDENCE_DEADLINE] = "confidence_deadline",
    [COL_CONFIDENCE_CHANNEL] = "confidence_channel",
    [COL_CONFIDENCE_CONTENT] = "confidence_content",
    [COL_SOURCE] = "source",
};

/* "Column: reason": err_wrap keeps the reason that is there. */
static int at_column(enum law_column c, struct err *e)
{
	return err_wrap(e, "%s", law_column_names[c]);
}

static int wrong(
    enum law_column c, const struct law_row *r, const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s: '%.*s' is not %s",
	    law_column_names[c], STR_ARG(r->f[c]), what);
}

static int split(struct str line, struct law_row *r, struct err *e)
{
	size_t n = 0;

	while (line.p) {
		struct str field = str_cut(&line, '\t');

		if (n < COL_COUNT)
			r->f[n] = field;
		n++;
	}
	if (n != COL_COUNT)
		return err_set(
		    e, ERR_INPUT, "%zu fields, not %d", n, COL_COUNT);
	for (size_t i = 0; i < COL_COUNT; i++) {
		if (!r->f[i].n)
			return err_set(e, ERR_INPUT, "%s: the field is empty",
			    law_column_names[i]);
		if (r->f[i].n > LIMIT_LAW_FIELD)
			return err_set(e, ERR_LIMIT,
			    "%s: longer than %lu bytes", law_column_names[i],
			    LIMIT_LAW_FIELD);
		if (str_trim(r->f[i]).n != r->f[i].n)
			return err_set(e, ERR_INPUT,
			    "%s: there is a space at an end",
			    law_column_names[i]);
	}
	return 0;
}

static int check_id(struct law_row *r, struct err *e)
{
	struct str s = r->f[COL_ID];

	for (size_t i = 0; i < s.n; i++)
		if (!ascii_is_digit(s.p[i]) && s.p[i] != '-' &&
		    (s.p[i] < 'a' || s.p[i] > 'z'))
			return wrong(COL_ID, r,
			    "of lower-case letters, digits and hyphens", e);
	return 0;
}

static int check_place(struct law_row *r, struct err *e)
{
	struct str s = r->f[COL_JURISDICTION];
	struct str own = law_place_canonical(s);

	if (str_eq(s, S("EU")) || (law_place_known(s) && str_eq(own, s)))
		return 0;
	return wrong(COL_JURISDICTION, r,
	    "a code of ISO 3166 (DE, US-CA, CA-QC; EU for the Union)", e);
}

/* One of `word[0..count)`. */
static int choose(struct law_row *r, enum law_column c,
    const char *const word[], size_t count, size_t *ret, struct err *e)
{
	char list[160] = "";
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		int k;

		if (str_eq(r->f[c], str_of(word[i]))) {
			*ret = i;
			return 0;
		}
		k = snprintf(
		    list + n, sizeof(list) - n, "%s%s", i ? ", " : "", word[i]);
		n += (size_t)k;
		ENSURE(n < sizeof(list));
	}
	return err_set(e, ERR_INPUT, "%s: '%.*s' is not one of: %s",
	    law_column_names[c], STR_ARG(r->f[c]), list);
}

static int parse_trigger(struct law_row *r, struct err *e)
{
	struct str s = r->f[COL_TRIGGER], when;
	const size_t prefix = sizeof("effective:") - 1;

	r->trigger = s;
	if (!str_starts(s, S("effective:")))
		return 0;
	s = str_from(s, prefix);
	if (str_chr(s, ';') < 0)
		return wrong(COL_TRIGGER, r,
		    "effective:DATE; or effective:unknown; with a text behind",
		    e);
	when = str_cut(&s, ';');
	r->trigger = str_trim(s);
	r->unknown = str_eq(when, S("unknown"));
	r->dated = !r->unknown;
	if (r->dated && (when.n != 10 || !clock_parse_iso(when, &r->effective)))
		return err_set(e, ERR_INPUT,
		    "trigger: '%.*s' is no date (YYYY-MM-DD) and not unknown",
		    STR_ARG(when));
	if (!r->trigger.n)
		return err_set(
		    e, ERR_INPUT, "trigger: nothing stands behind effective:");
	return 0;
}

/* "1001", "500001 (10001 if Wyoming-based)", "none (...)", "n/a". */
static bool parse_number(struct str s, struct law_number *ret)
{
	ptrdiff_t open = str_chr(s, '('), other;
	struct str head = open < 0 ? s : str_trim(str_sub(s, 0, (size_t)open));

	*ret = (struct law_number){.text = STR_NONE};
	if (open >= 0) {
		if (!str_ends(s, S(")")) || s.n - (size_t)open < 3)
			return false;
		ret->text =
		    str_sub(s, (size_t)open + 1, s.n - (size_t)open - 2);
		other = str_find(ret->text, S("; else "));
		if (other >= 0 &&
		    !str_to_u64(str_from(ret->text, (size_t)other + 7),
			UINT32_MAX, &ret->otherwise))
			return false;
	}
	if (str_eq(head, S("none")) || str_eq(head, S("n/a")))
		return true;
	ret->given = true;
	return str_to_u64(head, UINT32_MAX, &ret->value) && ret->value > 0;
}

static int parse_one_number(
    struct law_row *r, enum law_column c, struct law_number *ret, struct err *e)
{
	return parse_number(r->f[c], ret)
		   ? 0
		   : wrong(c, r,
			 "a number, none or n/a, with a text in brackets "
			 "behind it or not",
			 e);
}

/* Tiers of the threshold, as many as the deadline has, ascending. */
static int parse_thresholds(struct law_row *r, struct err *e)
{
	struct str rest = r->f[COL_REGULATOR_THRESHOLD];
	unsigned n = 0;

	for (; rest.p; n++) {
		struct str one = str_cut(&rest, '|');
		struct law_number *t = &r->threshold[n];

		if (n == LAW_TIERS || !parse_number(one, t))
			return wrong(COL_REGULATOR_THRESHOLD, r,
			    "numbers, none or n/a, with | between tiers", e);
		if (n && (!t->given || t->value <= t[-1].value))
			return wrong(COL_REGULATOR_THRESHOLD, r,
			    "of ascending numbers", e);
	}
	if (n != r->regulator.tiers)
		return err_set(e, ERR_INPUT,
		    "regulator_threshold: %u tiers, but regulator_deadline has "
		    "%u",
		    n, r->regulator.tiers);
	return 0;
}

/* "501", "501@PT48H", "1 (only if ...)", "as-directed", "none", "n/a". */
static int parse_cra(struct law_pack *p, struct law_row *r, struct err *e)
{
	struct str s = r->f[COL_CRA_THRESHOLD], limit;
	ptrdiff_t at = str_chr(s, '@'), open = str_chr(s, '(');

	r->cra_as_directed = str_eq(s, S("as-directed"));
	if (r->cra_as_directed)
		return law_value_parse(
		    s, false, r->starts, &p->arena, &r->cra, e);
	if (at >= 0 && (open < 0 || at < open)) {
		limit = str_from(s, (size_t)at + 1);
		if (law_value_parse(
			limit, false, r->starts, &p->arena, &r->cra, e) < 0)
			return at_column(COL_CRA_THRESHOLD, e);
		if (r->cra.count != 1 || r->cra.term[0].word != WORD_DURATION)
			return wrong(COL_CRA_THRESHOLD, r,
			    "a number, and a duration behind the @", e);
		s = str_sub(s, 0, (size_t)at);
	}
	if (!parse_number(s, &r->cra_from) ||
	    (r->cra.count && !r->cra_from.given))
		return wrong(COL_CRA_THRESHOLD, r,
		    "a number (501, 501@PT48H), as-directed, none or n/a", e);
	if (r->cra.count || !r->cra_from.given)
		return 0;
	return law_value_parse(
	    S("unspecified"), false, r->starts, &p->arena, &r->cra, e);
}

static int parse_deadlines(struct law_pack *p, struct law_row *r, struct err *e)
{
	enum law_event regulator;

	if (!law_event_parse(r->f[COL_DEADLINE_STARTS], false, &r->starts))
		return wrong(
		    COL_DEADLINE_STARTS, r, "an event a clock runs from", e);
	/* to be told can not start the time in which to be told */
	regulator = r->starts == EVENT_NOTICE_TO_REGULATOR ? EVENT_DISCOVERY
							   : r->starts;
	if (law_value_parse(r->f[COL_INDIVIDUAL_DEADLINE], false, r->starts,
		&p->arena, &r->individual, e) < 0)
		return at_column(COL_INDIVIDUAL_DEADLINE, e);
	if (r->individual.tiers > 1)
		return wrong(COL_INDIVIDUAL_DEADLINE, r,
		    "without tiers: only the regulator's deadline has them", e);
	if (law_value_parse(r->f[COL_REGULATOR_DEADLINE], true, regulator,
		&p->arena, &r->regulator, e) < 0)
		return at_column(COL_REGULATOR_DEADLINE, e);
	if (parse_thresholds(r, e) < 0)
		return e->code;
	return parse_cra(p, r, e);
}

static int parse_choices(struct law_row *r, struct err *e)
{
	static const char *const kinds[] = {
	    "breach", "recall", "policy", "health", "telecom"};
	static const char *const emails[] = {[EMAIL_YES] = "yes",
	    [EMAIL_CONSENT] = "consent",
	    [EMAIL_PRIMARY_CHANNEL] = "primary-channel",
	    [EMAIL_CONDITIONAL] = "conditional",
	    [EMAIL_NO] = "no",
	    [EMAIL_NOT_ASKED] = "n/a"};
	static const char *const yes_no[] = {"no", "yes"};
	static const char *const levels[] = {"low", "medium", "high"};
	size_t i;

	if (choose(r, COL_KIND, kinds, ARRAY_SIZE(kinds), &i, e) < 0)
		return e->code;
	r->kind = 1u << i;
	if (choose(r, COL_EMAIL_ALLOWED, emails, EMAIL_COUNT, &i, e) < 0)
		return e->code;
	r->email = (enum law_email)i;
	if (choose(r, COL_DELAY, yes_no, 2, &i, e) < 0)
		return e->code;
	r->delay_for_police = i == 1;
	for (int c = COL_CONFIDENCE; c <= COL_CONFIDENCE_CONTENT; c++)
		if (choose(r, (enum law_column)c, levels, 3, &i, e) < 0)
			return e->code;
	return 0;
}

static int check_source(struct law_row *r, struct err *e)
{
	usec_t t;
	bool checked = str_ends(r->f[COL_SOURCE], S(" [checked]"));

	if (r->f[COL_AS_OF].n != 10 || !clock_parse_iso(r->f[COL_AS_OF], &t))
		return wrong(COL_AS_OF, r, "a date (YYYY-MM-DD)", e);
	if (!checked && !str_ends(r->f[COL_SOURCE], S(" [unchecked]")))
		return err_set(e, ERR_INPUT,
		    "source: does not end with [checked] or [unchecked]");
	if (!checked && str_eq(r->f[COL_CONFIDENCE_DEADLINE], S("high")))
		return err_set(e, ERR_INPUT,
		    "confidence_deadline: high, but the row is [unchecked]");
	return 0;
}

static int parse_channel(struct law_pack *p, struct law_row *r, struct err *e)
{
	if (r->email == EMAIL_NOT_ASKED && !law_value_is_none(&r->individual))
		return wrong(COL_EMAIL_ALLOWED, r,
		    "possible: individual_deadline says that persons are told",
		    e);
	if (parse_one_number(r, COL_SUBSTITUTE_COUNT, &r->substitute_count, e) <
		0 ||
	    parse_one_number(r, COL_SUBSTITUTE_COST, &r->substitute_cost, e) <
		0)
		return e->code;
	if (law_substitute_check(p, r->f[COL_SUBSTITUTE_METHODS], e) < 0)
		return at_column(COL_SUBSTITUTE_METHODS, e);
	r->substitute = law_substitute_words(p, r, &p->arena);
	if (law_required_parse(p, r, e) < 0)
		return at_column(COL_REQUIRED, e);
	for (size_t i = 0; i < r->required_count; i++)
		r->wait_seven |= str_eq(r->required[i],
		    S("wait-7-business-days-after-law-enforcement"));
	return 0;
}

int law_row_parse(
    struct law_pack *p, struct str line, struct law_row *r, struct err *e)
{
	struct err mine;
	struct err *to = e ? e : &mine; /* its code is read below */

	if (split(line, r, to) < 0 || check_id(r, to) < 0 ||
	    check_place(r, to) < 0 || parse_choices(r, to) < 0 ||
	    parse_trigger(r, to) < 0 || parse_deadlines(p, r, to) < 0 ||
	    check_source(r, to) < 0 || parse_channel(p, r, to) < 0)
		return to->code;
	return 0;
}
