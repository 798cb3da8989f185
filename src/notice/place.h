/* place: where a person lives, as a code that laws can be looked up by:
 * "DE", "US-CA", "CA-QC" (ISO 3166-1 alpha-2, with a subdivision where laws
 * differ by it: United States, Canada, and whatever a file says itself).
 *
 * Taken: codes in any case, alpha-3 codes, English names and a few native
 * ones.  A bare word that is both a country and a part of one ("CA", "DE",
 * "Georgia") is refused until a country settles it.  An island that is both a
 * country of ISO 3166-1 and a part of the United States ("PR") is the latter.
 * Pure; the tables are facts (place_names.c).
 */
#pragma once

#include "base/str.h"

#define PLACE_CODE 8 /* "US-CA", at most two letters, a hyphen, three more */

/* Cells of one row, trimmed; empty where there is none. */
struct place_cells {
	struct str jurisdiction, country, region;
};

enum place_cell { PLACE_JURISDICTION, PLACE_COUNTRY, PLACE_REGION };

struct place {
	char code[PLACE_CODE]; /* "": unknown */
	bool coarse;           /* the region's cell could not be read, and laws
				* differ by it: the country alone */
	enum place_cell cell;  /* after a refusal: which cell it is about */
};

/* `fallback`: the country of rows that name none, or "".  ERR_INPUT when a
 * cell is ambiguous, unknown or contradicts another. */
int place_derive(const struct place_cells *cells, const char *fallback,
    struct place *ret, struct err *e);
/* The two-letter code of a country's code or name; false: unknown. */
bool place_country(struct str text, char ret_code[3]);
/* Whether postcodes of this country (two-letter code) have five digits. */
bool place_has_five_digits(const char *country);
