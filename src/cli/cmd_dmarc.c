/* cmd_dmarc: tocsin dmarc DOMAIN */
#include "auth/dmarc.h"
#include "cli/cli.h"
#include "cli/lookup.h"

#define OUT_MAX (1 * MiB)

extern const struct cli_command cmd_dmarc;

struct asking {
	struct cli *cli;
	struct cli_lookup lookup;
	struct buf out;
	int status; /* to exit with */
};

/* ---- what is wrong */

typedef void problem_fn(void *arg, struct str sentence);

__attribute__((format(printf, 3, 4))) static void give(
    problem_fn *fn, void *arg, const char *fmt, ...)
{
	struct buf text = BUF_INIT(4 * KiB);
	char tmp[3 * KiB];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(tmp, sizeof(tmp), fmt, ap);
	va_end(ap);
	buf_addz(&text, tmp);
	fn(arg, buf_str(&text));
	buf_release(&text);
}

static void each_problem(
    const struct dmarc_result *r, problem_fn *fn, void *arg)
{
	const struct dmarc_record *record = r->record;

	for (size_t i = 0; i < r->asked_count; i++) {
		const struct dmarc_step *s = r->asked[i];

		if (s->seen > 1)
			give(fn, arg,
			    "There are %u DMARC records at _dmarc.%.*s; "
			    "receivers ignore them all (RFC 9989 4.10). Keep "
			    "one.",
			    s->seen, STR_ARG(s->name));
		if (s->stray.n && !s->seen)
			give(fn, arg,
			    "The text \"%.*s\" at _dmarc.%.*s is no DMARC "
			    "record: it must begin with v=DMARC1, in capitals, "
			    "and a semicolon (RFC 9989 4.7). Mend its "
			    "beginning.",
			    STR_ARG(str_sub(s->stray, 0, 100)),
			    STR_ARG(s->name));
	}
	for (size_t i = 0; record && i < record->problem_count; i++)
		give(fn, arg, "%.*s %.*s", STR_ARG(record->problem[i].what),
		    STR_ARG(record->problem[i].mend));
}

/* ---- as JSON */

static void json_problem(void *arg, struct str sentence)
{
	json_str(arg, sentence);
}

static void put_name(struct json *j, const char *key, struct str name)
{
	json_key(j, key);
	if (name.n)
		json_str(j, name);
	else
		json_null(j);
}

static void put_uris(
    struct json *j, const char *key, const struct str *uri, size_t n)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < n; i++)
		json_str(j, uri[i]);
	json_end(j);
}

static void put_records(struct json *j, const struct dmarc_result *r)
{
	json_key(j, "records");
	json_array(j);
	for (size_t i = 0; i < r->asked_count; i++)
		for (size_t k = 0;
		     k < r->asked[i]->seen && k < DMARC_TEXTS_KEPT; k++)
			json_str(j, r->asked[i]->text[k]);
	json_end(j);
}

/* The same with where each was seen. */
static void put_walk(struct json *j, const struct dmarc_result *r)
{
	struct buf name = BUF_INIT(2 * LIMIT_DOMAIN);

	json_key(j, "walk");
	json_array(j);
	for (size_t i = 0; i < r->asked_count; i++) {
		const struct dmarc_step *s = r->asked[i];

		buf_reset(&name);
		buf_addf(&name, "_dmarc.%.*s", STR_ARG(s->name));
		for (size_t k = 0; k < s->seen && k < DMARC_TEXTS_KEPT; k++) {
			json_object(j);
			json_put_str(j, "name", buf_str(&name));
			json_put_str(j, "record", s->text[k]);
			json_put_bool(
			    j, "used", r->record && s->record == r->record);
			json_end(j);
		}
	}
	json_end(j);
	buf_release(&name);
}

static void put_policy(struct json *j, const struct dmarc_result *r)
{
	const struct dmarc_record *d = r->record;
	static const char *const psd[] = {"u", "y", "n"};

	put_name(j, "policy", str_of(dmarc_policy_name(d->p)));
	put_name(j, "subdomain_policy", str_of(dmarc_policy_name(d->sp)));
	put_name(j, "np", str_of(dmarc_policy_name(d->np)));
	json_put_bool(j, "testing", d->testing);
	json_put_str(j, "applied", str_of(dmarc_policy_name(r->policy)));
	json_put_str(j, "adkim", d->strict_dkim ? S("s") : S("r"));
	json_put_str(j, "aspf", d->strict_spf ? S("s") : S("r"));
	json_put_str(j, "psd", str_of(psd[d->psd]));
	put_uris(j, "rua", d->rua, d->rua_count);
	put_uris(j, "ruf", d->ruf, d->ruf_count);
}

static bool has_policy(const struct dmarc_result *r)
{
	return r->record && r->record->applies;
}

static int status_of(const struct dmarc_result *r)
{
	if (r->verdict == DMARC_VERDICT_TEMPERROR ||
	    (has_policy(r) && !r->organizational.n))
		return 3;
	return has_policy(r) ? 0 : 1;
}

static void print_json(const struct dmarc_result *r, struct buf *out)
{
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	json_put_str(&j, "domain", r->author);
	json_put_str(&j, "result",
	    status_of(r) == 0   ? S("found")
	    : status_of(r) == 1 ? S("none")
				: S("temperror"));
	put_name(&j, "organizational_domain", r->organizational);
	put_name(
	    &j, "policy_domain", has_policy(r) ? r->policy_domain : STR_NONE);
	if (has_policy(r)) {
		put_policy(&j, r);
	} else {
		put_name(&j, "policy", STR_NONE);
		put_name(&j, "subdomain_policy", STR_NONE);
		put_name(&j, "np", STR_NONE);
		json_put_bool(&j, "testing", false);
	}
	put_records(&j, r);
	put_walk(&j, r);
	json_key(&j, "problems");
	json_array(&j);
	each_problem(r, json_problem, &j);
	json_end(&j);
	if (status_of(r))
		json_put_str(&j, "reason", r->reason);
	json_end(&j);
}

/* ---- for people */

static const char *what_happens(enum dmarc_policy p)
{
	switch (p) {
	case DMARC_NONE: return "treat as if there were no DMARC";
	case DMARC_QUARANTINE: return "put in the spam folder";
	case DMARC_REJECT: return "refuse";
	}
	BUG("dmarc policy %d", (int)p);
}

static void text_problem(void *arg, struct str sentence)
{
	struct buf *out = arg;

	buf_addf(out, "\n  ! %.*s", STR_ARG(sentence));
}

static void text_policy(const struct dmarc_result *r, struct buf *out)
{
	const struct dmarc_record *d = r->record;
	enum dmarc_policy does =
	    d->testing ? dmarc_policy_tested(r->policy) : r->policy;

	buf_addf(out, "\nThe record at _dmarc.%.*s applies:\n  %.*s\n",
	    STR_ARG(r->policy_domain), STR_ARG(d->text));
	if (r->exists == DMARC_EXISTS_NO)
		buf_addf(out,
		    "%.*s does not exist in the DNS, so np applies.\n",
		    STR_ARG(r->author));
	buf_addf(out,
	    "Receivers are asked to %s what claims to be from %.*s and has no "
	    "aligned SPF or DKIM pass (%s%s).\n",
	    what_happens(does), STR_ARG(r->author),
	    dmarc_policy_name(r->policy),
	    d->testing && r->policy ? ", one step less by t=y" : "");
	buf_addf(out, "Aligned means: SPF for %s, DKIM for %s.\n",
	    d->strict_spf ? "exactly this domain"
			  : "a domain of the same organization",
	    d->strict_dkim ? "exactly this domain"
			   : "a domain of the same organization");
	if (!d->rua_count)
		buf_addz(out, "Nobody gets reports: there is no valid rua.\n");
}

static void print_text(const struct dmarc_result *r, struct buf *out)
{
	buf_addf(out, "%.*s\n", STR_ARG(r->author));
	if (r->organizational.n)
		buf_addf(out, "Organizational domain: %.*s\n",
		    STR_ARG(r->organizational));
	if (has_policy(r))
		text_policy(r, out);
	else
		buf_addf(out, "\n%.*s\n", STR_ARG(r->reason));
	each_problem(r, text_problem, out);
	while (out->len && out->p[out->len - 1] == '\n')
		buf_truncate(out, out->len - 1);
}

/* ---- asking */

static void on_dmarc(const struct dmarc_result *r, void *arg)
{
	struct asking *a = arg;

	a->status = status_of(r);
	if (a->cli->json)
		print_json(r, &a->out);
	else
		print_text(r, &a->out);
	cli_lookup_done(&a->lookup);
}

static int ask(
    struct asking *a, const struct dmarc_request *request, struct err *e)
{
	struct dmarc *d;
	int rc = dmarc_start(a->lookup.dns, request, on_dmarc, a, &d, e);

	if (rc < 0)
		return err_wrap(
		    e, "%.*s", STR_ARG(str_sub(request->author, 0, 100)));
	cli_lookup_run(&a->lookup);
	return cli_print(&a->out) ? ERR_SYS : 0;
}

static int run_dmarc(struct cli *c, int argc, char **argv)
{
	const char *zone = NULL;
	bool old = false;
	const struct cli_option options[] = {
	    {"zone", "FILE", "answer the DNS from FILE and nothing else",
		.value = &zone},
	    {"rfc7489", NULL,
		"organizational domains by the Public Suffix List, as before "
		"2026",
		.flag = &old},
	};
	struct asking a = {.cli = c, .out = BUF_INIT(OUT_MAX)};
	struct dmarc_request request = {0};
	struct psl *psl = NULL;
	struct err e = {0};
	int words, rc;

	rc = cli_parse(c, &cmd_dmarc, options, ARRAY_SIZE(options), argc, argv,
	    1, 1, &words);
	if (rc)
		return rc > 0 ? 0 : 2;
	request.author = str_of(argv[0]);
	if (str_istarts(request.author, S("_dmarc.")))
		return cli_usage(&cmd_dmarc,
		    "leave _dmarc out: give the domain itself, %s",
		    argv[0] + sizeof("_dmarc"));
	rc = cli_lookup_open(&a.lookup, zone, &e);
	if (rc < 0)
		return cli_fail(&cmd_dmarc, &e);
	if (old)
		request.psl = psl = psl_open();
	rc = ask(&a, &request, &e);
	cli_lookup_close(&a.lookup);
	psl_close(psl);
	buf_release(&a.out);
	return rc < 0 ? cli_fail(&cmd_dmarc, &e) : a.status;
}

const struct cli_command cmd_dmarc = {
    .name = "dmarc",
    .args = "DOMAIN [--zone FILE] [--rfc7489]",
    .summary = "What receivers do with forged mail from a domain, and why.",
    .help =
	"Looks up the DMARC policy of DOMAIN as a receiver does (RFC 9989):\n"
	"at the domain, then along its parents (the tree walk), and says\n"
	"which record applies, what it asks for, and what is wrong with it.\n"
	"\n"
	"With --json: \"policy\", \"subdomain_policy\" and \"np\" are what the\n"
	"record that applies asks for the domain it stands at, for domains\n"
	"below it, and for those below it that do not exist, each filled in\n"
	"from the one before if it is not given; \"applied\" is the one of\n"
	"them for DOMAIN. \"records\" are all that were seen on the way.\n"
	"\n"
	"  tocsin dmarc example.com\n"
	"  tocsin dmarc --json --zone world.zone news.example.com\n"
	"\n"
	"Exit status: 0 a record applies; 1 none does; 2 DOMAIN is not a\n"
	"domain; 3 the DNS did not answer.\n",
    .run = run_dmarc,
};
