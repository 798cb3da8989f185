#include "notice/person.h"
#include "t.h"

static struct people_layout *layout(const char *const *names, size_t n)
{
	struct people_layout *l =
	    mem_zalloc(sizeof(*l) + n * sizeof(l->name[0]));

	l->id = 1;
	l->count = n;
	for (size_t i = 0; i < n; i++)
		l->name[i] = str_of(names[i]);
	return l;
}

static struct people_row row(struct buf *cells)
{
	people_cell_add(cells, S("blue"));
	people_cell_add(cells, S(""));
	people_cell_add(cells, S("M\xc3\xbcnchen"));
	return (struct people_row){.id = 32,
	    .layout = 1,
	    .person_id = S("1001"),
	    .addresses = S("a@example.com\nb@example.org"),
	    .name = S("Jane Doe"),
	    .language = S("en"),
	    .segment = S("minor"),
	    .jurisdiction = S("US-CA"),
	    .cells = buf_str(cells)};
}

static const char *const columns[] = {"colour", "size", "city"};

static void every_column_is_a_field(void **state)
{
	static const struct {
		const char *name, *want;
	} c[] = {{"person_id", "1001"}, {"name", "Jane Doe"},
	    {"email", "b@example.org"}, {"language", "en"},
	    {"segment", "minor"}, {"jurisdiction", "US-CA"}, {"code", "X-1"},
	    {"colour", "blue"}, {"size", ""}, {"city", "M\xc3\xbcnchen"}};
	struct buf cells = BUF_INIT(1000);
	struct people_layout *l = layout(columns, ARRAY_SIZE(columns));
	struct people_row r = row(&cells);
	struct person p;

	person_from_row(&r, &p);
	t_int(p.id, 32);
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		int32_t n = person_field_number(l, str_of(c[i].name));

		t_true(n != PERSON_FIELD_NONE, "%s", c[i].name);
		t_str(person_field(&p, n, 1, S("X-1")), c[i].want);
	}
	free(l);
	buf_release(&cells);
}

static void an_unknown_column_has_no_number_and_no_text(void **state)
{
	static const char *const names[] = {"", "Colour", "colou", "nam"};
	struct buf cells = BUF_INIT(1000);
	struct people_layout *l = layout(columns, ARRAY_SIZE(columns));
	struct people_row r = row(&cells);
	struct person p;

	person_from_row(&r, &p);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		t_int(person_field_number(l, str_of(names[i])),
		    PERSON_FIELD_NONE);
	t_int(person_field(&p, PERSON_FIELD_NONE, 0, S("c")).n, 0);
	t_int(person_field(&p, 3, 0, S("c")).n, 0);
	free(l);
	buf_release(&cells);
}

static void email_is_the_address_in_use(void **state)
{
	struct buf cells = BUF_INIT(1000);
	struct people_layout *l = layout(columns, ARRAY_SIZE(columns));
	struct people_row r = row(&cells);
	int32_t email = person_field_number(l, S("email"));
	struct person p;

	person_from_row(&r, &p);
	t_int(p.addresses, 2);
	t_str(person_field(&p, email, 0, STR_NONE), "a@example.com");
	t_str(person_field(&p, email, 1, STR_NONE), "b@example.org");
	t_int(person_field(&p, email, 2, STR_NONE).n, 0);
	r.addresses = STR_NONE;
	person_from_row(&r, &p);
	t_int(p.addresses, 0);
	t_int(person_field(&p, email, 0, STR_NONE).n, 0);
	free(l);
	buf_release(&cells);
}

static void more_addresses_than_fit_are_left_out(void **state)
{
	struct people_layout *l = layout(NULL, 0);
	struct buf many = BUF_INIT(4096);
	struct people_row r = {.id = 16};
	struct person p;

	for (size_t i = 0; i < LIMIT_PERSON_ADDRESSES + 5; i++)
		buf_addf(&many, "%sp%zu@example.com", i ? "\n" : "", i);
	r.addresses = buf_str(&many);
	person_from_row(&r, &p);
	t_int(p.addresses, LIMIT_PERSON_ADDRESSES);
	t_str(p.address[LIMIT_PERSON_ADDRESSES - 1], "p15@example.com");
	t_int(person_field(&p, person_field_number(l, S("email")),
		  LIMIT_PERSON_ADDRESSES, STR_NONE)
		  .n,
	    0);
	free(l);
	buf_release(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(every_column_is_a_field),
	    T(an_unknown_column_has_no_number_and_no_text),
	    T(email_is_the_address_in_use),
	    T(more_addresses_than_fit_are_left_out),
	};

	return t_run("person", tests);
}
