/* claims: what a text says that another must not contradict: web addresses,
 * telephone numbers, days, numbers of people, lots of a product.
 *
 *	claims_find(S("Call 1-800-555-0199 by 3 November 2026."), &arena, &c);
 *
 * Markdown or plain text of any language; days are read in English, German,
 * French, Spanish and Italian.  What could mean two things (03/04/2026) is no
 * claim.  Pure.  LIMITS: CLAIMS_MAX of one text, CLAIM_LONG bytes of one.
 */
#pragma once

#include "base/arena.h"

enum claim_kind {
	CLAIM_URL,   /* "www.example.com/notice": no scheme, host folded */
	CLAIM_HOST,  /* "example.com": a bare name, or behind an @ */
	CLAIM_PHONE, /* digits, as they are dialled, without + and 00 */
	CLAIM_DAY,   /* "2026-11-03" */
	CLAIM_COUNT, /* "1200" of people */
	CLAIM_LOT,   /* "A-1234" */
	CLAIM_KINDS
};

struct claim {
	enum claim_kind kind;
	bool mail;        /* CLAIM_HOST: the domain of a mail address */
	struct str value; /* as above */
	struct str shown; /* as it stands there */
	unsigned line;
};
struct claims {
	struct claim *v;
	size_t count;
	bool more; /* beyond CLAIMS_MAX */
};
#define CLAIMS_MAX 500u
#define CLAIM_LONG 300u

/* Views into `text` and `a`. Negative: the arena is full. */
int claims_find(struct str text, struct arena *a, struct claims *ret);
/* Whether two of one kind say the same: scheme and final slash of an address,
 * country code and leading zero of a number do not count. */
bool claim_same(const struct claim *a, const struct claim *b);
bool claims_have(const struct claims *all, const struct claim *c);
/* The host of a CLAIM_URL or CLAIM_HOST, without "www." */
struct str claim_host(const struct claim *c);

/* How an SMS is billed: GSM 03.38, 160 characters or parts of 153; else UCS-2,
 * 70 or 67. */
struct sms_size {
	size_t characters, parts;
	bool ucs2;
};
struct sms_size sms_measure(struct str text);
