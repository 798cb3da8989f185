#include "t.h"

#include "notice/segment.h"

#define MASSACHUSETTS "[massachusetts]\njurisdiction = US-MA, us-il\n"

static struct segment_rules *parse(const char *text)
{
	struct segment_rules *r = NULL;
	struct err e = {0};

	t_ok(segment_rules_parse(str_of(text), "segments.ini", &r, &e), &e);
	return r;
}

struct one {
	const char *place, *segment, *role, *data_types;
};

static struct str segment(const struct segment_rules *r, const struct one *one)
{
	struct people_layout *l =
	    mem_zalloc(sizeof(*l) + 3 * sizeof(l->name[0]));
	struct buf cells = BUF_INIT(KiB);
	struct people_row row = {.segment = str_of(one->segment),
	    .jurisdiction = str_of(one->place)};
	struct str s;

	l->count = 3;
	l->name[0] = S("data_types");
	l->name[1] = S("ref");
	l->name[2] = S("role");
	people_cell_add(&cells, str_of(one->data_types));
	people_cell_add(&cells, S("guardian"));
	people_cell_add(&cells, str_of(one->role));
	row.cells = buf_str(&cells);
	s = segment_of(r, l, &row);
	buf_release(&cells);
	free(l);
	return s;
}

static void the_first_rule_that_fits_decides(void **state)
{
	static const char text[] =
	    "\xef\xbb\xbf; who reads what\r\n" MASSACHUSETTS
	    "[minor]\r\nrole: guardian, next of kin\r\n\r\n"
	    "[tax-number]\njurisdiction=US\ndata_types= ssn,itin\n"
	    "# all of the Union\n[union]\njurisdiction = EU, PR\n"
	    "[health-data]\ndata_types = health\n";
	static const struct {
		struct one one;
		const char *want;
	} rows[] = {
	    {{"US-MA", "", "", ""}, "massachusetts"},
	    {{"US-IL", "", "guardian", "ssn"}, "massachusetts"},
	    {{"US-MA", "vip", "", ""}, "vip"},
	    {{"US-CA", "", "Guardian", "ssn"}, "minor"},
	    {{"US-CA", "", "self; NEXT_OF-KIN", ""}, "minor"},
	    {{"US-CA", "", "guardians", ""}, ""},
	    {{"US-CA", "", "", "health|SSN"}, "tax-number"},
	    {{"US", "", "", "itin"}, "tax-number"},
	    {{"DE", "", "self", "ssn"}, "union"},
	    {{"GB", "", "", "ssn"}, ""},
	    {{"CH", "", "", "ssn;health"}, "health-data"},
	    {{"US-PR", "", "", ""}, "union"},
	    {{"", "", "", "health"}, "health-data"},
	    {{"", "", "", ""}, ""},
	    {{"USA", "", "", "ssn"}, ""},
	};
	struct segment_rules *r = parse(text);

	t_int(segment_rules_count(r), 5);
	t_str(segment_rules_name(r, 2), "tax-number");
	t_true(segment_rules_need_cells(r), "role and data_types are cells");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_str(segment(r, &rows[i].one), rows[i].want);
	segment_rules_free(r);
}

static void places_alone_need_no_cells(void **state)
{
	struct segment_rules *r = parse(MASSACHUSETTS);
	struct people_group g = {.jurisdiction = S("US-MA")};

	t_true(!segment_rules_need_cells(r), "groups suffice");
	t_str(segment_of_group(r, &g), "massachusetts");
	g.segment = S("own");
	t_str(segment_of_group(r, &g), "own");
	segment_rules_free(r);
	g.segment = STR_NONE;
	t_str(segment_of_group(NULL, &g), "");
	t_true(!segment_rules_need_cells(NULL), "no rules");
	t_int(segment_rules_count(NULL), 0);
}

static void refuses_with_file_and_line(void **state)
{
	static const struct {
		const char *text, *part;
	} rows[] = {
	    {"[a-b-c]\n[minor]\nrole = x\n", "s:1: [a-b-c] asks nothing"},
	    {"[minor]\nrole = x\n\n[other]\n", "s:4: [other] asks nothing"},
	    {"[minor]\nrole =\n", "s:2: role: there is no word"},
	    {"[minor]\nrole = , ,\n", "s:2: role: there is no word"},
	    {"[ma]\njurisdiction = US-MA\n", "s:1: [ma] looks like a language"},
	    {"[ssn]\n", "language"},
	    {"[us-ma]\n", "language"},
	    {"[pt_BR]\n", "language"},
	    {"[minor]\nrole=x\n[Minor]\nrole=y\n",
		"s:3: [Minor] stands on line 1"},
	    {"[minor]\nrole=x\nrole=y\n", "s:3: [minor] has role twice"},
	    {"[minor]\nage = 12\n", "s:2: [minor] has no key 'age'"},
	    {"[minor]\nRole = x\n", "no key 'Role'"},
	    {"role = x\n", "s:1: 'role' stands before"},
	    {"[minor]\nrole x\n", "s:2: this is neither"},
	    {"[minor\nrole = x\n", "s:1: there is no ]"},
	    {"[]\n", "s:1: a segment is named"},
	    {"[a.b]\n", "a segment is named"},
	    {"[a/b]\n", "a segment is named"},
	    {"[a b]\n", "a segment is named"},
	    {"[home]\njurisdiction = US-ZZ\n", "s:2: jurisdiction: 'US-ZZ'"},
	    {"[home]\njurisdiction = DE, XQ\n", "s:2: jurisdiction: 'XQ'"},
	    {"[home]\njurisdiction = Germany\n",
		"s:2: jurisdiction: 'Germany'"},
	    {"[home]\nrole = a\x01z\n", "s:2: there is a control"},
	    {"[home]\nrole = a\xff\n", "s:2: this is no UTF-8"},
	};
	struct segment_rules *r = NULL;
	struct err e = {0};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_fails(segment_rules_parse(str_of(rows[i].text), "s", &r, &e),
		    &e, ERR_INPUT, rows[i].part);
}

static void limits_are_kept(void **state)
{
	struct buf text = BUF_INIT(4 * MiB);
	struct segment_rules *r = NULL;
	struct err e = {0};

	for (size_t i = 0; i <= SEGMENT_RULES; i++)
		buf_addf(&text, "[segment-%zu]\nrole=x\n", i);
	t_fails(segment_rules_parse(buf_str(&text), "s", &r, &e), &e, ERR_LIMIT,
	    "s:513: more than 256 segments");
	buf_reset(&text);
	buf_addz(&text, "[minor]\nrole=x");
	for (size_t i = 0; i < SEGMENT_WORDS; i++)
		buf_addz(&text, ",x");
	t_fails(segment_rules_parse(buf_str(&text), "s", &r, &e), &e, ERR_LIMIT,
	    "s:2: role: more than 1024 words");
	buf_reset(&text);
	buf_addf(&text, "[%0*d]\nrole=x", (int)LIMIT_SEGMENT + 1, 0);
	t_fails(segment_rules_parse(buf_str(&text), "s", &r, &e), &e, ERR_INPUT,
	    "s:1: a segment is named");
	buf_release(&text);
}

static void a_folder_without_the_file_has_no_rules(void **state)
{
	struct segment_rules *r = NULL;
	struct notice n = {0};
	struct err e = {0};
	char tmp[64];

	n.dir = str_of(t_mkdir(tmp));
	t_ok(segment_rules_load(&n, &r, &e), &e);
	t_int(segment_rules_count(r), 0);
	segment_rules_free(r);
	t_write(tmp, "segments.ini", S("[minor]\nrole = x\n"));
	t_ok(segment_rules_load(&n, &r, &e), &e);
	t_int(segment_rules_count(r), 1);
	segment_rules_free(r);
	t_write(tmp, "segments.ini", S("[minor]\n"));
	t_fails(segment_rules_load(&n, &r, &e), &e, ERR_INPUT,
	    "segments.ini:1: [minor]");
	t_rmdir(tmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(the_first_rule_that_fits_decides),
	    T(places_alone_need_no_cells),
	    T(refuses_with_file_and_line),
	    T(limits_are_kept),
	    T(a_folder_without_the_file_has_no_rules),
	};

	return t_run("segment", tests);
}
