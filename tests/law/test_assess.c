#include "pack.h"

#define DAY (24 * USEC_PER_HOUR)

static void the_rows_of_a_breach_in_five_places(void **state)
{
	static const struct {
		const char *id;
		enum law_who who;
		unsigned step;
		enum law_applies applies;
		uint64_t people;
		const char *deadline, *rule;
	} row[] = {
	    {"us-ca", LAW_INDIVIDUALS, 1, LAW_YES, 1200, "2026-12-01T00:00:00Z",
		"P30D"},
	    {"us-ca", LAW_REGULATOR, 1, LAW_YES, 1200, "2026-12-16T00:00:00Z",
		"P15D@notice-to-individuals"},
	    {"us-tx", LAW_INDIVIDUALS, 1, LAW_YES, 400, "2026-12-31T00:00:00Z",
		"P60D"},
	    {"us-tx", LAW_REGULATOR, 1, LAW_YES, 400, "2026-12-01T00:00:00Z",
		"P30D"},
	    {"us-tx", LAW_CRA, 1, LAW_NO, 400, "none", "unspecified"},
	    {"us-ma", LAW_INDIVIDUALS, 1, LAW_YES, 80, "none",
		"as-soon-as-practicable"},
	    {"us-ma", LAW_CRA, 1, LAW_IF, 80, "none", "as-directed"},
	    {"eu-gdpr", LAW_INDIVIDUALS, 1, LAW_YES, 900, "none",
		"without-unreasonable-delay"},
	    {"eu-gdpr", LAW_REGULATOR, 1, LAW_YES, 900, "2026-11-04T00:00:00Z",
		"PT72H"},
	    {"eu-nis2", LAW_REGULATOR, 1, LAW_IF, 900, "2026-11-02T00:00:00Z",
		"PT24H"},
	    {"eu-nis2", LAW_REGULATOR, 3, LAW_IF, 900, "2026-12-01T00:00:00Z",
		"P1M"},
	    {"ca-pipeda", LAW_INDIVIDUALS, 1, LAW_YES, 30, "none",
		"as-soon-as-feasible"},
	    {"ca-qc", LAW_REGULATOR, 1, LAW_YES, 30, "none", "promptly"},
	    {"us-hipaa", LAW_REGULATOR, 1, LAW_IF, 1680, "2026-12-31T00:00:00Z",
		"P60D"},
	};
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duties d = pack_assess(
	    &f, "US-CA=1200,US-MA=80,US-TX=400,DE=900,CA-QC=30", &a);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		const struct law_duty *y =
		    pack_find(&d, row[i].id, row[i].who, row[i].step);

		pack_deadline(y, row[i].deadline);
		t_int(y->applies, row[i].applies);
		t_int(y->people, row[i].people);
		t_str(y->rule, row[i].rule);
	}
	t_int(d.not_covered_count, 0);
	t_int(d.unknown_state, 0);
	arena_release(&a);
}

/* One duty under some facts. */
static struct law_duty one(const struct law_facts *f, const char *people,
    const char *id, enum law_who who, struct arena *a)
{
	struct law_duties d = pack_assess(f, people, a);
	const struct law_duty *y = pack_find(&d, id, who, 1);

	assert_non_null(y);
	return *y;
}

static void tiers_go_by_the_number_of_people(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duty d;

	(void)state;
	f.sector = S("health");
	d = one(&f, "US-OH=400,US-IN=99", "us-hipaa", LAW_REGULATOR, &a);
	pack_deadline(&d, "2027-03-01T00:00:00Z");
	t_str(d.rule, "P60D@calendar-year-end");
	d = one(&f, "US-OH=400,US-IN=100", "us-hipaa", LAW_REGULATOR, &a);
	pack_deadline(&d, "2026-12-31T00:00:00Z");
	f.discovered = pack_moment("2027-12-31");
	d = one(&f, "US-OH=1", "us-hipaa", LAW_REGULATOR, &a);
	pack_deadline(&d, "2028-02-29T00:00:00Z");
	arena_release(&a);
}

static void the_earliest_of_several_limits_counts(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duty d;

	(void)state;
	d = one(&f, "US-VT=5", "us-vt", LAW_REGULATOR, &a);
	pack_deadline(&d, "2026-11-19T00:00:00Z");
	t_str(d.rule, "P14D:business;with-notice-to-individuals");
	f.notified = pack_moment("2026-11-09");
	d = one(&f, "US-VT=5", "us-vt", LAW_REGULATOR, &a);
	pack_deadline(&d, "2026-11-09T00:00:00Z");
	arena_release(&a);
}

static void starts_are_taken_from_the_facts(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duty d;

	(void)state;
	f.determined = pack_moment("2026-11-10");
	d = one(&f, "US-AL=2000", "us-al", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2026-12-25T00:00:00Z");
	d = one(&f, "US-IN=2000", "us-in", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2026-12-16T00:00:00Z");
	d = one(&f, "MY=2000", "my-pdpa", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2026-11-08T00:00:00Z");
	f.regulator_told = pack_moment("2026-11-04");
	d = one(&f, "MY=2000", "my-pdpa", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2026-11-11T00:00:00Z");
	/* which does not move the regulator's own three days */
	d = one(&f, "MY=2000", "my-pdpa", LAW_REGULATOR, &a);
	pack_deadline(&d, "2026-11-04T00:00:00Z");
	f.notified = pack_moment("2026-11-20T08:30:00Z");
	d = one(&f, "US-CA=2000", "us-ca", LAW_REGULATOR, &a);
	pack_deadline(&d, "2026-12-05T08:30:00Z");
	d = one(&f, "US-IA=501", "us-ia", LAW_REGULATOR, &a);
	pack_deadline(&d, "2026-11-27T08:30:00Z");
	f.notified = 0;
	d = one(&f, "US-IA=501", "us-ia", LAW_REGULATOR, &a);
	pack_deadline(&d, "none");
	arena_release(&a);
}

static void a_house_limit_is_marked(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duty d;

	(void)state;
	f.house_limit = 10 * DAY;
	d = one(&f, "US-IA=501", "us-ia", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2026-11-11T00:00:00Z");
	t_true(d.house, "not marked");
	t_has(d.rule_text, "a house limit of 10 days");
	d = one(&f, "US-IA=501", "us-ia", LAW_REGULATOR, &a);
	pack_deadline(&d, "2026-11-18T00:00:00Z");
	t_true(d.house, "counted from a house limit");
	d = one(&f, "US-CA=501", "us-ca", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2026-12-01T00:00:00Z");
	t_true(!d.house, "the law's own");
	d = one(&f, "CA-AB=5", "ca-ab", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "none");
	arena_release(&a);
}

static void a_police_hold_moves_the_persons_and_what_follows(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duty d;

	(void)state;
	f.held_until = pack_moment("2026-12-20");
	d = one(&f, "US-CA=501", "us-ca", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2026-12-20T00:00:00Z");
	t_has(d.rule_text, "law enforcement asked to wait");
	d = one(&f, "US-CA=501", "us-ca", LAW_REGULATOR, &a);
	pack_deadline(&d, "2027-01-04T00:00:00Z");
	d = one(&f, "US-TX=501", "us-tx", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2026-12-31T00:00:00Z");
	/* no basis for a delay there */
	d = one(&f, "KR=501", "kr-pipa", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2026-11-04T00:00:00Z");
	arena_release(&a);
}

static void changes_count_back_from_their_day(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = {.kinds = LAW_KIND_POLICY | LAW_KIND_TELECOM,
	    .effective = pack_moment("2027-03-31")};
	struct law_duty d;

	(void)state;
	d = one(&f, "DE=5", "eu-eecc-contract", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2027-02-28T00:00:00Z");
	d = one(&f, "DE=5", "eu-gdpr-policy", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2027-03-31T00:00:00Z");
	d = one(&f, "US-OH=5", "us-hipaa-npp", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "2027-05-30T00:00:00Z");
	f.effective = 0;
	d = one(&f, "DE=5", "eu-gdpr-policy", LAW_INDIVIDUALS, &a);
	pack_deadline(&d, "none");
	arena_release(&a);
}

static void laws_not_in_force_have_no_date(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2027-05-12");
	struct law_duty d;

	(void)state;
	d = one(&f, "IN=5", "in-dpdp", LAW_REGULATOR, &a);
	t_int(d.applies, LAW_NO);
	t_has(d.question, "2027-05-13");
	f.discovered += DAY;
	d = one(&f, "IN=5", "in-dpdp", LAW_REGULATOR, &a);
	t_int(d.applies, LAW_YES);
	d = one(&f, "AE=5", "ae-pdpl", LAW_REGULATOR, &a);
	t_int(d.applies, LAW_IF);
	f.sector = S("telecom");
	d = one(&f, "US-OH=5", "us-fcc-cpni-2023", LAW_INDIVIDUALS, &a);
	t_int(d.applies, LAW_IF);
	pack_deadline(&d, "none");
	arena_release(&a);
}

static void too_few_people_are_told_with_the_number(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duty d;

	(void)state;
	d = one(&f, "US-AL=1000", "us-al", LAW_REGULATOR, &a);
	t_int(d.applies, LAW_NO);
	t_str(d.question, "Only from 1001 people; there are 1000.");
	d = one(&f, "US-AL=1001", "us-al", LAW_REGULATOR, &a);
	t_int(d.applies, LAW_YES);
	d = one(&f, "SG=499", "sg-pdpa", LAW_REGULATOR, &a);
	t_int(d.applies, LAW_IF);
	t_has(d.question, "significant harm");
	d = one(&f, "SG=500", "sg-pdpa", LAW_REGULATOR, &a);
	t_int(d.applies, LAW_YES);
	arena_release(&a);
}

static void people_found_earlier_count_for_the_number(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	const struct law_place earlier[] = {
	    {S("US-AL"), 900}, {S("US-CA"), 5000}, {S("US-AL"), 100}};
	struct law_duty d;

	(void)state;
	f.earlier = earlier;
	f.earliers = 2;
	d = one(&f, "US-AL=100", "us-al", LAW_REGULATOR, &a);
	t_int(d.applies, LAW_NO);
	t_str(d.question, "Only from 1001 people; there are 1000.");
	f.earliers = 3;
	d = one(&f, "US-AL=1", "us-al", LAW_REGULATOR, &a);
	t_int(d.applies, LAW_YES);
	t_int(d.people, 1);
	arena_release(&a);
}

static void no_duty_is_not_no_cover(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duties d = pack_assess(
	    &f, "HK=3,BO=4,US-AS=5,US=6,US-TX=7,CA-MB=8,NO=9,GP=10", &a);
	const struct law_duty *y = pack_find(&d, "hk-pdpo", LAW_INDIVIDUALS, 1);

	(void)state;
	t_int(y->applies, LAW_NO);
	t_str(y->rule, "none");
	t_int(d.not_covered_count, 2);
	t_str(d.not_covered[0].code, "BO");
	t_int(d.not_covered[0].people, 4);
	t_str(d.not_covered[1].code, "US-AS");
	t_int(d.unknown_state, 6);
	t_int(pack_find(&d, "us-hipaa", LAW_INDIVIDUALS, 1)->people, 18);
	t_int(pack_find(&d, "eu-gdpr", LAW_INDIVIDUALS, 1)->people, 10);
	t_int(pack_find(&d, "us-tx", LAW_INDIVIDUALS, 1)->people, 7);
	assert_non_null(pack_find(&d, "no-gdpr", LAW_REGULATOR, 1));
	arena_release(&a);
}

static void who_comes_before_the_persons_is_marked(void **state)
{
	static const char *const first[] = {"us-md", "us-nh", "us-nj"};
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duties d =
	    pack_assess(&f, "US-MD=5,US-NH=5,US-NJ=5,US-CA=900", &a);
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(first); i++)
		t_true(pack_find(&d, first[i], LAW_REGULATOR, 1)
			   ->before_individuals,
		    "%s", first[i]);
	for (size_t i = 0; i < d.count; i++)
		n += d.d[i].before_individuals;
	t_int(n, 4);
	t_true(pack_find(&d, "us-fcc-cpni-2007", LAW_REGULATOR, 1)
		   ->before_individuals,
	    "CPNI");
	t_int(pack_find(&d, "us-fcc-cpni-2007", LAW_REGULATOR, 1)
		  ->wait_business_days,
	    7);
	arena_release(&a);
}

static void substitute_notice_is_told_in_words(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = pack_facts("2026-11-01");
	struct law_duty d;

	(void)state;
	d = one(&f, "US-AZ=100000", "us-az", LAW_INDIVIDUALS, &a);
	t_true(!d.substitute_allowed, "too few");
	t_has(d.substitute, "from 100001 persons");
	t_has(d.substitute, "more than USD 50000");
	t_has(d.substitute, "contact details are insufficient");
	t_has(d.substitute, "for at least 45 days");
	d = one(&f, "US-AZ=100001", "us-az", LAW_INDIVIDUALS, &a);
	t_true(d.substitute_allowed, "enough");
	/* ten whose details are insufficient, not ten people */
	d = one(&f, "US-AZ=100001", "us-hipaa", LAW_INDIVIDUALS, &a);
	t_true(!d.substitute_allowed, "HIPAA");
	t_has(d.substitute, "at least 1 of: ");
	d = one(&f, "IN=5", "in-certin", LAW_REGULATOR, &a);
	t_str(d.substitute, "");
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(the_rows_of_a_breach_in_five_places),
	    T(tiers_go_by_the_number_of_people),
	    T(the_earliest_of_several_limits_counts),
	    T(starts_are_taken_from_the_facts),
	    T(a_house_limit_is_marked),
	    T(a_police_hold_moves_the_persons_and_what_follows),
	    T(changes_count_back_from_their_day),
	    T(laws_not_in_force_have_no_date),
	    T(too_few_people_are_told_with_the_number),
	    T(people_found_earlier_count_for_the_number),
	    T(no_duty_is_not_no_cover),
	    T(who_comes_before_the_persons_is_marked),
	    T(substitute_notice_is_told_in_words),
	};

	return pack_run("assess", tests);
}
