#include "store/sqlite_private.h"

int store_template_put(struct store *s, struct str name, struct str compiled,
    int64_t *ret_id, struct err *e)
{
	sqlite3_stmt *find = store_sql(s, SQL_TEMPLATE_FIND, e);
	sqlite3_stmt *add = store_sql(s, SQL_TEMPLATE_ADD, e);
	int rc, r;

	if (!find || !add)
		return ERR_DB;
	r = store_begin(s, e);
	if (r < 0)
		return r;
	store_bind(find, 1, name);
	store_bind_blob(find, 2, compiled);
	rc = sqlite3_step(find);
	if (rc == SQLITE_ROW)
		*ret_id = sqlite3_column_int64(find, 0);
	else if (rc != SQLITE_DONE)
		r = store_fail(s, e, "look a template up");
	sqlite3_reset(find);
	if (rc == SQLITE_DONE) {
		store_bind(add, 1, name);
		store_bind_blob(add, 2, compiled);
		r = store_run(s, add, e, "add a template");
		*ret_id = sqlite3_last_insert_rowid(s->db);
	}
	if (r < 0) {
		store_abort(s);
		return r;
	}
	return store_end(s, e);
}

int store_template_get(
    struct store *s, int64_t id, struct buf *ret, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_TEMPLATE_GET, e);
	int rc, r = 0;

	if (!q)
		return ERR_DB;
	sqlite3_bind_int64(q, 1, id);
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		buf_add(ret, store_column(q, 0));
		if (ret->over)
			r = err_set(e, ERR_LIMIT,
			    "%s: template %lld is larger than %zu bytes",
			    s->path, (long long)id, ret->max);
	} else if (rc == SQLITE_DONE) {
		r = err_set(e, ERR_NOENT, "%s: there is no template %lld",
		    s->path, (long long)id);
	} else {
		r = store_fail(s, e, "read a template");
	}
	sqlite3_reset(q);
	return r;
}
