#include "deliver/journal_private.h"

/* ---- bundles */
void journal_bundle_init(struct journal_bundle *b)
{
	*b = (struct journal_bundle){0};
	b->intents_last = &b->intents;
	b->outcomes_last = &b->outcomes;
}

static void bundle_move(struct journal_bundle *from, struct journal_bundle *to)
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
	journal_bundle_init(from);
}

void journal_take_outcomes(
    struct journal_bundle *from, struct journal_bundle *to, size_t max)
{
	while (from->outcomes && max--) {
		struct journal_entry *x = from->outcomes;

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

void journal_take_intents(
    struct journal_bundle *from, struct journal_bundle *to, size_t max)
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
	struct journal_entry *x = mem_alloc(sizeof(*x) + n);
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
bool journal_worth_gathering(const struct journal *j)
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
		j->first_intent = clock_steady(&clock_system);
		wake = true;
	}
	if (outcomes && !j->outcomes_waiting)
		j->first_outcome = clock_steady(&clock_system);
	bundle_move(&p->turn, &p->waiting);
	j->intents_waiting += intents;
	j->outcomes_waiting += outcomes;
	wake |= intents && !journal_worth_gathering(j);
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
	journal_bundle_init(&p->turn);
	journal_bundle_init(&p->waiting);
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
	struct journal_bundle dropped;

	journal_bundle_init(&dropped);
	pthread_mutex_lock(&j->lock);
	while (j->committing)
		pthread_cond_wait(&j->idle, &j->lock);
	j->intents_waiting -= p->waiting.intent_count;
	journal_take_intents(&p->waiting, &dropped, SIZE_MAX);
	p->done = NULL;
	pthread_mutex_unlock(&j->lock);
	journal_take_intents(&p->turn, &dropped, SIZE_MAX);
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
