/* pkey_public: public keys that verify: RSASSA-PKCS1-v1_5 with SHA-256, and
 * Ed25519 over the SHA-256 sum, as DKIM does (RFC 8463 3).
 *
 * Reading a key costs more than using it, and one sender's key is used again
 * and again: a cache keeps the keys it has read, by their bytes, with padding
 * and digest set, so that a verification costs the bare operation.
 *
 *	struct pkey_cache *c = pkey_cache_new(256);
 *	if (pkey_cache_get(c, PKEY_RSA, bytes, &key, &e) < 0) ...
 *	ok = pkey_verify_digest(key, sum, signature);
 *
 * A cache belongs to one thread.
 *
 * LIMITS: RSA up to 8192 bits with an exponent of 2 to 64 bits (a larger one
 * makes verifying dear); small keys are read, for the caller to judge.
 */
#pragma once

#include "crypto/pkey.h"

struct pkey_public;
struct pkey_cache;

/* `der`: for RSA a SubjectPublicKeyInfo (RFC 6376 3.6.1) or an RSAPublicKey
 * (what its text says, RFC 8017 A.1.1; both are in use), for Ed25519 the 32
 * bytes (RFC 8463 4).  Nothing may stand behind it.  ERR_INPUT or ERR_LIMIT
 * says why not; ERR_NOMEM. */
int pkey_read_public(enum pkey_kind kind, struct str der,
    struct pkey_public **ret_key, struct err *e);
void pkey_public_free(struct pkey_public *k);
unsigned pkey_public_bits(const struct pkey_public *k);
/* False also for a signature of the wrong length, and without memory, which is
 * counted (base/mem.h). */
bool pkey_verify_digest(
    struct pkey_public *k, const unsigned char sum[32], struct str signature);

/* Keeps at most `max` keys; the one not used for longest goes first.
 * NULL: no memory. */
struct pkey_cache *pkey_cache_new(size_t max);
void pkey_cache_free(struct pkey_cache *c);
/* As pkey_read_public(); the key is the cache's and good until the next get.
 * Bytes that are no key are not kept. */
int pkey_cache_get(struct pkey_cache *c, enum pkey_kind kind, struct str der,
    struct pkey_public **ret_key, struct err *e);
