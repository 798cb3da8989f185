#include "deliver/engine_private.h"

usec_t engine_wall(struct engine *g)
{
	return clock_wall(loop_clock(g->c.loop));
}

void engine_poke(struct engine *g)
{
	if (!g->done)
		loop_post(g->c.loop, &g->turn_task);
}

/* ---- settling */
static void journal_it(struct engine *g, struct letter *x, struct outcome *o)
{
	struct engine_figures *f = g->c.figures;

	o->person = x->due.row.id;
	o->epoch = g->c.epoch;
	o->at = engine_wall(g);
	o->state = x->due.state;
	if (outcome_is_final(o->state.status))
		atomic_fetch_add(&f->final, 1);
	if (o->state.status == PERSON_ACCEPTED ||
	    o->state.status == PERSON_HANDED)
		atomic_fetch_add(&f->sent, 1);
	if (o->state.status == PERSON_DEFERRED)
		atomic_fetch_add(&f->deferred, 1);
	x->settles = journal_outcome(g->c.port, o);
	letter_list_add(&g->feed.settling, x);
	engine_poke(g);
}

void engine_settle(struct engine *g, struct letter *x,
    const struct outcome_fact *f, struct outcome *o)
{
	size_t addresses = 1;

	for (size_t i = 0; i < x->due.row.addresses.n; i++)
		addresses += x->due.row.addresses.p[i] == '\n';
	if (!o->attempt)
		o->attempt = journal_attempt_id(g->c.journal);
	x->due.state = outcome_judge(&g->c.policy, f, &x->due.state, addresses,
	    engine_wall(g), rand_seq_next(&g->random));
	journal_it(g, x, o);
}

void engine_settle_as(struct engine *g, struct letter *x,
    enum person_status status, struct str site, const char *text)
{
	struct outcome o = {.site = site,
	    .text = str_of(text),
	    .stage = SMTP_STAGE_IDLE,
	    .cause = SMTP_CAUSE_CANCELLED};

	o.attempt = journal_attempt_id(g->c.journal);
	x->due.state.status = status;
	/* uncertain: until a person decides */
	x->due.state.due = status == PERSON_UNCERTAIN ? INT64_MAX : 0;
	journal_it(g, x, &o);
}

/* ---- groups */
static void group_free(struct engine *g, struct group **at)
{
	struct group *gr = *at;
	struct letter *x;

	route_cancel(gr->route);
	if (gr->site)
		site_detach(gr->site, gr);
	while ((x = letter_list_take(&gr->queue)))
		free(x);
	*at = gr->next_in_engine;
	g->group_count--;
	free(gr);
}

static void undeliverable(struct group *gr, const struct route_result *r)
{
	struct outcome_fact f = {.stage = SMTP_STAGE_CONNECT,
	    .cause = r->status == ROUTE_LATER ? SMTP_CAUSE_TIMEOUT
					      : SMTP_CAUSE_UNSUPPORTED,
	    .no_mail_domain = r->status != ROUTE_LATER};
	struct outcome o;
	struct letter *x;

	for (;;) {
		if (feed_fill(gr->engine, gr, &gr->engine->why) < 0) {
			engine_fail(gr->engine, &gr->engine->why);
			return;
		}
		x = letter_list_take(&gr->queue);
		if (!x)
			return;
		o = (struct outcome){.stage = (uint8_t)f.stage,
		    .cause = (uint8_t)f.cause,
		    .site = str_of(gr->domain),
		    .text = str_of(r->text)};
		engine_settle(gr->engine, x, &f, &o);
	}
}

static void on_route(const struct route_result *r, void *arg)
{
	struct group *gr = arg;

	gr->route = NULL;
	if (r->status != ROUTE_OK) {
		undeliverable(gr, r);
		engine_poke(gr->engine);
		return;
	}
	site_attach(site_find(gr->engine, r), gr);
	site_pump(gr->site);
}

static void start_route(struct engine *g, struct group *gr)
{
	gr->route = route_start(g->c.dns, str_of(gr->domain), g->c.mx_port,
	    rand_seq_next(&g->random), on_route, gr);
}

struct group *engine_group(struct engine *g, struct str domain)
{
	struct group *gr;

	for (gr = g->groups; gr; gr = gr->next_in_engine)
		if (str_eq(domain, str_of(gr->domain)))
			return gr;
	gr = mem_zalloc(sizeof(*gr));
	gr->engine = g;
	gr->fresh_done = true;
	snprintf(gr->domain, sizeof(gr->domain), "%.*s", STR_ARG(domain));
	letter_list_init(&gr->queue);
	gr->next_in_engine = g->groups;
	g->groups = gr;
	g->group_count++;
	return gr;
}

/* "[192.0.2.1]" needs no look-up. */
static bool literal_route(struct engine *g, struct group *gr)
{
	struct str d = str_of(gr->domain);
	struct route_result r = {.status = ROUTE_OK, .hosts = 1};

	if (!str_starts(d, S("[")) || !str_ends(d, S("]")))
		return false;
	d = str_sub(d, 1, d.n - 2);
	if (str_istarts(d, S("IPv6:")))
		d = str_from(d, 5);
	snprintf(r.name, sizeof(r.name), "%s", gr->domain);
	snprintf(r.host[0].name, sizeof(r.host[0].name), "%.*s", STR_ARG(d));
	if (!endpoint_parse_ip(d, g->c.mx_port, &r.host[0].at)) {
		r.status = ROUTE_NO_DOMAIN;
		snprintf(r.text, sizeof(r.text),
		    "%s is not an address mail can be sent to", gr->domain);
	}
	on_route(&r, gr);
	return true;
}

static void relay_group(struct engine *g)
{
	struct group *gr = engine_group(g, S(""));
	struct route_result r = {.status = ROUTE_OK};

	gr->fresh_done = false;
	snprintf(r.name, sizeof(r.name), "%.*s", STR_ARG(g->c.relay_name));
	for (size_t i = 0; i < g->c.relay_to_count && i < SITE_HOSTS; i++) {
		struct route_host *h = &r.host[r.hosts++];

		h->at = g->c.relay_to[i];
		memcpy(h->name, r.name, sizeof(h->name));
	}
	site_attach(site_find(g, &r), gr);
}

/* ---- turns */
static bool everything_quiet(const struct engine *g)
{
	for (const struct site *s = g->sites; s; s = s->next)
		if (s->lane_count)
			return false;
	return true;
}

static void finish(struct engine *g)
{
	g->done = true;
	gated_leave(g);
	loop_timer_stop(&g->turn_timer);
	if (g->c.finished)
		g->c.finished(g, g->failed ? &g->why : NULL, g->c.arg);
}

static void quit_idle(struct site *s)
{
	for (struct lane *l = s->lanes, *next; l; l = next) {
		next = l->next;
		if (l->state == LANE_IDLE)
			lane_quit(l);
	}
}

static void quit_lanes(struct engine *g)
{
	for (struct site *s = g->sites; s; s = s->next)
		quit_idle(s);
}

/* What another process has paused or resumed since the last look. */
static void heed_pauses(struct engine *g)
{
	uint64_t now = journal_pauses(g->c.journal);

	if (now == g->pauses)
		return;
	g->pauses = now;
	g->paused = journal_paused(g->c.journal);
	for (struct site *s = g->sites; s; s = s->next) {
		s->paused =
		    journal_site_paused(g->c.journal, str_of(s->route.name));
		if (s->paused)
			quit_idle(s);
	}
}

/* Nobody in hand, nobody left to load. */
static bool nothing_left(const struct engine *g)
{
	if (g->in_hand || g->feed.next_due || !g->feed.held_done)
		return false;
	if (g->c.gate && !g->feed.last_wave)
		return false;
	return feed_walked(g);
}

/* In a gated notice a whole domain may be passed over: no look-up for it. */
static bool is_passed_over(struct engine *g, struct group *gr)
{
	if (!g->c.gate || gr->queue.count)
		return false;
	if (feed_fill(g, gr, &g->why) < 0)
		engine_fail(g, &g->why);
	if (gr->fresh_done && !gr->queue.count)
		engine_poke(g);
	return !gr->queue.count;
}

static void tend_groups(struct engine *g)
{
	struct group **at = &g->groups;

	while (*at) {
		struct group *gr = *at;

		if (!g->c.relay && gr->fresh_done && !gr->in_hand &&
		    !gr->route) {
			group_free(g, at);
			continue;
		}
		if (!gr->site && !gr->route && !g->stopping &&
		    (gr->queue.count || !gr->fresh_done) &&
		    !is_passed_over(g, gr) && !literal_route(g, gr))
			start_route(g, gr);
		at = &gr->next_in_engine;
	}
}

/* Sites without work go when their lanes have gone. */
static void tend_sites(struct engine *g)
{
	struct site **at = &g->sites;

	while (*at) {
		struct site *s = *at;

		if (!s->groups && !s->lane_count) {
			*at = s->next;
			site_free(s);
			continue;
		}
		at = &s->next;
	}
}

static void look_again(struct engine *g)
{
	usec_t now = engine_wall(g), wait = USEC_PER_SEC;

	if (g->paused || g->in_hand || (g->c.gate && !g->feed.last_wave))
		wait = USEC_PER_SEC / 4;
	else if (g->feed.next_due > now)
		wait = g->feed.next_due - now;
	/* another worker's retries, a resumed pause: look now and then */
	if (!loop_is_sim(g->c.loop) && wait > USEC_PER_SEC)
		wait = USEC_PER_SEC;
	loop_timer_start(&g->turn_timer, wait);
}

static void turn(struct engine *g)
{
	struct err e = {0};

	if (g->done)
		return;
	heed_pauses(g);
	feed_settled(g);
	if (!g->stopping && !g->failed && !g->paused && feed_turn(g, &e) < 0)
		engine_fail(g, &e);
	if (journal_error(g->c.journal))
		engine_fail(g, journal_error(g->c.journal));
	if (g->paused)
		quit_lanes(g);
	else
		tend_groups(g);
	for (struct site *s = g->sites; s; s = s->next)
		if (!s->open_after || s->open_after <= loop_now(g->c.loop))
			site_pump(s);
	tend_sites(g);
	gated_tend_wave(g);
	if (g->stopping || g->failed || nothing_left(g)) {
		quit_lanes(g);
		if (everything_quiet(g) &&
		    (g->failed || !g->feed.settling.count)) {
			finish(g);
			return;
		}
	}
	look_again(g);
}

static void on_turn(void *arg)
{
	turn(arg);
}

static void on_settled(void *arg)
{
	struct engine *g = arg;

	feed_settled(g);
	if (!g->in_hand || g->stopping)
		engine_poke(g);
}

/* ---- life */
struct engine *engine_new(const struct engine_config *c)
{
	struct engine *g = mem_zalloc(sizeof(*g));

	g->c = *c;
	if (!g->c.mx_port)
		g->c.mx_port = 25;
	if (!g->c.parts)
		g->c.parts = 1;
	rand_seq_init(&g->random, c->seed);
	feed_init(&g->feed);
	loop_timer_init(&g->turn_timer, c->loop, on_turn, g);
	loop_task_init(&g->turn_task, on_turn, g);
	journal_port_on_settled(c->port, on_settled, g);
	return g;
}

void engine_start(struct engine *g)
{
	if (g->c.relay)
		relay_group(g);
	engine_poke(g);
}

void engine_stop(struct engine *g)
{
	if (g->done)
		return;
	g->stopping++;
	for (struct site *s = g->sites; s; s = s->next)
		for (struct lane *l = s->lanes, *next; l; l = next) {
			next = l->next;
			if (g->stopping == 1)
				lane_abort(l);
			else
				lane_drop(l);
		}
	engine_poke(g);
}

void engine_fail(struct engine *g, const struct err *e)
{
	if (g->failed)
		return;
	g->failed = true;
	if (e != &g->why)
		g->why = *e;
	for (struct site *s = g->sites; s; s = s->next)
		for (struct lane *l = s->lanes, *next; l; l = next) {
			next = l->next;
			lane_abort(l);
		}
	engine_poke(g);
}

void engine_free(struct engine *g)
{
	if (!g)
		return;
	journal_port_on_settled(g->c.port, NULL, NULL);
	journal_port_forget(g->c.port);
	loop_timer_release(&g->turn_timer);
	loop_task_cancel(&g->turn_task);
	while (g->groups)
		group_free(g, &g->groups);
	while (g->sites) {
		struct site *s = g->sites;

		g->sites = s->next;
		site_free(s);
	}
	feed_release(&g->feed);
	free(g);
}
