/* clock: the only source of time.  Wall time is for what people and mail see
 * (Date, deadlines); the steady time is for waiting.  Both are microseconds in
 * int64_t.  Tests and loop_sim use their own clock.
 */
#pragma once

#include "base/str.h"

typedef int64_t usec_t;

#define USEC_PER_MSEC ((usec_t)1000)
#define USEC_PER_SEC  ((usec_t)1000000)
#define USEC_PER_MIN  (60 * USEC_PER_SEC)
#define USEC_PER_HOUR (60 * USEC_PER_MIN)

struct clock {
	usec_t (*wall)(const struct clock *c);   /* since 1970-01-01 UTC */
	usec_t (*steady)(const struct clock *c); /* since some fixed point */
};

extern const struct clock clock_system;

static inline usec_t clock_wall(const struct clock *c)
{
	return c->wall(c);
}
static inline usec_t clock_steady(const struct clock *c)
{
	return c->steady(c);
}

/* A clock moved by hand. */
struct clock_manual {
	struct clock clock; /* first: pass &m.clock */
	usec_t wall, steady;
};
void clock_manual_init(struct clock_manual *m, usec_t wall);
void clock_manual_advance(struct clock_manual *m, usec_t by);

/* "2026-11-24T04:17:09Z" (20 characters and a NUL). */
#define CLOCK_ISO_SIZE 21
void clock_iso(usec_t wall, char ret_text[CLOCK_ISO_SIZE]);
/* "YYYY-MM-DD" or "YYYY-MM-DDThh:mm:ssZ"; false for anything else, also for
 * days that do not exist. */
bool clock_parse_iso(struct str s, usec_t *ret_wall);
