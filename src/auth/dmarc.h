/* dmarc: whether a message may use its author domain, and what its owner asks
 * for when it may not (RFC 9989).
 *
 *	struct dmarc_request r = {
 *		.author = S("example.com"),
 *		.identifier = {{DMARC_SPF, DMARC_AUTH_PASS, S("bounce...")}, ...},
 *	};
 *	dmarc_start(dns, &r, on_dmarc, me, &d, &e);
 *
 * Exactly one completion per start, never from inside it; dmarc_cancel() means
 * none.  The completion may start others.  Look-ups go one after the other, as
 * the walk says, and no name is asked twice.
 *
 * What passes stays passed: trouble in the DNS that could only have added
 * another aligned identifier, or told another policy, does not make a pass a
 * temperror.  Otherwise any look-up that was needed and got no answer does
 * (5.3.6), also one beneath SPF or DKIM, if that identifier would be aligned.
 *
 * LIMITS: LIMIT_DMARC_IDENTIFIERS walks for identifiers (those further down
 * the list that would need one are not aligned), LIMIT_DMARC_WALK names each;
 * LIMIT_DMARC_ARENA, else permerror.
 */
#pragma once

#include "auth/dmarc_walk.h"
#include "domain/psl.h"

enum dmarc_verdict {
	DMARC_VERDICT_NONE, /* no record, or one that asks for nothing */
	DMARC_VERDICT_PASS,
	DMARC_VERDICT_FAIL,
	DMARC_VERDICT_TEMPERROR,
	DMARC_VERDICT_PERMERROR,
};
const char *dmarc_verdict_name(enum dmarc_verdict v);

enum dmarc_mechanism {
	DMARC_SPF, /* of MAIL FROM, never of HELO (4.4.2) */
	DMARC_DKIM,
};
enum dmarc_auth {
	DMARC_AUTH_FAIL, /* and all else that is no pass */
	DMARC_AUTH_PASS,
	DMARC_AUTH_TEMPERROR,
};
struct dmarc_identifier {
	enum dmarc_mechanism mechanism;
	enum dmarc_auth result;
	struct str domain; /* MAIL FROM's; d= */
};

enum dmarc_exists { /* the author domain, RFC 9989 3.2.13 */
	DMARC_EXISTS_UNASKED,
	DMARC_EXISTS_YES,
	DMARC_EXISTS_NO,
	DMARC_EXISTS_UNKNOWN, /* no answer */
};

struct dmarc_request {
	struct str author;
	const struct dmarc_identifier *identifier;
	size_t identifier_count;
	/* Not NULL: organizational domains by this list, as RFC 7489 did.
	 * Must live until the completion. */
	const struct psl *psl;
};

struct dmarc_result {
	enum dmarc_verdict verdict;
	bool spf_aligned, dkim_aligned; /* and passed */
	struct str author;              /* A-labels */
	struct str organizational;      /* none: not known */
	struct str policy_domain;       /* none: no record applies */
	const struct dmarc_record *record;
	/* With a record: p, sp or np, whichever applies to the author domain;
	 * and what its owner wants done with this message: less by a step
	 * under t=y, DMARC_NONE unless the verdict is fail. */
	enum dmarc_policy policy, disposition;
	enum dmarc_exists exists; /* asked only when sp and np differ */
	/* The names that were asked for records, in order. */
	const struct dmarc_step *const *asked;
	size_t asked_count;
	struct str reason;
};

struct dmarc;
/* `r` is valid during the call only. */
typedef void dmarc_fn(const struct dmarc_result *r, void *arg);

/* Copies what it needs of `r`.  ERR_INPUT: the author is not a domain name.
 * ERR_NOMEM; without memory later on, the verdict is a temperror. */
int dmarc_start(struct dns *dns, const struct dmarc_request *r, dmarc_fn *fn,
    void *arg, struct dmarc **ret, struct err *e);
void dmarc_cancel(struct dmarc *d);
