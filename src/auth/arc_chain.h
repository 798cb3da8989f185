/* arc_chain: the ARC sets of a message: which fields belong together, and what
 * a seal covers.  For arc_verify.c and arc_seal.c.
 */
#pragma once

#include "auth/arc.h"
#include "auth/signature.h"

struct arc_fields {
	size_t results, signature, seal; /* in fields, or FIELDS_NONE */
};

struct arc_chain {
	unsigned count; /* the highest instance */
	struct arc_fields set[ARC_SETS_MAX];
};

/* Sorts the ARC fields by instance.  ERR_INPUT: one is missing, twice there,
 * or its instance can not be read (RFC 8617 5.2 step 1); `count` is right
 * nevertheless as far as could be seen. */
int arc_chain_read(
    const struct fields *f, struct arc_chain *ret, struct err *e);

/* What the seal of set `number` (from 1) was made over (RFC 8617 5.1.1);
 * `alone`: only over its own set, as of a chain that failed (5.1.2). */
bool arc_chain_sum(const struct arc_chain *c, struct fields *f, unsigned number,
    bool alone, const struct signature *seal, struct digest *d,
    struct buf *scratch, unsigned char ret_sum[DIGEST_SIZE]);

/* What follows "i=N;" of an ARC-Authentication-Results; p is NULL when it does
 * not start so. */
struct str arc_results_value(struct str value, unsigned *ret_instance);

/* Without leading comments and folding white space (RFC 5322 3.2.2). */
struct str arc_skip_cfws(struct str s);
