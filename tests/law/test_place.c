#include "t.h"
#include "law/law.h"

static void codes_are_known(void **state)
{
	static const char *const good[] = {"DE", "US", "CA", "US-CA", "US-DC",
	    "US-PR", "CA-QC", "CA-NU", "AX"};
	static const char *const bad[] = {"", "U", "D E", "XX", "EU", "UK",
	    "de", "US-", "US-XX", "US-QC", "CA-ON ", "DE-BY", "USA", "US-CAL",
	    "E A"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		t_true(law_place_known(str_of(good[i])), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		t_true(!law_place_known(str_of(bad[i])), "%s", bad[i]);
}

static void a_list_of_people_is_read(void **state)
{
	struct arena a = ARENA_INIT(1 * MiB);
	struct law_place *p;
	struct err e = {0};
	size_t n;

	(void)state;
	t_ok(law_places_parse(
		 S(" US-CA=1200, DE = 40 ,US-DE=4294967295"), &a, &p, &n, &e),
	    &e);
	t_int(n, 3);
	t_str(p[0].code, "US-CA");
	t_int(p[0].people, 1200);
	t_str(p[1].code, "DE");
	t_int(p[1].people, 40);
	t_str(p[2].code, "US-DE");
	t_int(p[2].people, 4294967295);
	arena_release(&a);
}

static void a_wrong_list_is_refused_with_the_reason(void **state)
{
	static const struct {
		const char *text, *says;
	} row[] = {{"", "US-CA=1200"}, {"DE", "US-CA=1200"},
	    {"DE=", "number of people"}, {"DE=-1", "number of people"},
	    {"DE=1.5", "number of people"}, {"DE=1,", "US-CA=1200"},
	    {"DE=4294967296", "number of people"}, {"DE=0", "leave out"},
	    {"DE=1,DE=2", "twice"}, {"PR=1,US-PR=2", "twice"}, {"UK=1", "GB"},
	    {"EU=1", "each member state"}, {"DE-BY=1", "write DE"},
	    {"XX=1", "ISO 3166"}, {"us-ca=1", "ISO 3166"},
	    {"DE=1;FR=2", "number of people"}};
	struct arena a = ARENA_INIT(1 * MiB);
	struct law_place *p;
	struct err e = {0};
	size_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		t_fails(law_places_parse(str_of(row[i].text), &a, &p, &n, &e),
		    &e, ERR_USAGE, row[i].says);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(codes_are_known),
	    T(a_list_of_people_is_read),
	    T(a_wrong_list_is_refused_with_the_reason),
	};

	return t_run("place", tests);
}
