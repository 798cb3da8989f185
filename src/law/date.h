/* date: days, durations and moments of the laws, exact and without a locale.
 * All is UTC; years are 1 to 9999.
 */
#pragma once

#include "base/clock.h"

#define USEC_PER_DAY (24 * USEC_PER_HOUR)

struct law_duration {
	unsigned years, months, days;
	usec_t time;   /* hours, minutes, seconds */
	bool business; /* `days` are Monday to Friday */
};

/* "P30D", "PT72H", "P1M", "P2Y", "P2W", "P5D:business". */
bool law_duration_parse(struct str s, struct law_duration *ret);
/* False when the result would lie outside of the years. */
bool law_duration_add(
    usec_t from, const struct law_duration *d, bool backwards, usec_t *ret);

/* Midnight of 31 December of the year of `t`. */
usec_t law_year_end(usec_t t);
/* 0 Monday ... 6 Sunday */
unsigned law_weekday(usec_t t);
