/* ledger: a CSV file of the folder that an import leaves behind (rejects.csv,
 * merges.csv).  Written beside as NAME.new and put in place only when the
 * import is; without a line the old one goes away.
 */
#pragma once

#include "base/buf.h"

struct ledger {
	char *path, *path_new;
	const char *header;
	int fd;
	uint64_t lines;
	struct buf out;
};

/* `header`: column names by comma. Removes what a killed import left. */
void ledger_init(
    struct ledger *l, const char *dir, const char *name, const char *header);
/* One line of cells. */
int ledger_add(
    struct ledger *l, const struct str *cell, size_t count, struct err *e);
/* Makes what was added durable; then ledger_commit puts it in place. */
int ledger_sync(struct ledger *l, struct err *e);
int ledger_commit(struct ledger *l, struct err *e);
void ledger_release(struct ledger *l); /* uncommitted: removed */
