/* people_sql: what people.c and people_write.c share: the schema, and how
 * SQLite's answers become errors.  Nobody else includes it.
 */
#pragma once

#include "store/people.h"

#include <sqlite3.h>

#define PEOPLE_FILE    "audience.db"
#define PEOPLE_NEW     "audience.db.new"
#define PEOPLE_JOURNAL "audience.db-journal"
#define PEOPLE_SCHEMA  1 /* PRAGMA user_version */
#define PEOPLE_PATH    4096

#define PEOPLE_COLUMNS                                        \
	"id,layout,person_id,addresses,domain,name,language," \
	"segment,jurisdiction,flags,cells"

/* "DIR/file"; ERR_LIMIT if that is too long. */
int people_path(
    const char *dir, const char *file, char ret[PEOPLE_PATH], struct err *e);

/* Fills `e` from the database's last answer; the code is ERR_FULL, ERR_NOMEM
 * or ERR_DB.  `what` is what could not be done. */
int people_db_error(
    sqlite3 *db, const char *path, const char *what, struct err *e);

int people_exec(sqlite3 *db, const char *path, const char *sql, struct err *e);

/* A hot journal (a crash while the index was being built) belongs to the file
 * in place: rolls it back before that file is replaced. */
int people_recover(const char *dir, struct err *e);
