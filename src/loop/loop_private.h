/* loop_private: what the backends of a loop share.  Only files of this folder
 * include it.
 *
 * Timers live in one heap of (key, order) for both backends.  A timer moved
 * later keeps its place: only its `due` and `order` change, and the entry is
 * put right when it comes to the top ("stale": the orders differ).  So a
 * time-out restarted for every command costs two stores.
 *
 * Tasks are one list that ends in a sentinel; `mark` is put behind those that
 * were posted before the turn.
 */
#pragma once

#include "loop/loop.h"

#include <stdatomic.h>

struct loop_heap_entry {
	usec_t key;
	uint64_t order;
	struct loop_timer *timer;
};

struct loop_wake_impl {
	struct loop_wake *wake;
	atomic_bool signalled;
	bool held;
	struct loop_wake_impl *next;
};

struct loop_backend {
	/* One run: turns until loop_stop() or nothing is left. */
	void (*run)(struct loop *l);
	void (*free)(struct loop *l);
	/* Called by any thread, and by signal handlers. */
	void (*notify)(struct loop *l);
	bool (*io_init)(struct loop_io *io); /* NULL: no descriptors here */
	void (*io_want)(struct loop_io *io, unsigned want);
	void (*io_release)(struct loop_io *io);
	void *(*event_base)(struct loop *l); /* NULL: none */
	void (*event_base_lost)(struct loop *l);
};

struct loop {
	const struct loop_backend *backend;
	const struct clock *clock;
	bool running, stopping;
	usec_t now;
	bool now_known;

	struct loop_heap_entry *heap;
	size_t heap_len, heap_cap;
	uint64_t order;

	struct loop_task *tasks, tasks_end, mark;
	bool soon_open; /* loop_post_soon() puts before the mark */

	struct loop_wake_impl *wakes, *wake_cursor;
	size_t wakes_held;
	atomic_bool woken;

	struct loop_hook *hooks, *hook_cursor;
};

void loop_init(struct loop *l, const struct loop_backend *backend,
    const struct clock *clock);
void loop_release(struct loop *l);

/* The steps of a turn, in this order.  loop_turn_begin() marks the tasks and
 * returns the order below which timers belong to this turn. */
uint64_t loop_turn_begin(struct loop *l);
void loop_turn_timers(struct loop *l, uint64_t before);
void loop_turn_wakes(struct loop *l);
void loop_turn_end(struct loop *l); /* tasks, then hooks */

/* When the next timer is due; false: there is none. */
bool loop_next_due(struct loop *l, usec_t *ret_due);
static inline bool loop_has_task(const struct loop *l)
{
	return l->tasks != &l->tasks_end;
}
