/* err: what went wrong, in a sentence fit for the user.
 *
 *	struct err e = {0};
 *	if (notice_open(dir, &notice, &e) < 0)
 *		die(&e);               "notice.ini:12: [send] workers: ..."
 *
 * A function that can fail returns 0 (or a count) on success and a negative
 * enum errcode on failure, and fills the caller's struct err, which needs no
 * allocation.  Verdicts (spf=fail, a 550) are data, never errors.  BUG() is
 * for the impossible only, never for input; it stays on in release.
 */
#pragma once

#include "base/banned.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum errcode {
	ERR_NONE = 0,
	ERR_USAGE = -1,    /* wrong arguments                        exit 2 */
	ERR_INPUT = -2,    /* bad input: file, line, reason          exit 2 */
	ERR_LIMIT = -3,    /* input beyond a limit of base/limits.h  exit 2 */
	ERR_NOENT = -4,    /* a thing named does not exist           exit 2 */
	ERR_SYS = -5,      /* the operating system said no           exit 3 */
	ERR_NET = -6,      /* network, relay, TLS                    exit 3 */
	ERR_DB = -7,       /* database                               exit 3 */
	ERR_LEASE = -8,    /* another sender, or a copied folder     exit 3 */
	ERR_FULL = -9,     /* no space left                          exit 3 */
	ERR_NOMEM = -10,   /* allocation failed                      exit 3 */
	ERR_REFUSED = -11, /* a definite no: a gate is closed        exit 1 */
	ERR_CANCEL = -12,  /* stopped on request                     exit 3 */
};

struct err {
	int code; /* 0 or an enum errcode */
	int sys;  /* errno, if the system said it */
	char msg[480];
};

/* Fills `e` (may be NULL) and returns `code`. */
int err_set(struct err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* As err_set with ERR_SYS (ERR_FULL for ENOSPC/EDQUOT, ERR_NOENT for ENOENT),
 * and appends ": <text of errno>". */
int err_sys(struct err *e, int sys, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "<context>: " before the message and returns the code it kept. */
int err_wrap(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

void err_clear(struct err *e);

/* The exit status a command ends with for `code` (design, section 6). */
int err_exit_status(int code);

_Noreturn void bug_at(const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
#define ENSURE(cond)                      \
	do {                              \
		if (!(cond))              \
			BUG("%s", #cond); \
	} while (0)

/* Allocation for things whose size no stranger decides; aborts without
 * memory, which the journal makes safe.  What a peer can size goes through
 * struct buf or struct arena, which have limits and report instead.  For the
 * program only: what the public library links uses base/mem.h. */
void *mem_alloc(size_t n) __attribute__((malloc, returns_nonnull));
void *mem_zalloc(size_t n) __attribute__((malloc, returns_nonnull));
void *mem_realloc(void *p, size_t n) __attribute__((returns_nonnull));
char *mem_strdup(const char *s) __attribute__((malloc, returns_nonnull));

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(*(a)))
