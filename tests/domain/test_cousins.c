#include "t.h"

#include "domain/cousins.h"
#include "domain/lookalike.h"

static const char *const domains[] = {"harborline.com", "north-bank.org",
    "ford.com", "ups.com", "x.com", "harborline.co.uk", "midwest.example",
    "1password.com", "xn--bcher-kva.example", "xn--r8jz45g.com",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk.com"};

static void makes_names_that_are_cousins_each_once(void **state)
{
	struct psl *psl = psl_open();

	(void)state;
	for (size_t d = 0; d < ARRAY_SIZE(domains); d++) {
		struct arena a = ARENA_INIT(4 * MiB);
		struct str domain = str_of(domains[d]), *names;
		size_t n = cousins_make(psl, domain, 1000, &a, &names);

		t_true(n > 2 && n < 1000, "%s: %zu", domains[d], n);
		for (size_t i = 0; i < n; i++) {
			struct lookalike l;
			struct str reg;

			lookalike_judge(psl, names[i], domain, &l);
			t_int(l.relation, LOOKALIKE_COUSIN);
			t_int(psl_registrable(psl, names[i], &reg), true);
			t_eq(reg, names[i]);
			for (size_t k = 0; k < i; k++)
				t_int(str_eq(names[i], names[k]), false);
		}
		arena_release(&a);
	}
	psl_close(psl);
}

static void the_likeliest_come_first_and_always_the_same(void **state)
{
	struct psl *psl = psl_open();
	struct arena a = ARENA_INIT(4 * MiB);
	struct str domain = S("harborline.com"), *all, *some;
	size_t n = cousins_make(psl, domain, 1000, &a, &all);

	(void)state;
	t_int(cousins_make(psl, domain, 30, &a, &some), 30);
	t_true(n > 100, "%zu", n);
	for (size_t i = 0; i < 30; i++)
		t_eq(some[i], all[i]);
	t_str(all[0], "harborline.net");
	psl_close(psl);
	arena_release(&a);
}

static void makes_every_kind(void **state)
{
	static const char *const some[] = {"harborline-security.com",
	    "harborlinenotice.com", "login-harborline.com",
	    "supportharborline.com", "harborline.info", "harborllne.com",
	    "harb0rline.com", "habrorline.com", "harborlin.com",
	    "harborrline.com", "harbor-line.com", "xn--hrborline-0yh.com"};
	struct psl *psl = psl_open();
	struct arena a = ARENA_INIT(4 * MiB);
	struct str *names;
	size_t n = cousins_make(psl, S("harborline.com"), 1000, &a, &names);

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(some); k++) {
		bool found = false;

		for (size_t i = 0; i < n; i++)
			found |= str_eq(names[i], str_of(some[k]));
		t_true(found, "%s is not there", some[k]);
	}
	psl_close(psl);
	arena_release(&a);
}

static void gives_none_for_what_is_no_domain(void **state)
{
	static const char *const none[] = {
	    "", "com", "co.uk", "www.harborline.com", ".", "a..com"};
	struct psl *psl = psl_open();
	struct arena a = ARENA_INIT(4 * MiB), small = ARENA_INIT(2048);
	struct str *names;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		t_int(cousins_make(psl, str_of(none[i]), 10, &a, &names), 0);
	t_int(cousins_make(psl, S("harborline.com"), 0, &a, &names), 0);
	t_int(cousins_make(psl, S("harborline.com"), 100, &small, &names), 0);
	psl_close(psl);
	arena_release(&a);
	arena_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(makes_names_that_are_cousins_each_once),
	    T(the_likeliest_come_first_and_always_the_same),
	    T(makes_every_kind),
	    T(gives_none_for_what_is_no_domain),
	};

	return t_run("cousins", tests);
}
