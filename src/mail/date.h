/* date: the date-time of RFC 5322 3.3 from seconds since 1970, always written
 * as "+0000".  Asks no locale, no time zone, no clock.
 *
 *	Wed, 25 Nov 2026 06:07:08 +0000
 *
 * LIMITS: the format has four digits for the year and none before 1900; what
 * lies outside becomes the nearest second inside.
 */
#pragma once

#include "base/buf.h"

#define DATE_SIZE 32 /* with a NUL */

void date_format(int64_t seconds, char ret[DATE_SIZE]);
