/* arc: the Authenticated Received Chain (RFC 8617): what each hop says it saw,
 * sealed, so that a receiver who trusts a hop can look past what that hop
 * changed.  ARC is on its way to Historic; existing chains are still met.
 *
 *	arc_verify_start(verifier, message, &options, on_report, me);
 *	arc_seal(message, report.result, report.instances, &seal, &out, &e);
 *
 * Verifying: as dkim_verify.h, one completion, never from inside start.  A
 * chain passes when its structure is whole, the newest ARC-Message-Signature
 * and every ARC-Seal hold (5.2).  A pass makes nothing authentic: it only
 * tells whose word it is.
 *
 * LIMITS: 50 sets (4.2.1), each with one look-up for the seal and one for the
 * signature; the others are those of dkim_verify.h.
 */
#pragma once

#include "auth/dkim_verify.h"
#include "crypto/pkey.h"

#define ARC_SETS_MAX 50u

enum arc_result { ARC_NONE, ARC_PASS, ARC_FAIL, ARC_TEMPERROR };
const char *arc_result_name(enum arc_result r);

struct arc_set {
	struct str domain, selector; /* of the seal */
	struct str signed_by;        /* d= of the ARC-Message-Signature */
	struct str results;          /* of the ARC-Authentication-Results,
				      * behind i=N; clean UTF-8 */
};

struct arc_report {
	enum arc_result result;
	unsigned instances;   /* the highest instance found */
	unsigned oldest_pass; /* 5.2 step 3: 0: all signatures hold; else the
			       * lowest from which on all hold */
	bool ended; /* the newest seal says cv=fail: nothing more is added */
	struct str reason;
	const struct arc_set *set; /* `sets` of them, oldest first; empty when
				    * the structure is broken */
	size_t sets;
};

struct arc_check;
/* The report is valid during the call. */
typedef void arc_verify_fn(const struct arc_report *r, void *arg);
/* `message`: as in dkim_verify_start(); of the options signatures_max is not
 * used. */
/* NULL: as dkim_verify_start(). */
struct arc_check *arc_verify_start(struct dkim_verifier *v, struct str message,
    const struct dkim_verify_options *o, arc_verify_fn *fn, void *arg);
void arc_verify_cancel(struct arc_check *c);

struct arc_seal_options {
	struct str domain, selector; /* A-labels */
	struct pkey *key;            /* is kept by the caller */
	struct str authserv_id;
	struct str
	    results; /* "spf=pass smtp.mfrom=...; dkim=..."; empty: none */
	int64_t at;  /* t= */
	/* fields the ARC-Message-Signature covers, each as often as it occurs;
	 * none given: arc_seal_fields */
	const struct str *sign;
	size_t sign_count;
};
extern const struct str arc_seal_fields[];
extern const size_t arc_seal_fields_count;

/* Appends the fields of the next set, to stand on top of `message`, which has
 * CRLF line ends.  `chain` and `instances`: what arc_verify_start() said of it
 * just now.  ERR_REFUSED: nothing may be added (ARC_TEMPERROR, 50 sets); the
 * caller adds nothing to a chain that `ended`. */
int arc_seal(struct str message, enum arc_result chain, unsigned instances,
    const struct arc_seal_options *o, struct buf *out, struct err *e);

/* Appends what the Authentication-Results fields of `message` that carry
 * `authserv_id` say (RFC 8601), joined with "; ". */
void arc_collect_results(
    struct str message, struct str authserv_id, struct buf *out);
