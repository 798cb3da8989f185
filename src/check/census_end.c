/* What was counted, as facts. */
#include "check/census_private.h"

struct end {
	struct census *c;
	struct arena *a;
	struct list_facts *f;
};

static void *room(const struct end *x, size_t n, size_t size)
{
	return arena_array(x->a, n ? n : 1, size);
}

static struct str keep(const struct end *x, struct str s)
{
	return arena_dup(x->a, s);
}

/* ---- places */

static int by_people(const void *a, const void *b)
{
	const struct law_place *x = a, *y = b;

	if (x->people != y->people)
		return x->people < y->people ? 1 : -1;
	return str_cmp(x->code, y->code);
}

static void sort_places(struct law_place *v, size_t n)
{
	if (n)
		qsort(v, n, sizeof(v[0]), by_people);
}

static struct law_place place_at(
    const struct end *x, uint32_t place, uint64_t people)
{
	return (struct law_place){
	    .code = tally_key(x->c->place, place), .people = people};
}

static void put_places(const struct end *x)
{
	size_t n = tally_size(x->c->place);

	x->f->place = room(x, n, sizeof(x->f->place[0]));
	for (size_t i = 0; i < n && x->f->place; i++) {
		x->f->place[i] =
		    place_at(x, (uint32_t)i, tally_count(x->c->place, i));
		x->f->place[i].code = keep(x, x->f->place[i].code);
	}
	x->f->places = x->f->place ? n : 0;
	sort_places(x->f->place, x->f->places);
}

/* Where the members of each group live. */
struct spread {
	struct law_place *place;
	size_t places;
};

static struct spread *spread_of(
    const struct end *x, const struct tally *pairs, size_t groups)
{
	struct spread *ret = room(x, groups, sizeof(*ret));
	size_t n = tally_size(pairs);
	uint32_t group, place;

	for (size_t i = 0; i < n && ret; i++) {
		census_unpair(tally_key(pairs, i), &group, &place);
		ret[group].places++;
	}
	for (size_t i = 0; i < groups && ret; i++) {
		ret[i].place = room(x, ret[i].places, sizeof(ret[i].place[0]));
		if (!ret[i].place)
			return NULL;
		ret[i].places = 0;
	}
	for (size_t i = 0; i < n && ret; i++) {
		struct spread *s;

		census_unpair(tally_key(pairs, i), &group, &place);
		s = &ret[group];
		s->place[s->places] = place_at(x, place, tally_count(pairs, i));
		s->place[s->places].code = keep(x, s->place[s->places].code);
		s->places++;
	}
	for (size_t i = 0; i < groups && ret; i++)
		sort_places(ret[i].place, ret[i].places);
	return ret;
}

/* ---- variants and tranches */

static int by_size(const void *a, const void *b)
{
	const struct list_variant *x = a, *y = b;
	int d;

	if (x->people != y->people)
		return x->people < y->people ? 1 : -1;
	d = str_cmp(x->segment, y->segment);
	return d ? d : str_cmp(x->language, y->language);
}

static void put_variants(const struct end *x)
{
	const struct tally *group = x->c->group;
	size_t n = tally_size(group);
	struct spread *where = spread_of(x, x->c->group_place, n);
	struct list_variant *v = room(x, n, sizeof(*v));

	if (!where || !v)
		return;
	for (size_t i = 0; i < n; i++) {
		struct str rest = tally_key(group, i);
		const struct census_group *g = &x->c->groups[i];

		v[i].segment = keep(x, str_cut(&rest, '\0'));
		v[i].language = keep(x, rest);
		v[i].file = g->variant ? keep(x, g->variant->file) : S("");
		v[i].people = tally_count(group, i);
		v[i].no_address = g->no_address;
		v[i].place = where[i].place;
		v[i].places = where[i].places;
	}
	qsort(v, n, sizeof(v[0]), by_size);
	x->f->variant = v;
	x->f->variants = n;
}

static int by_name(const void *a, const void *b)
{
	const struct list_tranche *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

static void put_tranches(const struct end *x)
{
	const struct tally *tranche = x->c->tranche;
	size_t n = tally_size(tranche);
	struct spread *where = spread_of(x, x->c->tranche_place, n);
	struct list_tranche *t = room(x, n, sizeof(*t));

	if (!where || !t)
		return;
	for (size_t i = 0; i < n; i++)
		t[i] = (struct list_tranche){
		    .name = keep(x, tally_key(tranche, i)),
		    .people = tally_count(tranche, i),
		    .no_address = x->c->tranche_no_address[i],
		    .place = where[i].place,
		    .places = where[i].places,
		};
	qsort(t, n, sizeof(t[0]), by_name);
	x->f->tranche = t;
	x->f->tranches = n;
}

/* ---- words */

static int by_word(const void *a, const void *b)
{
	const struct list_word *x = a, *y = b;

	if (x->people != y->people)
		return x->people < y->people ? 1 : -1;
	return str_cmp(x->word, y->word);
}

static struct list_word *words_of(
    const struct end *x, const struct tally *t, size_t *ret_count)
{
	size_t n = tally_size(t);
	struct list_word *v = room(x, n, sizeof(*v));

	*ret_count = v ? n : 0;
	for (size_t i = 0; i < *ret_count; i++) {
		v[i].word = keep(x, tally_key(t, i));
		v[i].people = tally_count(t, i);
	}
	if (*ret_count)
		qsort(v, n, sizeof(v[0]), by_word);
	return v;
}

static void put_words(const struct end *x)
{
	const char *channels[LAW_CHANNEL_COUNT + 1] = {NULL};
	struct list_facts *f = x->f;

	for (unsigned i = 0; i < LAW_CHANNEL_COUNT; i++)
		channels[i] = law_channel_name((enum law_channel)i);
	f->ground = words_of(x, x->c->bad_ground, &f->grounds);
	for (size_t i = 0; i < f->grounds; i++)
		f->ground[i].nearest =
		    nearest_word(law_grounds, f->ground[i].word);
	f->channel = words_of(x, x->c->bad_channel, &f->channels);
	for (size_t i = 0; i < f->channels; i++)
		f->channel[i].nearest =
		    nearest_word(channels, f->channel[i].word);
	f->slip = words_of(x, x->c->slip, &f->slips);
	for (size_t i = 0; i < f->slips; i++)
		f->slip[i].nearest =
		    keep(x, slips_meant(x->c->in.slips, f->slip[i].word));
}

static void put_taken(const struct end *x)
{
	struct list_facts *f = x->f;
	size_t n = x->c->takens;

	f->taken_domain = room(x, n, sizeof(f->taken_domain[0]));
	for (size_t i = 0; i < n && f->taken_domain; i++)
		f->taken_domain[f->taken_domains++] =
		    (struct list_word){.word = keep(x, x->c->taken[i]),
			.people = x->c->taken_people[i]};
}

/* ---- law */

static void put_choices(const struct end *x)
{
	size_t n = tally_size(x->c->choice);
	struct list_choice *v = room(x, n, sizeof(*v));

	for (size_t i = 0; i < n && v; i++) {
		v[i] = x->c->choices[i];
		v[i].place = keep(x, v[i].place);
	}
	x->f->choice = v;
	x->f->choices = v ? n : 0;
}

/* ---- domains and addresses */

static void put_domains(const struct end *x)
{
	struct heavy_item *top = mem_alloc(LIST_DOMAINS * sizeof(*top));
	size_t n = heavy_top(x->c->domain, LIST_DOMAINS, top);
	struct list_facts *f = x->f;

	f->domain = room(x, n, sizeof(f->domain[0]));
	for (size_t i = 0; i < n && f->domain; i++) {
		f->domain[i] = (struct list_domain){
		    .name = keep(x, top[i].name),
		    .people = top[i].count,
		    .reserved = domain_is_reserved(top[i].name),
		};
		f->domains++;
	}
	f->domains_error = heavy_error(x->c->domain);
	free(top);
}

/* First byte and domain: enough to find it, too little to be it. */
static struct str mask(const struct end *x, struct str address)
{
	ptrdiff_t at = str_rchr(address, '@');
	struct buf b = BUF_INIT(2 * KiB);
	struct str ret;

	if (at > 0 && (unsigned char)address.p[0] < 0x80)
		buf_addc(&b, address.p[0]);
	buf_addz(&b, "***");
	if (at >= 0)
		buf_add(&b, str_from(address, (size_t)at));
	ret = keep(x, buf_str(&b));
	buf_release(&b);
	return ret;
}

/* Of a person's addresses the one that most people have. */
static struct str shared_of(
    const struct end *x, struct str addresses, uint64_t count)
{
	struct str rest = addresses, one;

	while (rest.p) {
		one = str_cut(&rest, '\n');
		if (heavy_count(x->c->address, one) == count)
			return mask(x, one);
	}
	return S("***");
}

static int put_shared(const struct end *x, struct err *e)
{
	struct heavy_item top[LIST_SHARED];
	size_t n = heavy_top(x->c->address, LIST_SHARED, top);
	struct list_facts *f = x->f;
	int rc = 0;

	for (size_t i = 0; i < n && rc >= 0 && top[i].count > 1; i++) {
		struct arena a = ARENA_INIT(4 * LIMIT_PERSON_ROW);
		struct people_row row;

		rc = people_get(x->c->in.people, top[i].note, &a, &row, e);
		if (rc > 0)
			f->shared[f->shares++] = (struct list_shared){
			    .masked = shared_of(x, row.addresses, top[i].count),
			    .people = top[i].count,
			};
		arena_release(&a);
	}
	f->shared_error = heavy_error(x->c->address);
	return rc < 0 ? rc : 0;
}

/* ---- held */

static void put_held(const struct end *x)
{
	size_t n = tally_size(x->c->held);
	struct list_held *v = room(x, n, sizeof(*v));
	uint32_t variant, field;

	for (size_t i = 0; i < n && v; i++) {
		const struct letter_variant *text;

		census_unpair(tally_key(x->c->held, i), &variant, &field);
		text = &x->c->in.variants->v[variant];
		v[i] = (struct list_held){
		    .file = keep(x, text->file),
		    .field = keep(x, text->template->field[field].name),
		    .people = tally_count(x->c->held, i),
		};
	}
	x->f->held = v;
	x->f->helds = v ? n : 0;
}

int census_end(struct census *c, struct list_facts *ret, struct err *e)
{
	struct end x = {.c = c, .a = c->in.arena, .f = ret};
	int rc;

	*ret = c->f;
	ret->counted = true;
	put_places(&x);
	put_variants(&x);
	put_tranches(&x);
	put_words(&x);
	put_taken(&x);
	put_choices(&x);
	put_domains(&x);
	put_held(&x);
	rc = put_shared(&x, e);
	if (rc == 0 && c->in.suppressed)
		suppressions_facts(c->in.suppressed, x.a, &ret->suppression,
		    &ret->suppressions);
	if (rc == 0 && x.a->failed)
		rc = err_set(e, ERR_LIMIT,
		    "the audience has too many different places, segments and "
		    "domains for one check");
	return rc;
}
