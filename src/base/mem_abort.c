/* The program's: libtocsin must not link this file (tests/verdict/never_aborts
 * looks). */
#include "base/mem.h"
#include "base/str.h"

static _Noreturn void out_of_memory(size_t n)
{
	fprintf(stderr,
	    "tocsin: out of memory (%zu bytes); nothing is lost, "
	    "run the command again\n",
	    n);
	abort();
}

static void end(size_t n)
{
	out_of_memory(n);
}

void mem_abort_at_failure(void)
{
	mem_on_failure(end);
}

void *mem_alloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		out_of_memory(n);
	return p;
}

void *mem_zalloc(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		out_of_memory(n);
	return p;
}

void *mem_realloc(void *p, size_t n)
{
	void *q = realloc(p, n ? n : 1);

	if (!q)
		out_of_memory(n);
	return q;
}

char *mem_strdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(mem_alloc(n), s, n);
}

char *str_dup(struct str s)
{
	char *z = mem_alloc(s.n + 1);

	if (s.n)
		memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	return z;
}
