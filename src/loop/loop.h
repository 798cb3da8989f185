/* loop: one thread's turn-by-turn world.  Two backends keep this contract:
 * loop_event (libevent, real descriptors) and loop_sim (virtual time: when
 * nothing is left to do now, time jumps to the next timer).
 *
 *	struct loop *l = loop_event_new(&e);
 *	loop_timer_init(&t, l, on_timeout, me);
 *	loop_timer_start(&t, 5 * USEC_PER_SEC);
 *	loop_run(l);
 *	loop_free(l);
 *
 * Life of one turn: the clock is read once; due timers, ready descriptors,
 * woken wakes and the tasks posted *before* the turn run, in that order for
 * equal times of loop_sim; then the turn-end hooks run (where a group commit
 * is handed over); then the loop sleeps.  A callback may stop, restart or free
 * its own object.  Everything but loop_wake_signal() belongs to the loop's
 * thread.  All objects are embedded in their owner; init before use, stop
 * before the memory goes.
 */
#pragma once

#include "base/clock.h"

struct loop;

/* NULL: `e` says why. */
struct loop *loop_event_new(struct err *e);
/* Virtual time, starting at `wall`.  Timers due at one time run in the order
 * they were started: everything is repeatable. */
struct loop *loop_sim_new(usec_t wall);
void loop_free(struct loop *l);

/* Until loop_stop(), or when nothing is left that could ever run (no timer,
 * task, watched descriptor or wake; for loop_sim no timer and no task).
 * Wakes count only while loop_wake_hold()en. */
void loop_run(struct loop *l);
/* loop_sim only: runs all that is due up to `steady`, then the time is that. */
void loop_run_until(struct loop *l, usec_t steady);
void loop_stop(struct loop *l);

const struct clock *loop_clock(struct loop *l);
/* Steady time at the start of this turn. */
usec_t loop_now(struct loop *l);
bool loop_is_sim(const struct loop *l);
/* libevent's struct event_base *, for libunbound; NULL on loop_sim. */
void *loop_event_base(struct loop *l);
/* Another may have freed it: it is not touched again, and only loop_free() is
 * left. */
void loop_event_base_lost(struct loop *l);

/* ---- timers */
struct loop_timer {
	struct loop *loop;
	void (*fn)(void *arg);
	void *arg;
	bool active;
	usec_t due;
	/* backend's */
	void *impl;
	uint64_t order;
	size_t heap_at;
};
void loop_timer_init(
    struct loop_timer *t, struct loop *l, void (*fn)(void *arg), void *arg);
/* (Re)starts; a delay of 0 or less runs in the next turn.  Cheap to restart
 * for every command: a timer moved later does no work until it is due.  False:
 * no memory, it is not started; never of a timer that is active. */
bool loop_timer_start(struct loop_timer *t, usec_t delay);
void loop_timer_stop(struct loop_timer *t);
/* Stops and gives the backend's memory back. */
void loop_timer_release(struct loop_timer *t);

/* ---- tasks: run once, in the next turn */
struct loop_task {
	void (*fn)(void *arg);
	void *arg;
	struct loop_task *next, **prev; /* queued when prev != NULL */
};
void loop_task_init(struct loop_task *t, void (*fn)(void *arg), void *arg);
void loop_post(struct loop *l, struct loop_task *t); /* again: no effect */
/* As loop_post(), but when called by a timer, a descriptor or a wake the task
 * still runs in this turn, after them and before the hooks: no sleep, no extra
 * turn. */
void loop_post_soon(struct loop *l, struct loop_task *t);
void loop_task_cancel(struct loop_task *t);

/* ---- descriptors (not on loop_sim: BUG) */
#define LOOP_READ  1u
#define LOOP_WRITE 2u
struct loop_io {
	struct loop *loop;
	int fd;
	void (*fn)(unsigned ready, void *arg);
	void *arg;
	unsigned want;
	void *impl;
};
/* False: no memory; it must not be used. */
bool loop_io_init(struct loop_io *io, struct loop *l, int fd,
    void (*fn)(unsigned ready, void *arg), void *arg);
void loop_io_want(struct loop_io *io, unsigned want); /* 0: none */
void loop_io_release(struct loop_io *io);

/* ---- wakes: the only way in from another thread or a signal handler */
struct loop_wake {
	struct loop *loop;
	void (*fn)(void *arg);
	void *arg;
	void *impl;
};
int loop_wake_init(struct loop_wake *w, struct loop *l, void (*fn)(void *arg),
    void *arg, struct err *e);
/* Thread-safe and async-signal-safe; several signals may be one call of fn. */
void loop_wake_signal(struct loop_wake *w);
/* While held, loop_run() does not end for lack of work. */
void loop_wake_hold(struct loop_wake *w, bool hold);
void loop_wake_release(struct loop_wake *w);

/* ---- turn end */
struct loop_hook {
	void (*fn)(void *arg);
	void *arg;
	struct loop_hook *next;
};
void loop_hook_add(
    struct loop *l, struct loop_hook *h, void (*fn)(void *arg), void *arg);
void loop_hook_remove(struct loop *l, struct loop_hook *h);
