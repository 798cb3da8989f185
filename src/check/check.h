/* check: everything that would make a notice bounce, look like a scam or fail
 * the law, found beforehand.
 *
 *	if (check_run(&options, &check, &e) < 0)
 *		return cli_fail(...);         the folder can not be read
 *	... check->findings, check->facts ...
 *	check_free(check);
 *
 * Gather first, then judge.  Nothing in the folder is changed.
 */
#pragma once

#include "base/json.h"
#include "check/facts.h"
#include "check/finding.h"

struct check {
	struct arena arena; /* owns facts and findings */
	struct check_context *context;
	struct check_facts facts;
	struct findings *findings; /* sorted, the worst first */
};

/* Negative: the folder, the zone or the law pack can not be read.  What could
 * not be looked up is in the findings. */
int check_run(const struct check_options *o, struct check **ret, struct err *e);
void check_free(struct check *c); /* NULL is allowed */

/* The rules alone, over facts however made. */
void check_judge(const struct check_facts *x, struct findings *f);

/* 1: something blocks; 3: nothing does, but a question about the sender got no
 * answer; 0: else. */
int check_exit_status(const struct findings *f);
/* The JSON of the contract (design, section 6) and more. */
void check_format_json(const struct check *c, struct buf *out);
