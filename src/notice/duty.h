/* duty: what was done about each duty that a law sets: DIR/duties.tsv.
 *
 * An append-only file, one event a line: time, tranche, law id, step, who,
 * state, by, at, note (tab-separated; notice/tsv.h).  The last event of a duty
 * is its state.  What the duties are follows from law/ each time; only what
 * people did about them is kept.
 *
 * A police hold is an event with the id DUTY_HOLD, step 1 and "individuals":
 * `open` holds until `at`, `done` lifts it.  It is the notice's, not a
 * tranche's.
 */
#pragma once

#include "law/law.h"
#include "notice/notice.h"

enum duty_state { DUTY_OPEN, DUTY_DONE, DUTY_WAIVED };
const char *duty_state_name(enum duty_state s);
bool duty_state_parse(struct str s, enum duty_state *ret);

#define DUTY_HOLD   "police-hold"
#define DUTY_EVENTS 16384u /* LIMIT: in one log */

struct duty_event {
	struct str id; /* of laws.tsv; "police-hold" for a hold */
	unsigned step;
	enum law_who who;
	enum duty_state state;
	struct str tranche;  /* "": those of the first import */
	struct str by, note; /* a waiver needs a note */
	usec_t recorded, at; /* at: when it was done; hold: until when */
};
struct duty_log {
	struct duty_event *v;
	size_t count;
};

/* A damaged line: ERR_INPUT with file and line. No file: none.  `a` holds the
 * file (TSV_FILE bytes at most) and the events. */
int duty_log_load(
    const char *dir, struct arena *a, struct duty_log *ret, struct err *e);
int duty_log_parse(struct str text, const char *name, struct arena *a,
    struct duty_log *ret, struct err *e);
/* Appends, synced; whole or not at all.  ERR_INPUT: nobody's name, a waiver
 * without a note. */
int duty_record(const char *dir, const struct duty_event *ev, struct err *e);
/* What was done for one tranche, and the holds: a log whose duties are asked
 * for with duty_last() and duty_bars(), which look at "" alone.  ERR_LIMIT: the
 * arena is full. */
int duty_log_of(const struct duty_log *l, struct str tranche, struct arena *a,
    struct duty_log *ret, struct err *e);
/* The last event of this duty, or NULL: open. */
const struct duty_event *duty_last(
    const struct duty_log *l, struct str id, unsigned step, enum law_who who);
/* Until when the police asked to wait, the longest of all since they were last
 * lifted; 0: no hold, or it was lifted. */
usec_t duty_hold_until(const struct duty_log *l);
/* The event of that hold, or NULL. */
const struct duty_event *duty_hold(const struct duty_log *l);

/* What closes the gate (L-01): a duty towards a regulator that must be done
 * before the persons are told, a waiting time that is not over, a police hold.
 * Pure. */
struct duty_bar {
	const struct law_duty *duty; /* NULL: the hold */
	usec_t not_before;           /* wall; 0: not before it is done */
	struct str why;              /* a sentence */
};
/* Every bar in force at `now`; only duties that apply (yes), and those that may
 * (if) which nobody has done or waived.  A waiting time of N full business days
 * begins with the day after the one on which the duty was done (UTC; no
 * holidays are known). `d` and `l` are one tranche's. */
size_t duty_bars(const struct law_duties *d, const struct duty_log *l,
    usec_t now, struct arena *a, struct duty_bar **ret);
