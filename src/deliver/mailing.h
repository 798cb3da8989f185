/* mailing: a send, made ready and run.
 *
 *	mailing_prepare()   everything that can be refused is refused here:
 *	                    settings, text, variants, keys, relay, codes, lease
 *	mailing_start()     journal and workers
 *	mailing_figures()   while it runs, from any thread
 *	mailing_stop()      Ctrl-C; again: at once
 *	mailing_join()      when mailing_running() is false
 *	mailing_free()      drops the lease
 *
 * Workers share nothing: each has its loop, connections, keys, readers.  One
 * journal thread commits for all.
 */
#pragma once

#include "deliver/engine.h"
#include "deliver/gate.h"
#include "notice/notice.h"

struct mailing;

struct mailing_options {
	const char *relay; /* "host:port", over [send] relay; NULL: that */
	unsigned workers;  /* 0: [send] workers, or one a processor */
	bool take_over;
	const char *data_dir; /* where relays/ is */
	const char *zone;     /* DNS from this file and nothing else */
	unsigned connections; /* over the profile's; 0: that */
	/* what was decided about this notice; NULL only for an ungated one.
	 * Stays the caller's and outlives the mailing. */
	const struct gate *gate;
};

/* What a person should be told before it starts. */
struct mailing_intro {
	struct store_lease lease;
	struct store_counts counts;
	bool gated, through_relay, with_dkim;
	char relay[300];
	char warnings[12][240];
	size_t warning_count;
};

/* Takes the notice over. Errors carry the exit status (err_exit_status). */
int mailing_prepare(const char *dir, const char *config,
    const struct mailing_options *o, struct mailing **ret,
    struct mailing_intro *ret_intro, struct err *e);
int mailing_start(struct mailing *m, struct err *e);

struct mailing_figures {
	uint64_t final, sent, deferred, resent, routed;
	unsigned lanes, busy;
	bool paused, reached;
};
void mailing_figures(const struct mailing *m, struct mailing_figures *ret);
bool mailing_running(const struct mailing *m);
/* From an ordinary thread, not from a signal handler. */
void mailing_stop(struct mailing *m);

/* 0: all workers ended by themselves or were stopped; negative: what failed
 * first. Commits what is left. */
int mailing_join(struct mailing *m, struct err *e);
/* After join: who was passed over because their tranche is not approved, by
 * tranche (as many as gate->closed, in its order), and by state. */
struct mailing_waiting {
	uint64_t tranche[ROLL_TRANCHES];
	uint64_t by_status[PERSON_STATUS_COUNT];
	uint64_t people;
};
int mailing_waiting(
    struct mailing *m, struct mailing_waiting *ret, struct err *e);
/* After join: counted from the rows, with the sweep. */
int mailing_counts(struct mailing *m, struct store_counts *ret, struct err *e);
struct journal_figures mailing_journal(const struct mailing *m);
void mailing_free(struct mailing *m);
