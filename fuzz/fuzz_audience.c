/* audience: the first byte chooses a fallback country and a mapping; the rest
 * is a file to import.  Every row is judged: all add up, what is kept can be
 * packed and read again, and whoever is a person has an id, a name or an
 * address.
 */
#include "fuzz.h"

#include "notice/audience.h"
#include "notice/intake.h"
#include "store/people.h"

struct seen {
	struct columns *columns;
	struct intake *intake;
	struct buf bytes;
	uint64_t people, problems;
};

static int on_problem(const struct intake_problem *p, void *arg, struct err *e)
{
	struct seen *s = arg;

	ENSURE(p->reason && *p->reason && p->line > 0);
	ENSURE(p->column == COLUMN_NOWHERE || p->column < s->columns->count);
	s->problems++;
	(void)e;
	return 0;
}

static void check_person(struct seen *s, const struct record *r)
{
	struct record again;
	struct str rest = r->addresses;

	ENSURE(r->person_id.n || r->name.n || record_key(r).n);
	ENSURE(r->language.n <= LIMIT_LANGUAGE &&
	       r->segment.n <= LIMIT_SEGMENT && r->jurisdiction.n < PLACE_CODE);
	while (rest.p && r->addresses.n)
		ENSURE(str_chr(str_cut(&rest, '\n'), '@') > 0);
	buf_reset(&s->bytes);
	record_put(r, &s->bytes);
	ENSURE(!s->bytes.over);
	record_get(buf_str(&s->bytes), &again);
	ENSURE(record_same(r, &again) && str_eq(r->cells, again.cells) &&
	       str_eq(r->addresses, again.addresses) &&
	       again.flags == r->flags && again.line == r->line);
	for (size_t i = 0; i < s->columns->cells; i++)
		ENSURE(people_cell(again.cells, i).p != NULL);
	ENSURE(people_cell(again.cells, s->columns->cells).p == NULL);
}

static int on_row(const struct csv_row *row, void *arg, struct err *e)
{
	static const struct columns_options o = {
	    .name = "fuzz", .no_email = true};
	struct seen *s = arg;
	enum intake_verdict verdict;
	struct record r;
	int rc;

	if (!s->columns) {
		rc = columns_parse(row, &o, &s->columns, e);
		if (rc == 0)
			s->intake = intake_new(s->columns, "US", on_problem, s);
		return rc;
	}
	rc = intake_row(s->intake, row, &verdict, &r, e);
	ENSURE(rc == 0);
	if (verdict == INTAKE_PERSON) {
		s->people++;
		check_person(s, &r);
	}
	return 0;
}

static void rows(struct str in)
{
	struct seen s = {.bytes = BUF_INIT(16 * MiB)};
	struct csv_options o = {0};
	struct err e = {0};
	struct csv *c;

	ENSURE(csv_new(&o, on_row, &s, &c, &e) == 0);
	if (csv_feed(c, in, &e) == 0)
		csv_end(c, &e);
	if (s.intake) {
		ENSURE(s.intake->rows == s.people + s.intake->rejected);
		ENSURE(s.problems == s.intake->rejected + s.intake->ignored);
	}
	csv_free(c);
	intake_free(s.intake);
	columns_free(s.columns);
	buf_release(&s.bytes);
}

void fuzz_one(struct str in)
{
	static const char *const map[] = {"email=a,name=b"};
	struct audience_options o = {.map = map};
	struct audience_result ret;
	struct err e = {0};
	unsigned char how;

	if (in.n == 0)
		return;
	how = (unsigned char)in.p[0];
	in = str_from(in, 1);
	o.country = how & 1 ? "CA" : NULL;
	o.map_count = how >> 1 & 1;
	o.no_email = how & 4;
	if (audience_judge(&o, in, &ret, &e) < 0)
		ENSURE(e.code && e.msg[0]);
	rows(in);
}
