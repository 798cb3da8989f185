/* deadlines: duties computed, and the three forms they are shown in; used by
 * the command of this name.
 */
#pragma once

#include "base/buf.h"
#include "law/law.h"

struct deadlines {
	struct law_pack *pack;
	struct law_facts facts;
	struct law_place *place;
	size_t places;
	uint64_t unknown; /* people whose residence is not known */
	struct law_duties duties;
	bool all; /* show what does not apply, too */
};

/* An array, one object a duty, as the design fixes it. */
void deadlines_json(const struct deadlines *d, struct buf *out);
/* A table and what to write, for people. */
void deadlines_text(const struct deadlines *d, struct buf *out);
/* What the pack says nothing of, and whose home is unknown: sentences, each
 * with a newline. */
void deadlines_gaps(const struct deadlines *d, struct buf *out);
/* RFC 5545: one event a date that is owed, or may be. */
void deadlines_ics(const struct deadlines *d, struct buf *out);

/* Days of the calendar from today to `when`; below zero: it is over. */
int64_t deadlines_days_left(const struct deadlines *d, usec_t when);
/* A day, by the law's own count; false: a moment, because hours count. */
bool deadlines_is_day(const struct law_duty *y);
