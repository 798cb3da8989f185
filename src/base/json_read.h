/* json_read: reading RFC 8259 text, through jansson.
 *
 *	struct json_doc *doc;
 *	if (json_parse(text, LIMIT_RDAP, &doc, &e) < 0)
 *		return err_wrap(&e, "%s", path);  "line 3, column 7: ..."
 *	const struct json_value *events = json_get_array(json_root(doc), "events");
 *	for (size_t i = 0; i < json_count(events); i++)
 *		if (json_get_str(json_at(events, i), "eventAction", &action))
 *			...
 *	json_free(doc);
 *
 * Every value lives until json_free().  Every function takes NULL for a value
 * and answers "is not there", so that paths of members need no checks between.
 * A member of another kind than asked for is not there either.
 *
 * Strict: one value, UTF-8, no NUL in strings, no key twice in an object,
 * nothing behind it.  Depth is limited to JSON_READ_DEPTH.
 */
#pragma once

#include "base/str.h"

#define JSON_READ_DEPTH 64

struct json_doc;
struct json_value;

/* ERR_LIMIT: longer than `max` bytes, or too deep; ERR_INPUT with line and
 * column: not JSON. */
int json_parse(
    struct str text, size_t max, struct json_doc **ret, struct err *e);
void json_free(struct json_doc *doc); /* NULL is allowed */
const struct json_value *json_root(const struct json_doc *doc);

enum json_kind {
	JSON_ABSENT, /* NULL */
	JSON_NULL_VALUE,
	JSON_BOOL_VALUE,
	JSON_NUMBER_VALUE,
	JSON_STR_VALUE,
	JSON_ARRAY_VALUE,
	JSON_OBJECT_VALUE,
};
enum json_kind json_kind_of(const struct json_value *v);

/* The value itself; false: of another kind. */
bool json_as_str(const struct json_value *v, struct str *ret);
bool json_as_i64(const struct json_value *v, int64_t *ret); /* no fraction */
bool json_as_real(const struct json_value *v, double *ret); /* any number */
bool json_as_bool(const struct json_value *v, bool *ret);

/* Members of an object. */
const struct json_value *json_get(const struct json_value *v, const char *key);
const struct json_value *json_get_object(
    const struct json_value *v, const char *key);
const struct json_value *json_get_array(
    const struct json_value *v, const char *key);
bool json_get_str(const struct json_value *v, const char *key, struct str *ret);
bool json_get_i64(const struct json_value *v, const char *key, int64_t *ret);
bool json_get_real(const struct json_value *v, const char *key, double *ret);
bool json_get_bool(const struct json_value *v, const char *key, bool *ret);

/* Elements of an array; 0 for anything else. */
size_t json_count(const struct json_value *v);
const struct json_value *json_at(const struct json_value *v, size_t i);
/* Visits every member of an object, in the order of the text, until `fn` returns
 * non-zero, which it returns. */
int json_each(const struct json_value *v,
    int (*fn)(struct str key, const struct json_value *value, void *arg),
    void *arg);
