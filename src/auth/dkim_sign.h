/* dkim_sign: DKIM-Signature fields for a message we compose ourselves
 * (RFC 6376, 8301, 8463), relaxed/relaxed, SHA-256.
 *
 * The hash of the body is computed once for all keys.  Signing is
 * deterministic: the same message, time and RSA or Ed25519 key give the same
 * bytes, and dkim_sign_with() writes the same field again from a kept
 * signature, without the key.
 */
#pragma once

#include "crypto/pkey.h"

#define DKIM_KEYS_MAX 2

struct dkim_signer; /* one per thread: holds key contexts and scratch */

struct dkim_identity {
	struct str domain;   /* d=, A-labels */
	struct str selector; /* s= */
	struct pkey *key;    /* NULL: only dkim_sign_with() will be used */
	enum pkey_kind kind; /* a= */
};

struct dkim_sign_options {
	/* header fields to sign, in order, names as they shall appear in h=;
	 * each is signed as often as it occurs; fields absent are skipped */
	const struct str *sign;
	size_t sign_count;
	/* fields named once more in h= than they occur */
	const struct str *oversign;
	size_t oversign_count;
	int64_t lifetime; /* x= is t= plus this, seconds; 0: no x= */
};
/* From, Reply-To, To, Subject, Date, Message-ID, MIME-Version, Content-Type,
 * Content-Transfer-Encoding, Feedback-ID, Auto-Submitted; From, Reply-To and
 * Subject oversigned. */
extern const struct dkim_sign_options dkim_sign_defaults;

/* Copies the strings; takes the keys over, also when there is no memory (NULL).
 * The first identity's field stands
 * on top (RSA first: receivers that know no Ed25519 look there). */
struct dkim_signer *dkim_signer_new(const struct dkim_identity *ids, size_t n,
    const struct dkim_sign_options *options);
void dkim_signer_free(struct dkim_signer *s);
size_t dkim_signer_count(const struct dkim_signer *s);

struct dkim_signature {
	size_t len;
	unsigned char bytes[512]; /* up to RSA-4096 */
};

/* Appends "DKIM-Signature: ...\r\n" for each identity to `out`.  `message` is
 * the whole message with CRLF line ends, before dot-stuffing.  `at` is t= in
 * seconds since 1970. */
int dkim_sign(struct dkim_signer *s, struct str message, int64_t at,
    struct buf *out, struct dkim_signature ret_sigs[DKIM_KEYS_MAX],
    struct err *e);
int dkim_sign_with(struct dkim_signer *s, struct str message, int64_t at,
    const struct dkim_signature sigs[DKIM_KEYS_MAX], struct buf *out,
    struct err *e);
