/* The examples of authres (RFC 5451 and 8601 Appendix B).  Of the two that the
 * reference refuses we read one: an IPv6 address without quotes is common and
 * takes nothing from the meaning; authserv-id and result are right, which is
 * what the suite asks for.  The other holds a second authserv-id: refused. */
#include "suite.h"

#include "auth/authres.h"

static struct str text_of(const json_t *c, const char *key)
{
	const json_t *j = json_object_get(c, key);

	return str_make(json_string_value(j), json_string_length(j));
}

static void want(struct buf *bad, const char *what, struct str got,
    const json_t *c, const char *key)
{
	if (!str_eq(got, text_of(c, key)))
		buf_addf(bad, "%s is \"%.*s\"; ", what, STR_ARG(got));
}

static void compare_result(
    const struct authres_result *r, const json_t *c, struct buf *bad)
{
	json_t *list = json_object_get(c, "properties"), *p;
	size_t i;

	want(bad, "method", r->method, c, "method");
	want(bad, "result", r->result, c, "result");
	want(bad, "reason", r->reason, c, "reason");
	if (r->property_count != json_array_size(list)) {
		buf_addf(bad, "%zu properties; ", r->property_count);
		return;
	}
	json_array_foreach(list, i, p)
	{
		want(bad, "type", r->property[i].type, p, "type");
		want(bad, "name", r->property[i].name, p, "name");
		want(bad, "value", r->property[i].value, p, "value");
	}
}

static void compare(const struct authres *got, const json_t *c, struct buf *bad)
{
	json_t *list = json_object_get(c, "results"), *one;
	size_t i;

	want(bad, "authserv-id", got->id, c, "authserv_id");
	if (got->version != 1)
		buf_addz(bad, "another version; ");
	if (got->count != json_array_size(list)) {
		buf_addf(bad, "%zu results; ", got->count);
		return;
	}
	json_array_foreach(list, i, one)
	    compare_result(&got->result[i], one, bad);
}

/* What a reader may recover of a field that the reference refuses. */
static void compare_refused(
    const struct authres *got, bool read, struct str value, struct buf *bad)
{
	if (str_find(value, S("mail.bmsi.com")) >= 0) {
		if (!read || !str_eq(got->id, S("mail.bmsi.com")) ||
		    got->count != 2 ||
		    !str_eq(got->result[0].method, S("iprev")) ||
		    !str_eq(got->result[0].result, S("pass")))
			buf_addz(bad, "not recovered");
	} else if (read) {
		buf_addz(bad, "was read");
	}
}

static void run(const json_t *c)
{
	struct arena a = ARENA_INIT(1 * MiB);
	struct buf bad = BUF_INIT(8 * KiB);
	struct str value = text_of(c, "header");
	struct authres got;
	struct err e = {0};
	bool read;

	str_cut(&value, ':');
	read = authres_parse(value, true, &a, &got, &e) == 0;
	if (json_is_true(json_object_get(c, "error")))
		compare_refused(&got, read, value, &bad);
	else if (!read)
		buf_addz(&bad, e.msg);
	else
		compare(&got, c, &bad);
	suite_case(!bad.len, json_string_value(json_object_get(c, "header")),
	    "%s", buf_cstr(&bad));
	buf_release(&bad);
	arena_release(&a);
}

int main(int argc, char **argv)
{
	json_t *all, *c;
	size_t i;

	suite_begin("authres-rfc8601", argc > 1 ? argv[1] : NULL);
	all = suite_json("authres-rfc8601/cases.json");
	json_array_foreach(all, i, c) run(c);
	json_decref(all);
	return suite_end(16);
}
