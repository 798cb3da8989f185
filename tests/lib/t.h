/* t: how tests are written here.  cmocka behind a few words of ours.
 *
 *	static void rejects_a_bare_lf(void **state) { ... t_str(got, "want"); }
 *	int main(void)
 *	{
 *		const struct CMUnitTest tests[] = {
 *			T(rejects_a_bare_lf),
 *		};
 *		return t_run("reply", tests);
 *	}
 *
 * Case names are sentences.  Failures print got and want.  A test that can not
 * run here (no server installed) prints "1..0 # SKIP reason" and returns 0:
 * t_skip_all().  (cmocka's own skip() is read by Meson as a failure.)
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/rand.h"

#define T(fn) cmocka_unit_test(fn)
#define T_WITH(fn, setup, teardown) \
	cmocka_unit_test_setup_teardown(fn, setup, teardown)
/* $T names the cases to run, with * and ?: T='*bare lf*' (a space is taken for
 * an underscore). */
#define t_run(name, tests) \
	(t_filter(), cmocka_run_group_tests_name(name, tests, NULL, NULL))
void t_filter(void);
int t_skip_all(const char *why);

/* Bytes equal; prints both quoted on failure. */
#define t_eq(got, want)    t_eq_at(got, want, __FILE__, __LINE__)
#define t_str(got, want_z) t_eq_at(got, str_of(want_z), __FILE__, __LINE__)
void t_eq_at(struct str got, struct str want, const char *file, int line);
#define t_int(got, want) \
	t_int_at((long long)(got), (long long)(want), __FILE__, __LINE__)
void t_int_at(long long got, long long want, const char *file, int line);
#define t_true(cond, ...)                                                 \
	do {                                                              \
		if (!(cond)) {                                            \
			print_error("# " __VA_ARGS__);                    \
			print_error("\n");                                \
			fail_msg("%s:%d: %s", __FILE__, __LINE__, #cond); \
		}                                                         \
	} while (0)
/* A call succeeded; prints the error otherwise. */
#define t_ok(call, errp)                                                     \
	do {                                                                 \
		if ((call) < 0)                                              \
			fail_msg("%s:%d: %s: %s", __FILE__, __LINE__, #call, \
			    (errp)->msg);                                    \
	} while (0)
/* A call failed with this code and a message holding `part`. */
#define t_fails(call, errp, want_code, part)      \
	do {                                      \
		err_clear(errp);                  \
		t_int(call, want_code);           \
		t_has(str_of((errp)->msg), part); \
	} while (0)
#define t_has(s, part) t_has_at(s, part, __FILE__, __LINE__)
void t_has_at(struct str s, const char *part, const char *file, int line);

/* A fresh folder under $TMPDIR, removed by t_rmdir(). */
const char *t_mkdir(char tmp[64]);
void t_rmdir(const char *path);
void t_write(const char *dir, const char *file, struct str content);

/* Seeds property tests: $T_SEED, else a fixed one; prints it. */
uint64_t t_seed(void);
