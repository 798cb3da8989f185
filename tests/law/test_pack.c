#include "t.h"
#include "law/law.h"

/* The real texts, of which a copy is spoiled in one place. */
static struct buf laws, keywords, rules;

static int read_texts(void **state)
{
	struct err e = {0};

	(void)state;
	buf_init(&laws, 4 * MiB);
	buf_init(&keywords, 4 * MiB);
	buf_init(&rules, 4 * MiB);
	t_ok(buf_read_file(&laws, LAWS "/laws.tsv", &e), &e);
	t_ok(buf_read_file(&keywords, LAWS "/keywords.tsv", &e), &e);
	t_ok(buf_read_file(&rules, LAWS "/applicability.tsv", &e), &e);
	return 0;
}

static int free_texts(void **state)
{
	(void)state;
	buf_release(&laws);
	buf_release(&keywords);
	buf_release(&rules);
	return 0;
}

static int parse(const struct law_texts *t, struct err *e)
{
	struct law_pack *p = NULL;
	int r = law_pack_parse(t, &p, e);

	t_int(r == 0, p != NULL);
	law_pack_free(p);
	return r;
}

static struct law_texts texts(void)
{
	return (struct law_texts){.laws = buf_str(&laws),
	    .keywords = buf_str(&keywords),
	    .applicability = buf_str(&rules),
	    .dir = "D"};
}

/* Line `*ret_line` of `text` begins with `id` and a tab. */
static size_t find_row(struct str text, const char *id, unsigned *ret_line)
{
	size_t at = 0;
	struct str rest = text;

	for (*ret_line = 1; rest.p; (*ret_line)++) {
		struct str line = str_cut(&rest, '\n');

		if (str_starts(line, str_of(id)) && line.n > strlen(id) &&
		    line.p[strlen(id)] == '\t')
			return at;
		at += line.n + 1;
	}
	fail_msg("no row %s", id);
	return 0;
}

/* A copy in which `from`, in the row `id`, is `to`. */
static void spoil(struct buf *out, struct str text, const char *id,
    const char *from, const char *to, unsigned *ret_line)
{
	size_t at = find_row(text, id, ret_line);
	struct str tail = str_from(text, at);
	ptrdiff_t hit = str_find(tail, str_of(from));

	t_true(hit >= 0 && hit <= str_chr(tail, '\n'), "%s in %s", from, id);
	buf_init(out, 4 * MiB);
	buf_add(out, str_sub(text, 0, at + (size_t)hit));
	buf_addz(out, to);
	buf_add(out, str_from(tail, (size_t)hit + strlen(from)));
}

static void the_pack_is_without_a_mistake(void **state)
{
	struct law_texts t = texts();
	struct err e = {0};

	(void)state;
	t_ok(parse(&t, &e), &e);
}

static const struct spoiled {
	const char *id, *from, *to, *column, *says;
} laws_spoiled[] = {
    {"us-al", "\tP45D\t", "\tP45D\t\t", NULL, "27 fields"},
    {"us-al", "\tP45D\t", "\t", NULL, "25 fields"},
    {"us-al", "\tP45D\t", "\t\t", "individual_deadline", "empty"},
    {"us-al", "\tP45D\t", "\tP45D \t", "individual_deadline", "space"},
    {"us-ak", "us-ak\t", "us-al\t", "id", "line 2 already"},
    {"us-ak", "us-ak\t", "us_ak\t", "id", "us_ak"},
    {"us-ak", "us-ak\t", "US-AK\t", "id", "US-AK"},
    {"us-ak", "\tUS-AK\t", "\tUS-XK\t", "jurisdiction", "US-XK"},
    {"us-ak", "\tUS-AK\t", "\tPR\t", "jurisdiction", "PR"},
    {"us-ak", "\tUS-AK\tAlaska\tbreach\tAlaska Stat. 45.48.010 et seq.",
	"\tUS-AL\tAlaska\tbreach\tAla. Code 8-38-1 et seq.", "regime",
	"line 2"},
    {"us-ak", "\tbreach\t", "\tbreaches\t", "kind", "breach, recall"},
    {"us-ak", "without-unreasonable-delay", "with-unreasonable-delay",
	"individual_deadline", "with-unreasonable-delay"},
    {"us-ak", "without-unreasonable-delay", "with-notice-to-individuals",
	"individual_deadline", "with-notice-to-individuals"},
    {"us-ak", "without-unreasonable-delay", "promptly@discovery",
	"individual_deadline", "anchor"},
    {"us-ak", "without-unreasonable-delay", "none;P3D", "individual_deadline",
	"none"},
    {"us-ak", "without-unreasonable-delay", "P3D|P4D", "individual_deadline",
	"tiers"},
    {"us-ak", "\tdiscovery\t", "\tnotice-to-individuals\t", "deadline_starts",
	"notice-to-individuals"},
    {"us-ca", "P15D@notice-to-individuals", "P15D@notice", "regulator_deadline",
	"notice"},
    {"us-ca", "P15D@notice-to-individuals", "P15@notice-to-individuals",
	"regulator_deadline", "P15"},
    {"us-ca", "P15D@notice-to-individuals", "P15D;", "regulator_deadline",
	"''"},
    {"us-hipaa", "P60D@calendar-year-end|P60D", "P60D@calendar-year-end",
	"regulator_threshold", "2 tiers"},
    {"us-hipaa", "\t1|500\t", "\t500\t", "regulator_threshold", "1 tiers"},
    {"us-hipaa", "\t1|500\t", "\t500|1\t", "regulator_threshold", "ascending"},
    {"us-hipaa", "\t1|500\t", "\t0|500\t", "regulator_threshold", "numbers"},
    {"us-az", "1001@P45D", "1001@P45", "cra_threshold", "P45"},
    {"us-az", "1001@P45D", "none@P45D", "cra_threshold", "none@P45D"},
    {"us-az", "1001@P45D", "1001@promptly", "cra_threshold", "duration"},
    {"us-az", "1001@P45D", "many", "cra_threshold", "many"},
    {"us-az", "\tyes\tthe person", "\tYes\tthe person", "email_allowed", "Yes"},
    {"us-az", "\tyes\tthe person", "\tn/a\tthe person", "email_allowed",
	"persons are told"},
    {"us-az", "\t100001\t", "\t100001 (\t", "substitute_threshold_count",
	"100001 ("},
    {"us-az", "\t50000\t", "\t50,000\t", "substitute_threshold_cost_usd",
	"50,000"},
    {"us-az", "website-45d", "website-46d", "substitute_methods",
	"website-46d"},
    {"us-gu", "any2(email,website,major-media)",
	"any4(email,website,major-media)", "substitute_methods", "any4"},
    {"us-gu", "any2(email,website,major-media)",
	"any2(email,website,major-medium)", "substitute_methods",
	"major-medium"},
    {"us-gu", "any2(email,website,major-media)", "any2(email,website",
	"substitute_methods", "any2"},
    {"us-az", "cra-contacts", "cra-contact", "required_elements",
	"cra-contact"},
    {"us-az", "date;data-types", "date;date;data-types", "required_elements",
	"twice"},
    {"us-az", "\tyes\t2026-01-23", "\tmaybe\t2026-01-23",
	"delay_for_law_enforcement", "maybe"},
    {"us-az", "\t2026-01-23\t", "\t2026-02-30\t", "as_of", "2026-02-30"},
    {"us-az", "\thigh\thigh\thigh\thigh\t", "\tsure\thigh\thigh\thigh\t",
	"confidence", "sure"},
    {"us-az", "\thigh\thigh\thigh\thigh\t", "\thigh\tsure\thigh\thigh\t",
	"confidence_deadline", "sure"},
    {"us-az", "\thigh\thigh\thigh\thigh\t", "\thigh\thigh\tsure\thigh\t",
	"confidence_channel", "sure"},
    {"us-az", "\thigh\thigh\thigh\thigh\t", "\thigh\thigh\thigh\tsure\t",
	"confidence_content", "sure"},
    {"us-az", "[checked]", "[unchecked]", "confidence_deadline", "[unchecked]"},
    {"us-az", " [checked]", "", "source", "[checked]"},
    {"in-dpdp", "effective:2027-05-13;", "effective:2027-02-29;", "trigger",
	"2027-02-29"},
    {"in-dpdp", "effective:2027-05-13;", "effective:soon;", "trigger", "soon"},
    {"in-dpdp", "effective:2027-05-13;", "effective:2027-05-13", "trigger",
	"effective"},
};

static void each_mistake_in_a_row_is_told_with_line_and_column(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(laws_spoiled); i++) {
		const struct spoiled *s = &laws_spoiled[i];
		struct law_texts t = texts();
		struct err e = {0};
		char where[80];
		unsigned line;
		struct buf b;

		spoil(&b, t.laws, s->id, s->from, s->to, &line);
		t.laws = buf_str(&b);
		snprintf(where, sizeof(where), "D/laws.tsv:%u: %s%s", line,
		    s->column ? s->column : "", s->column ? ": " : "");
		t_fails(parse(&t, &e), &e, ERR_INPUT, where);
		t_has(str_of(e.msg), s->says);
		buf_release(&b);
	}
}

static void a_mistake_beside_the_laws_is_told(void **state)
{
	static const struct {
		bool keywords;
		const char *id, *from, *to, *says;
	} row[] = {
	    {true, "date", "\telement\t", "\telements\t", "group: 'elements'"},
	    {true, "date", "\telement\t", "\tforbidden\t", "group: "},
	    {true, "date", "\telement\t", "\t", "not three fields"},
	    {true, "date", "date\t", "cause\t", "keyword: cause"},
	    {true, "date", "date\t", "Date\t", "keyword: 'Date'"},
	    {false, "us-ga", "\tsector\t", "\tsectors\t", "fact: 'sectors'"},
	    {false, "us-ga", "data-broker", "data-brokers",
		"words: 'data-brokers'"},
	    {false, "us-ga", "us-ga\t", "us-gx\t", "id: no row"},
	    {false, "us-ga", "\tsector\t", "\t", "not four fields"},
	    {false, "us-ga", "data-broker,public-agency", "", "words: "},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct law_texts t = texts();
		struct str *text =
		    row[i].keywords ? &t.keywords : &t.applicability;
		struct err e = {0};
		char where[80];
		unsigned line;
		struct buf b;

		spoil(&b, *text, row[i].id, row[i].from, row[i].to, &line);
		*text = buf_str(&b);
		snprintf(where, sizeof(where), "D/%s.tsv:%u: %s",
		    row[i].keywords ? "keywords" : "applicability", line,
		    row[i].says);
		t_fails(parse(&t, &e), &e, ERR_INPUT, where);
		buf_release(&b);
	}
}

static void heads_and_empty_files_are_looked_at(void **state)
{
	struct law_texts t = texts();
	struct err e = {0};

	(void)state;
	t.laws = S("");
	t_fails(parse(&t, &e), &e, ERR_INPUT, "no row");
	t.laws = S("id\tjurisdiction\tnames\n");
	t_fails(
	    parse(&t, &e), &e, ERR_INPUT, "laws.tsv:1: the head of column 3");
	t = texts();
	t.keywords = S("keyword\tmeaning\n");
	t_fails(parse(&t, &e), &e, ERR_INPUT, "keywords.tsv:1: ");
	t = texts();
	t.applicability = S("id\tfacts\twords\tquestion\n");
	t_fails(parse(&t, &e), &e, ERR_INPUT, "applicability.tsv:1: ");
}

static void a_missing_folder_is_told(void **state)
{
	struct law_pack *p;
	struct err e = {0};

	(void)state;
	t_fails(law_pack_load("/nonexistent/laws", &p, &e), &e, ERR_NOENT,
	    "laws.tsv");
	t_int(law_pack_load("/nonexistent/laws", &p, NULL), ERR_NOENT);
}

static void no_cut_through_the_laws_crashes(void **state)
{
	struct law_texts t = texts();
	size_t whole = t.laws.n;

	(void)state;
	for (size_t n = 0; n < whole; n += 211) {
		struct err e = {0};
		int r;

		t.laws.n = n;
		r = parse(&t, &e);
		t_int(r, e.code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(the_pack_is_without_a_mistake),
	    T(each_mistake_in_a_row_is_told_with_line_and_column),
	    T(a_mistake_beside_the_laws_is_told),
	    T(heads_and_empty_files_are_looked_at),
	    T(a_missing_folder_is_told),
	    T(no_cut_through_the_laws_crashes),
	};

	t_filter();
	return cmocka_run_group_tests_name(
	    "pack", tests, read_texts, free_texts);
}
