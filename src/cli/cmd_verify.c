/* cmd_verify: tocsin verify FILE.eml */
#include "auth/received.h"
#include "base/limits.h"
#include "cli/auth_json.h"
#include "cli/lookup.h"
#include "cli/message.h"
#include "cli/verify_text.h"

extern const struct cli_command cmd_verify;

struct verifying {
	const struct cli *cli;
	struct cli_lookup lookup;
	struct auth_report *report;
	const char *ip, *helo, *from, *edge, *zone, *id;
	bool old;
	struct arena arena; /* what --edge found */
	struct err missing;
	struct auth_request request;
};

/* ---- printing */

static void put_facts(struct json *j, const struct verifying *v)
{
	const struct auth_report *r = v->report;

	json_key(j, "facts");
	json_object(j);
	json_put_str(j, "source",
	    !r->spf_judged ? S("none")
	    : v->edge      ? S("received")
			   : S("given"));
	cli_put_or_null(j, "ip", r->ip);
	cli_put_or_null(j, "helo", r->helo);
	json_key(j, "mail_from");
	if (v->request.facts.mail_from.p)
		json_str(j, r->mail_from);
	else
		json_null(j);
	json_end(j);
}

static void print_json(const struct verifying *v, struct buf *out)
{
	const struct auth_report *r = v->report;
	struct buf field = BUF_INIT(2 * LIMIT_AUTHRES_FIELD);
	struct json j;

	json_begin(&j, out);
	json_object(&j);
	json_key(&j, "spf");
	auth_json_spf(&j, &r->spf);
	json_key(&j, "dkim");
	auth_json_dkim(&j, &r->dkim);
	json_key(&j, "dmarc");
	auth_json_dmarc(&j, &r->dmarc);
	json_key(&j, "arc");
	auth_json_arc(&j, &r->arc);
	put_facts(&j, v);
	if (v->id && auth_report_authres(r, str_of(v->id), &field))
		json_put_str(&j, "authentication_results", buf_str(&field));
	json_end(&j);
	buf_release(&field);
}

static void print_text(const struct verifying *v, struct buf *out)
{
	if (v->id) {
		auth_report_authres(v->report, str_of(v->id), out);
		buf_addz(out, "\n");
	}
	verify_text(v->report, out);
}

static int exit_status(const struct auth_report *r)
{
	return r->dmarc.result == DMARC_VERDICT_PASS        ? 0
	       : r->dmarc.result == DMARC_VERDICT_TEMPERROR ? 3
							    : 1;
}

static int print(const struct verifying *v)
{
	struct buf out = BUF_INIT(2 * LIMIT_AUTH_MEMORY);
	int rc;

	if (v->cli->json)
		print_json(v, &out);
	else
		print_text(v, &out);
	rc = cli_print(&out);
	buf_release(&out);
	return rc ? rc : exit_status(v->report);
}

/* ---- judging */

static void on_report(struct auth_report *r, void *arg)
{
	struct verifying *v = arg;

	v->report = r;
	cli_lookup_done(&v->lookup);
}

static int judge(struct verifying *v)
{
	struct auth_verifier *a;
	struct psl *psl = NULL;
	struct err e = {0};
	int rc = cli_lookup_open(&v->lookup, v->zone, &e);

	if (rc < 0)
		return cli_fail(&cmd_verify, &e);
	if (v->old)
		v->request.psl = psl = psl_open();
	a = auth_verifier_new(v->lookup.loop, v->lookup.dns);
	auth_verify_start(a, &v->request, on_report, v);
	cli_lookup_run(&v->lookup);
	auth_verifier_free(a);
	cli_lookup_close(&v->lookup);
	psl_close(psl);
	rc = print(v);
	auth_report_free(v->report);
	return rc;
}

/* ---- whom it came from */

static struct str bare(struct str s)
{
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		return str_sub(s, 1, s.n - 2);
	return s;
}

static int check_facts(struct verifying *v)
{
	struct auth_facts *f = &v->request.facts;

	if (v->edge && (v->ip || v->helo || v->from))
		return cli_usage(&cmd_verify,
		    "--edge takes the address, HELO and MAIL FROM from the "
		    "message; leave --ip, --helo and --mail-from out");
	if (v->edge && !*v->edge)
		return cli_usage(&cmd_verify, "--edge HOST: is empty");
	if (!v->ip && (v->helo || v->from))
		return cli_usage(&cmd_verify,
		    "--ip IP is missing: without it SPF can not be judged");
	if (v->ip && !endpoint_parse_ip(str_of(v->ip), 0, &f->ip))
		return cli_usage(
		    &cmd_verify, "--ip %s: is not an IP address", v->ip);
	f->helo = str_of(v->helo);
	f->mail_from = bare(str_of(v->from));
	f->missing = "without --ip or --edge it is not known from which "
		     "address the message came";
	return 0;
}

static void read_edge(struct verifying *v)
{
	struct auth_facts *f = &v->request.facts;
	struct received r;

	if (received_find(v->request.message, str_of(v->edge), &v->arena, &r,
		&v->missing) < 0) {
		f->missing = v->missing.msg;
		return;
	}
	f->ip = r.ip;
	f->helo = r.helo;
	f->mail_from = r.mail_from;
}

static int verify_run(struct cli *c, int argc, char **argv)
{
	struct verifying v = {
	    .cli = c, .arena = ARENA_INIT(2 * LIMIT_HEADER_SECTION)};
	const char *at = NULL;
	const struct cli_option options[] = {
	    {"ip", "IP", "address of the client that sent it", .value = &v.ip},
	    {"helo", "NAME", "what it said in HELO or EHLO", .value = &v.helo},
	    {"mail-from", "ADDR", "what it said in MAIL FROM; may be empty",
		.value = &v.from},
	    {"edge", "HOST", "take those from the Received field HOST wrote",
		.value = &v.edge},
	    {"at", "TIME", "when the message arrived; default: now",
		.value = &at},
	    {"zone", "FILE", "answer DNS from a zone file, and only from it",
		.value = &v.zone},
	    {"rfc7489", NULL,
		"organizational domains by the Public Suffix List, as before "
		"2026",
		.flag = &v.old},
	    {"authserv-id", "ID",
		"print the Authentication-Results field of host ID too",
		.value = &v.id},
	};
	struct buf message = {0};
	struct err e = {0};
	int words, rc;

	rc = cli_parse(c, &cmd_verify, options, ARRAY_SIZE(options), argc, argv,
	    1, 1, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	if (check_facts(&v) != 0 ||
	    cli_time(&cmd_verify, at, &v.request.at) < 0)
		return 2;
	if (v.id && !*v.id)
		return cli_usage(&cmd_verify, "--authserv-id ID: is empty");
	if (cli_message_read(argv[0], &message, &e) < 0) {
		rc = cli_fail(&cmd_verify, &e);
	} else {
		v.request.message = buf_str(&message);
		if (v.edge)
			read_edge(&v);
		rc = judge(&v);
	}
	buf_release(&message);
	arena_release(&v.arena);
	return rc;
}

const struct cli_command cmd_verify = {
    .name = "verify",
    .args = "FILE.eml [--ip IP --helo NAME --mail-from ADDR | --edge HOST] "
	    "[--at TIME] [--zone FILE]",
    .summary = "Is this mail from whom it says? (SPF, DKIM, ARC, DMARC)",
    .help = CLI_MESSAGE_HELP
    "\n"
    "Judges SPF, every DKIM signature and the ARC chain, and with them DMARC\n"
    "(RFC 9989): whether the owner of the domain in From confirms the mail.\n"
    "Each result comes with its reason and the record that decided it.\n"
    "\n"
    "  pass       the domain in From, or its organization, sent or signed it\n"
    "  fail       nothing shows that it did\n"
    "  none       the domain publishes no policy\n"
    "  permerror  there is not one clear address in From\n"
    "  temperror  the DNS did not answer: try again\n"
    "\n"
    "SPF needs the client's address, its HELO and MAIL FROM. A message's own\n"
    "Received fields are not believed: anybody can write them. --edge HOST\n"
    "names the host at the edge of your network, whose topmost Received\n"
    "field (\"by HOST\") is believed, and the Return-Path above it. With\n"
    "neither, SPF is none and the signatures decide. ARC never makes a fail\n"
    "a pass.\n"
    "\n"
    "  tocsin verify --edge mx.example.org mail.eml\n"
    "  tocsin verify --json --ip 192.0.2.1 --helo mail.example.com \\\n"
    "      --mail-from news@example.com --at 2026-11-24 mail.eml\n"
    "\n"
    "--json gives {\"spf\": as `spf`, \"dkim\": as `dkim verify`, \"dmarc\":\n"
    "{\"result\", \"from_domain\", \"organizational_domain\", \"policy\",\n"
    "\"disposition\", \"spf_aligned\", \"dkim_aligned\", \"policy_domain\",\n"
    "\"testing\", \"record\", \"reason\"}, \"arc\": as `arc verify`, \"facts\":\n"
    "{\"source\": \"given\", \"received\" or \"none\", \"ip\", \"helo\",\n"
    "\"mail_from\"}, \"authentication_results\" (with --authserv-id)}.\n"
    "tocsin-verify(1) tells them all.\n"
    "\n"
    "Exit status: 0 DMARC passes; 3 it is a temperror; 1 any other result;\n"
    "2 wrong arguments, or a file that can not be read.\n",
    .run = verify_run,
};
