#include "loop/loop_private.h"

struct loop_sim {
	struct loop loop; /* first */
	struct clock_manual clock;
};

static struct loop_sim *of(struct loop *l)
{
	return (struct loop_sim *)(void *)l;
}

/* Runs every turn due up to `last`. */
static void run_to(struct loop *l, usec_t last)
{
	while (!l->stopping) {
		usec_t now = clock_steady(l->clock), due;
		uint64_t limit;

		if (!loop_has_task(l) && !atomic_load(&l->woken)) {
			if (!loop_next_due(l, &due) || due > last)
				return;
			if (due > now)
				clock_manual_advance(&of(l)->clock, due - now);
		}
		limit = loop_turn_begin(l);
		loop_turn_timers(l, limit);
		loop_turn_wakes(l);
		loop_turn_end(l);
	}
}

static void sim_run(struct loop *l)
{
	run_to(l, INT64_MAX);
}

static void sim_free(struct loop *l)
{
	loop_release(l);
	free(of(l));
}

static void notify(struct loop *l)
{
	(void)l; /* the next turn looks at loop->woken */
}

static const struct loop_backend backend = {
    .run = sim_run,
    .free = sim_free,
    .notify = notify,
};

struct loop *loop_sim_new(usec_t wall)
{
	struct loop_sim *s = mem_zalloc(sizeof(*s));

	clock_manual_init(&s->clock, wall);
	loop_init(&s->loop, &backend, &s->clock.clock);
	return &s->loop;
}

bool loop_is_sim(const struct loop *l)
{
	return l->backend == &backend;
}

void loop_run_until(struct loop *l, usec_t steady)
{
	usec_t now;

	ENSURE(loop_is_sim(l) && !l->running);
	l->running = true;
	l->stopping = false;
	run_to(l, steady);
	now = clock_steady(l->clock);
	if (!l->stopping && now < steady)
		clock_manual_advance(&of(l)->clock, steady - now);
	l->running = false;
}
