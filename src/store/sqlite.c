#include "store/sqlite_sql.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rand.h"

char *store_path(const char *dir, const char *file)
{
	struct buf b = BUF_INIT(64 * KiB);

	buf_addf(&b, "%s/%s", dir, file);
	return (char *)(uintptr_t)(b.p ? buf_cstr(&b) : NULL);
}

int store_sync_dir(const char *dir, struct err *e)
{
	return file_sync_folder(dir) < 0
		   ? err_sys(e, errno, "%s: sync the folder", dir)
		   : 0;
}

/* ---- errors */

static bool out_of_space(struct store *s, int rc)
{
	int sys = sqlite3_system_errno(s->db);

	if ((rc & 0xff) == SQLITE_FULL)
		return true;
	return rc == SQLITE_IOERR_WRITE && (sys == ENOSPC || sys == EDQUOT);
}

int store_fail(struct store *s, struct err *e, const char *what)
{
	int rc = sqlite3_extended_errcode(s->db);
	int code = ERR_DB;

	if (out_of_space(s, rc)) {
		return err_set(e, ERR_FULL,
		    "%s: %s: no space left on the disk; free some, then run "
		    "the command again",
		    s->path, what);
	}
	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, code,
		    "%s: %s: another process has kept the database locked for "
		    "%d seconds; end it, then run the command again",
		    s->path, what, STORE_BUSY_MSEC / 1000);
	case SQLITE_NOMEM: code = ERR_NOMEM; break;
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CANTOPEN: s->dead = true; break;
	default: break;
	}
	return err_set(e, code, "%s: %s: %s (SQLite %d)", s->path, what,
	    sqlite3_errmsg(s->db), rc);
}

/* ---- statements */

sqlite3_stmt *store_sql(struct store *s, enum store_sql which, struct err *e)
{
	if (s->stmt[which])
		return s->stmt[which];
	if (sqlite3_prepare_v3(s->db, store_sql_text[which], -1,
		SQLITE_PREPARE_PERSISTENT, &s->stmt[which], NULL) != SQLITE_OK)
		store_fail(s, e, "prepare a question");
	return s->stmt[which];
}

int store_run(struct store *s, sqlite3_stmt *q, struct err *e, const char *what)
{
	int rc = sqlite3_step(q), r = 0;

	while (rc == SQLITE_ROW)
		rc = sqlite3_step(q);
	if (rc != SQLITE_DONE)
		r = store_fail(s, e, what);
	sqlite3_reset(q);
	return r;
}

int store_begin(struct store *s, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_BEGIN, e);

	if (!q)
		return e ? e->code : ERR_DB;
	return store_run(s, q, e, "begin a transaction");
}

void store_abort(struct store *s)
{
	struct err ignored;
	sqlite3_stmt *q;

	/* names given in this transaction were not kept */
	memset(s->sites, 0, sizeof(s->sites));
	if (sqlite3_get_autocommit(s->db))
		return;
	q = store_sql(s, SQL_ROLLBACK, &ignored);
	if (q)
		store_run(s, q, &ignored, "roll back");
}

int store_end(struct store *s, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_COMMIT, e);
	int r = q ? store_run(s, q, e, "commit") : ERR_DB;

	if (r < 0)
		store_abort(s);
	return r;
}

/* ---- opening */

static int exec(
    struct store *s, const char *sql, struct err *e, const char *what)
{
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return store_fail(s, e, what);
	return 0;
}

static int read_int(struct store *s, const char *sql, int64_t *ret,
    struct err *e, const char *what)
{
	sqlite3_stmt *q = NULL;
	int r = 0;

	if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) != SQLITE_OK ||
	    sqlite3_step(q) != SQLITE_ROW)
		r = store_fail(s, e, what);
	else
		*ret = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return r;
}

/* SQLite gives its -wal and -shm the mode of the database. */
static int make_file(struct store *s, struct err *e)
{
	int fd = open(s->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 && errno == EEXIST)
		return 0;
	if (fd < 0)
		return err_sys(e, errno, "%s: create", s->path);
	close(fd);
	return store_sync_dir(s->dir, e);
}

static int make_secret(struct store *s, struct err *e)
{
	unsigned char secret[STORE_SECRET_SIZE];
	sqlite3_stmt *q = NULL;
	int r;

	rand_bytes(secret, sizeof(secret));
	if (sqlite3_prepare_v2(s->db,
		"INSERT INTO origin(one, secret) VALUES(1, ?1)", -1, &q,
		NULL) != SQLITE_OK)
		return store_fail(s, e, "make the secret");
	sqlite3_bind_blob(q, 1, secret, sizeof(secret), SQLITE_STATIC);
	r = store_run(s, q, e, "make the secret");
	sqlite3_finalize(q);
	return r;
}

static int make_schema(struct store *s, int64_t *ret_version, struct err *e)
{
	int r = exec(s, "PRAGMA journal_mode = WAL", e, "switch to WAL");

	if (r == 0)
		r = store_begin(s, e);
	if (r < 0)
		return r;
	/* another process may have been faster */
	r = read_int(s, "PRAGMA user_version", ret_version, e, "read version");
	if (r == 0 && *ret_version == 0) {
		r = exec(s, store_schema, e, "make the tables");
		if (r == 0)
			r = make_secret(s, e);
		*ret_version = STORE_SCHEMA_VERSION;
	}
	if (r < 0) {
		store_abort(s);
		return r;
	}
	return store_end(s, e);
}

static int check_schema(struct store *s, struct err *e)
{
	int64_t version = 0;
	int r = read_int(
	    s, "PRAGMA user_version", &version, e, "read the schema version");

	if (r == 0 && version == 0 && s->mode == STORE_WRITE)
		r = make_schema(s, &version, e);
	if (r < 0)
		return r;
	if (version == 0)
		return err_set(e, ERR_NOENT,
		    "%s: empty: nothing has been decided or sent here yet",
		    s->path);
	if (version != STORE_SCHEMA_VERSION)
		return err_set(e, ERR_DB,
		    "%s: has schema version %lld, this program knows %d: use "
		    "the program that made it, or a newer one",
		    s->path, (long long)version, STORE_SCHEMA_VERSION);
	return 0;
}

static const char pragmas_write[] = "PRAGMA synchronous = FULL;"
				    "PRAGMA cache_size = -4096;"
				    "PRAGMA trusted_schema = OFF;";
static const char pragmas_read[] = "PRAGMA query_only = ON;"
				   "PRAGMA cache_size = -4096;"
				   "PRAGMA trusted_schema = OFF;";

/* SQLite's own automatic checkpoint swallows a failed sync; this one does
 * not. The commit itself is durable by now. */
static int on_wal(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store *s = arg;
	int rc;

	if (pages < STORE_CHECKPOINT_PAGES)
		return SQLITE_OK;
	rc = sqlite3_wal_checkpoint_v2(
	    db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if ((rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CORRUPT)
		s->dead = true;
	return SQLITE_OK;
}

static int open_db(struct store *s, const char *vfs, struct err *e)
{
	struct stat st;
	int r;

	if (s->mode == STORE_WRITE)
		r = make_file(s, e);
	else if (stat(s->path, &st) < 0)
		return err_sys(e, errno, "%s: nothing sent here yet", s->path);
	else
		r = 0;
	if (r < 0)
		return r;
	if (sqlite3_open_v2(s->path, &s->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI,
		vfs) != SQLITE_OK)
		return err_set(e, ERR_DB, "%s: open: %s", s->path,
		    s->db ? sqlite3_errmsg(s->db) : "no memory");
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, STORE_BUSY_MSEC);
	/* a reader leaves the file as it is */
	if (s->mode == STORE_READ)
		sqlite3_db_config(
		    s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	else
		sqlite3_wal_hook(s->db, on_wal, s);
	r = exec(s, s->mode == STORE_WRITE ? pragmas_write : pragmas_read, e,
	    "set up");
	return r < 0 ? r : check_schema(s, e);
}

/* Before main(), as SQLite refuses it after its first use: no bookkeeping of
 * memory behind a lock at every allocation. */
__attribute__((constructor)) static void configure_sqlite(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int store_open_vfs(const char *dir, enum store_mode mode, const char *vfs,
    struct store **ret, struct err *e)
{
	struct store *s;
	char *real = realpath(dir, NULL);
	int r;

	if (!real)
		return err_sys(e, errno, "%s: open the notice folder", dir);
	s = mem_zalloc(sizeof(*s));
	s->dir = real;
	s->path = store_path(real, STORE_FILE);
	s->mode = mode;
	s->lock_fd = -1;
	s->data_version = -1;
	r = open_db(s, vfs, e);
	if (r == 0)
		r = store_tally_register(s);
	if (r < 0) {
		store_close(s);
		return r;
	}
	*ret = s;
	return 0;
}

int store_open(
    const char *dir, enum store_mode mode, struct store **ret, struct err *e)
{
	return store_open_vfs(dir, mode, NULL, ret, e);
}

void store_close(struct store *s)
{
	if (!s)
		return;
	if (s->lock_fd >= 0)
		store_lease_drop(s, false);
	for (size_t i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(s->stmt[i]);
	/* what failed once is not carried into the database file */
	if (s->db && s->dead)
		sqlite3_db_config(
		    s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(s->db);
	free(s->path);
	free(s->dir);
	free(s);
}

/* ---- the audience beside */

static bool plain_in_uri(char c)
{
	return ascii_is_alnum(c) || c == '/' || c == '.' || c == '-' ||
	       c == '_' || c == '~';
}

int store_need_audience(struct store *s, struct err *e)
{
	struct buf uri = BUF_INIT(64 * KiB);
	char *path;
	sqlite3_stmt *q = NULL;
	int r;

	if (s->audience)
		return 0;
	path = store_path(s->dir, "audience.db");
	if (access(path, R_OK) < 0) {
		r = err_sys(e, errno,
		    "%s: nobody has been imported yet: run `tocsin import`",
		    path);
		free(path);
		return r;
	}
	buf_addz(&uri, "file:");
	for (const char *c = path; *c; c++) {
		if (plain_in_uri(*c))
			buf_addc(&uri, *c);
		else
			buf_addf(&uri, "%%%02x", (unsigned)(unsigned char)*c);
	}
	buf_addz(&uri, "?mode=ro&immutable=1");
	free(path);
	if (sqlite3_prepare_v2(s->db, "ATTACH ?1 AS audience", -1, &q, NULL) !=
	    SQLITE_OK) {
		r = store_fail(s, e, "attach audience.db");
	} else {
		store_bind(q, 1, buf_str(&uri));
		r = store_run(s, q, e, "attach audience.db");
	}
	sqlite3_finalize(q);
	buf_release(&uri);
	s->audience = r == 0;
	return r;
}

/* ---- small things */

int store_secret(
    struct store *s, unsigned char ret[STORE_SECRET_SIZE], struct err *e)
{
	sqlite3_stmt *q = NULL;
	int r = 0;

	if (sqlite3_prepare_v2(s->db, "SELECT secret FROM origin", -1, &q,
		NULL) != SQLITE_OK ||
	    sqlite3_step(q) != SQLITE_ROW)
		r = store_fail(s, e, "read the secret");
	else if (sqlite3_column_bytes(q, 0) != STORE_SECRET_SIZE)
		r = err_set(e, ERR_DB, "%s: the secret is damaged", s->path);
	else
		memcpy(ret, sqlite3_column_blob(q, 0), STORE_SECRET_SIZE);
	sqlite3_finalize(q);
	return r;
}

int store_control_get(
    struct store *s, const char *key, struct buf *ret, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_CONTROL_GET, e);
	int rc, r = 0;

	if (!q)
		return ERR_DB;
	store_bind(q, 1, str_of(key));
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		buf_add(ret, store_column(q, 0));
		r = 1;
	} else if (rc != SQLITE_DONE) {
		r = store_fail(s, e, "read a control value");
	}
	sqlite3_reset(q);
	return r;
}

int store_control_set(
    struct store *s, const char *key, struct str value, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_CONTROL_SET, e);

	if (!q)
		return ERR_DB;
	store_bind(q, 1, str_of(key));
	store_bind_blob(q, 2, value);
	return store_run(s, q, e, "set a control value");
}

int store_changed(struct store *s, bool *ret, struct err *e)
{
	sqlite3_stmt *q = store_sql(s, SQL_DATA_VERSION, e);
	int64_t version;
	int r = 0;

	if (!q)
		return ERR_DB;
	if (sqlite3_step(q) != SQLITE_ROW) {
		r = store_fail(s, e, "look for changes");
	} else {
		version = sqlite3_column_int64(q, 0);
		*ret = version != s->data_version;
		s->data_version = version;
	}
	sqlite3_reset(q);
	return r;
}

static const char *const status_names[] = {
    [PERSON_PENDING] = "pending",
    [PERSON_SENDING] = "sending",
    [PERSON_ACCEPTED] = "accepted",
    [PERSON_HANDED] = "handed",
    [PERSON_DEFERRED] = "deferred",
    [PERSON_REJECTED] = "rejected",
    [PERSON_BOUNCED] = "bounced",
    [PERSON_COMPLAINED] = "complained",
    [PERSON_EXPIRED] = "expired",
    [PERSON_UNCERTAIN] = "uncertain",
    [PERSON_HELD] = "held",
    [PERSON_OTHER_CHANNEL] = "other_channel",
    [PERSON_EXCLUDED] = "excluded",
};
static_assert(
    ARRAY_SIZE(status_names) == PERSON_STATUS_COUNT, "a name for every status");

const char *person_status_name(enum person_status s)
{
	return (unsigned)s < PERSON_STATUS_COUNT ? status_names[s] : "?";
}
