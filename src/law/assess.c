#include "law/law_private.h"

struct assessment {
	const struct law_pack *pack;
	const struct law_facts *facts;
	struct arena *arena;
	struct law_duties *to;
};

/* One row for the people it protects. */
struct subject {
	const struct law_row *row;
	uint64_t people, whole; /* now; with those found earlier */
	struct law_judgement judged;
	struct law_clock clock;
};

const char *law_who_name(enum law_who w)
{
	static const char *const names[] = {
	    [LAW_INDIVIDUALS] = "individuals",
	    [LAW_REGULATOR] = "regulator",
	    [LAW_CRA] = "cra",
	};

	return names[w];
}

static uint64_t count_people(
    const struct law_row *r, const struct law_place *place, size_t places)
{
	uint64_t n = 0;

	for (size_t i = 0; i < places; i++)
		if (law_place_within(place[i].code, r->f[COL_JURISDICTION]))
			n += place[i].people;
	return n;
}

/* What is the same for all duties of a row. */
static struct law_duty *add_duty(struct assessment *s, const struct subject *o,
    enum law_who who, unsigned step)
{
	const struct law_row *r = o->row;
	struct law_duty *d = &s->to->d[s->to->count++];

	*d = (struct law_duty){
	    .id = r->f[COL_ID],
	    .step = step + 1,
	    .who = who,
	    .applies = o->judged.applies,
	    .question = o->judged.question,
	    .jurisdiction = r->f[COL_JURISDICTION],
	    .name = r->f[COL_NAME],
	    .regime = r->f[COL_REGIME],
	    .kind = r->f[COL_KIND],
	    .trigger = r->trigger,
	    .people = o->people,
	    .email = r->f[COL_EMAIL_ALLOWED],
	    .email_condition = r->f[COL_EMAIL_CONDITION],
	    .required = r->required,
	    .required_count = r->required_count,
	    .substitute = r->substitute,
	    .language = r->f[COL_LANGUAGE],
	    .as_of = r->f[COL_AS_OF],
	    .source = r->f[COL_SOURCE],
	    .confidence_deadline = r->f[COL_CONFIDENCE_DEADLINE],
	    .confidence_channel = r->f[COL_CONFIDENCE_CHANNEL],
	    .confidence_content = r->f[COL_CONFIDENCE_CONTENT],
	    .delay_for_police = r->delay_for_police,
	};
	d->substitute_allowed = d->substitute.n && r->substitute_count.given &&
				r->kind != LAW_KIND_HEALTH &&
				o->whole >= r->substitute_count.value;
	if (who == LAW_REGULATOR)
		d->regulator = r->f[COL_REGULATOR];
	return d;
}

/* The rule of one step in words, and its date if the law applies. */
static void set_deadline(struct assessment *s, const struct subject *o,
    const struct law_value *v, unsigned tier, struct law_duty *d,
    struct law_due *due)
{
	struct buf b = BUF_INIT(LIMIT_LAW_TEXT);
	bool dateless = d->applies == LAW_NO || o->row->unknown;

	law_due(v, tier, d->step - 1, &o->clock, due);
	if (dateless)
		*due = (struct law_due){.term = due->term};
	if (d->who == LAW_INDIVIDUALS && due->known &&
	    o->row->delay_for_police && s->facts->held_until > due->at) {
		due->at = s->facts->held_until;
		due->held = true;
	}
	d->has_deadline = due->known;
	d->deadline = due->known ? due->at : 0;
	d->house = due->known && due->house;
	d->passed = due->known && s->facts->now && due->at < s->facts->now;
	d->rule = law_rule_of(v, tier, d->step - 1, s->arena);
	law_rule_text(v, tier, d->step - 1, due, s->facts, &b);
	d->rule_text = arena_dup(s->arena, buf_str(&b));
	buf_release(&b);
}

static void add_individuals(struct assessment *s, struct subject *o)
{
	const struct law_value *v = &o->row->individual;

	for (unsigned i = 0; i < law_value_steps(v, 0); i++) {
		struct law_duty *d = add_duty(s, o, LAW_INDIVIDUALS, i);
		struct law_due due;

		set_deadline(s, o, v, 0, d, &due);
		if (i == 0) {
			o->clock.have_individual = due.known;
			o->clock.individual = due.at;
			o->clock.individual_house = due.house;
		}
	}
}

static struct str too_few(struct assessment *s, uint64_t from, uint64_t people)
{
	char text[120];

	snprintf(text, sizeof(text), "Only from %llu people; there are %llu.",
	    (unsigned long long)from, (unsigned long long)people);
	return arena_dup(s->arena, str_of(text));
}

/* "1 (significant harm; else 500)" with fewer than 500. */
static struct str only_with(struct assessment *s, const struct law_number *n)
{
	struct buf b = BUF_INIT(LIMIT_LAW_TEXT);
	ptrdiff_t cut = str_find(n->text, S("; else "));
	struct str what = cut < 0 ? n->text : str_sub(n->text, 0, (size_t)cut);
	struct str said;

	buf_addf(&b, "Does this hold: %.*s?", STR_ARG(what));
	if (n->otherwise)
		buf_addf(&b, " If not, only from %llu people.",
		    (unsigned long long)n->otherwise);
	said = arena_dup(s->arena, buf_str(&b));
	buf_release(&b);
	return said;
}

/* Lowers what the facts gave by the number of people. */
static void apply_threshold(struct assessment *s, const struct subject *o,
    const struct law_number *n, struct law_duty *d)
{
	if (d->applies == LAW_NO || !n->given)
		return;
	if (o->whole < n->value) {
		d->applies = LAW_NO;
		d->question = too_few(s, n->value, o->whole);
	} else if (n->text.n && !(n->otherwise && o->whole >= n->otherwise)) {
		struct str more = only_with(s, n);
		struct buf b = BUF_INIT(LIMIT_LAW_PACK);

		if (d->applies == LAW_IF)
			buf_addf(&b, "%.*s ", STR_ARG(d->question));
		buf_add(&b, more);
		d->applies = LAW_IF;
		d->question = arena_dup(s->arena, buf_str(&b));
		buf_release(&b);
	}
}

static void add_regulator(struct assessment *s, const struct subject *o)
{
	const struct law_row *r = o->row;
	const struct law_value *v = &r->regulator;
	unsigned tier = 0;

	if (law_value_is_none(v))
		return;
	while (tier + 1 < v->tiers && o->whole >= r->threshold[tier + 1].value)
		tier++;
	for (unsigned i = 0; i < law_value_steps(v, tier); i++) {
		struct law_duty *d = add_duty(s, o, LAW_REGULATOR, i);
		struct law_due due;

		apply_threshold(s, o, &r->threshold[tier], d);
		set_deadline(s, o, v, tier, d, &due);
		d->before_individuals =
		    r->wait_seven || due.term->word == WORD_BEFORE_NOTICE;
		d->wait_business_days = r->wait_seven ? 7 : 0;
	}
}

static void add_cra(struct assessment *s, const struct subject *o)
{
	const struct law_row *r = o->row;
	struct law_duty *d;
	struct law_due due;

	if (!r->cra.count)
		return;
	d = add_duty(s, o, LAW_CRA, 0);
	apply_threshold(s, o, &r->cra_from, d);
	if (r->cra_as_directed && d->applies == LAW_YES) {
		d->applies = LAW_IF;
		d->question = S("Does the authority ask for it?");
	}
	set_deadline(s, o, &r->cra, 0, d, &due);
}

/* So that "no duty" is not "not covered". */
static void add_none(struct assessment *s, const struct subject *o)
{
	struct law_duty *d = add_duty(s, o, LAW_INDIVIDUALS, 0);

	d->applies = LAW_NO;
	d->question = o->row->trigger;
	d->rule = S("none");
	d->rule_text = S("no duty");
}

static void assess_row(
    struct assessment *s, const struct law_row *r, uint64_t people)
{
	struct subject o = {.row = r,
	    .people = people,
	    .whole =
		people + count_people(r, s->facts->earlier, s->facts->earliers),
	    .judged = law_judge(r, s->facts, s->arena),
	    .clock = {.facts = s->facts}};
	size_t before = s->to->count;

	if (!law_value_is_none(&r->individual))
		add_individuals(s, &o);
	add_regulator(s, &o);
	add_cra(s, &o);
	if (s->to->count == before)
		add_none(s, &o);
}

static int by_deadline(const void *pa, const void *pb)
{
	const struct law_duty *a = pa, *b = pb;
	int c;

	if (a->has_deadline != b->has_deadline)
		return a->has_deadline ? -1 : 1;
	if (a->deadline != b->deadline)
		return a->deadline < b->deadline ? -1 : 1;
	c = str_cmp(a->id, b->id);
	if (c)
		return c;
	if (a->who != b->who)
		return a->who < b->who ? -1 : 1;
	return a->step < b->step ? -1 : a->step > b->step;
}

/* The most duties one row can have. */
static size_t row_duties(const struct law_row *r)
{
	return 2 + r->individual.count + r->regulator.count;
}

/* A state is covered by a law of its own; federal breach laws bind sectors
 * only.  Elsewhere any row of the kinds asked will do. */
static bool is_covered(
    const struct law_pack *p, unsigned kinds, struct str code)
{
	bool state = str_starts(law_place_canonical(code), S("US-")) &&
		     (kinds & LAW_KIND_BREACH);

	for (size_t i = 0; i < p->rows; i++) {
		struct str j = p->row[i].f[COL_JURISDICTION];

		if (!(p->row[i].kind & kinds) || !law_place_within(code, j))
			continue;
		if (!state || !str_eq(j, S("US")))
			return true;
	}
	return false;
}

static int list_gaps(struct assessment *s, const struct law_place *place,
    size_t places, struct err *e)
{
	struct law_duties *to = s->to;

	to->not_covered =
	    arena_array(s->arena, places, sizeof(*to->not_covered));
	if (places && !to->not_covered)
		return err_set(e, ERR_LIMIT, "too many places");
	for (size_t i = 0; i < places; i++) {
		if (str_eq(place[i].code, S("US")))
			to->unknown_state += place[i].people;
		if (!is_covered(s->pack, law_kinds_of(s->facts), place[i].code))
			to->not_covered[to->not_covered_count++] = place[i];
	}
	return 0;
}

int law_assess(const struct law_pack *p, const struct law_facts *f,
    const struct law_place *place, size_t places, struct arena *a,
    struct law_duties *ret, struct err *e)
{
	struct assessment s = {.pack = p, .facts = f, .arena = a, .to = ret};
	size_t most = 0;

	*ret = (struct law_duties){.count = 0};
	for (size_t i = 0; i < p->rows; i++)
		most += row_duties(&p->row[i]);
	ret->d = arena_array(a, most, sizeof(*ret->d));
	if (!ret->d)
		return err_set(e, ERR_LIMIT, "too many duties");
	for (size_t i = 0; i < p->rows; i++) {
		const struct law_row *r = &p->row[i];
		uint64_t people = r->kind & law_kinds_of(f)
				      ? count_people(r, place, places)
				      : 0;

		if (people)
			assess_row(&s, r, people);
	}
	if (a->failed)
		return err_set(e, ERR_LIMIT, "too many duties");
	qsort(ret->d, ret->count, sizeof(*ret->d), by_deadline);
	return list_gaps(&s, place, places, e);
}
