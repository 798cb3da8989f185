/* mem: what happens when there is no memory.  There are two worlds.
 *
 * The program ends with a sentence, which its journal makes safe: mem_alloc()
 * and its kin of err.h never return NULL (mem_abort.c).
 *
 * The public library (include/tocsin/tocsin.h) never ends its caller.  What
 * it links takes memory by mem_try_*(), buf and arena only; what wants some and
 * gets none returns NULL or false with nothing begun and nothing held.  Each
 * failure is also counted for the thread it happened in.  So whoever judges
 * need not follow one lost string through every hand:
 *
 *	unsigned long before = mem_failures();
 *	... all the work ...
 *	if (mem_failures() != before)
 *		temperror, or ERR_NOMEM: whatever came out may be wrong
 *
 * The program tells its wish with mem_abort_at_failure(): then mem_try_*() of
 * the rooms it shares with the library does not return NULL either.
 */
#pragma once

#include "base/err.h"

/* NULL: there is no memory, which is counted.  free() them. */
void *mem_try_alloc(size_t n) __attribute__((malloc));
void *mem_try_zalloc(size_t n) __attribute__((malloc));
/* NULL: `p` is as before. */
void *mem_try_realloc(void *p, size_t n);
/* Room for `count` + 1 things of `size` bytes in `*p`, which holds `*cap`;
 * `first` when it is empty, then twice as many each time.  False: as before. */
bool mem_try_grow(
    void *p, size_t *cap, size_t count, size_t first, size_t size);
char *mem_try_strdup(const char *s) __attribute__((malloc));

/* How often this thread got none. */
unsigned long mem_failures(void);
/* Counts one of another allocator (OpenSSL, libidn2, malloc itself). */
void mem_count_failure(void);
/* The same, and the program ends: for who returns NULL because of it. */
void mem_lost(size_t n);

/* The program's, once, before it has threads: `fn` does not return. */
void mem_on_failure(void (*fn)(size_t n));
/* ... and that is the program's `fn`.  In mem_abort.c. */
void mem_abort_at_failure(void);
