/* segments: segments.ini.  A refusal names file and line; every rule that is
 * read fits somebody; everyone is in a segment that has a rule, or in none. */
#include "fuzz.h"

#include "notice/segment.h"

static void check(const struct segment_rules *r)
{
	static const char *const places[] = {"US-MA", "DE", "", "CA-QC", "GB"};

	for (size_t i = 0; i < segment_rules_count(r); i++) {
		struct str name = segment_rules_name(r, i);

		ENSURE(name.n > 0 && name.n <= LIMIT_SEGMENT);
		ENSURE(!letter_is_language(name));
		ENSURE(str_chr(name, '.') < 0 && str_chr(name, '/') < 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const struct people_group g = {
		    .jurisdiction = str_of(places[i])};
		struct str s = segment_of_group(r, &g);
		bool found = !s.n;

		for (size_t k = 0; k < segment_rules_count(r); k++)
			found |= str_eq(s, segment_rules_name(r, k));
		ENSURE(found);
	}
}

void fuzz_one(struct str in)
{
	struct segment_rules *r = NULL;
	struct err e = {0};
	int rc = segment_rules_parse(in, "x.ini", &r, &e);

	if (rc < 0) {
		ENSURE(r == NULL);
		ENSURE(rc == ERR_INPUT || rc == ERR_LIMIT);
		ENSURE(str_starts(str_of(e.msg), S("x.ini:")));
		return;
	}
	check(r);
	segment_rules_free(r);
}
