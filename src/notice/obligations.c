#include "notice/obligations.h"

/* Codes of place.h: countries, and parts of two of them. */
#define PLACES_MAX 1024u

struct counting {
	struct people *people;
	const struct tranches *tranches;
	struct arena *arena;
	struct obligations *to;
	struct err *e;
};

/* ---- where people live */

static struct obligation *tranche_of(struct counting *c, struct str name)
{
	struct obligations *to = c->to;
	struct obligation *o;

	for (size_t i = to->count; i > 0; i--)
		if (str_eq(to->v[i - 1].tranche, name))
			return &to->v[i - 1];
	if (to->count > TRANCHES)
		return NULL;
	o = &to->v[to->count++];
	o->tranche = arena_dup(c->arena, name);
	o->place = arena_array(c->arena, PLACES_MAX, sizeof(*o->place));
	return o->place ? o : NULL;
}

static int count(
    struct counting *c, struct str tranche, struct str code, uint64_t people)
{
	struct obligation *o = tranche_of(c, tranche);
	size_t i = 0;

	if (!o)
		return err_set(c->e, ERR_LIMIT,
		    "the audience is in more than %u tranches", TRANCHES);
	o->people += people;
	if (!code.n) {
		o->unknown += people;
		return 0;
	}
	while (i < o->places && !str_eq(o->place[i].code, code))
		i++;
	if (i == PLACES_MAX)
		return err_set(c->e, ERR_LIMIT,
		    "the audience lives in more than %u places", PLACES_MAX);
	if (i == o->places)
		o->place[o->places++].code = arena_dup(c->arena, code);
	o->place[i].people += people;
	return 0;
}

static int on_group(const struct people_group *g, void *arg)
{
	return count(arg, S(""), g->jurisdiction, g->people);
}

/* Where the tranche stands, or the number of cells. */
static size_t tranche_cell(const struct people_layout *l)
{
	size_t i = 0;

	while (i < l->count && !str_ieq(l->name[i], S("tranche")))
		i++;
	return i;
}

static int on_person(const struct people_row *row, void *arg)
{
	struct counting *c = arg;
	const struct people_layout *l = people_layout(c->people, row->layout);

	return count(c, l ? people_cell(row->cells, tranche_cell(l)) : S(""),
	    row->jurisdiction, 1);
}

static bool has_tranches(struct people *p)
{
	for (uint32_t i = 1; i <= people_layout_count(p); i++) {
		const struct people_layout *l = people_layout(p, i);

		if (tranche_cell(l) < l->count)
			return true;
	}
	return false;
}

/* The first import stays first.  Few, and mostly in order. */
static void sort_tranches(struct counting *c)
{
	struct obligation *v = c->to->v, one;

	for (size_t i = 2; i < c->to->count; i++) {
		size_t k = i;

		one = v[i];
		for (; k > 1 && tranche_comes_before(
				    c->tranches, one.tranche, v[k - 1].tranche);
		     k--)
			v[k] = v[k - 1];
		v[k] = one;
	}
}

static int count_places(struct counting *c, struct err *e)
{
	int rc;

	c->to->v =
	    arena_array(c->arena, TRANCHES + 1, sizeof(struct obligation));
	if (!c->to->v || !tranche_of(c, S("")))
		return err_set(e, ERR_LIMIT, "there are too many tranches");
	rc = has_tranches(c->people)
		 ? people_each(c->people, 0, on_person, c, e)
		 : people_each_group(c->people, on_group, c, e);
	if (rc == 0 && c->arena->failed)
		rc = err_set(e, ERR_LIMIT, "there are too many places");
	sort_tranches(c);
	/* an audience of tranches alone */
	if (rc == 0 && !c->to->v[0].people && c->to->count > 1) {
		c->to->count--;
		memmove(
		    c->to->v, c->to->v + 1, c->to->count * sizeof(c->to->v[0]));
	}
	return rc;
}

/* ---- what follows */

/* A clock of its own; that the breach was determined before these people were
 * found says nothing of them. */
static void set_clock(struct law_facts *f, const struct tranche *t)
{
	if (!t)
		return;
	f->discovered = t->discovered;
	if (f->determined < f->discovered)
		f->determined = 0;
}

/* Where those before `o` live, for what a law asks from so many people on. */
static void count_earlier(
    struct obligations *all, struct arena *a, struct obligation *o)
{
	struct law_place *place;
	size_t most = 0;

	for (struct obligation *v = all->v; v < o; v++)
		most += v->places;
	place = arena_array(a, most + 1, sizeof(*place));
	o->facts.earlier = place;
	for (struct obligation *v = all->v; place && v < o; v++)
		for (size_t i = 0; i < v->places; i++)
			place[o->facts.earliers++] = v->place[i];
}

static int assess(const struct notice *n, const struct law_pack *pack,
    const struct tranches *tranches, struct obligations *all, usec_t now,
    struct arena *a, struct obligation *o, struct err *e)
{
	int rc = duty_log_of(&all->log, o->tranche, a, &o->log, e);

	if (rc == 0)
		rc = notice_law_facts(n, now, &o->log, &o->facts, NULL, e);
	if (rc < 0)
		return rc;
	set_clock(&o->facts, tranche_find(tranches, o->tranche));
	count_earlier(all, a, o);
	rc = law_assess(pack, &o->facts, o->place, o->places, a, &o->duties, e);
	if (rc == 0)
		o->bars = duty_bars(&o->duties, &o->log, now, a, &o->bar);
	return rc;
}

int obligations_gather(const struct notice *n, const struct law_pack *pack,
    struct people *p, usec_t now, struct arena *a, struct obligations *ret,
    struct err *e)
{
	const char *dir = arena_strz(a, n->dir);
	struct tranches tranches;
	struct counting c = {
	    .people = p, .tranches = &tranches, .arena = a, .to = ret, .e = e};
	int rc;

	*ret = (struct obligations){0};
	if ((rc = tranches_load(dir, a, &tranches, e)) < 0 ||
	    (rc = duty_log_load(dir, a, &ret->log, e)) < 0 ||
	    (rc = count_places(&c, e)) < 0)
		return rc;
	for (size_t i = 0; i < ret->count && rc == 0; i++)
		rc = assess(n, pack, &tranches, ret, now, a, &ret->v[i], e);
	return rc;
}

const struct duty_bar *obligations_bar(const struct obligations *all)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->v[i].bars)
			return &all->v[i].bar[0];
	return NULL;
}

const struct obligation *obligations_find(
    const struct obligations *all, struct str tranche)
{
	for (size_t i = 0; i < all->count; i++)
		if (str_eq(all->v[i].tranche, tranche))
			return &all->v[i];
	return NULL;
}
