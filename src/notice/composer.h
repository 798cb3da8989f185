/* composer: from a row of the audience to the bytes on the wire.  The one
 * place where a letter is composed, signed and dot-stuffed: the engine sends
 * what it gives, preview shows what it gives.
 *
 * One composer a thread.  A person who has a letter already (an intent was
 * made) gets that letter again, byte for byte: stored template, kept date,
 * code and signature; no key is needed for it.
 */
#pragma once

#include "auth/dkim_sign.h"
#include "notice/letter.h"
#include "notice/relay.h"
#include "notice/segment.h"
#include "store/store.h"

struct composer;

struct composer_config {
	const struct notice *notice;
	const unsigned char *secret; /* STORE_SECRET_SIZE bytes */
	struct store *store;         /* for stored templates and codes */
	struct people *people;       /* for layouts */
	/* current variants with the ids under which they are stored; NULL:
	 * only letters that exist can be composed again */
	const struct letter_variants *variants;
	const int64_t *template_ids;
	const struct segment_rules *rules;   /* NULL: the cell alone decides */
	const struct relay_profile *profile; /* NULL: nothing is rewritten */
	bool with_keys;   /* load private keys; else letters are unsigned
			    * unless they exist */
	int64_t lifetime; /* seconds a signature shall live (x=) */
};

int composer_new(
    const struct composer_config *c, struct composer **ret, struct err *e);
void composer_free(struct composer *c);

/* How long a signature shall live: the retry window, and five days for queues
 * that are not ours. */
int64_t composer_lifetime(const struct notice *n);
/* Every column of the audience, for letter_variants_load(); freed by the
 * caller. */
size_t composer_columns(struct people *p, struct str **ret);

struct composed {
	/* owned by whoever holds this; reused from letter to letter */
	struct buf head;    /* DKIM-Signature fields */
	struct buf message; /* as composed, before dot-stuffing */
	struct buf stuffed; /* used only when a line begins with a dot */
	struct buf sender, recipient, envid, orcpt;
	struct letter_record record; /* views into what follows */
	struct dkim_signature sig[DKIM_KEYS_MAX];
	struct buf code;
	bool needs_utf8, eight_bit;
	bool same;        /* it is the letter they have, byte for byte */
	char missing[64]; /* held: the field without a value */
	char variant[96]; /* file name, or "" for a stored template */
};
void composed_init(struct composed *m);
void composed_release(struct composed *m);
/* The message as it goes on the wire, dot-stuffed, without the final dot. */
size_t composed_wire(const struct composed *m, struct str ret_piece[2]);

/* 1: composed; 0: held, see `missing`; negative: cannot be composed at all. */
int composer_compose(struct composer *c, const struct store_due *d, int64_t now,
    struct composed *ret, struct err *e);
