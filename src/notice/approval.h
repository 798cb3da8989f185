/* approval: a role's consent to exactly one digest of what will be sent.
 *
 * The request is a text that a person can read (docs/formats/approval.md): each
 * file of the text and the channels with its SHA-256, each setting that a
 * reader of the mail would care about, the number of people of the tranche and
 * the digest of its rows, each override in force.  Its SHA-256 is the digest.
 * No address and no name of the audience stands in it.
 *
 *	approval_request_make()    the request as things are now
 *	approvals_load()           keys, records and old requests of the folder
 *	approval_judge()           what is missing, what has changed (pure)
 *	approval_look()            these three in one
 *	approval_admit()           whether somebody may approve now (pure)
 *	approval_sign()            a record: role, name, time, digest, signature
 *	approval_keep()            into DIR/approvals/, with its request
 *
 * A record is a file of its own, DIGEST.WHO.approval; the request it signs is
 * kept beside it as DIGEST.request, which is how a change is named later.
 * DIR/approvers.txt holds the keys that were enrolled: role, name, public key.
 *
 * A role or a name is one line of UTF-8 without '/', at most APPROVAL_NAME
 * bytes.  Roles are compared without case of ASCII letters, names by their
 * letters as they look: "Ann Smith" and "ann  smith." are one person.
 *
 * LIMITS: who can write the folder can take a role out of notice.ini or enrol
 * a key of their own; an approval shows who agreed to what, it does not keep
 * an administrator out.
 */
#pragma once

#include "crypto/pkey_public.h"
#include "notice/notice.h"
#include "notice/override.h"
#include "notice/roll.h"

#define APPROVAL_NAME   100u
#define APPROVAL_KEY    32u
#define APPROVAL_FUTURE (5 * USEC_PER_MIN) /* a clock may go so much ahead */

/* True for what may be a role or a name; `e` says why not. */
bool approval_name_ok(const char *what, struct str name, struct err *e);

/* One person's, as far as names tell: the same letters and digits, whatever
 * case, blanks, punctuation, marks or look-alikes of another script. */
bool approval_same_person(struct str a, struct str b);

/* ---- who must approve */

/* Roles that must approve, with how many ("security:2"); where notice.ini names
 * none, NOTICE_ROLES, and "esp" when [esp] name is set.  Ungated: none. */
struct approval_need {
	struct str role;
	unsigned count;
};
int approval_needs(const struct notice *n, struct arena *a,
    struct approval_need **ret, size_t *ret_count, struct err *e);

/* ---- the request */

/* The request for one tranche, appended to `out`, and its digest.  Reads the
 * files of the folder; placeholders, no text, half a notice: ERR_INPUT. */
int approval_request_make(const struct notice *n,
    const struct roll_tranche *tranche, struct buf *out,
    unsigned char ret_digest[DIGEST_SIZE], struct err *e);
/* One line: "file", "message.md", "812 bytes, sha256 ...". */
struct approval_row {
	struct str kind, key, value;
};
/* The rows of a request in order; false at the end. */
bool approval_request_next(struct str *rest, struct approval_row *ret);
/* Refuses (ERR_INPUT) what approval_request_make() could not have written;
 * `ret_tranche` is a view. */
int approval_request_check(
    struct str text, struct str *ret_tranche, struct err *e);
/* What became of each line, in sentences: "message.md changed". */
int approval_request_compare(struct str was, struct str is, struct arena *a,
    struct str **ret, size_t *ret_count, struct err *e);

/* ---- records */

struct approval_record {
	struct str role, name, tranche;
	usec_t at; /* wall, whole seconds */
	unsigned char digest[DIGEST_SIZE];
	unsigned char key[APPROVAL_KEY], signature[64]; /* Ed25519 */
};
/* Fills `key` and `signature`; the rest is there.  ERR_INPUT for a key that is
 * not Ed25519. */
int approval_sign(struct approval_record *r, struct pkey *key, struct err *e);
/* The signature fits what the record says and the key in it. */
bool approval_verify(const struct approval_record *r);
void approval_record_format(const struct approval_record *r, struct buf *out);
/* Strict: only what approval_record_format() writes, byte by byte.  Views into
 * `text`. `name` is for messages. */
int approval_record_parse(struct str text, const char *name,
    struct approval_record *ret, struct err *e);

/* ---- keys */

struct approver {
	struct str role, name;
	unsigned char key[APPROVAL_KEY];
};
struct approvers {
	struct approver *v;
	size_t count;
};
/* "ROLE TAB NAME TAB KEY" a line, the key in hex or base64; '#' begins a
 * comment. */
int approvers_parse(struct str text, const char *name, struct arena *a,
    struct approvers *ret, struct err *e);
int approvers_load(
    const char *dir, struct arena *a, struct approvers *ret, struct err *e);
/* NULL: nobody. Without `role` (p NULL): under any role. */
const struct approver *approver_find(
    const struct approvers *all, struct str role, struct str name);
/* May this key be enrolled?  Not when this person has another one, nor when it
 * is another person's: ERR_INPUT. */
int approver_admit(
    const struct approvers *all, const struct approver *one, struct err *e);
/* Adds a line; what is there stays. */
int approver_enroll(const char *dir, const struct approver *one, struct err *e);
/* A public key: hex, base64, or PEM ("BEGIN PUBLIC KEY"). */
int approver_key_parse(
    struct str text, unsigned char ret[APPROVAL_KEY], struct err *e);

/* ---- how the gate stands */

/* All that the folder knows. */
struct approvals {
	struct approval_need *need;
	size_t needs;
	struct approvers keys;
	struct approval_record *record; /* as found, not yet verified */
	size_t records;
	struct approval_old {
		unsigned char digest[DIGEST_SIZE];
		struct str text;
	} * request;
	size_t requests;
	struct str *damaged; /* sentences: files that are no records */
	size_t damages;
};
int approvals_load(const struct notice *n, struct arena *a,
    struct approvals *ret, struct err *e);

struct approval_state {
	struct str tranche;
	uint64_t people;
	unsigned char digest[DIGEST_SIZE];
	struct approval_need *need; /* what is still missing */
	size_t needs;
	struct approval_record *valid; /* who approved what is there now */
	size_t valids;
	/* approvals of something else, and what changed since the last */
	struct approval_record *gone;
	size_t voided;
	struct str *changes; /* sentences: "message.md changed" */
	size_t change_count;
	struct str *problem; /* records that do not count, and why */
	size_t problems;
	/* who approved in more than one role, by name or by key: allowed, and
	 * told (S-49) */
	struct approval_several {
		struct str name, *role;
		size_t roles;
	} * several;
	size_t severals;
};
/* "Ann approved in 2 roles (legal, security): ..." */
void approval_several_text(const struct approval_several *x, struct buf *out);
/* `request`: as it is now.  Pure. */
int approval_judge(const struct approvals *all,
    const struct roll_tranche *tranche, struct str request, usec_t now,
    struct arena *a, struct approval_state *ret, struct err *e);
/* Makes the request, loads the folder, judges. */
int approval_look(const struct notice *n, const struct roll_tranche *tranche,
    usec_t now, struct arena *a, struct approval_state *ret, struct err *e);

/* Whether this role and name may approve what `s` is about: the role is needed
 * and not full, and they have not done so yet.  ERR_INPUT says why not. */
int approval_admit(const struct approvals *all, const struct approval_state *s,
    struct str role, struct str name, struct err *e);
/* Whether a record from elsewhere counts: admitted, of this digest, signed
 * with the key enrolled, not from the future. */
int approval_accept(const struct approvals *all, const struct approval_state *s,
    const struct approval_record *r, usec_t now, struct err *e);
/* Writes record and request.  The caller holds kept_lock(). */
int approval_keep(const char *dir, const struct approval_record *r,
    struct str request, struct err *e);
