#include "deliver/journal.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#define POLL_CONTROL (USEC_PER_SEC / 4)
#define BATCH_MAX    1024u /* records a commit, so that it stays short */

static const struct journal_options defaults = {
    .gather_count = 16,
    .gather_for = 3 * USEC_PER_MSEC,
    .outcome_for = 50 * USEC_PER_MSEC,
};

/* An outcome on its way; intents travel in their tickets. */
struct entry {
	struct entry *next;
	uint64_t number;
	struct outcome outcome;
	char bytes[];
};

/* What was given and not yet committed: of one turn (in a port), or waiting
 * for the journal (in a port too, but under the lock). */
struct bundle {
	struct journal_ticket *intents, **intents_last;
	struct entry *outcomes, **outcomes_last;
	size_t intent_count, outcome_count;
};

struct journal_port {
	struct journal *journal;
	struct journal_port *next;
	struct loop *loop;
	struct loop_wake wake;
	struct loop_hook hook;
	void (*on_settled)(void *arg);
	void *on_settled_arg;
	struct bundle turn; /* the worker's own */
	uint64_t last_number;
	atomic_uint under_way;
	atomic_ullong settled;
	/* under the journal's lock */
	struct bundle waiting;
	struct journal_ticket *done;
	bool orphan; /* freed by its worker; goes when nothing waits */
};

struct journal {
	struct store *store;
	int64_t epoch;
	struct journal_options o;
	struct loop *sim;
	struct loop_task sim_task;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work, idle;
	bool committing;
	bool stopping;
	struct journal_port *ports;
	size_t intents_waiting, outcomes_waiting;
	usec_t first_intent, first_outcome; /* steady; when they came */
	bool failed; /* intents are refused from now on */
	bool closed; /* nothing is committed any more */
	struct err why;
	atomic_bool has_error;
	atomic_llong last_attempt;
	/* pauses */
	atomic_bool paused;
	atomic_ullong pauses;
	struct buf paused_text;
	/* the committer's */
	struct store_record *batch;
	usec_t polled;
	struct journal_figures figures;
};

static usec_t now_steady(void)
{
	return clock_steady(&clock_system);
}

/* ---- bundles */
static void bundle_init(struct bundle *b)
{
	*b = (struct bundle){0};
	b->intents_last = &b->intents;
	b->outcomes_last = &b->outcomes;
}

static void bundle_move(struct bundle *from, struct bundle *to)
{
	if (from->intents) {
		*to->intents_last = from->intents;
		to->intents_last = from->intents_last;
	}
	if (from->outcomes) {
		*to->outcomes_last = from->outcomes;
		to->outcomes_last = from->outcomes_last;
	}
	to->intent_count += from->intent_count;
	to->outcome_count += from->outcome_count;
	bundle_init(from);
}

static void take_outcomes(struct bundle *from, struct bundle *to, size_t max)
{
	while (from->outcomes && max--) {
		struct entry *x = from->outcomes;

		from->outcomes = x->next;
		from->outcome_count--;
		x->next = NULL;
		*to->outcomes_last = x;
		to->outcomes_last = &x->next;
		to->outcome_count++;
	}
	if (!from->outcomes)
		from->outcomes_last = &from->outcomes;
}

static void take_intents(struct bundle *from, struct bundle *to, size_t max)
{
	while (from->intents && max--) {
		struct journal_ticket *t = from->intents;

		from->intents = t->next;
		from->intent_count--;
		t->next = NULL;
		*to->intents_last = t;
		to->intents_last = &t->next;
		to->intent_count++;
	}
	if (!from->intents)
		from->intents_last = &from->intents;
}

static struct str keep(char **at, struct str s)
{
	struct str view = str_make(*at, s.n);

	if (s.n)
		memcpy(*at, s.p, s.n);
	*at += s.n;
	return view;
}

/* ---- what a worker does */
int64_t journal_attempt_id(struct journal *j)
{
	return atomic_fetch_add(&j->last_attempt, 1) + 1;
}

int journal_intent(struct journal_port *p, struct journal_ticket *t,
    const struct intent *i, struct err *e)
{
	size_t n = i->site.n + i->letter.code.n + i->letter.sig[0].n +
		   i->letter.sig[1].n;
	struct intent *to = &t->record.u.intent;
	char *at = t->bytes;

	if (n > sizeof(t->bytes))
		return err_set(e, ERR_LIMIT,
		    "an attempt's record is too large (%zu bytes)", n);
	t->record.is_intent = true;
	*to = *i;
	to->site = keep(&at, i->site);
	to->letter.code = keep(&at, i->letter.code);
	to->letter.sig[0] = keep(&at, i->letter.sig[0]);
	to->letter.sig[1] = keep(&at, i->letter.sig[1]);
	t->next = NULL;
	*p->turn.intents_last = t;
	p->turn.intents_last = &t->next;
	p->turn.intent_count++;
	return 0;
}

uint64_t journal_outcome(struct journal_port *p, const struct outcome *o)
{
	size_t n = o->status_code.n + o->text.n + o->site.n + o->host.n +
		   o->ip.n + o->tls.n + o->relay_id.n;
	struct entry *x = mem_alloc(sizeof(*x) + n);
	struct outcome *to = &x->outcome;
	char *at = x->bytes;

	*to = *o;
	to->status_code = keep(&at, o->status_code);
	to->text = keep(&at, o->text);
	to->site = keep(&at, o->site);
	to->host = keep(&at, o->host);
	to->ip = keep(&at, o->ip);
	to->tls = keep(&at, o->tls);
	to->relay_id = keep(&at, o->relay_id);
	x->number = ++p->last_number;
	x->next = NULL;
	*p->turn.outcomes_last = x;
	p->turn.outcomes_last = &x->next;
	p->turn.outcome_count++;
	return x->number;
}

uint64_t journal_port_settled(const struct journal_port *p)
{
	return atomic_load(&p->settled);
}

void journal_port_on_settled(
    struct journal_port *p, void (*fn)(void *arg), void *arg)
{
	p->on_settled = fn;
	p->on_settled_arg = arg;
}

void journal_port_hint(struct journal_port *p, unsigned under_way)
{
	atomic_store_explicit(&p->under_way, under_way, memory_order_relaxed);
}

static unsigned under_way(const struct journal *j)
{
	unsigned n = 0;

	for (const struct journal_port *p = j->ports; p; p = p->next)
		n += atomic_load_explicit(&p->under_way, memory_order_relaxed);
	return n;
}

/* More intents are surely coming, and few enough are here to wait for them. */
static bool worth_gathering(const struct journal *j)
{
	return j->intents_waiting < j->o.gather_count &&
	       j->intents_waiting < under_way(j);
}

/* The turn's end: everything it gave is handed over at once. */
static void hand_over(void *arg)
{
	struct journal_port *p = arg;
	struct journal *j = p->journal;
	size_t intents = p->turn.intent_count, outcomes = p->turn.outcome_count;
	bool wake;

	if (!intents && !outcomes)
		return;
	pthread_mutex_lock(&j->lock);
	/* an idle journal must learn of it; one that gathers, when it has
	 * enough */
	wake = !j->intents_waiting && !j->outcomes_waiting;
	if (intents && !j->intents_waiting) {
		j->first_intent = now_steady();
		wake = true;
	}
	if (outcomes && !j->outcomes_waiting)
		j->first_outcome = now_steady();
	bundle_move(&p->turn, &p->waiting);
	j->intents_waiting += intents;
	j->outcomes_waiting += outcomes;
	wake |= intents && !worth_gathering(j);
	if (wake && !j->sim)
		pthread_cond_signal(&j->work);
	pthread_mutex_unlock(&j->lock);
	if (j->sim)
		loop_post(j->sim, &j->sim_task);
}

/* The journal has something for this worker. */
static void on_wake(void *arg)
{
	struct journal_port *p = arg;
	struct journal_ticket *t;

	pthread_mutex_lock(&p->journal->lock);
	t = p->done;
	p->done = NULL;
	pthread_mutex_unlock(&p->journal->lock);
	while (t) {
		struct journal_ticket *next = t->next;

		t->done(t, t->ok, t->arg);
		t = next;
	}
	if (p->on_settled)
		p->on_settled(p->on_settled_arg);
}

struct journal_port *journal_port_new(
    struct journal *j, struct loop *l, struct err *e)
{
	struct journal_port *p = mem_zalloc(sizeof(*p));

	p->journal = j;
	p->loop = l;
	bundle_init(&p->turn);
	bundle_init(&p->waiting);
	if (loop_wake_init(&p->wake, l, on_wake, p, e) < 0) {
		free(p);
		return NULL;
	}
	loop_hook_add(l, &p->hook, hand_over, p);
	pthread_mutex_lock(&j->lock);
	p->next = j->ports;
	j->ports = p;
	pthread_mutex_unlock(&j->lock);
	return p;
}

void journal_port_forget(struct journal_port *p)
{
	struct journal *j = p->journal;
	struct bundle dropped;

	bundle_init(&dropped);
	pthread_mutex_lock(&j->lock);
	while (j->committing)
		pthread_cond_wait(&j->idle, &j->lock);
	j->intents_waiting -= p->waiting.intent_count;
	take_intents(&p->waiting, &dropped, SIZE_MAX);
	p->done = NULL;
	pthread_mutex_unlock(&j->lock);
	take_intents(&p->turn, &dropped, SIZE_MAX);
}

void journal_port_free(struct journal_port *p)
{
	struct journal *j;

	if (!p)
		return;
	j = p->journal;
	hand_over(p);
	loop_hook_remove(p->loop, &p->hook);
	pthread_mutex_lock(&j->lock);
	ENSURE(!p->done && !p->waiting.intents);
	p->orphan = true;
	loop_wake_release(&p->wake);
	pthread_mutex_unlock(&j->lock);
}

/* ---- committing */
/* All that waits, at most BATCH_MAX records, moved into `b` and `j->batch`;
 * a port's outcomes keep their order.  With the lock held. */
struct part {
	struct journal_port *port;
	struct bundle taken;
	struct part *next;
};

static struct part *take_all(struct journal *j)
{
	struct part *parts = NULL;
	size_t room = BATCH_MAX;

	for (struct journal_port *p = j->ports; p && room; p = p->next) {
		struct part *x;

		if (!p->waiting.intents && !p->waiting.outcomes)
			continue;
		x = mem_alloc(sizeof(*x));
		x->port = p;
		bundle_init(&x->taken);
		take_outcomes(&p->waiting, &x->taken, room);
		room -= x->taken.outcome_count;
		take_intents(&p->waiting, &x->taken, room);
		room -= x->taken.intent_count;
		x->next = parts;
		parts = x;
		j->intents_waiting -= x->taken.intent_count;
		j->outcomes_waiting -= x->taken.outcome_count;
	}
	/* what did not fit came just now, for all we need to know */
	j->first_intent = j->first_outcome = now_steady();
	return parts;
}

/* The batch: outcomes first (facts), then intents. */
static size_t fill_batch(struct journal *j, const struct part *parts,
    bool with_intents, size_t *ret_intents)
{
	size_t n = 0;

	*ret_intents = 0;
	for (const struct part *x = parts; x; x = x->next)
		for (const struct entry *o = x->taken.outcomes; o; o = o->next)
			j->batch[n++] = (struct store_record){
			    .is_intent = false, .u.outcome = o->outcome};
	for (const struct part *x = parts; x && with_intents; x = x->next)
		for (const struct journal_ticket *t = x->taken.intents; t;
		     t = t->next, ++*ret_intents)
			j->batch[n++] = t->record;
	return n;
}

static void fail(struct journal *j, const struct err *e, bool close)
{
	pthread_mutex_lock(&j->lock);
	if (!j->failed)
		j->why = *e;
	j->failed = true;
	j->closed |= close;
	pthread_mutex_unlock(&j->lock);
	atomic_store(&j->has_error, true);
}

static int commit(struct journal *j, const struct part *parts,
    bool with_intents, struct err *e)
{
	size_t intents, n = fill_batch(j, parts, with_intents, &intents);
	struct journal_figures *f = &j->figures;
	int r;

	if (!n)
		return 0;
	r = store_commit(j->store, j->batch, n, e);
	if (r < 0)
		return r;
	f->commits++;
	f->intent_commits += intents > 0;
	f->intents += intents;
	f->outcomes += n - intents;
	if (intents > f->largest_batch)
		f->largest_batch = intents;
	return 0;
}

/* Intents are fenced, facts never: where a full disk or another sender's
 * epoch refuses the batch, the outcomes in it are committed alone. */
static bool commit_parts(
    struct journal *j, const struct part *parts, bool *ret_facts)
{
	struct err e = {0};
	int r;

	*ret_facts = false;
	if (j->closed)
		return false;
	r = commit(j, parts, !j->failed, &e);
	if (r == ERR_FULL || r == ERR_LEASE) {
		if (r == ERR_FULL)
			store_ballast_free(j->store);
		fail(j, &e, false);
		r = commit(j, parts, false, &e);
	}
	if (r < 0)
		fail(j, &e, true);
	*ret_facts = r >= 0;
	return !j->failed;
}

/* Hands a part back to its port.  With the lock held. */
static void give_back(struct part *x, bool ok, bool facts)
{
	struct journal_port *p = x->port;
	struct journal_ticket **last = &p->done;
	uint64_t number = 0;

	while (*last)
		last = &(*last)->next;
	*last = x->taken.intents;
	for (struct journal_ticket *t = x->taken.intents; t; t = t->next)
		t->ok = ok;
	while (x->taken.outcomes) {
		struct entry *o = x->taken.outcomes;

		x->taken.outcomes = o->next;
		number = o->number;
		free(o);
	}
	if (number && facts)
		atomic_store(&p->settled, number);
	if (!p->orphan)
		loop_wake_signal(&p->wake);
}

/* One commit of what waits.  With the lock held; gives it up meanwhile. */
static void work(struct journal *j)
{
	struct part *parts = take_all(j);
	bool ok, facts;

	j->committing = true;
	pthread_mutex_unlock(&j->lock);
	ok = commit_parts(j, parts, &facts);
	pthread_mutex_lock(&j->lock);
	j->committing = false;
	pthread_cond_broadcast(&j->idle);
	while (parts) {
		struct part *x = parts;

		parts = x->next;
		give_back(x, ok, facts);
		free(x);
	}
}

/* ---- the control row */
static void poll_control(struct journal *j)
{
	struct buf b = BUF_INIT(64 * KiB);
	struct err e;
	bool changed = false;

	if (store_changed(j->store, &changed, &e) < 0 || !changed ||
	    store_control_get(j->store, "paused", &b, &e) < 0) {
		buf_release(&b);
		return;
	}
	pthread_mutex_lock(&j->lock);
	if (!str_eq(buf_str(&b), buf_str(&j->paused_text))) {
		buf_reset(&j->paused_text);
		buf_add(&j->paused_text, buf_str(&b));
		atomic_store(&j->paused, str_eq(buf_str(&b), S("*")));
		atomic_fetch_add(&j->pauses, 1);
	}
	pthread_mutex_unlock(&j->lock);
	buf_release(&b);
}

void journal_poll(struct journal *j)
{
	ENSURE(j->sim);
	poll_control(j);
}

bool journal_paused(struct journal *j)
{
	return atomic_load(&j->paused);
}

uint64_t journal_pauses(struct journal *j)
{
	return atomic_load(&j->pauses);
}

bool journal_site_paused(struct journal *j, struct str site)
{
	struct str rest;
	bool found = false;

	pthread_mutex_lock(&j->lock);
	rest = buf_str(&j->paused_text);
	while (rest.p && rest.n && !found) {
		struct str one = str_trim(str_cut(&rest, '\n'));

		found = str_eq(one, S("*")) || str_ieq(one, site);
	}
	pthread_mutex_unlock(&j->lock);
	return found;
}

/* ---- the thread */
/* When to commit what waits; INT64_MAX: nothing does. */
static usec_t when_due(const struct journal *j)
{
	usec_t due = INT64_MAX, t;

	if (j->outcomes_waiting)
		due = j->first_outcome + j->o.outcome_for;
	if (j->intents_waiting) {
		t = j->first_intent +
		    (worth_gathering(j) ? j->o.gather_for : 0);
		if (t < due)
			due = t;
	}
	return due;
}

static void wait_until(struct journal *j, usec_t steady)
{
	struct timespec ts = {.tv_sec = steady / USEC_PER_SEC,
	    .tv_nsec = steady % USEC_PER_SEC * 1000};

	pthread_cond_timedwait(&j->work, &j->lock, &ts);
}

static void *run(void *arg)
{
	struct journal *j = arg;
	struct timespec cpu;

	pthread_mutex_lock(&j->lock);
	while (!j->stopping || j->intents_waiting || j->outcomes_waiting) {
		usec_t now = now_steady(), due = when_due(j);

		if (now >= j->polled + POLL_CONTROL) {
			j->polled = now;
			pthread_mutex_unlock(&j->lock);
			poll_control(j);
			pthread_mutex_lock(&j->lock);
		} else if (due <= now || (j->stopping && due != INT64_MAX)) {
			work(j);
		} else {
			wait_until(j, due < j->polled + POLL_CONTROL
					  ? due
					  : j->polled + POLL_CONTROL);
		}
	}
	pthread_mutex_unlock(&j->lock);
	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu) == 0)
		j->figures.cpu = cpu.tv_sec * USEC_PER_SEC + cpu.tv_nsec / 1000;
	return NULL;
}

/* On virtual time: what one turn gave is committed in the next. */
static void on_sim_turn(void *arg)
{
	struct journal *j = arg;

	poll_control(j);
	pthread_mutex_lock(&j->lock);
	while (j->intents_waiting || j->outcomes_waiting)
		work(j);
	pthread_mutex_unlock(&j->lock);
}

/* ---- life */
static void init_lock(struct journal *j)
{
	pthread_condattr_t attr;

	/* the steady clock of base/clock is CLOCK_MONOTONIC */
	pthread_mutex_init(&j->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&j->work, &attr);
	pthread_cond_init(&j->idle, NULL);
	pthread_condattr_destroy(&attr);
}

static void release(struct journal *j)
{
	while (j->ports) {
		struct journal_port *p = j->ports;

		ENSURE(p->orphan);
		j->ports = p->next;
		free(p);
	}
	pthread_cond_destroy(&j->work);
	pthread_cond_destroy(&j->idle);
	pthread_mutex_destroy(&j->lock);
	buf_release(&j->paused_text);
	free(j->batch);
	free(j);
}

int journal_start(struct store *store, int64_t epoch,
    const struct journal_options *o, struct loop *sim, struct journal **ret,
    struct err *e)
{
	struct journal *j = mem_zalloc(sizeof(*j));
	int64_t last;
	int r, sys;

	j->store = store;
	j->epoch = epoch;
	j->sim = sim;
	j->o = o ? *o : defaults;
	if (!j->o.gather_count)
		j->o.gather_count = defaults.gather_count;
	if (!j->o.gather_for)
		j->o.gather_for = defaults.gather_for;
	if (!j->o.outcome_for)
		j->o.outcome_for = defaults.outcome_for;
	j->batch = mem_alloc(BATCH_MAX * sizeof(*j->batch));
	buf_init(&j->paused_text, 64 * KiB);
	loop_task_init(&j->sim_task, on_sim_turn, j);
	init_lock(j);
	r = store_last_attempt(store, &last, e);
	if (r < 0) {
		release(j);
		return r;
	}
	atomic_init(&j->last_attempt, last);
	poll_control(j);
	j->polled = now_steady();
	sys = sim ? 0 : pthread_create(&j->thread, NULL, run, j);
	if (sys) {
		release(j);
		return err_sys(e, sys, "cannot start the journal's thread");
	}
	*ret = j;
	return 0;
}

int journal_stop(
    struct journal *j, struct journal_figures *ret_figures, struct err *e)
{
	int r = 0;

	pthread_mutex_lock(&j->lock);
	j->stopping = true;
	pthread_cond_signal(&j->work);
	pthread_mutex_unlock(&j->lock);
	if (j->sim)
		on_sim_turn(j);
	else
		pthread_join(j->thread, NULL);
	loop_task_cancel(&j->sim_task);
	if (j->failed) {
		r = j->why.code;
		if (e)
			*e = j->why;
	}
	if (ret_figures)
		*ret_figures = j->figures;
	release(j);
	return r;
}

const struct err *journal_error(struct journal *j)
{
	/* written once, before has_error */
	return atomic_load(&j->has_error) ? &j->why : NULL;
}
