#include "base/clock.h"

static usec_t read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (usec_t)t.tv_sec * USEC_PER_SEC + t.tv_nsec / 1000;
}

static usec_t system_wall(const struct clock *c)
{
	(void)c;
	return read_clock(CLOCK_REALTIME);
}

static usec_t system_steady(const struct clock *c)
{
	(void)c;
	return read_clock(CLOCK_MONOTONIC);
}

const struct clock clock_system = {system_wall, system_steady};

static usec_t manual_wall(const struct clock *c)
{
	return ((const struct clock_manual *)(const void *)c)->wall;
}

static usec_t manual_steady(const struct clock *c)
{
	return ((const struct clock_manual *)(const void *)c)->steady;
}

void clock_manual_init(struct clock_manual *m, usec_t wall)
{
	*m = (struct clock_manual){
	    .clock = {manual_wall, manual_steady}, .wall = wall};
}

void clock_manual_advance(struct clock_manual *m, usec_t by)
{
	m->wall += by;
	m->steady += by;
}

void clock_iso(usec_t wall, char ret_text[CLOCK_ISO_SIZE])
{
	time_t t = (time_t)(wall / USEC_PER_SEC);
	struct tm tm;

	if (!gmtime_r(&t, &tm) ||
	    !strftime(ret_text, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm))
		memcpy(ret_text, "0000-00-00T00:00:00Z", CLOCK_ISO_SIZE);
}

static bool number_at(struct str s, size_t at, size_t len, int *ret)
{
	uint64_t v;

	if (at + len > s.n || !str_to_u64(str_sub(s, at, len), 9999, &v))
		return false;
	*ret = (int)v;
	return true;
}

bool clock_parse_iso(struct str s, usec_t *ret_wall)
{
	struct tm tm = {0}, check;
	time_t t;

	if (s.n != 10 && s.n != 20)
		return false;
	if (!number_at(s, 0, 4, &tm.tm_year) || s.p[4] != '-' ||
	    !number_at(s, 5, 2, &tm.tm_mon) || s.p[7] != '-' ||
	    !number_at(s, 8, 2, &tm.tm_mday))
		return false;
	if (s.n == 20 &&
	    (s.p[10] != 'T' || !number_at(s, 11, 2, &tm.tm_hour) ||
		s.p[13] != ':' || !number_at(s, 14, 2, &tm.tm_min) ||
		s.p[16] != ':' || !number_at(s, 17, 2, &tm.tm_sec) ||
		s.p[19] != 'Z'))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	check = tm;
	t = timegm(&check);
	if (check.tm_year != tm.tm_year || check.tm_mon != tm.tm_mon ||
	    check.tm_mday != tm.tm_mday || check.tm_hour != tm.tm_hour ||
	    check.tm_min != tm.tm_min || check.tm_sec != tm.tm_sec)
		return false;
	*ret_wall = (usec_t)t * USEC_PER_SEC;
	return true;
}
