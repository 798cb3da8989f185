/* The ValiMail ARC suite against the library.
 *
 *	run validate|sign FILE.yml
 *
 * Rulings, where RFC 8617 differs from the drafts the suite was written to:
 *
 *	ams_fields_c_na	no c=: the drafts' default was relaxed/relaxed, RFC
 *		8617 4.1.2 takes over DKIM's, simple/simple (RFC 6376 3.5); the
 *		header then does not match.
 *	ams_fields_h_empty	an ARC-Message-Signature that signs nothing, not
 *		even From, which RFC 6376 5.4 and 6.1.1 demand.
 *
 * Our fields begin with i=, as RFC 8617 4.1 has it, not in the order of the
 * suite, so of a signing case the ARC-Authentication-Results are compared, h=,
 * bh=, d=, s=, t= and cv=, and the seal is verified.
 */
#include "world.h"

#include "auth/arc.h"
#include "mail/header.h"
#include "mail/tags.h"

#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#define GOLDEN_VALIDATE 169u
#define TOTAL_VALIDATE  171u
#define GOLDEN_SIGN     17u

static struct {
	yaml_document_t doc;
	struct arena names;
	struct str seen[256];
	size_t seen_count;
	unsigned line, passed, total, bad;
} run;

static yaml_node_t *node(int i)
{
	return yaml_document_get_node(&run.doc, i);
}

static struct str text_of(const yaml_node_t *n)
{
	if (!n || n->type != YAML_SCALAR_NODE)
		bail("the suite's file: a text is missing");
	return str_make(
	    (const char *)n->data.scalar.value, n->data.scalar.length);
}

static yaml_node_t *value(yaml_node_t *map, const char *key)
{
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++)
		if (str_eq(text_of(node(p->key)), str_of(key)))
			return node(p->value);
	return NULL;
}

/* ---- judging */

struct got {
	enum arc_result result;
	unsigned instances;
	bool ended, done;
	char reason[300];
};

static void on_report(const struct arc_report *r, void *arg)
{
	struct got *g = arg;

	ENSURE(!g->done);
	*g = (struct got){.result = r->result,
	    .instances = r->instances,
	    .ended = r->ended,
	    .done = true};
	snprintf(g->reason, sizeof(g->reason), "%.*s", STR_ARG(r->reason));
}

static void judge(struct world *w, struct str message, struct got *g)
{
	struct dkim_verify_options o = dkim_verify_defaults;

	o.at = 1700000000;
	*g = (struct got){0};
	arc_verify_start(w->verifier, message, &o, on_report, g);
	ENSURE(!g->done);
	loop_run(w->loop);
	ENSURE(g->done);
}

static void open_world(struct world *w, yaml_node_t *scenario)
{
	yaml_node_t *records = value(scenario, "txt-records");
	struct buf zone = BUF_INIT(MiB), text = BUF_INIT(64 * KiB);

	for (yaml_node_pair_t *p = records->data.mapping.pairs.start;
	     p < records->data.mapping.pairs.top; p++) {
		struct str rest = text_of(node(p->value));

		/* lines are how the file is laid out, not what is published */
		buf_reset(&text);
		while (rest.p)
			buf_add(&text, str_cut(&rest, '\n'));
		add_txt(&zone, text_of(node(p->key)), buf_str(&text));
	}
	world_open(w, buf_str(&zone));
	buf_release(&zone);
	buf_release(&text);
}

/* Some names stand in the file twice: both are run, one is counted. */
static bool seen_before(struct str name)
{
	for (size_t i = 0; i < run.seen_count; i++)
		if (str_eq(run.seen[i], name))
			return true;
	ENSURE(run.seen_count < ARRAY_SIZE(run.seen));
	run.seen[run.seen_count++] = arena_dup(&run.names, name);
	return false;
}

static void report(struct str name, bool ok, const char *ruling)
{
	bool again = seen_before(name);

	run.line++;
	run.total += !again;
	run.passed += ok && !again;
	run.bad += !ok && !ruling;
	printf("%sok %u - %.*s%s%s%s\n", ok || ruling ? "" : "not ", run.line,
	    STR_ARG(name), again ? " (again)" : "",
	    ruling && !ok ? ": ruled out, " : "", ruling && !ok ? ruling : "");
}

static const char *ruling_of(struct str name)
{
	if (str_eq(name, S("ams_fields_c_na")))
		return "RFC 8617 has no default of its own for c=";
	if (str_eq(name, S("ams_fields_h_empty")))
		return "From must be signed";
	return NULL;
}

static void validate(struct world *w, struct str name, yaml_node_t *test)
{
	struct str cv = text_of(value(test, "cv"));
	struct buf message = BUF_INIT(MiB);
	struct got g;
	bool ok;

	add_crlf(text_of(value(test, "message")), &message);
	judge(w, buf_str(&message), &g);
	/* an empty word: broken input */
	ok = str_ieq(cv.n ? cv : S("Fail"), str_of(arc_result_name(g.result)));
	report(name, ok, ruling_of(name));
	if (!ok)
		printf("# %s, not %.*s: %s\n", arc_result_name(g.result),
		    STR_ARG(cv), g.reason);
	buf_release(&message);
}

/* ---- signing */

static struct pkey *load_key(yaml_node_t *scenario)
{
	char path[] = "/tmp/tocsin-arc-XXXXXX";
	struct str pem = text_of(value(scenario, "privatekey"));
	struct pkey *k = NULL;
	struct err e = {0};
	FILE *f = fdopen(mkstemp(path), "w");

	ENSURE(f && fwrite(pem.p, 1, pem.n, f) == pem.n);
	fclose(f);
	if (pkey_load_private(path, &k, &e) < 0)
		bail("%s", e.msg);
	remove(path);
	return k;
}

/* The words of a field's value, one space between them. */
static struct str plain(struct str s, struct buf *out)
{
	bool space = false;

	buf_reset(out);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= ' ') {
			space = true;
			continue;
		}
		if (space && out->len)
			buf_addc(out, ' ');
		space = false;
		buf_addc(out, s.p[i]);
	}
	return buf_str(out);
}

static bool same_results(struct str message, struct str want)
{
	struct buf a = BUF_INIT(MiB), b = BUF_INIT(MiB);
	struct header_field f;
	bool ok;

	ENSURE(header_find(message, S("ARC-Authentication-Results"), &f));
	ok = str_eq(plain(f.value, &a), plain(want, &b));
	if (!ok)
		printf("# %.*s\n# not %.*s\n", STR_ARG(buf_str(&a)),
		    STR_ARG(buf_str(&b)));
	buf_release(&a);
	buf_release(&b);
	return ok;
}

/* All tags but b= are the same. */
static bool same_tags(struct str message, struct str name, struct str want_text)
{
	struct buf got_text = BUF_INIT(MiB), text = BUF_INIT(MiB);
	struct header_field f;
	struct tags got, want;
	struct err e = {0};
	bool ok;

	ENSURE(header_find(message, name, &f));
	if (tags_parse(plain(f.value, &got_text), &got, &e) < 0 ||
	    tags_parse(plain(want_text, &text), &want, &e) < 0)
		bail("%.*s: %s", STR_ARG(name), e.msg);
	ok = got.count == want.count;
	for (size_t i = 0; i < want.count && ok; i++)
		ok = str_eq(want.tag[i].name, S("b")) ||
		     str_eq(
			 tags_value(&got, want.tag[i].name), want.tag[i].value);
	buf_release(&got_text);
	buf_release(&text);
	return ok;
}

static size_t split_names(struct str list, struct str *ret, size_t max)
{
	size_t n = 0;

	while (list.p && n < max)
		ret[n++] = tags_cut_item(&list);
	return n;
}

static bool seal_agrees(struct world *w, yaml_node_t *test, struct str message,
    struct str body, enum arc_result chain)
{
	struct buf whole = BUF_INIT(MiB);
	struct got g;
	bool ok;

	buf_add(&whole, message);
	buf_add(&whole, body);
	judge(w, buf_str(&whole), &g);
	/* a chain that failed is failed for good, sealed or not */
	ok = chain == ARC_FAIL ? g.result == ARC_FAIL && g.ended
			       : g.result == ARC_PASS;
	if (!ok)
		printf("# the seal: %s\n", g.reason);
	ok &= same_results(message, text_of(value(test, "AAR")));
	ok &= same_tags(message, S("ARC-Seal"), text_of(value(test, "AS")));
	ok &= same_tags(
	    message, S("ARC-Message-Signature"), text_of(value(test, "AMS")));
	buf_release(&whole);
	return ok;
}

static bool sign(struct world *w, yaml_node_t *scenario, yaml_node_t *test,
    struct str message, const struct got *before)
{
	struct buf results = BUF_INIT(64 * KiB), out = BUF_INIT(MiB);
	struct str names[32], id = text_of(value(test, "srv-id"));
	struct arc_seal_options o = {
	    .domain = text_of(value(scenario, "domain")),
	    .selector = text_of(value(scenario, "sel")),
	    .key = load_key(scenario),
	    .authserv_id = id,
	    .sign = names};
	struct err e = {0};
	uint64_t t;
	bool ok;

	o.sign_count = split_names(
	    text_of(value(test, "sig-headers")), names, ARRAY_SIZE(names));
	ENSURE(str_to_u64(str_trim(text_of(value(test, "t"))), UINT32_MAX, &t));
	o.at = (int64_t)t;
	arc_collect_results(message, id, &results);
	o.results = buf_str(&results);
	if (arc_seal(message, before->result, before->instances, &o, &out, &e) <
	    0)
		bail("%s", e.msg);
	ok = seal_agrees(w, test, buf_str(&out), message, before->result);
	pkey_free(o.key);
	buf_release(&results);
	buf_release(&out);
	return ok;
}

static void sign_case(
    struct world *w, struct str name, yaml_node_t *scenario, yaml_node_t *test)
{
	struct buf message = BUF_INIT(MiB);
	struct got g;

	add_crlf(text_of(value(test, "message")), &message);
	judge(w, buf_str(&message), &g);
	if (str_trim(text_of(value(test, "AS"))).n == 0)
		report(name, g.ended, NULL); /* nothing is to be added */
	else
		report(name,
		    !g.ended && sign(w, scenario, test, buf_str(&message), &g),
		    NULL);
	buf_release(&message);
}

/* ---- the file */

static void run_scenario(yaml_node_t *scenario, bool signing)
{
	yaml_node_t *tests = value(scenario, "tests");
	struct world w;

	open_world(&w, scenario);
	for (yaml_node_pair_t *p = tests->data.mapping.pairs.start;
	     p < tests->data.mapping.pairs.top; p++) {
		struct str name = text_of(node(p->key));

		if (signing)
			sign_case(&w, name, scenario, node(p->value));
		else
			validate(&w, name, node(p->value));
	}
	world_close(&w);
}

int main(int argc, char **argv)
{
	yaml_parser_t parser;
	bool signing, more = true, ok;
	FILE *f;

	ENSURE(argc == 3);
	signing = strcmp(argv[1], "sign") == 0;
	run.names = ARENA_INIT(MiB);
	f = fopen(argv[2], "rb");
	if (!f || !yaml_parser_initialize(&parser))
		bail("%s can not be read", argv[2]);
	yaml_parser_set_input_file(&parser, f);
	while (more) {
		yaml_node_t *root;

		if (!yaml_parser_load(&parser, &run.doc))
			bail("%s: %s", argv[2], parser.problem);
		root = yaml_document_get_root_node(&run.doc);
		more = root != NULL;
		if (more)
			run_scenario(root, signing);
		yaml_document_delete(&run.doc);
	}
	yaml_parser_delete(&parser);
	fclose(f);
	arena_release(&run.names);
	printf("1..%u\n# arc %s: %u/%u\n", run.line, argv[1], run.passed,
	    run.total);
	ok = signing
		 ? run.passed == GOLDEN_SIGN && run.total == GOLDEN_SIGN
		 : run.passed == GOLDEN_VALIDATE && run.total == TOTAL_VALIDATE;
	return !ok || run.bad;
}
