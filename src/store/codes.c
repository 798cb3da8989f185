#include "store/sqlite_private.h"

struct assign {
	store_code_fn *next;
	void *arg;
	sqlite3_stmt *add;
	struct buf code;
	uint64_t needed, given;
	bool ended;
};

/* Gives `person` the next code that nobody has. A code known already is
 * passed over, so a later tranche may read the same file from its start. */
static int give_one(
    struct store *s, struct assign *a, int64_t person, struct err *e)
{
	int r;

	while (!a->ended) {
		buf_reset(&a->code);
		r = a->next(&a->code, a->arg, e);
		if (r < 0)
			return r;
		if (r == 0) {
			a->ended = true;
			break;
		}
		if (a->code.over)
			return err_set(e, ERR_LIMIT,
			    "a code is longer than %lu bytes", LIMIT_CODE_LINE);
		if (!a->code.len)
			continue;
		sqlite3_bind_int64(a->add, 1, person);
		store_bind(a->add, 2, buf_str(&a->code));
		r = store_run(s, a->add, e, "give a code");
		if (r < 0)
			return r;
		if (sqlite3_changes(s->db)) {
			a->given++;
			break;
		}
	}
	return 0;
}

static int give_all(struct store *s, struct assign *a, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int rc = SQLITE_DONE, r = 0;

	if (sqlite3_prepare_v2(s->db,
		"INSERT OR IGNORE INTO code(person, code) VALUES(?1, ?2)", -1,
		&a->add, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(s->db,
		"SELECT p.id FROM audience.person p WHERE p.addresses <> ''"
		" AND NOT EXISTS(SELECT 1 FROM code c WHERE c.person = p.id)"
		" ORDER BY p.id",
		-1, &q, NULL) != SQLITE_OK)
		r = store_fail(s, e, "give codes");
	while (r == 0 && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		a->needed++;
		r = give_one(s, a, sqlite3_column_int64(q, 0), e);
	}
	if (r == 0 && rc != SQLITE_DONE)
		r = store_fail(s, e, "read who needs a code");
	sqlite3_finalize(q);
	sqlite3_finalize(a->add);
	if (r == 0 && a->given < a->needed)
		r = err_set(e, ERR_INPUT,
		    "codes: %llu people need a code, but the file has only "
		    "%llu that are new; add %llu and run the command again",
		    (unsigned long long)a->needed, (unsigned long long)a->given,
		    (unsigned long long)(a->needed - a->given));
	return r;
}

int store_codes_assign(
    struct store *s, store_code_fn *next, void *arg, struct err *e)
{
	struct assign a = {.next = next, .arg = arg};
	int r = store_need_audience(s, e);

	if (r < 0)
		return r;
	buf_init(&a.code, LIMIT_CODE_LINE);
	r = store_begin(s, e);
	if (r == 0) {
		r = give_all(s, &a, e);
		if (r == 0)
			r = store_end(s, e);
		else
			store_abort(s);
	}
	buf_release(&a.code);
	return r;
}

int store_code_get(
    struct store *s, int64_t person, struct buf *ret, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_CODE_GET, e);
	int rc, r = 0;

	if (!q)
		return ERR_DB;
	sqlite3_bind_int64(q, 1, person);
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		buf_add(ret, store_column(q, 0));
		r = 1;
	} else if (rc != SQLITE_DONE) {
		r = store_fail(s, e, "read a code");
	}
	sqlite3_reset(q);
	return r;
}
