/* cmd_dkim_verify: tocsin dkim verify FILE */
#include "base/limits.h"
#include "cli/auth_json.h"
#include "cli/lookup.h"
#include "cli/message.h"

extern const struct cli_command cmd_dkim_verify;

struct verifying {
	const struct cli *cli;
	struct cli_lookup lookup;
	struct buf out;
	bool passed, again;
};

static void put_text(struct buf *out, const struct dkim_verdict *v)
{
	buf_addf(out, "%s", dkim_result_name(v->result));
	if (v->domain.n)
		buf_addf(out, "  %.*s", STR_ARG(v->domain));
	if (v->selector.n)
		buf_addf(out, "  selector %.*s", STR_ARG(v->selector));
	if (v->algorithm.n)
		buf_addf(out, "  %.*s", STR_ARG(v->algorithm));
	if (v->key_bits)
		buf_addf(out, "  %u bits", v->key_bits);
	buf_addf(out, "\n  %.*s\n", STR_ARG(v->reason));
}

static void print_text(const struct dkim_report *r, struct buf *out)
{
	const struct dkim_verdict *none = auth_unsigned_row(r);

	if (none)
		put_text(out, none);
	for (size_t i = 0; i < r->count; i++)
		put_text(out, &r->row[i]);
	buf_truncate(out, out->len - 1);
}

static void on_report(const struct dkim_report *r, void *arg)
{
	struct verifying *v = arg;
	struct json j;

	for (size_t i = 0; i < r->count; i++) {
		v->passed |= r->row[i].result == DKIM_PASS;
		v->again |= r->row[i].result == DKIM_TEMPERROR;
	}
	json_begin(&j, &v->out);
	if (v->cli->json)
		auth_json_dkim(&j, r);
	else
		print_text(r, &v->out);
	cli_lookup_done(&v->lookup);
}

static int verify(const struct cli *c, struct str message, const char *zone,
    const struct dkim_verify_options *o)
{
	/* a report is bounded by what the header may hold */
	struct verifying v = {.cli = c, .out = BUF_INIT(LIMIT_DKIM_MEMORY)};
	struct dkim_verifier *d;
	struct err e = {0};
	int rc = cli_lookup_open(&v.lookup, zone, &e);

	if (rc < 0)
		return cli_fail(&cmd_dkim_verify, &e);
	d = dkim_verifier_new(v.lookup.loop, v.lookup.dns);
	dkim_verify_start(d, message, o, on_report, &v);
	cli_lookup_run(&v.lookup);
	dkim_verifier_free(d);
	cli_lookup_close(&v.lookup);
	rc = cli_print(&v.out);
	buf_release(&v.out);
	if (rc != 0)
		return rc;
	return v.passed ? 0 : v.again ? 3 : 1;
}

static int verify_run(struct cli *c, int argc, char **argv)
{
	const char *zone = NULL, *at = NULL;
	const struct cli_option options[] = {
	    {.name = "at",
		.arg = "TIME",
		.help = "when the message arrived; default: now",
		.value = &at},
	    {.name = "zone",
		.arg = "FILE",
		.help = "answer DNS from a zone file, and only from it",
		.value = &zone},
	};
	struct dkim_verify_options o = dkim_verify_defaults;
	struct buf message = {0};
	struct err e = {0};
	int words, rc;

	rc = cli_parse(c, &cmd_dkim_verify, options, ARRAY_SIZE(options), argc,
	    argv, 1, 1, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	if (cli_time(&cmd_dkim_verify, at, &o.at) < 0)
		return 2;
	if (cli_message_read(argv[0], &message, &e) < 0)
		rc = cli_fail(&cmd_dkim_verify, &e);
	else
		rc = verify(c, buf_str(&message), zone, &o);
	buf_release(&message);
	return rc;
}

const struct cli_command cmd_dkim_verify = {
    .name = "dkim verify",
    .args = "FILE [--at TIME] [--zone FILE]",
    .summary = "Are the DKIM signatures of a message good? (RFC 6376)",
    .help = CLI_MESSAGE_HELP
    "\n"
    "Each signature is judged, from the top of the header:\n"
    "\n"
    "  pass       the domain signed this, and nothing signed was changed\n"
    "  fail       the body or a signed header field was changed\n"
    "  permerror  the signature or its key can not be used\n"
    "  temperror  the DNS did not answer: try again\n"
    "  policy     one of too many: the first 10 are verified\n"
    "  neutral    the header is too long to be read\n"
    "  none       there is no signature\n"
    "\n"
    "A pass says who signed, not that the name in From is theirs: DMARC\n"
    "compares the two. Signatures with rsa-sha1 or RSA keys below 1024 bits\n"
    "are a permerror (RFC 8301). Whether one has expired is judged at --at\n"
    "(YYYY-MM-DD, YYYY-MM-DDThh:mm:ssZ, or seconds since 1970), and clocks\n"
    "may differ by 300 seconds.\n"
    "\n"
    "--json gives an array with one object each signature: {\"result\",\n"
    "\"domain\", \"selector\", \"identity\", \"algorithm\", \"key_bits\",\n"
    "\"reason\", \"record\" (the key record), \"testing\" (its t=y),\n"
    "\"unsigned_rest\" (l= leaves the end of the body unsigned), \"future\"\n"
    "(t= is after --at), \"added_field\" (a signed field stands there once\n"
    "more)}; a message without signature gives one with \"none\".\n"
    "\n"
    "Exit status: 0 one passes; 3 none does, and one is a temperror; 1 none\n"
    "does; 2 wrong arguments, or a file that can not be read.\n",
    .run = verify_run,
};
