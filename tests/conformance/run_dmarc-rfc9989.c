/* The public examples of the tree walk: OpenDMARC's zone with its outcomes,
 * and those worked out in RFC 9989 4.10, 4.10.2 and B.4. */
#include "suite.h"
#include "dmarc_told.h"

#define APEX "dmarcwalk.example.org"

static void run_line(struct str zone, struct str line)
{
	struct str name = str_cut(&line, '\t'), org = str_cut(&line, '\t');
	struct str at = str_cut(&line, '\t');
	struct buf author = BUF_INIT(KiB), want = BUF_INIT(KiB);
	struct buf got = BUF_INIT(KiB);
	struct dmarc_told told;

	buf_addf(&author, "%.*s." APEX, STR_ARG(name));
	buf_addf(&want, "%.*s." APEX " ", STR_ARG(org));
	if (str_eq(at, S("(apex)")))
		buf_addz(&want, APEX);
	else
		buf_addf(&want, "%.*s." APEX, STR_ARG(at));
	dmarc_told_get(
	    zone, &(struct dmarc_request){.author = buf_str(&author)}, &told);
	buf_addf(&got, "%.*s %.*s", STR_ARG(buf_str(&told.organizational)),
	    STR_ARG(buf_str(&told.policy_domain)));
	suite_case(str_eq(buf_str(&got), buf_str(&want)), buf_cstr(&author),
	    "got %.*s, want %.*s", STR_ARG(buf_str(&got)),
	    STR_ARG(buf_str(&want)));
	dmarc_told_release(&told);
	buf_release(&author);
	buf_release(&want);
	buf_release(&got);
}

static void run_zone(void)
{
	struct buf zone = suite_text("dmarc-rfc9989/dmarcwalk.zone");
	struct buf table = suite_text("dmarc-rfc9989/dmarcwalk.tsv");
	struct str rest = buf_str(&table);

	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		if (line.n && line.p[0] != '#')
			run_line(buf_str(&zone), line);
	}
	buf_release(&zone);
	buf_release(&table);
}

/* ---- the examples of the text */

static const char *get(const json_t *c, const char *key)
{
	return json_string_value(json_object_get(c, key));
}

static void case_is(
    const json_t *c, const char *what, struct str got, const char *want)
{
	struct buf title = BUF_INIT(KiB);

	buf_addf(&title, "%s: %s", get(c, "name"), what);
	suite_case(str_eq(got, str_of(want)), buf_cstr(&title),
	    "got %.*s, want %s", STR_ARG(got), want);
	buf_release(&title);
}

static void make_zone(const json_t *c, struct buf *zone)
{
	const char *name;
	json_t *text;

	json_object_foreach(json_object_get(c, "records"), name, text)
	    buf_addf(zone, "%s. TXT \"%s\"\n", name, json_string_value(text));
}

static void run_author(const json_t *c, struct str zone)
{
	struct dmarc_identifier ids[8];
	struct dmarc_request r = {
	    .author = str_of(get(c, "author")), .identifier = ids};
	struct buf list = BUF_INIT(8 * KiB);
	struct dmarc_told told;
	json_t *one;
	size_t i;

	if (get(c, "mailfrom"))
		ids[r.identifier_count++] = (struct dmarc_identifier){
		    DMARC_SPF, DMARC_AUTH_PASS, str_of(get(c, "mailfrom"))};
	json_array_foreach(json_object_get(c, "dkim"), i, one)
	    ids[r.identifier_count++] = (struct dmarc_identifier){
		DMARC_DKIM, DMARC_AUTH_PASS, str_of(json_string_value(one))};
	dmarc_told_get(zone, &r, &told);
	if (get(c, "result"))
		case_is(c, "result", str_of(told.verdict), get(c, "result"));
	if (get(c, "policy_domain"))
		case_is(c, "policy domain", buf_str(&told.policy_domain),
		    get(c, "policy_domain"));
	if ((one = json_object_get(c, "spf_aligned")) != NULL)
		case_is(c, "SPF", told.spf_aligned ? S("yes") : S("no"),
		    json_is_true(one) ? "yes" : "no");
	if ((one = json_object_get(c, "dkim_aligned")) != NULL)
		case_is(c, "DKIM", told.dkim_aligned ? S("yes") : S("no"),
		    json_is_true(one) ? "yes" : "no");
	dmarc_told_release(&told);
	if (json_object_get(c, "queries")) {
		json_array_foreach(json_object_get(c, "queries"), i, one)
		    buf_addf(
			&list, "%s%s", i ? " " : "", json_string_value(one));
		r.identifier_count = 0;
		dmarc_told_get(zone, &r, &told);
		case_is(c, "queries", buf_str(&told.queries), buf_cstr(&list));
		dmarc_told_release(&told);
	}
	buf_release(&list);
}

static void run_example(const json_t *c)
{
	struct buf zone = BUF_INIT(8 * KiB);
	struct dmarc_told told;
	const char *name;
	json_t *org;

	make_zone(c, &zone);
	run_author(c, buf_str(&zone));
	json_object_foreach(json_object_get(c, "org"), name, org)
	{
		dmarc_told_get(buf_str(&zone),
		    &(struct dmarc_request){.author = str_of(name)}, &told);
		case_is(c, name, buf_str(&told.organizational),
		    json_string_value(org));
		dmarc_told_release(&told);
	}
	buf_release(&zone);
}

int main(int argc, char **argv)
{
	json_t *all, *c;
	size_t i;

	suite_begin("dmarc-rfc9989", argc > 1 ? argv[1] : NULL);
	run_zone();
	all = suite_json("dmarc-rfc9989/rfc9989-examples.json");
	json_array_foreach(all, i, c) run_example(c);
	json_decref(all);
	return suite_end(28);
}
