#include "net/tls_private.h"

#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/* An hour of grace for clocks that are behind; a year to live. */
#define VALID_FROM (-3600L)
#define VALID_FOR  (365L * 24 * 3600)

static GENERAL_NAME *alt_name(const char *name)
{
	unsigned char ip[16];
	int len = inet_pton(AF_INET, name, ip) == 1    ? 4
		  : inet_pton(AF_INET6, name, ip) == 1 ? 16
						       : 0;
	GENERAL_NAME *g = GENERAL_NAME_new();
	ASN1_STRING *s =
	    ASN1_STRING_type_new(len ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);

	if (!g || !s ||
	    !ASN1_STRING_set(
		s, len ? (const void *)ip : name, len ? len : -1)) {
		GENERAL_NAME_free(g);
		ASN1_STRING_free(s);
		return NULL;
	}
	GENERAL_NAME_set0_value(g, len ? GEN_IPADD : GEN_DNS, s);
	return g;
}

static bool add_alt_name(X509 *x, const char *name)
{
	GENERAL_NAMES *all = GENERAL_NAMES_new();
	GENERAL_NAME *g = alt_name(name);
	bool ok = all && g && sk_GENERAL_NAME_push(all, g) > 0;

	if (!ok)
		GENERAL_NAME_free(g);
	ok = ok && X509_add1_ext_i2d(x, NID_subject_alt_name, all, 0,
		       X509V3_ADD_DEFAULT) == 1;
	GENERAL_NAMES_free(all);
	return ok;
}

static bool set_serial(X509 *x)
{
	BIGNUM *n = BN_new();
	bool ok = n && BN_rand(n, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) &&
		  BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x));

	BN_free(n);
	return ok;
}

/* The subject holds no name: a common name may have 64 characters only. */
static bool fill(X509 *x, EVP_PKEY *key, const char *name)
{
	X509_NAME *subject = X509_get_subject_name(x);

	return X509_set_version(x, X509_VERSION_3) && set_serial(x) &&
	       X509_gmtime_adj(X509_getm_notBefore(x), VALID_FROM) &&
	       X509_gmtime_adj(X509_getm_notAfter(x), VALID_FOR) &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
		   (const unsigned char *)"self-made by tocsin", -1, -1, 0) &&
	       X509_set_issuer_name(x, subject) && X509_set_pubkey(x, key) &&
	       add_alt_name(x, name) && X509_sign(x, key, EVP_sha256()) > 0;
}

static int write_pem(X509 *x, const char *path, struct err *e)
{
	BIO *b = BIO_new_file(path, "w");
	bool ok = b && PEM_write_bio_X509(b, x) == 1 && BIO_flush(b) == 1;

	BIO_free(b);
	return ok ? 0
		  : tls_error(e, "cannot write the certificate to %s", path);
}

int tls_self_made_use(
    SSL_CTX *ctx, const char *name, const char *cert_out, struct err *e)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	int rc;

	if (!key || !x || !fill(x, key, name) ||
	    SSL_CTX_use_certificate(ctx, x) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, key) != 1)
		rc = tls_error(e, "cannot make a certificate for %.100s", name);
	else
		rc = cert_out ? write_pem(x, cert_out, e) : 0;
	X509_free(x);
	EVP_PKEY_free(key);
	return rc;
}
