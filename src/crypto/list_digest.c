#include "crypto/list_digest.h"

#include <openssl/evp.h>
#include <pthread.h>

static const struct {
	const char *name;
	size_t size;
} kinds[LIST_DIGEST_KINDS] = {
    [LIST_DIGEST_MD5] = {"MD5", 16},
    [LIST_DIGEST_SHA1] = {"SHA1", 20},
    [LIST_DIGEST_SHA256] = {"SHA256", 32},
};

static EVP_MD *fetched[LIST_DIGEST_KINDS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
	for (size_t i = 0; i < LIST_DIGEST_KINDS; i++)
		fetched[i] = EVP_MD_fetch(NULL, kinds[i].name, NULL);
}

size_t list_digest_size(enum list_digest d)
{
	return kinds[d].size;
}

bool list_digest(
    enum list_digest d, struct str s, unsigned char ret[LIST_DIGEST_MAX])
{
	pthread_once(&once, fetch);
	return fetched[d] && EVP_Digest(s.n ? s.p : "", s.n, ret, NULL,
				 fetched[d], NULL) == 1;
}
