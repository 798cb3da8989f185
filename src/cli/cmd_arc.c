/* cmd_arc: tocsin arc verify|seal FILE */
#include "base/limits.h"
#include "cli/auth_json.h"
#include "cli/lookup.h"
#include "cli/message.h"
#include "domain/idna.h"

extern const struct cli_command cmd_arc;

/* ---- verifying, which sealing begins with */

struct judged {
	struct cli_lookup lookup;
	const struct cli *cli;
	struct buf out;
	enum arc_result result;
	unsigned instances;
	bool ended;
};

static void print_json(const struct arc_report *r, struct buf *out)
{
	struct json j;

	json_begin(&j, out);
	auth_json_arc(&j, r);
}

static void print_text(const struct arc_report *r, struct buf *out)
{
	buf_addf(
	    out, "%s: %.*s\n", arc_result_name(r->result), STR_ARG(r->reason));
	buf_addf(out, "sets      %u", r->instances);
	for (size_t i = 0; i < r->sets; i++)
		buf_addf(out, "\n%-9zu %.*s: %.*s", i + 1,
		    STR_ARG(r->set[i].domain), STR_ARG(r->set[i].results));
}

static void on_report(const struct arc_report *r, void *arg)
{
	struct judged *a = arg;

	a->result = r->result;
	a->instances = r->instances;
	a->ended = r->ended;
	if (a->cli->json)
		print_json(r, &a->out);
	else
		print_text(r, &a->out);
	cli_lookup_done(&a->lookup);
}

static int judge(const struct cli_command *cmd, struct str message,
    const char *zone, int64_t at, struct judged *a)
{
	struct dkim_verify_options o = dkim_verify_defaults;
	struct dkim_verifier *v;
	struct err e = {0};

	o.at = at;
	if (cli_lookup_open(&a->lookup, zone, &e) < 0)
		return cli_fail(cmd, &e);
	v = dkim_verifier_new(a->lookup.loop, a->lookup.dns);
	arc_verify_start(v, message, &o, on_report, a);
	cli_lookup_run(&a->lookup);
	dkim_verifier_free(v);
	cli_lookup_close(&a->lookup);
	return 0;
}

static int verify_run(struct cli *c, int argc, char **argv);

static const struct cli_command verify_command = {
    .name = "arc verify",
    .args = "FILE [--at TIME] [--zone FILE]",
    .summary = "Is the ARC chain of a message whole? (RFC 8617)",
    .help = CLI_MESSAGE_HELP
    "\n"
    "  pass       every seal holds, and the message is as the newest hop\n"
    "             signed it\n"
    "  fail       the chain is broken, or was before (cv=fail)\n"
    "  none       there is no chain\n"
    "  temperror  the DNS did not answer: try again\n"
    "\n"
    "A pass makes nothing authentic: it tells whose word the results in the\n"
    "chain are, and that nobody changed them. Whether to believe that hop is\n"
    "yours to decide. ARC is on its way to Historic.\n"
    "\n"
    "--json gives {\"result\", \"instances\", \"reason\", \"oldest_pass\" (RFC\n"
    "8617 5.2; null unless it passes), \"sets\": [{\"instance\", \"domain\",\n"
    "\"selector\", \"signed_by\", \"results\"}]}.\n"
    "\n"
    "Exit status: 0 pass; 3 temperror; 1 fail or none; 2 wrong arguments, or\n"
    "a file that can not be read.\n",
    .run = verify_run,
};

static int verify_message(
    const struct cli *c, struct str message, const char *zone, int64_t at)
{
	struct judged a = {.cli = c, .out = BUF_INIT(MiB)};
	int rc = judge(&verify_command, message, zone, at, &a);

	if (rc == 0)
		rc = cli_print(&a.out);
	buf_release(&a.out);
	if (rc != 0)
		return rc;
	return a.result == ARC_PASS ? 0 : a.result == ARC_TEMPERROR ? 3 : 1;
}

static int verify_run(struct cli *c, int argc, char **argv)
{
	const char *zone = NULL, *at_text = NULL;
	const struct cli_option options[] = {
	    {.name = "at",
		.arg = "TIME",
		.help = "when the message arrived; default: now",
		.value = &at_text},
	    {.name = "zone",
		.arg = "FILE",
		.help = "answer DNS from a zone file, and only from it",
		.value = &zone},
	};
	struct buf message = {0};
	struct err e = {0};
	int64_t at;
	int words, rc;

	rc = cli_parse(c, &verify_command, options, ARRAY_SIZE(options), argc,
	    argv, 1, 1, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	if (cli_time(&verify_command, at_text, &at) < 0)
		return 2;
	if (cli_message_read(argv[0], &message, &e) < 0)
		rc = cli_fail(&verify_command, &e);
	else
		rc = verify_message(c, buf_str(&message), zone, at);
	buf_release(&message);
	return rc;
}

/* ---- sealing */

static int seal_run(struct cli *c, int argc, char **argv);

static const struct cli_command seal_command = {
    .name = "arc seal",
    .args = "FILE --domain D --selector S --key FILE --authserv-id HOST "
	    "[--authres TEXT] [--at TIME] [--zone FILE]",
    .summary = "Add a set to the ARC chain of a message (RFC 8617).",
    .help = CLI_MESSAGE_HELP
    "\n"
    "The chain there is verified first; the new seal tells how it was\n"
    "(cv=none, pass or fail). The message is printed with the new set on\n"
    "top, with CRLF line ends. A chain that says itself that it was broken\n"
    "(cv=fail) gets no more sets: the message is printed as it is.\n"
    "\n"
    "What is sealed is --authres, as \"spf=pass smtp.mfrom=example.com;\n"
    "dkim=pass header.d=example.com\"; without it, what the message's\n"
    "Authentication-Results fields with that --authserv-id say. Remove those\n"
    "that strangers wrote in your name before you seal.\n"
    "\n"
    "Seal only when you forward for people who trust you to tell the truth:\n"
    "ARC is on its way to Historic.\n"
    "\n"
    "Exit status: 0 printed; 1 the chain has 50 sets; 3 the chain could not\n"
    "be verified now, nothing is printed; 2 wrong arguments, or a key or\n"
    "message that can not be used.\n",
    .run = seal_run,
};

struct sealing {
	const char *domain, *selector, *key, *id, *authres, *zone;
	int64_t at;
	struct buf d, results;
};

/* TEXT with or without "HOST;" before it. */
static struct str given_results(const struct sealing *s)
{
	struct str rest = str_of(s->authres), head = str_cut(&rest, ';');

	return rest.p && str_ieq(str_trim(head), str_of(s->id))
		   ? rest
		   : str_of(s->authres);
}

static int make_set(struct sealing *s, struct str message,
    const struct judged *a, struct buf *out, struct err *e)
{
	struct arc_seal_options o = {.selector = str_of(s->selector),
	    .authserv_id = str_of(s->id),
	    .at = s->at};
	int rc = idna_to_ascii(str_of(s->domain), &s->d, e);

	if (rc < 0 || (rc = pkey_load_private(s->key, &o.key, e)) < 0)
		return rc;
	o.domain = buf_str(&s->d);
	if (s->authres) {
		o.results = given_results(s);
	} else {
		arc_collect_results(message, o.authserv_id, &s->results);
		o.results = buf_str(&s->results);
	}
	rc = arc_seal(message, a->result, a->instances, &o, out, e);
	pkey_free(o.key);
	return rc;
}

static int seal_message(
    const struct cli *c, struct sealing *s, struct str message)
{
	struct judged a = {.cli = c, .out = BUF_INIT(MiB)};
	struct buf set = BUF_INIT(MiB);
	struct err e = {0};
	int rc = judge(&seal_command, message, s->zone, s->at, &a);

	if (rc != 0)
		goto out;
	if (a.result == ARC_TEMPERROR) {
		err_set(&e, ERR_NET,
		    "the chain could not be verified now, so nothing was "
		    "sealed; try again");
		rc = cli_fail(&seal_command, &e);
	} else if (a.ended) {
		cli_say(c,
		    "The chain ends with cv=fail; nothing was added (RFC 8617 "
		    "5.1).");
		rc = cli_write(message);
	} else if (make_set(s, message, &a, &set, &e) < 0) {
		rc = cli_fail(&seal_command, &e);
	} else {
		rc = cli_write(buf_str(&set));
		if (rc == 0)
			rc = cli_write(message);
	}
out:
	buf_release(&a.out);
	buf_release(&set);
	return rc;
}

static int check_words(const struct sealing *s)
{
	static const char *const what[] = {
	    "--domain D is missing: the domain that seals",
	    "--selector S is missing: the name of the key",
	    "--key FILE is missing: the private key",
	    "--authserv-id HOST is missing: the name this host writes into "
	    "Authentication-Results",
	};
	const char *given[] = {s->domain, s->selector, s->key, s->id};

	for (size_t i = 0; i < ARRAY_SIZE(what); i++)
		if (!given[i])
			return cli_usage(&seal_command, "%s", what[i]);
	return 0;
}

static int seal_run(struct cli *c, int argc, char **argv)
{
	struct sealing s = {
	    .d = BUF_INIT(LIMIT_DOMAIN), .results = BUF_INIT(64 * KiB)};
	const char *at = NULL;
	const struct cli_option options[] = {
	    {"domain", "D", "the domain that seals (d=)", .value = &s.domain},
	    {"selector", "S", "name of the key (s=)", .value = &s.selector},
	    {"key", "FILE", "private key", .value = &s.key},
	    {"authserv-id", "HOST", "who checked the message", .value = &s.id},
	    {"authres", "TEXT", "the results to seal", .value = &s.authres},
	    {"at", "TIME", "time of the seal (t=); default: now", .value = &at},
	    {"zone", "FILE", "answer DNS from a zone file, and only from it",
		.value = &s.zone},
	};
	struct buf message = {0};
	struct err e = {0};
	int words, rc;

	rc = cli_parse(c, &seal_command, options, ARRAY_SIZE(options), argc,
	    argv, 1, 1, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	if (check_words(&s) != 0 || cli_time(&seal_command, at, &s.at) < 0)
		return 2;
	if (cli_message_read(argv[0], &message, &e) < 0)
		rc = cli_fail(&seal_command, &e);
	else
		rc = seal_message(c, &s, buf_str(&message));
	buf_release(&message);
	buf_release(&s.d);
	buf_release(&s.results);
	return rc;
}

/* ---- the words behind `tocsin arc` */

static const struct cli_command *const actions[] = {
    &seal_command,
    &verify_command,
};

static int arc_run(struct cli *c, int argc, char **argv)
{
	return cli_run_action(
	    c, &cmd_arc, actions, ARRAY_SIZE(actions), argc, argv);
}

const struct cli_command cmd_arc = {
    .name = "arc",
    .args = "seal|verify ...",
    .summary = "ARC: verify a chain of forwarders, add to it.",
    .help = "  tocsin arc verify --help   is the chain whole?\n"
	    "  tocsin arc seal --help     add a set to it\n",
    .run = arc_run,
};
