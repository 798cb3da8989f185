#include "sim/scenario_impl.h"

/* Steps, and what is expected. */

/* ---- EXPECT */

static const struct {
	struct str word;
	enum scenario_compare compare;
} compares[] = {{{"=", 1}, SCENARIO_EQ}, {{"<=", 2}, SCENARIO_LE},
    {{">=", 2}, SCENARIO_GE}};

/* "<= 11m", "= 2" at words i and i + 1, the last ones */
static int take_compare(struct scenario_reader *r,
    const struct scenario_words *w, size_t i, struct scenario_expect *x,
    struct err *e)
{
	uint64_t v = 0;
	usec_t t = 0;
	bool time = x->kind == SCENARIO_TIME;

	for (size_t k = 0; k < ARRAY_SIZE(compares) && w->n == i + 2; k++) {
		if (!str_eq(w->w[i], compares[k].word))
			continue;
		x->compare = compares[k].compare;
		if (time ? scenario_duration(w->w[i + 1], &t)
			 : str_to_u64(w->w[i + 1], INT32_MAX, &v)) {
			x->number = time ? t : (int64_t)v;
			return 0;
		}
	}
	return scenario_bad(r, e, "end with =, <= or >= and a %s",
	    time ? "time, as <= 11m" : "number, as = 2");
}

static int status_of(struct str name)
{
	for (int i = 0; i < PERSON_STATUS_COUNT; i++)
		if (str_eq(name,
			str_of(person_status_name((enum person_status)i))))
			return i;
	return -1;
}

static int take_counts(struct scenario_reader *r,
    const struct scenario_words *w, struct scenario_expect *x, struct err *e)
{
	x->kind = SCENARIO_COUNTS;
	for (size_t i = 1; i < w->n; i++) {
		struct str value = w->w[i], name = str_cut(&value, '=');
		bool resent = str_eq(name, S("resent"));
		int status = status_of(name);

		if ((status < 0 && !resent) || !value.p ||
		    !str_to_u64(value, UINT32_MAX,
			resent ? &x->resent : &x->counts[status]))
			return scenario_bad(r, e,
			    "'%.*s' is no count, as accepted=2",
			    STR_ARG(str_sub(w->w[i], 0, 60)));
	}
	return 0;
}

/* person N state=rejected code=550 tries=1 address=2 resent=1 text "*user*" */
static int take_person_fact(struct scenario_reader *r, struct str name,
    struct str value, struct scenario_expect *x, struct err *e)
{
	uint64_t v = 0;
	int *to = str_eq(name, S("code"))      ? &x->code
		  : str_eq(name, S("tries"))   ? &x->tries
		  : str_eq(name, S("address")) ? &x->address
		  : str_eq(name, S("resent"))  ? &x->again
					       : NULL;

	if (to && str_to_u64(value, 100000, &v)) {
		*to = (int)v;
		return 0;
	}
	if (str_eq(name, S("state")) && (x->state = status_of(value)) >= 0)
		return 0;
	return scenario_bad(r, e,
	    "of a person, state, code, tries, address, resent and text "
	    "can be expected, each as NAME=VALUE");
}

static int take_person(struct scenario_reader *r,
    const struct scenario_words *w, struct scenario_expect *x, struct err *e)
{
	uint64_t n = 0;

	x->kind = SCENARIO_PERSON;
	x->state = x->code = x->tries = x->address = x->again = -1;
	if (w->n < 4 || !str_to_u64(w->w[2], r->s->person_count, &n) || !n)
		return scenario_bad(r, e,
		    "write EXPECT person N state=..., with N from 1 to %zu",
		    r->s->person_count);
	x->person = (unsigned)n;
	for (size_t i = 3; i < w->n; i++) {
		struct str value = w->w[i], name = str_cut(&value, '=');
		int rc;

		if (str_eq(w->w[i], S("text")) && i + 2 == w->n) {
			x->text = w->w[++i];
			continue;
		}
		if ((rc = take_person_fact(r, name, value, x, e)) < 0)
			return rc;
	}
	return 0;
}

/* "mx1#2", "mx1", "any" */
static bool take_connection(
    struct scenario_reader *r, struct str s, struct scenario_expect *x)
{
	struct str number = s, name = str_cut(&number, '#');
	uint64_t n = 0;

	if (number.p && (!str_to_u64(number, 100000, &n) || !n))
		return false;
	x->connection = (unsigned)n;
	if (str_eq(s, S("any")))
		return true;
	x->place = scenario_place_find(r, name);
	return x->place;
}

/* wire mx1#1 > "GLOB" | wire none [WHERE] > "GLOB" | wire N [WHERE] > "GLOB" */
static int take_wire(struct scenario_reader *r, const struct scenario_words *w,
    struct scenario_expect *x, struct err *e)
{
	size_t i = 2;
	uint64_t n = 0;

	x->kind = SCENARIO_WIRE;
	if (w->n > 4 && str_eq(w->w[i], S("none"))) {
		x->wire = SCENARIO_NEVER;
		i++;
	} else if (w->n > 4 && str_to_u64(w->w[i], INT32_MAX, &n)) {
		x->wire = SCENARIO_TIMES;
		x->number = (int64_t)n;
		i++;
	}
	if (i + 3 == w->n) {
		if (!take_connection(r, w->w[i], x))
			return scenario_bad(r, e,
			    "'%.*s' is no connection; write mx1#2 for the "
			    "second one to mx1, mx1 or any",
			    STR_ARG(str_sub(w->w[i], 0, 60)));
		i++;
	} else if (x->wire == SCENARIO_IN_ORDER) {
		i = w->n;
	}
	if (i + 2 != w->n || w->w[i].n != 1 || !strchr("<>!", w->w[i].p[0]))
		return scenario_bad(r, e,
		    "write EXPECT wire [none|N] NAME#N > \"GLOB\", with > "
		    "from the sender, < to it, ! for a note");
	if (x->wire == SCENARIO_IN_ORDER && !x->connection)
		return scenario_bad(r, e,
		    "lines in order are those of one connection, as mx1#1");
	x->dir = w->w[i].p[0];
	x->text = w->w[i + 1];
	return 0;
}

/* mails NAME [ADDRESS] = N | same NAME ADDRESS | connections NAME = N */
static int take_at_place(struct scenario_reader *r,
    const struct scenario_words *w, struct scenario_expect *x, struct err *e)
{
	size_t i = 3;

	x->place = w->n > 3 ? scenario_place_find(r, w->w[2]) : NULL;
	if (!x->place)
		return scenario_bad(r, e,
		    "%.*s needs the name of a provider or peer above",
		    STR_ARG(w->w[1]));
	if (x->place->scripts && x->kind != SCENARIO_CONNECTIONS)
		return scenario_bad(
		    r, e, "a peer counts no mails; look at its wire");
	if (x->kind == SCENARIO_SAME) {
		x->text = w->w[3];
		return w->n == 4 ? 0
				 : scenario_bad(
				       r, e, "write EXPECT same NAME ADDRESS");
	}
	if (x->kind == SCENARIO_MAILS && w->n == 6)
		x->text = w->w[i++];
	return take_compare(r, w, i, x, e);
}

static int take_end(struct scenario_reader *r, const struct scenario_words *w,
    struct scenario_expect *x, struct err *e)
{
	size_t n = x->kind == SCENARIO_ERROR ? 3 : 2;

	if (w->n != n)
		return scenario_bad(r, e,
		    "write EXPECT ended, EXPECT running or EXPECT error "
		    "\"GLOB\"");
	if (n == 3)
		x->text = w->w[2];
	return 0;
}

int scenario_expect_line(struct scenario_reader *r,
    const struct scenario_words *w, struct scenario_expect *x, struct err *e)
{
	static const struct {
		struct str word;
		enum scenario_expect_kind kind;
		int (*take)(struct scenario_reader *r,
		    const struct scenario_words *w, struct scenario_expect *x,
		    struct err *e);
	} kinds[] = {
	    {{"person", 6}, SCENARIO_PERSON, take_person},
	    {{"wire", 4}, SCENARIO_WIRE, take_wire},
	    {{"mails", 5}, SCENARIO_MAILS, take_at_place},
	    {{"same", 4}, SCENARIO_SAME, take_at_place},
	    {{"connections", 11}, SCENARIO_CONNECTIONS, take_at_place},
	    {{"ended", 5}, SCENARIO_ENDED, take_end},
	    {{"running", 7}, SCENARIO_RUNNING, take_end},
	    {{"error", 5}, SCENARIO_ERROR, take_end},
	};

	if (w->n < 2)
		return scenario_bad(r, e, "EXPECT what?");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (str_eq(w->w[1], kinds[i].word)) {
			x->kind = kinds[i].kind;
			return kinds[i].take(r, w, x, e);
		}
	if (str_eq(w->w[1], S("time"))) {
		x->kind = SCENARIO_TIME;
		return take_compare(r, w, 2, x, e);
	}
	return take_counts(r, w, x, e);
}

/* ---- steps */

enum argument { NOTHING, TIME, PLACE, SITE, ANY };

static const struct {
	struct str word;
	enum scenario_step_kind kind;
	enum argument argument;
} steps[] = {
    {{"RUN", 3}, SCENARIO_RUN, NOTHING},
    {{"TIME_PASSES", 11}, SCENARIO_PASS, TIME},
    {{"STOP", 4}, SCENARIO_STOP, NOTHING},
    {{"KILL", 4}, SCENARIO_KILL, NOTHING},
    {{"RESTART", 7}, SCENARIO_RESTART, NOTHING},
    {{"SILENT", 6}, SCENARIO_SILENT, PLACE},
    {{"REFUSE", 6}, SCENARIO_REFUSE, PLACE},
    {{"RELEASE", 7}, SCENARIO_RELEASE, PLACE},
    {{"PAUSE", 5}, SCENARIO_PAUSE, SITE},
    {{"RESUME", 6}, SCENARIO_RESUME, NOTHING},
    {{"EXPECT", 6}, SCENARIO_CHECK, ANY},
};

static int take_argument(struct scenario_reader *r,
    const struct scenario_words *w, enum argument a, struct scenario_step *x,
    struct err *e)
{
	struct str arg = w->n > 1 ? w->w[1] : STR_NONE;

	if (a == ANY)
		return scenario_expect_line(r, w, &x->expect, e);
	if (w->n > 2 || (a == NOTHING && w->n > 1))
		return scenario_bad(
		    r, e, "too many words behind %.*s", STR_ARG(w->w[0]));
	x->text = arg.n ? arg : S("*");
	if (a == TIME && !scenario_duration(arg, &x->wait))
		return scenario_bad(r, e, "TIME_PASSES needs a time, as 10m");
	if (a == PLACE && !(x->place = scenario_place_find(r, arg)))
		return scenario_bad(r, e, "there is no provider '%.*s' above",
		    STR_ARG(str_sub(arg, 0, 60)));
	return 0;
}

int scenario_step_line(
    struct scenario_reader *r, const struct scenario_words *w, struct err *e)
{
	struct scenario_step *x;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		if (!str_eq(w->w[0], steps[i].word))
			continue;
		x = scenario_alloc(r, sizeof(*x));
		if (!x)
			return 1;
		x->kind = steps[i].kind;
		x->line = r->line;
		x->source = arena_dup(&r->s->arena, r->source);
		*r->step_last = x;
		r->step_last = &x->next;
		return take_argument(r, w, steps[i].argument, x, e) < 0
			   ? e->code
			   : 1;
	}
	return 0;
}
