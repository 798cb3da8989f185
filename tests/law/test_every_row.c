/* What must hold of every row of the pack, whatever the day. */
#include "pack.h"

#define DAY (24 * USEC_PER_HOUR)
#define ALL                                                    \
	(LAW_KIND_BREACH | LAW_KIND_RECALL | LAW_KIND_POLICY | \
	    LAW_KIND_HEALTH | LAW_KIND_TELECOM)
#define ROWS 256

/* The test's own reading of the table. */
static struct buf text;
static struct row {
	struct str id, place, individual, starts;
} row[ROWS];
static size_t rows;
static struct law_place everywhere[128];
static size_t places;

static void add_place(struct str code)
{
	for (size_t i = 0; i < places; i++)
		if (str_eq(everywhere[i].code, code))
			return;
	everywhere[places] =
	    (struct law_place){.code = code, .people = 100000 + 7 * places};
	places++;
}

static int read_rows(void **state)
{
	struct err e = {0};
	struct str rest;

	pack_open(state);
	buf_init(&text, 4 * MiB);
	t_ok(buf_read_file(&text, LAWS "/laws.tsv", &e), &e);
	rest = buf_str(&text);
	str_cut(&rest, '\n');
	while (rest.n) {
		struct str line = str_cut(&rest, '\n'), f[26];

		for (size_t i = 0; i < 26; i++)
			f[i] = str_cut(&line, '\t');
		row[rows++] = (struct row){f[0], f[1], f[6], f[7]};
		if (!str_eq(f[1], S("EU")) && !str_eq(f[1], S("US")) &&
		    !str_eq(f[1], S("CA")))
			add_place(f[1]);
	}
	add_place(S("DE"));
	add_place(S("FR"));
	add_place(S("CA-MB"));
	return 0;
}

static int free_rows(void **state)
{
	buf_release(&text);
	return pack_close(state);
}

static struct law_duties assess(const struct law_facts *f, struct arena *a)
{
	struct law_duties d;
	struct err e = {0};

	t_ok(law_assess(pack, f, everywhere, places, a, &d, &e), &e);
	return d;
}

static const struct row *row_of(const struct law_duty *d)
{
	for (size_t i = 0; i < rows; i++)
		if (str_eq(row[i].id, d->id))
			return &row[i];
	fail_msg("%.*s", STR_ARG(d->id));
	return NULL;
}

static bool counts_back(const struct law_duty *d)
{
	return str_eq(d->rule, S("before-change")) ||
	       str_eq(row_of(d)->starts, S("before-change"));
}

/* "P45D" and nothing else: the number of days, or 0. */
static uint64_t plain_days(struct str s)
{
	uint64_t n;

	if (s.n < 3 || s.p[0] != 'P' || s.p[s.n - 1] != 'D' ||
	    !str_to_u64(str_sub(s, 1, s.n - 2), 9999, &n))
		return 0;
	return n;
}

static void check_day(const struct law_duties *d, const struct law_facts *f)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct law_duty *y = &d->d[i];
		uint64_t days = plain_days(row_of(y)->individual);

		if (y->has_deadline && counts_back(y))
			t_true(y->deadline <= f->effective, "late");
		else if (y->has_deadline)
			t_true(y->deadline >= f->discovered, "%.*s",
			    STR_ARG(y->id));
		if (y->applies != LAW_NO && y->who == LAW_INDIVIDUALS && days &&
		    !str_eq(y->id, S("us-fcc-cpni-2023")) &&
		    !str_eq(row_of(y)->starts, S("change"))) {
			time_t s = (time_t)(f->discovered / USEC_PER_SEC);
			struct tm tm;

			gmtime_r(&s, &tm);
			tm.tm_mday += (int)days;
			t_int(y->deadline, (usec_t)timegm(&tm) * USEC_PER_SEC);
		}
		t_true(y->people > 0 && y->rule.n && y->rule_text.n &&
			   y->question.n && y->source.n && y->as_of.n,
		    "%.*s", STR_ARG(y->id));
		if (i == 0)
			continue;
		if (y->has_deadline)
			t_true(
			    y[-1].has_deadline && y[-1].deadline <= y->deadline,
			    "not sorted");
	}
}

static void each_row_gives_a_duty_on_each_day(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);

	(void)state;
	for (usec_t day = pack_moment("2027-10-01");
	     day < pack_moment("2028-03-10"); day += DAY) {
		struct law_facts f = {.kinds = ALL,
		    .discovered = day,
		    .effective = day + 90 * DAY,
		    .now = day};
		struct law_duties d = assess(&f, &a);

		for (size_t i = 0; i < rows; i++) {
			size_t n = 0;

			for (size_t k = 0; k < d.count; k++)
				n += str_eq(d.d[k].id, row[i].id);
			t_true(n > 0, "%.*s", STR_ARG(row[i].id));
		}
		check_day(&d, &f);
		arena_reset(&a);
	}
	arena_release(&a);
}

static const struct law_duty *same(
    const struct law_duties *d, const struct law_duty *y)
{
	for (size_t i = 0; i < d->count; i++)
		if (str_eq(d->d[i].id, y->id) && d->d[i].who == y->who &&
		    d->d[i].step == y->step)
			return &d->d[i];
	return NULL;
}

/* A later discovery never gives an earlier date, over years of days with leap
 * days and ends of months, with and without a house limit. */
static void dates_follow_the_discovery(void **state)
{
	struct arena a[2] = {ARENA_INIT(64 * MiB), ARENA_INIT(64 * MiB)};
	struct law_duties before = {.count = 0}, d;
	unsigned turn = 0;
	usec_t day = pack_moment("2027-06-01");

	(void)state;
	for (; day < pack_moment("2029-03-02"); day += DAY, turn ^= 1) {
		struct law_facts f = {
		    .kinds = ALL, .discovered = day, .house_limit = 10 * DAY};

		arena_reset(&a[turn]);
		d = assess(&f, &a[turn]);
		for (size_t i = 0; i < before.count; i++) {
			const struct law_duty *y = same(&d, &before.d[i]);

			t_true(y != NULL, "%.*s", STR_ARG(before.d[i].id));
			ENSURE(y);
			t_int(y->has_deadline, before.d[i].has_deadline);
			t_true(y->deadline >= before.d[i].deadline, "%.*s",
			    STR_ARG(y->id));
		}
		before = d;
	}
	arena_release(&a[0]);
	arena_release(&a[1]);
}

static uint64_t sum(bool (*counts)(struct str code))
{
	uint64_t n = 0;

	for (size_t i = 0; i < places; i++)
		n += counts(everywhere[i].code) ? everywhere[i].people : 0;
	return n;
}

static bool in_us(struct str c)
{
	return str_starts(c, S("US-"));
}

static bool in_ca(struct str c)
{
	return str_starts(c, S("CA-"));
}

static bool in_eu(struct str c)
{
	return str_eq(c, S("DE")) || str_eq(c, S("FR"));
}

static void people_add_up(void **state)
{
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = {
	    .kinds = ALL, .discovered = pack_moment("2026-11-01")};
	struct law_duties d = assess(&f, &a);

	(void)state;
	for (size_t i = 0; i < d.count; i++) {
		struct str j = d.d[i].jurisdiction;
		uint64_t want = 0;

		for (size_t k = 0; k < places; k++)
			if (str_eq(everywhere[k].code, j))
				want = everywhere[k].people;
		if (str_eq(j, S("US")))
			want = sum(in_us);
		else if (str_eq(j, S("EU")))
			want = sum(in_eu);
		else if (str_eq(j, S("CA")))
			want = sum(in_ca);
		t_int(d.d[i].people, want);
	}
	arena_release(&a);
}

/* Facts that are said in any mixture never take a law off the list: it is
 * told that it does not apply. */
static void no_fact_removes_a_row(void **state)
{
	static const char *const sectors[] = {
	    "", " , ", "general", "bank", "telecom,health", "food"};
	static const char *const types[] = {"", "name", "ssn,health"};
	static const char *const roles[] = {"", "owner", "processor"};
	struct arena a = ARENA_INIT(64 * MiB);
	struct law_facts f = {
	    .kinds = ALL, .discovered = pack_moment("2026-11-01")};
	size_t count = assess(&f, &a).count;

	(void)state;
	/* 5 is prime to the numbers of answers: a fair choice of the mixtures */
	for (unsigned i = 0; i < 6 * 3 * 3 * 9; i += 5) {
		struct law_duties d;

		f.sector = str_of(sectors[i % 6]);
		f.data_types = str_of(types[i / 6 % 3]);
		f.role = str_of(roles[i / 18 % 3]);
		f.encrypted = (enum law_answer)(i / 54 % 3);
		f.listed = (enum law_answer)(i / 162 % 3);
		arena_reset(&a);
		d = assess(&f, &a);
		t_int(d.count, count);
		check_day(&d, &f);
	}
	arena_release(&a);
}

static void too_little_memory_is_an_error(void **state)
{
	(void)state;
	for (size_t max = 0; max < 600 * KiB; max += 10 * KiB) {
		struct arena a = ARENA_INIT(max);
		struct law_facts f = {
		    .kinds = ALL, .discovered = pack_moment("2026-11-01")};
		struct law_duties d;
		struct err e = {0};

		if (law_assess(pack, &f, everywhere, places, &a, &d, &e) < 0)
			t_int(e.code, ERR_LIMIT);
		else
			t_true(!a.failed && d.count > rows, "cut short");
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(each_row_gives_a_duty_on_each_day),
	    T(dates_follow_the_discovery),
	    T(people_add_up),
	    T(no_fact_removes_a_row),
	    T(too_little_memory_is_an_error),
	};

	t_filter();
	return cmocka_run_group_tests_name(
	    "every_row", tests, read_rows, free_rows);
}
