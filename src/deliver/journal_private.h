/* journal_private: what the two sides of the journal share.
 *
 *	journal_port.c  the worker's side: giving, handing over, hearing back
 *	journal.c       the committer's side: gathering, committing, pauses
 */
#pragma once

#include "deliver/journal.h"

#include <pthread.h>
#include <stdatomic.h>

/* An outcome on its way; intents travel in their tickets. */
struct journal_entry {
	struct journal_entry *next;
	uint64_t number;
	struct outcome outcome;
	char bytes[];
};

/* What was given and not yet committed: of one turn (in a port), or waiting
 * for the journal (in a port too, but under the lock). */
struct journal_bundle {
	struct journal_ticket *intents, **intents_last;
	struct journal_entry *outcomes, **outcomes_last;
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
	struct journal_bundle turn; /* the worker's own */
	uint64_t last_number;
	atomic_uint under_way;
	atomic_ullong settled;
	/* under the journal's lock */
	struct journal_bundle waiting;
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

void journal_bundle_init(struct journal_bundle *b);
/* At most `max`, from the front of one to the end of the other. */
void journal_take_outcomes(
    struct journal_bundle *from, struct journal_bundle *to, size_t max);
void journal_take_intents(
    struct journal_bundle *from, struct journal_bundle *to, size_t max);
/* More intents are surely coming, and few enough are here to wait for them.
 * With the lock held. */
bool journal_worth_gathering(const struct journal *j);
