#include "base/mem.h"
#include "loop/loop_private.h"

void loop_init(struct loop *l, const struct loop_backend *backend,
    const struct clock *clock)
{
	*l = (struct loop){.backend = backend, .clock = clock};
	l->tasks = &l->tasks_end;
	l->tasks_end.prev = &l->tasks;
	atomic_init(&l->woken, false);
}

void loop_release(struct loop *l)
{
	while (loop_has_task(l))
		loop_task_cancel(l->tasks);
	free(l->heap);
	l->heap = NULL;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	ENSURE(!l->running);
	l->backend->free(l);
}

void loop_run(struct loop *l)
{
	ENSURE(!l->running);
	l->running = true;
	l->stopping = false;
	l->now_known = false;
	l->backend->run(l);
	l->running = false;
}

void loop_stop(struct loop *l)
{
	l->stopping = true;
}

const struct clock *loop_clock(struct loop *l)
{
	return l->clock;
}

usec_t loop_now(struct loop *l)
{
	if (!l->running || !l->now_known) {
		l->now = clock_steady(l->clock);
		l->now_known = true;
	}
	return l->now;
}

void *loop_event_base(struct loop *l)
{
	return l->backend->event_base ? l->backend->event_base(l) : NULL;
}

void loop_event_base_lost(struct loop *l)
{
	if (l->backend->event_base_lost)
		l->backend->event_base_lost(l);
}

/* ---- timers */

static bool before(
    const struct loop_heap_entry *a, const struct loop_heap_entry *b)
{
	return a->key < b->key || (a->key == b->key && a->order < b->order);
}

static void heap_place(struct loop *l, size_t at, struct loop_heap_entry x)
{
	l->heap[at] = x;
	x.timer->heap_at = at;
}

static void heap_up(struct loop *l, size_t at, struct loop_heap_entry x)
{
	while (at > 0 && before(&x, &l->heap[(at - 1) / 2])) {
		heap_place(l, at, l->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_place(l, at, x);
}

static void heap_down(struct loop *l, size_t at, struct loop_heap_entry x)
{
	size_t child;

	while ((child = 2 * at + 1) < l->heap_len) {
		if (child + 1 < l->heap_len &&
		    before(&l->heap[child + 1], &l->heap[child]))
			child++;
		if (!before(&l->heap[child], &x))
			break;
		heap_place(l, at, l->heap[child]);
		at = child;
	}
	heap_place(l, at, x);
}

static void heap_remove(struct loop *l, size_t at)
{
	struct loop_heap_entry last = l->heap[--l->heap_len];

	if (at == l->heap_len)
		return;
	if (at > 0 && before(&last, &l->heap[(at - 1) / 2]))
		heap_up(l, at, last);
	else
		heap_down(l, at, last);
}

static bool heap_add(struct loop *l, struct loop_heap_entry x)
{
	if (!mem_try_grow(
		&l->heap, &l->heap_cap, l->heap_len, 64, sizeof(*l->heap)))
		return false;
	l->heap_len++;
	heap_up(l, l->heap_len - 1, x);
	return true;
}

bool loop_next_due(struct loop *l, usec_t *ret_due)
{
	while (l->heap_len) {
		struct loop_heap_entry x = l->heap[0];

		if (x.order == x.timer->order) {
			*ret_due = x.key;
			return true;
		}
		x.key = x.timer->due;
		x.order = x.timer->order;
		heap_down(l, 0, x);
	}
	return false;
}

void loop_timer_init(
    struct loop_timer *t, struct loop *l, void (*fn)(void *arg), void *arg)
{
	*t = (struct loop_timer){.loop = l, .fn = fn, .arg = arg};
}

bool loop_timer_start(struct loop_timer *t, usec_t delay)
{
	struct loop *l = t->loop;
	usec_t now = loop_now(l);

	if (delay < 0)
		delay = 0;
	t->due = delay > INT64_MAX - now ? INT64_MAX : now + delay;
	t->order = l->order++;
	if (!t->active) {
		t->active =
		    heap_add(l, (struct loop_heap_entry){t->due, t->order, t});
	} else if (t->due < l->heap[t->heap_at].key) {
		heap_up(l, t->heap_at,
		    (struct loop_heap_entry){t->due, t->order, t});
	}
	return t->active;
}

void loop_timer_stop(struct loop_timer *t)
{
	if (!t->active)
		return;
	t->active = false;
	heap_remove(t->loop, t->heap_at);
}

void loop_timer_release(struct loop_timer *t)
{
	loop_timer_stop(t);
}

/* ---- tasks */

void loop_task_init(struct loop_task *t, void (*fn)(void *arg), void *arg)
{
	*t = (struct loop_task){.fn = fn, .arg = arg};
}

static void task_insert(struct loop_task *before_it, struct loop_task *t)
{
	if (t->prev)
		return;
	t->next = before_it;
	t->prev = before_it->prev;
	*t->prev = t;
	before_it->prev = &t->next;
}

void loop_post(struct loop *l, struct loop_task *t)
{
	task_insert(&l->tasks_end, t);
}

void loop_post_soon(struct loop *l, struct loop_task *t)
{
	task_insert(l->soon_open ? &l->mark : &l->tasks_end, t);
}

void loop_task_cancel(struct loop_task *t)
{
	if (!t->prev)
		return;
	*t->prev = t->next;
	t->next->prev = t->prev;
	t->next = NULL;
	t->prev = NULL;
}

/* ---- descriptors */

bool loop_io_init(struct loop_io *io, struct loop *l, int fd,
    void (*fn)(unsigned ready, void *arg), void *arg)
{
	*io = (struct loop_io){.loop = l, .fd = fd, .fn = fn, .arg = arg};
	if (!l->backend->io_init)
		BUG("a descriptor on a loop without descriptors");
	return l->backend->io_init(io);
}

void loop_io_want(struct loop_io *io, unsigned want)
{
	if (want != io->want)
		io->loop->backend->io_want(io, want);
}

void loop_io_release(struct loop_io *io)
{
	if (!io->impl)
		return;
	io->loop->backend->io_release(io);
	io->impl = NULL;
	io->want = 0;
}

/* ---- wakes */

int loop_wake_init(struct loop_wake *w, struct loop *l, void (*fn)(void *arg),
    void *arg, struct err *e)
{
	struct loop_wake_impl *i = mem_try_zalloc(sizeof(*i));

	if (!i)
		return err_set(e, ERR_NOMEM, "there is no memory for a wake");
	*w = (struct loop_wake){.loop = l, .fn = fn, .arg = arg, .impl = i};
	i->wake = w;
	atomic_init(&i->signalled, false);
	i->next = l->wakes;
	l->wakes = i;
	return 0;
}

void loop_wake_signal(struct loop_wake *w)
{
	struct loop_wake_impl *i = w->impl;

	if (atomic_exchange(&i->signalled, true))
		return;
	atomic_store(&w->loop->woken, true);
	w->loop->backend->notify(w->loop);
}

void loop_wake_hold(struct loop_wake *w, bool hold)
{
	struct loop_wake_impl *i = w->impl;

	if (i->held == hold)
		return;
	i->held = hold;
	if (hold)
		w->loop->wakes_held++;
	else
		w->loop->wakes_held--;
}

void loop_wake_release(struct loop_wake *w)
{
	struct loop_wake_impl *i = w->impl, **at;

	if (!i)
		return;
	loop_wake_hold(w, false);
	for (at = &w->loop->wakes; *at != i; at = &(*at)->next)
		;
	*at = i->next;
	if (w->loop->wake_cursor == i)
		w->loop->wake_cursor = i->next;
	w->impl = NULL;
	free(i);
}

/* ---- hooks */

void loop_hook_add(
    struct loop *l, struct loop_hook *h, void (*fn)(void *arg), void *arg)
{
	struct loop_hook **at = &l->hooks;

	*h = (struct loop_hook){.fn = fn, .arg = arg};
	while (*at)
		at = &(*at)->next;
	*at = h;
}

void loop_hook_remove(struct loop *l, struct loop_hook *h)
{
	struct loop_hook **at = &l->hooks;

	while (*at && *at != h)
		at = &(*at)->next;
	if (!*at)
		return;
	*at = h->next;
	if (l->hook_cursor == h)
		l->hook_cursor = h->next;
}

/* ---- a turn */

uint64_t loop_turn_begin(struct loop *l)
{
	loop_task_cancel(&l->mark);
	loop_post(l, &l->mark);
	l->soon_open = true;
	l->now_known = false;
	return l->order;
}

void loop_turn_timers(struct loop *l, uint64_t limit)
{
	usec_t now = loop_now(l), due;

	while (loop_next_due(l, &due) && due <= now) {
		struct loop_timer *t = l->heap[0].timer;

		if (t->order >= limit)
			break;
		loop_timer_stop(t);
		t->fn(t->arg);
	}
}

void loop_turn_wakes(struct loop *l)
{
	if (!atomic_load_explicit(&l->woken, memory_order_relaxed) ||
	    !atomic_exchange(&l->woken, false))
		return;
	l->wake_cursor = l->wakes;
	while (l->wake_cursor) {
		struct loop_wake_impl *i = l->wake_cursor;

		l->wake_cursor = i->next;
		if (atomic_exchange(&i->signalled, false))
			i->wake->fn(i->wake->arg);
	}
}

void loop_turn_end(struct loop *l)
{
	l->soon_open = false;
	while (l->tasks != &l->mark) {
		struct loop_task *t = l->tasks;

		loop_task_cancel(t);
		t->fn(t->arg);
	}
	loop_task_cancel(&l->mark);
	l->hook_cursor = l->hooks;
	while (l->hook_cursor) {
		struct loop_hook *h = l->hook_cursor;

		l->hook_cursor = h->next;
		h->fn(h->arg);
	}
}
