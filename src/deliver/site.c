#include "deliver/engine_private.h"

/* Waits between attempts at a site whose hosts all fail. */
static const usec_t cool_first = 1 * USEC_PER_SEC;
static const usec_t cool_max_relay = 60 * USEC_PER_SEC;
static const usec_t cool_first_direct = 30 * USEC_PER_SEC;
static const usec_t cool_max_direct = 60 * USEC_PER_MIN;
/* A relay that has never answered gets so many tries before we say so. */
static const unsigned relay_tries = 4;

static void on_timer(void *arg)
{
	site_pump(arg);
}

struct site *site_find(struct engine *g, const struct route_result *r)
{
	struct site *s;

	for (s = g->sites; s; s = s->next)
		if (strcmp(s->route.name, r->name) == 0)
			return s;
	s = mem_zalloc(sizeof(*s));
	s->engine = g;
	s->route = *r;
	s->cap = g->c.connections ? g->c.connections : 1;
	s->tokens_at = loop_now(g->c.loop);
	s->tokens = 1;
	s->paused = journal_site_paused(g->c.journal, str_of(r->name));
	s->next = g->sites;
	g->sites = s;
	loop_timer_init(&s->timer, g->c.loop, on_timer, s);
	return s;
}

void site_say(struct site *s, const char *host, const struct smtp_failure *f)
{
	unsigned kind = (unsigned)f->stage * (SMTP_CAUSE_CANCELLED + 1) +
			(unsigned)f->cause;

	/* between mails a server may go; what we asked for is no news */
	if (f->stage == SMTP_STAGE_IDLE || f->cause == SMTP_CAUSE_CANCELLED ||
	    s->said >> (kind % 64) & 1)
		return;
	s->said |= UINT64_C(1) << (kind % 64);
	log_warn("send", "%s (%s): %s", s->route.name, host, f->text);
}

void site_free(struct site *s)
{
	loop_timer_release(&s->timer);
	while (s->lanes)
		lane_free(s->lanes);
	free(s);
}

void site_attach(struct site *s, struct group *gr)
{
	gr->site = s;
	gr->next_in_site = s->groups;
	s->groups = gr;
}

void site_detach(struct site *s, struct group *gr)
{
	struct group **at = &s->groups;

	while (*at != gr)
		at = &(*at)->next_in_site;
	*at = gr->next_in_site;
	if (s->turn == gr)
		s->turn = NULL;
	gr->site = NULL;
}

static size_t waiting(const struct site *s)
{
	size_t n = 0;

	for (const struct group *gr = s->groups; gr; gr = gr->next_in_site)
		n += gr->queue.count;
	return n;
}

static size_t count_lanes(const struct site *s, enum lane_state state)
{
	size_t n = 0;

	for (const struct lane *l = s->lanes; l; l = l->next)
		n += l->state == state;
	return n;
}

static struct lane *idle_lane(struct site *s)
{
	for (struct lane *l = s->lanes; l; l = l->next)
		if (l->state == LANE_IDLE)
			return l;
	return NULL;
}

void site_pump(struct site *s)
{
	struct engine *g = s->engine;
	usec_t now = loop_now(g->c.loop);
	size_t want, busy;
	struct lane *l;

	if (g->stopping || g->paused || g->failed || s->paused)
		return;
	for (struct group *gr = s->groups; gr; gr = gr->next_in_site)
		if (feed_fill(g, gr, &g->why) < 0) {
			engine_fail(g, &g->why);
			return;
		}
	busy = count_lanes(s, LANE_BUSY);
	want = waiting(s);
	while (want && (l = idle_lane(s))) {
		lane_work(l);
		want = waiting(s);
		if (l->state == LANE_IDLE) /* held back by the pace */
			break;
	}
	if (s->open_after > now) {
		if (!s->timer.active)
			loop_timer_start(&s->timer, s->open_after - now);
		return;
	}
	want += busy + count_lanes(s, LANE_CLOSING);
	if (want > s->cap)
		want = s->cap;
	/* a site that has just failed is asked with one connection */
	if (s->failures && want > 1)
		want = 1;
	while (s->lane_count < want)
		lane_open(s);
}

struct letter *site_next_letter(struct site *s)
{
	struct group *start = s->turn ? s->turn : s->groups, *gr = start;

	if (!gr || s->engine->paused || s->paused)
		return NULL;
	do {
		struct group *next =
		    gr->next_in_site ? gr->next_in_site : s->groups;

		if (feed_fill(s->engine, gr, &s->engine->why) < 0) {
			engine_fail(s->engine, &s->engine->why);
			return NULL;
		}
		if (gr->queue.count) {
			s->turn = next;
			return letter_list_take(&gr->queue);
		}
		gr = next;
	} while (gr != start);
	return NULL;
}

usec_t site_take_token(struct site *s)
{
	double rate = s->engine->c.per_second;
	usec_t now = loop_now(s->engine->c.loop);

	if (rate <= 0)
		return 0;
	s->tokens += rate * (double)(now - s->tokens_at) / 1e6;
	s->tokens_at = now;
	if (s->tokens > (rate > 1 ? rate : 1))
		s->tokens = rate > 1 ? rate : 1;
	if (s->tokens < 1)
		return (usec_t)((1 - s->tokens) / rate * 1e6) + 1;
	s->tokens -= 1;
	return 0;
}

/* Direct: those who were loaded for a site that can not be reached are
 * deferred one by one, so that their window runs and is kept. */
static void defer_loaded(struct site *s)
{
	struct outcome_fact f = {
	    .stage = SMTP_STAGE_CONNECT, .cause = SMTP_CAUSE_CLOSED};
	struct outcome o = {
	    .text = str_of(s->last_trouble), .site = str_of(s->route.name)};
	struct letter *x;

	for (struct group *gr = s->groups; gr; gr = gr->next_in_site) {
		size_t n = gr->queue.count;

		while (n-- && (x = letter_list_take(&gr->queue)))
			engine_settle(s->engine, x, &f, &o);
	}
}

static void relay_unreachable(struct site *s, usec_t now)
{
	struct engine *g = s->engine;
	struct err e;

	if ((!s->reached && s->failures >= relay_tries) ||
	    now - s->down_since >= g->c.policy.retry_for) {
		err_set(&e, ERR_NET,
		    "the relay could not be used: %s; nobody was lost, run "
		    "the command again when it answers",
		    s->last_trouble);
		engine_fail(g, &e);
	}
}

void site_trouble(struct site *s, const char *text)
{
	struct engine *g = s->engine;
	usec_t now = loop_now(g->c.loop);
	usec_t first = g->c.relay ? cool_first : cool_first_direct;
	usec_t max = g->c.relay ? cool_max_relay : cool_max_direct;
	usec_t wait = first;

	snprintf(s->last_trouble, sizeof(s->last_trouble), "%s", text);
	/* others get through: just fewer, and later */
	if (count_lanes(s, LANE_BUSY) + count_lanes(s, LANE_IDLE) > 0) {
		s->open_after = now + cool_first;
	} else {
		if (!s->failures++)
			s->down_since = now;
		for (unsigned i = 1; i < s->failures && wait < max; i++)
			wait *= 2;
		s->open_after = now + (wait < max ? wait : max);
		log_info("deliver", "%s: %s; next try in %lld s", s->route.name,
		    text, (long long)((s->open_after - now) / USEC_PER_SEC));
		if (g->c.relay)
			relay_unreachable(s, now);
		else
			defer_loaded(s);
	}
	loop_timer_start(&s->timer, s->open_after - now);
	engine_poke(g);
}
