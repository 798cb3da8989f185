#include "t.h"
#include "law/law.h"

#define DAY (24 * USEC_PER_HOUR)

/* The system's own calendar is the other opinion. */
static usec_t by_timegm(int year, int month, int day, int hour, int sec)
{
	struct tm tm = {.tm_year = year - 1900,
	    .tm_mon = month - 1,
	    .tm_mday = day,
	    .tm_hour = hour,
	    .tm_sec = sec};

	return (usec_t)timegm(&tm) * USEC_PER_SEC;
}

static struct tm by_gmtime(usec_t t)
{
	time_t s = (time_t)(t / USEC_PER_SEC);
	struct tm tm;

	gmtime_r(&s, &tm);
	return tm;
}

static usec_t add(usec_t from, const char *duration, bool backwards)
{
	struct err e = {0};
	usec_t t = 0;

	t_ok(law_date_add(from, str_of(duration), backwards, &t, &e), &e);
	return t;
}

static void days_and_hours_are_exact_on_every_day(void **state)
{
	(void)state;
	for (usec_t t = by_timegm(1999, 1, 1, 0, 0);
	     t < by_timegm(2033, 1, 1, 0, 0); t += DAY) {
		struct tm tm = by_gmtime(t);

		t_int(add(t, "P30D", false),
		    by_timegm(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday + 30,
			0, 0));
		t_int(add(t, "PT72H", false),
		    by_timegm(
			tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, 72, 0));
		t_int(add(t, "P2W", true),
		    by_timegm(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday - 14,
			0, 0));
	}
}

/* The last day of a month is the zeroth of the next. */
static int month_end(int year, int month)
{
	return by_gmtime(by_timegm(year, month + 1, 0, 0, 0)).tm_mday;
}

static void months_and_years_end_at_the_months_end(void **state)
{
	static const struct {
		const char *text;
		int months;
	} d[] = {{"P1M", 1}, {"P13M", 13}, {"P1Y", 12}, {"P2Y1M", 25}};

	(void)state;
	for (usec_t t = by_timegm(2019, 1, 1, 5, 7);
	     t < by_timegm(2026, 1, 1, 0, 0); t += DAY) {
		struct tm tm = by_gmtime(t);

		for (size_t i = 0; i < ARRAY_SIZE(d); i++)
			for (int back = 0; back < 2; back++) {
				int m = tm.tm_year * 12 + tm.tm_mon +
					d[i].months * (back ? -1 : 1);
				int year = 1900 + m / 12, month = m % 12 + 1;
				int last = month_end(year, month);

				t_int(add(t, d[i].text, back),
				    by_timegm(year, month,
					tm.tm_mday < last ? tm.tm_mday : last,
					tm.tm_hour, tm.tm_sec));
			}
	}
}

static void known_dates(void **state)
{
	static const struct {
		const char *from, *duration, *want;
		bool backwards;
	} row[] = {
	    {"2026-11-01", "P30D", "2026-12-01T00:00:00Z", false},
	    {"2026-11-01", "P45D", "2026-12-16T00:00:00Z", false},
	    {"2026-11-01", "P60D", "2026-12-31T00:00:00Z", false},
	    {"2026-12-31", "P60D", "2027-03-01T00:00:00Z", false},
	    {"2027-12-31", "P60D", "2028-02-29T00:00:00Z", false},
	    {"2026-12-31", "P32D", "2027-02-01T00:00:00Z", false},
	    {"2026-01-31", "P1M", "2026-02-28T00:00:00Z", false},
	    {"2028-01-31", "P1M", "2028-02-29T00:00:00Z", false},
	    {"2026-03-31", "P1M", "2026-02-28T00:00:00Z", true},
	    {"2028-02-29", "P1Y", "2029-02-28T00:00:00Z", false},
	    {"2100-02-28", "P1D", "2100-03-01T00:00:00Z", false},
	    {"2026-11-03T14:00:00-08:00", "PT72H", "2026-11-06T22:00:00Z",
		false},
	    {"2026-11-03T14:00:00+05:30", "PT1H30M10S", "2026-11-03T10:00:10Z",
		false},
	    /* Friday, Saturday, Sunday, Monday: the next but four */
	    {"2026-11-06", "P5D:business", "2026-11-13T00:00:00Z", false},
	    {"2026-11-07", "P5D:business", "2026-11-13T00:00:00Z", false},
	    {"2026-11-08", "P5D:business", "2026-11-13T00:00:00Z", false},
	    {"2026-11-09", "P5D:business", "2026-11-16T00:00:00Z", false},
	    {"2026-11-01", "P14D:business", "2026-11-19T00:00:00Z", false},
	    {"2026-11-09", "P1D:business", "2026-11-06T00:00:00Z", true},
	    {"2026-11-08", "P1D:business", "2026-11-06T00:00:00Z", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		char iso[CLOCK_ISO_SIZE];
		usec_t t;

		t_true(law_moment_parse(str_of(row[i].from), &t), "%s",
		    row[i].from);
		clock_iso(add(t, row[i].duration, row[i].backwards), iso);
		t_str(str_of(iso), row[i].want);
	}
}

static void business_days_skip_weekends_and_nothing_else(void **state)
{
	usec_t from = by_timegm(2026, 1, 1, 0, 0);

	(void)state;
	for (int start = 0; start < 400; start++, from += DAY)
		for (unsigned n = 1; n < 30; n += 4) {
			char text[32];
			usec_t to;
			unsigned working = 0;

			snprintf(text, sizeof(text), "P%uD:business", n);
			to = add(from, text, false);
			for (usec_t t = from + DAY; t <= to; t += DAY) {
				int day = by_gmtime(t).tm_wday;

				working += day != 0 && day != 6;
			}
			t_int(working, n);
			t_true(by_gmtime(to).tm_wday % 6 != 0, "a weekend");
			t_int(add(to, text, true) <=
				  from + (by_gmtime(from).tm_wday % 6 ? 0 : 2) *
					     DAY,
			    true);
		}
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const bad[] = {"", "P", "PT", "30D", "P30", "PD",
	    "P-1D", "P1D1M", "P1DT", "PT1D", "P1H", "PT1m", "p1D", "P1D ",
	    "P1.5D", "P100000D", "P1D1D", "PT5H:business", "P1M:business",
	    "P5D:Business", "P5D:", "PT1HT1M", "P9999Y"};
	struct err e = {0};
	usec_t t;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		t_fails(law_date_add(0, str_of(bad[i]), false, &t, &e), &e,
		    ERR_INPUT, bad[i]);
	t_fails(law_date_add(
		    by_timegm(9999, 12, 31, 0, 0), S("P1D"), false, &t, &e),
	    &e, ERR_INPUT, "years");
}

static void moments_that_do_not_exist_are_refused(void **state)
{
	static const char *const bad[] = {"", "2026-02-30", "2026-02-29",
	    "2100-02-29", "2026-13-01", "2026-11-00", "2026-11-1",
	    "2026-11-03T24:00:00Z", "2026-11-03T14:00:00",
	    "2026-11-03T14:00:00-24:00", "2026-11-03T14:00:00-08:60",
	    "2026-11-03T14:00:00-0800", "2026-11-03T14:00:00+8:000",
	    "2026-02-30T14:00:00-08:00", "2026-11-03 14:00:00-08:00", "now"};
	usec_t t;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		t_true(!law_moment_parse(str_of(bad[i]), &t), "%s", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(days_and_hours_are_exact_on_every_day),
	    T(months_and_years_end_at_the_months_end),
	    T(known_dates),
	    T(business_days_skip_weekends_and_nothing_else),
	    T(what_is_no_duration_is_refused),
	    T(moments_that_do_not_exist_are_refused),
	};

	return t_run("date", tests);
}
