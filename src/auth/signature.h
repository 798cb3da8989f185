/* signature: one DKIM-Signature, ARC-Message-Signature or ARC-Seal field, read
 * and checked as far as it can be without DNS and body (RFC 6376 3.5 and
 * 6.1.1, RFC 8301, 8463, 8616, RFC 8617 4.1), and the hash of what it covers.
 *
 * Pure.  Everything kept lies in the arena or in the message.
 *
 * LIMITS: LIMIT_TAGS; LIMIT_DKIM_NAMES in h=; b= up to 8192 bits.
 */
#pragma once

#include "auth/body_hash.h"
#include "auth/fields.h"
#include "crypto/pkey.h"

enum signature_what { SIGNATURE_DKIM, SIGNATURE_AMS, SIGNATURE_SEAL };

enum signature_cv { CV_NONE, CV_PASS, CV_FAIL };

struct signature {
	enum signature_what what;
	struct str algorithm;        /* a=, as written */
	struct str domain, selector; /* A-labels, lower case; may be empty when
				      * the field is refused */
	struct str identity;         /* i= decoded, or "@" and the domain */
	bool subdomain;      /* i= lies below d= (a key with t=s forbids it) */
	struct str key_name; /* SELECTOR._domainkey.DOMAIN */
	enum pkey_kind kind;
	bool historic; /* rsa-sha1: never to count (RFC 8301 3.1) */
	enum canon_kind header, body;
	struct str names;   /* h= */
	uint64_t length;    /* l=, or BODY_WHOLE */
	int64_t t, x;       /* -1: not given */
	struct str bh, b;   /* decoded */
	size_t b_at, b_end; /* the value of b= with the space around it, in the
			     * value of the field */
	unsigned instance;  /* i= of ARC */
	enum signature_cv cv;
};

/* `value`: behind the colon.  0, or ERR_INPUT/ERR_LIMIT with the reason; what
 * could be read of algorithm, domain, selector, identity and instance is filled
 * in either way. */
int signature_read(enum signature_what what, struct str value, struct arena *a,
    struct signature *ret, struct err *e);

/* x= is over at `at`, or t= lies after `at`, `skew` seconds granted. */
bool signature_is_expired(const struct signature *s, int64_t at, int64_t skew);
bool signature_is_future(const struct signature *s, int64_t at, int64_t skew);

/* What the value of b= was made over: the fields of h= and field `own` itself
 * (RFC 6376 3.7).  `scratch` has LIMIT_HEADER_SECTION or more. */
bool signature_sum(const struct signature *s, struct fields *f, size_t own,
    struct digest *d, struct buf *scratch, unsigned char ret_sum[DIGEST_SIZE]);
/* The last part: field `own` with an empty b=, without a line end. */
bool signature_add_own(const struct signature *s, const struct fields *f,
    size_t own, struct digest *d, struct buf *scratch);
