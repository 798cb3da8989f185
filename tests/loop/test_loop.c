#include "t.h"
#include "loop/loop.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <pthread.h>
#include <unistd.h>

/* Every case here runs on both backends: *state is the loop. */

static int on_event(void **state)
{
	struct err e = {0};
	struct loop *l = loop_event_new(&e);

	if (!l)
		fail_msg("%s", e.msg);
	*state = l;
	return 0;
}

static int on_sim(void **state)
{
	*state = loop_sim_new(1000 * USEC_PER_SEC);
	return 0;
}

static int done(void **state)
{
	loop_free(*state);
	return 0;
}

#define BOTH(fn)                                     \
	{#fn " (event)", fn, on_event, done, NULL},  \
	{                                            \
#fn " (sim)", fn, on_sim, done, NULL \
	}
#define EVENT(fn) T_WITH(fn, on_event, done)
#define SIM(fn)   T_WITH(fn, on_sim, done)

/* What ran, in order. */
struct trace {
	struct loop *l;
	char text[64];
	size_t n;
};

struct item {
	struct trace *trace;
	char name;
	struct loop_timer timer, *stop, *again;
	struct loop_task task, *post;
	usec_t again_in;
	int left;
};

static void note(struct trace *t, char c)
{
	if (t->n < sizeof(t->text) - 1)
		t->text[t->n++] = c;
}

static void item_ran(void *arg)
{
	struct item *i = arg;

	note(i->trace, i->name);
	if (i->stop)
		loop_timer_stop(i->stop);
	if (i->again && i->left-- > 0)
		loop_timer_start(i->again, i->again_in);
	if (i->post && i->left-- > 0)
		loop_post(i->trace->l, i->post);
}

static void item_init(struct item *i, struct trace *t, char name)
{
	*i = (struct item){.trace = t, .name = name};
	loop_timer_init(&i->timer, t->l, item_ran, i);
	loop_task_init(&i->task, item_ran, i);
}

static void ends_at_once_when_nothing_is_left(void **state)
{
	struct loop *l = *state;

	loop_run(l);
	loop_run(l);
}

static void timers_run_in_order_of_time(void **state)
{
	struct trace t = {.l = *state};
	struct item i[26];

	for (unsigned k = 0; k < 26; k++) {
		unsigned at = k * 7 % 26;

		item_init(&i[k], &t, (char)('a' + at));
		loop_timer_start(&i[k].timer, at * USEC_PER_MSEC);
	}
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "abcdefghijklmnopqrstuvwxyz");
}

static void a_timer_moved_later_runs_once_at_the_later_time(void **state)
{
	struct trace t = {.l = *state};
	struct item a, b, c;

	item_init(&a, &t, 'a');
	item_init(&b, &t, 'b');
	item_init(&c, &t, 'c');
	loop_timer_start(&a.timer, 2 * USEC_PER_MSEC);
	loop_timer_start(&b.timer, 10 * USEC_PER_MSEC);
	loop_timer_start(&c.timer, 40 * USEC_PER_MSEC);
	loop_timer_start(&a.timer, 20 * USEC_PER_MSEC);
	loop_timer_start(&c.timer, 5 * USEC_PER_MSEC);
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "cba");
	assert_false(a.timer.active);
}

static void a_timer_stopped_does_not_run(void **state)
{
	struct trace t = {.l = *state};
	struct item a, b;

	item_init(&a, &t, 'a');
	item_init(&b, &t, 'b');
	loop_timer_start(&a.timer, 1);
	loop_timer_start(&b.timer, 1);
	a.stop = &b.timer;
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "a");
	loop_timer_start(&b.timer, -5);
	loop_timer_stop(&b.timer);
	loop_timer_stop(&b.timer);
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "a");
}

static void a_timer_restarts_itself_inside_its_callback(void **state)
{
	struct trace t = {.l = *state};
	struct item a;

	item_init(&a, &t, 'a');
	a.again = &a.timer;
	a.left = 3;
	loop_timer_start(&a.timer, 0);
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "aaaa");
}

/* A timer of delay 0 started in a turn waits for the next one, so that others
 * come in between. */
static void work_made_in_a_turn_waits_for_the_next(void **state)
{
	struct trace t = {.l = *state};
	struct item a, b, c, d;

	item_init(&a, &t, 'a');
	item_init(&b, &t, 'b');
	item_init(&c, &t, 'c');
	item_init(&d, &t, 'd');
	a.post = &a.task;
	a.left = 2;
	c.again = &d.timer;
	c.left = 1;
	loop_post(t.l, &a.task);
	loop_post(t.l, &c.task);
	loop_post(t.l, &b.task);
	loop_post(t.l, &a.task);
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "acbdaa");
}

struct hook {
	struct loop_hook hook;
	struct trace *trace;
	char name;
	struct loop_hook *remove;
};

static void hook_ran(void *arg)
{
	struct hook *h = arg;

	note(h->trace, h->name);
	if (h->remove)
		loop_hook_remove(h->trace->l, h->remove);
}

struct soon {
	struct item a, b;
	struct trace *t;
};

static void post_both(void *arg)
{
	struct soon *s = arg;

	note(s->t, 't');
	loop_post(s->t->l, &s->a.task);
	loop_post_soon(s->t->l, &s->b.task);
}

static void work_for_soon_runs_before_the_hooks(void **state)
{
	struct trace t = {.l = *state};
	struct soon s = {.t = &t};
	struct hook h = {.trace = &t, .name = '1'};
	struct loop_timer timer;
	struct loop_task task;

	item_init(&s.a, &t, 'a');
	item_init(&s.b, &t, 'b');
	loop_hook_add(t.l, &h.hook, hook_ran, &h);
	loop_timer_init(&timer, t.l, post_both, &s);
	loop_timer_start(&timer, 0);
	loop_run(t.l);
	/* the event loop may turn once more before its timer is due */
	t_has(str_make(t.text, t.n), "tb1a1");
	t.n = 0;
	/* from a task there is no "soon": a circle can not hold up the loop */
	loop_task_init(&task, post_both, &s);
	loop_post_soon(t.l, &task);
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "t1ab1");
	loop_hook_remove(t.l, &h.hook);
}

static void a_task_cancelled_does_not_run(void **state)
{
	struct trace t = {.l = *state};
	struct item a, b, c;

	item_init(&a, &t, 'a');
	item_init(&b, &t, 'b');
	item_init(&c, &t, 'c');
	loop_post(t.l, &a.task);
	loop_post(t.l, &b.task);
	loop_post(t.l, &c.task);
	loop_task_cancel(&c.task);
	loop_task_cancel(&c.task);
	loop_task_cancel(&a.task);
	loop_post(t.l, &a.task);
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "ba");
}

struct own {
	struct loop_timer timer;
	struct loop_task task;
	int *count;
};

static void free_owner(void *arg)
{
	struct own *o = arg;

	++*o->count;
	loop_timer_release(&o->timer);
	loop_task_cancel(&o->task);
	free(o);
}

static void an_owner_frees_itself_inside_its_callback(void **state)
{
	int count = 0;

	for (int i = 0; i < 4; i++) {
		struct own *o = mem_zalloc(sizeof(*o));

		o->count = &count;
		loop_timer_init(&o->timer, *state, free_owner, o);
		loop_task_init(&o->task, free_owner, o);
		if (i & 1)
			loop_post(*state, &o->task);
		loop_timer_start(&o->timer, i & 1 ? USEC_PER_SEC : 10);
	}
	loop_run(*state);
	t_int(count, 4);
}

static void stop(void *arg)
{
	loop_stop(arg);
}

static void stops_after_the_turn_and_can_go_on(void **state)
{
	struct trace t = {.l = *state};
	struct loop_timer never;
	struct loop_task s;
	struct item a;

	item_init(&a, &t, 'a');
	loop_timer_init(&never, t.l, stop, t.l);
	loop_timer_start(&never, INT64_MAX);
	loop_task_init(&s, stop, t.l);
	loop_post(t.l, &s);
	loop_post(t.l, &a.task);
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "a");
	loop_post(t.l, &a.task);
	loop_post(t.l, &s);
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "aa");
	loop_timer_release(&never);
}

static void hooks_run_once_at_the_end_of_each_turn(void **state)
{
	struct trace t = {.l = *state};
	struct hook x = {.trace = &t, .name = '1'};
	struct hook y = {.trace = &t, .name = '2'};
	struct hook z = {.trace = &t, .name = '3'};
	struct item a, b;

	loop_hook_add(t.l, &x.hook, hook_ran, &x);
	loop_hook_add(t.l, &y.hook, hook_ran, &y);
	loop_hook_add(t.l, &z.hook, hook_ran, &z);
	x.remove = &y.hook; /* before it has run */
	z.remove = &z.hook; /* itself */
	item_init(&a, &t, 'a');
	item_init(&b, &t, 'b');
	b.post = &a.task;
	b.left = 1;
	loop_post(t.l, &a.task);
	loop_post(t.l, &b.task);
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "ab13a1");
	loop_hook_remove(t.l, &x.hook);
	loop_hook_remove(t.l, &x.hook);
	loop_post(t.l, &a.task);
	loop_run(t.l);
	t_str(str_make(t.text, t.n), "ab13a1a");
}

/* The reference is a plain list searched for its earliest entry. */
static void random_starts_and_stops_agree_with_a_model(void **state)
{
	enum { N = 200 };
	struct trace t = {.l = *state};
	struct rand_seq r;
	static struct item i[N];
	struct loop *l = *state;
	usec_t last = 0;
	int active = 0;

	rand_seq_init(&r, t_seed());
	for (int k = 0; k < N; k++)
		item_init(&i[k], &t, 'x');
	for (int k = 0; k < 20000; k++) {
		struct loop_timer *x = &i[rand_seq_below(&r, N)].timer;

		if (rand_seq_below(&r, 3))
			loop_timer_start(
			    x, (usec_t)rand_seq_below(&r, 1 << 24));
		else
			loop_timer_stop(x);
	}
	for (int k = 0; k < N; k++)
		active += i[k].timer.active;
	assert_true(active > 50);
	for (; active > 0; active--) {
		usec_t first = INT64_MAX;

		for (int k = 0; k < N; k++)
			if (i[k].timer.active && i[k].timer.due < first)
				first = i[k].timer.due;
		assert_true(first >= last);
		last = first;
		t.n = 0;
		loop_run_until(l, first - 1);
		t_int(t.n, 0);
		loop_run_until(l, first);
		assert_true(t.n >= 1);
		active -= (int)t.n - 1;
	}
	loop_run(l);
}

static void virtual_time_jumps_and_keeps_the_order_of_starts(void **state)
{
	struct trace t = {.l = *state};
	struct loop *l = *state;
	struct item i[5];
	usec_t start = loop_now(l);

	for (int k = 0; k < 5; k++) {
		item_init(&i[k], &t, (char)('0' + k));
		loop_timer_start(&i[k].timer, 3 * USEC_PER_HOUR);
	}
	loop_timer_start(&i[1].timer, 3 * USEC_PER_HOUR); /* again: is last */
	loop_run(l);
	t_str(str_make(t.text, t.n), "02341");
	t_int(loop_now(l) - start, 3 * USEC_PER_HOUR);
	t_int(
	    clock_wall(loop_clock(l)), 1000 * USEC_PER_SEC + 3 * USEC_PER_HOUR);
	assert_true(loop_is_sim(l));
	assert_null(loop_event_base(l));
}

static void run_until_stops_the_clock_there(void **state)
{
	struct trace t = {.l = *state};
	struct loop *l = *state;
	struct item a, b;

	item_init(&a, &t, 'a');
	item_init(&b, &t, 'b');
	loop_timer_start(&a.timer, 10);
	loop_timer_start(&b.timer, 11);
	loop_run_until(l, 10);
	t_str(str_make(t.text, t.n), "a");
	t_int(loop_now(l), 10);
	loop_run_until(l, 500);
	t_str(str_make(t.text, t.n), "ab");
	t_int(loop_now(l), 500);
}

/* ---- wakes */

struct waker {
	struct loop_wake wake;
	atomic_int calls;
	atomic_int data; /* written by the thread before the last signal */
	int rounds;
};

static void woken(void *arg)
{
	struct waker *w = arg;

	w->calls++;
	if (w->data)
		loop_wake_hold(&w->wake, false);
}

static void signalled_wakes_run_in_the_next_turn(void **state)
{
	struct waker w = {.rounds = 1};
	struct err e = {0};

	t_ok(loop_wake_init(&w.wake, *state, woken, &w, &e), &e);
	loop_run(*state);
	t_int(w.calls, 0);
	loop_wake_signal(&w.wake);
	loop_wake_signal(&w.wake);
	loop_run(*state);
	t_int(w.calls, 1);
	loop_wake_release(&w.wake);
	loop_wake_release(&w.wake);
}

static void *wake_often(void *arg)
{
	struct waker *w = arg;

	for (int i = 0; i < w->rounds; i++)
		loop_wake_signal(&w->wake);
	usleep(20000);
	w->data = 1;
	loop_wake_signal(&w->wake);
	return NULL;
}

static void a_thread_wakes_a_sleeping_loop(void **state)
{
	struct waker w = {.rounds = 20000};
	struct err e = {0};
	pthread_t thread;

	t_ok(loop_wake_init(&w.wake, *state, woken, &w, &e), &e);
	loop_wake_hold(&w.wake, true);
	t_int(pthread_create(&thread, NULL, wake_often, &w), 0);
	loop_run(*state);
	pthread_join(thread, NULL);
	t_int(w.data, 1);
	assert_true(w.calls >= 1 && w.calls <= w.rounds + 1);
	loop_wake_release(&w.wake);
}

/* ---- descriptors */

struct pipe_end {
	struct loop_io io;
	int fd[2], calls;
	char got[16];
	size_t n;
	struct pipe_end *other;
};

static void pipe_open(struct pipe_end *p)
{
	*p = (struct pipe_end){.fd = {-1, -1}};
	t_int(pipe2(p->fd, O_NONBLOCK | O_CLOEXEC), 0);
}

static void pipe_close(struct pipe_end *p)
{
	loop_io_release(&p->io);
	close(p->fd[0]);
	close(p->fd[1]);
}

static void pipe_readable(unsigned ready, void *arg)
{
	struct pipe_end *p = arg;
	ssize_t n;

	p->calls++;
	t_int(ready, LOOP_READ);
	n = read(p->fd[0], p->got + p->n, 1);
	if (n == 1 && p->got[p->n++] == '.')
		loop_io_release(&p->io);
	if (p->other)
		loop_io_release(&p->other->io);
}

static void a_descriptor_is_reported_until_it_is_read(void **state)
{
	struct pipe_end p;

	pipe_open(&p);
	loop_io_init(&p.io, *state, p.fd[0], pipe_readable, &p);
	loop_io_want(&p.io, LOOP_READ);
	t_int(write(p.fd[1], "ab.", 3), 3);
	loop_run(*state);
	t_str(str_make(p.got, p.n), "ab.");
	t_int(p.calls, 3);
	pipe_close(&p);
}

static void a_descriptor_released_by_another_is_not_reported(void **state)
{
	struct pipe_end p, q;

	pipe_open(&p);
	pipe_open(&q);
	loop_io_init(&p.io, *state, p.fd[0], pipe_readable, &p);
	loop_io_init(&q.io, *state, q.fd[0], pipe_readable, &q);
	p.other = &q;
	q.other = &p;
	loop_io_want(&p.io, LOOP_READ);
	loop_io_want(&q.io, LOOP_READ);
	t_int(write(p.fd[1], ".", 1), 1);
	t_int(write(q.fd[1], ".", 1), 1);
	loop_run(*state);
	t_int(p.calls + q.calls, 1);
	pipe_close(&p);
	pipe_close(&q);
}

static void write_ready(unsigned ready, void *arg)
{
	struct pipe_end *p = arg;

	t_int(ready, LOOP_WRITE);
	if (++p->calls == 3)
		loop_io_want(&p->io, 0);
}

static void no_wish_no_report(void **state)
{
	struct pipe_end p;

	pipe_open(&p);
	loop_io_init(&p.io, *state, p.fd[1], write_ready, &p);
	loop_io_want(&p.io, LOOP_WRITE);
	loop_run(*state);
	t_int(p.calls, 3);
	loop_run(*state);
	t_int(p.calls, 3);
	pipe_close(&p);
}

static void real_timers_take_their_time(void **state)
{
	struct trace t = {.l = *state};
	usec_t start = clock_steady(loop_clock(t.l)), took;
	struct item a;

	item_init(&a, &t, 'a');
	loop_timer_start(&a.timer, 30 * USEC_PER_MSEC);
	loop_run(t.l);
	took = clock_steady(loop_clock(t.l)) - start;
	assert_true(took >= 30 * USEC_PER_MSEC);
	assert_false(loop_is_sim(t.l));
	assert_non_null(loop_event_base(t.l));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(ends_at_once_when_nothing_is_left),
	    BOTH(timers_run_in_order_of_time),
	    BOTH(a_timer_moved_later_runs_once_at_the_later_time),
	    BOTH(a_timer_stopped_does_not_run),
	    BOTH(a_timer_restarts_itself_inside_its_callback),
	    BOTH(work_made_in_a_turn_waits_for_the_next),
	    BOTH(work_for_soon_runs_before_the_hooks),
	    BOTH(a_task_cancelled_does_not_run),
	    BOTH(an_owner_frees_itself_inside_its_callback),
	    BOTH(stops_after_the_turn_and_can_go_on),
	    BOTH(hooks_run_once_at_the_end_of_each_turn),
	    BOTH(signalled_wakes_run_in_the_next_turn),
	    SIM(random_starts_and_stops_agree_with_a_model),
	    SIM(virtual_time_jumps_and_keeps_the_order_of_starts),
	    SIM(run_until_stops_the_clock_there),
	    EVENT(a_thread_wakes_a_sleeping_loop),
	    EVENT(a_descriptor_is_reported_until_it_is_read),
	    EVENT(a_descriptor_released_by_another_is_not_reported),
	    EVENT(no_wish_no_report),
	    EVENT(real_timers_take_their_time),
	};

	return t_run("loop", tests);
}
