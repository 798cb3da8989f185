/* audience: importing who a notice is owed to.
 *
 *	read    CSV, columns, each row judged        (csv, columns, intake)
 *	sort    by a keyed hash of who each is       (runs)
 *	unite   with each other and those known      (unite)
 *	commit  audience.db by a rename, then rejects.csv and merges.csv
 *
 * Until the commit nothing of the folder changes; a refusal, a full disk or a
 * kill leaves the audience and the reports of the import before.  It does not
 * run beside a sender or another import.  Memory does not grow with the file.
 *
 * rejects.csv names every row refused and every address left out (line,
 * column, reason); merges.csv every row that was joined to an earlier one, and
 * with a tranche those known whose new cells were not taken.
 */
#pragma once

#include "base/buf.h"

#define AUDIENCE_WARNINGS 24
#define AUDIENCE_SAMPLES  5

struct audience_options {
	const char *dir, *file; /* file "-": standard input */
	const char *settings;   /* instead of DIR/notice.ini; NULL */
	const char *encoding;   /* NULL: found out */
	const char *country;    /* of rows that name none; NULL */
	const char *tranche;    /* of those who are new; NULL */
	bool amend;             /* known people get the file's cells */
	bool no_email;          /* nobody has an address */
	bool closed;            /* nobody new may come in: a correction's */
	bool dry_run;           /* read and judge only; writes nothing */
	const char *const *map; /* columns.h */
	size_t map_count;
	/* How far; `total` 0: unknown.  Negative stops the import. */
	int (*progress)(const char *what, const char *unit, uint64_t done,
	    uint64_t total, void *arg);
	void *arg;
};

struct audience_result {
	/* rows = fresh + known + merged + rejected */
	uint64_t rows, fresh, known, merged, rejected;
	uint64_t people;                    /* the audience afterwards */
	uint64_t amended, kept;             /* known, with other cells */
	uint64_t ignored;                   /* addresses left out */
	uint64_t no_address, unknown_place; /* rows of the file */
	bool has_rejects, has_merges;       /* the files were written */
	char warning[AUDIENCE_WARNINGS][360];
	size_t warnings;
	char sample[AUDIENCE_SAMPLES][360]; /* of what rejects.csv says */
	size_t samples;
};

int audience_import(const struct audience_options *o,
    struct audience_result *ret, struct err *e);
/* The same without a folder or a file, for tests and fuzzing: `bytes` are read
 * and judged as a dry run does. */
int audience_judge(const struct audience_options *o, struct str bytes,
    struct audience_result *ret, struct err *e);
