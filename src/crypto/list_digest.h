/* list_digest: the digests by which lists of addresses are exchanged: mail
 * providers hand out whom they suppress as MD5, SHA-1 or SHA-256.  A name for
 * equal bytes, never proof of anything.
 */
#pragma once

#include "base/str.h"

enum list_digest { LIST_DIGEST_MD5, LIST_DIGEST_SHA1, LIST_DIGEST_SHA256 };
#define LIST_DIGEST_KINDS 3u
#define LIST_DIGEST_MAX   32u

size_t list_digest_size(enum list_digest d); /* 16, 20, 32 */
/* False: this OpenSSL does not give it (FIPS mode has no MD5). */
bool list_digest(
    enum list_digest d, struct str s, unsigned char ret[LIST_DIGEST_MAX]);
