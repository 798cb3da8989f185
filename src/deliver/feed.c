#include "deliver/engine_private.h"

#include <limits.h>

/* ---- lists */
void letter_list_init(struct letter_list *l)
{
	l->first = NULL;
	l->last = &l->first;
	l->count = 0;
}

void letter_list_add(struct letter_list *l, struct letter *x)
{
	x->next = NULL;
	*l->last = x;
	l->last = &x->next;
	l->count++;
}

struct letter *letter_list_take(struct letter_list *l)
{
	struct letter *x = l->first;

	if (!x)
		return NULL;
	l->first = x->next;
	if (!l->first)
		l->last = &l->first;
	l->count--;
	return x;
}

/* ---- the set of ids in hand: linear probing, deletion by shifting back */
static size_t slot_of(const struct feed *f, int64_t id)
{
	return (size_t)(((uint64_t)id * 0x9E3779B97F4A7C15u) >> 20) &
	       (f->set_size - 1);
}

static bool set_has(const struct feed *f, int64_t id)
{
	for (size_t i = slot_of(f, id); f->set[i];
	     i = (i + 1) & (f->set_size - 1))
		if (f->set[i] == id)
			return true;
	return false;
}

static void set_put(struct feed *f, int64_t id)
{
	size_t i = slot_of(f, id);

	while (f->set[i])
		i = (i + 1) & (f->set_size - 1);
	f->set[i] = id;
	f->set_used++;
}

static void set_grow(struct feed *f)
{
	int64_t *old = f->set;
	size_t n = f->set_size;

	if (f->set_used * 2 < n)
		return;
	f->set_size = n ? 2 * n : 1024;
	f->set_used = 0;
	f->set = mem_zalloc(f->set_size * sizeof(*f->set));
	for (size_t i = 0; i < n; i++)
		if (old[i])
			set_put(f, old[i]);
	free(old);
}

static void set_remove(struct feed *f, int64_t id)
{
	size_t mask = f->set_size - 1, i = slot_of(f, id), hole;

	while (f->set[i] != id) {
		ENSURE(f->set[i]);
		i = (i + 1) & mask;
	}
	hole = i;
	for (i = (i + 1) & mask; f->set[i]; i = (i + 1) & mask) {
		size_t home = slot_of(f, f->set[i]);

		if (((i - home) & mask) >= ((i - hole) & mask)) {
			f->set[hole] = f->set[i];
			hole = i;
		}
	}
	f->set[hole] = 0;
	f->set_used--;
}

void feed_init(struct feed *f)
{
	*f = (struct feed){.next_due = 1, .due_limit = 2 * DUE_BATCH};
	letter_list_init(&f->settling);
	set_grow(f);
}

void feed_release(struct feed *f)
{
	struct letter *x;

	while ((x = letter_list_take(&f->settling)))
		free(x);
	free(f->set);
}

/* ---- letters */
static struct str keep(char **at, struct str s)
{
	struct str view = str_make(*at, s.n);

	if (s.n)
		memcpy(*at, s.p, s.n);
	*at += s.n;
	return view;
}

static struct letter *letter_copy(const struct store_due *d)
{
	const struct people_row *r = &d->row;
	size_t n = r->person_id.n + r->addresses.n + r->domain.n + r->name.n +
		   r->language.n + r->segment.n + r->jurisdiction.n +
		   r->cells.n + d->letter.code.n + d->letter.sig[0].n +
		   d->letter.sig[1].n;
	struct letter *x = mem_alloc(sizeof(*x) + n);
	struct people_row *to = &x->due.row;
	char *at = x->bytes;

	*x = (struct letter){.due = *d};
	to->person_id = keep(&at, r->person_id);
	to->addresses = keep(&at, r->addresses);
	to->domain = keep(&at, r->domain);
	to->name = keep(&at, r->name);
	to->language = keep(&at, r->language);
	to->segment = keep(&at, r->segment);
	to->jurisdiction = keep(&at, r->jurisdiction);
	to->cells = keep(&at, r->cells);
	x->due.letter.code = keep(&at, d->letter.code);
	x->due.letter.sig[0] = keep(&at, d->letter.sig[0]);
	x->due.letter.sig[1] = keep(&at, d->letter.sig[1]);
	return x;
}

struct str feed_address_domain(struct str addresses, uint32_t number)
{
	struct str rest = addresses, one = STR_NONE;
	ptrdiff_t at;

	for (uint32_t i = 0; rest.p && i <= number; i++)
		one = str_cut(&rest, '\n');
	at = str_rchr(one, '@');
	return at < 0 ? STR_NONE : str_from(one, (size_t)at + 1);
}

struct letter *feed_take_in(
    struct engine *g, struct group *gr, const struct store_due *d, bool again)
{
	struct letter *x = letter_copy(d);

	set_grow(&g->feed);
	set_put(&g->feed, d->row.id);
	x->group = gr;
	x->again = again;
	g->feed.fresh_in_hand += !again;
	gr->in_hand++;
	g->in_hand++;
	return x;
}

/* ---- never tried */
static int on_fresh(const struct store_due *d, void *arg)
{
	struct group *gr = arg;

	gr->cursor = d->row.id;
	if (set_has(&gr->engine->feed, d->row.id))
		return 0;
	if (gr->engine->c.gate)
		gated_fresh(gr, d);
	else
		letter_list_add(
		    &gr->queue, feed_take_in(gr->engine, gr, d, false));
	return 0;
}

/* Whole batches may be passed over; the journal must keep up with those who
 * are routed to another channel. */
static bool load_more(struct engine *g, const struct group *gr)
{
	if (!g->c.gate || gr->fresh_done || gr->queue.count >= GROUP_LOW)
		return false;
	g->feed.full |= g->feed.settling.count >= SETTLING_MAX;
	return !g->feed.full;
}

int feed_fill(struct engine *g, struct group *gr, struct err *e)
{
	bool whole = gr->domain[0] == '\0';
	int n;

	if (gr->fresh_done || gr->queue.count >= GROUP_LOW || g->stopping ||
	    g->feed.full)
		return 0;
	do {
		n = store_next_fresh(g->c.store, gr->cursor,
		    whole ? STR_NONE : str_of(gr->domain),
		    whole ? g->c.part : 0, whole ? g->c.parts : 1, GROUP_BATCH,
		    on_fresh, gr, e);
		if (n < 0)
			return n;
		if ((unsigned)n < GROUP_BATCH)
			gr->fresh_done = true;
	} while (load_more(g, gr));
	return n;
}

static int on_domain(struct str domain, void *arg)
{
	struct engine *g = arg;
	struct siphash_key key = {1, 2};
	struct group *gr;

	snprintf(g->feed.domain_after, sizeof(g->feed.domain_after), "%.*s",
	    STR_ARG(domain));
	if (siphash(key, domain) % g->c.parts != g->c.part)
		return 0;
	gr = engine_group(g, domain);
	gr->cursor = 0;
	gr->fresh_done = false;
	return 0;
}

/* ---- to try again */
static int on_due(const struct store_due *d, void *arg)
{
	struct engine *g = arg;
	struct letter *x;
	struct group *gr;

	if (set_has(&g->feed, d->row.id) || !gated_lets_due(g, d))
		return 0;
	if (g->c.relay)
		gr = g->groups;
	else
		gr = engine_group(g,
		    feed_address_domain(d->row.addresses, d->state.address_no));
	x = feed_take_in(g, gr, d, true);
	g->feed.due_in_hand++;
	if (g->c.policy.hold_uncertain && d->state.status == PERSON_UNCERTAIN)
		engine_settle_as(g, x, PERSON_UNCERTAIN, STR_NONE,
		    "may have arrived; held for a person to decide");
	else
		letter_list_add(&gr->queue, x);
	return 0;
}

/* Once a run: those held before, whom a mended list or text may release. */
static int on_held(const struct store_due *d, void *arg)
{
	struct engine *g = arg;

	g->feed.held_after = d->row.id;
	return on_due(d, arg);
}

static int load_held(struct engine *g, struct err *e)
{
	struct feed *f = &g->feed;
	int n;

	if (f->held_done || f->due_in_hand >= DUE_BATCH)
		return 0;
	n = store_next_held(g->c.store, f->held_after, g->c.part, g->c.parts,
	    DUE_BATCH, on_held, g, e);
	if (n >= 0 && n < (int)DUE_BATCH)
		f->held_done = true;
	return n;
}

/* Looks at more rows as long as all of them are passed over. */
static int ask_due(struct engine *g, usec_t now, struct err *e)
{
	struct feed *f = &g->feed;
	size_t before = f->due_in_hand;
	int n;

	for (;;) {
		f->due_passed = 0;
		n = store_next_due(g->c.store, now, STR_NONE, g->c.part,
		    g->c.parts, f->due_limit, on_due, g, e);
		if (n < (int)f->due_limit || !f->due_passed ||
		    f->due_in_hand > before || f->due_limit > INT_MAX / 2)
			return n;
		f->due_limit *= 2;
	}
}

static int load_due(struct engine *g, struct err *e)
{
	struct feed *f = &g->feed;
	usec_t now = engine_wall(g), earliest;
	int n;

	if (!f->next_due || now < f->next_due || f->due_in_hand >= DUE_BATCH)
		return 0;
	n = ask_due(g, now, e);
	if (n < 0)
		return n;
	if (gated_earliest(g, &earliest, e) < 0)
		return e->code;
	if (!earliest || earliest == INT64_MAX)
		f->next_due = 0;
	else if (earliest <= now) /* more, or another worker's */
		f->next_due = now + USEC_PER_SEC / 4;
	else
		f->next_due = earliest;
	return n;
}

bool feed_walked(const struct engine *g)
{
	if (!g->c.relay && !g->feed.domains_done)
		return false;
	for (const struct group *gr = g->groups; gr; gr = gr->next_in_engine)
		if (!gr->fresh_done || gr->route)
			return false;
	return true;
}

int feed_turn(struct engine *g, struct err *e)
{
	struct feed *f = &g->feed;
	int n;

	if ((n = load_due(g, e)) < 0 || (n = load_held(g, e)) < 0)
		return n;
	while (
	    !g->c.relay && !f->domains_done && g->group_count < GROUPS_ACTIVE) {
		n = store_next_domains(
		    g->c.store, str_of(f->domain_after), 64, on_domain, g, e);
		if (n < 0)
			return n;
		if (n < 64)
			f->domains_done = true;
	}
	return 0;
}

/* Only now does the store know what it is to be asked for. */
static void ask_again_at(struct feed *f, const struct person_state *s)
{
	if (outcome_is_final(s->status) || s->due == INT64_MAX)
		return;
	if (!f->next_due || s->due < f->next_due)
		f->next_due = s->due;
}

void feed_settled(struct engine *g)
{
	struct feed *f = &g->feed;
	uint64_t durable = journal_port_settled(g->c.port);

	while (f->settling.first && f->settling.first->settles <= durable) {
		struct letter *x = letter_list_take(&f->settling);

		set_remove(f, x->due.row.id);
		ask_again_at(f, &x->due.state);
		ENSURE(x->group->in_hand > 0 && g->in_hand > 0);
		x->group->in_hand--;
		g->in_hand--;
		if (x->again)
			f->due_in_hand--;
		else
			f->fresh_in_hand--;
		free(x);
	}
	if (f->full && f->settling.count < SETTLING_MAX / 2) {
		f->full = false;
		engine_poke(g);
	}
}
