/* verifier: what dkim_verify.c and arc_verify.c share: gathering for the
 * signatures of one message.  Keys are asked for side by side, the body is
 * hashed a piece a turn, and when both are there `done` is called, once, never
 * from inside verifier_start().
 */
#pragma once

#include "auth/body_hash.h"
#include "auth/dkim_verify.h"
#include "auth/key_answer.h"
#include "auth/signature.h"

struct dkim_verifier {
	struct loop *loop;
	struct dns *dns;
	struct pkey_cache *keys;
	struct digest *digest;
	struct buf scratch;
};

/* One signature under way. */
struct verifier_row {
	struct gather *owner;
	size_t field; /* in fields */
	bool readable;
	struct signature sig;
	struct err bad; /* why not readable */
	size_t body;    /* its number in body_hash */
	struct dns_query *query;
	struct key_answer answer;
};

struct gather {
	struct dkim_verifier *v;
	struct arena arena;
	struct fields fields;
	struct verifier_row *row;
	size_t rows;
	struct body_hash body;
	size_t hashed; /* bytes of the body */
	bool body_done;
	size_t waiting;             /* for the DNS */
	unsigned long mem_failures; /* of the thread, at the start */
	struct loop_task task;
	void (*done)(struct gather *g);
};

/* Reads the fields; then the caller fills row[] (in the arena) ... */
int gather_init(struct gather *g, struct dkim_verifier *v, struct str message,
    void (*done)(struct gather *g));
/* ... each with this; only readable ones are asked for and hashed. */
void gather_read(struct gather *g, struct verifier_row *r,
    enum signature_what what, size_t field);
/* ... and this begins.  False: no memory; only gather_release() is left. */
bool gather_start(struct gather *g);
void gather_release(struct gather *g); /* cancels */

/* Whether memory failed since the start: nothing that was found can be told. */
bool gather_is_lost(const struct gather *g);
static const char gather_lost_why[] =
    "there is not enough memory to verify this message now";

/* The verdict on a readable row whose answer and body are there; the hash of
 * what was signed is `sum`, NULL if it could not be made. */
void gather_judge(struct gather *g, const struct verifier_row *r,
    const unsigned char *sum, unsigned bits_min, struct key_outcome *ret);
/* l= is more than the body has / less. */
bool gather_length_is_over(
    const struct gather *g, const struct verifier_row *r);
bool gather_rest_is_unsigned(
    const struct gather *g, const struct verifier_row *r);
/* A copy in the arena, fit to be shown. */
struct str gather_clean(struct gather *g, struct str s);
