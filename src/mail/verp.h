/* verp: an envelope sender of its own for each person, so that a bounce names
 * who it is about, whatever the bouncing server wrote.
 *
 *	bounce@example.com, person 12  ->  bounce+br3geims7d5n4da@example.com
 *
 * The token is base32 of the person's id (big-endian, without leading zeros)
 * and the first 64 bits of HMAC-SHA-256 under the notice's secret over "verp"
 * and the id in 8 bytes.  Nobody without the secret can make one, so a forged
 * bounce changes nobody's state; guessing one takes 2^63 tries on average.
 *
 * LIMITS: a local part of 64 bytes (RFC 5321 4.5.3.1.1) leaves 37 to the base
 * address.
 */
#pragma once

#include "base/buf.h"

#define VERP_SECRET_SIZE 32

struct verp {
	struct str local, domain; /* borrowed */
	unsigned char secret[VERP_SECRET_SIZE];
};

/* `base`: "bounce@example.com"; must outlive `v`.  ERR_INPUT when it is no
 * plain address (unquoted, ASCII) or too long to take a token. */
int verp_init(struct verp *v, struct str base,
    const unsigned char secret[VERP_SECRET_SIZE], struct err *e);

/* Appends the envelope sender for `person` (> 0). */
void verp_format(const struct verp *v, int64_t person, struct buf *out);

enum verp_result {
	VERP_OK,
	VERP_OTHER,  /* not an address of this base */
	VERP_FORGED, /* of this base, but the token is not ours */
};
/* Case does not count: servers on the way may have folded it. */
enum verp_result verp_parse(
    const struct verp *v, struct str address, int64_t *ret_person);
