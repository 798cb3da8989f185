/* facts_plan: what the law asks by when, and when the send would end.
 *
 * Duties are computed tranche by tranche, each from its own date of discovery;
 * the end of the send is a projection for everyone at once: start + people /
 * rate.  Where the rate comes from is said with it.
 */
#pragma once

#include "notice/duty.h"

struct plan_tranche {
	struct str name;   /* "": the first import */
	usec_t discovered; /* of this tranche, else of the notice */
	bool undated;      /* it is not written down when it was discovered */
	uint64_t people;
	struct law_duties duties;
	struct duty_log log;  /* what was done about them */
	struct duty_bar *bar; /* what closes the gate now */
	size_t bars;
};

enum plan_rate {
	PLAN_RATE_SET,     /* [check] rate */
	PLAN_RATE_PROFILE, /* the relay's limits */
	PLAN_RATE_GUESS    /* nobody knows yet */
};
#define PLAN_GUESS_PER_HOUR 20000u

struct plan_facts {
	/* false: no audience, no date of discovery, or no law of the pack is
	 * for this kind */
	bool assessed;
	usec_t discovered;       /* [notice] discovered; 0: not said */
	struct str unknown_word; /* of [facts], which one and the nearest */
	struct str law_error;    /* why the pack could not be asked; or none */
	struct plan_tranche *tranche;
	size_t tranches;
	size_t individuals;         /* duties towards persons, yes or if */
	uint64_t mails;             /* people with an address */
	uint64_t per_hour, per_day; /* per_day 0: no such limit */
	enum plan_rate rate;
	usec_t start, finish; /* of the whole send */
	bool privileged_open; /* others can read DIR/privileged (L-06) */
};

/* When `mails` are through.  Pure. */
usec_t plan_finish(
    usec_t start, uint64_t mails, uint64_t per_hour, uint64_t per_day);
