/* obligations: every duty towards one audience, tranche by tranche, with what
 * was done about it and what bars the send (L-01).
 *
 *	obligations_gather(n, pack, people, now, &arena, &all, e);
 *	obligations_bar(&all)      the first bar, or NULL: the gate is open
 *
 * Each tranche has its own discovery (tranche.h), so its own deadlines, and a
 * log of its own.  Places are counted from the groups of the audience; from
 * its people only where they are in tranches.
 */
#pragma once

#include "notice/facts.h"
#include "notice/tranche.h"
#include "store/people.h"

struct obligation {
	struct str tranche;       /* "": the first import */
	uint64_t people, unknown; /* unknown: nobody knows where they live */
	struct law_facts facts;
	struct law_place *place;
	size_t places;
	struct law_duties duties;
	struct duty_log log;
	struct duty_bar *bar;
	size_t bars;
};
struct obligations {
	struct obligation *v; /* the first import, then as in tranches.tsv */
	size_t count;
	struct duty_log log; /* of all */
};

/* Reads tranches.tsv and duties.tsv of the notice's folder.  `a` owns what is
 * found; it takes some MiB. */
int obligations_gather(const struct notice *n, const struct law_pack *pack,
    struct people *p, usec_t now, struct arena *a, struct obligations *ret,
    struct err *e);
const struct duty_bar *obligations_bar(const struct obligations *all);
/* NULL: nobody is in it. */
const struct obligation *obligations_find(
    const struct obligations *all, struct str tranche);
