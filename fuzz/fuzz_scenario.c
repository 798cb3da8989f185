/* scenario: a file of any bytes is refused with a sentence that names file and
 * line, or can be played: what it names is there, times ascend, the zone's
 * lines are the file's.
 */
#include "fuzz.h"

#include "sim/scenario.h"

static bool is_place(const struct scenario *s, const struct scenario_place *p)
{
	const struct scenario_place *x = s->places;

	while (x && x != p)
		x = x->next;
	return x;
}

static size_t lines_of(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static void check_people(const struct scenario *s)
{
	size_t n = 0;

	for (const struct scenario_person *p = s->people; p; p = p->next) {
		n++;
		ENSURE(strlen(p->name.p ? p->name.p : "") <= p->name.n);
		ENSURE(lines_of(p->addresses) < LIMIT_PERSON_ADDRESSES);
	}
	ENSURE(n == s->person_count && n > 0 && n <= SCENARIO_PEOPLE);
}

static void check_places(const struct scenario *s)
{
	size_t n = 0;

	for (const struct scenario_place *p = s->places; p; p = p->next) {
		ENSURE(p->number == n++ && p->name.n && p->at.len);
		for (const struct scenario_script *x = p->scripts; x;
		     x = x->next)
			for (const struct scenario_act *a = x->acts; a;
			     a = a->next)
				ENSURE(a->line && a->wait >= 0);
	}
	ENSURE(n == s->place_count && n <= SCENARIO_PLACES);
}

static void check_times(const struct scenario *s, struct str in)
{
	usec_t before = 0;

	for (const struct scenario_zone *z = s->zones; z; z = z->next) {
		ENSURE(z->at >= before);
		before = z->at;
		ENSURE(lines_of(z->text) <= lines_of(in) + 1);
	}
	before = 0;
	for (const struct scenario_change *c = s->changes; c; c = c->next) {
		ENSURE(c->at >= before && is_place(s, c->place));
		ENSURE(!c->place->scripts);
		before = c->at;
	}
}

static void check_expected(
    const struct scenario *s, const struct scenario_expect *x)
{
	ENSURE(!x->place || is_place(s, x->place));
	if (x->kind == SCENARIO_PERSON)
		ENSURE(x->person >= 1 && x->person <= s->person_count);
	if (x->kind == SCENARIO_WIRE && x->wire == SCENARIO_IN_ORDER)
		ENSURE(x->place && x->connection);
	if (x->kind == SCENARIO_MAILS || x->kind == SCENARIO_SAME)
		ENSURE(x->place && !x->place->scripts);
	scenario_fits(x->text, S("MAIL FROM:<a@example.com> SIZE=1000"));
	if (x->kind == SCENARIO_WIRE && x->text.n < 200)
		ENSURE(scenario_fits(S("*"), x->text));
}

static void check_steps(const struct scenario *s)
{
	for (const struct scenario_step *x = s->steps; x; x = x->next) {
		ENSURE(x->line && x->source.n && x->wait >= 0);
		ENSURE(!x->place || is_place(s, x->place));
		if (x->kind == SCENARIO_SILENT || x->kind == SCENARIO_REFUSE ||
		    x->kind == SCENARIO_RELEASE)
			ENSURE(x->place);
		if (x->kind == SCENARIO_CHECK)
			check_expected(s, &x->expect);
	}
}

void fuzz_one(struct str in)
{
	struct scenario *s = NULL;
	struct err e = {0};
	int rc = scenario_parse(in, "x.scn", &s, &e);

	if (rc < 0) {
		ENSURE(!s && (rc == ERR_INPUT || rc == ERR_LIMIT));
		ENSURE(str_starts(str_of(e.msg), S("x.scn:")));
		return;
	}
	check_people(s);
	check_places(s);
	check_times(s, in);
	check_steps(s);
	ENSURE(s->steps);
	ENSURE(s->config.relays <= SCENARIO_RELAYS);
	ENSURE(!s->config.relay.n == !s->config.relays);
	scenario_free(s);
}
