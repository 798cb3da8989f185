#include "store/sqlite_sql.h"

#include <assert.h>

/* One row a line of life: facts are only ever added, state follows. */
const char store_schema[] =
    "CREATE TABLE origin("
    "	one INTEGER PRIMARY KEY CHECK (one = 1),"
    "	secret BLOB NOT NULL,"
    "	epoch INTEGER NOT NULL DEFAULT 0,"
    "	clean INTEGER NOT NULL DEFAULT 1,"
    "	machine TEXT NOT NULL DEFAULT '',"
    "	device INTEGER NOT NULL DEFAULT 0,"
    "	inode INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE TABLE control("
    "	key TEXT PRIMARY KEY,"
    "	value BLOB NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE template("
    "	id INTEGER PRIMARY KEY,"
    "	name TEXT NOT NULL,"
    "	compiled BLOB NOT NULL) STRICT;"
    "CREATE TABLE site("
    "	id INTEGER PRIMARY KEY,"
    "	name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE code("
    "	person INTEGER PRIMARY KEY,"
    "	code TEXT NOT NULL UNIQUE) STRICT;"
    /* date IS NULL: the attempt ended before its final dot */
    "CREATE TABLE attempt("
    "	id INTEGER PRIMARY KEY,"
    "	person INTEGER NOT NULL,"
    "	epoch INTEGER NOT NULL,"
    "	at INTEGER NOT NULL,"
    "	site INTEGER NOT NULL,"
    "	address_no INTEGER NOT NULL,"
    "	tries INTEGER NOT NULL,"
    "	first_try INTEGER NOT NULL,"
    "	resent INTEGER NOT NULL,"
    "	date INTEGER,"
    "	template INTEGER,"
    "	code TEXT,"
    "	sha256 BLOB,"
    "	sig BLOB,"
    "	sig2 BLOB) STRICT;"
    "CREATE TABLE outcome("
    "	attempt INTEGER PRIMARY KEY,"
    "	person INTEGER NOT NULL,"
    "	epoch INTEGER NOT NULL,"
    "	at INTEGER NOT NULL,"
    "	stage INTEGER NOT NULL,"
    "	cause INTEGER NOT NULL,"
    "	code INTEGER NOT NULL,"
    "	status INTEGER NOT NULL,"
    "	address_no INTEGER NOT NULL,"
    "	tries INTEGER NOT NULL,"
    "	due INTEGER,"
    "	first_try INTEGER NOT NULL,"
    "	resent INTEGER NOT NULL,"
    "	site INTEGER NOT NULL,"
    "	status_code TEXT NOT NULL,"
    "	host TEXT NOT NULL,"
    "	ip TEXT NOT NULL,"
    "	tls TEXT NOT NULL,"
    "	relay_id TEXT NOT NULL,"
    "	text TEXT NOT NULL) STRICT;"
    /* attempt: the latest; letter: the latest with an intent, or 0;
     * due: when to try again, NULL if never */
    "CREATE TABLE state("
    "	person INTEGER PRIMARY KEY,"
    "	status INTEGER NOT NULL,"
    "	resent INTEGER NOT NULL,"
    "	attempts INTEGER NOT NULL,"
    "	site INTEGER NOT NULL,"
    "	address_no INTEGER NOT NULL,"
    "	tries INTEGER NOT NULL,"
    "	due INTEGER,"
    "	first_try INTEGER NOT NULL,"
    "	attempt INTEGER NOT NULL,"
    "	letter INTEGER NOT NULL) STRICT;"
    /* who waits: the uncertain first, then by time */
    "CREATE INDEX state_due ON state(status <> 9, due)"
    "	WHERE due IS NOT NULL;"
    "CREATE INDEX state_held ON state(person) WHERE status = 10;"
    "PRAGMA user_version = 1;";
static_assert(STORE_SCHEMA_VERSION == 1, "the schema says its version");
static_assert(PERSON_PENDING == 0 && PERSON_DEFERRED == 4 &&
		  PERSON_UNCERTAIN == 9 && PERSON_HELD == 10,
    "partial indexes name these");

#define PERSON_COLUMNS                                                \
	"p.id, p.layout, p.person_id, p.addresses, p.domain, p.name," \
	" p.language, p.segment, p.jurisdiction, p.flags, p.cells"
#define STATE_COLUMNS \
	"s.status, s.address_no, s.tries, s.due, s.first_try, s.resent"
#define LETTER_COLUMNS \
	"a.date, a.template, a.code, a.sig, a.sig2, a.sha256, a.address_no"
#define DUE_COLUMNS PERSON_COLUMNS ", " STATE_COLUMNS ", " LETTER_COLUMNS
#define DUE_JOIN                                           \
	" CROSS JOIN audience.person p ON p.id = s.person" \
	" LEFT JOIN attempt a ON a.id = s.letter"
#define MY_PART " AND (s.person >> 4) % ?3 = ?4 AND (?5 = '' OR p.domain = ?5)"

const char *const store_sql_text[SQL_COUNT] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_DATA_VERSION] = "PRAGMA data_version",
    [SQL_CONTROL_GET] = "SELECT value FROM control WHERE key = ?1",
    [SQL_CONTROL_SET] = "INSERT OR REPLACE INTO control VALUES(?1, ?2)",
    [SQL_EPOCH] = "SELECT epoch FROM origin",
    [SQL_SITE_FIND] = "SELECT id FROM site WHERE name = ?1",
    [SQL_SITE_ADD] = "INSERT INTO site(name) VALUES(?1)",
    [SQL_ATTEMPT_ADD] = "INSERT INTO attempt(id, person, epoch, at, site,"
			" address_no, tries, first_try, resent,"
			" date, template, code, sha256, sig, sig2)"
			" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
			" ?10, ?11, ?12, ?13, ?14, ?15)",
    [SQL_STATE_INTENT] =
	"INSERT INTO state(person, attempt, site, status, address_no, tries,"
	" due, first_try, resent, letter, attempts)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?2, 1)"
	" ON CONFLICT(person) DO UPDATE SET attempt = ?2, site = ?3,"
	" status = ?4, address_no = ?5, tries = ?6, due = ?7, first_try = ?8,"
	" resent = resent | ?9, letter = ?2, attempts = attempts + 1"
	" WHERE attempt < ?2",
    [SQL_OUTCOME_ADD] =
	"INSERT OR IGNORE INTO outcome(attempt, person, epoch, at, stage,"
	" cause, code, status, address_no, tries, due, first_try, resent,"
	" site, status_code, host, ip, tls, relay_id, text)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
	" ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
    /* the attempt is the latest: the usual case */
    [SQL_STATE_OUTCOME] =
	"UPDATE state SET site = ?3, status = ?4, address_no = ?5,"
	" tries = ?6, due = ?7, first_try = ?8, resent = resent | ?9"
	" WHERE person = ?1 AND attempt = ?2",
    [SQL_ATTEMPT_KEEP] =
	"INSERT OR IGNORE INTO attempt(id, person, epoch, at, site,"
	" address_no, tries, first_try, resent)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    /* an attempt without an intent: it may be the first, or late */
    [SQL_STATE_KEEP] =
	"INSERT INTO state(person, attempt, site, status, address_no, tries,"
	" due, first_try, resent, letter, attempts)"
	" VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10)"
	" ON CONFLICT(person) DO UPDATE SET attempt = ?2, site = ?3,"
	" status = ?4, address_no = ?5, tries = ?6, due = ?7, first_try = ?8,"
	" resent = resent | ?9, attempts = attempts + ?10"
	" WHERE attempt <= ?2",
    [SQL_STATE_COUNT_ATTEMPT] =
	"UPDATE state SET attempts = attempts + 1 WHERE person = ?1",
    [SQL_LAST_ATTEMPT] = "SELECT max((SELECT ifnull(max(id), 0) FROM attempt),"
			 " (SELECT ifnull(max(attempt), 0) FROM outcome))",
    [SQL_FRESH_END] = "SELECT id FROM audience.person WHERE id > ?1"
		      " ORDER BY id LIMIT 1 OFFSET ?2",
    [SQL_FRESH] = "SELECT " PERSON_COLUMNS " FROM audience.person p"
		  " WHERE p.id > ?1 AND p.id <= ?2 AND (p.id >> 4) % ?3 = ?4"
		  " AND NOT EXISTS(SELECT 1 FROM state s WHERE s.person = p.id)"
		  " AND p.addresses <> '' ORDER BY p.id LIMIT ?5",
    [SQL_FRESH_DOMAIN_END] =
	"SELECT id FROM audience.person INDEXED BY person_by_domain"
	" WHERE domain = ?3 AND id > ?1 ORDER BY id LIMIT 1 OFFSET ?2",
    [SQL_FRESH_DOMAIN] =
	"SELECT " PERSON_COLUMNS " FROM audience.person p"
	" INDEXED BY person_by_domain"
	" WHERE p.domain = ?6 AND p.id > ?1 AND p.id <= ?2"
	" AND (p.id >> 4) % ?3 = ?4"
	" AND NOT EXISTS(SELECT 1 FROM state s WHERE s.person = p.id)"
	" ORDER BY p.id LIMIT ?5",
    [SQL_DUE] =
	"SELECT " DUE_COLUMNS " FROM state s INDEXED BY state_due" DUE_JOIN
	" WHERE (s.status <> 9) = ?6"
	" AND s.due <= ?1" MY_PART " ORDER BY s.due, s.person LIMIT ?2",
    [SQL_HELD] =
	"SELECT " DUE_COLUMNS " FROM state s INDEXED BY state_held" DUE_JOIN
	" WHERE s.status = 10 AND s.person > ?1 AND (s.person >> 4) % ?3 = ?4"
	" AND (SELECT epoch FROM attempt WHERE id = s.attempt) <"
	" (SELECT epoch FROM origin) ORDER BY s.person LIMIT ?2",
    [SQL_DOMAIN_SIZE] =
	"SELECT 1 FROM audience.person INDEXED BY person_by_domain"
	" WHERE domain = ?1 LIMIT 1 OFFSET ?2",
    [SQL_DUE_SMALL_DOMAIN] =
	"SELECT " DUE_COLUMNS " FROM audience.person p"
	" INDEXED BY person_by_domain"
	" CROSS JOIN state s ON s.person = p.id"
	" LEFT JOIN attempt a ON a.id = s.letter"
	" WHERE p.domain = ?5 AND (p.id >> 4) % ?3 = ?4"
	" AND s.due <= ?1"
	" ORDER BY s.status <> 9, s.due, s.person LIMIT ?2",
    [SQL_EARLIEST] = "SELECT min(due) FROM state INDEXED BY state_due"
		     " WHERE (status <> 9) = ?1 AND due IS NOT NULL",
    [SQL_NEXT_DOMAIN] =
	"SELECT domain FROM audience.person INDEXED BY person_by_domain"
	" WHERE domain > ?1 ORDER BY domain LIMIT 1",
    [SQL_PERSON] = "SELECT " DUE_COLUMNS " FROM audience.person p"
		   " LEFT JOIN state s ON s.person = p.id"
		   " LEFT JOIN attempt a ON a.id = s.letter WHERE p.id = ?1",
    [SQL_STANDINGS] = "SELECT person, status, resent, first_try FROM state"
		      " WHERE person > ?1 ORDER BY person LIMIT ?2",
    [SQL_TALLY] =
	"SELECT tally(status, resent, attempts, site, CASE WHEN status >= 10"
	" THEN (SELECT addresses = '' FROM audience.person WHERE id = person)"
	" ELSE 0 END) FROM state WHERE person > ?1 AND person <= ?2",
    [SQL_PEOPLE] = "SELECT ifnull((SELECT value FROM audience.meta"
		   " WHERE key = 'people'), 0), ifnull((SELECT value"
		   " FROM audience.meta WHERE key = 'no_address'), 0)",
    [SQL_LIST_STATES] =
	"SELECT s.person, " STATE_COLUMNS ", p.person_id, p.name,"
	" p.addresses, o.code, o.text FROM state s"
	" LEFT JOIN audience.person p ON p.id = s.person"
	" LEFT JOIN outcome o ON o.attempt = s.attempt"
	" WHERE s.person > ?1 AND s.person <= ?2 AND s.status = ?3"
	" ORDER BY s.person LIMIT ?4",
    [SQL_LIST_UNTOUCHED] =
	"SELECT p.id, p.person_id, p.name, p.addresses"
	" FROM audience.person p WHERE p.id > ?1 AND p.id <= ?2"
	" AND (p.addresses = '') = ?3"
	" AND NOT EXISTS(SELECT 1 FROM state s WHERE s.person = p.id)"
	" ORDER BY p.id LIMIT ?4",
    [SQL_TEMPLATE_FIND] =
	"SELECT id FROM template WHERE name = ?1 AND compiled = ?2",
    [SQL_TEMPLATE_ADD] = "INSERT INTO template(name, compiled) VALUES(?1, ?2)",
    [SQL_TEMPLATE_GET] = "SELECT compiled FROM template WHERE id = ?1",
    [SQL_CODE_GET] = "SELECT code FROM code WHERE person = ?1",
};
