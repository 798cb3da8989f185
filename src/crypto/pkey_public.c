#include "crypto/pkey_public.h"
#include "base/mem.h"
#include "crypto/pkey_internal.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define EXPONENT_BITS_MAX 64
#define ED25519_SIZE      32

struct pkey_public {
	enum pkey_kind kind;
	unsigned bits;
	EVP_PKEY *key;
	EVP_PKEY_CTX *rsa;   /* padding and digest are set */
	EVP_MD_CTX *ed25519; /* started anew for each signature */
};

/* ---- reading */

static EVP_PKEY *read_rsa(struct str der)
{
	const unsigned char *start = (const unsigned char *)der.p, *p = start;
	EVP_PKEY *k;

	if (der.n > LONG_MAX || der.n == 0)
		return NULL;
	k = d2i_PUBKEY(NULL, &p, (long)der.n);
	if (!k) {
		p = start;
		k = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)der.n);
	}
	if (k && (size_t)(p - start) != der.n) {
		EVP_PKEY_free(k);
		k = NULL;
	}
	pkey_forget_errors();
	return k;
}

/* More than 1, and not too long.  An even one verifies nothing, ever. */
static bool exponent_is_sound(EVP_PKEY *k)
{
	BIGNUM *exponent = NULL;
	bool ok;

	if (EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) {
		pkey_forget_errors();
		return false;
	}
	ok = BN_num_bits(exponent) >= 2 &&
	     BN_num_bits(exponent) <= EXPONENT_BITS_MAX;
	BN_free(exponent);
	return ok;
}

static int check_rsa(struct pkey_public *k, struct err *e)
{
	const char *name = k->key ? EVP_PKEY_get0_type_name(k->key) : NULL;

	if (!k->key)
		return err_set(e, ERR_INPUT,
		    "the bytes are no RSA public key (RFC 6376 3.6.1)");
	if (!EVP_PKEY_is_a(k->key, "RSA"))
		return err_set(e, ERR_INPUT, "the key is of kind %s, not RSA",
		    name ? name : "unknown");
	k->bits = (unsigned)EVP_PKEY_get_bits(k->key);
	if (!k->bits) /* without memory OpenSSL does not know */
		return pkey_openssl_error(e, ERR_INPUT, "the RSA key");
	if (k->bits > PKEY_RSA_BITS_MAX)
		return err_set(e, ERR_LIMIT,
		    "the RSA key has %u bits; at most %u are taken", k->bits,
		    PKEY_RSA_BITS_MAX);
	if (!exponent_is_sound(k->key))
		return err_set(e, ERR_INPUT,
		    "the RSA key has an unusual exponent; keys in use have "
		    "65537");
	return 0;
}

static int prepare_rsa(struct pkey_public *k, struct str der, struct err *e)
{
	int rc;

	k->key = read_rsa(der);
	rc = check_rsa(k, e);
	if (rc < 0)
		return rc;
	k->rsa = EVP_PKEY_CTX_new_from_pkey(NULL, k->key, NULL);
	if (!k->rsa || EVP_PKEY_verify_init(k->rsa) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(k->rsa, RSA_PKCS1_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(k->rsa, EVP_sha256()) != 1)
		return pkey_openssl_error(e, ERR_INPUT, "the RSA key");
	return 0;
}

static int prepare_ed25519(struct pkey_public *k, struct str raw, struct err *e)
{
	if (raw.n != ED25519_SIZE)
		return err_set(e, ERR_INPUT,
		    "an Ed25519 key has 32 bytes, these are %zu (RFC 8463 4)",
		    raw.n);
	k->bits = 256;
	k->key = EVP_PKEY_new_raw_public_key(
	    EVP_PKEY_ED25519, NULL, (const unsigned char *)raw.p, raw.n);
	k->ed25519 = EVP_MD_CTX_new();
	if (!k->key || !k->ed25519)
		return pkey_openssl_error(e, ERR_INPUT, "the Ed25519 key");
	return 0;
}

static int read_once(enum pkey_kind kind, struct str der,
    struct pkey_public **ret_key, struct err *e)
{
	struct pkey_public *k = mem_try_zalloc(sizeof(*k));
	int rc;

	if (!k)
		return ERR_NOMEM;
	k->kind = kind;
	rc = kind == PKEY_RSA ? prepare_rsa(k, der, e)
			      : prepare_ed25519(k, der, e);
	if (rc < 0)
		pkey_public_free(k);
	else
		*ret_key = k;
	return rc;
}

int pkey_read_public(enum pkey_kind kind, struct str der,
    struct pkey_public **ret_key, struct err *e)
{
	unsigned long before = mem_failures();
	int rc = read_once(kind, der, ret_key, e);

	if (rc < 0 && mem_failures() == before)
		rc = read_once(kind, der, ret_key, e);
	if (rc < 0 && mem_failures() != before)
		return err_set(e, ERR_NOMEM, "there is no memory for a key");
	return rc;
}

void pkey_public_free(struct pkey_public *k)
{
	if (!k)
		return;
	EVP_PKEY_CTX_free(k->rsa);
	EVP_MD_CTX_free(k->ed25519);
	EVP_PKEY_free(k->key);
	free(k);
}

unsigned pkey_public_bits(const struct pkey_public *k)
{
	return k->bits;
}

static bool verify_once(
    struct pkey_public *k, const unsigned char sum[32], struct str signature)
{
	const unsigned char *sig = (const unsigned char *)signature.p;

	if (k->kind == PKEY_RSA)
		return EVP_PKEY_verify(k->rsa, sig, signature.n, sum, 32) == 1;
	return EVP_DigestVerifyInit(k->ed25519, NULL, NULL, NULL, k->key) ==
		   1 &&
	       EVP_DigestVerify(k->ed25519, sig, signature.n, sum, 32) == 1;
}

bool pkey_verify_digest(
    struct pkey_public *k, const unsigned char sum[32], struct str signature)
{
	if (signature.n == 0)
		return false;
	if (verify_once(k, sum, signature))
		return true;
	/* Twice: OpenSSL's "no" may mean that one allocation failed. */
	if (pkey_forget_errors())
		return false;
	if (verify_once(k, sum, signature))
		return true;
	pkey_forget_errors();
	return false;
}
