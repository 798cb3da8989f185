#include "t.h"

#include "notice/channel.h"

#include <stdlib.h>

static struct law_pack *pack;

static int load(void **state)
{
	char dir[1024];
	struct err e = {0};

	(void)state;
	snprintf(dir, sizeof(dir), "%s/laws", getenv("TOCSIN_DATA"));
	if (law_pack_load(dir, &pack, &e) < 0)
		fail_msg("%s", e.msg);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	law_pack_free(pack);
	return 0;
}

struct one {
	const char *place, *address, *channel, *ground, *street, *city, *zip;
};

static void choose(const struct one *one, struct channel_choice *ret)
{
	static const char *const names[] = {
	    "legal_channel", "legal_ground", "street", "city", "postcode"};
	const struct law_facts f = {
	    .kinds = LAW_KIND_BREACH, .sector = S("general")};
	struct people_layout *l =
	    mem_zalloc(sizeof(*l) + ARRAY_SIZE(names) * sizeof(l->name[0]));
	const char *const cell[] = {
	    one->channel, one->ground, one->street, one->city, one->zip};
	struct buf cells = BUF_INIT(KiB);
	struct people_row row = {.addresses = str_of(one->address),
	    .jurisdiction = str_of(one->place)};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		l->name[l->count++] = str_of(names[i]);
		people_cell_add(&cells, str_of(cell[i] ? cell[i] : ""));
	}
	row.cells = buf_str(&cells);
	notice_channel_of(pack, &f, l, &row, ret);
	ret->value = STR_NONE; /* the cells go away */
	buf_release(&cells);
	free(l);
}

#define MAIL "a@x.example"
#define HOME "Main St 1", "Town", ""

static void the_law_decides_where_the_list_is_silent(void **state)
{
	static const struct {
		struct one one;
		enum law_channel want;
		bool courtesy;
	} rows[] = {
	    /* California: consent under E-SIGN */
	    {{"US-CA", MAIL, "", "consent", HOME}, LAW_CHANNEL_EMAIL, false},
	    {{"US-CA", MAIL, "", "ESIGN", HOME}, LAW_CHANNEL_EMAIL, false},
	    {{"US-CA", MAIL, "", "", HOME}, LAW_CHANNEL_POST, true},
	    {{"US-CA", MAIL, "", "", "", "", ""}, LAW_CHANNEL_SUBSTITUTE, true},
	    {{"US-CA", "", "", "consent", HOME}, LAW_CHANNEL_POST, false},
	    {{"US-CA", MAIL, "", "", "", "Town", "1"}, LAW_CHANNEL_SUBSTITUTE,
		true},
	    {{"US-CA", MAIL, "", "", "Main St", "", "1"}, LAW_CHANNEL_POST,
		true},
	    /* Alabama takes e-mail */
	    {{"US-AL", MAIL, "", "", "", "", ""}, LAW_CHANNEL_EMAIL, false},
	};
	struct channel_choice c;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		choose(&rows[i].one, &c);
		t_int(c.channel, rows[i].want);
		t_int(c.courtesy, rows[i].courtesy);
		t_int(c.problem, CHANNEL_FINE);
		t_true(!c.given && c.why, "the law's");
	}
}

static void the_list_goes_before_the_law(void **state)
{
	static const struct {
		struct one one;
		enum law_channel want;
		bool courtesy;
		enum channel_problem problem;
	} rows[] = {
	    {{"US-CA", MAIL, "email", "", HOME}, LAW_CHANNEL_EMAIL, false,
		CHANNEL_FINE},
	    {{"US-AL", MAIL, " Post ", "", HOME}, LAW_CHANNEL_POST, true,
		CHANNEL_FINE},
	    {{"US-AL", MAIL, "both", "", HOME}, LAW_CHANNEL_BOTH, true,
		CHANNEL_FINE},
	    {{"US-AL", MAIL, "substitute", "", HOME}, LAW_CHANNEL_SUBSTITUTE,
		true, CHANNEL_FINE},
	    {{"US-AL", "", "email", "", HOME}, LAW_CHANNEL_EMAIL, false,
		CHANNEL_NO_ADDRESS},
	    {{"US-AL", MAIL, "post", "", "", "Town", "1"}, LAW_CHANNEL_POST,
		true, CHANNEL_NO_ADDRESS},
	    {{"US-AL", "", "both", "", HOME}, LAW_CHANNEL_BOTH, false,
		CHANNEL_NO_ADDRESS},
	};
	struct channel_choice c;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		choose(&rows[i].one, &c);
		t_true(c.given, "row %zu", i);
		t_int(c.channel, rows[i].want);
		t_int(c.courtesy, rows[i].courtesy);
		t_int(c.problem, rows[i].problem);
	}
	choose(&rows[0].one, &c);
	t_int(c.law.channel, LAW_CHANNEL_POST);
	t_str(c.law.id, "us-ca");
}

static void a_word_nobody_knows_is_a_problem_and_counts_for_nothing(
    void **state)
{
	static const struct one channel = {
	    "US-CA", MAIL, "fax", "consent", HOME};
	static const struct one ground = {"US-CA", MAIL, "", "we asked", HOME};
	struct channel_choice c;

	choose(&channel, &c);
	t_int(c.problem, CHANNEL_UNKNOWN);
	t_int(c.channel, LAW_CHANNEL_EMAIL);
	t_true(!c.given, "the law's");
	choose(&ground, &c);
	t_int(c.problem, CHANNEL_NO_GROUND);
	t_int(c.channel, LAW_CHANNEL_POST);
	t_has(str_of(channel_problem_text(c.problem)), "own-procedure");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(the_law_decides_where_the_list_is_silent),
	    T(the_list_goes_before_the_law),
	    T(a_word_nobody_knows_is_a_problem_and_counts_for_nothing),
	};

	t_filter();
	return cmocka_run_group_tests_name("channel", tests, load, unload);
}
