/* rules_plan: the judges of the plan's family: rules_plan.c (table, gate, what
 * the law does not cover), rules_plan_clock.c (dates). */
#pragma once

#include "check/facts.h"
#include "check/finding.h"

/* S-48: each deadline against the projected end. */
void rules_plan_clock(const struct check_facts *x, struct findings *f);
/* "the first import" or "tranche 'late'", as a subject. */
struct str rules_plan_tranche(
    const struct plan_tranche *t, struct arena *arena);
