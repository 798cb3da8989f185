#include "crypto/digest.h"
#include "base/mem.h"

#include <openssl/evp.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdatomic.h>

struct digest {
	EVP_MD_CTX *ctx;
	bool lost; /* it could not begin */
};

/* Fetched once for all: a fetch takes locks and compares names, which costs as
 * much as hashing a header. */
static _Atomic(EVP_MD *) sha256;

/* NULL: not now; the next asks again. */
static EVP_MD *fetch_sha256(void)
{
	EVP_MD *known = atomic_load(&sha256), *md = NULL;

	if (known || !(md = EVP_MD_fetch(NULL, "SHA256", NULL)))
		return known;
	if (atomic_compare_exchange_strong(&sha256, &known, md))
		return md;
	EVP_MD_free(md);
	return known;
}

struct digest *digest_new(void)
{
	struct digest *d = mem_try_zalloc(sizeof(*d));
	EVP_MD *md = d ? fetch_sha256() : NULL;

	if (!d)
		return NULL;
	d->ctx = md ? EVP_MD_CTX_new() : NULL;
	if (d->ctx)
		return d;
	ERR_clear_error();
	digest_free(d);
	mem_lost(0);
	return NULL;
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
	/* OpenSSL 3.0 makes its state anew each time. */
	d->lost = EVP_DigestInit_ex2(d->ctx, atomic_load(&sha256), NULL) != 1;
	if (d->lost) {
		ERR_clear_error();
		mem_lost(0);
	}
}

void digest_update(struct digest *d, struct str s)
{
	if (s.n && !d->lost && EVP_DigestUpdate(d->ctx, s.p, s.n) != 1)
		BUG("SHA-256 fails");
}

void digest_end(struct digest *d, unsigned char ret_sum[DIGEST_SIZE])
{
	memset(ret_sum, 0, DIGEST_SIZE);
	if (!d->lost && EVP_DigestFinal_ex(d->ctx, ret_sum, NULL) != 1)
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
