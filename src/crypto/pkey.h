/* pkey: private keys that sign: RSA (PKCS #1 v1.5 with SHA-256) and Ed25519.
 * One key object per thread: OpenSSL's locks make a shared one slow.
 *
 * Life of a key: pkey_load_private() once, pkey_dup() for each thread, then
 * pkey_sign_digest() for each mail, which costs no more than the bare
 * operation: padding, digest and key are set once.
 *
 * LIMITS: RSA from 1024 to 8192 bits; a key file of 64 KiB; no encrypted
 * files, because nobody is there to type a password.
 */
#pragma once

#include "base/buf.h"

enum pkey_kind { PKEY_RSA, PKEY_ED25519 };

struct pkey;

/* A PEM file or an OpenSSL store URI ("pkcs11:...", "file:...").  A file that
 * others may read or write is refused (ERR_INPUT, says the chmod to run); a
 * missing one is ERR_NOENT and says how to make one.  Never asks for a
 * password. */
int pkey_load_private(const char *where, struct pkey **ret_key, struct err *e);
/* `bits`: 1024 to 8192 for RSA, ignored for Ed25519. */
int pkey_generate(
    enum pkey_kind kind, unsigned bits, struct pkey **ret_key, struct err *e);
/* A second object of the same key with its own key material, for another
 * thread. */
struct pkey *pkey_dup(const struct pkey *k);
void pkey_free(struct pkey *k);

enum pkey_kind pkey_kind(const struct pkey *k);
unsigned pkey_bits(const struct pkey *k);

/* Private half as PKCS #8 PEM. */
int pkey_write_private(const struct pkey *k, struct buf *out, struct err *e);
/* Public half as in a DKIM p= tag before base64: SubjectPublicKeyInfo DER for
 * RSA (RFC 6376 3.6.1), the 32 bytes for Ed25519 (RFC 8463 4). */
int pkey_write_public(const struct pkey *k, struct buf *out, struct err *e);

/* Largest signature in bytes. */
#define PKEY_SIGNATURE_MAX 1024
#define PKEY_RSA_BITS_MIN  1024u
#define PKEY_RSA_BITS_MAX  8192u
const char *pkey_kind_name(enum pkey_kind kind); /* "rsa", "ed25519" */
/* Signs a SHA-256 sum, as DKIM does: RSASSA-PKCS1-v1_5 over the digest, or
 * PureEdDSA over the 32 bytes of it (RFC 8463 3). */
int pkey_sign_digest(struct pkey *k, const unsigned char sum[32],
    unsigned char *ret_sig, size_t *ret_len, struct err *e);
