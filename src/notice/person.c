#include "notice/person.h"

/* Promoted columns; cells are numbered from 0. */
enum {
	FIELD_NAME = -1,
	FIELD_EMAIL = -2,
	FIELD_LANGUAGE = -3,
	FIELD_SEGMENT = -4,
	FIELD_JURISDICTION = -5,
	FIELD_PERSON_ID = -6,
};

static const struct {
	const char *name;
	int32_t number;
} promoted[] = {
    {"name", FIELD_NAME},
    {"email", FIELD_EMAIL},
    {"language", FIELD_LANGUAGE},
    {"segment", FIELD_SEGMENT},
    {"jurisdiction", FIELD_JURISDICTION},
    {"person_id", FIELD_PERSON_ID},
    {"code", PERSON_FIELD_CODE},
};

void person_from_row(const struct people_row *row, struct person *ret)
{
	struct str rest = row->addresses, one;

	*ret = (struct person){
	    .id = row->id,
	    .layout = row->layout,
	    .person_id = row->person_id,
	    .name = row->name,
	    .language = row->language,
	    .segment = row->segment,
	    .jurisdiction = row->jurisdiction,
	    .cells = row->cells,
	};
	while (rest.p && ret->addresses < LIMIT_PERSON_ADDRESSES) {
		one = str_cut(&rest, '\n');
		if (one.n)
			ret->address[ret->addresses++] = one;
	}
}

int32_t person_field_number(const struct people_layout *l, struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(promoted); i++)
		if (str_eq(name, str_of(promoted[i].name)))
			return promoted[i].number;
	for (size_t i = 0; i < l->count; i++)
		if (str_eq(name, l->name[i]))
			return (int32_t)i;
	return PERSON_FIELD_NONE;
}

struct str person_field(
    const struct person *p, int32_t number, size_t address_no, struct str code)
{
	switch (number) {
	case FIELD_NAME: return p->name;
	case FIELD_EMAIL:
		return address_no < p->addresses ? p->address[address_no]
						 : STR_NONE;
	case FIELD_LANGUAGE: return p->language;
	case FIELD_SEGMENT: return p->segment;
	case FIELD_JURISDICTION: return p->jurisdiction;
	case FIELD_PERSON_ID: return p->person_id;
	case PERSON_FIELD_CODE: return code;
	default:
		return number >= 0 ? people_cell(p->cells, (size_t)number)
				   : STR_NONE;
	}
}
