/* rules_channel: S-50 has a file of its own, rules_channel_copy.c. */
#pragma once

#include "check/facts.h"
#include "check/finding.h"

void rules_channel_copy(const struct check_facts *x, struct findings *f);
