/* override: a blocking finding is overruled, by two people and with a reason.
 *
 * DIR/overrides.tsv is a log: one signed line each time somebody grants an
 * override (the first opens it, a second, different person puts it in force)
 * or withdraws it.  The reason stays in DIR/privileged/overrides/HASH.txt,
 * which can be deleted; its SHA-256 stays.  An override in force is part of
 * what is approved.
 */
#pragma once

#include "notice/notice.h"

#include "crypto/pkey.h"

struct override {
	struct str rule, subject; /* of the finding; subject "": any */
	struct str name[2];
	unsigned names;
	struct str reason_sha256; /* hex */
	usec_t at;                /* when the last of them signed */
};
/* What stands now, in the order they were opened, withdrawn ones left out.  A
 * damaged or altered line: ERR_INPUT with file and line. */
int overrides_load(const char *dir, struct arena *a, struct override **ret,
    size_t *ret_count, struct err *e);
/* In force: both names are there. A `subject` of the override that is empty
 * fits any. */
bool override_covers(
    const struct override *o, size_t n, struct str rule, struct str subject);

/* "S-07", "L-01", "S-36a" */
bool override_rule_ok(struct str rule);

/* One line of the log. */
struct override_act {
	bool withdraw;
	struct str rule, subject, reason_sha256, name;
	usec_t at; /* wall, whole seconds */
	unsigned char key[32], signature[64];
};
struct approvers;
/* Strict; every signature is checked, and its key must be one of the person's.
 * Views into `text`. `name` is for messages. */
int override_log_parse(struct str text, const char *name,
    const struct approvers *keys, struct arena *a, struct override_act **ret,
    size_t *ret_count, struct err *e);
void override_act_format(const struct override_act *act, struct buf *out);
int override_sign(struct override_act *act, struct pkey *key, struct err *e);
/* What the log comes to. */
int overrides_replay(const struct override_act *act, size_t count,
    struct arena *a, struct override **ret, size_t *ret_count, struct err *e);
/* May this act follow?  ERR_INPUT: the same person twice, a third one, another
 * reason, nothing to withdraw. */
int override_admit(const struct override *o, size_t n,
    const struct override_act *act, struct err *e);
/* Appends.  The caller holds kept_lock(). */
int override_keep(
    const char *dir, const struct override_act *act, struct err *e);
/* Keeps a reason in DIR/privileged/overrides/, by its hash; reads it back: 1,
 * or 0 when it was deleted. */
int override_reason_keep(const char *dir, struct str reason,
    struct str reason_sha256, struct err *e);
int override_reason_read(
    const char *dir, struct str reason_sha256, struct buf *ret, struct err *e);
