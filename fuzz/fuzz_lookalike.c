/* lookalike: "DOMAIN\nTRUSTED": whatever the two names, the answer holds
 * together, is the same again, and a name is itself and above its own. */
#include "fuzz.h"

#include "domain/lookalike.h"

static struct psl *list;

static void check(struct str domain, struct str trusted)
{
	struct lookalike l, again;

	lookalike_judge(list, domain, trusted, &l);
	lookalike_judge(list, domain, trusted, &again);
	ENSURE(l.relation == again.relation && l.score == again.score);
	ENSURE(l.kind && !strcmp(l.kind, again.kind) && l.reason[0]);
	ENSURE(l.score <= 100);
	ENSURE((l.relation == LOOKALIKE_COUSIN) == (l.score > 0));
	ENSURE((l.relation == LOOKALIKE_COUSIN) == (l.kind[0] != '\0'));
	ENSURE((l.relation == LOOKALIKE_TRUSTED) == str_eq(domain, trusted));
	ENSURE(lookalike_relation_name(l.relation));
}

void fuzz_one(struct str in)
{
	struct str domain = str_cut(&in, '\n');

	if (!list)
		list = psl_open();
	check(domain, in);
	check(in, domain);
	check(domain, domain);
}
