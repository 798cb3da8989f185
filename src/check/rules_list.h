/* rules_list: the judges of the list's family that stand in files of their own:
 * rules_list_people.c (addresses), rules_list_law.c (the legal channel). */
#pragma once

#include "check/facts.h"
#include "check/finding.h"

void rules_list_channel(const struct check_facts *x, struct findings *f);
void rules_list_taken(const struct check_facts *x, struct findings *f);
void rules_list_suppression(const struct check_facts *x, struct findings *f);
void rules_list_gaps(const struct check_facts *x, struct findings *f);
