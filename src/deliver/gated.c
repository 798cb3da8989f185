/* What a gated notice asks of the feed: people of closed tranches are passed
 * over, some are routed to another channel at once, and those who complained
 * come last. */
#include "deliver/engine_private.h"
#include "notice/suppress.h"

static bool lets(struct engine *g, const struct people_row *row)
{
	return gate_lets(g->c.gate,
	    roll_tranche_of(people_layout(g->c.people, row->layout), row));
}

/* With a role address first, the next one is tried instead. */
static void queue(struct group *gr, const struct store_due *d)
{
	struct engine *g = gr->engine;
	struct store_due own = *d;
	uint32_t number = suppress_first_address(d->row.addresses);

	own.state.address_no = number;
	if (number && !g->c.relay)
		gr = engine_group(
		    g, feed_address_domain(d->row.addresses, number));
	letter_list_add(&gr->queue, feed_take_in(g, gr, &own, false));
}

void gated_fresh(struct group *gr, const struct store_due *d)
{
	struct engine *g = gr->engine;
	const char *why;

	if (!lets(g, &d->row))
		return;
	switch (suppress_judge(g->c.notice, &d->row, &why)) {
	case SUPPRESS_SEND: queue(gr, d); return;
	case SUPPRESS_SEND_LAST:
		if (g->feed.last_wave)
			queue(gr, d);
		else
			g->feed.passed_someone = true;
		return;
	case SUPPRESS_OTHER_CHANNEL:
		atomic_fetch_add(&g->c.figures->routed, 1);
		engine_settle_as(g, feed_take_in(g, gr, d, false),
		    PERSON_OTHER_CHANNEL, STR_NONE, why);
		return;
	}
}

bool gated_lets_due(struct engine *g, const struct store_due *d)
{
	if (!g->c.gate || lets(g, &d->row))
		return true;
	g->feed.due_passed++;
	return false;
}

/* ---- when to look again */

struct earliest {
	struct engine *engine;
	usec_t due;
};

/* The rows come by their time; the first that may be sent to ends the walk. */
static int on_row(const struct store_due *d, void *arg)
{
	struct earliest *x = arg;

	if (!lets(x->engine, &d->row))
		return 0;
	x->due = d->state.due > 0 ? d->state.due : 1;
	return ERR_CANCEL;
}

int gated_earliest(struct engine *g, usec_t *ret, struct err *e)
{
	struct earliest x = {.engine = g};
	int n;

	if (!g->c.gate || !g->c.gate->closeds)
		return store_earliest_due(g->c.store, ret, e);
	n = store_next_due(g->c.store, INT64_MAX - 1, STR_NONE, g->c.part,
	    g->c.parts, INT32_MAX, on_row, &x, e);
	*ret = x.due;
	return n < 0 && n != ERR_CANCEL ? n : 0;
}

/* ---- waves */

void gated_leave(struct engine *g)
{
	if (!g->c.gate || g->feed.first_is_over)
		return;
	g->feed.first_is_over = true;
	if (g->c.wave)
		atomic_fetch_sub(&g->c.wave->open, 1);
}

static void walk_again(struct engine *g)
{
	g->feed.domains_done = false;
	g->feed.domain_after[0] = '\0';
	for (struct group *gr = g->groups; g->c.relay && gr;
	     gr = gr->next_in_engine) {
		gr->cursor = 0;
		gr->fresh_done = false;
	}
	engine_poke(g);
}

void gated_tend_wave(struct engine *g)
{
	if (!g->c.gate || g->feed.last_wave || g->stopping || g->failed ||
	    !feed_walked(g) || g->feed.fresh_in_hand)
		return;
	gated_leave(g);
	if (g->c.wave && atomic_load(&g->c.wave->open))
		return;
	g->feed.last_wave = true;
	if (g->feed.passed_someone)
		walk_again(g);
}
