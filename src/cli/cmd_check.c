/* cmd_check: tocsin check DIR: everything that would go wrong, beforehand. */
#include "check/check.h"
#include "check/requirement.h"
#include "cli/cli.h"
#include "cli/status_text.h"
#include "report/check_page.h"
#include "report/write.h"

#include <stdio.h>
#include <unistd.h>

static int run_check(struct cli *c, int argc, char **argv);

const struct cli_command cmd_check = {
    .name = "check",
    .args = "DIR [--zone FILE] [--html FILE] | --explain RULE",
    .summary = "Find what would bounce, look like a scam or fail the law.",
    .help =
	"Looks at the sender (domain, SPF, DKIM, DMARC, by a signed test\n"
	"message), the text as people will read it, the list, the copy for\n"
	"other channels, and the deadlines. Each finding has a rule, says\n"
	"where and why, and how it is mended. Nothing is changed and nothing\n"
	"is sent.\n"
	"\n"
	"  tocsin check breach-2026\n"
	"  tocsin check breach-2026 --html findings.html   for counsel\n"
	"  tocsin check --explain S-22                     one rule; 'all' lists\n"
	"\n"
	"--explain also tells of requirements that no rule judges (S-49, L-07)\n"
	"which command keeps them, or that nothing does yet.\n"
	"\n"
	"block stops 'tocsin send' (or two people override it with a reason:\n"
	"'tocsin override'). warn should be read. \"Could not be checked\" is\n"
	"never an ok.\n"
	"\n"
	"Exit: 0 nothing blocks; 1 something blocks; 2 the folder can not be\n"
	"read; 3 nothing blocks so far, but a question got no answer (DNS):\n"
	"run it again.\n",
    .run = run_check,
};

/* ---- rules explained */

static void explain(const struct rule *r, const struct rule_family *f)
{
	printf("%s  %s\n", r->id, r->title);
	printf("  family    %s\n", f->name);
	printf("  severity  %s\n", severity_name(r->severity));
	printf("  source    %s\n", r->source);
	printf("  why       %s\n", r->why);
	printf("  remedy    %s\n", r->remedy);
}

static void put_rule(
    struct json *j, const struct rule *r, const struct rule_family *f)
{
	json_object(j);
	json_put_str(j, "rule", str_of(r->id));
	json_put_str(j, "title", str_of(r->title));
	json_put_str(j, "family", str_of(f->name));
	json_put_str(j, "severity", str_of(severity_name(r->severity)));
	json_put_str(j, "source", str_of(r->source));
	json_put_str(j, "why", str_of(r->why));
	json_put_str(j, "remedy", str_of(r->remedy));
	json_end(j);
}

/* ---- what no rule judges */

#define NOT_BUILT "no command: not built yet"

static void explain_requirement(const struct requirement *r)
{
	printf("%s  %s\n", r->id, r->asks);
	printf("  judged    by no rule of 'tocsin check'\n");
	printf("  kept by   %s\n", r->kept ? r->kept : NOT_BUILT);
}

static void put_requirement(struct json *j, const struct requirement *r)
{
	json_object(j);
	json_put_str(j, "requirement", str_of(r->id));
	json_put_str(j, "asks", str_of(r->asks));
	json_put_str(j, "state", str_of(requirement_state_name(r->state)));
	json_put_str(j, "kept_by", str_of(r->kept ? r->kept : NOT_BUILT));
	json_end(j);
}

static void explain_requirements(const struct cli *c, struct json *j)
{
	if (!c->json)
		printf("\nbeyond check: kept by other commands, or not yet\n");
	for (size_t i = 0; i < requirement_count; i++)
		if (c->json)
			put_requirement(j, &requirements[i]);
		else
			printf("  %-6s %-9s  %s\n", requirements[i].id,
			    requirement_state_name(requirements[i].state),
			    requirements[i].asks);
}

static int explain_all(const struct cli *c)
{
	struct buf out = BUF_INIT(MiB);
	struct json j;
	int rc = 0;

	json_begin(&j, &out);
	json_array(&j);
	for (size_t k = 0; rule_families[k]; k++) {
		const struct rule_family *f = rule_families[k];

		if (!c->json)
			printf("%s%s: %s\n", k ? "\n" : "", f->name, f->title);
		for (size_t i = 0; i < f->count; i++)
			if (c->json)
				put_rule(&j, &f->rules[i], f);
			else
				printf("  %-6s %-5s  %s\n", f->rules[i].id,
				    severity_name(f->rules[i].severity),
				    f->rules[i].title);
	}
	explain_requirements(c, &j);
	json_end(&j);
	if (c->json)
		rc = cli_print(&out);
	buf_release(&out);
	return rc;
}

static int explain_rule(const struct cli *c, const char *id)
{
	const struct requirement *other = requirement_find(str_of(id));
	const struct rule_family *f;
	const struct rule *r;
	struct buf out = BUF_INIT(64 * KiB);
	struct json j;
	int rc = 0;

	if (strcmp(id, "all") == 0)
		return explain_all(c);
	r = rule_find(str_of(id), &f);
	if (!r && !other)
		return cli_usage(&cmd_check,
		    "there is no rule '%s'; 'tocsin check --explain all' lists "
		    "them",
		    id);
	if (!c->json) {
		if (r)
			explain(r, f);
		else
			explain_requirement(other);
		return 0;
	}
	json_begin(&j, &out);
	if (r)
		put_rule(&j, r, f);
	else
		put_requirement(&j, other);
	rc = cli_print(&out);
	buf_release(&out);
	return rc;
}

/* ---- findings */

#define WIDTH 76

/* Words of `text` in lines of WIDTH, each behind `indent` blanks. */
static void print_wrapped(struct str text, int indent)
{
	int column = 0;

	while (text.p) {
		struct str word = str_cut(&text, ' ');

		if (!word.n)
			continue;
		if (column && column + 1 + (int)word.n > WIDTH - indent) {
			putchar('\n');
			column = 0;
		}
		column +=
		    printf("%*s%.*s", column ? 1 : indent, "", STR_ARG(word)) -
		    (column ? 0 : indent);
	}
	putchar('\n');
}

static const char *label_of(const struct finding *x)
{
	if (x->overridden)
		return "overridden";
	if (x->unchecked)
		return "unchecked";
	return severity_name(x->severity);
}

static void print_finding(const struct finding *x)
{
	printf(
	    "%-10s %-6s %.*s\n", label_of(x), x->rule->id, STR_ARG(x->subject));
	print_wrapped(x->text, 4);
	if (x->remedy.n) {
		printf("    To mend it:\n");
		print_wrapped(x->remedy, 6);
	}
	printf("    Source: %s\n\n", x->rule->source);
}

static size_t count_passed(const struct findings *f)
{
	size_t n = 0;

	for (size_t k = 0; rule_families[k]; k++)
		for (size_t i = 0; i < rule_families[k]->count; i++)
			n += findings_state(f, &rule_families[k]->rules[i]) ==
			     RULE_PASSED;
	return n;
}

static void print_findings(
    const struct cli *c, const char *dir, const struct check *k)
{
	struct findings_count n = findings_tally(k->findings);

	for (size_t i = 0; i < k->findings->count; i++)
		if (!c->quiet || k->findings->v[i].severity == SEVERITY_BLOCK)
			print_finding(&k->findings->v[i]);
	if (k->findings->dropped)
		printf("... and %zu more\n\n", k->findings->dropped);
	printf("%s: %zu block, %zu to read, %zu could not be checked, %zu "
	       "for information, %zu rules passed%s\n",
	    dir, n.blocks, n.warns, n.unchecked, n.infos,
	    count_passed(k->findings),
	    n.overridden ? "; some were overridden by two people" : "");
	printf("Not legal advice: counsel must read what the law pack says.\n");
}

/* ---- the command */

static int show_progress(
    const char *what, uint64_t done, uint64_t total, void *arg)
{
	struct cli_progress *p = arg;

	if (!p->what || strcmp(p->what, what) != 0)
		cli_progress_start(p, p->cli, what, "people", 0, total);
	cli_progress_at(p, done, NULL);
	return 0;
}

/* Exit status of the page: 0, or that of what went wrong. */
static int write_page(
    const struct cli *c, const struct check *k, const char *html)
{
	struct buf page = BUF_INIT(REPORT_PAGE_MAX);
	struct err e = {0};
	int rc;

	report_check_page(k, &page);
	rc = page.over
		 ? err_set(&e, ERR_LIMIT, "%s: the page is too large", html)
		 : report_write(html, buf_str(&page), &e);
	buf_release(&page);
	if (rc < 0)
		return cli_fail(&cmd_check, &e);
	cli_say(c, "%s: the page is written; only you can read it", html);
	return 0;
}

static int print_result(
    const struct cli *c, const struct check_options *o, const struct check *k)
{
	struct buf out = BUF_INIT(16 * MiB);
	int rc = 0;

	if (c->json) {
		check_format_json(k, &out);
		rc = cli_print(&out);
	} else {
		print_findings(c, o->dir, k);
	}
	buf_release(&out);
	return rc;
}

static int check_dir(
    struct cli *c, struct check_options *o, const char *at, const char *html)
{
	struct cli_progress progress = {.cli = c};
	struct check *k = NULL;
	struct err e = {0};
	int rc, failed;

	o->config = c->config;
	o->data_dir = status_data_dir();
	o->now = clock_wall(&clock_system);
	if (at && !clock_parse_iso(str_of(at), &o->now))
		return cli_usage(&cmd_check,
		    "--at %s: write a date such as 2026-11-03 or "
		    "2026-11-03T14:00:00Z",
		    at);
	o->progress = show_progress;
	o->arg = &progress;
	if (check_run(o, &k, &e) < 0)
		return cli_fail(&cmd_check, &e);
	if (progress.what)
		cli_progress_end(&progress, progress.total, NULL);
	rc = check_exit_status(k->findings);
	failed = html ? write_page(c, k, html) : 0;
	if (!failed && print_result(c, o, k))
		failed = 3;
	check_free(k);
	return failed ? failed : rc;
}

static int run_check(struct cli *c, int argc, char **argv)
{
	const char *rule = NULL, *at = NULL, *html = NULL;
	struct check_options o = {0};
	const struct cli_option options[] = {
	    {"zone", "FILE", "answer DNS from this file and nothing else",
		.value = &o.zone},
	    {"rdap", "FOLDER", "answers of RDAP, DOMAIN.json in this folder",
		.value = &o.rdap_dir},
	    {"web", "FOLDER", "pages, as HOST/PATH in this folder",
		.value = &o.web_dir},
	    {"at", "TIME", "judge as if it were then (default: now)",
		.value = &at},
	    {"no-list", NULL, "leave the pass over the audience out",
		.flag = &o.no_list},
	    {"html", "FILE", "write a page for counsel, to read and to print",
		.value = &html},
	    {"explain", "RULE", "say what a rule is about, and why",
		.value = &rule},
	};
	int words, rc = cli_parse(c, &cmd_check, options, ARRAY_SIZE(options),
		       argc, argv, 0, 1, &words);

	if (rc)
		return rc > 0 ? 0 : 2;
	if (rule && words)
		return cli_usage(&cmd_check,
		    "--explain goes without a folder: it is about the rule");
	if (rule)
		return explain_rule(c, rule);
	if (!words)
		return cli_usage(&cmd_check, "give the notice's folder");
	o.dir = argv[0];
	return check_dir(c, &o, at, html);
}
