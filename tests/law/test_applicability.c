#include "pack.h"

/* The answer of one row for one person in `place`. */
static enum law_applies ask(
    const struct law_facts *f, const char *place, const char *id)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_duties d = pack_assess(f, place, &a);
	enum law_applies got;
	size_t i = 0;

	while (i < d.count && !str_eq(d.d[i].id, str_of(id)))
		i++;
	t_true(i < d.count, "%s", id);
	got = d.d[i].applies;
	t_true(d.d[i].question.n > 0, "%s without a word", id);
	arena_release(&a);
	return got;
}

static void sectors_decide(void **state)
{
	static const struct {
		const char *sector, *id;
		enum law_applies want;
	} row[] = {
	    {"", "us-hipaa", LAW_IF},
	    {"health", "us-hipaa", LAW_YES},
	    {"Health", "us-hipaa", LAW_YES},
	    {"general", "us-hipaa", LAW_NO},
	    {"health-app", "us-hipaa", LAW_NO},
	    {"health-app", "us-ftc-hbnr", LAW_YES},
	    {"insurer", "us-hipaa", LAW_IF},
	    {"food, bank", "us-interagency-glba", LAW_YES},
	    {"food", "us-bank-36h", LAW_NO},
	    {"health", "us-ca-1280-15", LAW_IF},
	    {"health-facility", "us-ca-1280-15", LAW_YES},
	    {"telecom", "us-fcc-cpni-2007", LAW_YES},
	    {"telecom", "us-fcc-cpni-optout", LAW_IF},
	    {"general", "us-fcc-cpni-optout", LAW_NO},
	    {"", "us-ca", LAW_YES},
	    {"bank", "us-ca", LAW_YES},
	    {" , ", "us-hipaa", LAW_IF},
	};
	struct law_facts f = pack_facts("2026-11-01");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		f.sector = str_of(row[i].sector);
		t_true(ask(&f, "US-CA=900", row[i].id) == row[i].want, "%s: %s",
		    row[i].sector, row[i].id);
	}
	f.sector = S("public-agency");
	t_int(ask(&f, "US-RI=900", "us-ri"), LAW_NO);
	t_int(ask(&f, "US-RI=900", "us-ri-agencies"), LAW_YES);
	t_int(ask(&f, "US-GA=900", "us-ga"), LAW_YES);
	f.sector = S("");
	t_int(ask(&f, "US-RI=900", "us-ri"), LAW_YES);
	t_int(ask(&f, "US-RI=900", "us-ri-agencies"), LAW_IF);
	t_int(ask(&f, "US-GA=900", "us-ga"), LAW_IF);
	t_int(ask(&f, "DE=900", "eu-nis2"), LAW_IF);
	f.sector = S("essential-entity");
	t_int(ask(&f, "DE=900", "eu-nis2"), LAW_YES);
	t_int(ask(&f, "DE=900", "eu-dora"), LAW_NO);
}

static void data_types_leave_a_question(void **state)
{
	struct law_facts f = pack_facts("2026-11-01");

	(void)state;
	f.data_types = S("name,email");
	t_int(ask(&f, "US-CA=900", "us-ca"), LAW_IF);
	t_int(ask(&f, "DE=900", "eu-gdpr"), LAW_YES);
	f.data_types = S("name,ssn");
	t_int(ask(&f, "US-CA=900", "us-ca"), LAW_YES);
}

static void encryption_leaves_a_question(void **state)
{
	struct law_facts f = pack_facts("2026-11-01");

	(void)state;
	f.encrypted = LAW_SAID_YES;
	t_int(ask(&f, "US-CA=900", "us-ca"), LAW_IF);
	t_int(ask(&f, "DE=900", "eu-gdpr"), LAW_IF);
	t_int(ask(&f, "IN=900", "in-certin"), LAW_YES);
	f.encrypted = LAW_SAID_NO;
	t_int(ask(&f, "US-CA=900", "us-ca"), LAW_YES);
}

static void listed_companies_file(void **state)
{
	struct law_facts f = pack_facts("2026-11-01");

	(void)state;
	t_int(ask(&f, "US-CA=900", "us-sec-8k"), LAW_IF);
	f.listed = LAW_SAID_NO;
	t_int(ask(&f, "US-CA=900", "us-sec-8k"), LAW_NO);
	f.listed = LAW_SAID_YES;
	t_int(ask(&f, "US-CA=900", "us-sec-8k"), LAW_YES);
}

static void a_processor_is_asked(void **state)
{
	static const char *const roles[] = {"processor", "service-provider"};
	struct law_facts f = pack_facts("2026-11-01");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
		f.role = str_of(roles[i]);
		t_int(ask(&f, "US-CA=900", "us-ca"), LAW_IF);
		t_int(ask(&f, "DE=900", "eu-gdpr"), LAW_IF);
	}
	f.role = S("controller");
	t_int(ask(&f, "US-CA=900", "us-ca"), LAW_YES);
}

static void the_nearest_word_is_named(void **state)
{
	static const struct {
		const char *sector, *types, *role, *says;
	} row[] = {
	    {"bnak", "", "", "did you mean bank?"},
	    {"bank,telekom", "", "",
		"'telekom' is unknown; did you mean "
		"telecom?"},
	    {"", "ssn,pasport", "",
		"data_types: 'pasport' is unknown; did "
		"you mean passport?"},
	    {"", "", "procesor",
		"role: 'procesor' is unknown; did you mean "
		"processor?"},
	    {"a-word-that-goes-on-and-on-and-on-without-any-end-in-sight", "",
		"", "sector: "},
	};
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct law_facts f = {.sector = str_of(row[i].sector),
		    .data_types = str_of(row[i].types),
		    .role = str_of(row[i].role)};

		t_fails(law_facts_check(&f, &e), &e, ERR_INPUT, row[i].says);
	}
	t_ok(law_facts_check(&(struct law_facts){.sector = S("BANK, health ,"),
				 .data_types = S("ssn")},
		 &e),
	    &e);
}

static void kinds_are_words(void **state)
{
	struct err e = {0};
	unsigned bits;

	(void)state;
	t_ok(law_kinds_parse(S("breach, policy"), &bits, &e), &e);
	t_int(bits, LAW_KIND_BREACH | LAW_KIND_POLICY);
	t_fails(law_kinds_parse(S("breach,fire"), &bits, &e), &e, ERR_INPUT,
	    "'fire'");
	t_fails(law_kinds_parse(S(" , "), &bits, &e), &e, ERR_INPUT, "breach");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(sectors_decide),
	    T(data_types_leave_a_question),
	    T(encryption_leaves_a_question),
	    T(listed_companies_file),
	    T(a_processor_is_asked),
	    T(the_nearest_word_is_named),
	    T(kinds_are_words),
	};

	return pack_run("applicability", tests);
}
