#include "asked.h"
#include "late.h"

/* Each case runs on both loops, with a source that takes 10 ms. */
struct bench {
	struct loop *loop;
	struct dns *d;
	struct late source;
	struct asked a, b, c;
};

static int set_up(void **state, struct loop *l)
{
	struct bench *w = mem_zalloc(sizeof(*w));

	if (!l)
		return -1;
	w->loop = l;
	w->source = (struct late){.delay = 10 * USEC_PER_MSEC, .ttl = 100};
	w->d = late_new(l, &w->source);
	w->a = w->b = w->c = ASKED_INIT;
	*state = w;
	return 0;
}

static int on_sim(void **state)
{
	return set_up(state, loop_sim_new(0));
}

static int on_event(void **state)
{
	return set_up(state, loop_event_new(NULL));
}

static int done(void **state)
{
	struct bench *w = *state;

	dns_free(w->d);
	t_true(w->source.freed, "the source is freed");
	t_int(w->source.busy, 0);
	loop_free(w->loop);
	buf_release(&w->a.text);
	buf_release(&w->b.text);
	buf_release(&w->c.text);
	free(w);
	return 0;
}

static void those_who_ask_the_same_share_one_look_up(void **state)
{
	struct bench *w = *state;

	asked_start(&w->a, w->d, "X.example", DNS_A);
	asked_start(&w->b, w->d, "x.EXAMPLE.", DNS_A);
	asked_start(&w->c, w->d, "x.example", (enum dns_type)98);
	t_int(w->source.started, 2);
	loop_run(w->loop);
	t_str(buf_str(&w->a.text), "OK 100 x.example: 192.0.2.1");
	t_str(buf_str(&w->b.text), "OK 100 x.example: 192.0.2.1");
	t_int(w->a.done + w->b.done + w->c.done, 3);
}

static void an_answer_from_inside_the_source_still_waits(void **state)
{
	struct bench *w = *state;

	w->source.delay = -1;
	asked_start(&w->a, w->d, "x", DNS_A);
	asked_start(&w->b, w->d, "x", DNS_A);
	asked_start(&w->c, w->d, "a..b", DNS_A);
	loop_run(w->loop);
	t_int(w->a.done + w->b.done + w->c.done, 3);
	t_str(buf_str(&w->c.text), "NXDOMAIN");
	t_int(w->source.started, 1);
}

static void cancelling_one_leaves_the_others(void **state)
{
	struct bench *w = *state;

	asked_start(&w->a, w->d, "x", DNS_A);
	asked_start(&w->b, w->d, "x", DNS_A);
	asked_start(&w->c, w->d, "x", DNS_A);
	dns_cancel(w->c.query);
	dns_cancel(w->a.query);
	t_int(w->source.stopped, 0);
	loop_run(w->loop);
	t_int(w->a.done, 0);
	t_int(w->b.done, 1);
	t_int(w->c.done, 0);
}

static void cancelling_the_last_stops_the_source(void **state)
{
	struct bench *w = *state;

	asked_start(&w->a, w->d, "x", DNS_A);
	asked_start(&w->b, w->d, "x", DNS_A);
	dns_cancel(w->a.query);
	dns_cancel(w->b.query);
	t_int(w->source.stopped, 1);
	asked_start(&w->c, w->d, "x", DNS_A);
	t_int(w->source.started, 2);
	loop_run(w->loop);
	t_int(w->a.done + w->b.done, 0);
	t_int(w->c.done, 1);
}

static void an_answer_on_its_way_can_be_cancelled(void **state)
{
	struct bench *w = *state;

	w->source.delay = -1;
	asked_start(&w->a, w->d, "x", DNS_A);
	dns_cancel(w->a.query);
	asked_start(&w->b, w->d, "x", DNS_A); /* from the cache */
	asked_start(&w->c, w->d, "x", DNS_A);
	dns_cancel(w->c.query);
	loop_run(w->loop);
	t_int(w->a.done + w->c.done, 0);
	t_int(w->b.done, 1);
	t_int(w->source.started, 1);
}

/* ---- inside a completion */

static void cancel_b_start_c(const struct dns_answer *a, void *arg)
{
	struct bench *w = arg;

	dns_cancel(w->b.query);
	asked_start(&w->c, w->d, "x", DNS_A);
	w->a.done++;
}

static void a_completion_may_cancel_its_neighbour_and_start_anew(void **state)
{
	struct bench *w = *state;

	w->source.ttl = 0;
	dns_start(w->d, S("x"), DNS_A, cancel_b_start_c, w);
	asked_start(&w->b, w->d, "x", DNS_A);
	loop_run(w->loop);
	t_int(w->a.done, 1);
	t_int(w->b.done, 0);
	t_int(w->c.done, 1);
	t_int(w->source.started, 2);
}

static void free_all(const struct dns_answer *a, void *arg)
{
	struct bench *w = arg;

	t_int(a->rr_count, 1);
	dns_free(w->d);
	/* the answer outlives its dns */
	t_int(a->rr[0].rdata.n, 4);
	w->d = NULL;
	w->a.done++;
}

static void a_completion_may_free_it_all(void **state)
{
	struct bench *w = *state;

	dns_start(w->d, S("x"), DNS_A, free_all, w);
	asked_start(&w->b, w->d, "x", DNS_A);
	asked_start(&w->c, w->d, "y", DNS_A);
	loop_run(w->loop);
	t_int(w->a.done, 1);
	t_int(w->b.done + w->c.done, 0);
}

static void freeing_cancels_all(void **state)
{
	struct bench *w = *state;

	asked_start(&w->a, w->d, "x", DNS_A);
	asked_start(&w->b, w->d, "a..b", DNS_A);
	dns_free(w->d);
	w->d = NULL;
	t_int(w->source.stopped, 1);
	loop_run(w->loop);
	t_int(w->a.done + w->b.done, 0);
}

static void a_source_that_is_too_slow_is_stopped(void **state)
{
	struct bench *w = *state;

	dns_set_timeout(w->d, 5 * USEC_PER_MSEC);
	asked_start(&w->a, w->d, "x", DNS_A);
	asked_start(&w->b, w->d, "x", DNS_A);
	loop_run(w->loop);
	t_str(buf_str(&w->a.text), "TIMEOUT");
	t_str(buf_str(&w->b.text), "TIMEOUT");
	t_int(w->source.stopped, 1);
	/* and is not remembered */
	dns_set_timeout(w->d, USEC_PER_HOUR);
	asked_start(&w->a, w->d, "x", DNS_A);
	loop_run(w->loop);
	t_str(buf_str(&w->a.text), "OK 100 x: 192.0.2.1");
}

/* ---- the cache, in virtual time */

static void ask(struct bench *w, const char *name, const char *want)
{
	asked_is(w->loop, w->d, name, DNS_A, want);
}

static void answers_are_kept_as_long_as_they_say(void **state)
{
	struct bench *w = *state;

	w->source.delay = 0;
	ask(w, "x", "OK 100 x: 192.0.2.1");
	ask(w, "no.x", "NXDOMAIN 100 no.x");
	loop_run_until(w->loop, 40 * USEC_PER_SEC);
	ask(w, "x", "OK 60 x: 192.0.2.1");
	ask(w, "no.x", "NXDOMAIN 60 no.x");
	t_int(w->source.started, 2);
	loop_run_until(w->loop, 100 * USEC_PER_SEC);
	ask(w, "x", "OK 100 x: 192.0.2.1");
	t_int(w->source.started, 3);
}

static void failures_and_ttl_0_are_asked_again(void **state)
{
	struct bench *w = *state;

	w->source.delay = 0;
	ask(w, "fail", "SERVFAIL 100 fail");
	ask(w, "fail", "SERVFAIL 100 fail");
	w->source.ttl = 0;
	ask(w, "x", "OK x: 192.0.2.1");
	ask(w, "x", "OK x: 192.0.2.1");
	t_int(w->source.started, 4);
}

static void nothing_is_kept_longer_than_a_day(void **state)
{
	struct bench *w = *state;

	w->source.delay = 0;
	w->source.ttl = INT32_MAX;
	ask(w, "x", "OK 2147483647 x: 192.0.2.1");
	ask(w, "x", "OK 86400 x: 192.0.2.1");
	loop_run_until(w->loop, (usec_t)LIMIT_DNS_TTL * USEC_PER_SEC);
	ask(w, "x", "OK 2147483647 x: 192.0.2.1");
	t_int(w->source.started, 2);
}

static void a_full_cache_forgets_the_least_used(void **state)
{
	struct bench *w = *state;
	char name[32], want[64];

	w->source.delay = -1;
	ask(w, "x", "OK 100 x: 192.0.2.1");
	w->d->cache.max = 10 * w->d->cache.size;
	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "%d", i);
		snprintf(want, sizeof(want), "OK 100 %s: 192.0.2.1", name);
		ask(w, name, want);
		ask(w, "x", "OK 100 x: 192.0.2.1");
		t_true(w->d->cache.size <= w->d->cache.max, "bounded");
	}
	t_int(w->source.started, 31);
	ask(w, "29", "OK 100 29: 192.0.2.1");
	t_int(w->source.started, 31);
	ask(w, "0", "OK 100 0: 192.0.2.1");
	t_int(w->source.started, 32);
}

#define BOTH(fn)                                              \
	cmocka_unit_test_setup_teardown(fn, on_sim, done),    \
	{                                                     \
		.name = #fn "_on_real_time", .test_func = fn, \
		.setup_func = on_event, .teardown_func = done \
	}
#define ON_SIM(fn) T_WITH(fn, on_sim, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(those_who_ask_the_same_share_one_look_up),
	    BOTH(an_answer_from_inside_the_source_still_waits),
	    BOTH(cancelling_one_leaves_the_others),
	    BOTH(cancelling_the_last_stops_the_source),
	    BOTH(an_answer_on_its_way_can_be_cancelled),
	    BOTH(a_completion_may_cancel_its_neighbour_and_start_anew),
	    BOTH(a_completion_may_free_it_all),
	    BOTH(freeing_cancels_all),
	    BOTH(a_source_that_is_too_slow_is_stopped),
	    ON_SIM(answers_are_kept_as_long_as_they_say),
	    ON_SIM(failures_and_ttl_0_are_asked_again),
	    ON_SIM(nothing_is_kept_longer_than_a_day),
	    ON_SIM(a_full_cache_forgets_the_least_used),
	};

	return t_run("dns", tests);
}
