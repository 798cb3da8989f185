/* roll: the audience as a digest, tranche by tranche, in one pass.
 *
 *	r = roll_new(people);
 *	people_each(people, 0, ... roll_row(r, row, NULL, e) ..., e);
 *	roll_end(r, &count);
 *
 * Each row is hashed as the length and bytes of everything that reaches a
 * person or decides about them: id, person_id, addresses, name, language,
 * segment, jurisdiction, flags, and all cells with the names of their columns.
 * One changed byte anywhere changes the digest of its tranche and of no other.
 * Rows come in the order of their ids, as people_each() gives them.  Memory
 * does not grow with the audience.
 */
#pragma once

#include "crypto/digest.h"
#include "store/people.h"

#define ROLL_TRANCHES 256u /* LIMIT: different tranches in one audience */
#define ROLL_NAME     128u /* LIMIT: bytes of a tranche's name, and a NUL */

struct roll_tranche {
	char name[ROLL_NAME]; /* "": those of the first import */
	uint64_t people;
	unsigned char sha256[DIGEST_SIZE];
	size_t index; /* what roll_row() returned for its rows */
};

struct roll;
struct roll *roll_new(struct people *p);
void roll_free(struct roll *r);
/* ERR_LIMIT: too many tranches, or a name too long; ERR_INPUT: a name with
 * control characters. `ret` (may be NULL): which tranche the row is in, an
 * index that stays. */
int roll_row(
    struct roll *r, const struct people_row *row, size_t *ret, struct err *e);
/* Sorted by name; owned by `r`. Call once, at the end. */
const struct roll_tranche *roll_end(struct roll *r, size_t *ret_count);
/* The tranche of a row: a view into its cells, or empty. */
struct str roll_tranche_of(
    const struct people_layout *layout, const struct people_row *row);
/* All of it for the folder `dir`.  ERR_INPUT without an audience. */
int roll_audience(const char *dir, struct roll **ret,
    const struct roll_tranche **ret_tranches, size_t *ret_count, struct err *e);
