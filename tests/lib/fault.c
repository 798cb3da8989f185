#include "fault.h"

#include <event2/event.h>
#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_uint armed;
static atomic_bool after;
static atomic_ulong seen, want, failures;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

static bool fails(unsigned who)
{
	unsigned long n;

	if (!(atomic_load(&armed) & who))
		return false;
	n = atomic_fetch_add(&seen, 1) + 1;
	if (n != atomic_load(&want) &&
	    !(n > atomic_load(&want) && atomic_load(&after)))
		return false;
	atomic_fetch_add(&failures, 1);
	return true;
}

void fault_arm(unsigned who, unsigned long nth, bool and_after)
{
	atomic_store(&seen, 0);
	atomic_store(&failures, 0);
	atomic_store(&want, nth);
	atomic_store(&after, and_after);
	atomic_store(&armed, who);
}

unsigned long fault_disarm(void)
{
	atomic_store(&armed, 0);
	return atomic_load(&failures);
}

/* ---- ours */

void *__wrap_malloc(size_t n)
{
	return fails(FAULT_OURS) ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails(FAULT_OURS) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fails(FAULT_OURS) ? NULL : __real_realloc(p, n);
}

/* ---- theirs */

static void *their_malloc(size_t n)
{
	return fails(FAULT_THEIRS) ? NULL : __real_malloc(n);
}

static void *their_realloc(void *p, size_t n)
{
	return fails(FAULT_THEIRS) ? NULL : __real_realloc(p, n);
}

static void *crypto_malloc(size_t n, const char *file, int line)
{
	return their_malloc(n);
}

static void *crypto_realloc(void *p, size_t n, const char *file, int line)
{
	return their_realloc(p, n);
}

static void crypto_free(void *p, const char *file, int line)
{
	free(p);
}

void fault_take_theirs(void)
{
	if (CRYPTO_set_mem_functions(
		crypto_malloc, crypto_realloc, crypto_free) != 1)
		abort();
	event_set_mem_functions(their_malloc, their_realloc, free);
}
