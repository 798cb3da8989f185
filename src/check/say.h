/* say: numbers, places and days, as findings write them. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "law/law.h"

#define SAY_TEXT 4096u /* LIMIT: of a list in a finding */

/* "1 person", "12,345 people"; any words. */
#define SAY_COUNT 80
const char *say_count(
    uint64_t n, const char *one, const char *many, char tmp[SAY_COUNT]);
const char *say_people(uint64_t n, char tmp[SAY_COUNT]);
/* "2026-11-03"; with the time where it is not midnight. */
#define SAY_DAY 32
const char *say_day(usec_t wall, char tmp[SAY_DAY]);
/* Appends "a, b and 3 more": one call for each of `count` things, of which the
 * first `shown` are written.  False: no more are to be written. */
bool say_next(struct buf *b, size_t i, size_t count, size_t shown);
/* "US-CA 1,200, DE 40 and 3 more places" */
void say_places(
    struct buf *b, const struct law_place *place, size_t n, size_t shown);
struct findings;
struct finding;
/* For information only: there is nothing to mend. */
void say_info(struct findings *f, struct finding *x);
/* "41 %" */
unsigned say_percent(uint64_t part, uint64_t whole);
