/* tags: tag-lists, "v=1; a=rsa-sha256; d=example.com" (RFC 6376 3.2), as in
 * DKIM-Signature and ARC fields, key records and DMARC records.
 *
 * Views into the text, nothing is copied or decoded.  Names are compared with
 * case.  White space around names and values is no part of them: SP, HTAB, and
 * CRLF before one of these.  Values hold VALCHAR and well-formed UTF-8 (RFC
 * 8616), with white space inside.  One semicolon at the end is allowed, an
 * empty tag is not.
 *
 *	struct tags t;
 *	if (tags_parse(text, &t, &e) < 0)
 *		return ...
 *	d = tags_find(&t, S("d"));
 *
 * LIMITS: LIMIT_TAGS in a list.  Every byte is looked at a few times.
 */
#pragma once

#include "base/limits.h"
#include "base/str.h"

struct tag {
	struct str name, value;
	size_t at, end; /* in the text: from the name to behind the value */
	/* in the text: behind "=" to before ";" or the end, with the white
	 * space around the value; what the value of b= is for RFC 6376 3.7 */
	size_t value_at, value_end;
};

struct tags {
	size_t count;
	struct tag tag[LIMIT_TAGS];
};

/* All of `s`.  ERR_INPUT says what is wrong and at which byte, a name that
 * occurs twice included; ERR_LIMIT.  On failure `ret` holds what was read
 * before, without anything from the piece that is wrong. */
int tags_parse(struct str s, struct tags *ret, struct err *e);
/* NULL: not there. */
const struct tag *tags_find(const struct tags *t, struct str name);
/* The value; p is NULL when the tag is not there. */
struct str tags_value(const struct tags *t, struct str name);

/* One by one, for records where one bad piece does not spoil the rest. */
struct tags_reader {
	struct str text;
	size_t at;
};
void tags_reader_init(struct tags_reader *r, struct str text);
/* 1: a tag; 0: the end; ERR_INPUT: the piece up to the next semicolon is no
 * tag, and the next call reads behind it.  Says nothing of names that occur
 * twice. */
int tags_next(struct tags_reader *r, struct tag *ret, struct err *e);

/* Items of a list "a : b:c" with white space around each (h=, q=, s=, t=): as
 * str_cut() with ':', the item without the white space around it. */
struct str tags_cut_item(struct str *rest);
