#include "store/people_sql.h"

#include "base/json.h"

#include <errno.h>
#include <unistd.h>

struct people {
	sqlite3 *db;
	char path[PEOPLE_PATH];
	uint64_t count, no_address;
	struct people_layout **layout; /* by id - 1 */
	size_t layouts;
	struct arena arena; /* layouts and their names */
};

#define ARENA_MAX (64 * MiB)

int people_path(
    const char *dir, const char *file, char ret[PEOPLE_PATH], struct err *e)
{
	int n = snprintf(ret, PEOPLE_PATH, "%s/%s", dir, file);

	if (n < 0 || n >= PEOPLE_PATH)
		return err_set(e, ERR_LIMIT, "the folder's name is too long");
	return 0;
}

int people_db_error(
    sqlite3 *db, const char *path, const char *what, struct err *e)
{
	int rc = db ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;

	switch (rc) {
	case SQLITE_FULL:
		return err_set(e, ERR_FULL,
		    "%s: could not %s: no space left on the disk", path, what);
	case SQLITE_NOMEM:
		return err_set(
		    e, ERR_NOMEM, "%s: could not %s: no memory", path, what);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, ERR_DB,
		    "%s: could not %s: another process is using it; try again",
		    path, what);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return err_set(e, ERR_DB,
		    "%s: could not %s: the file is damaged or is no audience; "
		    "restore it from a copy, or import the people again",
		    path, what);
	default:
		return err_set(e, ERR_DB, "%s: could not %s: %s", path, what,
		    sqlite3_errmsg(db));
	}
}

int people_exec(sqlite3 *db, const char *path, const char *sql, struct err *e)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return people_db_error(db, path, "set it up", e);
	return 0;
}

int people_recover(const char *dir, struct err *e)
{
	char path[PEOPLE_PATH];
	struct people *p;
	int r = people_path(dir, PEOPLE_JOURNAL, path, e);

	if (r < 0)
		return r;
	if (access(path, F_OK) < 0)
		return 0;
	r = people_open(dir, &p, e); /* reading rolls it back */
	if (r == ERR_NOENT)
		r = 0;
	else if (r == 0)
		people_close(p);
	if (r == 0 && unlink(path) < 0 && errno != ENOENT)
		return err_sys(e, errno, "could not remove %s", path);
	return r;
}

static int prepare(
    struct people *p, const char *sql, sqlite3_stmt **ret, struct err *e)
{
	if (sqlite3_prepare_v2(p->db, sql, -1, ret, NULL) != SQLITE_OK)
		return people_db_error(p->db, p->path, "read it", e);
	return 0;
}

static struct str column(sqlite3_stmt *q, int i)
{
	const void *text = sqlite3_column_blob(q, i);
	int n = sqlite3_column_bytes(q, i);

	return text ? str_make(text, (size_t)n) : S("");
}

static uint64_t column_u64(sqlite3_stmt *q, int i)
{
	sqlite3_int64 v = sqlite3_column_int64(q, i);

	return v > 0 ? (uint64_t)v : 0;
}

static int load_counts(struct people *p, struct err *e)
{
	sqlite3_stmt *q;
	int rc, r = prepare(p, "SELECT key, value FROM meta", &q, e);

	if (r < 0)
		return r;
	while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
		if (str_eq(column(q, 0), S("people")))
			p->count = column_u64(q, 1);
		else if (str_eq(column(q, 0), S("no_address")))
			p->no_address = column_u64(q, 1);
	}
	if (rc != SQLITE_DONE)
		r = people_db_error(p->db, p->path, "read its counts", e);
	sqlite3_finalize(q);
	return r;
}

static int load_layout(
    struct people *p, sqlite3_stmt *names, struct str columns, struct err *e)
{
	struct people_layout *l;
	size_t count = 0;
	int rc;

	sqlite3_bind_text(
	    names, 1, columns.p, (int)columns.n, SQLITE_TRANSIENT);
	while ((rc = sqlite3_step(names)) == SQLITE_ROW)
		count++;
	sqlite3_reset(names);
	l = arena_alloc(&p->arena, sizeof(*l) + count * sizeof(l->name[0]));
	if (!l)
		return err_set(e, ERR_NOMEM, "%s: too many columns", p->path);
	l->id = (uint32_t)p->layouts + 1;
	while ((rc = sqlite3_step(names)) == SQLITE_ROW && l->count < count)
		l->name[l->count++] = arena_dup(&p->arena, column(names, 0));
	if (rc != SQLITE_DONE)
		return people_db_error(p->db, p->path, "read its columns", e);
	sqlite3_reset(names);
	p->layout = mem_realloc(
	    p->layout, (p->layouts + 1) * sizeof(struct people_layout *));
	p->layout[p->layouts++] = l;
	return p->arena.failed ? err_set(e, ERR_NOMEM, "no memory") : 0;
}

static int load_layouts(struct people *p, struct err *e)
{
	sqlite3_stmt *all = NULL, *names = NULL;
	int rc = SQLITE_DONE, r;

	r = prepare(p, "SELECT id, columns FROM layout ORDER BY id", &all, e);
	if (r == 0)
		r = prepare(p, "SELECT value FROM json_each(?1)", &names, e);
	while (r == 0 && (rc = sqlite3_step(all)) == SQLITE_ROW) {
		if (column_u64(all, 0) != p->layouts + 1)
			r = err_set(
			    e, ERR_DB, "%s: a layout is missing", p->path);
		else
			r = load_layout(p, names, column(all, 1), e);
	}
	if (r == 0 && rc != SQLITE_DONE)
		r = people_db_error(p->db, p->path, "read its columns", e);
	sqlite3_finalize(all);
	sqlite3_finalize(names);
	return r;
}

static int check_version(struct people *p, struct err *e)
{
	sqlite3_stmt *q;
	int r = prepare(p, "PRAGMA user_version", &q, e);

	if (r < 0)
		return r;
	if (sqlite3_step(q) != SQLITE_ROW)
		r = people_db_error(p->db, p->path, "read it", e);
	else if (sqlite3_column_int(q, 0) != PEOPLE_SCHEMA)
		r = err_set(e, ERR_DB,
		    "%s: schema version %d, this program reads version %d; "
		    "use the program that wrote it",
		    p->path, sqlite3_column_int(q, 0), PEOPLE_SCHEMA);
	sqlite3_finalize(q);
	return r;
}

/* Writable if possible, so that a hot journal can be rolled back. */
static int open_db(struct people *p, struct err *e)
{
	const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int rc = sqlite3_open_v2(
	    p->path, &p->db, SQLITE_OPEN_READWRITE | flags, NULL);

	if (rc != SQLITE_OK) {
		sqlite3_close(p->db);
		rc = sqlite3_open_v2(
		    p->path, &p->db, SQLITE_OPEN_READONLY | flags, NULL);
	}
	if (rc != SQLITE_OK)
		return people_db_error(p->db, p->path, "open it", e);
	sqlite3_busy_timeout(p->db, 10000);
	return people_exec(
	    p->db, p->path, "PRAGMA query_only=1; PRAGMA cache_size=-4096", e);
}

int people_open(const char *dir, struct people **ret, struct err *e)
{
	struct people *p = mem_zalloc(sizeof(*p));
	int r = people_path(dir, PEOPLE_FILE, p->path, e);

	p->arena = ARENA_INIT(ARENA_MAX);
	if (r == 0 && access(p->path, F_OK) < 0)
		r = errno == ENOENT
			? err_set(e, ERR_NOENT,
			      "%s: nobody has been imported yet; run "
			      "'tocsin import %s FILE.csv'",
			      dir, dir)
			: err_sys(e, errno, "could not read %s", p->path);
	if (r == 0)
		r = open_db(p, e);
	if (r == 0)
		r = check_version(p, e);
	if (r == 0)
		r = load_counts(p, e);
	if (r == 0)
		r = load_layouts(p, e);
	if (r < 0) {
		people_close(p);
		return r;
	}
	*ret = p;
	return 0;
}

void people_close(struct people *p)
{
	if (!p)
		return;
	sqlite3_close(p->db);
	arena_release(&p->arena);
	free(p->layout);
	free(p);
}

uint64_t people_count(struct people *p)
{
	return p->count;
}

uint64_t people_count_no_address(struct people *p)
{
	return p->no_address;
}

const struct people_layout *people_layout(struct people *p, uint32_t id)
{
	return id >= 1 && id <= p->layouts ? p->layout[id - 1] : NULL;
}

size_t people_layout_count(struct people *p)
{
	return p->layouts;
}

static void read_row(sqlite3_stmt *q, struct people_row *row)
{
	*row = (struct people_row){.id = sqlite3_column_int64(q, 0),
	    .layout = (uint32_t)sqlite3_column_int64(q, 1),
	    .person_id = column(q, 2),
	    .addresses = column(q, 3),
	    .domain = column(q, 4),
	    .name = column(q, 5),
	    .language = column(q, 6),
	    .segment = column(q, 7),
	    .jurisdiction = column(q, 8),
	    .flags = (uint32_t)sqlite3_column_int64(q, 9),
	    .cells = column(q, 10)};
}

int people_each(
    struct people *p, int64_t after, people_fn *fn, void *arg, struct err *e)
{
	sqlite3_stmt *q;
	struct people_row row;
	int rc = SQLITE_DONE;
	int r = prepare(p,
	    "SELECT " PEOPLE_COLUMNS " FROM person WHERE id>?1 ORDER BY id", &q,
	    e);

	if (r < 0)
		return r;
	sqlite3_bind_int64(q, 1, after);
	while (r >= 0 && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		read_row(q, &row);
		r = fn(&row, arg);
	}
	if (r >= 0)
		r = rc == SQLITE_DONE
			? 0
			: people_db_error(p->db, p->path, "read the people", e);
	sqlite3_finalize(q);
	return r;
}

static void copy_row(struct people_row *row, struct arena *a)
{
	struct str *view[] = {&row->person_id, &row->addresses, &row->domain,
	    &row->name, &row->language, &row->segment, &row->jurisdiction,
	    &row->cells};

	for (size_t i = 0; i < ARRAY_SIZE(view); i++)
		*view[i] = arena_dup(a, *view[i]);
}

/* The one row a bound statement gives, or none; ends the statement. */
static int take_row(struct people *p, sqlite3_stmt *q, struct arena *a,
    struct people_row *ret, struct err *e)
{
	int rc = sqlite3_step(q);
	int r = rc == SQLITE_ROW;

	if (rc == SQLITE_ROW) {
		read_row(q, ret);
		copy_row(ret, a);
		if (a->failed)
			r = err_set(e, ERR_LIMIT,
			    "this person's row is too "
			    "large");
	} else if (rc != SQLITE_DONE) {
		r = people_db_error(p->db, p->path, "look a person up", e);
	}
	sqlite3_finalize(q);
	return r;
}

int people_get(struct people *p, int64_t id, struct arena *a,
    struct people_row *ret, struct err *e)
{
	sqlite3_stmt *q;
	int r = prepare(
	    p, "SELECT " PEOPLE_COLUMNS " FROM person WHERE id=?1", &q, e);

	if (r < 0)
		return r;
	sqlite3_bind_int64(q, 1, id);
	return take_row(p, q, a, ret, e);
}

int people_find_address(struct people *p, struct str address, struct arena *a,
    struct people_row *ret, struct err *e)
{
	sqlite3_stmt *q;
	int r = prepare(p,
	    "SELECT " PEOPLE_COLUMNS " FROM person"
	    " WHERE instr(addresses,?1)>0 AND (addresses=?1 OR"
	    "  instr(char(10)||addresses||char(10),char(10)||?1||char(10))>0)"
	    " ORDER BY id LIMIT 1",
	    &q, e);

	if (r < 0)
		return r;
	if (address.n == 0 || address.n > LIMIT_LOCAL_PART + LIMIT_DOMAIN + 1) {
		sqlite3_finalize(q);
		return 0;
	}
	sqlite3_bind_text(q, 1, address.p, (int)address.n, SQLITE_STATIC);
	return take_row(p, q, a, ret, e);
}

int people_each_group(
    struct people *p, people_group_fn *fn, void *arg, struct err *e)
{
	sqlite3_stmt *q;
	int rc = SQLITE_DONE;
	int r = prepare(p,
	    "SELECT segment, language, jurisdiction, people, no_address"
	    " FROM people_group ORDER BY people DESC, 1, 2, 3",
	    &q, e);

	if (r < 0)
		return r;
	while (r >= 0 && (rc = sqlite3_step(q)) == SQLITE_ROW) {
		struct people_group g = {.segment = column(q, 0),
		    .language = column(q, 1),
		    .jurisdiction = column(q, 2),
		    .people = column_u64(q, 3),
		    .no_address = column_u64(q, 4)};

		r = fn(&g, arg);
	}
	if (r >= 0)
		r = rc == SQLITE_DONE
			? 0
			: people_db_error(p->db, p->path, "read the groups", e);
	sqlite3_finalize(q);
	return r;
}

int people_index_domains(const char *dir, struct err *e)
{
	struct people *p;
	int r = people_open(dir, &p, e);

	if (r < 0)
		return r;
	r = people_exec(p->db, p->path,
	    "PRAGMA query_only=0; PRAGMA synchronous=FULL;"
	    "CREATE INDEX IF NOT EXISTS person_by_domain"
	    " ON person(domain, id)",
	    e);
	people_close(p);
	return r;
}
