/* zeros: whether a spreadsheet has eaten leading zeros of a column.
 *
 * Postcodes: some have four digits where the country, or most rows, have
 * five.  Other numbers: nearly all have one length, a few are up to three
 * digits shorter, and none begins with a zero.  Pure; a guess, so a warning.
 */
#pragma once

#include "base/str.h"

#define ZEROS_DIGITS 20

struct zeros {
	bool other; /* a cell with more than digits: no number, not judged */
	bool zero;  /* a cell that begins with 0: they are still there */
	uint64_t by_length[ZEROS_DIGITS + 1];
	uint64_t first[ZEROS_DIGITS + 1]; /* line of the first of this length */
	/* postcodes */
	uint64_t certain, certain_line; /* four digits, the country has five */
};

void zeros_add(struct zeros *z, struct str cell, uint64_t line);
/* `five`: 1 the row's country has five digits, 0 it has not, -1 unknown. */
void zeros_add_postcode(
    struct zeros *z, struct str cell, int five, uint64_t line);
/* How many cells have lost one, and the line of the first. */
uint64_t zeros_lost(const struct zeros *z, uint64_t *ret_line);
uint64_t zeros_lost_postcodes(const struct zeros *z, uint64_t *ret_line);
