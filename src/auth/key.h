/* key: reading a DKIM key record (RFC 6376 3.6.1, RFC 8463 4), the text of one
 * TXT record, also for ARC.  dkim_key.h writes them.
 *
 * A record that can not be used says why in a sentence its postmaster can act
 * on: what is wrong, and what usually made it so (quotes of a zone file pasted
 * into a form, only the first string of 255 bytes published, ...).
 *
 * Bytes in, facts out.  Unknown tags, flags, hashes and services are passed
 * over; g= of RFC 4871 is one of them.
 *
 * LIMITS: LIMIT_KEY_RECORD octets, LIMIT_TAGS tags, RSA up to 8192 bits.
 */
#pragma once

#include "crypto/pkey_public.h"

enum key_status {
	KEY_USABLE,
	KEY_FOREIGN,  /* not meant as a key record: "v=spf1 ..." */
	KEY_SYNTAX,   /* RFC 6376 6.1.2 step 5, v= included */
	KEY_REVOKED,  /* p= is empty, step 7 */
	KEY_KIND,     /* k= is unknown, or not what a= needs, step 8 */
	KEY_HASH,     /* h= has no sha256, step 6 */
	KEY_SERVICE,  /* s= has neither email nor "*" */
	KEY_MATERIAL, /* p= is no key of this kind */
	KEY_SMALL,    /* RFC 8301 3.2 */
};

#define KEY_BITS_MIN 1024u /* RFC 8301 3.2 */

struct key_record {
	enum key_status status;
	enum pkey_kind kind;
	bool testing;  /* t=y */
	bool strict;   /* t=s: i= must be in d= itself, in no subdomain */
	unsigned bits; /* 0: the key was not read */
	struct pkey_public
	    *key;       /* KEY_USABLE: good until the cache's next get */
	struct err why; /* not KEY_USABLE: a sentence */
};

/* `want`: what the a= of the signature needs. */
void key_read(struct pkey_cache *cache, struct str record, enum pkey_kind want,
    unsigned bits_min, struct key_record *ret);
