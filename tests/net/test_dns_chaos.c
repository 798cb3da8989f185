#include "late.h"
#include "t.h"

/* Random starts and cancels, also from inside completions, against a source of
 * random delays (some beyond the time-out, some at once, TTLs down to 0).  A
 * slot has one question at a time and counts what happens to it. */
#define SLOTS 48
#define NAMES 12

struct slot {
	struct chaos *chaos;
	struct dns_query *query; /* NULL: none is asked */
	int name;
	size_t started, completed, cancelled;
	usec_t since;
};

struct chaos {
	struct loop *loop;
	struct dns *d;
	struct late source;
	struct rand_seq r;
	struct slot slot[SLOTS];
	struct loop_timer step;
	size_t steps;
	bool starting;
};

static size_t below(struct chaos *c, size_t n)
{
	return (size_t)rand_seq_below(&c->r, n);
}

static void act(struct chaos *c);

static void check_answer(struct slot *s, const struct dns_answer *a)
{
	char want[32];

	snprintf(want, sizeof(want), "%d.example", s->name);
	switch (a->status) {
	case DNS_OK:
		t_int(a->rr_count, 1);
		t_str(a->canonical, want);
		break;
	case DNS_NXDOMAIN: t_int(s->name, NAMES); break;
	case DNS_TIMEOUT:
		t_true(
		    loop_now(s->chaos->loop) - s->since <= s->chaos->d->timeout,
		    "late");
		break;
	case DNS_NODATA:
	case DNS_SERVFAIL: fail_msg("status %d", (int)a->status);
	}
}

static void on_answer(const struct dns_answer *a, void *arg)
{
	struct slot *s = arg;

	t_true(!s->chaos->starting, "a completion from inside start");
	t_true(s->query, "a completion of nothing");
	s->query = NULL;
	s->completed++;
	check_answer(s, a);
	if (below(s->chaos, 3) == 0)
		act(s->chaos);
}

static void start(struct chaos *c, struct slot *s)
{
	char name[32];

	s->name = (int)below(c, NAMES + 1);
	snprintf(name, sizeof(name),
	    s->name == NAMES ? "not..a.name" : "%d.eXample", s->name);
	s->started++;
	s->since = loop_now(c->loop);
	c->source.delay =
	    below(c, 4) ? 1 + (usec_t)below(c, 3 * USEC_PER_SEC) : -1;
	c->source.ttl = (uint32_t)below(c, 3);
	c->starting = true;
	s->query = dns_start(
	    c->d, str_of(name), below(c, 2) ? DNS_A : DNS_MX, on_answer, s);
	c->starting = false;
}

static void act(struct chaos *c)
{
	struct slot *s = &c->slot[below(c, SLOTS)];

	if (!s->query) {
		start(c, s);
	} else if (below(c, 2)) {
		dns_cancel(s->query);
		s->query = NULL;
		s->cancelled++;
	}
	if (below(c, 40) == 0)
		dns_forget(c->d);
}

static void on_step(void *arg)
{
	struct chaos *c = arg;

	for (size_t n = below(c, 6); n; n--)
		act(c);
	if (c->steps && --c->steps)
		loop_timer_start(&c->step, (usec_t)below(c, USEC_PER_SEC / 4));
}

static void chaos_init(struct chaos *c, uint64_t seed)
{
	*c = (struct chaos){.steps = 1500};
	rand_seq_init(&c->r, seed);
	c->loop = loop_sim_new(0);
	c->source.random = &c->r;
	c->d = late_new(c->loop, &c->source);
	c->d->cache.max = 4096;
	dns_set_timeout(c->d, 2 * USEC_PER_SEC);
	for (size_t i = 0; i < SLOTS; i++)
		c->slot[i].chaos = c;
	loop_timer_init(&c->step, c->loop, on_step, c);
	loop_timer_start(&c->step, 0);
}

/* What was started has completed, was cancelled, or (`left`) waits. */
static void chaos_check(struct chaos *c, bool left)
{
	size_t completed = 0, cancelled = 0;

	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *s = &c->slot[i];

		t_int(s->completed + s->cancelled + (s->query ? 1 : 0),
		    s->started);
		t_true(left || !s->query, "slot %zu never completed", i);
		completed += s->completed;
		cancelled += s->cancelled;
	}
	t_true(completed > 500 && cancelled > 100, "%zu and %zu: too quiet",
	    completed, cancelled);
	t_true(c->source.started < completed + cancelled, "nothing is shared");
}

static void every_start_completes_once_or_was_cancelled(void **state)
{
	uint64_t seed = t_seed();

	for (uint64_t i = 0; i < 10; i++) {
		struct chaos c;

		chaos_init(&c, seed + i);
		loop_run(c.loop);
		chaos_check(&c, false);
		t_int(c.source.busy, 0);
		dns_free(c.d);
		loop_free(c.loop);
	}
}

static void freed_in_the_midst_nothing_completes(void **state)
{
	uint64_t seed = t_seed();

	for (uint64_t i = 0; i < 10; i++) {
		struct chaos c;
		size_t completed = 0;

		chaos_init(&c, seed + i);
		loop_run_until(c.loop, 100 * USEC_PER_SEC);
		chaos_check(&c, true);
		for (size_t k = 0; k < SLOTS; k++)
			completed += c.slot[k].completed;
		loop_timer_stop(&c.step);
		dns_free(c.d);
		t_true(c.source.freed, "the source is freed");
		t_int(c.source.busy, 0);
		loop_run(c.loop);
		for (size_t k = 0; k < SLOTS; k++)
			completed -= c.slot[k].completed;
		t_int(completed, 0);
		loop_free(c.loop);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(every_start_completes_once_or_was_cancelled),
	    T(freed_in_the_midst_nothing_completes),
	};

	return t_run("dns_chaos", tests);
}
