#include "law/law.h"

static bool is_member_state(struct str country)
{
	static const char codes[] =
	    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL "
	    "PT RO SK SI ES SE";

	for (size_t i = 0; country.n == 2 && i < sizeof(codes); i += 3)
		if (memcmp(codes + i, country.p, 2) == 0)
			return true;
	return false;
}

bool law_place_within(struct str place, struct str area)
{
	if (str_eq(place, area))
		return true;
	if (str_eq(area, S("EU")))
		return is_member_state(place);
	return area.n == 2 && place.n > 3 && str_starts(place, area) &&
	       place.p[2] == '-';
}
