#include "law/law_private.h"

static const struct event {
	const char *name, *text;
	bool anchor_only;
} events[EVENT_COUNT] = {
    [EVENT_DISCOVERY] = {"discovery", "the discovery", false},
    [EVENT_DETERMINATION] = {"determination",
	"the determination that it is a breach or a defect", false},
    [EVENT_AWARENESS] = {"awareness", "becoming aware", false},
    [EVENT_CONFIRMATION] = {"confirmation", "the confirmation", false},
    [EVENT_ASSESSMENT] = {"assessment",
	"the assessment that it must be notified", false},
    [EVENT_DETECTION] = {"detection", "the detection", false},
    [EVENT_DISCOVERY_AND_SCOPE] = {"discovery-and-scope",
	"the discovery, with its scope known", false},
    [EVENT_NOTICE_TO_REGULATOR] = {"notice-to-regulator",
	"the notice to the regulator", false},
    [EVENT_MATERIALITY] = {"materiality-determination",
	"the determination that it is material", false},
    [EVENT_ORDER] = {"order", "the order", false},
    [EVENT_INITIATION] = {"initiation", "the start of the recall", false},
    [EVENT_CHANGE] = {"change", "the change", false},
    [EVENT_BEFORE_CHANGE] = {"before-change", "the change", false},
    [EVENT_PREVIOUS_NOTICE] = {"previous-notice", "the previous notice", false},
    [EVENT_NOTICE_TO_INDIVIDUALS] = {"notice-to-individuals",
	"the notice to the persons", true},
    [EVENT_CALENDAR_YEAR_END] = {"calendar-year-end",
	"the end of the calendar year", true},
    [EVENT_REPORTABLE_INFORMATION] = {"reportable-information",
	"obtaining the reportable information", true},
};

static const struct word {
	const char *name, *text;
	bool regulator_only, house;
} words[WORD_COUNT] = {
    [WORD_IMMEDIATELY] = {"immediately", "immediately", false, true},
    [WORD_PROMPTLY] = {"promptly", "promptly", false, true},
    [WORD_AS_SOON_AS_POSSIBLE] = {"as-soon-as-possible", "as soon as possible",
	false, true},
    [WORD_AS_SOON_AS_PRACTICABLE] = {"as-soon-as-practicable",
	"as soon as practicable", false, true},
    [WORD_AS_SOON_AS_FEASIBLE] = {"as-soon-as-feasible", "as soon as feasible",
	false, true},
    [WORD_WITHOUT_UNREASONABLE_DELAY] = {"without-unreasonable-delay",
	"without unreasonable delay", false, true},
    [WORD_REASONABLY_PRACTICAL] = {"within-reasonably-practical-period",
	"within a reasonably practical period", false, true},
    [WORD_UNSPECIFIED] = {"unspecified", "a duty with no stated time", false,
	true},
    [WORD_AS_DIRECTED] = {"as-directed", "as the authority directs", false,
	false},
    [WORD_BEFORE_CHANGE] = {"before-change", "before the change takes effect",
	false, false},
    [WORD_AS_STATED_IN_POLICY] = {"as-stated-in-policy",
	"as your own policy states", false, false},
    [WORD_NONE] = {"none", "no duty", false, false},
    [WORD_WITH_NOTICE] = {"with-notice-to-individuals",
	"not later than the persons are told", true, false},
    [WORD_BEFORE_NOTICE] = {"before-notice-to-individuals",
	"before the persons are told", true, false},
};

const char *law_event_text(enum law_event e)
{
	return events[e].text;
}

const char *law_word_text(enum law_word w)
{
	return words[w].text;
}

bool law_word_takes_house_limit(enum law_word w)
{
	return words[w].house;
}

bool law_event_parse(struct str s, bool anchor, enum law_event *ret)
{
	for (size_t i = 0; i < EVENT_COUNT; i++)
		if (str_eq(s, str_of(events[i].name)) &&
		    (anchor || !events[i].anchor_only)) {
			*ret = (enum law_event)i;
			return true;
		}
	return false;
}

static bool parse_word(struct str s, bool regulator, enum law_word *ret)
{
	for (size_t i = 1; i < WORD_COUNT; i++)
		if (str_eq(s, str_of(words[i].name)) &&
		    (regulator || !words[i].regulator_only)) {
			*ret = (enum law_word)i;
			return true;
		}
	return false;
}

static int parse_term(
    struct str s, bool regulator, struct law_term *t, struct err *e)
{
	ptrdiff_t at = str_chr(s, '@');
	struct str what = at < 0 ? s : str_sub(s, 0, (size_t)at);

	t->text = s;
	if (parse_word(what, regulator, &t->word)) {
		if (at >= 0)
			return err_set(e, ERR_INPUT,
			    "%.*s: only a duration has an anchor", STR_ARG(s));
		return 0;
	}
	t->word = WORD_DURATION;
	if (!law_duration_parse(what, &t->duration))
		return err_set(e, ERR_INPUT,
		    "'%.*s' is no duration (P30D, PT72H, P5D:business) and no "
		    "keyword of a deadline",
		    STR_ARG(what));
	if (at >= 0 &&
	    !law_event_parse(str_from(s, (size_t)at + 1), true, &t->from))
		return err_set(e, ERR_INPUT, "'%.*s' is no event to count from",
		    STR_ARG(str_from(s, (size_t)at + 1)));
	return 0;
}

/* One step: terms of which the earliest counts. */
static int parse_step(struct str s, bool regulator, struct law_term shape,
    struct law_value *v, struct err *e)
{
	int r = 0;

	while (r == 0 && s.p) {
		struct str one = str_cut(&s, ';');
		struct law_term t = shape;

		r = v->count == LIMIT_LAW_LIST
			? err_set(e, ERR_LIMIT, "more than %lu terms",
			      LIMIT_LAW_LIST)
			: parse_term(one, regulator, &t, e);
		if (r == 0)
			v->term[v->count++] = t;
	}
	return r;
}

static size_t term_count(struct str s)
{
	size_t n = 1;

	for (size_t i = 0; i < s.n && n < LIMIT_LAW_LIST; i++)
		n += s.p[i] == ';' || s.p[i] == '+' || s.p[i] == '|';
	return n;
}

int law_value_parse(struct str s, bool regulator, enum law_event starts,
    struct arena *a, struct law_value *ret, struct err *e)
{
	struct law_value v = {
	    .term = arena_array(a, term_count(s), sizeof(*v.term))};
	struct law_term shape = {.from = starts};
	int r = v.term ? 0 : err_set(e, ERR_LIMIT, "the pack is too large");

	for (; r == 0 && s.p; shape.tier++) {
		struct str tier = str_cut(&s, '|');

		if (shape.tier == LAW_TIERS)
			return err_set(
			    e, ERR_LIMIT, "more than %d tiers", LAW_TIERS);
		for (shape.step = 0; r == 0 && tier.p; shape.step++)
			r = parse_step(
			    str_cut(&tier, '+'), regulator, shape, &v, e);
	}
	v.tiers = shape.tier;
	if (r == 0 && v.count > 1)
		for (size_t i = 0; i < v.count; i++)
			if (v.term[i].word == WORD_NONE)
				return err_set(e, ERR_INPUT,
				    "'none' stands beside other terms");
	*ret = v;
	return r;
}

bool law_value_is_none(const struct law_value *v)
{
	return v->count == 0 || v->term[0].word == WORD_NONE;
}

unsigned law_value_steps(const struct law_value *v, unsigned tier)
{
	unsigned n = 0;

	for (size_t i = 0; i < v->count; i++)
		if (v->term[i].tier == tier && v->term[i].step >= n)
			n = v->term[i].step + 1;
	return n;
}
