/* conf: settings files, read into a struct by a table of keys.
 *
 *	static const struct conf_key keys[] = {
 *	    {"send", "workers", CONF_UNSIGNED, offsetof(struct x, workers),
 *		.max = 1024},
 *	    {"send", "retry_for", CONF_DURATION, offsetof(struct x, retry)},
 *	};
 *	conf_parse(text, "notice.ini", keys, ARRAY_SIZE(keys), &x, &x.arena, e);
 *
 * The form: `[section]` lines and `key = value` lines (`key: value` is the
 * same), in UTF-8.  A comment is a whole line that begins with `;` or `#`;
 * behind a value both are part of the value, so that a password or a URL may
 * hold them.  A value ends with its line and needs no quotes: quotes stay in
 * it.  A key without a value is as if it were not there.
 *
 * What is not understood is refused, never skipped: unknown sections and keys
 * (with the nearest name there is), a key given twice, text before the first
 * section, NUL and other control characters, invalid UTF-8.
 *
 * LIMITS: LIMIT_SETTINGS_FILE, LIMIT_SETTINGS_LINE; families of 16.
 */
#pragma once

#include "base/arena.h"

enum conf_type {
	CONF_STR,      /* struct str */
	CONF_LIST,     /* struct str, taken apart by conf_list_next() */
	CONF_UNSIGNED, /* unsigned, at most .max */
	CONF_DURATION, /* usec_t: "72 h"; s, min, h, d; .max in usec */
	CONF_DATE,     /* usec_t: "2026-11-03", "2026-11-03T14:00:00Z" */
	CONF_CHOICE,   /* an enum: the place of the value in .choices */
	CONF_NAMED,    /* "key.NAME = value", any number; see .named */
	CONF_ANY,      /* known by name, kept nowhere */
};

#define CONF_FAMILY_MAX 16u

struct conf_key {
	const char *section, *key;
	enum conf_type type;
	size_t offset; /* of the field in the target */
	/* A value it does not like: ERR_INPUT, and a message that completes
	 * "must be ...".  A list is checked one by one. */
	int (*check)(struct str value, struct err *e);
	/* CONF_NAMED: takes one of them into the target.  The views are gone
	 * afterwards; `value` may be empty, which still asks whether the name
	 * is right.  ERR_INPUT or ERR_LIMIT, with what is wrong. */
	int (*named)(void *target, struct str name, struct str value,
	    unsigned long line, struct err *e);
	uint64_t max;               /* 0: as much as the type holds */
	const char *const *choices; /* ends with NULL */
	/* [dkim], [dkim.2] ... [dkim.N]: `family` is N (at most
	 * CONF_FAMILY_MAX), the fields of the next one stand `stride` on. */
	unsigned family;
	size_t stride;
	/* Not 0: where a bool stands that becomes true when the key is there,
	 * be it without a value. */
	size_t given;
};

/* Reads `text` into `target`, whose fields hold the defaults; strings are
 * copied to `arena`.  `name` is for messages:
 * `FILE:LINE: [section] key: what is wrong, what would be right`.
 * ERR_INPUT, or ERR_LIMIT; `target` is then half read. */
int conf_parse(struct str text, const char *name, const struct conf_key *keys,
    size_t n, void *target, struct arena *arena, struct err *e);

/* The next word of a list by commas, trimmed; empty ones are skipped.  False
 * at the end. */
bool conf_list_next(struct str *rest, struct str *ret_one);
