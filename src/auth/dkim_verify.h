/* dkim_verify: the DKIM signatures of a message, judged (RFC 6376 section 6,
 * RFC 8301, 8463, 8616; results in the words of RFC 8601 2.7.1).
 *
 *	v = dkim_verifier_new(loop, dns);
 *	c = dkim_verify_start(v, message, &options, on_report, me);
 *
 * Keys are asked for side by side while the body is hashed, once for all
 * signatures, a piece each turn of the loop; then all are judged at once.
 * Exactly one completion, never from inside start; dkim_verify_cancel() means
 * none.  A verifier keeps the keys it has read and belongs to its loop's
 * thread.
 *
 * Results: `pass`; `fail`, body or header were changed; `permerror`, the
 * signature or its key can not be used (PERMFAIL of RFC 6376 6.1);
 * `temperror`, the DNS did not answer; `policy`, beyond our budget; `neutral`,
 * the header section is too long to be read.  A message without signatures has
 * no rows.
 *
 * LIMITS: LIMIT_HEADER_SECTION; options.signatures_max are looked up and
 * verified, from the top, the others are reported as `policy`;
 * LIMIT_KEY_RECORDS a name; LIMIT_DKIM_MEMORY a message.
 */
#pragma once

#include "net/dns.h"

enum dkim_result {
	DKIM_NONE,
	DKIM_PASS,
	DKIM_FAIL,
	DKIM_NEUTRAL,
	DKIM_POLICY,
	DKIM_TEMPERROR,
	DKIM_PERMERROR,
};
const char *dkim_result_name(enum dkim_result r);

#define DKIM_TESTING       1u /* the key's t=y: the domain only tries */
#define DKIM_STRICT        2u /* the key's t=s */
#define DKIM_UNSIGNED_REST 4u /* l= leaves the end of the body unsigned */
#define DKIM_FUTURE        8u /* t= lies after `at` */
#define DKIM_ADDED_FIELD \
	16u /* a signed field stands there once more,
				* unsigned: a second From or Subject */

struct dkim_verdict {
	enum dkim_result result;
	struct str domain, selector; /* A-labels; empty if unreadable */
	struct str identity;         /* i=, or "@" and the domain */
	struct str algorithm;        /* a= as written */
	unsigned key_bits;           /* 0: no key was read */
	struct str reason;           /* a sentence; clean UTF-8 */
	struct str record; /* the key record that decided; clean; or empty */
	unsigned flags;    /* DKIM_... */
	size_t at;         /* of the field, in the message */
};

struct dkim_report {
	const struct dkim_verdict *row; /* from the top of the header */
	size_t count;
	bool truncated; /* the header section is too long; rows are neutral */
};

struct dkim_verify_options {
	int64_t at;   /* when the message arrived, seconds since 1970 */
	int64_t skew; /* seconds by which clocks may differ */
	size_t signatures_max;
	unsigned key_bits_min; /* RSA */
};
#define DKIM_SKEW 300
/* All but `at`. */
extern const struct dkim_verify_options dkim_verify_defaults;

struct dkim_verifier;
struct dkim_check;

/* NULL: no memory. */
struct dkim_verifier *dkim_verifier_new(struct loop *l, struct dns *d);
/* No check may be under way. */
void dkim_verifier_free(struct dkim_verifier *v);

/* The report is valid during the call. */
typedef void dkim_verify_fn(const struct dkim_report *r, void *arg);
/* `message`: whole, with CRLF line ends; stays until the completion.  NULL: no
 * memory, and no completion; without memory later on, every verdict is a
 * temperror. */
struct dkim_check *dkim_verify_start(struct dkim_verifier *v,
    struct str message, const struct dkim_verify_options *o, dkim_verify_fn *fn,
    void *arg);
void dkim_verify_cancel(struct dkim_check *c);
