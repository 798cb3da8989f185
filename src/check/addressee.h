/* addressee: whom a letter names as its reader.
 *
 * A notice goes to many.  "Dear Maria Lopez," in its text, without a field, is
 * left over from a letter to one of them.  Found in the words of a composed
 * letter: behind a greeting, in an address block before it ("Maria Lopez", and
 * a street below), behind a label ("Patient: Maria Lopez").  "Dear customer",
 * "Liebe Mieterinnen und Mieter" and names of the company are nobody's.
 */
#pragma once

#include "check/phrases.h"

enum addressee_where {
	ADDRESSEE_NONE,
	ADDRESSEE_GREETING,
	ADDRESSEE_BLOCK,
	ADDRESSEE_LABEL,
	ADDRESSEE_TEXT /* two words or three with capitals, anywhere else */
};

struct addressee {
	enum addressee_where where;
	struct str name;
	bool person;   /* for certain: a title or a known given name is there */
	bool official; /* an office or a farewell stands beside it */
};

#define ADDRESSEE_MAX 100u

/* What follows the first greeting; false: nobody's name. */
bool addressee_greeted(const struct phrases *p, const struct prose *t,
    struct str ours, struct addressee *ret);
/* All of a letter, at most ADDRESSEE_MAX; `ours`: the company's names. */
size_t addressee_find(const struct phrases *p, const struct prose *t,
    struct str ours, struct addressee *ret);
