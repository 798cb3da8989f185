/* outcome: what one try proved, and what is to be done about the person next.
 * Pure: facts and the time in, a state out; no network, clock or disk.
 *
 *	250 after the final dot      accepted (handed, from a relay)
 *	4xx                          deferred: later, with backoff and jitter
 *	5xx to one person's mail     refused for good: the next address, if any
 *	lost before the final dot    deferred
 *	lost after the final dot     uncertain: the same mail again (up to
 *	                             OUTCOME_DOUBTS times in all), or held;
 *	                             never the next address
 *	server cannot (SMTPUTF8)     the next address; without one the person is
 *	                             owed another channel: no bad address
 *
 * A person is expired only when the retry window, counted from the first try,
 * or `not_after` has passed.
 */
#pragma once

#include "smtp/session.h"
#include "store/store.h"

#define OUTCOME_DOUBTS 3u

struct outcome_policy {
	bool relay; /* a 250 is `handed` */
	bool hold_uncertain;
	usec_t retry_for;   /* retry window */
	usec_t not_after;   /* wall, 0: none */
	usec_t retry_first; /* first delay; doubles */
	usec_t retry_max;   /* longest delay */
};
extern const struct outcome_policy outcome_policy_defaults;

struct outcome_fact {
	enum smtp_stage stage;
	enum smtp_cause cause;
	int code; /* cause REPLY */
	bool dot_sent;
	/* the domain cannot get mail at all: null MX, no such domain */
	bool no_mail_domain;
};

/* `before`: the state the try began with. `addresses`: how many the person
 * has. `random`: any number, for the jitter (±20 %). */
struct person_state outcome_judge(const struct outcome_policy *p,
    const struct outcome_fact *f, const struct person_state *before,
    size_t addresses, usec_t now, uint64_t random);

/* The delay before try number `tries` + 1 of one address (tries >= 1). */
usec_t outcome_backoff(
    const struct outcome_policy *p, uint32_t tries, uint64_t random);
/* True when nothing more may be tried for this person. */
bool outcome_is_expired(
    const struct outcome_policy *p, usec_t first_try, usec_t now);
/* True when the state is final: no further try will be made. */
bool outcome_is_final(enum person_status s);
