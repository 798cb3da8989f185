/* duty: what was done about each duty that a law sets: DIR/duties.tsv.
 *
 * An append-only file, one event a line: time, tranche, law id, step, who,
 * state, by, at, note (tab-separated).  The last event of a duty is its state.
 * What the duties are follows from law/ each time; only what people did about
 * them is kept.
 */
#pragma once

#include "law/law.h"
#include "notice/notice.h"

enum duty_state { DUTY_OPEN, DUTY_DONE, DUTY_WAIVED };
const char *duty_state_name(enum duty_state s);

struct duty_event {
	struct str id; /* of laws.tsv; "police-hold" for a hold */
	unsigned step;
	enum law_who who;
	enum duty_state state;
	struct str by, note; /* a waiver needs a note */
	usec_t recorded, at; /* at: when it was done; hold: until when */
};
struct duty_log {
	struct duty_event *v;
	size_t count;
};

/* A damaged line: ERR_INPUT with file and line. No file: none. */
int duty_log_load(
    const char *dir, struct arena *a, struct duty_log *ret, struct err *e);
/* Appends, synced. */
int duty_record(const char *dir, const struct duty_event *ev, struct err *e);
/* The last event of this duty, or NULL: open. */
const struct duty_event *duty_last(const struct duty_log *l, struct str id,
    unsigned step, enum law_who who);
/* Until when the police asked to wait; 0: no hold in force. */
usec_t duty_hold_until(const struct duty_log *l);

/* What closes the gate (L-01): a duty towards a regulator that must be done
 * before the persons are told, a waiting time that is not over, a police hold.
 * Pure. */
struct duty_bar {
	const struct law_duty *duty; /* NULL: the hold */
	usec_t not_before;           /* 0: not before it is done */
	struct str why;              /* a sentence */
};
/* Every bar in force at `now`; only duties that apply (yes), and those that may
 * (if) which nobody has done or waived. */
size_t duty_bars(const struct law_duties *d, const struct duty_log *l,
    usec_t now, struct arena *a, struct duty_bar **ret);
