/* columns: what the columns of an imported file mean.
 *
 * Known columns are found by name, without regard to case, with spaces and
 * hyphens read as underscores ("Person ID" is person_id); `email` to `email16`
 * are the addresses in the order they are tried.  Every other column is a
 * merge column and keeps the name its header gives it.  A mapping
 * ("email=Mail") overrules the names.
 *
 * Refused: an empty header cell, two columns that mean the same (both are
 * named), no column with addresses (what looks like one is proposed).
 *
 * LIMITS: LIMIT_CSV_COLUMNS, LIMIT_PERSON_ADDRESSES.
 */
#pragma once

#include "base/csv.h"

enum column_kind {
	COLUMN_PERSON_ID,
	COLUMN_EMAIL, /* `number` says which */
	COLUMN_NAME,
	COLUMN_LANGUAGE,
	COLUMN_COUNTRY,
	COLUMN_JURISDICTION,
	COLUMN_REGION,
	COLUMN_SEGMENT,
	COLUMN_ENGAGED, /* these four are yes or no */
	COLUMN_UNSUBSCRIBED,
	COLUMN_COMPLAINED,
	COLUMN_BOUNCED,
	COLUMN_DISCOVERED, /* a date */
	COLUMN_POSTCODE,
	COLUMN_STREET,
	COLUMN_CITY,
	COLUMN_PHONE,
	COLUMN_ROLE,
	COLUMN_DATA_TYPES,
	COLUMN_LEGAL_CHANNEL,
	COLUMN_LEGAL_GROUND,
	COLUMN_SOURCE,
	COLUMN_FIRST_NAME, /* with the next: the name, if there is no other */
	COLUMN_LAST_NAME,
	COLUMN_MERGE,
	COLUMN_KINDS
};

#define COLUMN_NOWHERE SIZE_MAX

struct column {
	enum column_kind kind;
	unsigned number;    /* of an address, from 0 */
	bool in_cells;      /* kept in people_row.cells, not promoted */
	const char *header; /* as in the file */
	const char *name;   /* as a field of the text: known, or the header */
};

struct columns {
	size_t count;
	struct column *column; /* in the file's order */
	/* where the known ones stand, or COLUMN_NOWHERE */
	size_t at[COLUMN_KINDS];
	size_t email[LIMIT_PERSON_ADDRESSES]; /* in the order they are tried */
	size_t emails;
	/* those kept in cells, in order, and their names */
	size_t *cell;
	struct str *cell_name;
	size_t cells;
	struct arena arena;
};

struct columns_options {
	const char *name;       /* of the file, for errors */
	const char *const *map; /* each "known=Header,known=Header" */
	size_t map_count;
	bool no_email; /* nobody has an address, says the user */
};

/* ERR_INPUT for the file's header, ERR_USAGE for the mapping. */
int columns_parse(const struct csv_row *header, const struct columns_options *o,
    struct columns **ret, struct err *e);
void columns_free(struct columns *c);
/* Words for the user about a column that looks like a known one but is kept
 * as it is ("customer id"); false: nothing to say. */
bool columns_advice(const struct columns *c, struct buf *ret);
