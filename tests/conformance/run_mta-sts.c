/* The parser tests of mox. */
#include "suite.h"

#include "smtp/sts.h"

static struct str text_of(const json_t *c)
{
	const json_t *j = json_object_get(c, "text");

	return str_make(json_string_value(j), json_string_length(j));
}

static void report(const json_t *c, const char *kind, bool ok, struct err *e)
{
	struct buf title = BUF_INIT(8 * KiB);

	buf_addf(&title, "%s: %.*s", kind, STR_ARG(text_of(c)));
	suite_case(ok == json_is_true(json_object_get(c, "ok")),
	    buf_cstr(&title), "%s", ok ? "was taken" : e->msg);
	buf_release(&title);
}

static void run_record(const json_t *c)
{
	struct err e = {0};
	struct str id;

	report(c, "record", sts_record_parse(text_of(c), &id, &e), &e);
}

static void run_policy(const json_t *c)
{
	struct arena a = ARENA_INIT(64 * KiB);
	struct sts_policy p;
	struct err e = {0};

	report(c, "policy", sts_policy_parse(text_of(c), &a, &p, &e) == 0, &e);
	arena_release(&a);
}

int main(int argc, char **argv)
{
	json_t *all, *c;
	size_t i;

	suite_begin("mta-sts", argc > 1 ? argv[1] : NULL);
	all = suite_json("mta-sts/cases.json");
	json_array_foreach(json_object_get(all, "record"), i, c) run_record(c);
	json_array_foreach(json_object_get(all, "policy"), i, c) run_policy(c);
	json_decref(all);
	return suite_end(42);
}
