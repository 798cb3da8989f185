/* claims_private: what claims.c (addresses) and claims_number.c (telephone
 * numbers, days, counts, lots) share. */
#pragma once

#include "base/buf.h"
#include "check/claims.h"

struct claim_scan {
	struct arena *arena;
	struct claims *ret;
	unsigned line;
	bool mail;       /* what is added now is a mail address's domain */
	struct buf rest; /* the line with addresses blanked */
};

/* One more, unless it is there. */
void claim_add(struct claim_scan *s, enum claim_kind kind, struct str value,
    struct str shown);
void claims_find_numbers(struct claim_scan *s, struct str line);
