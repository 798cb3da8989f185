#include "deliver/journal_private.h"

#define POLL_CONTROL (USEC_PER_SEC / 4)
#define BATCH_MAX    1024u /* records a commit, so that it stays short */

static const struct journal_options defaults = {
    .gather_count = 32,
    .gather_for = 3 * USEC_PER_MSEC,
    .outcome_for = 50 * USEC_PER_MSEC,
};

/* ---- committing */
/* All that waits, at most BATCH_MAX records, moved into `b` and `j->batch`;
 * a port's outcomes keep their order.  With the lock held. */
struct part {
	struct journal_port *port;
	struct journal_bundle taken;
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
		journal_bundle_init(&x->taken);
		journal_take_outcomes(&p->waiting, &x->taken, room);
		room -= x->taken.outcome_count;
		journal_take_intents(&p->waiting, &x->taken, room);
		room -= x->taken.intent_count;
		x->next = parts;
		parts = x;
		j->intents_waiting -= x->taken.intent_count;
		j->outcomes_waiting -= x->taken.outcome_count;
	}
	/* what did not fit came just now, for all we need to know */
	j->first_intent = j->first_outcome = clock_steady(&clock_system);
	return parts;
}

/* The batch: outcomes first (facts), then intents. */
static size_t fill_batch(struct journal *j, const struct part *parts,
    bool with_intents, size_t *ret_intents)
{
	size_t n = 0;

	*ret_intents = 0;
	for (const struct part *x = parts; x; x = x->next)
		for (const struct journal_entry *o = x->taken.outcomes; o;
		     o = o->next)
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
		struct journal_entry *o = x->taken.outcomes;

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
		    (journal_worth_gathering(j) ? j->o.gather_for : 0);
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
		usec_t now = clock_steady(&clock_system), due = when_due(j);

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
	j->polled = clock_steady(&clock_system);
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
