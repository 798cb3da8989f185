/* journal: the group commit: *the final dot waits for the journal*.
 *
 * One thread commits for all workers. Each worker has a port. Intents given
 * during one loop turn are handed over together at the turn's end; the journal
 * gathers what all workers gave (a little longer while more is surely coming),
 * writes one transaction with one sync, and each worker is woken with its
 * intents done. Outcomes ride along, at the latest 50 ms after they were
 * given.
 *
 * On loop_sim there is no thread: what one turn gave is committed in the next.
 *
 * Failures: a full disk frees the ballast, commits the outcomes already known,
 * and fails everything after; any other failed commit or sync fails at once,
 * and nothing is ever committed again on that handle. Once failed, every
 * intent completes with ok=false (its dot must not leave) and journal_error()
 * says why.
 */
#pragma once

#include "loop/loop.h"
#include "store/store.h"

struct journal;
struct journal_port;

struct journal_options {
	unsigned gather_count; /* aim at so many intents a batch; 0: 32 */
	usec_t gather_for;     /* wait at most so long for them; 0: 3 ms */
	usec_t outcome_for;    /* 0: 50 ms */
};

/* `store` holds the lease and belongs to the journal until journal_stop().
 * `sim`: commit on this loop instead of a thread; NULL: thread. */
int journal_start(struct store *store, int64_t epoch,
    const struct journal_options *o, struct loop *sim, struct journal **ret,
    struct err *e);

struct journal_figures {
	uint64_t commits, intents, outcomes;
	uint64_t intent_commits; /* commits that held an intent */
	uint64_t largest_batch;
	usec_t cpu; /* of the journal thread */
};
/* Commits what is left, ends the thread, frees. 0, or what went wrong.
 * `ret_figures` may be NULL. */
int journal_stop(
    struct journal *j, struct journal_figures *ret_figures, struct err *e);

struct journal_port *journal_port_new(
    struct journal *j, struct loop *l, struct err *e);
/* After all tickets are done or forgotten; outcomes given are still committed.
 */
void journal_port_free(struct journal_port *p);
/* Intents not yet durable are dropped without `done`, and no `done` is due
 * any more: their tickets may be freed.  For a worker that gives up. */
void journal_port_forget(struct journal_port *p);
/* How many mails this worker has under way that may still ask for an intent:
 * when all of them wait already, the journal does not wait to gather. */
void journal_port_hint(struct journal_port *p, unsigned under_way);

struct journal_ticket {
	/* From the worker's loop, never from inside a call. ok: the intent is
	 * durable, the dot may leave. */
	void (*done)(struct journal_ticket *t, bool ok, void *arg);
	void *arg;
	/* the journal's */
	struct journal_ticket *next;
	struct store_record record;
	bool ok;
	/* bytes the record's strings point to, copied by journal_intent() */
	char bytes[1536];
};

/* Takes a fresh attempt id (ascending, never reused). Thread-safe. */
int64_t journal_attempt_id(struct journal *j);
/* `i` is copied, with its strings (ERR_LIMIT if they do not fit: then no
 * done). The ticket stays the caller's and must live until done, or until
 * journal_port_forget(). */
int journal_intent(struct journal_port *p, struct journal_ticket *t,
    const struct intent *i, struct err *e);
/* Copied; durable within outcome_for.  Returns its number in this port,
 * ascending from 1: it is durable once journal_port_settled() has reached it.
 */
uint64_t journal_outcome(struct journal_port *p, const struct outcome *o);
/* The number up to which outcomes of this port are durable. */
uint64_t journal_port_settled(const struct journal_port *p);
/* `fn` is called from the worker's loop after outcomes became durable. */
void journal_port_on_settled(
    struct journal_port *p, void (*fn)(void *arg), void *arg);

/* NULL while all is well. */
const struct err *journal_error(struct journal *j);
/* The control row `paused`, polled by the journal: "*" pauses everything; else
 * names of sites, a line each. The number grows whenever it changes; cheap to
 * ask, from any thread. */
uint64_t journal_pauses(struct journal *j);
/* On loop_sim, where no thread polls: reads the control row now. */
void journal_poll(struct journal *j);
bool journal_paused(struct journal *j);
bool journal_site_paused(struct journal *j, struct str site);
