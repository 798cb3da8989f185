/* runs: sorting more than memory holds.
 *
 *	struct runs *r = runs_new(&options);
 *	runs_add(r, key, bytes, e);        any number of times
 *	runs_finish(r, e);
 *	while (runs_next(r, &key, &bytes, e) > 0)
 *
 * Records come back by ascending key, those with equal keys in the order they
 * were added.  A batch fills in memory while a thread sorts and writes the one
 * before it as a run; runs are merged by many at a time.  What fits in one
 * batch never leaves memory.
 *
 * The runs lie in one file without a name, in the folder given, so nothing is
 * left behind however the process ends.  Where the file system knows no such
 * files, RUNS_FILE has a name for an instant; the next runs_new() removes it.
 *
 * LIMITS: RUNS_RECORD a record; memory is two batches while adding, a small
 * window a run while merging.
 */
#pragma once

#include "base/buf.h"
#include "base/limits.h"

#define RUNS_RECORD (256 * KiB)
#define RUNS_FILE   "audience.runs"

struct runs;

struct runs_options {
	const char *dir;
	size_t batch;    /* bytes; 0: 8 MiB */
	unsigned fan_in; /* runs merged at a time; 0: 64 */
};

struct runs *runs_new(const struct runs_options *o);
/* ERR_FULL when the disk is. */
int runs_add(struct runs *r, uint64_t key, struct str bytes, struct err *e);
int runs_finish(struct runs *r, struct err *e);
/* 1, or 0 at the end.  `ret_bytes` is valid until the next call. */
int runs_next(
    struct runs *r, uint64_t *ret_key, struct str *ret_bytes, struct err *e);
void runs_free(struct runs *r);
