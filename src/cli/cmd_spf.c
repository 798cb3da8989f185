/* cmd_spf: tocsin spf --ip IP --helo NAME --mail-from ADDR */
#include "base/limits.h"
#include "cli/auth_json.h"
#include "cli/cli.h"
#include "cli/lookup.h"

extern const struct cli_command cmd_spf;

struct asking {
	const struct cli *cli;
	struct cli_lookup lookup;
	struct buf out;
	enum spf_result result;
};

static void print_json(const struct spf_verdict *v, struct buf *out)
{
	struct json j;

	json_begin(&j, out);
	auth_json_spf(&j, v);
}

static const char *advice(enum spf_result r)
{
	switch (r) {
	case SPF_PASS:
		return "The domain's owner named this address as one that "
		       "sends its mail.\nThat says nothing about the From "
		       "line people see: DMARC compares the two.";
	case SPF_FAIL:
		return "The domain's owner says that this address does not "
		       "send its mail.";
	case SPF_SOFTFAIL:
		return "The domain's owner doubts that this address sends its "
		       "mail,\nbut does not ask to refuse it.";
	case SPF_NEUTRAL: return "The domain's owner says neither yes nor no.";
	case SPF_NONE: return "Nothing is published that could be judged.";
	case SPF_TEMPERROR:
		return "The DNS did not answer; this is no verdict. Try again "
		       "later.";
	case SPF_PERMERROR:
		return "The domain's owner made a mistake in the record, so "
		       "nothing can be\nconcluded from it; only they can mend "
		       "it.";
	}
	BUG("spf result %d", (int)r);
}

static void print_text(const struct spf_verdict *v, struct buf *out)
{
	buf_addf(out, "%s: %.*s\n%s\n", spf_result_name(v->result),
	    STR_ARG(v->reason), advice(v->result));
	buf_addf(out, "\njudged    %.*s (%s)\n", STR_ARG(v->domain),
	    v->helo ? "the HELO name, as MAIL FROM is empty" : "of MAIL FROM");
	if (v->record.n)
		buf_addf(out, "record    %.*s: %.*s\n",
		    STR_ARG(v->record_domain), STR_ARG(v->record));
	if (v->explained)
		buf_addf(out, "they say  %.*s\n", STR_ARG(v->explanation));
	buf_addf(out, "look-ups  %u of %lu, %u of them void", v->lookups,
	    LIMIT_SPF_TERMS, v->void_lookups);
}

static void on_verdict(const struct spf_verdict *v, void *arg)
{
	struct asking *a = arg;

	a->result = v->result;
	if (a->cli->json)
		print_json(v, &a->out);
	else
		print_text(v, &a->out);
	cli_lookup_done(&a->lookup);
}

static int exit_status(enum spf_result r)
{
	return r == SPF_PASS ? 0 : r == SPF_TEMPERROR ? 3 : 1;
}

static int ask(
    const struct cli *c, const struct spf_request *r, const char *zone)
{
	struct asking a = {.cli = c, .out = BUF_INIT(256 * KiB)};
	struct err e = {0};
	int rc = cli_lookup_open(&a.lookup, zone, &e);

	if (rc < 0)
		return cli_fail(&cmd_spf, &e);
	spf_start(a.lookup.loop, a.lookup.dns, r, on_verdict, &a);
	cli_lookup_run(&a.lookup);
	cli_lookup_close(&a.lookup);
	rc = cli_print(&a.out);
	buf_release(&a.out);
	return rc ? rc : exit_status(a.result);
}

/* <a@b> as it stands in SMTP; <> is empty. */
static struct str bare(struct str s)
{
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		return str_sub(s, 1, s.n - 2);
	return s;
}

static int spf_run_command(struct cli *c, int argc, char **argv)
{
	const char *ip = NULL, *helo = NULL, *from = NULL, *zone = NULL;
	const struct cli_option options[] = {
	    {"ip", "IP", "address of the client, IPv4 or IPv6", .value = &ip},
	    {"helo", "NAME", "what it said in HELO or EHLO", .value = &helo},
	    {"mail-from", "ADDR", "what it said in MAIL FROM; may be empty",
		.value = &from},
	    {"zone", "FILE", "answer DNS from a zone file, and only from it",
		.value = &zone},
	};
	struct spf_request r = {.now = clock_wall(&clock_system)};
	int words, rc = cli_parse(c, &cmd_spf, options, ARRAY_SIZE(options),
		       argc, argv, 0, 0, &words);

	if (rc)
		return rc > 0 ? 0 : 2;
	if (!ip)
		return cli_usage(&cmd_spf, "--ip IP is missing: who sent it");
	if (!helo && !from)
		return cli_usage(&cmd_spf,
		    "--mail-from ADDR or --helo NAME is missing: whom it "
		    "claims to be");
	if (!endpoint_parse_ip(str_of(ip), 0, &r.ip))
		return cli_usage(&cmd_spf, "--ip %s: is not an IP address", ip);
	r.helo = str_of(helo);
	r.mail_from = bare(str_of(from));
	return ask(c, &r, zone);
}

const struct cli_command cmd_spf = {
    .name = "spf",
    .args = "--ip IP --helo NAME --mail-from ADDR [--zone FILE]",
    .summary = "May this address send mail for that domain? (RFC 7208)",
    .help =
	"Looks up the SPF record of the domain in MAIL FROM (of HELO, when\n"
	"MAIL FROM is empty) and says what it says about the client's address:\n"
	"\n"
	"  pass       the address may send for the domain\n"
	"  fail       it may not\n"
	"  softfail   probably not\n"
	"  neutral    the owner does not say\n"
	"  none       there is no record, or no domain to ask\n"
	"  permerror  the record is wrong, or needs too many look-ups\n"
	"  temperror  the DNS did not answer: try again\n"
	"\n"
	"  tocsin spf --ip 192.0.2.1 --helo mail.example.com \\\n"
	"      --mail-from news@example.com\n"
	"\n"
	"Whatever stands in --helo and --mail-from is judged, never refused.\n"
	"Names with letters beyond ASCII are looked up as A-labels (RFC 8616).\n"
	"The limits are those of RFC 7208 4.6.4: 10 terms that look something\n"
	"up, 2 of them that find nothing, 20 seconds.\n"
	"\n"
	"--json gives {\"result\", \"domain\", \"mechanism\" (the directive that\n"
	"matched, \"default\", or null), \"explanation\" (of a fail: the domain's\n"
	"own words, else ours), \"lookups\", \"void_lookups\", \"identity\",\n"
	"\"record\", \"record_domain\", \"reason\"}.\n"
	"\n"
	"Exit status: 0 pass; 3 temperror; 1 any other result; 2 wrong\n"
	"arguments, or a zone file that can not be read.\n",
    .run = spf_run_command,
};
