/* verify: one message, authenticated: SPF, DKIM and ARC side by side, then
 * DMARC (RFC 9989) with what they found.
 *
 *	v = auth_verifier_new(loop, dns);
 *	c = auth_verify_start(v, &request, on_report, me);
 *
 * Exactly one completion per start, never from inside it; auth_verify_cancel()
 * means none, and is allowed only before the completion.  The report belongs
 * to who gets it and needs neither message nor verifier any more.  A verdict
 * is data: what the DNS did not answer, and what was not there when the time
 * was over, is a `temperror`.
 *
 * DMARC looks at the MAIL FROM identity (RFC 9989 4.4.2; with a null
 * reverse-path that is postmaster at the HELO name, RFC 7208 2.4) and at the
 * domains of signatures that pass.  ARC is reported and never makes anything
 * pass.  A message without one clear author domain (author.h) is a permerror.
 *
 * LIMITS: struct auth_budget, whose maxima are those of base/limits.h.  Look-
 * ups: LIMIT_SPF_QUERIES for SPF, one each signature, two each ARC set, and
 * LIMIT_DMARC_WALK for the author and each identifier that is walked.
 * LIMIT_AUTH_MEMORY for the report; one that can not be kept for want of
 * memory, or during which memory failed anywhere in the thread, is a temperror
 * throughout.
 */
#pragma once

#include "auth/arc.h"
#include "auth/dmarc.h"
#include "auth/spf.h"

struct auth_facts {         /* of the connection the message came by */
	struct endpoint ip; /* none (len 0): SPF is not judged */
	struct str helo;
	struct str mail_from; /* without angle brackets; p == NULL: not known;
			       * empty: the null reverse-path */
	struct str receiver;  /* our own name, for %{r}; may be empty */
	const char *missing;  /* why there is no address; NULL: not given */
};

struct auth_budget { /* 0: the default, which is the maximum but for `time` */
	usec_t time;
	size_t header;     /* bytes of header section that are read */
	size_t signatures; /* verified, from the top */
	unsigned arc_sets;
	unsigned spf_void;
};
#define AUTH_TIME_DEFAULT (30 * USEC_PER_SEC)

struct auth_request {
	struct str message; /* whole, with CRLF; stays until the completion */
	struct auth_facts facts;
	int64_t at; /* when it arrived, seconds since 1970 */
	struct auth_budget budget;
	const struct psl *psl; /* as in struct dmarc_request */
};

struct auth_dmarc {
	enum dmarc_verdict result;
	struct str from_domain;    /* A-labels; none: there is not one */
	struct str organizational; /* none: not known */
	struct str policy_domain;  /* where the record stands, or none */
	struct str record;
	struct str reason;
	bool has_policy; /* else the two below say nothing */
	enum dmarc_policy policy, disposition;
	bool testing; /* the record's t=y */
	bool spf_aligned, dkim_aligned;
};

struct auth_report {
	struct arena arena;     /* holds all that is pointed to */
	struct spf_verdict spf; /* not judged: none, and the reason */
	bool spf_judged;
	struct str mail_from; /* as judged, clean; or none */
	struct str helo;      /* as given, clean */
	struct str ip;        /* text, or none */
	struct dkim_report dkim;
	struct arc_report arc;
	struct auth_dmarc dmarc;
	struct str from_name, from_address; /* of From, clean, or none */
	bool out_of_time;
	struct dkim_verdict unfinished; /* the row of dkim then */
};

struct auth_verifier;
struct auth_check;

/* Keeps the keys it has read; belongs to the loop's thread.  NULL: no memory. */
struct auth_verifier *auth_verifier_new(struct loop *l, struct dns *d);
/* No check may be under way; NULL is allowed. */
void auth_verifier_free(struct auth_verifier *v);

/* `r` is yours: auth_report_free(). */
typedef void auth_verify_fn(struct auth_report *r, void *arg);
/* Of `r` only the message and the list must live longer than the call.  NULL:
 * no memory, and no completion. */
struct auth_check *auth_verify_start(struct auth_verifier *v,
    const struct auth_request *r, auth_verify_fn *fn, void *arg);
void auth_verify_cancel(struct auth_check *c);

/* As of a check for which there was no memory: a temperror throughout. */
void auth_forget_all(struct auth_report *r);
void auth_report_free(struct auth_report *r); /* NULL is allowed */
/* The row to show where the report has none; NULL when it has rows. */
const struct dkim_verdict *auth_unsigned_row(const struct dkim_report *r);
/* Appends the Authentication-Results field of host `id` (RFC 8601), of
 * LIMIT_DKIM_SIGNATURES signatures at most.  False: `out` is over. */
bool auth_report_authres(
    const struct auth_report *r, struct str id, struct buf *out);
