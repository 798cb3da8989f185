#include "base/clock.h"
#include "mail/date.h"
#include "t.h"

static void writes_the_date_time_of_rfc_5322(void **state)
{
	static const struct {
		int64_t at;
		const char *want;
	} rows[] = {
	    {0, "Thu, 01 Jan 1970 00:00:00 +0000"},
	    {-1, "Wed, 31 Dec 1969 23:59:59 +0000"},
	    {951782400, "Tue, 29 Feb 2000 00:00:00 +0000"},
	    {951868800, "Wed, 01 Mar 2000 00:00:00 +0000"},
	    {1709164799, "Wed, 28 Feb 2024 23:59:59 +0000"},
	    {1709164800, "Thu, 29 Feb 2024 00:00:00 +0000"},
	    {2147483648, "Tue, 19 Jan 2038 03:14:08 +0000"},
	    {4107542400, "Mon, 01 Mar 2100 00:00:00 +0000"},
	    {1795586828, "Wed, 25 Nov 2026 06:07:08 +0000"},
	    {-2208988800, "Mon, 01 Jan 1900 00:00:00 +0000"},
	    {253402300799, "Fri, 31 Dec 9999 23:59:59 +0000"},
	    {INT64_MIN, "Mon, 01 Jan 1900 00:00:00 +0000"},
	    {INT64_MAX, "Fri, 31 Dec 9999 23:59:59 +0000"},
	};
	char got[DATE_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		date_format(rows[i].at, got);
		t_str(str_of(got), rows[i].want);
	}
}

static void agrees_with_the_clock_on_every_day_of_400_years(void **state)
{
	for (int64_t day = 0; day < 146097; day++) {
		char got[DATE_SIZE], iso[CLOCK_ISO_SIZE], want[DATE_SIZE];
		int64_t at = day * 86400 + day % 86400;
		static const char months[] =
		    "JanFebMarAprMayJunJulAugSepOctNovDec";
		int month;

		date_format(at, got);
		clock_iso(at * USEC_PER_SEC, iso);
		month = (iso[5] - '0') * 10 + iso[6] - '0';
		snprintf(want, sizeof(want), "%.2s %.3s %.4s %.8s +0000",
		    iso + 8, months + (month - 1) * 3, iso, iso + 11);
		t_str(str_of(got + 5), want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(writes_the_date_time_of_rfc_5322),
	    T(agrees_with_the_clock_on_every_day_of_400_years),
	};
	return t_run("date", tests);
}
