/* roll: the audience as a digest, tranche by tranche, in one pass.
 *
 *	r = roll_new(people);
 *	people_each(people, 0, ... roll_row(r, row) ..., e);
 *	roll_end(r, &rolls);
 *
 * Each row is hashed as the length and bytes of everything that reaches a
 * person or decides about them: id, person_id, addresses, name, language,
 * segment, jurisdiction, flags, and each cell with its column's name.  One
 * changed byte anywhere changes the digest of its tranche and of no other.
 */
#pragma once

#include "crypto/digest.h"
#include "store/people.h"

#define ROLL_TRANCHES 256u /* LIMIT: different tranches in one audience */

struct roll_tranche {
	char name[128]; /* "": those of the first import */
	uint64_t people;
	unsigned char sha256[DIGEST_SIZE];
};

struct roll;
struct roll *roll_new(struct people *p);
void roll_free(struct roll *r);
/* ERR_LIMIT: too many tranches, or a name too long. `ret` (may be NULL): which
 * tranche the row is in, an index that stays. */
int roll_row(struct roll *r, const struct people_row *row, size_t *ret,
    struct err *e);
/* Sorted by name; owned by `r`. Call once, at the end. */
const struct roll_tranche *roll_end(struct roll *r, size_t *ret_count);
/* The tranche of a row: a view into its cells, or empty. */
struct str roll_tranche_of(
    const struct people_layout *layout, const struct people_row *row);
