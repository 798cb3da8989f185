#include "t.h"
#include "sim/scenario.h"

#define WHO "PEOPLE\n\tAnn: ann@a.test\n"

static struct scenario *parsed(const char *text)
{
	struct scenario *s = NULL;
	struct err e = {0};

	t_ok(scenario_parse(str_of(text), "x.scn", &s, &e), &e);
	return s;
}

static void refused(const char *text, const char *why)
{
	struct scenario *s = NULL;
	struct err e = {0};

	t_int(scenario_parse(str_of(text), "x.scn", &s, &e), ERR_INPUT);
	t_has(str_of(e.msg), why);
	assert_null(s);
}

static void what_is_not_understood_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
	    {"", "x.scn:1: the scenario has no PEOPLE"},
	    {WHO, "no steps"},
	    {"\tAnn: a@a.test\n", "x.scn:1: a line that begins with a blank"},
	    {WHO "RUN\nWALK\n", "x.scn:4: 'WALK' begins no section"},
	    {WHO "RUN fast\n", "x.scn:3: too many words behind RUN"},
	    {WHO "TIME_PASSES 10\n", "x.scn:3: TIME_PASSES needs a time"},
	    {"CONFIG\n\ttls maybe\n", "x.scn:2: tls maybe must be never"},
	    {"CONFIG\n\tspeed 3\n", "x.scn:2: CONFIG has no setting 'speed'"},
	    {"PEOPLE\n\tAnn: nobody\n", "x.scn:2: 'nobody' is not an address"},
	    {"PEOPLE\n\tAnn ann@a.test\n", "x.scn:2: a person is a name"},
	    {"PROVIDER a AT nowhere\n", "x.scn:1: write PROVIDER NAME AT"},
	    {"PROVIDER a AT 192.0.2.1\n\tcolour red\n",
		"x.scn:2: an imitated provider has no behaviour 'colour'"},
	    {"PROVIDER a AT 192.0.2.1\nPROVIDER b AT 192.0.2.1\n",
		"x.scn:2: this name or address is 'a' already"},
	    {"PROVIDER a AT 192.0.2.1\nAT 1m provider b greylist 3\n",
		"x.scn:2: there is no provider 'b' above"},
	    {"PROVIDER a AT 192.0.2.1\nAT 1m provider a greylist x\n",
		"x.scn:2: greylist x: must be seconds"},
	    {"PEER a AT 192.0.2.1\n\tstarttls\n", "x.scn:2: starttls needs"},
	    {"PEER a AT 192.0.2.1\n\tshout X\n", "x.scn:2: a peer can"},
	    {WHO "EXPECT person 2 state=accepted\n", "with N from 1 to 1"},
	    {WHO "EXPECT delivered=1\n", "x.scn:3: 'delivered=1' is no count"},
	    {WHO "EXPECT wire mx#1 > \"A\"\n", "x.scn:3: 'mx#1' is no conn"},
	    {WHO "EXPECT time < 3m\n", "x.scn:3: end with =, <= or >="},
	    {WHO "EXPECT error \"a\n", "x.scn:3: a quote is not closed"},
	    {WHO "EXPECT error \"\\q\"\n", "x.scn:3: a backslash stands"},
	    {WHO "RUN\r\n", "x.scn:3: the line holds a control character"},
	    {WHO "RUN \xff\n", "x.scn:3: the line is not UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		refused(rows[i].text, rows[i].why);
}

static void a_zone_keeps_the_lines_of_the_file(void **state)
{
	struct scenario *s = parsed(WHO "AT 10m ZONE\n"
					"\tb.test. A 192.0.2.2\n"
					"ZONE\n"
					"\ta.test. A 192.0.2.1\n"
					"\n"
					"\t        TXT x\n"
					"RUN\n");

	(void)state;
	t_int(s->zones->at, 0);
	t_str(s->zones->text, "\n\n\n\n\na.test. A 192.0.2.1\n\n"
			      "        TXT x\n");
	t_int(s->zones->next->at, 10 * USEC_PER_MIN);
	t_str(s->zones->next->text, "\n\n\nb.test. A 192.0.2.2\n");
	scenario_free(s);
}

static void people_have_names_and_addresses(void **state)
{
	struct scenario *s = parsed("# about\nPEOPLE\n"
				    "\t\"Ann Bee:\" a@a.test b@b.test\n"
				    "\tNobody: # owed another way\n"
				    "\t2 p*@a.test\n"
				    "RUN\n");
	const struct scenario_person *p = s->people;

	(void)state;
	t_str(s->about, "about");
	t_int(s->person_count, 4);
	t_str(p->name, "Ann Bee");
	t_str(p->addresses, "a@a.test\nb@b.test");
	t_str(p->next->name, "Nobody");
	t_int(p->next->addresses.n, 0);
	t_str(p->next->next->next->addresses, "p2@a.test");
	scenario_free(s);
}

static void changes_come_in_the_order_of_time(void **state)
{
	struct scenario *s = parsed(WHO "PROVIDER a AT 192.0.2.1:2525\n"
					"AT 2h provider a greylist 0\n"
					"AT 90s provider a no-dsn\n"
					"RUN\n");

	(void)state;
	t_int(s->changes->at, 90 * USEC_PER_SEC);
	t_str(s->changes->option, "no-dsn");
	t_int(s->changes->next->at, 2 * USEC_PER_HOUR);
	t_str(s->changes->next->value, "0");
	scenario_free(s);
}

static void a_glob_fits_or_not(void **state)
{
	(void)state;
	assert_true(scenario_fits(S("*"), S("")));
	assert_true(scenario_fits(
	    S("MAIL FROM:<b+*@a>*"), S("MAIL FROM:<b+x@y@a> SIZE=1")));
	assert_true(scenario_fits(S("4?? *"), S("451 4.7.1 later")));
	assert_false(scenario_fits(S("DATA"), S("data")));
	assert_false(scenario_fits(S("DATA"), S("DATA x")));
	assert_false(scenario_fits(S("?"), S("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_is_not_understood_is_refused_with_its_line),
	    T(a_zone_keeps_the_lines_of_the_file),
	    T(people_have_names_and_addresses),
	    T(changes_come_in_the_order_of_time),
	    T(a_glob_fits_or_not),
	};

	return t_run("scenario", tests);
}
