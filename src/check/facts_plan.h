/* facts_plan: what the law asks by when, and when the send would end.
 *
 * Duties are computed tranche by tranche, each from its own date of discovery;
 * the end of the send is a projection for everyone at once: start + people /
 * rate.  Where the rate comes from is said with it.
 */
#pragma once

#include "law/law.h"
#include "notice/duty.h"

struct plan_tranche {
	struct str name; /* "": the first import */
	usec_t discovered;
	bool known; /* false: nobody wrote down when it was discovered */
	uint64_t people, mails; /* mails: people with an address */
	struct law_duties duties;
};

enum plan_rate {
	PLAN_RATE_SET,     /* [check] rate */
	PLAN_RATE_PROFILE, /* the relay's limits */
	PLAN_RATE_GUESS    /* nobody knows yet */
};

struct plan_facts {
	bool has_law;         /* false: no row of the pack is for this kind */
	struct str law_error; /* a fact that the pack does not know; no duties
				* then */
	bool assessed;
	usec_t discovered; /* 0: not said */
	struct plan_tranche *tranche;
	size_t tranches;
	size_t individuals;          /* duties towards persons, yes or if */
	struct law_place *uncovered; /* places without any row */
	size_t uncovereds;
	usec_t start, finish;
	uint64_t mails, per_hour, per_day; /* per_day 0: no such limit */
	enum plan_rate rate;
	usec_t held_until; /* the police asked to wait; 0: no */
	struct duty_log log;
	struct duty_bar *bar; /* what closes the gate now, all tranches */
	size_t bars;
};
