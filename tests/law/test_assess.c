#include "t.h"
#include "law/law.h"

static struct law_pack *pack;

static int open_pack(void **state)
{
	struct err e = {0};

	(void)state;
	t_ok(law_pack_load(LAWS, &pack, &e), &e);
	return 0;
}

static int close_pack(void **state)
{
	(void)state;
	law_pack_free(pack);
	return 0;
}

static struct law_facts discovered(const char *when)
{
	struct law_facts f = {.kinds = 0};

	t_true(law_moment_parse(str_of(when), &f.discovered), "%s", when);
	return f;
}

static struct law_duties assess(
    const struct law_facts *f, const char *people, struct arena *a)
{
	struct law_place *place;
	struct law_duties d;
	struct err e = {0};
	size_t n;

	t_ok(law_places_parse(str_of(people), a, &place, &n, &e), &e);
	t_ok(law_assess(pack, f, place, n, a, &d, &e), &e);
	return d;
}

static const struct law_duty *find(
    const struct law_duties *d, const char *id, enum law_who who, unsigned step)
{
	for (size_t i = 0; i < d->count; i++)
		if (str_eq(d->d[i].id, str_of(id)) && d->d[i].who == who &&
		    d->d[i].step == step)
			return &d->d[i];
	return NULL;
}

static void t_deadline(const struct law_duty *d, const char *want)
{
	char iso[CLOCK_ISO_SIZE] = "none";

	assert_non_null(d);
	if (d->has_deadline)
		clock_iso(d->deadline, iso);
	t_str(str_of(iso), want);
}

static void the_rows_of_a_breach_in_five_places(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = discovered("2026-11-01");
	struct law_duties d =
	    assess(&f, "US-CA=1200,US-MA=80,US-TX=400,DE=900,CA-QC=30", &a);

	(void)state;
	t_deadline(
	    find(&d, "us-ca", LAW_INDIVIDUALS, 1), "2026-12-01T00:00:00Z");
	t_deadline(find(&d, "us-ca", LAW_REGULATOR, 1), "2026-12-16T00:00:00Z");
	t_deadline(find(&d, "us-tx", LAW_REGULATOR, 1), "2026-12-01T00:00:00Z");
	t_deadline(
	    find(&d, "us-tx", LAW_INDIVIDUALS, 1), "2026-12-31T00:00:00Z");
	t_deadline(
	    find(&d, "eu-gdpr", LAW_REGULATOR, 1), "2026-11-04T00:00:00Z");
	t_deadline(
	    find(&d, "eu-nis2", LAW_REGULATOR, 3), "2026-12-01T00:00:00Z");
	t_deadline(find(&d, "us-ma", LAW_INDIVIDUALS, 1), "none");
	t_deadline(find(&d, "ca-pipeda", LAW_INDIVIDUALS, 1), "none");
	t_int(find(&d, "us-hipaa", LAW_INDIVIDUALS, 1)->people, 1680);
	t_int(find(&d, "us-tx", LAW_CRA, 1)->applies, LAW_NO);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(the_rows_of_a_breach_in_five_places),
	};

	t_filter();
	return cmocka_run_group_tests_name(
	    "assess", tests, open_pack, close_pack);
}
