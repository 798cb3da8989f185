#include "notice/roll.h"

#include "t.h"

/* Two layouts: that of the first import, and that of a tranche. */
static const struct str columns[] = {S("ref"), S("city"), S("tranche")};

struct person_made {
	struct people_row row;
	const char *ref, *city, *tranche; /* tranche NULL: the first layout */
};

static struct person_made person(int number, const char *tranche)
{
	return (struct person_made){
	    .row = {.id = 16 * number,
		.person_id = S("P"),
		.addresses = S("a@example.org\nb@example.org"),
		.domain = S("example.org"),
		.name = S("Ann"),
		.language = S("de"),
		.segment = S("minor"),
		.jurisdiction = S("DE"),
		.flags = 1},
	    .ref = "R1",
	    .city = "Bonn",
	    .tranche = tranche,
	};
}

static void folder(char dir[64], const struct person_made *p, size_t n)
{
	struct people_writer *w;
	struct err e = {0};
	uint32_t plain, later;

	t_mkdir(dir);
	t_ok(people_writer_new(dir, &w, &e), &e);
	t_ok(people_writer_layout(w, columns, 2, &plain, &e), &e);
	t_ok(people_writer_layout(w, columns, 3, &later, &e), &e);
	for (size_t i = 0; i < n; i++) {
		struct buf cells = BUF_INIT(64 * KiB);
		struct people_row row = p[i].row;

		people_cell_add(&cells, str_of(p[i].ref));
		people_cell_add(&cells, str_of(p[i].city));
		if (p[i].tranche)
			people_cell_add(&cells, str_of(p[i].tranche));
		row.cells = buf_str(&cells);
		row.layout = p[i].tranche ? later : plain;
		t_ok(people_writer_add(w, &row, &e), &e);
		buf_release(&cells);
	}
	t_ok(people_writer_commit(w, &e), &e);
	people_writer_free(w);
}

/* Rolls these people; the tranches are copied out. */
static size_t rolled(
    const struct person_made *p, size_t n, struct roll_tranche *ret, size_t max)
{
	const struct roll_tranche *t;
	struct roll *r;
	struct err e = {0};
	char dir[64];
	size_t count;

	folder(dir, p, n);
	t_ok(roll_audience(dir, &r, &t, &count, &e), &e);
	t_true(count <= max);
	for (size_t i = 0; i < count; i++)
		ret[i] = t[i];
	roll_free(r);
	t_rmdir(dir);
	return count;
}

static bool same(const struct roll_tranche *a, const struct roll_tranche *b)
{
	return memcmp(a->sha256, b->sha256, DIGEST_SIZE) == 0;
}

static void people_are_counted_by_tranche(void **state)
{
	const struct person_made p[] = {person(1, NULL), person(2, "second"),
	    person(3, ""), person(4, "a third"), person(5, "second")};
	struct roll_tranche t[4];

	(void)state;
	t_int(rolled(p, 5, t, 4), 3);
	t_str(str_of(t[0].name), "");
	t_str(str_of(t[1].name), "a third");
	t_str(str_of(t[2].name), "second");
	t_int(t[0].people, 2);
	t_int(t[1].people, 1);
	t_int(t[2].people, 2);
	t_int(t[0].index, 0);
	t_int(t[2].index, 1);
	t_int(t[1].index, 2);
}

static void the_same_people_have_the_same_digest(void **state)
{
	const struct person_made p[] = {person(1, NULL), person(2, "x")};
	struct roll_tranche a[2], b[2];

	(void)state;
	t_int(rolled(p, 2, a, 2), 2);
	t_int(rolled(p, 2, b, 2), 2);
	t_true(same(&a[0], &b[0]) && same(&a[1], &b[1]));
	t_true(!same(&a[0], &a[1]));
}

/* Each thing in turn, of the one person of the second tranche. */
static void any_change_changes_its_tranche_and_no_other(void **state)
{
	struct roll_tranche was[2], is[2];
	struct person_made p[] = {person(1, NULL), person(2, "x")};

	(void)state;
	t_int(rolled(p, 2, was, 2), 2);
	for (int i = 0; i < 11; i++) {
		struct person_made *x = &p[1];

		*x = person(2, "x");
		switch (i) {
		case 0: x->row.id++; break;
		case 1: x->row.person_id = S("Q"); break;
		case 2:
			x->row.addresses = S("a@example.org\nc@example.org");
			break;
		case 3: x->row.name = S("Anna"); break;
		case 4: x->row.language = S(""); break;
		case 5: x->row.segment = S("Minor"); break;
		case 6: x->row.jurisdiction = S("AT"); break;
		case 7: x->row.flags = 3; break;
		case 8: x->ref = "R2"; break;
		case 9: /* the same bytes, cut elsewhere */
			x->ref = "R1B";
			x->city = "onn";
			break;
		case 10:
			x->row.person_id = S("PA");
			x->row.name = S("nn");
			break;
		}
		t_int(rolled(p, 2, is, 2), 2);
		t_true(same(&was[0], &is[0]), "case %d", i);
		t_true(!same(&was[1], &is[1]), "case %d", i);
	}
}

static void the_names_of_columns_count(void **state)
{
	const struct str one[] = {S("a"), S("b")}, other[] = {S("a"), S("c")};
	unsigned char sum[2][DIGEST_SIZE];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct people_row row = person(1, NULL).row;
		struct buf cells = BUF_INIT(64 * KiB);
		const struct roll_tranche *t;
		struct people_writer *w;
		struct roll *r;
		struct err e = {0};
		char dir[64];
		size_t n;

		t_mkdir(dir);
		people_cell_add(&cells, S("1"));
		people_cell_add(&cells, S("2"));
		row.cells = buf_str(&cells);
		t_ok(people_writer_new(dir, &w, &e), &e);
		t_ok(people_writer_layout(
			 w, i ? other : one, 2, &row.layout, &e),
		    &e);
		t_ok(people_writer_add(w, &row, &e), &e);
		t_ok(people_writer_commit(w, &e), &e);
		people_writer_free(w);
		t_ok(roll_audience(dir, &r, &t, &n, &e), &e);
		memcpy(sum[i], t->sha256, DIGEST_SIZE);
		roll_free(r);
		buf_release(&cells);
		t_rmdir(dir);
	}
	t_true(memcmp(sum[0], sum[1], DIGEST_SIZE) != 0);
}

static void an_order_is_an_order(void **state)
{
	struct person_made p[] = {person(1, NULL), person(2, NULL)};
	struct roll_tranche a, b;

	(void)state;
	p[0].ref = "X";
	rolled(p, 2, &a, 1);
	p[0].ref = "R1";
	p[1].ref = "X";
	rolled(p, 2, &b, 1);
	t_true(!same(&a, &b));
}

static void no_audience_is_refused(void **state)
{
	const struct roll_tranche *t;
	struct roll *r;
	struct err e = {0};
	char dir[64];
	size_t n;

	(void)state;
	t_mkdir(dir);
	t_fails(roll_audience(dir, &r, &t, &n, &e), &e, ERR_INPUT,
	    "has no audience yet");
	t_rmdir(dir);
	folder(dir, NULL, 0);
	t_fails(roll_audience(dir, &r, &t, &n, &e), &e, ERR_INPUT, "is empty");
	t_rmdir(dir);
}

static void strange_names_are_refused(void **state)
{
	char longest[ROLL_NAME + 1], dir[64];
	const struct roll_tranche *t;
	struct person_made p;
	struct roll *r;
	struct err e = {0};
	size_t n;

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[ROLL_NAME] = '\0';
	p = person(1, longest);
	folder(dir, &p, 1);
	t_fails(roll_audience(dir, &r, &t, &n, &e), &e, ERR_LIMIT,
	    "at most 127 bytes");
	t_rmdir(dir);
	p = person(1, "a\nb");
	folder(dir, &p, 1);
	t_fails(roll_audience(dir, &r, &t, &n, &e), &e, ERR_INPUT,
	    "control character");
	t_rmdir(dir);
}

static void too_many_tranches_are_refused(void **state)
{
	struct person_made p[ROLL_TRANCHES + 1];
	char name[ROLL_TRANCHES + 1][16], dir[64];
	const struct roll_tranche *t;
	struct roll *r;
	struct err e = {0};
	size_t n;

	(void)state;
	for (size_t i = 0; i <= ROLL_TRANCHES; i++) {
		snprintf(name[i], sizeof(name[i]), "t%zu", i);
		p[i] = person((int)i + 1, name[i]);
	}
	folder(dir, p, ROLL_TRANCHES);
	t_ok(roll_audience(dir, &r, &t, &n, &e), &e);
	t_int(n, ROLL_TRANCHES);
	roll_free(r);
	t_rmdir(dir);
	folder(dir, p, ROLL_TRANCHES + 1);
	t_fails(roll_audience(dir, &r, &t, &n, &e), &e, ERR_LIMIT,
	    "more than 256 tranches");
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(people_are_counted_by_tranche),
	    T(the_same_people_have_the_same_digest),
	    T(any_change_changes_its_tranche_and_no_other),
	    T(the_names_of_columns_count),
	    T(an_order_is_an_order),
	    T(no_audience_is_refused),
	    T(strange_names_are_refused),
	    T(too_many_tranches_are_refused),
	};
	return t_run("roll", tests);
}
