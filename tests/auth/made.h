/* made: a world with one key of each kind, and messages signed with them, for
 * the tests of DKIM and ARC.
 */
#pragma once

#include "auth/arc.h"
#include "auth/dkim_sign.h"
#include "base/limits.h"
#include "t.h"

#define MADE_AT INT64_C(1767225600) /* 2026-01-01 */

struct made {
	struct loop *loop;
	struct dns *dns;
	struct dkim_verifier *verifier;
	struct pkey *rsa, *ed25519; /* selectors "r", "e" of example.com */
	struct buf zone;
};

void made_open(struct made *m);
void made_close(struct made *m);
/* More of the zone: lines. */
void made_add(struct made *m, const char *lines);
/* Both keys sign `message` at MADE_AT; appends fields and message. */
void made_sign(struct made *m, struct str message, struct buf *out);

/* A DKIM-Signature of the RSA key with these tags ("v=1; a=...; b=" and the
 * b= last, empty, bh= written "bh=*" where it is to be right), right whatever
 * they say; then the message. */
void made_sign_raw(
    struct made *m, const char *tags, struct str message, struct buf *out);

#define MADE_ROWS 32
struct made_row {
	enum dkim_result result;
	unsigned key_bits, flags;
	char domain[256], selector[256], identity[256], algorithm[64];
	char reason[512], record[512];
};
struct made_report {
	struct made_row row[MADE_ROWS];
	size_t count; /* may be more than are kept */
	bool truncated;
};
void made_verify(struct made *m, struct str message,
    const struct dkim_verify_options *o, struct made_report *ret);
/* At MADE_AT; the result of the first signature. */
enum dkim_result made_first(
    struct made *m, struct str message, struct made_report *ret);

struct made_arc {
	enum arc_result result;
	unsigned instances, oldest_pass;
	bool ended;
	char reason[512];
};
void made_arc_verify(struct made *m, struct str message, struct made_arc *ret);
