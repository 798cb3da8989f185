/* sqlite_sql: the schema of state.db and every statement kept prepared, in one
 * place, so that what is asked of the database can be read at a sitting.
 */
#pragma once

#include "store/sqlite_private.h"

extern const char store_schema[];
extern const char *const store_sql_text[SQL_COUNT];
