#include "base/mem.h"

static _Thread_local unsigned long failures;
static void (*on_failure)(size_t n);

unsigned long mem_failures(void)
{
	return failures;
}

void mem_count_failure(void)
{
	failures++;
}

void mem_on_failure(void (*fn)(size_t n))
{
	on_failure = fn;
}

void mem_lost(size_t n)
{
	failures++;
	if (on_failure)
		on_failure(n);
}

void *mem_try_alloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		mem_lost(n);
	return p;
}

void *mem_try_zalloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		mem_lost(n);
	return p;
}

void *mem_try_realloc(void *p, size_t n)
{
	void *q = realloc(p, n ? n : 1);

	if (!q)
		mem_lost(n);
	return q;
}

bool mem_try_grow(void *p, size_t *cap, size_t count, size_t first, size_t size)
{
	size_t want = *cap ? 2 * *cap : first;
	void *old, *new;

	if (count < *cap)
		return true;
	memcpy(&old, p, sizeof(old));
	new = mem_try_realloc(old, want * size);
	if (!new)
		return false;
	memcpy(p, &new, sizeof(new));
	*cap = want;
	return true;
}

char *mem_try_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = mem_try_alloc(n);

	return copy ? memcpy(copy, s, n) : NULL;
}
