/* The suite of dmarc/README.md. */
#include "suite.h"
#include "dmarc_told.h"

#include "auth/author.h"

#include <stdio.h>

#define IDENTIFIERS 32

static struct str text_of(const json_t *j)
{
	return str_make(json_string_value(j), json_string_length(j));
}

/* ---- the zone */

static void add_strings(struct buf *zone, struct str text)
{
	do {
		struct str part = str_sub(text, 0, 200);

		buf_addz(zone, " \"");
		for (size_t i = 0; i < part.n; i++)
			buf_addf(zone, "\\%03u", (unsigned char)part.p[i]);
		buf_addz(zone, "\"");
		text = str_from(text, part.n);
	} while (text.n);
}

static void add_record(struct buf *zone, const char *name, struct str rr)
{
	buf_addf(zone, "%s. ", name);
	if (str_starts(rr, S("TXT ")) && !str_starts(rr, S("TXT \""))) {
		buf_addz(zone, "TXT");
		add_strings(zone, str_from(rr, 4));
	} else {
		buf_add(zone, rr);
	}
	buf_addc(zone, '\n');
}

static void add_trouble(struct buf *zone, const char *what, const json_t *names)
{
	json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
	    buf_addf(zone, ";!%s %s.\n", what, json_string_value(name));
}

static void make_zone(const json_t *c, struct buf *zone)
{
	const char *name;
	json_t *list, *rr;
	size_t i;

	json_object_foreach(json_object_get(c, "records"), name, list)
	    json_array_foreach(list, i, rr) add_record(zone, name, text_of(rr));
	add_trouble(zone, "servfail", json_object_get(c, "servfail"));
	add_trouble(zone, "timeout", json_object_get(c, "timeout"));
}

/* ---- the question */

static enum dmarc_auth auth_of(const json_t *j)
{
	struct str s = text_of(json_object_get(j, "result"));

	if (str_eq(s, S("pass")))
		return DMARC_AUTH_PASS;
	return str_eq(s, S("temperror")) ? DMARC_AUTH_TEMPERROR
					 : DMARC_AUTH_FAIL;
}

static void add_identifier(
    struct dmarc_request *r, enum dmarc_mechanism m, const json_t *j)
{
	struct dmarc_identifier *to =
	    (struct dmarc_identifier *)r->identifier + r->identifier_count;

	ENSURE(r->identifier_count < IDENTIFIERS);
	*to = (struct dmarc_identifier){
	    m, auth_of(j), text_of(json_object_get(j, "domain"))};
	r->identifier_count++;
}

static void ask(const json_t *c, struct str author, struct dmarc_told *ret)
{
	struct dmarc_identifier ids[IDENTIFIERS];
	struct dmarc_request r = {.author = author, .identifier = ids};
	struct buf zone = BUF_INIT(64 * KiB);
	json_t *one;
	size_t i;

	if ((one = json_object_get(c, "spf")) != NULL)
		add_identifier(&r, DMARC_SPF, one);
	json_array_foreach(json_object_get(c, "dkim"), i, one)
	    add_identifier(&r, DMARC_DKIM, one);
	make_zone(c, &zone);
	dmarc_told_get(buf_str(&zone), &r, ret);
	buf_release(&zone);
}

/* ---- the answer */

static void wants_text(
    struct buf *bad, const json_t *want, const char *key, struct str got)
{
	const json_t *w = json_object_get(want, key);

	if (w && !str_eq(text_of(w), got))
		buf_addf(bad, "%s is \"%.*s\", not \"%s\"; ", key, STR_ARG(got),
		    json_string_value(w));
}

static void wants_bool(
    struct buf *bad, const json_t *want, const char *key, bool got)
{
	const json_t *w = json_object_get(want, key);

	if (w && json_is_true(w) != got)
		buf_addf(bad, "%s is %s; ", key, got ? "true" : "false");
}

static void compare(
    const json_t *want, const struct dmarc_told *got, struct buf *bad)
{
	wants_text(bad, want, "result", str_of(got->verdict));
	wants_text(bad, want, "disposition", str_of(got->disposition));
	wants_text(
	    bad, want, "policy", got->policy ? str_of(got->policy) : S("?"));
	wants_text(bad, want, "author", buf_str(&got->author));
	wants_text(bad, want, "policy_domain", buf_str(&got->policy_domain));
	wants_text(
	    bad, want, "organizational_domain", buf_str(&got->organizational));
	wants_bool(bad, want, "spf_aligned", got->spf_aligned);
	wants_bool(bad, want, "dkim_aligned", got->dkim_aligned);
	if (json_object_get(want, "exists") &&
	    got->exists != DMARC_EXISTS_YES && got->exists != DMARC_EXISTS_NO)
		buf_addz(bad, "existence was not asked; ");
	wants_bool(bad, want, "exists", got->exists == DMARC_EXISTS_YES);
}

static void run_message(const json_t *c, struct buf *bad)
{
	struct arena a = ARENA_INIT(64 * KiB);
	const json_t *want = json_object_get(c, "expect");
	struct dmarc_told got;
	struct author author;

	if (author_find(text_of(json_object_get(c, "message")), &a, &author)) {
		ask(c, author.domain, &got);
		compare(want, &got, bad);
		dmarc_told_release(&got);
	} else {
		wants_text(bad, want, "result", S("permerror"));
	}
	arena_release(&a);
}

static void run_case(const json_t *c, struct buf *bad)
{
	struct dmarc_told got;

	buf_reset(bad);
	if (json_object_get(c, "message")) {
		run_message(c, bad);
		return;
	}
	ask(c, text_of(json_object_get(c, "author")), &got);
	compare(json_object_get(c, "expect"), &got, bad);
	if (bad->len)
		buf_add(bad, buf_str(&got.reason));
	dmarc_told_release(&got);
}

/* A walk from `name` is what is asked for it as author domain. */
static void run_walk(
    const json_t *c, const char *name, const json_t *want, struct buf *bad)
{
	struct buf zone = BUF_INIT(64 * KiB), list = BUF_INIT(8 * KiB);
	struct dmarc_request r = {.author = str_of(name)};
	struct dmarc_told got;
	json_t *one;
	size_t i;

	buf_reset(bad);
	make_zone(c, &zone);
	dmarc_told_get(buf_str(&zone), &r, &got);
	json_array_foreach(json_object_get(want, "queries"), i, one)
	    buf_addf(&list, "%s%s", i ? " " : "", json_string_value(one));
	if (!str_eq(buf_str(&list), buf_str(&got.queries)))
		buf_addf(
		    bad, "queries: %.*s; ", STR_ARG(buf_str(&got.queries)));
	wants_text(
	    bad, want, "organizational_domain", buf_str(&got.organizational));
	dmarc_told_release(&got);
	buf_release(&list);
	buf_release(&zone);
}

static void report(const json_t *c, const char *walk, struct buf *bad)
{
	struct buf title = BUF_INIT(KiB);

	buf_addf(&title, "%s: %s%s%s",
	    json_string_value(json_object_get(c, "section")),
	    json_string_value(json_object_get(c, "name")),
	    walk ? ", walk of " : "", walk ? walk : "");
	suite_case(!bad->len, buf_cstr(&title), "%s", buf_cstr(bad));
	buf_release(&title);
}

int main(int argc, char **argv)
{
	struct buf bad = BUF_INIT(16 * KiB);
	json_t *all, *c, *walk;
	const char *name;
	size_t i;

	suite_begin("dmarc", argc > 1 ? argv[1] : NULL);
	all = suite_json("dmarc/cases.json");
	json_array_foreach(json_object_get(all, "cases"), i, c)
	{
		run_case(c, &bad);
		report(c, NULL, &bad);
		json_object_foreach(json_object_get(c, "walks"), name, walk)
		{
			run_walk(c, name, walk, &bad);
			report(c, name, &bad);
		}
	}
	json_decref(all);
	buf_release(&bad);
	return suite_end(204);
}
