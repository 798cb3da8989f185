#include "store/sqlite_private.h"

/* ---- sites: names are kept once, rows hold their numbers */

static int site_look_up(
    struct store *s, struct str name, int64_t *ret, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_SITE_FIND, e);
	int rc, r;

	if (!q)
		return ERR_DB;
	store_bind(q, 1, name);
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW)
		*ret = sqlite3_column_int64(q, 0);
	else if (rc != SQLITE_DONE)
		r = store_fail(s, e, "look a site up");
	sqlite3_reset(q);
	if (rc == SQLITE_ROW)
		return 0;
	if (rc != SQLITE_DONE)
		return r;
	q = store_sql(s, SQL_SITE_ADD, e);
	if (!q)
		return ERR_DB;
	store_bind(q, 1, name);
	r = store_run(s, q, e, "add a site");
	*ret = sqlite3_last_insert_rowid(s->db);
	return r;
}

/* 0 for no site. */
static int site_id(
    struct store *s, struct str name, int64_t *ret, struct err *e)
{
	struct store_site_cache *c;
	uint32_t h = 2166136261u;
	int r;

	*ret = 0;
	if (!name.n)
		return 0;
	for (size_t i = 0; i < name.n; i++)
		h = (h ^ (unsigned char)name.p[i]) * 16777619u;
	c = &s->sites[(h ^ h >> 16) % STORE_SITE_CACHE];
	if (c->id && str_eq(str_make(c->name, c->len), name)) {
		*ret = c->id;
		return 0;
	}
	r = site_look_up(s, name, ret, e);
	if (r == 0 && name.n <= sizeof(c->name)) {
		c->id = *ret;
		c->len = (uint8_t)name.n;
		memcpy(c->name, name.p, name.n);
	}
	return r;
}

/* ---- one record */

/* Who is tried again when due. */
static bool waits(enum person_status s)
{
	return s == PERSON_PENDING || s == PERSON_DEFERRED ||
	       s == PERSON_UNCERTAIN;
}

void store_bind_state(sqlite3_stmt *q, int at, const struct person_state *p)
{
	sqlite3_bind_int(q, at, (int)p->status);
	sqlite3_bind_int64(q, at + 1, p->address_no);
	sqlite3_bind_int64(q, at + 2, p->tries);
	if (waits(p->status))
		sqlite3_bind_int64(q, at + 3, p->due);
	else
		sqlite3_bind_null(q, at + 3);
	sqlite3_bind_int64(q, at + 4, p->first_try);
	sqlite3_bind_int(q, at + 5, p->resent);
}

void store_column_state(sqlite3_stmt *q, int at, struct person_state *ret)
{
	int status = sqlite3_column_int(q, at);

	ret->status = status >= 0 && status < PERSON_STATUS_COUNT
			  ? (enum person_status)status
			  : PERSON_PENDING;
	ret->address_no = (uint32_t)sqlite3_column_int64(q, at + 1);
	ret->tries = (uint32_t)sqlite3_column_int64(q, at + 2);
	ret->due = sqlite3_column_int64(q, at + 3);
	ret->first_try = sqlite3_column_int64(q, at + 4);
	ret->resent = sqlite3_column_int(q, at + 5) != 0;
}

/* The first nine columns of an attempt row. */
static void bind_attempt(sqlite3_stmt *q, int64_t attempt, int64_t person,
    int64_t epoch, usec_t at, int64_t site, const struct person_state *p)
{
	sqlite3_bind_int64(q, 1, attempt);
	sqlite3_bind_int64(q, 2, person);
	sqlite3_bind_int64(q, 3, epoch);
	sqlite3_bind_int64(q, 4, at);
	sqlite3_bind_int64(q, 5, site);
	sqlite3_bind_int64(q, 6, p->address_no);
	sqlite3_bind_int64(q, 7, p->tries);
	sqlite3_bind_int64(q, 8, p->first_try);
	sqlite3_bind_int(q, 9, p->resent);
}

/* The first nine columns of a state row. */
static void bind_state_row(sqlite3_stmt *q, int64_t person, int64_t attempt,
    int64_t site, const struct person_state *p)
{
	sqlite3_bind_int64(q, 1, person);
	sqlite3_bind_int64(q, 2, attempt);
	sqlite3_bind_int64(q, 3, site);
	store_bind_state(q, 4, p);
}

static int add_intent(struct store *s, const struct intent *i, struct err *e)
{
	sqlite3_stmt *add = store_sql(s, SQL_ATTEMPT_ADD, e);
	sqlite3_stmt *state = store_sql(s, SQL_STATE_INTENT, e);
	const struct letter_record *l = &i->letter;
	int64_t site;
	int r;

	if (!add || !state)
		return ERR_DB;
	r = site_id(s, i->site, &site, e);
	if (r < 0)
		return r;
	bind_attempt(
	    add, i->attempt, i->person, i->epoch, i->at, site, &i->state);
	sqlite3_bind_int64(add, 10, l->date);
	sqlite3_bind_int64(add, 11, l->template);
	store_bind(add, 12, l->code);
	sqlite3_bind_blob(add, 13, l->sha256, sizeof(l->sha256), SQLITE_STATIC);
	store_bind_blob(add, 14, l->sig[0]);
	store_bind_blob(add, 15, l->sig[1]);
	r = store_run(s, add, e, "record an intent");
	if (r < 0)
		return r;
	bind_state_row(state, i->person, i->attempt, site, &i->state);
	return store_run(s, state, e, "record a state");
}

static int add_outcome_row(
    struct store *s, const struct outcome *o, int64_t site, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_OUTCOME_ADD, e);

	if (!q)
		return ERR_DB;
	sqlite3_bind_int64(q, 1, o->attempt);
	sqlite3_bind_int64(q, 2, o->person);
	sqlite3_bind_int64(q, 3, o->epoch);
	sqlite3_bind_int64(q, 4, o->at);
	sqlite3_bind_int(q, 5, o->stage);
	sqlite3_bind_int(q, 6, o->cause);
	sqlite3_bind_int(q, 7, o->code);
	store_bind_state(q, 8, &o->state);
	sqlite3_bind_int64(q, 14, site);
	store_bind(q, 15, o->status_code);
	store_bind(q, 16, o->host);
	store_bind(q, 17, o->ip);
	store_bind(q, 18, o->tls);
	store_bind(q, 19, o->relay_id);
	store_bind(q, 20, o->text);
	return store_run(s, q, e, "record an outcome");
}

/* The attempt may be new (it ended before its dot), or not the latest. */
static int keep_state(
    struct store *s, const struct outcome *o, int64_t site, struct err *e)
{
	sqlite3_stmt *attempt = store_sql(s, SQL_ATTEMPT_KEEP, e);
	sqlite3_stmt *state = store_sql(s, SQL_STATE_KEEP, e);
	sqlite3_stmt *count = store_sql(s, SQL_STATE_COUNT_ATTEMPT, e);
	int added, r;

	if (!attempt || !state || !count)
		return ERR_DB;
	bind_attempt(
	    attempt, o->attempt, o->person, o->epoch, o->at, site, &o->state);
	r = store_run(s, attempt, e, "record an attempt");
	if (r < 0)
		return r;
	added = sqlite3_changes(s->db);
	bind_state_row(state, o->person, o->attempt, site, &o->state);
	sqlite3_bind_int(state, 10, added);
	r = store_run(s, state, e, "record a state");
	/* late: a newer attempt decides the state, but the try counts */
	if (r < 0 || sqlite3_changes(s->db) || !added)
		return r;
	sqlite3_bind_int64(count, 1, o->person);
	return store_run(s, count, e, "count an attempt");
}

static int add_outcome(struct store *s, const struct outcome *o, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_STATE_OUTCOME, e);
	int64_t site;
	int r;

	if (!q)
		return ERR_DB;
	r = site_id(s, o->site, &site, e);
	if (r == 0)
		r = add_outcome_row(s, o, site, e);
	if (r < 0)
		return r;
	if (!sqlite3_changes(s->db))
		return 0; /* known already: the first word stands */
	if (o->intent_made) {
		bind_state_row(q, o->person, o->attempt, site, &o->state);
		r = store_run(s, q, e, "record a state");
		if (r < 0 || sqlite3_changes(s->db))
			return r;
	}
	return keep_state(s, o, site, e);
}

/* ---- the group */

static int check_fence(
    struct store *s, const struct store_record *r, size_t n, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int64_t epoch = 0;
	int ret = 0;

	for (size_t i = 0; i < n && ret == 0; i++) {
		if (!r[i].is_intent)
			continue;
		if (!q) {
			q = store_sql(s, SQL_EPOCH, e);
			if (!q)
				return ERR_DB;
			if (sqlite3_step(q) != SQLITE_ROW)
				ret = store_fail(s, e, "read the epoch");
			else
				epoch = sqlite3_column_int64(q, 0);
			sqlite3_reset(q);
		}
		if (ret == 0 && r[i].u.intent.epoch != epoch)
			ret = err_set(e, ERR_LEASE,
			    "%s: another sender has taken over (epoch %lld, "
			    "ours is %lld): this one must end",
			    s->path, (long long)epoch,
			    (long long)r[i].u.intent.epoch);
	}
	return ret;
}

int store_commit(
    struct store *s, const struct store_record *r, size_t n, struct err *e)
{
	int ret;

	if (s->dead)
		return err_set(e, ERR_DB,
		    "%s: not written to again after a failed sync", s->path);
	if (!n)
		return 0;
	ret = store_begin(s, e);
	if (ret < 0)
		return ret;
	ret = check_fence(s, r, n, e);
	for (size_t i = 0; i < n && ret == 0; i++)
		ret = r[i].is_intent ? add_intent(s, &r[i].u.intent, e)
				     : add_outcome(s, &r[i].u.outcome, e);
	if (ret < 0) {
		store_abort(s);
		return ret;
	}
	return store_end(s, e);
}

int store_last_attempt(struct store *s, int64_t *ret, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_LAST_ATTEMPT, e);
	int r = 0;

	if (!q)
		return ERR_DB;
	if (sqlite3_step(q) != SQLITE_ROW)
		r = store_fail(s, e, "read the last attempt");
	else
		*ret = sqlite3_column_int64(q, 0);
	sqlite3_reset(q);
	return r;
}
