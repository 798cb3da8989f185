/* approval: a role's consent to exactly one digest of what will be sent.
 *
 * The request is a text that a person can read (docs/formats/approval.md): each
 * file of the text and the channels with its SHA-256, each setting that a
 * reader of the mail would care about, the number of people of the tranche and
 * the digest of its rows, each override.  Its SHA-256 is the digest.  No
 * address and no name of the audience stands in it.
 *
 *	approval_request_make()    the request as things are now
 *	approval_sign()            a record: role, name, time, digest, signature
 *	approval_accept()          verifies a record, keeps it in DIR/approvals/
 *	approval_judge()           what is missing, what has changed (pure)
 *
 * DIR/approvers.txt holds the keys that were enrolled: role, name, public key.
 * A record is a file of its own; the request it signs is kept beside it, which
 * is how a change is named later.
 */
#pragma once

#include "notice/notice.h"
#include "notice/roll.h"

struct approval_record {
	struct str role, name, tranche;
	usec_t at; /* wall */
	unsigned char digest[DIGEST_SIZE];
	unsigned char key[32], signature[64]; /* Ed25519 */
};

/* Roles that must approve, with how many ("security:2"). */
struct approval_need {
	struct str role;
	unsigned count;
};
int approval_needs(const struct notice *n, struct arena *a,
    struct approval_need **ret, size_t *ret_count, struct err *e);

/* The request for one tranche, appended to `out`, and its digest.  Reads the
 * files of the folder; placeholders, no audience, no text: ERR_INPUT. */
int approval_request_make(const struct notice *n,
    const struct roll_tranche *tranche, struct buf *out,
    unsigned char ret_digest[DIGEST_SIZE], struct err *e);

/* How the gate stands for one tranche. */
struct approval_state {
	struct approval_need *need; /* what is still missing */
	size_t needs;
	struct approval_record *valid; /* who approved what is there now */
	size_t valids;
	/* approvals that were voided, and what changed since the last */
	size_t voided;
	struct str *changes; /* sentences: "message.md changed" */
	size_t change_count;
	unsigned char digest[DIGEST_SIZE];
};
int approval_judge(const struct notice *n, const struct roll_tranche *tranche,
    struct arena *a, struct approval_state *ret, struct err *e);

/* ---- overrides of a blocking finding: two names and a reason.  The reason
 * stays in DIR/privileged/, which can be deleted; its hash stays. */
struct override {
	struct str rule, subject; /* of the finding */
	struct str name[2];
	unsigned names;
	struct str reason_sha256; /* hex */
	usec_t at;
};
int overrides_load(const char *dir, struct arena *a, struct override **ret,
    size_t *ret_count, struct err *e);
/* In force: both names are there. `subject` empty fits any. */
bool override_covers(const struct override *o, size_t n, struct str rule,
    struct str subject);
