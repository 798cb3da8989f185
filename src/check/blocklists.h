/* blocklists: the DNS block lists that are asked for our addresses (S-14), from
 * data/blocklists.txt; the file tells its fields.
 *
 * LIMITS: BLOCKLISTS_MAX lists, BLOCKLISTS_FILE bytes.
 */
#pragma once

#include "base/arena.h"

#define BLOCKLISTS_MAX  16u
#define BLOCKLISTS_FILE (64 * KiB)

struct blocklist {
	struct str zone;   /* "zen.spamhaus.org" */
	struct str name;   /* "Spamhaus ZEN" */
	struct str source; /* where its use is told */
	struct str as_of;  /* 2026-04-01 */
};

struct blocklists {
	struct blocklist v[BLOCKLISTS_MAX];
	size_t count;
};

/* Negative: file, line and what is wrong. */
int blocklists_parse(struct str text, const char *name, struct arena *a,
    struct blocklists *ret, struct err *e);
/* `data_dir`/blocklists.txt */
int blocklists_load(const char *data_dir, struct arena *a,
    struct blocklists *ret, struct err *e);
