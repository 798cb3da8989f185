#include "notice/columns.h"
#include "t.h"

#define MAX 16

/* Parses a header given by '|'. */
static int parse(
    const char *header, const char *map, struct columns **ret, struct err *e)
{
	struct str cell[MAX], rest = str_of(header);
	struct csv_row row = {.line = 1, .cell = cell};
	struct columns_options o = {
	    .name = "p.csv", .map = &map, .map_count = map != NULL};

	while (rest.p)
		cell[row.count++] = str_cut(&rest, '|');
	return columns_parse(&row, &o, ret, e);
}

static void known_names_are_met_in_any_dress(void **state)
{
	struct columns *c;
	struct err e = {0};

	t_ok(parse("Person ID| e-mail |EMAIL|Data-Types|Ref|post code", NULL,
		 &c, &e),
	    &e);
	t_int(c->at[COLUMN_PERSON_ID], 0);
	t_int(c->column[1].kind, COLUMN_MERGE);
	t_str(str_of(c->column[1].name), "e-mail");
	t_int(c->emails, 1);
	t_int(c->email[0], 2);
	t_int(c->at[COLUMN_DATA_TYPES], 3);
	t_int(c->at[COLUMN_POSTCODE], COLUMN_NOWHERE);
	t_int(c->cells, 4);
	t_str(c->cell_name[1], "data_types");
	t_str(c->cell_name[2], "Ref");
	columns_free(c);
}

static void addresses_are_tried_by_number_not_by_place(void **state)
{
	struct columns *c;
	struct err e = {0};

	t_ok(parse("email3|email|email_2|email17|email0", NULL, &c, &e), &e);
	t_int(c->emails, 3);
	t_int(c->email[0], 1);
	t_int(c->email[1], 2);
	t_int(c->email[2], 0);
	t_int(c->cells, 2); /* the last two are no addresses */
	columns_free(c);
}

static void a_mapping_overrules_the_names(void **state)
{
	struct columns *c;
	struct err e = {0};

	t_ok(parse("Mail|Last, First|name|X",
		 "email=mail,name=Last, First,"
		 "alias=name,kept=X",
		 &c, &e),
	    &e);
	t_int(c->email[0], 0);
	t_int(c->at[COLUMN_NAME], 1);
	t_str(c->cell_name[0], "alias");
	t_str(c->cell_name[1], "kept");
	columns_free(c);
}

static void doubles_are_refused_by_both_names(void **state)
{
	static const struct {
		const char *header, *map, *say;
	} c[] = {
	    {"email|Ref|ref", NULL, "column 2 ('Ref') and column 3 ('ref')"},
	    {"email|E mail|email1", NULL, "column 3 ('email1')"},
	    {"email|person_id|Person-Id", NULL, "('Person-Id')"},
	    {"email|Mail", "email=Mail", "column 2 ('Mail')"},
	    {"email||ref", NULL, "column 2 has no name"},
	    {"email|  ", NULL, "column 2 has no name"},
	};
	struct columns *cols;
	struct err e;

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		t_fails(parse(c[i].header, c[i].map, &cols, &e), &e, ERR_INPUT,
		    c[i].say);
}

static void without_an_address_column_the_likely_one_is_proposed(void **state)
{
	struct columns *c;
	struct err e;

	t_fails(parse("customer id|E-Mail|x", NULL, &c, &e), &e, ERR_INPUT,
	    "--map 'person_id=customer id,email=E-Mail'");
	t_fails(parse("E-Mail address|Mail|x", NULL, &c, &e), &e, ERR_INPUT,
	    "--map 'email=E-Mail address'");
	t_fails(parse("a|b", NULL, &c, &e), &e, ERR_INPUT, "there are: a, b");
}

static void a_wrong_mapping_is_a_usage_error(void **state)
{
	struct columns *c;
	struct err e;

	t_fails(
	    parse("email|a", "name=b", &c, &e), &e, ERR_USAGE, "no column 'b'");
	t_fails(parse("email|a", "name", &c, &e), &e, ERR_USAGE, "email=Mail");
	t_fails(parse("email|a", "=a", &c, &e), &e, ERR_USAGE, "email=Mail");
	t_fails(parse("email|a", "name=a,city=a", &c, &e), &e, ERR_USAGE,
	    "two meanings");
}

static void what_looks_like_more_is_mentioned(void **state)
{
	struct columns *c;
	struct buf text = BUF_INIT(4096);
	struct err e = {0};

	t_ok(parse("email|customer id|zip", NULL, &c, &e), &e);
	assert_true(columns_advice(c, &text));
	t_has(buf_str(&text), "person_id=customer id,postcode=zip");
	columns_free(c);
	buf_reset(&text);
	t_ok(parse("email|person_id|customer id", NULL, &c, &e), &e);
	assert_false(columns_advice(c, &text));
	columns_free(c);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(known_names_are_met_in_any_dress),
	    T(addresses_are_tried_by_number_not_by_place),
	    T(a_mapping_overrules_the_names),
	    T(doubles_are_refused_by_both_names),
	    T(without_an_address_column_the_likely_one_is_proposed),
	    T(a_wrong_mapping_is_a_usage_error),
	    T(what_looks_like_more_is_mentioned),
	};

	return t_run("columns", tests);
}
