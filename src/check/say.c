#include "check/say.h"
#include "check/finding.h"

#include <stdio.h>

/* Digits in groups of three. */
static void group(uint64_t n, char ret[32])
{
	char digits[24];
	int len =
	    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	size_t at = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			ret[at++] = ',';
		ret[at++] = digits[i];
	}
	ret[at] = '\0';
}

const char *say_count(
    uint64_t n, const char *one, const char *many, char tmp[SAY_COUNT])
{
	char number[32];

	group(n, number);
	snprintf(tmp, SAY_COUNT, "%s %s", number, n == 1 ? one : many);
	return tmp;
}

const char *say_people(uint64_t n, char tmp[SAY_COUNT])
{
	return say_count(n, "person", "people", tmp);
}

const char *say_day(usec_t wall, char tmp[SAY_DAY])
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(wall, iso);
	if (wall % (24 * USEC_PER_HOUR) == 0)
		iso[10] = '\0';
	snprintf(tmp, SAY_DAY, "%s", iso);
	return tmp;
}

bool say_next(struct buf *b, size_t i, size_t count, size_t shown)
{
	if (i >= count)
		return false;
	if (i == shown) {
		buf_addf(b, " and %zu more", count - i);
		return false;
	}
	if (i)
		buf_addz(b, i + 1 == count ? " and " : ", ");
	return true;
}

void say_places(
    struct buf *b, const struct law_place *place, size_t n, size_t shown)
{
	char number[32];

	for (size_t i = 0; say_next(b, i, n, shown); i++) {
		group(place[i].people, number);
		buf_addf(b, "%.*s %s", STR_ARG(place[i].code), number);
	}
}

void say_info(struct findings *f, struct finding *x)
{
	finding_remedy(f, x, "%s", "");
}

unsigned say_percent(uint64_t part, uint64_t whole)
{
	if (!whole)
		return 0;
	if (part > UINT64_MAX / 100)
		return (unsigned)(part / (whole / 100));
	return (unsigned)(part * 100 / whole);
}
