#include "pack.h"

static const struct law_content *find(
    const struct law_content *c, size_t n, const char *keyword)
{
	const struct law_content *hit = NULL;

	for (size_t i = 0; i < n; i++)
		if (str_eq(c[i].keyword, str_of(keyword))) {
			t_true(!hit, "%s stands there twice", keyword);
			hit = &c[i];
		}
	return hit;
}

static size_t contents(const struct law_facts *f, const char *people,
    struct arena *a, struct law_content **ret)
{
	struct law_place *place;
	struct err e = {0};
	size_t n, count;

	t_ok(law_places_parse(str_of(people), a, &place, &n, &e), &e);
	t_ok(law_content_for(pack, f, place, n, a, ret, &count, &e), &e);
	return count;
}

static void a_text_owes_the_union(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_content *c;
	size_t n;

	(void)state;
	f.sector = S("general");
	n = contents(&f, "US-CA=5,US-MA=6", &a, &c);
	t_str(find(c, n, "headings-california")->id, "us-ca");
	t_str(find(c, n, "police-report")->id, "us-ma");
	t_true(find(c, n, "no-nature-of-breach")->forbidden, "MA");
	t_true(find(c, n, "no-resident-count")->forbidden, "MA");
	t_true(!find(c, n, "police-report")->forbidden, "MA");
	t_str(find(c, n, "police-report")->confidence, "high");
	t_true(find(c, n, "toll-free-90d") == NULL, "HIPAA only");
	arena_release(&a);
}

static void a_law_goes_before_advice(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_content *c;
	size_t n;

	(void)state;
	f.sector = S("general");
	n = contents(&f, "DE=5", &a, &c);
	t_true(find(c, n, "what-you-can-do")->recommended, "GDPR");
	t_true(!find(c, n, "what-happened")->recommended, "GDPR");
	n = contents(&f, "DE=5,CA-QC=1", &a, &c);
	t_true(!find(c, n, "what-you-can-do")->recommended, "Quebec");
	n = contents(&f, "CA-QC=1,DE=5", &a, &c);
	t_true(!find(c, n, "what-you-can-do")->recommended, "order");
	arena_release(&a);
}

static void where_nothing_is_asked_nothing_is_owed(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_content *c;

	(void)state;
	f.sector = S("general");
	t_int(contents(&f, "US-AK=5", &a, &c), 0);
	t_int(contents(&f, "BO=5", &a, &c), 0);
	/* a duty of a sector that is not said may be owed */
	f.sector = S("");
	t_true(contents(&f, "US-AK=5", &a, &c) > 10, "HIPAA");
	arena_release(&a);
}

static void every_keyword_has_a_meaning(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duties d = pack_assess(&f, "US-CA=5,DE=3,NZ=3,JP=4", &a);

	(void)state;
	for (size_t i = 0; i < d.count; i++)
		for (size_t k = 0; k < d.d[i].required_count; k++)
			assert_non_null(
			    law_keyword_text(pack, d.d[i].required[k]));
	t_str(str_of(law_keyword_text(pack, S("rec-cause"))), "the cause");
	t_str(str_of(law_keyword_text(pack, S("press-release"))),
	    "press release");
	assert_null(law_keyword_text(pack, S("no-such-word")));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_text_owes_the_union),
	    T(a_law_goes_before_advice),
	    T(where_nothing_is_asked_nothing_is_owed),
	    T(every_keyword_has_a_meaning),
	};

	return pack_run("content", tests);
}
