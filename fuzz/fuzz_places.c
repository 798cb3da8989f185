/* places: lists of people, durations, moments and words of facts.  The first
 * byte is the kind of the rest. */
#include "fuzz.h"

#include "law/law.h"

static void check_places(struct str in)
{
	struct arena a = {.max = 1 * MiB};
	struct law_place *p;
	struct err e = {0};
	size_t n;
	int r = law_places_parse(in, &a, &p, &n, &e);

	ENSURE((r < 0) == (e.code != 0));
	for (size_t i = 0; r == 0 && i < n; i++) {
		ENSURE(law_place_known(p[i].code) && p[i].people > 0);
		for (size_t k = 0; k < i; k++)
			ENSURE(!str_eq(p[i].code, p[k].code));
	}
	ENSURE(r < 0 || n > 0);
	arena_release(&a);
}

/* There and back again never lands later; months may land earlier. */
static void check_duration(struct str in)
{
	static const usec_t from = 1800000000 * USEC_PER_SEC;
	struct err e = {0};
	usec_t to, back;
	int r = law_date_add(from, in, false, &to, &e);

	ENSURE((r < 0) == (e.code != 0));
	if (r < 0)
		return;
	ENSURE(to >= from);
	if (law_date_add(to, in, true, &back, NULL) == 0)
		ENSURE(back <= to);
}

static void check_moment(struct str in)
{
	char iso[CLOCK_ISO_SIZE];
	usec_t t, again;

	if (!law_moment_parse(in, &t))
		return;
	clock_iso(t, iso);
	if (strlen(iso) == CLOCK_ISO_SIZE - 1 && t >= 0)
		ENSURE(law_moment_parse(str_of(iso), &again) && again == t);
}

void fuzz_one(struct str in)
{
	struct law_facts f = {.sector = str_from(in, 1)};
	struct err e = {0};
	unsigned kinds;

	if (!in.n)
		return;
	switch (in.p[0]) {
	case 'p': check_places(str_from(in, 1)); break;
	case 'd': check_duration(str_from(in, 1)); break;
	case 'm': check_moment(str_from(in, 1)); break;
	case 'k':
		ENSURE((law_kinds_parse(str_from(in, 1), &kinds, &e) < 0) ==
		       (e.code != 0));
		break;
	default: ENSURE((law_facts_check(&f, &e) < 0) == (e.code != 0)); break;
	}
}
