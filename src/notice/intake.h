/* intake: one row of a file judged: a person, or why not.
 *
 * Pure but for what it counts.  A row is rejected whole when something in it
 * would be guessed at (an ambiguous place, a flag that is neither yes nor no);
 * an impossible address is left out and named, the person stays: they are owed
 * another channel.  Nobody is left out for having unsubscribed.
 *
 * Who a person is: their person_id; without one their name and first address;
 * without an address that can be used, their name and what stood there, or
 * where they live.  A row with none of these is nobody.
 */
#pragma once

#include "base/siphash.h"
#include "notice/columns.h"
#include "notice/place.h"
#include "notice/record.h"
#include "notice/zeros.h"

enum intake_verdict { INTAKE_PERSON, INTAKE_REJECTED, INTAKE_BLANK };

struct intake_problem {
	uint64_t line;
	size_t column; /* COLUMN_NOWHERE: the row as a whole */
	const char *reason;
	bool rejected;    /* false: an address was left out */
	struct str value; /* of the cell */
};
/* A negative return ends the import. */
typedef int intake_problem_fn(
    const struct intake_problem *p, void *arg, struct err *e);

/* A place once derived; rows repeat them. */
struct intake_place {
	char text[64]; /* the cells, split by NUL */
	size_t n;
	struct place place;
};

struct intake {
	const struct columns *columns;
	const char *country; /* of rows that name none, or "" */
	intake_problem_fn *problem;
	void *arg;
	/* counted */
	uint64_t rows, rejected, ignored, no_address, unknown_place, blank,
	    blank_line, coarse, coarse_line, wrong_count;
	struct zeros *zeros; /* by column */
	/* one row's */
	struct buf addresses, cells, name, key, scratch;
	char language[LIMIT_LANGUAGE + 1];
	struct place here;
	struct intake_place place[256];
};

struct intake *intake_new(const struct columns *c, const char *country,
    intake_problem_fn *fn, void *arg);
void intake_free(struct intake *in);
/* `ret` is valid until the next call and while the row is. */
int intake_row(struct intake *in, const struct csv_row *row,
    enum intake_verdict *ret_verdict, struct record *ret, struct err *e);
