/* judged: a family's rules over facts made by hand. */
#pragma once

#include "check/facts.h"
#include "check/finding.h"
#include "t.h"

struct judged {
	struct arena arena;
	struct findings *f;
};

static inline struct judged *judge_family(
    const struct rule_family *family, const struct check_facts *x)
{
	struct judged *j = mem_zalloc(sizeof(*j));

	j->arena = ARENA_INIT(16 * MiB);
	j->f = findings_new(&j->arena);
	family->judge(x, j->f);
	/* --explain tells the worst that a rule says by itself */
	for (size_t i = 0; i < j->f->count; i++)
		t_true(j->f->v[i].severity <= j->f->v[i].rule->severity,
		    "%s %s says more than its rule may", j->f->v[i].rule->id,
		    j->f->v[i].check);
	return j;
}

static inline void judged_free(struct judged *j)
{
	arena_release(&j->arena);
	free(j);
}

/* The finding of this rule and check, or NULL.  Not inlined: where a test knows
 * that it is there, the compiler need not doubt it. */
__attribute__((noinline, unused)) static const struct finding *judged_find(
    const struct judged *j, const char *rule, const char *check)
{
	for (size_t i = 0; i < j->f->count; i++)
		if (strcmp(j->f->v[i].rule->id, rule) == 0 &&
		    strcmp(j->f->v[i].check, check) == 0)
			return &j->f->v[i];
	return NULL;
}

/* It says this, with this severity, and names `part`. */
static inline void judged_says(const struct judged *j, const char *rule,
    const char *check, enum severity s, const char *part)
{
	const struct finding *x = judged_find(j, rule, check);

	t_true(x != NULL, "no finding %s %s", rule, check);
	ENSURE(x);
	t_int(x->severity, s);
	t_true(!x->unchecked, "%s %s was judged", rule, check);
	t_has(x->text, part);
}

static inline void judged_silent(
    const struct judged *j, const char *rule, const char *check)
{
	const struct finding *x = judged_find(j, rule, check);

	t_true(!x, "%s %s: %.*s", rule, check, x ? (int)x->text.n : 0,
	    x ? x->text.p : "");
}

static inline size_t judged_blocks(const struct judged *j)
{
	return findings_tally(j->f).blocks;
}
