/* arena: memory for one unit of work (a message, a transaction, a request),
 * freed at once, with a maximum and with cleanup actions for what else the
 * work holds (files, TLS objects).
 *
 *	struct arena a = ARENA_INIT(64 * KiB);
 *	char *copy = arena_dup(&a, view);
 *	if (a.failed)
 *		...
 *	arena_release(&a);
 *
 * An allocation beyond `max`, or without memory, returns NULL and sets
 * `failed`, which stays set until reset.
 */
#pragma once

#include "base/str.h"

#define KiB 1024UL
#define MiB (1024UL * 1024UL)

struct arena_chunk;
struct arena_cleanup;

struct arena {
	struct arena_chunk *chunks;
	struct arena_cleanup *cleanups;
	size_t used, max;
	bool failed;
};

#define ARENA_INIT(maximum) ((struct arena){.max = (maximum)})

/* 16-byte aligned, zeroed. */
void *arena_alloc(struct arena *a, size_t n);
/* n * size, checked for overflow. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* Copies with a NUL behind.  arena_dup returns the view of the copy. */
char *arena_strz(struct arena *a, struct str s);
struct str arena_dup(struct arena *a, struct str s);

/* `fn(arg)` runs at reset and release, last added first.  False: no memory, it
 * will not run, and `failed` is set. */
bool arena_cleanup(struct arena *a, void (*fn)(void *), void *arg);

void arena_reset(struct arena *a); /* keeps one chunk for the next unit */
void arena_release(struct arena *a);
