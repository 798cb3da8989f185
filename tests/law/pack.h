/* pack: the project's own laws, opened once for a test program, and short ways
 * to ask them. */
#pragma once

#include "t.h"
#include "law/law.h"

extern struct law_pack *pack;

int pack_open(void **state);
int pack_close(void **state);
#define pack_run(name, tests) \
	(t_filter(),          \
	    cmocka_run_group_tests_name(name, tests, pack_open, pack_close))

usec_t pack_moment(const char *when);
/* All of the kinds breach, health and telecom; discovered `when`. */
struct law_facts pack_facts(const char *when);
struct law_duties pack_assess(
    const struct law_facts *f, const char *people, struct arena *a);
/* NULL: there is none. */
const struct law_duty *pack_find(const struct law_duties *d, const char *id,
    enum law_who who, unsigned step);
/* "none", or as clock_iso() writes it. */
void pack_deadline(const struct law_duty *d, const char *want);
