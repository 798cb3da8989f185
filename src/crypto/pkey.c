#include "base/limits.h"
#include "base/mem.h"
#include "crypto/pkey_internal.h"

#include <assert.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

struct pkey {
	enum pkey_kind kind;
	unsigned bits;
	EVP_PKEY *key;
	EVP_PKEY_CTX *rsa;   /* padding and digest are set */
	EVP_MD_CTX *ed25519; /* initialised with the key */
};

/* What reading a key wants at once, and some. */
#define PROBE_SIZE (8 * KiB)

static const char *const kind_names[] = {
    [PKEY_RSA] = "rsa",
    [PKEY_ED25519] = "ed25519",
};
static_assert(ARRAY_SIZE(kind_names) == PKEY_ED25519 + 1, "a name each");

const char *pkey_kind_name(enum pkey_kind kind)
{
	return kind_names[kind];
}

enum pkey_kind pkey_kind(const struct pkey *k)
{
	return k->kind;
}

unsigned pkey_bits(const struct pkey *k)
{
	return k->bits;
}

bool pkey_forget_errors(void)
{
	unsigned long why;
	bool lost = false;
	void *probe;

	while ((why = ERR_get_error()) != 0)
		lost |= ERR_GET_REASON(why) == ERR_R_MALLOC_FAILURE;
	/* Its readers try one form after the other and forget why one failed:
	 * without memory a sound key looks like none. */
	probe = lost ? NULL : OPENSSL_malloc(PROBE_SIZE);
	if (!probe)
		mem_count_failure();
	OPENSSL_free(probe);
	return !probe;
}

int pkey_openssl_error(struct err *e, int code, const char *what)
{
	unsigned long why = ERR_peek_last_error();
	const char *text = why ? ERR_reason_error_string(why) : NULL;

	if (pkey_forget_errors())
		return err_set(e, ERR_NOMEM, "%s: there is no memory", what);
	return err_set(
	    e, code, "%s: %s", what, text ? text : "OpenSSL does not say why");
}

static bool prepare_rsa(struct pkey *k)
{
	k->rsa = EVP_PKEY_CTX_new_from_pkey(NULL, k->key, NULL);
	return k->rsa && EVP_PKEY_sign_init(k->rsa) == 1 &&
	       EVP_PKEY_CTX_set_rsa_padding(k->rsa, RSA_PKCS1_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_signature_md(k->rsa, EVP_sha256()) == 1;
}

static bool start_ed25519(struct pkey *k)
{
	return EVP_DigestSignInit(k->ed25519, NULL, NULL, NULL, k->key) == 1;
}

static bool prepare_ed25519(struct pkey *k)
{
	k->ed25519 = EVP_MD_CTX_new();
	return k->ed25519 && start_ed25519(k);
}

static int check_kind(struct pkey *k, const char *where, struct err *e)
{
	const char *name = EVP_PKEY_get0_type_name(k->key);

	if (EVP_PKEY_is_a(k->key, "ED25519")) {
		k->kind = PKEY_ED25519;
		k->bits = 256;
		return 0;
	}
	if (!EVP_PKEY_is_a(k->key, "RSA"))
		return err_set(e, ERR_INPUT,
		    "%s: holds a key of kind %s; DKIM signs with RSA "
		    "(RFC 6376 3.3) or Ed25519 (RFC 8463)",
		    where, name ? name : "unknown");
	k->kind = PKEY_RSA;
	k->bits = (unsigned)EVP_PKEY_get_bits(k->key);
	if (!k->bits) /* without memory OpenSSL does not know */
		return pkey_openssl_error(e, ERR_INPUT, where);
	if (k->bits < PKEY_RSA_BITS_MIN)
		return err_set(e, ERR_INPUT,
		    "%s: RSA with %u bits; a signer must use at least 1024 and "
		    "should use 2048 (RFC 8301 3.2); make a new one with "
		    "'tocsin dkim keygen'",
		    where, k->bits);
	if (k->bits > PKEY_RSA_BITS_MAX)
		return err_set(e, ERR_LIMIT,
		    "%s: RSA with %u bits; at most %u are supported", where,
		    k->bits, PKEY_RSA_BITS_MAX);
	return 0;
}

int pkey_adopt(
    EVP_PKEY *key, const char *where, struct pkey **ret_key, struct err *e)
{
	struct pkey *k = mem_try_zalloc(sizeof(*k));
	int rc;

	if (!k) {
		EVP_PKEY_free(key);
		return err_set(e, ERR_NOMEM, "%s: there is no memory", where);
	}
	k->key = key;
	rc = check_kind(k, where, e);
	if (rc == 0) {
		bool ok =
		    k->kind == PKEY_RSA ? prepare_rsa(k) : prepare_ed25519(k);

		if (!ok)
			rc = pkey_openssl_error(e, ERR_INPUT, where);
	}
	if (rc < 0) {
		pkey_free(k);
		return rc;
	}
	*ret_key = k;
	return 0;
}

int pkey_generate(
    enum pkey_kind kind, unsigned bits, struct pkey **ret_key, struct err *e)
{
	EVP_PKEY *k;

	if (kind == PKEY_RSA &&
	    (bits < PKEY_RSA_BITS_MIN || bits > PKEY_RSA_BITS_MAX))
		return err_set(e, ERR_INPUT,
		    "an RSA key of %u bits can not be made; choose 2048 "
		    "(RFC 8301 3.2)",
		    bits);
	if (kind == PKEY_RSA)
		k = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
	else
		k = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (!k)
		return pkey_openssl_error(
		    e, ERR_SYS, "the key could not be made");
	return pkey_adopt(k, "the new key", ret_key, e);
}

struct pkey *pkey_dup(const struct pkey *k)
{
	struct pkey *copy = NULL;
	EVP_PKEY *key = EVP_PKEY_dup(k->key);
	struct err e = {0};

	/* a key that lives in a token has nothing to copy */
	if (!key) {
		ERR_clear_error();
		key = k->key;
		EVP_PKEY_up_ref(key);
	}
	if (pkey_adopt(key, "copy of a key", &copy, &e) < 0)
		BUG("%s", e.msg);
	return copy;
}

void pkey_free(struct pkey *k)
{
	if (!k)
		return;
	EVP_PKEY_CTX_free(k->rsa);
	EVP_MD_CTX_free(k->ed25519);
	EVP_PKEY_free(k->key);
	free(k);
}

int pkey_write_private(const struct pkey *k, struct buf *out, struct err *e)
{
	BIO *b = BIO_new(BIO_s_secmem());
	char *p = NULL;
	long n;
	int rc = 0;

	if (!b || PEM_write_bio_PKCS8PrivateKey(
		      b, k->key, NULL, NULL, 0, NULL, NULL) != 1) {
		rc = pkey_openssl_error(
		    e, ERR_INPUT, "the private key can not be written");
	} else {
		n = BIO_get_mem_data(b, &p);
		buf_add(out, str_make(p, n > 0 ? (size_t)n : 0));
		if (out->over)
			rc = err_set(e, ERR_LIMIT,
			    "the private key is longer than %zu bytes",
			    out->max);
	}
	BIO_free(b);
	return rc;
}

int pkey_write_public(const struct pkey *k, struct buf *out, struct err *e)
{
	unsigned char raw[32], *der = NULL;
	size_t n = sizeof(raw);
	int len;

	if (k->kind == PKEY_ED25519) {
		if (EVP_PKEY_get_raw_public_key(k->key, raw, &n) != 1)
			return pkey_openssl_error(
			    e, ERR_INPUT, "the public key can not be read");
		buf_add(out, str_make((const char *)raw, n));
	} else {
		len = i2d_PUBKEY(k->key, &der);
		if (len <= 0)
			return pkey_openssl_error(
			    e, ERR_INPUT, "the public key can not be read");
		buf_add(out, str_make((const char *)der, (size_t)len));
		OPENSSL_free(der);
	}
	return out->over ? err_set(e, ERR_LIMIT, "the public key is too long")
			 : 0;
}

static bool sign_ed25519(
    struct pkey *k, const unsigned char sum[32], unsigned char *sig, size_t *n)
{
	if (EVP_DigestSign(k->ed25519, sig, n, sum, 32) == 1)
		return true;
	/* newer libraries want it started again */
	ERR_clear_error();
	*n = PKEY_SIGNATURE_MAX;
	return start_ed25519(k) &&
	       EVP_DigestSign(k->ed25519, sig, n, sum, 32) == 1;
}

int pkey_sign_digest(struct pkey *k, const unsigned char sum[32],
    unsigned char *ret_sig, size_t *ret_len, struct err *e)
{
	bool ok;

	*ret_len = PKEY_SIGNATURE_MAX;
	if (k->kind == PKEY_RSA)
		ok = EVP_PKEY_sign(k->rsa, ret_sig, ret_len, sum, 32) == 1;
	else
		ok = sign_ed25519(k, sum, ret_sig, ret_len);
	if (!ok)
		return pkey_openssl_error(e, ERR_SYS, "the key does not sign");
	return 0;
}
