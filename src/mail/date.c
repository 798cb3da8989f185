#include "mail/date.h"

#define DAY   INT64_C(86400)
#define FIRST INT64_C(-2208988800)  /* 1900-01-01T00:00:00Z */
#define LAST  INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static const char weekdays[] = "MonTueWedThuFriSatSun";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* `days` since 1900-01-01 -> year, month (from 0) and day (from 1). */
static void split_days(int64_t days, int *year, int *month, int *day)
{
	static const int length[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y = 1900, m = 0;

	/* the bulk at once: 400 years have 146097 days */
	y += (int)(days / 146097) * 400;
	days %= 146097;
	while (days >= 365 + is_leap(y))
		days -= 365 + is_leap(y++);
	while (days >= length[m] + (m == 1 && is_leap(y))) {
		days -= length[m] + (m == 1 && is_leap(y));
		m++;
	}
	*year = y;
	*month = m;
	*day = (int)days + 1;
}

static void put_two(char *p, int v)
{
	p[0] = (char)('0' + v / 10);
	p[1] = (char)('0' + v % 10);
}

void date_format(int64_t seconds, char ret[DATE_SIZE])
{
	int64_t days, rest;
	int year, month, day;

	if (seconds < FIRST)
		seconds = FIRST;
	if (seconds > LAST)
		seconds = LAST;
	days = (seconds - FIRST) / DAY;
	rest = (seconds - FIRST) % DAY;
	split_days(days, &year, &month, &day);
	/* 1900-01-01 was a Monday */
	memcpy(ret, "Www, dd Mmm yyyy hh:mm:ss +0000", DATE_SIZE);
	memcpy(ret, weekdays + 3 * (days % 7), 3);
	put_two(ret + 5, day);
	memcpy(ret + 8, months + 3 * month, 3);
	put_two(ret + 12, year / 100);
	put_two(ret + 14, year % 100);
	put_two(ret + 17, (int)(rest / 3600));
	put_two(ret + 20, (int)(rest / 60 % 60));
	put_two(ret + 23, (int)(rest % 60));
}
