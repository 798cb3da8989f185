/* census: the one pass over the audience.
 *
 *	struct census *c = census_new(&in);
 *	people_each(people, 0, census_row, c, e);
 *	census_end(c, &x->list, e);
 *	census_free(c);
 *
 * What a person costs: a few look-ups by a keyed hash and a count. The law is
 * asked once for people who are alike to it: the same place, ground, address
 * or none, postal address or none.
 */
#pragma once

#include "check/facts.h"
#include "check/slips.h"
#include "check/suppression.h"
#include "notice/duty.h"
#include "notice/roll.h"
#include "notice/segment.h"
#include "store/people.h"

struct census_input {
	const struct check_facts *x; /* settings, pack, now */
	struct people *people;       /* for layouts and names of files */
	const struct letter_variants *variants; /* NULL: the text can not be
						 * read; nobody is without */
	const struct slips *slips;              /* NULL: none is known */
	struct suppressions *suppressed;        /* NULL: none */
	const struct segment_rules *segments;   /* NULL: only the cell counts */
	struct roll *roll;   /* NULL: no digests are wanted */
	struct arena *arena; /* of the facts */
};

struct census;
struct census *census_new(const struct census_input *in);
/* Negative only for what roll_row() refuses; census_error() says why. */
int census_row(const struct people_row *row, void *census);
const struct err *census_error(const struct census *c);
/* Fills in what was counted; what gather_list() asks DNS is not there yet.
 * ERR_LIMIT: no memory for the facts. */
int census_end(struct census *c, struct list_facts *ret, struct err *e);
void census_free(struct census *c);

/* notice_law_facts(), but a setting with a word that the pack does not know is
 * left out, which is the cautious reading, and `why` says which.  `log` may be
 * NULL.  False: no row of the pack is for this kind (legal). */
bool check_law_facts(const struct notice *n, usec_t now,
    const struct duty_log *log, struct law_facts *ret, struct err *why);
