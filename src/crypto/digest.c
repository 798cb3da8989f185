#include "crypto/digest.h"

#include <openssl/evp.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

struct digest {
	EVP_MD *md; /* fetched once: an implicit fetch takes a lock */
	EVP_MD_CTX *ctx;
};

struct digest *digest_new(void)
{
	struct digest *d = mem_zalloc(sizeof(*d));

	d->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	d->ctx = EVP_MD_CTX_new();
	if (!d->md || !d->ctx)
		BUG("OpenSSL gives no SHA-256");
	return d;
}

void digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->ctx);
	EVP_MD_free(d->md);
	free(d);
}

void digest_begin(struct digest *d)
{
	if (EVP_DigestInit_ex2(d->ctx, d->md, NULL) != 1)
		BUG("SHA-256 does not start");
}

void digest_update(struct digest *d, struct str s)
{
	if (s.n && EVP_DigestUpdate(d->ctx, s.p, s.n) != 1)
		BUG("SHA-256 fails");
}

void digest_end(struct digest *d, unsigned char ret_sum[DIGEST_SIZE])
{
	if (EVP_DigestFinal_ex(d->ctx, ret_sum, NULL) != 1)
		BUG("SHA-256 does not end");
}

void digest_sha256(struct str s, unsigned char ret_sum[DIGEST_SIZE])
{
	if (!SHA256((const unsigned char *)(s.p ? s.p : ""), s.n, ret_sum))
		BUG("SHA-256 fails");
}

void digest_hmac(
    struct str key, struct str s, unsigned char ret_sum[DIGEST_SIZE])
{
	unsigned n = 0;

	ENSURE(key.n <= INT_MAX);
	if (!HMAC(EVP_sha256(), key.p ? key.p : "", (int)key.n,
		(const unsigned char *)(s.p ? s.p : ""), s.n, ret_sum, &n) ||
	    n != DIGEST_SIZE)
		BUG("HMAC-SHA-256 fails");
}

bool digest_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}
