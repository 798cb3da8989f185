/* lookalike: is this name made to be taken for that one?
 *
 *	struct lookalike l;
 *	lookalike_judge(psl, S("brand-security.com"), S("brand.com"), &l);
 *	if (l.relation == LOOKALIKE_COUSIN)
 *		... l.kind "added-token", l.score 95, l.reason in a sentence
 *
 * Pure: knows only the two names, not who owns them, so an honest other firm
 * of a near name is a cousin too; the score says how sure the likeness is.
 *
 * Tried in this order, the first that fits names the kind (and nothing of a
 * lower score is said beside it):
 *
 *	tld-swap         brand.net            same label, other suffix
 *	homoglyph        brаnd.com, bramd     looks the same (domain/skeleton)
 *	hyphen           bra-nd.com           hyphens in or out
 *	reorder          securitybrand2017    the same words in other order
 *	added-token      brand-notice.com     the label and words beside it
 *	typo             brnad.com            at most two edits
 *	subdomain-trick  brand.com.evil.org   the name, left in a stranger's
 *	tld-in-label     brand-com.net        the suffix as part of the label
 *	hosted           brand.github.io      below a suffix where anyone may
 *	                                      have a name
 *
 * Short labels (four letters and fewer) are near to everything: for them edits
 * do not count, and other text beside the label counts only when it is a word
 * that impostors use or stands off by a hyphen.
 */
#pragma once

#include "base/str.h"
#include "domain/psl.h"

enum lookalike_relation {
	LOOKALIKE_TRUSTED,   /* the name itself */
	LOOKALIKE_SUBDOMAIN, /* below it: the same owner */
	LOOKALIKE_COUSIN,    /* imitates it */
	LOOKALIKE_UNRELATED,
};

#define LOOKALIKE_REASON_SIZE 200

struct lookalike {
	enum lookalike_relation relation;
	const char *kind; /* static; "" unless a cousin */
	unsigned score;   /* 0 to 100: how like; 0 unless a cousin */
	char reason[LOOKALIKE_REASON_SIZE]; /* a plain sentence */
};

/* `domain` (any host name) against one trusted registrable domain; both in
 * lower case, A-labels, without final dot.  A name that is none is
 * unrelated. */
void lookalike_judge(const struct psl *psl, struct str domain,
    struct str trusted, struct lookalike *ret);

/* "trusted", "subdomain", "cousin", "unrelated" */
const char *lookalike_relation_name(enum lookalike_relation r);
