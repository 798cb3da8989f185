/* approval_private: what the files of approval and override share. */
#pragma once

#include "notice/approval.h"

/* Exactly `n` bytes in lower-case hex. */
bool approval_unhex(struct str hex, void *ret, size_t n);
/* "YYYY-MM-DDThh:mm:ssZ" and nothing else. */
bool approval_time(struct str s, usec_t *ret);
/* The public half. ERR_INPUT for a key that is not Ed25519. */
int approval_public(
    const struct pkey *key, unsigned char ret[APPROVAL_KEY], struct err *e);
/* Ed25519 over the SHA-256 of `text`. */
int approval_sign_text(struct str text, struct pkey *key,
    unsigned char ret_signature[64], struct err *e);
bool approval_verify_text(struct str text,
    const unsigned char key[APPROVAL_KEY], const unsigned char signature[64]);
/* Roles are the same without case. */
static inline bool approval_same(struct str a, struct str b)
{
	return str_ieq(a, b);
}
/* Fills `several`. */
int approval_find_several(
    struct approval_state *s, struct arena *a, struct err *e);
