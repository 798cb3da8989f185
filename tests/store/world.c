#include "world.h"

#include <sqlite3.h>
#include <unistd.h>

#define AT (1795000000 * USEC_PER_SEC)

static const char schema[] =
    "CREATE TABLE person(id INTEGER PRIMARY KEY, layout INTEGER NOT NULL,"
    " person_id TEXT NOT NULL, addresses TEXT NOT NULL, domain TEXT NOT NULL,"
    " name TEXT NOT NULL, language TEXT NOT NULL, segment TEXT NOT NULL,"
    " jurisdiction TEXT NOT NULL, flags INTEGER NOT NULL, cells BLOB);"
    "CREATE TABLE layout(id INTEGER PRIMARY KEY, columns TEXT NOT NULL);"
    "CREATE TABLE people_group(segment, language, jurisdiction, people,"
    " no_address);"
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;";

static sqlite3 *open_at(const char *dir, const char *file)
{
	char path[128];
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	t_int(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	return db;
}

static void run(sqlite3 *db, const char *sql)
{
	char *text = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK)
		fail_msg("%s: %s", sql, text);
}

void world_people(const char *dir, int64_t count, int gap, int domains)
{
	sqlite3 *db = open_at(dir, "audience.db");
	sqlite3_stmt *q;
	int64_t none = 0;
	char text[256];

	run(db, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN;");
	run(db, schema);
	t_int(sqlite3_prepare_v2(db,
		  "INSERT INTO person VALUES(?1*16, 1, 'P' || ?1,"
		  " CASE WHEN ?2 THEN '' ELSE"
		  " 'p' || ?1 || '@d' || ?3 || '.example' END,"
		  " CASE WHEN ?2 THEN '' ELSE 'd' || ?3 || '.example' END,"
		  " 'Person ' || ?1, 'en', '', 'US-CA', 0, x'03414243')",
		  -1, &q, NULL),
	    SQLITE_OK);
	for (int64_t i = 1; i <= count; i++) {
		bool gone = gap && i % gap == 0;

		none += gone;
		sqlite3_bind_int64(q, 1, i);
		sqlite3_bind_int(q, 2, gone);
		sqlite3_bind_int64(q, 3, i % domains);
		t_int(sqlite3_step(q), SQLITE_DONE);
		sqlite3_reset(q);
	}
	sqlite3_finalize(q);
	snprintf(text, sizeof(text),
	    "INSERT INTO meta VALUES('people', %lld), ('no_address', %lld);"
	    "CREATE INDEX person_by_domain ON person(domain, id); COMMIT;",
	    (long long)count, (long long)none);
	run(db, text);
	sqlite3_close(db);
}

static void lease(struct world *w, struct store_lease *ret)
{
	t_ok(store_open(w->dir, STORE_WRITE, &w->s, &w->e), &w->e);
	t_ok(store_lease_take(w->s, false, ret, &w->e), &w->e);
	w->epoch = ret->epoch;
	t_ok(store_last_attempt(w->s, &w->next_attempt, &w->e), &w->e);
	w->next_attempt++;
}

void world_open(struct world *w, int64_t people)
{
	struct store_lease l;

	*w = (struct world){0};
	t_mkdir(w->dir);
	world_people(w->dir, people, 7, 3);
	lease(w, &l);
}

void world_close(struct world *w)
{
	store_close(w->s);
	t_rmdir(w->dir);
}

void world_crash(struct world *w, struct store_lease *ret)
{
	store_close(w->s);
	lease(w, ret);
}

struct store_record world_intent(struct world *w, int64_t person)
{
	static const char sig[256] = {1, 2, 3}, sig2[64] = {4};
	struct store_record r = {.is_intent = true};

	r.u.intent = (struct intent){
	    .attempt = w->next_attempt++,
	    .person = person,
	    .epoch = w->epoch,
	    .at = AT,
	    .site = S("google.com"),
	    .letter = {.date = AT / USEC_PER_SEC,
		.template = 1,
		.code = S("AB-12-CD"),
		.sig = {{sig, sizeof(sig)}, {sig2, sizeof(sig2)}},
		.sha256 = {7}},
	    .state = {PERSON_SENDING, 0, 1, 0, AT, false},
	};
	return r;
}

struct store_record world_outcome(
    struct world *w, int64_t attempt, int64_t person, enum person_status status)
{
	struct store_record r = {0};

	r.u.outcome = (struct outcome){
	    .attempt = attempt,
	    .person = person,
	    .epoch = w->epoch,
	    .intent_made = true,
	    .at = AT + 1,
	    .stage = 5,
	    .code = 250,
	    .status_code = S("2.0.0"),
	    .text = S("250 2.0.0 OK 1795000000 d75a77b69052e-4b0 - gsmtp"),
	    .site = S("google.com"),
	    .host = S("gmail-smtp-in.l.google.com"),
	    .ip = S("142.250.102.26"),
	    .tls = S("TLSv1.3 TLS_AES_256_GCM_SHA384"),
	    .state = {status, 0, 1, status == PERSON_DEFERRED ? AT + 60 : 0, AT,
		false},
	};
	return r;
}

void world_commit(struct world *w, const struct store_record *r)
{
	t_ok(store_commit(w->s, r, 1, &w->e), &w->e);
}

enum person_status world_status(struct world *w, int64_t person)
{
	struct arena a = ARENA_INIT(64 * KiB);
	struct store_due d;
	enum person_status got;

	t_int(store_get(w->s, person, &a, &d, &w->e), 1);
	got = d.state.status;
	arena_release(&a);
	return got;
}

int64_t world_sql(const char *dir, const char *sql)
{
	sqlite3 *db = open_at(dir, "state.db");
	sqlite3_stmt *q;
	int64_t n = -1;

	t_int(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	if (sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return n;
}
