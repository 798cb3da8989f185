#include "crypto/digest.h"

#include <openssl/evp.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <pthread.h>

struct digest {
	EVP_MD_CTX *ctx;
};

/* Fetched once for all: a fetch takes locks and compares names, which costs as
 * much as hashing a header. */
static EVP_MD *sha256;
static pthread_once_t sha256_once = PTHREAD_ONCE_INIT;

static void fetch_sha256(void)
{
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!sha256)
		BUG("OpenSSL gives no SHA-256");
}

struct digest *digest_new(void)
{
	struct digest *d = mem_zalloc(sizeof(*d));

	pthread_once(&sha256_once, fetch_sha256);
	d->ctx = EVP_MD_CTX_new();
	if (!d->ctx)
		BUG("OpenSSL gives no digest context");
	return d;
}

void digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->ctx);
	free(d);
}

void digest_begin(struct digest *d)
{
	if (EVP_DigestInit_ex2(d->ctx, sha256, NULL) != 1)
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
