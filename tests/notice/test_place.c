#include "notice/place.h"
#include "t.h"

/* What a row says, the fallback, and the code it gives; "!part": refused with
 * these words. */
struct row {
	const char *jurisdiction, *country, *region, *fallback, *want;
};

static void check(const struct row *c, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct place_cells cells = {str_of(c[i].jurisdiction),
		    str_of(c[i].country), str_of(c[i].region)};
		struct place p;
		struct err e = {0};
		int r = place_derive(&cells, c[i].fallback, &p, &e);

		if (c[i].want[0] == '!') {
			t_true(r == ERR_INPUT, "row %zu gives '%s'", i,
			    r < 0 ? e.msg : p.code);
			t_has(str_of(e.msg), c[i].want + 1);
		} else {
			t_true(r == 0, "row %zu: %s", i, e.msg);
			t_str(str_of(p.code), c[i].want);
		}
	}
}
#define CHECK(c) check(c, ARRAY_SIZE(c))

static void codes_and_names_are_read(void **state)
{
	static const struct row c[] = {
	    {"", "", "", "", ""},
	    {"", "DE", "", "", "DE"},
	    {"", "de", "Bayern", "", "DE"},
	    {"", "DEU", "", "", "DE"},
	    {"", "Germany", "", "", "DE"},
	    {"", "Deutschland", "", "", "DE"},
	    {"", "UK", "", "", "GB"},
	    {"", "USA", "NY", "", "US-NY"},
	    {"", "United States", "california", "", "US-CA"},
	    {"", "CA", "QC", "", "CA-QC"},
	    {"", "Canada", "Quebec", "", "CA-QC"},
	    {"US-CA", "", "", "", "US-CA"},
	    {"us-ca", "", "", "", "US-CA"},
	    {"DE-BY", "", "", "", "DE-BY"},
	    {"FR", "", "", "", "FR"},
	    {"NY", "", "", "", "US-NY"},
	    {"Texas", "", "", "", "US-TX"},
	    {"QC", "", "", "", "CA-QC"},
	    {"", "", "US-CA", "", "US-CA"},
	    {"", "", "WA", "", "US-WA"},
	    {"", "", "", "US", "US"},
	    {"", "FR", "", "US", "FR"},
	};

	CHECK(c);
}

static void a_word_with_two_meanings_is_refused_until_a_country_settles_it(
    void **state)
{
	static const struct row c[] = {
	    {"CA", "", "", "", "!both Canada and California"},
	    {"DE", "", "", "", "!both Germany and Delaware"},
	    {"IN", "", "", "", "!US-IN"},
	    {"", "", "CA", "", "!both"},
	    {"", "", "NL", "", "!both Netherlands and Newfoundland"},
	    {"Georgia", "", "", "", "!both"},
	    {"CA", "US", "", "", "US-CA"},
	    {"CA", "CA", "", "", "CA"},
	    {"DE", "DE", "", "", "DE"},
	    {"CA", "", "", "US", "US-CA"},
	    {"CA", "", "", "CA", "CA"},
	    {"DE", "", "", "DE", "DE"},
	    {"CAN", "", "", "", "CA"},
	    {"", "US", "DE", "", "US-DE"},
	    {"", "", "CA", "US", "US-CA"},
	    {"", "CA", "NL", "", "CA-NL"},
	    {"", "US", "Georgia", "", "US-GA"},
	    {"", "GE", "", "", "GE"},
	};

	CHECK(c);
}

static void every_double_meaning_is_found_by_the_lists_themselves(void **state)
{
	char code[3] = "";
	unsigned both = 0;

	for (char a = 'A'; a <= 'Z'; a++)
		for (char b = 'A'; b <= 'Z'; b++) {
			struct place_cells us = {.country = S("US")};
			struct place_cells bare = {0};
			struct place p;
			struct err e;
			bool country, state_of_us, island;

			code[0] = a;
			code[1] = b;
			us.region = bare.jurisdiction = str_of(code);
			country = place_country(str_of(code), (char[3]){0});
			t_int(place_derive(&us, "", &p, &e), 0);
			state_of_us = !p.coarse;
			island = strstr("AS PR GU VI MP UM", code) != NULL;
			if (country && state_of_us && !island) {
				both++;
				t_fails(place_derive(&bare, "", &p, &e), &e,
				    ERR_INPUT, "both");
			} else if (country || state_of_us) {
				t_ok(place_derive(&bare, "", &p, &e), &e);
			}
		}
	t_true(both > 20, "%u", both);
}

static void what_contradicts_or_is_unknown_is_refused(void **state)
{
	static const struct row c[] = {
	    {"DE", "FR", "", "", "!not in FR"},
	    {"US-CA", "DE", "", "", "!not in DE"},
	    {"US-XX", "", "", "", "!no place"},
	    {"CA-CA", "", "", "", "!no place"},
	    {"XX", "", "", "", "!no place"},
	    {"XX-1", "", "", "", "!no place"},
	    {"EU", "", "", "", "!no place"},
	    {"", "Atlantis", "", "", "!no country"},
	    {"", "X", "", "", "!no country"},
	    {"somewhere over the rainbow", "", "", "", "!no place"},
	};

	CHECK(c);
}

static void islands_are_parts_of_the_united_states(void **state)
{
	static const struct row c[] = {
	    {"PR", "", "", "", "US-PR"},
	    {"", "PR", "", "", "US-PR"},
	    {"", "US", "PR", "", "US-PR"},
	    {"US-PR", "PR", "", "", "US-PR"},
	    {"", "Guam", "", "", "US-GU"},
	};

	CHECK(c);
}

static void an_unreadable_region_leaves_the_country(void **state)
{
	struct place_cells c = {.country = S("US"), .region = S("Calif.")};
	struct place p;
	struct err e = {0};

	t_ok(place_derive(&c, "", &p, &e), &e);
	t_str(str_of(p.code), "US");
	assert_true(p.coarse);
	c = (struct place_cells){.country = S("AT"), .region = S("Tirol")};
	t_ok(place_derive(&c, "", &p, &e), &e);
	t_str(str_of(p.code), "AT");
	assert_false(p.coarse);
	c = (struct place_cells){.region = S("Elsewhere")};
	t_ok(place_derive(&c, "", &p, &e), &e);
	t_str(str_of(p.code), "");
	assert_true(p.coarse);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(codes_and_names_are_read),
	    T(a_word_with_two_meanings_is_refused_until_a_country_settles_it),
	    T(every_double_meaning_is_found_by_the_lists_themselves),
	    T(what_contradicts_or_is_unknown_is_refused),
	    T(islands_are_parts_of_the_united_states),
	    T(an_unreadable_region_leaves_the_country),
	};

	return t_run("place", tests);
}
