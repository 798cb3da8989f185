/* runs_private: shared by runs.c (batches) and runs_merge.c (reading back);
 * nobody else includes it. */
#pragma once

#include "notice/runs.h"

#define RUN_HEAD   12 /* key, length */
#define RUN_WINDOW (64 * KiB)

struct run {
	uint64_t from, to; /* in the file */
	unsigned level;    /* how often its records were merged */
};

/* Reads one run. */
struct run_reader {
	int fd;
	uint64_t from, to; /* not yet read */
	char *p;
	size_t at, n, cap;
	size_t order; /* among readers, for equal keys */
	uint64_t key;
	struct str bytes;
};

/* Many readers, the smallest first. */
struct run_merge {
	struct run_reader *reader;
	struct run_reader **heap;
	size_t count, left;
	bool begun;
};

/* Appends to the file, gathered. */
struct run_writer {
	int fd;
	uint64_t at;
	char *p;
	size_t n;
};

void run_merge_begin(
    struct run_merge *m, int fd, const struct run *run, size_t count);
int run_merge_next(struct run_merge *m, uint64_t *ret_key,
    struct str *ret_bytes, struct err *e);
void run_merge_release(struct run_merge *m);

int run_writer_add(
    struct run_writer *w, uint64_t key, struct str bytes, struct err *e);
int run_writer_flush(struct run_writer *w, struct err *e);
