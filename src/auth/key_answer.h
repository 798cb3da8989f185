/* key_answer: what the DNS said at the name of a key, kept until it is judged,
 * and the judgement of one signature by it (RFC 6376 6.1.2, 6.1.3).
 *
 * Several records at one name are all tried (step 4); one under which the
 * signature holds is enough.
 *
 * LIMITS: LIMIT_KEY_RECORDS of LIMIT_KEY_RECORD octets.
 */
#pragma once

#include "auth/key.h"
#include "base/limits.h"
#include "net/dns.h"

struct key_answer {
	enum dns_status status;
	bool bogus;
	struct str name;
	struct str canonical; /* where CNAMEs led */
	struct str record[LIMIT_KEY_RECORDS];
	size_t count; /* of TXT records, kept or not */
};

/* Copies into `a`. */
void key_answer_keep(const struct dns_answer *dns, struct str name,
    struct arena *a, struct key_answer *ret);

enum key_verdict {
	KEY_PASS,
	KEY_FAIL,      /* the key is sound, body or header changed */
	KEY_PERMERROR, /* no usable key */
	KEY_TEMPERROR,
};

struct key_question {
	enum pkey_kind kind;
	unsigned bits_min;
	const unsigned char *sum; /* 32 bytes; NULL: the header is too long */
	struct str signature;
	bool subdomain; /* i= lies below d= */
	bool body_ok;   /* the body hash agrees */
	bool historic;  /* rsa-sha1: never a pass */
};

struct key_outcome {
	enum key_verdict verdict;
	unsigned bits; /* 0: no key was read */
	bool testing, strict;
	struct str record; /* that decided; none: p is NULL */
	struct err reason; /* not for KEY_PASS */
};

void key_answer_judge(const struct key_answer *k, struct pkey_cache *cache,
    const struct key_question *q, struct key_outcome *ret);
