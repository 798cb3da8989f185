/* dmarc_walk: the DNS tree walk of RFC 9989 4.10, as a pure machine: it says
 * which name to ask, is told what stands there, and at the end names the
 * organizational domain and the record that applies.
 *
 *	dmarc_walk_init(&w, domain);
 *	while (dmarc_walk_wants(&w, &name))
 *		dmarc_walk_take(&w, step_of(name));
 *
 * Names are domains, without the "_dmarc" they are asked with.  The walk ends
 * at psd=y or psd=n, at the top, or where the DNS gave no answer.  Several
 * records at one name count as none, and the walk goes on (4.10, steps 2 and
 * 6).
 *
 * The other way, of RFC 7489, asks the domain and then the organizational
 * domain that the Public Suffix List gives; several records at the domain end
 * it there (RFC 7489 6.6.3).
 *
 * LIMITS: LIMIT_DMARC_WALK names.
 */
#pragma once

#include "auth/dmarc_record.h"
#include "base/limits.h"
#include "net/dns.h"

#define DMARC_TEXTS_KEPT 4
struct dmarc_step {
	struct str name;
	enum dns_status status;
	unsigned seen;                     /* DMARC records there */
	const struct dmarc_record *record; /* the only one, else NULL */
	/* Those seen, as published with controls masked: the first few. */
	struct str text[DMARC_TEXTS_KEPT];
	struct str stray; /* a text there that looks like one and is none */
};

struct dmarc_walk {
	struct str domain; /* where it starts */
	struct str psl;    /* RFC 7489: the organizational domain */
	const struct dmarc_step *step[LIMIT_DMARC_WALK];
	size_t steps;
	struct str next; /* none: it is over */
	bool failed;     /* at the last step: nothing is known above */
};

/* `domain` as dmarc_domain() makes it; must outlive the walk. */
void dmarc_walk_init(struct dmarc_walk *w, struct str domain);
void dmarc_walk_init_psl(
    struct dmarc_walk *w, struct str domain, struct str organizational);
bool dmarc_walk_wants(const struct dmarc_walk *w, struct str *ret_name);
void dmarc_walk_take(struct dmarc_walk *w, const struct dmarc_step *step);

/* Of a walk that is over; a view into its domain.  None: it failed. */
struct str dmarc_walk_organization(const struct dmarc_walk *w);
/* What 4.10.1 prefers: the record at the domain, at its organizational domain,
 * at its public suffix domain.  NULL: none, or it failed before one at the
 * domain itself was found. */
const struct dmarc_step *dmarc_walk_policy(const struct dmarc_walk *w);

/* Whether `name` is `top` or below it. */
bool dmarc_is_below(struct str name, struct str top);
size_t dmarc_labels(struct str name);
/* Appends `name` as DMARC compares it: A-labels, lower case, no final dot.  A
 * name in ASCII may hold letters, digits, hyphens and underscores; it need not
 * be a host's.  ERR_INPUT says what is wrong. */
int dmarc_domain(struct str name, struct buf *out, struct err *e);
