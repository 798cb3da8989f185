/* body_hash: the body hashes that the signatures of one message ask for (bh=,
 * RFC 6376 3.7), in one pass.
 *
 * Ask for all, feed the body in pieces split anywhere, end, look.  Equal
 * wishes are one hash; each canonical form is made once.  SHA-256 only (RFC
 * 8301 3.1).
 */
#pragma once

#include "auth/canon.h"
#include "crypto/digest.h"

#define BODY_WHOLE UINT64_MAX
#define BODY_LOST  SIZE_MAX

struct body_want {
	enum canon_kind canon;
	uint64_t length; /* l=, or BODY_WHOLE */
	struct digest *digest;
	uint64_t left; /* of length */
	unsigned char sum[DIGEST_SIZE];
};

struct body_hash {
	struct body_want *want;
	size_t count, max;
	struct body_form {
		struct body_hash *owner;
		enum canon_kind kind;
		bool wanted;
		uint64_t length; /* canonical bytes so far */
		struct canon_body canon;
	} form[2];
};

void body_hash_init(struct body_hash *b);
void body_hash_release(struct body_hash *b);
/* A number to ask for the result with, or BODY_LOST: no memory. */
size_t body_hash_want(
    struct body_hash *b, enum canon_kind canon, uint64_t length);
void body_hash_begin(struct body_hash *b);
void body_hash_update(struct body_hash *b, struct str piece);
void body_hash_end(struct body_hash *b);
/* After the end: the sum, and the length of the whole canonical body. */
const unsigned char *body_hash_sum(const struct body_hash *b, size_t number);
uint64_t body_hash_length(const struct body_hash *b, enum canon_kind canon);
