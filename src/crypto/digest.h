/* digest: SHA-256 and HMAC-SHA-256.  With pkey the only user of OpenSSL's EVP.
 */
#pragma once

#include "base/buf.h"

#define DIGEST_SIZE 32

struct digest; /* a running SHA-256; reusable */

/* NULL: no memory. */
struct digest *digest_new(void);
void digest_free(struct digest *d);
/* Without memory, which is counted (base/mem.h), the sum will be zeros. */
void digest_begin(struct digest *d);
void digest_update(struct digest *d, struct str s);
void digest_end(struct digest *d, unsigned char ret_sum[DIGEST_SIZE]);

void digest_sha256(struct str s, unsigned char ret_sum[DIGEST_SIZE]);
void digest_hmac(
    struct str key, struct str s, unsigned char ret_sum[DIGEST_SIZE]);

/* Whether `n` bytes are equal, in a time that does not depend on where they
 * differ: for checking a MAC. */
bool digest_equal(const void *a, const void *b, size_t n);
