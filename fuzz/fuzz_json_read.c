/* json_read: what parses can be walked to its end, and every answer agrees with
 * the kind of its value. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/json_read.h"

static int walk(struct str key, const struct json_value *v, void *arg)
{
	unsigned *depth = arg;
	enum json_kind kind = json_kind_of(v);
	struct str s;
	int64_t n;
	double r;
	bool b;

	ENSURE(kind != JSON_ABSENT && *depth <= JSON_READ_DEPTH);
	ENSURE(json_as_str(v, &s) == (kind == JSON_STR_VALUE));
	ENSURE(json_as_real(v, &r) == (kind == JSON_NUMBER_VALUE));
	ENSURE(!json_as_i64(v, &n) || kind == JSON_NUMBER_VALUE);
	ENSURE(json_as_bool(v, &b) == (kind == JSON_BOOL_VALUE));
	ENSURE(!json_count(v) || kind == JSON_ARRAY_VALUE);
	++*depth;
	for (size_t i = 0; i < json_count(v); i++)
		walk(STR_NONE, json_at(v, i), arg);
	json_each(v, walk, arg);
	--*depth;
	return 0;
}

void fuzz_one(struct str in)
{
	struct json_doc *doc;
	struct err e = {0};
	unsigned depth = 0;

	if (json_parse(in, 64 * KiB, &doc, &e) < 0) {
		ENSURE(e.code != 0 && e.msg[0]);
		return;
	}
	walk(STR_NONE, json_root(doc), &depth);
	json_free(doc);
}
