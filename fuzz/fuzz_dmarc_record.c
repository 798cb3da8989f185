/* Any bytes: the version alone decides what is a record; what is kept is
 * bounded, printable, and never stricter than what was written; every problem
 * has its mend. */
#include "fuzz.h"

#include "auth/dmarc_record.h"
#include "base/limits.h"

static void check_shown(struct str s, size_t most)
{
	ENSURE(s.n <= most);
	for (size_t i = 0; i < s.n; i++)
		ENSURE(s.p[i] >= ' ' && s.p[i] <= '~');
}

static void check(const struct dmarc_record *r)
{
	check_shown(r->text, LIMIT_RECORD_SHOWN);
	ENSURE(r->applies || (!r->p && !r->sp && !r->np));
	ENSURE(!r->applies || r->has_p || r->rua_count);
	ENSURE(r->has_p || r->p == DMARC_NONE);
	ENSURE(r->p <= DMARC_REJECT && r->sp <= DMARC_REJECT &&
	       r->np <= DMARC_REJECT);
	ENSURE(
	    r->fo && ((r->fo & DMARC_FO_0) == 0 || (r->fo & DMARC_FO_1) == 0));
	ENSURE(r->rua_count <= LIMIT_DMARC_URIS &&
	       r->ruf_count <= LIMIT_DMARC_URIS &&
	       r->problem_count <= LIMIT_DMARC_PROBLEMS);
	for (size_t i = 0; i < r->rua_count; i++)
		check_shown(r->rua[i], LIMIT_DMARC_URI);
	for (size_t i = 0; i < r->ruf_count; i++)
		check_shown(r->ruf[i], LIMIT_DMARC_URI);
	for (size_t i = 0; i < r->problem_count; i++) {
		check_shown(r->problem[i].what, 400);
		ENSURE(r->problem[i].what.n && r->problem[i].mend.n);
	}
}

void fuzz_one(struct str in)
{
	struct arena a = ARENA_INIT(MiB);
	struct dmarc_record r;

	ENSURE(dmarc_record_parse(in, &a, &r) == dmarc_record_is(in));
	if (dmarc_record_is(in))
		check(&r);
	arena_release(&a);
}
