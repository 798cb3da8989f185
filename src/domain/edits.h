/* edits: how many typing errors lie between two labels (optimal string
 * alignment: one letter added, left out, replaced, or two neighbours swapped).
 */
#pragma once

#include "base/str.h"

#define EDITS_MAX_LENGTH 128UL

struct edits {
	unsigned count; /* least number of errors */
	/* The same in tenths of an error: a doubled letter, a vowel for a
	 * vowel, a swap are half seen; at the first letter all is seen. */
	unsigned cost;
};

/* False: more than `most` errors, or longer than EDITS_MAX_LENGTH. */
bool edits_between(
    struct str a, struct str b, unsigned most, struct edits *ret);
