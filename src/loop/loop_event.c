#include "base/mem.h"
#include "loop/loop_private.h"

#include <event2/event.h>
#include <event2/event_struct.h>

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* libevent's callbacks only note what is ready; it is handed out after
 * event_base_loop() returned, in the order the contract gives.  Callbacks of
 * others on this base (libunbound) run inside event_base_loop().
 */
#define NAP_MSEC 10

struct io_impl {
	struct loop_io *io;
	struct event read, write;
	unsigned ready;
	struct io_impl *next, **prev; /* in the ready list when prev != NULL */
};

struct loop_event {
	struct loop loop; /* first */
	struct event_base *base;
	int wake_fd;
	struct event wake, timer;
	bool timer_armed;
	usec_t timer_due;
	int own_events; /* ours among the base's */
	struct io_impl *ready, **ready_tail;
};

static struct loop_event *of(struct loop *l)
{
	return (struct loop_event *)(void *)l;
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
	/* Edge-triggered: the counter need not be read, loop->woken tells. */
	(void)fd;
	(void)what;
	(void)arg;
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct loop_event *l = arg;

	(void)fd;
	(void)what;
	l->timer_armed = false;
	l->own_events--;
}

static void on_io(evutil_socket_t fd, short what, void *arg)
{
	struct io_impl *i = arg;
	struct loop_event *l = of(i->io->loop);

	(void)fd;
	i->ready |= (what & EV_READ ? LOOP_READ : 0) |
		    (what & EV_WRITE ? LOOP_WRITE : 0);
	if (i->prev)
		return;
	i->next = NULL;
	i->prev = l->ready_tail;
	*l->ready_tail = i;
	l->ready_tail = &i->next;
}

static void ready_unlink(struct loop_event *l, struct io_impl *i)
{
	*i->prev = i->next;
	if (i->next)
		i->next->prev = i->prev;
	else
		l->ready_tail = i->prev;
	i->next = NULL;
	i->prev = NULL;
}

static void run_ready(struct loop_event *l)
{
	while (l->ready) {
		struct io_impl *i = l->ready;
		unsigned ready = i->ready & i->io->want;

		ready_unlink(l, i);
		i->ready = 0;
		if (ready)
			i->io->fn(ready, i->io->arg);
	}
}

static bool io_init(struct loop_io *io)
{
	struct loop_event *l = of(io->loop);
	struct io_impl *i = mem_try_zalloc(sizeof(*i));

	if (!i)
		return false;
	i->io = io;
	io->impl = i;
	if (event_assign(&i->read, l->base, io->fd, EV_READ | EV_PERSIST, on_io,
		i) < 0 ||
	    event_assign(&i->write, l->base, io->fd, EV_WRITE | EV_PERSIST,
		on_io, i) < 0)
		BUG("event_assign");
	return true;
}

static void io_switch(struct loop_event *l, struct event *ev, bool on)
{
	if (on ? event_add(ev, NULL) < 0 : event_del(ev) < 0)
		BUG("event_%s on descriptor %d: %s", on ? "add" : "del",
		    event_get_fd(ev), strerror(errno));
	l->own_events += on ? 1 : -1;
}

static void io_want(struct loop_io *io, unsigned want)
{
	struct loop_event *l = of(io->loop);
	struct io_impl *i = io->impl;
	unsigned change = want ^ io->want;

	if (change & LOOP_READ)
		io_switch(l, &i->read, want & LOOP_READ);
	if (change & LOOP_WRITE)
		io_switch(l, &i->write, want & LOOP_WRITE);
	io->want = want;
}

static void io_release(struct loop_io *io)
{
	struct io_impl *i = io->impl;

	io_want(io, 0);
	if (i->prev)
		ready_unlink(of(io->loop), i);
	free(i);
}

static void notify(struct loop *l)
{
	int saved = errno;
	uint64_t one = 1;
	ssize_t n;

	do
		n = write(of(l)->wake_fd, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
	errno = saved;
}

/* Others' events count: libunbound's, while it waits for an answer. */
static bool anything_left(struct loop_event *l)
{
	return loop_has_task(&l->loop) || l->loop.heap_len ||
	       l->loop.wakes_held || atomic_load(&l->loop.woken) ||
	       event_base_get_num_events(l->base, EVENT_BASE_COUNT_ADDED) >
		   l->own_events ||
	       l->own_events > 1 + (l->timer_armed ? 1 : 0);
}

/* Whether there is something to do without sleeping; else the timer is set. */
static bool arm(struct loop_event *l)
{
	struct timeval tv;
	usec_t due, wait;

	if (loop_has_task(&l->loop))
		return true;
	if (!loop_next_due(&l->loop, &due))
		return false;
	wait = due - clock_steady(l->loop.clock);
	if (wait <= 0)
		return true;
	if (l->timer_armed && l->timer_due <= due)
		return false;
	if (wait > 24 * USEC_PER_HOUR)
		wait = 24 * USEC_PER_HOUR;
	tv.tv_sec = (time_t)(wait / USEC_PER_SEC);
	tv.tv_usec = (suseconds_t)(wait % USEC_PER_SEC);
	if (event_add(&l->timer, &tv) < 0) {
		/* No memory: look again in a while. */
		mem_count_failure();
		poll(NULL, 0, NAP_MSEC);
		return true;
	}
	if (!l->timer_armed)
		l->own_events++;
	l->timer_armed = true;
	l->timer_due = due;
	return false;
}

static void backend_run(struct loop *loop)
{
	struct loop_event *l = of(loop);

	while (!loop->stopping && anything_left(l)) {
		int flags = EVLOOP_ONCE | (arm(l) ? EVLOOP_NONBLOCK : 0);
		uint64_t limit = loop_turn_begin(loop);

		if (event_base_loop(l->base, flags) < 0)
			BUG("event_base_loop");
		loop_turn_timers(loop, limit);
		run_ready(l);
		loop_turn_wakes(loop);
		loop_turn_end(loop);
	}
}

static void backend_free(struct loop *loop)
{
	struct loop_event *l = of(loop);

	if (l->base) {
		event_del(&l->timer);
		event_del(&l->wake);
		event_base_free(l->base);
	}
	close(l->wake_fd);
	loop_release(loop);
	free(l);
}

static void *event_base_of(struct loop *l)
{
	return of(l)->base;
}

static void event_base_lost(struct loop *l)
{
	of(l)->base = NULL;
}

static const struct loop_backend backend = {
    .run = backend_run,
    .free = backend_free,
    .notify = notify,
    .io_init = io_init,
    .io_want = io_want,
    .io_release = io_release,
    .event_base = event_base_of,
    .event_base_lost = event_base_lost,
};

static struct event_base *base_new(void)
{
	struct event_config *c = event_config_new();
	struct event_base *base = NULL;

	/* One thread uses it; wakes do not touch it. */
	if (c && event_config_set_flag(c, EVENT_BASE_FLAG_NOLOCK) == 0 &&
	    event_config_require_features(c, EV_FEATURE_ET) == 0)
		base = event_base_new_with_config(c);
	if (c)
		event_config_free(c);
	return base;
}

/* libevent says no more than that; but the system sets errno. */
static void refused(struct err *e, const char *what)
{
	if (errno == EMFILE || errno == ENFILE || errno == ENOSPC) {
		err_sys(e, errno, "%s", what);
		return;
	}
	mem_count_failure();
	err_set(e, ERR_NOMEM, "%s: there is no memory", what);
}

struct loop *loop_event_new(struct err *e)
{
	struct loop_event *l = mem_try_zalloc(sizeof(*l));

	if (!l) {
		err_set(e, ERR_NOMEM, "there is no memory for an event loop");
		return NULL;
	}
	loop_init(&l->loop, &backend, &clock_system);
	l->ready_tail = &l->ready;
	l->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (l->wake_fd < 0) {
		err_sys(e, errno, "cannot make an event descriptor");
		goto fail;
	}
	errno = 0;
	l->base = base_new();
	if (!l->base) {
		refused(e, "libevent gives no event loop");
		goto fail;
	}
	if (event_assign(&l->wake, l->base, l->wake_fd,
		EV_READ | EV_ET | EV_PERSIST, on_wake, l) < 0 ||
	    evtimer_assign(&l->timer, l->base, on_timer, l) < 0 ||
	    event_add(&l->wake, NULL) < 0) {
		refused(e, "libevent cannot watch a descriptor");
		goto fail;
	}
	l->own_events = 1;
	return &l->loop;
fail:
	if (l->base)
		event_base_free(l->base);
	if (l->wake_fd >= 0)
		close(l->wake_fd);
	free(l);
	return NULL;
}
