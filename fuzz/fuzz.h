/* fuzz: one target a parser.  A target defines fuzz_one(); built with
 * -Dfuzz=libfuzzer it is a libFuzzer program, else it has a plain main that
 * runs every file of the folders given (its corpus), so that no target rots.
 */
#pragma once

#include "base/str.h"

/* Must never crash, leak, or break what it asserts. */
void fuzz_one(struct str input);
