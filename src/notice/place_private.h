/* place_private: the tables behind place.c (place_names.c); nobody else
 * includes it. */
#pragma once

#include "base/str.h"

/* The last of a table has an empty code. */
struct place_name {
	char code[3], code3[4]; /* ISO 3166-1 alpha-2 and -3, or 3166-2 */
	const char *name;       /* English */
};

extern const struct place_name place_countries[];
extern const struct place_name place_aliases[];   /* of countries */
extern const struct place_name place_states[];    /* US, with DC and islands */
extern const struct place_name place_provinces[]; /* CA */
