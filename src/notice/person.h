/* person: one row of the audience, taken apart. */
#pragma once

#include "store/people.h"

struct person {
	int64_t id;
	uint32_t layout;
	struct str person_id, name, language, segment, jurisdiction;
	struct str address[LIMIT_PERSON_ADDRESSES];
	size_t addresses;
	struct str cells;
};

/* Views into the row. */
void person_from_row(const struct people_row *row, struct person *ret);

/* Fields by number, so that a template looks names up once: promoted columns
 * (name, email, language, segment, jurisdiction, person_id, code) are
 * negative, cells are 0 and up; PERSON_FIELD_NONE: no such column. */
#define PERSON_FIELD_NONE INT32_MIN
#define PERSON_FIELD_CODE (-100)
int32_t person_field_number(const struct people_layout *l, struct str name);
struct str person_field(
    const struct person *p, int32_t number, size_t address_no, struct str code);
