#include "law/date.h"

#include "law/law.h"

#define YEAR_MAX 9999
#define PART_MAX 99999

struct civil {
	int64_t year;
	unsigned month, day; /* from 1 */
};

/* Division that rounds down, also below zero. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar; years are taken
 * from March on, so that the leap day is a year's last. */
static int64_t days_of(struct civil c)
{
	int64_t y = c.year - (c.month <= 2), era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * ((c.month + 9) % 12) + 2) / 5 + c.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

static struct civil civil_of(int64_t days)
{
	int64_t z = days + 719468, era = floor_div(z, 146097);
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	unsigned month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);

	return (struct civil){.year = yoe + era * 400 + (month <= 2),
	    .month = month,
	    .day = (unsigned)(doy - (153 * mp + 2) / 5 + 1)};
}

static unsigned month_length(int64_t year, unsigned month)
{
	static const unsigned length[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return length[month - 1] + (month == 2 && leap ? 1 : 0);
}

unsigned law_weekday(usec_t t)
{
	int64_t since_monday = floor_div(t, USEC_PER_DAY) + 3;

	return (unsigned)(since_monday - 7 * floor_div(since_monday, 7));
}

usec_t law_year_end(usec_t t)
{
	struct civil c = civil_of(floor_div(t, USEC_PER_DAY));

	c.month = 12;
	c.day = 31;
	return days_of(c) * USEC_PER_DAY;
}

/* ---- durations */

/* A number and its letter from the front of `*s`. */
static bool take_part(struct str *s, unsigned *ret_number, char *ret_unit)
{
	size_t n = 0;
	uint64_t v;

	while (n < s->n && ascii_is_digit(s->p[n]))
		n++;
	if (n == s->n || !str_to_u64(str_sub(*s, 0, n), PART_MAX, &v))
		return false;
	*ret_number = (unsigned)v;
	*ret_unit = s->p[n];
	*s = str_from(*s, n + 1);
	return true;
}

/* Units must stand in this order, each at most once. */
static bool set_part(
    struct law_duration *d, unsigned n, char unit, bool time, size_t *place)
{
	static const char units[] = "YMWDhms";
	char key = time ? ascii_lower(unit) : unit;
	const char *at = key ? strchr(units, key) : NULL;

	if (!at || (time != (at - units >= 4)) || (time && unit == key) ||
	    (size_t)(at - units) < *place)
		return false;
	*place = (size_t)(at - units) + 1;
	switch (key) {
	case 'Y': d->years = n; break;
	case 'M': d->months = n; break;
	case 'W': d->days = 7 * n; break;
	case 'D': d->days += n; break;
	case 'h': d->time += n * USEC_PER_HOUR; break;
	case 'm': d->time += n * USEC_PER_MIN; break;
	default: d->time += n * USEC_PER_SEC; break;
	}
	return true;
}

bool law_duration_parse(struct str s, struct law_duration *ret)
{
	struct law_duration d = {.business = false};
	bool time = false, any = false;
	size_t place = 0;

	if (str_ends(s, S(":business"))) {
		d.business = true;
		s.n -= sizeof(":business") - 1;
	}
	if (!s.n || s.p[0] != 'P')
		return false;
	for (s = str_from(s, 1); s.n;) {
		unsigned n;
		char unit;

		if (!time && s.p[0] == 'T') {
			time = true;
			any = false;
			s = str_from(s, 1);
			continue;
		}
		if (!take_part(&s, &n, &unit) ||
		    !set_part(&d, n, unit, time, &place))
			return false;
		any = true;
	}
	if (!any || (d.business && (d.years || d.months || d.time)))
		return false;
	*ret = d;
	return true;
}

static int64_t business_day(int64_t day, unsigned count, int step)
{
	while (count) {
		day += step;
		if (law_weekday(day * USEC_PER_DAY) < 5)
			count--;
	}
	return day;
}

bool law_duration_add(
    usec_t from, const struct law_duration *d, bool backwards, usec_t *ret)
{
	int sign = backwards ? -1 : 1;
	int64_t day = floor_div(from, USEC_PER_DAY);
	usec_t time = from - day * USEC_PER_DAY, t;
	struct civil c = civil_of(day);
	int64_t months = c.year * 12 + c.month - 1 +
			 sign * ((int64_t)d->years * 12 + d->months);
	unsigned last;

	c.year = floor_div(months, 12);
	c.month = (unsigned)(months - c.year * 12) + 1;
	if (c.year < 1 || c.year > YEAR_MAX)
		return false;
	last = month_length(c.year, c.month);
	if (c.day > last)
		c.day = last;
	day = days_of(c);
	day = d->business ? business_day(day, d->days, sign)
			  : day + sign * (int64_t)d->days;
	t = day * USEC_PER_DAY + time + sign * d->time;
	c = civil_of(floor_div(t, USEC_PER_DAY));
	if (c.year < 1 || c.year > YEAR_MAX)
		return false;
	*ret = t;
	return true;
}

int law_date_add(usec_t from, struct str duration, bool backwards, usec_t *ret,
    struct err *e)
{
	struct law_duration d;

	if (!law_duration_parse(duration, &d))
		return err_set(e, ERR_INPUT,
		    "%.*s is no duration; write P30D, PT72H, P1M or "
		    "P5D:business",
		    STR_ARG(duration));
	if (!law_duration_add(from, &d, backwards, ret))
		return err_set(e, ERR_INPUT,
		    "%.*s leads out of the years 1 to 9999", STR_ARG(duration));
	return 0;
}

/* ---- moments */

/* "+02:00" or "-08:00" at the end of `s`: cut off, in minutes. */
static bool cut_offset(struct str *s, int *ret_minutes)
{
	struct str o = str_from(*s, s->n - 6);
	uint64_t h, m;

	if ((o.p[0] != '+' && o.p[0] != '-') || o.p[3] != ':' ||
	    !str_to_u64(str_sub(o, 1, 2), 23, &h) ||
	    !str_to_u64(str_sub(o, 4, 2), 59, &m))
		return false;
	*ret_minutes = (int)(h * 60 + m) * (o.p[0] == '-' ? -1 : 1);
	s->n -= 6;
	return true;
}

bool law_moment_parse(struct str s, usec_t *ret)
{
	char z[CLOCK_ISO_SIZE];
	int minutes;
	usec_t t;

	if (clock_parse_iso(s, ret))
		return true;
	/* with an offset: read as UTC, then moved */
	if (s.n != sizeof("2026-11-03T14:00:00-08:00") - 1 ||
	    !cut_offset(&s, &minutes))
		return false;
	memcpy(z, s.p, s.n);
	z[s.n] = 'Z';
	if (!clock_parse_iso(str_make(z, s.n + 1), &t))
		return false;
	*ret = t - minutes * USEC_PER_MIN;
	return true;
}
