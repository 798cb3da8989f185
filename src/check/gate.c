#include "check/gate.h"

static int refuse(
    const struct findings *f, const char *dir, size_t blocks, struct err *e)
{
	const struct finding *x = f->v; /* sorted: what blocks stands first */

	if (blocks == 1)
		return err_set(e, ERR_REFUSED,
		    "a check blocks, %s %.*s: %.*s ('tocsin check %s' says "
		    "more)",
		    x->rule->id, STR_ARG(x->subject),
		    STR_ARG(str_sub(x->text, 0, 200)), dir);
	return err_set(e, ERR_REFUSED,
	    "%zu checks block, the first is %s %.*s: %.*s ('tocsin check %s' "
	    "tells all)",
	    blocks, x->rule->id, STR_ARG(x->subject),
	    STR_ARG(str_sub(x->text, 0, 200)), dir);
}

static int no_answer(const struct findings *f, const char *dir, struct err *e)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->v[i].trouble)
			return err_set(e, ERR_NET,
			    "%s %.*s: %.*s Nothing was sent; run it again.",
			    f->v[i].rule->id, STR_ARG(f->v[i].subject),
			    STR_ARG(str_sub(f->v[i].text, 0, 240)));
	return err_set(e, ERR_NET, "%s: a check got no answer", dir);
}

int check_gate(const struct check_options *o, struct err *e)
{
	struct findings_count n;
	struct check *k;
	int rc = check_run(o, &k, e);

	if (rc < 0)
		return rc;
	n = findings_tally(k->findings);
	if (n.blocks)
		rc = refuse(k->findings, o->dir, n.blocks, e);
	else if (n.troubles)
		rc = no_answer(k->findings, o->dir, e);
	check_free(k);
	return rc;
}
