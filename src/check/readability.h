/* readability: how hard a text is, in numbers.
 *
 * Flesch-Kincaid grade (English only): 0.39 words/sentence + 11.8
 * syllables/word - 15.59, over sentences of at least four words; headings,
 * numbers and addresses do not count.  Syllables are groups of vowels, less a
 * silent e: right within a tenth over a page, which is what the grade is for.
 */
#pragma once

#include "check/prose.h"

struct readability {
	size_t sentences, words, syllables;
	double grade;        /* 0: too little text */
	size_t long_count;   /* sentences above `limit` words */
	size_t longest;      /* words of the longest */
	uint32_t longest_no; /* which sentence */
};

void readability_measure(
    const struct prose *p, size_t limit, struct readability *ret);
unsigned readability_syllables(struct str word);
