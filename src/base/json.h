/* json: a small writer of RFC 8259 text on a buf; always valid UTF-8 (bad
 * bytes become U+FFFD), commas by itself.
 *
 *	struct json j;
 *	json_begin(&j, &b);
 *	json_object(&j);
 *	json_key(&j, "state");
 *	json_str(&j, S("done"));
 *	json_end(&j);
 *
 * With `indent` 0 the value is one line.
 */
#pragma once

#include "base/buf.h"

struct json {
	struct buf *out;
	unsigned depth, indent;
	bool after_key;
	bool first[32];
	char close[32];
};

void json_begin(struct json *j, struct buf *out);
void json_object(struct json *j);
void json_array(struct json *j);
void json_end(struct json *j); /* closes the innermost object or array */
void json_key(struct json *j, const char *key);
void json_str(struct json *j, struct str s);
void json_u64(struct json *j, uint64_t v);
void json_real(struct json *j, double v);
void json_bool(struct json *j, bool v);
void json_null(struct json *j);

/* key and value in one */
void json_put_str(struct json *j, const char *key, struct str s);
void json_put_u64(struct json *j, const char *key, uint64_t v);
void json_put_bool(struct json *j, const char *key, bool v);
