/* sqlite_private: what the files of the SQLite store share; nobody else
 * includes it but the store's own tests (a test names the VFS with it).
 *
 * One struct store is one connection with its statements kept prepared.  The
 * writer syncs at every commit (WAL, synchronous=FULL); a reader's statements
 * are reset between calls, so no read transaction outlives one, and long walks
 * are cut into pieces.
 *
 * A handle dies (`dead`) with the first failed sync or unexplained I/O error:
 * what the kernel then holds is not what the disk holds, and only a new
 * process, reading the file again, may go on.
 */
#pragma once

#include <sqlite3.h>

#include "store/store.h"

#define STORE_SCHEMA_VERSION 1
#define STORE_FILE           "state.db"
#define STORE_LOCK_FILE      "state.lock"
#define STORE_BALLAST_FILE   "ballast"
#define STORE_BALLAST_SIZE   (1 * MiB)
/* A checkpoint at every 4,000 pages of WAL: 16 MiB. */
#define STORE_CHECKPOINT_PAGES 4000
#define STORE_BUSY_MSEC        30000
/* Ids are spread evenly: walks over all states read one such part of the
 * id space in one read transaction. */
#define STORE_PARTS 64
/* Walks in id order look at so many rows in one read transaction. */
#define STORE_WALK_ROWS 50000

enum store_sql {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_DATA_VERSION,
	SQL_CONTROL_GET,
	SQL_CONTROL_SET,
	SQL_EPOCH,
	SQL_SITE_FIND,
	SQL_SITE_ADD,
	SQL_ATTEMPT_ADD,
	SQL_STATE_INTENT,
	SQL_OUTCOME_ADD,
	SQL_STATE_OUTCOME,
	SQL_ATTEMPT_KEEP,
	SQL_STATE_KEEP,
	SQL_STATE_COUNT_ATTEMPT,
	SQL_LAST_ATTEMPT,
	SQL_FRESH_END,
	SQL_FRESH,
	SQL_FRESH_DOMAIN_END,
	SQL_FRESH_DOMAIN,
	SQL_DUE,
	SQL_HELD,
	SQL_DOMAIN_SIZE,
	SQL_DUE_SMALL_DOMAIN,
	SQL_EARLIEST,
	SQL_NEXT_DOMAIN,
	SQL_PERSON,
	SQL_STANDINGS,
	SQL_TALLY,
	SQL_PEOPLE,
	SQL_LIST_STATES,
	SQL_LIST_UNTOUCHED,
	SQL_TEMPLATE_FIND,
	SQL_TEMPLATE_ADD,
	SQL_TEMPLATE_GET,
	SQL_CODE_GET,
	SQL_COUNT
};

struct store_site_cache {
	int64_t id;
	uint8_t len;
	char name[255];
};
#define STORE_SITE_CACHE 256

struct store_tally;

struct store {
	sqlite3 *db;
	sqlite3_stmt *stmt[SQL_COUNT];
	char *dir;  /* absolute */
	char *path; /* of state.db */
	enum store_mode mode;
	bool audience; /* audience.db is attached */
	bool dead;
	int lock_fd; /* the lease, or -1 */
	int64_t data_version;
	struct store_tally *tally; /* where tally() counts */
	struct store_site_cache sites[STORE_SITE_CACHE];
};

/* As store_open, on a named VFS (NULL: the default one). */
int store_open_vfs(const char *dir, enum store_mode mode, const char *vfs,
    struct store **ret, struct err *e);

/* The statement, prepared at first use; NULL and `e` filled on failure.
 * Statements that read the audience need store_need_audience() before. */
sqlite3_stmt *store_sql(struct store *s, enum store_sql which, struct err *e);
int store_need_audience(struct store *s, struct err *e);
/* What SQLite just refused, as a sentence: "PATH: WHAT: reason". Sets `dead`
 * where the handle must not be used again for writing. */
int store_fail(struct store *s, struct err *e, const char *what);
/* Steps a statement that gives no rows, and resets it. */
int store_run(
    struct store *s, sqlite3_stmt *q, struct err *e, const char *what);

int store_begin(struct store *s, struct err *e);
int store_end(struct store *s, struct err *e); /* COMMIT, else rolled back */
void store_abort(struct store *s);             /* ROLLBACK */

static inline void store_bind(sqlite3_stmt *q, int at, struct str v)
{
	sqlite3_bind_text(q, at, v.p ? v.p : "", (int)v.n, SQLITE_STATIC);
}
static inline void store_bind_blob(sqlite3_stmt *q, int at, struct str v)
{
	sqlite3_bind_blob(q, at, v.p ? v.p : "", (int)v.n, SQLITE_STATIC);
}
static inline struct str store_column(sqlite3_stmt *q, int at)
{
	const char *p = sqlite3_column_blob(q, at);

	return (struct str){p ? p : "", (size_t)sqlite3_column_bytes(q, at)};
}

/* A path in the notice folder; the caller frees. */
char *store_path(const char *dir, const char *file);
/* Makes the directory entry of a new file durable. */
int store_sync_dir(const char *dir, struct err *e);
int store_ballast_make(struct store *s, struct err *e);

/* Binds/reads the state columns in the order status, address_no, tries, due,
 * first_try, resent. */
void store_bind_state(sqlite3_stmt *q, int at, const struct person_state *p);
void store_column_state(sqlite3_stmt *q, int at, struct person_state *ret);

/* Cuts the id space: the last id of part `i` of STORE_PARTS. */
static inline int64_t store_part_end(int i)
{
	if (i == STORE_PARTS - 1)
		return INT64_MAX;
	return (INT64_MAX / STORE_PARTS) * (i + 1);
}

/* The tally() aggregate: statuses of state rows into s->tally. */
struct store_tally {
	uint64_t by_status[PERSON_STATUS_COUNT];
	uint64_t resent, attempts, states;
	uint64_t addressless; /* states of people without an address */
	/* by site, if asked: sites of ids [site_from, site_from + site_n) */
	uint64_t (*by_site)[PERSON_STATUS_COUNT];
	int64_t site_from, site_n;
};
int store_tally_register(struct store *s);
