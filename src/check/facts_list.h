/* facts_list: the audience in numbers, from one pass over it.  Memory does not
 * grow with the number of people; where something can have many values (places,
 * segments, domains) there is a limit, and what is beyond it is counted.
 */
#pragma once

#include "law/law.h"

/* Those who get one text. */
struct list_variant {
	struct str segment, language; /* of the people, not of the file */
	struct str file;              /* "message.de.md"; none: no text fits */
	uint64_t people, no_address;
	struct law_place *place; /* where they live */
	size_t places;
};

struct list_facts {
	uint64_t people, no_address, unknown_place;
	struct law_place *place; /* by residence, the most first */
	size_t places;
	struct list_variant *variant;
	size_t variants;
};
