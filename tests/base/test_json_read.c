#include "t.h"

#include "base/arena.h"
#include "base/json_read.h"

static struct json_doc *parse(const char *text)
{
	struct err e = {0};
	struct json_doc *doc;

	t_ok(json_parse(str_of(text), KiB, &doc, &e), &e);
	return doc;
}

static void reads_members_of_every_kind(void **state)
{
	struct json_doc *doc = parse(
	    "{\"s\": \"h\\u00e9\", \"n\": -12, \"r\": 1.5, \"t\": true, "
	    "\"z\": null, \"a\": [1, \"two\"], \"o\": {\"in\": \"side\"}}");
	const struct json_value *v = json_root(doc), *a;
	struct str s;
	int64_t n;
	double r;
	bool t;

	(void)state;
	t_int(json_get_str(v, "s", &s), true);
	t_str(s, "hé");
	t_int(json_get_i64(v, "n", &n), true);
	t_int(n, -12);
	t_int(json_get_real(v, "r", &r) && r == 1.5, true);
	t_int(json_get_real(v, "n", &r) && r == -12, true);
	t_int(json_get_bool(v, "t", &t) && t, true);
	t_int(json_kind_of(json_get(v, "z")), JSON_NULL_VALUE);
	a = json_get_array(v, "a");
	t_int(json_count(a), 2);
	t_int(json_as_str(json_at(a, 1), &s), true);
	t_str(s, "two");
	t_int(json_get_str(json_get_object(v, "o"), "in", &s), true);
	t_str(s, "side");
	json_free(doc);
}

static void what_is_of_another_kind_is_not_there(void **state)
{
	struct json_doc *doc = parse("{\"s\": \"x\", \"a\": [1], \"r\": 2.0}");
	const struct json_value *v = json_root(doc);
	struct str s = S("kept");
	int64_t n = 7;

	(void)state;
	t_int(json_get_i64(v, "s", &n), false);
	t_int(json_get_i64(v, "r", &n), false);
	t_int(json_get_str(v, "a", &s), false);
	t_int(json_get_str(v, "none", &s), false);
	t_int(json_get_array(v, "s") == NULL, true);
	t_int(json_get_object(v, "a") == NULL, true);
	t_int(json_at(json_get(v, "a"), 1) == NULL, true);
	t_int(json_count(v), 0);
	/* a path through what is not there */
	t_int(json_get_str(
		  json_at(json_get_array(json_get(v, "b"), "c"), 3), "d", &s),
	    false);
	t_int(json_kind_of(NULL), JSON_ABSENT);
	t_str(s, "kept");
	t_int(n, 7);
	json_free(doc);
}

static int join(struct str key, const struct json_value *v, void *arg)
{
	int64_t n = 0;

	json_as_i64(v, &n);
	buf_addf(arg, "%.*s=%d ", STR_ARG(key), (int)n);
	return n == 3 ? 42 : 0;
}

static void visits_members_in_the_order_of_the_text(void **state)
{
	struct json_doc *doc = parse("{\"z\":1,\"a\":2,\"m\":3,\"b\":4}");
	struct buf seen = BUF_INIT(KiB);

	(void)state;
	t_int(json_each(json_root(doc), join, &seen), 42);
	t_str(buf_str(&seen), "z=1 a=2 m=3 ");
	t_int(json_each(NULL, join, &seen), 0);
	buf_release(&seen);
	json_free(doc);
}

static void refuses_what_is_no_json_and_says_where(void **state)
{
	static const struct {
		struct str text;
		const char *why;
	} rows[] = {
	    {S(""), "line 1, column 0"},
	    {S("{\n  \"a\": tru\n}"), "line 2"},
	    {S("[1,]"), "line 1, column 4"},
	    {S("{} {}"), "end of file expected"},
	    {S("{\"a\":1,\"a\":2}"), "duplicate"},
	    {S("\"\\u0000\""), "not valid JSON"},
	    {S("[\"\xff\"]"), "not valid JSON"},
	    {S("[1]\0"), "not valid JSON"},
	    {S("[999999999999999999999]"), "not valid JSON"},
	};
	struct json_doc *doc;
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_fails(json_parse(rows[i].text, KiB, &doc, &e), &e, ERR_INPUT,
		    rows[i].why);
}

static void bounds_length_and_depth(void **state)
{
	struct buf b = BUF_INIT(KiB);
	struct json_doc *doc;
	struct err e = {0};

	(void)state;
	t_fails(json_parse(S("[1, 2]"), 5, &doc, &e), &e, ERR_LIMIT,
	    "6 bytes, at most 5");
	for (int i = 0; i < JSON_READ_DEPTH; i++)
		buf_addc(&b, '[');
	for (int i = 0; i < JSON_READ_DEPTH; i++)
		buf_addc(&b, ']');
	err_clear(&e);
	t_ok(json_parse(buf_str(&b), KiB, &doc, &e), &e);
	json_free(doc);
	buf_reset(&b);
	for (int i = 0; i <= JSON_READ_DEPTH; i++)
		buf_addz(&b, "{\"a\":");
	t_fails(json_parse(buf_str(&b), KiB, &doc, &e), &e, ERR_LIMIT,
	    "deeper than 64");
	/* brackets in text do not nest */
	buf_reset(&b);
	buf_addz(&b, "\"\\\"");
	for (int i = 0; i < 100; i++)
		buf_addc(&b, '[');
	buf_addc(&b, '"');
	err_clear(&e);
	t_ok(json_parse(buf_str(&b), KiB, &doc, &e), &e);
	json_free(doc);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(reads_members_of_every_kind),
	    T(what_is_of_another_kind_is_not_there),
	    T(visits_members_in_the_order_of_the_text),
	    T(refuses_what_is_no_json_and_says_where),
	    T(bounds_length_and_depth),
	};

	return t_run("json_read", tests);
}
