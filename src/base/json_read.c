#include "base/json_read.h"

#include <jansson.h>

struct json_doc {
	json_t *root;
};

static const json_t *inner(const struct json_value *v)
{
	return (const json_t *)v;
}

static const struct json_value *outer(const json_t *j)
{
	return (const struct json_value *)j;
}

/* The library's own limit is far deeper than what our stacks are for. */
static bool too_deep(struct str text)
{
	unsigned depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JSON_READ_DEPTH)
				return true;
		} else if ((c == '}' || c == ']') && depth) {
			depth--;
		}
	}
	return false;
}

int json_parse(
    struct str text, size_t max, struct json_doc **ret, struct err *e)
{
	json_error_t why;
	json_t *root;

	if (text.n > max)
		return err_set(e, ERR_LIMIT,
		    "the JSON text is %zu bytes, at most %zu", text.n, max);
	if (too_deep(text))
		return err_set(e, ERR_LIMIT,
		    "the JSON text nests deeper than %d", JSON_READ_DEPTH);
	root = json_loadb(text.n ? text.p : "", text.n,
	    JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
	if (!root)
		return err_set(e,
		    json_error_code(&why) == json_error_out_of_memory
			? ERR_NOMEM
			: ERR_INPUT,
		    "line %d, column %d: not valid JSON: %s", why.line,
		    why.column, why.text);
	*ret = mem_zalloc(sizeof(**ret));
	(*ret)->root = root;
	return 0;
}

void json_free(struct json_doc *doc)
{
	if (!doc)
		return;
	json_decref(doc->root);
	free(doc);
}

const struct json_value *json_root(const struct json_doc *doc)
{
	return outer(doc->root);
}

enum json_kind json_kind_of(const struct json_value *v)
{
	if (!v)
		return JSON_ABSENT;
	switch (json_typeof(inner(v))) {
	case JSON_OBJECT: return JSON_OBJECT_VALUE;
	case JSON_ARRAY: return JSON_ARRAY_VALUE;
	case JSON_STRING: return JSON_STR_VALUE;
	case JSON_INTEGER:
	case JSON_REAL: return JSON_NUMBER_VALUE;
	case JSON_TRUE:
	case JSON_FALSE: return JSON_BOOL_VALUE;
	case JSON_NULL: return JSON_NULL_VALUE;
	}
	BUG("no kind of JSON");
}

bool json_as_str(const struct json_value *v, struct str *ret)
{
	if (!json_is_string(inner(v)))
		return false;
	*ret =
	    str_make(json_string_value(inner(v)), json_string_length(inner(v)));
	return true;
}

bool json_as_i64(const struct json_value *v, int64_t *ret)
{
	if (!json_is_integer(inner(v)))
		return false;
	*ret = json_integer_value(inner(v));
	return true;
}

bool json_as_real(const struct json_value *v, double *ret)
{
	if (!json_is_number(inner(v)))
		return false;
	*ret = json_number_value(inner(v));
	return true;
}

bool json_as_bool(const struct json_value *v, bool *ret)
{
	if (!json_is_boolean(inner(v)))
		return false;
	*ret = json_is_true(inner(v));
	return true;
}

const struct json_value *json_get(const struct json_value *v, const char *key)
{
	return outer(json_object_get(inner(v), key));
}

static const struct json_value *get_kind(
    const struct json_value *v, const char *key, enum json_kind kind)
{
	const struct json_value *got = json_get(v, key);

	return json_kind_of(got) == kind ? got : NULL;
}

const struct json_value *json_get_object(
    const struct json_value *v, const char *key)
{
	return get_kind(v, key, JSON_OBJECT_VALUE);
}

const struct json_value *json_get_array(
    const struct json_value *v, const char *key)
{
	return get_kind(v, key, JSON_ARRAY_VALUE);
}

bool json_get_str(const struct json_value *v, const char *key, struct str *ret)
{
	return json_as_str(json_get(v, key), ret);
}

bool json_get_i64(const struct json_value *v, const char *key, int64_t *ret)
{
	return json_as_i64(json_get(v, key), ret);
}

bool json_get_real(const struct json_value *v, const char *key, double *ret)
{
	return json_as_real(json_get(v, key), ret);
}

bool json_get_bool(const struct json_value *v, const char *key, bool *ret)
{
	return json_as_bool(json_get(v, key), ret);
}

size_t json_count(const struct json_value *v)
{
	return json_array_size(inner(v));
}

const struct json_value *json_at(const struct json_value *v, size_t i)
{
	return outer(json_array_get(inner(v), i));
}

int json_each(const struct json_value *v,
    int (*fn)(struct str key, const struct json_value *value, void *arg),
    void *arg)
{
	json_t *object;
	void *at;
	int rc = 0;

	if (json_kind_of(v) != JSON_OBJECT_VALUE)
		return 0;
	/* the library's walk asks for a value it may change; it changes none */
	memcpy(&object, &v, sizeof(object));
	at = json_object_iter(object);
	while (at && !rc) {
		rc = fn(str_of(json_object_iter_key(at)),
		    outer(json_object_iter_value(at)), arg);
		at = json_object_iter_next(object, at);
	}
	return rc;
}
