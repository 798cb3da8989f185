#include "t.h"

#include "notice/tranche.h"
#include "notice/tsv.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOON "2026-11-20T12:00:00Z"

static usec_t at(const char *date)
{
	usec_t t = 0;

	t_true(clock_parse_iso(str_of(date), &t), "%s", date);
	return t;
}

static struct tranche second(const char *discovered)
{
	return (struct tranche){
	    S("second wave"), at(discovered), at("2026-11-25")};
}

static void what_is_recorded_comes_back(void **state)
{
	struct arena a = ARENA_INIT(16 * MiB);
	struct tranche third = {S("third"), at("2026-11-22"), at(NOON)};
	struct tranche one = second(NOON);
	struct tranches all;
	struct err e = {0};
	struct stat st;
	char dir[64], path[96];

	t_mkdir(dir);
	t_ok(tranches_load(dir, &a, &all, &e), &e);
	t_int(all.count, 0);
	t_ok(tranche_record(dir, &one, &e), &e);
	t_ok(tranche_record(dir, &third, &e), &e);
	t_ok(tranches_load(dir, &a, &all, &e), &e);
	t_int(all.count, 2);
	t_str(all.t[0].name, "second wave");
	t_int(all.t[0].discovered, at(NOON));
	t_int(all.t[0].imported, at("2026-11-25"));
	t_true(tranche_find(&all, S("third")) == &all.t[1], "found by name");
	t_true(!tranche_find(&all, S("")), "the first import has no name");
	snprintf(path, sizeof(path), "%s/tranches.tsv", dir);
	t_int(stat(path, &st), 0);
	t_int(st.st_mode & 0777, 0600);
	arena_release(&a);
	t_rmdir(dir);
}

static void a_known_name_keeps_its_date(void **state)
{
	struct arena a = ARENA_INIT(16 * MiB);
	struct tranche one = second(NOON), other = second("2026-11-21");
	struct tranches all;
	struct err e = {0};
	char dir[64];

	t_mkdir(dir);
	t_ok(tranche_record(dir, &one, &e), &e);
	one.imported = at("2026-11-26");
	t_ok(tranche_record(dir, &one, &e), &e);
	t_fails(tranche_record(dir, &other, &e), &e, ERR_INPUT,
	    "'second wave' was discovered on " NOON);
	t_ok(tranches_load(dir, &a, &all, &e), &e);
	t_int(all.count, 1);
	t_int(all.t[0].imported, at("2026-11-25"));
	arena_release(&a);
	t_rmdir(dir);
}

static void the_clock_is_given_recorded_or_the_notices(void **state)
{
	static const struct {
		const char *name, *given, *notice, *want;
		enum tranche_source source;
	} rows[] = {
	    {"new", "2026-11-19", "2026-11-03", "2026-11-19", TRANCHE_GIVEN},
	    {"new", NULL, "2026-11-03", "2026-11-03", TRANCHE_NOTICE},
	    {"second wave", NULL, "2026-11-03", NOON, TRANCHE_RECORDED},
	    {"second wave", NOON, "", NOON, TRANCHE_GIVEN},
	    {"new", NULL, "", "1970-01-01", TRANCHE_UNDATED},
	};
	static const struct {
		const char *name, *given, *part;
	} bad[] = {
	    {"second wave", "2026-11-19", "another name, or the same date"},
	    {"new", "2026-02-30", "a date that exists"},
	    {"new", "soon", "a date that exists"},
	    {"new", "2026-11-26", "lies ahead"},
	    {"a\tb", "2026-11-19", "a name of one line"},
	    {" new", "2026-11-19", "a name of one line"},
	    /* turns the line round: an approval of it could not be read */
	    {"a\xe2\x80\xae"
	     "b",
		"2026-11-19", "a name of one line"},
	    {"x", "1970-01-01", "after 1970"},
	    {"x", "1969-12-31", "after 1970"},
	    {"", NULL, "a name of one line"},
	};
	struct arena a = ARENA_INIT(64 * MiB);
	struct notice n = {0};
	struct tranche one = second(NOON), got;
	enum tranche_source source;
	struct err e = {0};
	char dir[64];

	n.dir = str_of(t_mkdir(dir));
	t_ok(tranche_record(dir, &one, &e), &e);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		n.discovered = str_of(rows[i].notice);
		t_ok(tranche_choose(&n, str_of(rows[i].name), rows[i].given,
			 at("2026-11-25"), &a, &got, &source, &e),
		    &e);
		t_int(source, rows[i].source);
		t_int(got.discovered, at(rows[i].want));
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		t_fails(tranche_choose(&n, str_of(bad[i].name), bad[i].given,
			    at("2026-11-25"), &a, &got, &source, &e),
		    &e, ERR_INPUT, bad[i].part);
	arena_release(&a);
	t_rmdir(dir);
}

static void damaged_lines_are_refused_by_number(void **state)
{
#define GOOD "one\t" NOON "\t" NOON "\n"
	static const struct {
		const char *text, *part;
	} rows[] = {
	    {GOOD "two\t" NOON "\t2026-11-2", "t:2: the last line has no end"},
	    {GOOD "two\t" NOON "\n", "t:2: there are 2 fields"},
	    {GOOD "two\t" NOON "\t" NOON "\t\n", "t:2: there are 4 fields"},
	    {GOOD "\n", "t:2: there are 1 fields"},
	    {GOOD GOOD, "t:2: the tranche 'one' stands further up"},
	    {"\t" NOON "\t" NOON "\n", "t:1: the first field"},
	    {"one\t2026-13-01\t" NOON "\n", "t:1: a date such as"},
	    {"one\t" NOON "\tnow\n", "t:1: a date such as"},
	    {"o\rne\t" NOON "\t" NOON "\n", "t:1: field 1 has a control"},
	    {"o\xffne\t" NOON "\t" NOON "\n", "t:1: field 1 has a control"},
	};
	struct arena a = ARENA_INIT(16 * MiB);
	struct tranches all;
	struct err e = {0};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_fails(tranches_parse(str_of(rows[i].text), "t", &a, &all, &e),
		    &e, ERR_INPUT, rows[i].part);
	arena_release(&a);
}

static void a_torn_file_is_not_written_on(void **state)
{
	struct tranche one = second(NOON);
	struct buf text = BUF_INIT(KiB);
	struct err e = {0};
	char dir[64], path[96];

	t_mkdir(dir);
	t_write(dir, "tranches.tsv", S("first\t2026"));
	t_fails(tranche_record(dir, &one, &e), &e, ERR_INPUT,
	    "tranches.tsv:1: the last line has no end");
	snprintf(path, sizeof(path), "%s/tranches.tsv", dir);
	t_ok(buf_read_file(&text, path, &e), &e);
	t_str(buf_str(&text), "first\t2026");
	buf_release(&text);
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(what_is_recorded_comes_back),
	    T(a_known_name_keeps_its_date),
	    T(the_clock_is_given_recorded_or_the_notices),
	    T(damaged_lines_are_refused_by_number),
	    T(a_torn_file_is_not_written_on),
	};

	return t_run("tranche", tests);
}
