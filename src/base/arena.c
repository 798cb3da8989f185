#include "base/arena.h"
#include "base/mem.h"

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, cap;
	_Alignas(16) char data[];
};

struct arena_cleanup {
	struct arena_cleanup *next;
	void (*fn)(void *);
	void *arg;
};

static const size_t chunk_min = 4 * KiB;

static struct arena_chunk *chunk_add(struct arena *a, size_t n)
{
	size_t cap = n > chunk_min ? n : chunk_min;
	struct arena_chunk *c = malloc(sizeof(*c) + cap);

	if (!c) {
		mem_count_failure();
		a->failed = true;
		return NULL;
	}
	*c = (struct arena_chunk){.next = a->chunks, .cap = cap};
	a->chunks = c;
	return c;
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct arena_chunk *c = a->chunks;
	void *p;

	if (n > SIZE_MAX - 32) {
		a->failed = true;
		return NULL;
	}
	n = (n + 15) & ~(size_t)15;
	if (a->failed || n > a->max || a->used > a->max - n) {
		a->failed = true;
		return NULL;
	}
	if (!c || c->cap - c->used < n) {
		c = chunk_add(a, n);
		if (!c)
			return NULL;
	}
	p = c->data + c->used;
	c->used += n;
	a->used += n;
	return memset(p, 0, n);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size) {
		a->failed = true;
		return NULL;
	}
	return arena_alloc(a, n * size);
}

char *arena_strz(struct arena *a, struct str s)
{
	char *z = s.n < SIZE_MAX ? arena_alloc(a, s.n + 1) : NULL;

	if (z && s.n)
		memcpy(z, s.p, s.n);
	return z;
}

struct str arena_dup(struct arena *a, struct str s)
{
	char *z = arena_strz(a, s);

	return z ? str_make(z, s.n) : STR_NONE;
}

bool arena_cleanup(struct arena *a, void (*fn)(void *), void *arg)
{
	struct arena_cleanup *c = mem_try_alloc(sizeof(*c));

	if (!c) {
		a->failed = true;
		return false;
	}
	*c = (struct arena_cleanup){.next = a->cleanups, .fn = fn, .arg = arg};
	a->cleanups = c;
	return true;
}

static void run_cleanups(struct arena *a)
{
	while (a->cleanups) {
		struct arena_cleanup *c = a->cleanups;

		a->cleanups = c->next;
		c->fn(c->arg);
		free(c);
	}
}

void arena_reset(struct arena *a)
{
	struct arena_chunk *keep = NULL;

	run_cleanups(a);
	while (a->chunks) {
		struct arena_chunk *c = a->chunks;

		a->chunks = c->next;
		if (!keep && c->cap <= 16 * chunk_min) {
			keep = c;
			keep->next = NULL;
			keep->used = 0;
		} else {
			free(c);
		}
	}
	a->chunks = keep;
	a->used = 0;
	a->failed = false;
}

void arena_release(struct arena *a)
{
	arena_reset(a);
	free(a->chunks);
	a->chunks = NULL;
}
