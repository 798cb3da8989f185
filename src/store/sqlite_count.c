#include "store/sqlite_private.h"

/* Sites counted in one walk over the states: 13 counters each. */
#define SITES_AT_ONCE 65536
#define LIST_ROWS     500

/* ---- tally(status, resent, attempts, site, addressless) */

static void tally_step(sqlite3_context *c, int n, sqlite3_value **v)
{
	struct store *s = sqlite3_user_data(c);
	struct store_tally *t = s->tally;
	int status = sqlite3_value_int(v[0]);
	int64_t site;

	(void)n;
	if (status < 0 || status >= PERSON_STATUS_COUNT)
		return; /* the sweep names it */
	t->states++;
	t->by_status[status]++;
	t->resent += sqlite3_value_int(v[1]) != 0;
	t->attempts += (uint64_t)sqlite3_value_int64(v[2]);
	t->addressless += sqlite3_value_int(v[4]) != 0;
	if (!t->by_site)
		return;
	site = sqlite3_value_int64(v[3]) - t->site_from;
	if (site >= 0 && site < t->site_n)
		t->by_site[site][status]++;
}

static void tally_final(sqlite3_context *c)
{
	sqlite3_result_null(c);
}

int store_tally_register(struct store *s)
{
	return sqlite3_create_function_v2(s->db, "tally", 5,
		   SQLITE_UTF8 | SQLITE_DIRECTONLY, s, NULL, tally_step,
		   tally_final, NULL) == SQLITE_OK
		   ? 0
		   : ERR_NOMEM;
}

/* One id part after the other, so that no read transaction is long. A person
 * touched meanwhile is counted once, as found; the sums stay whole. */
static int tally_all(struct store *s, struct store_tally *t, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_TALLY, e);
	int r = q ? 0 : ERR_DB;
	int64_t from = INT64_MIN;

	s->tally = t;
	for (int i = 0; i < STORE_PARTS && r == 0; i++) {
		sqlite3_bind_int64(q, 1, from);
		sqlite3_bind_int64(q, 2, store_part_end(i));
		r = store_run(s, q, e, "count the states");
		from = store_part_end(i);
	}
	s->tally = NULL;
	return r;
}

static int read_people(
    struct store *s, uint64_t *ret_people, uint64_t *ret_none, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_PEOPLE, e);
	int r = 0;

	if (!q)
		return ERR_DB;
	if (sqlite3_step(q) != SQLITE_ROW) {
		r = store_fail(s, e, "read the size of the audience");
	} else {
		*ret_people = (uint64_t)sqlite3_column_int64(q, 0);
		*ret_none = (uint64_t)sqlite3_column_int64(q, 1);
	}
	sqlite3_reset(q);
	return r;
}

/* SENDING is what a sender has in hand: it waits if that sender lives. */
static void settle_sending(uint64_t by_status[PERSON_STATUS_COUNT], bool held)
{
	by_status[held ? PERSON_PENDING : PERSON_UNCERTAIN] +=
	    by_status[PERSON_SENDING];
	by_status[PERSON_SENDING] = 0;
}

int store_count(struct store *s, struct store_counts *ret, struct err *e)
{
	struct store_tally t = {0};
	uint64_t no_address = 0, untouched_none;
	bool held = store_lease_held(s->dir);
	int r = store_need_audience(s, e);

	*ret = (struct store_counts){0};
	if (r == 0)
		r = read_people(s, &ret->audience, &no_address, e);
	if (r == 0)
		r = tally_all(s, &t, e);
	if (r < 0)
		return r;
	if (t.addressless > no_address ||
	    t.states - t.addressless > ret->audience - no_address)
		return err_set(e, ERR_DB,
		    "%s: holds states of %llu people, but the audience has "
		    "only %llu: audience.db is not the one that was sent to",
		    s->path, (unsigned long long)t.states,
		    (unsigned long long)ret->audience);
	memcpy(ret->by_status, t.by_status, sizeof(ret->by_status));
	untouched_none = no_address - t.addressless;
	ret->by_status[PERSON_OTHER_CHANNEL] += untouched_none;
	ret->by_status[PERSON_PENDING] +=
	    ret->audience - t.states - untouched_none;
	ret->open_intents = t.by_status[PERSON_SENDING];
	ret->resent = t.resent;
	ret->attempts = t.attempts;
	settle_sending(ret->by_status, held);
	return 0;
}

/* ---- by site */

static int read_site(struct store *s, int64_t after, int64_t *ret_id,
    struct buf *ret_name, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int rc, r = 0;

	if (sqlite3_prepare_v2(s->db,
		"SELECT id, name FROM site WHERE id > ?1 ORDER BY id LIMIT 1",
		-1, &q, NULL) != SQLITE_OK)
		return store_fail(s, e, "read the sites");
	sqlite3_bind_int64(q, 1, after);
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		*ret_id = sqlite3_column_int64(q, 0);
		buf_reset(ret_name);
		buf_add(ret_name, store_column(q, 1));
		r = 1;
	} else if (rc != SQLITE_DONE) {
		r = store_fail(s, e, "read the sites");
	}
	sqlite3_finalize(q);
	return r;
}

/* Sites with ids in [t->site_from, + t->site_n). */
static int give_sites(struct store *s, const struct store_tally *t, bool held,
    store_site_fn *fn, void *arg, struct err *e)
{
	struct buf name = BUF_INIT(64 * KiB);
	struct store_site site;
	int64_t id = t->site_from - 1;
	int r;

	while ((r = read_site(s, id, &id, &name, e)) > 0) {
		if (id >= t->site_from + t->site_n) {
			r = 0;
			break;
		}
		site.name = buf_str(&name);
		memcpy(site.by_status, t->by_site[id - t->site_from],
		    sizeof(site.by_status));
		settle_sending(site.by_status, held);
		r = fn(&site, arg);
		if (r < 0)
			break;
	}
	buf_release(&name);
	return r;
}

int store_each_site(
    struct store *s, store_site_fn *fn, void *arg, struct err *e)
{
	struct store_tally t = {.site_n = SITES_AT_ONCE};
	struct buf name = BUF_INIT(64 * KiB);
	bool held = store_lease_held(s->dir);
	int64_t id = 0;
	int r = store_need_audience(s, e);

	if (r < 0)
		return r;
	t.by_site = mem_alloc(SITES_AT_ONCE * sizeof(*t.by_site));
	while ((r = read_site(s, id, &id, &name, e)) > 0) {
		memset(t.by_site, 0, SITES_AT_ONCE * sizeof(*t.by_site));
		t.site_from = id;
		r = tally_all(s, &t, e);
		if (r == 0)
			r = give_sites(s, &t, held, fn, arg, e);
		if (r < 0)
			break;
		id = t.site_from + t.site_n - 1;
	}
	free(t.by_site);
	buf_release(&name);
	return r;
}

/* ---- lists */

struct list {
	store_listed_fn *fn;
	void *arg;
	int64_t last; /* given */
	int rows;
};

static int list_state_rows(
    struct store *s, sqlite3_stmt *q, struct list *list, struct err *e)
{
	struct store_listed l;
	int rc = SQLITE_DONE, r = 0;

	list->rows = 0;
	while (r >= 0 && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		l = (struct store_listed){0};
		l.person = sqlite3_column_int64(q, 0);
		store_column_state(q, 1, &l.state);
		l.person_id = store_column(q, 7);
		l.name = store_column(q, 8);
		l.addresses = store_column(q, 9);
		l.code = sqlite3_column_int(q, 10);
		l.text = store_column(q, 11);
		list->last = l.person;
		list->rows++;
		r = list->fn(&l, list->arg);
	}
	if (r >= 0 && rc != SQLITE_DONE)
		r = store_fail(s, e, "list people");
	sqlite3_reset(q);
	return r;
}

static int list_states(struct store *s, enum person_status status,
    struct list *list, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_LIST_STATES, e);
	int64_t from = INT64_MIN;
	int r = q ? 0 : ERR_DB;

	for (int i = 0; i < STORE_PARTS && r >= 0;) {
		sqlite3_bind_int64(q, 1, from);
		sqlite3_bind_int64(q, 2, store_part_end(i));
		sqlite3_bind_int(q, 3, (int)status);
		sqlite3_bind_int(q, 4, LIST_ROWS);
		r = list_state_rows(s, q, list, e);
		if (list->rows == LIST_ROWS)
			from = list->last;
		else
			from = store_part_end(i++);
	}
	return r;
}

static int list_untouched_rows(struct store *s, sqlite3_stmt *q,
    enum person_status status, struct list *list, struct err *e)
{
	struct store_listed l;
	int rc = SQLITE_DONE, r = 0;

	list->rows = 0;
	while (r >= 0 && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		l = (struct store_listed){0};
		l.person = sqlite3_column_int64(q, 0);
		l.state.status = status;
		l.person_id = store_column(q, 1);
		l.name = store_column(q, 2);
		l.addresses = store_column(q, 3);
		l.text = S("");
		list->last = l.person;
		list->rows++;
		r = list->fn(&l, list->arg);
	}
	if (r >= 0 && rc != SQLITE_DONE)
		r = store_fail(s, e, "list people");
	sqlite3_reset(q);
	return r;
}

/* People without a state row: pending with an address, else owed another
 * channel from the start. */
static int list_untouched(struct store *s, enum person_status status,
    struct list *list, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_LIST_UNTOUCHED, e);
	int64_t from = INT64_MIN;
	int r = q ? 0 : ERR_DB;

	for (int i = 0; i < STORE_PARTS && r >= 0;) {
		sqlite3_bind_int64(q, 1, from);
		sqlite3_bind_int64(q, 2, store_part_end(i));
		sqlite3_bind_int(q, 3, status == PERSON_OTHER_CHANNEL);
		sqlite3_bind_int(q, 4, LIST_ROWS);
		r = list_untouched_rows(s, q, status, list, e);
		if (list->rows == LIST_ROWS)
			from = list->last;
		else
			from = store_part_end(i++);
	}
	return r;
}

int store_list(struct store *s, enum person_status status, store_listed_fn *fn,
    void *arg, struct err *e)
{
	struct list list = {.fn = fn, .arg = arg};
	bool held = store_lease_held(s->dir);
	int r = store_need_audience(s, e);

	if (r >= 0)
		r = list_states(s, status, &list, e);
	/* as counted: see settle_sending() */
	if (r >= 0 && status == (held ? PERSON_PENDING : PERSON_UNCERTAIN))
		r = list_states(s, PERSON_SENDING, &list, e);
	if (r >= 0 &&
	    (status == PERSON_PENDING || status == PERSON_OTHER_CHANNEL))
		r = list_untouched(s, status, &list, e);
	return r < 0 ? r : 0;
}
