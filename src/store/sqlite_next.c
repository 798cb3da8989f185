#include "store/sqlite_private.h"

/* A domain with no more people than this is walked whole; a larger one is
 * met often enough among those who are due. */
#define SMALL_DOMAIN 10000

/* ---- rows */

/* Columns 0 to 10. */
static void read_person(sqlite3_stmt *q, struct people_row *ret)
{
	ret->id = sqlite3_column_int64(q, 0);
	ret->layout = (uint32_t)sqlite3_column_int64(q, 1);
	ret->person_id = store_column(q, 2);
	ret->addresses = store_column(q, 3);
	ret->domain = store_column(q, 4);
	ret->name = store_column(q, 5);
	ret->language = store_column(q, 6);
	ret->segment = store_column(q, 7);
	ret->jurisdiction = store_column(q, 8);
	ret->flags = (uint32_t)sqlite3_column_int64(q, 9);
	ret->cells = store_column(q, 10);
}

/* DUE_COLUMNS: person, state from 11, letter from 17. */
static void read_due(sqlite3_stmt *q, struct store_due *ret)
{
	struct letter_record *l = &ret->letter;
	struct str sha;

	*ret = (struct store_due){0};
	read_person(q, &ret->row);
	if (sqlite3_column_type(q, 11) != SQLITE_NULL)
		store_column_state(q, 11, &ret->state);
	ret->has_letter = sqlite3_column_type(q, 17) != SQLITE_NULL;
	if (!ret->has_letter)
		return;
	l->date = sqlite3_column_int64(q, 17);
	l->template = sqlite3_column_int64(q, 18);
	l->code = store_column(q, 19);
	l->sig[0] = store_column(q, 20);
	l->sig[1] = store_column(q, 21);
	l->address_no = (uint32_t)sqlite3_column_int64(q, 23);
	sha = store_column(q, 22);
	if (sha.n == sizeof(l->sha256))
		memcpy(l->sha256, sha.p, sha.n);
}

/* Gives each row to `fn`; how many, or negative. */
static int give(struct store *s, sqlite3_stmt *q, store_due_fn *fn, void *arg,
    struct err *e)
{
	struct store_due d;
	int rc = SQLITE_DONE, r = 0, n = 0;

	while (r >= 0 && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		read_due(q, &d);
		n++;
		r = fn(&d, arg);
	}
	if (r >= 0 && rc != SQLITE_DONE)
		r = store_fail(s, e, "read who is next");
	sqlite3_reset(q);
	return r < 0 ? r : n;
}

/* ---- never touched */

struct fresh {
	struct str domain;
	unsigned part, parts, limit;
	store_due_fn *fn;
	void *arg;
};

/* The id STORE_WALK_ROWS further on; INT64_MAX at the end. */
static int fresh_end(struct store *s, int64_t after, const struct fresh *f,
    int64_t *ret, struct err *e)
{
	sqlite3_stmt *q =
	    store_sql(s, f->domain.n ? SQL_FRESH_DOMAIN_END : SQL_FRESH_END, e);
	int rc, r = 0;

	if (!q)
		return ERR_DB;
	sqlite3_bind_int64(q, 1, after);
	sqlite3_bind_int(q, 2, STORE_WALK_ROWS - 1);
	if (f->domain.n)
		store_bind(q, 3, f->domain);
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int64(q, 0);
	else if (rc == SQLITE_DONE)
		*ret = INT64_MAX;
	else
		r = store_fail(s, e, "walk the audience");
	sqlite3_reset(q);
	return r;
}

static int fresh_piece(struct store *s, int64_t after, int64_t end,
    const struct fresh *f, unsigned limit, struct err *e)
{
	sqlite3_stmt *q =
	    store_sql(s, f->domain.n ? SQL_FRESH_DOMAIN : SQL_FRESH, e);
	struct store_due d;
	int rc, r = 0, n = 0;

	if (!q)
		return ERR_DB;
	sqlite3_bind_int64(q, 1, after);
	sqlite3_bind_int64(q, 2, end);
	sqlite3_bind_int64(q, 3, f->parts ? f->parts : 1);
	sqlite3_bind_int64(q, 4, f->part);
	sqlite3_bind_int64(q, 5, limit);
	if (f->domain.n)
		store_bind(q, 6, f->domain);
	while (r >= 0 && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		d = (struct store_due){0};
		read_person(q, &d.row);
		n++;
		r = f->fn(&d, f->arg);
	}
	if (r >= 0 && rc != SQLITE_DONE)
		r = store_fail(s, e, "read who is next");
	sqlite3_reset(q);
	return r < 0 ? r : n;
}

int store_next_fresh(struct store *s, int64_t after, struct str domain,
    unsigned part, unsigned parts, unsigned limit, store_due_fn *fn, void *arg,
    struct err *e)
{
	const struct fresh f = {domain, part, parts, limit, fn, arg};
	int64_t end = after;
	unsigned n = 0;
	int r = store_need_audience(s, e);

	while (r >= 0 && n < limit && end < INT64_MAX) {
		after = end;
		r = fresh_end(s, after, &f, &end, e);
		if (r >= 0)
			r = fresh_piece(s, after, end, &f, limit - n, e);
		if (r > 0)
			n += (unsigned)r;
	}
	return r < 0 ? r : (int)n;
}

/* ---- to try again */

static int is_small(
    struct store *s, struct str domain, bool *ret, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_DOMAIN_SIZE, e);
	int rc, r = 0;

	if (!q)
		return ERR_DB;
	store_bind(q, 1, domain);
	sqlite3_bind_int(q, 2, SMALL_DOMAIN);
	rc = sqlite3_step(q);
	*ret = rc == SQLITE_DONE;
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		r = store_fail(s, e, "measure a domain");
	sqlite3_reset(q);
	return r;
}

int store_next_due(struct store *s, usec_t now, struct str domain,
    unsigned part, unsigned parts, unsigned limit, store_due_fn *fn, void *arg,
    struct err *e)
{
	unsigned n = 0;
	bool small = false;
	int r = store_need_audience(s, e);

	if (r >= 0 && domain.n)
		r = is_small(s, domain, &small, e);
	/* the uncertain, then the others; a small domain at one go */
	for (int others = small; others < 2 && r >= 0 && n < limit; others++) {
		sqlite3_stmt *q =
		    store_sql(s, small ? SQL_DUE_SMALL_DOMAIN : SQL_DUE, e);

		if (!q)
			return ERR_DB;
		sqlite3_bind_int64(q, 1, now);
		sqlite3_bind_int64(q, 2, limit - n);
		sqlite3_bind_int64(q, 3, parts ? parts : 1);
		sqlite3_bind_int64(q, 4, part);
		store_bind(q, 5, domain);
		if (!small)
			sqlite3_bind_int(q, 6, others);
		r = give(s, q, fn, arg, e);
		if (r > 0)
			n += (unsigned)r;
	}
	return r < 0 ? r : (int)n;
}

int store_next_held(struct store *s, int64_t after, unsigned part,
    unsigned parts, unsigned limit, store_due_fn *fn, void *arg, struct err *e)
{
	int r = store_need_audience(s, e);
	sqlite3_stmt *q = r < 0 ? NULL : store_sql(s, SQL_HELD, e);

	if (!q)
		return r < 0 ? r : ERR_DB;
	sqlite3_bind_int64(q, 1, after);
	sqlite3_bind_int64(q, 2, limit);
	sqlite3_bind_int64(q, 3, parts ? parts : 1);
	sqlite3_bind_int64(q, 4, part);
	return give(s, q, fn, arg, e);
}

int store_earliest_due(struct store *s, usec_t *ret, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_EARLIEST, e);
	int r = 0;

	if (!q)
		return ERR_DB;
	*ret = 0;
	for (int others = 0; others < 2 && r == 0; others++) {
		sqlite3_bind_int(q, 1, others);
		if (sqlite3_step(q) != SQLITE_ROW) {
			r = store_fail(s, e, "read who is due");
		} else if (sqlite3_column_type(q, 0) != SQLITE_NULL) {
			usec_t due = sqlite3_column_int64(q, 0);

			/* 0 says nobody waits */
			if (due < 1)
				due = 1;
			if (!*ret || due < *ret)
				*ret = due;
		}
		sqlite3_reset(q);
	}
	return r;
}

int store_next_domains(struct store *s, struct str after, unsigned limit,
    store_domain_fn *fn, void *arg, struct err *e)
{
	struct buf last = BUF_INIT(64 * KiB);
	sqlite3_stmt *q;
	unsigned n = 0;
	int rc = SQLITE_ROW, r = store_need_audience(s, e);

	q = r < 0 ? NULL : store_sql(s, SQL_NEXT_DOMAIN, e);
	if (!q)
		return r < 0 ? r : ERR_DB;
	buf_add(&last, after);
	/* from one domain to the next, over all of its people in one step */
	while (r >= 0 && n < limit) {
		store_bind(q, 1, buf_str(&last));
		rc = sqlite3_step(q);
		if (rc != SQLITE_ROW)
			break;
		buf_reset(&last);
		buf_add(&last, store_column(q, 0));
		sqlite3_reset(q);
		n++;
		r = fn(buf_str(&last), arg);
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		r = store_fail(s, e, "read the domains");
	sqlite3_reset(q);
	buf_release(&last);
	return r < 0 ? r : (int)n;
}

/* ---- everybody who was tried */

int store_standings(struct store *s, int64_t after, struct store_standing *ret,
    size_t room, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_STANDINGS, e);
	size_t n = 0;
	int rc = SQLITE_ROW, r = 0;

	if (!q)
		return ERR_DB;
	sqlite3_bind_int64(q, 1, after);
	sqlite3_bind_int64(q, 2, (sqlite3_int64)room);
	while (n < room && (rc = sqlite3_step(q)) == SQLITE_ROW)
		ret[n++] = (struct store_standing){
		    .person = sqlite3_column_int64(q, 0),
		    .status = (enum person_status)sqlite3_column_int(q, 1),
		    .resent = sqlite3_column_int(q, 2) != 0,
		    .first_try = sqlite3_column_int64(q, 3)};
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		r = store_fail(s, e, "read where people stand");
	sqlite3_reset(q);
	return r < 0 ? r : (int)n;
}

/* ---- one person */

int store_get(struct store *s, int64_t person, struct arena *a,
    struct store_due *ret, struct err *e)
{
	struct str *fields[] = {&ret->row.person_id, &ret->row.addresses,
	    &ret->row.domain, &ret->row.name, &ret->row.language,
	    &ret->row.segment, &ret->row.jurisdiction, &ret->row.cells,
	    &ret->letter.code, &ret->letter.sig[0], &ret->letter.sig[1]};
	sqlite3_stmt *q;
	int rc, r = store_need_audience(s, e);

	q = r < 0 ? NULL : store_sql(s, SQL_PERSON, e);
	if (!q)
		return r < 0 ? r : ERR_DB;
	sqlite3_bind_int64(q, 1, person);
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		read_due(q, ret);
		for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
			*fields[i] = arena_dup(a, *fields[i]);
		r = a->failed ? err_set(e, ERR_LIMIT,
				    "a person's record is too large")
			      : 1;
	} else if (rc != SQLITE_DONE) {
		r = store_fail(s, e, "read a person");
	}
	sqlite3_reset(q);
	return r;
}
