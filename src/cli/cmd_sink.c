/* cmd_sink: tocsin sink, an imitated provider to send to. */
#include "cli/cli.h"
#include "cli/sink.h"

#include <signal.h>

#define BEHAVIOURS 64
#define PORT       2525

static int sink_run(struct cli *c, int argc, char **argv);

const struct cli_command cmd_sink = {
    .name = "sink",
    .args = "[--listen 127.0.0.1:2525] [behaviour ...]",
    .summary = "Be an imitated mailbox provider: take mail, or misbehave.",
    .help =
	"Takes every mail and throws it away, so that a whole mailing can be\n"
	"tried without anything leaving this machine:\n"
	"\n"
	"  tocsin sink --listen 127.0.0.1:2525 &\n"
	"  tocsin send breach-2026 --relay 127.0.0.1:2525\n"
	"\n"
	"Look at what was sent, each mail a file, byte for byte:\n"
	"  tocsin sink --maildir box\n"
	"A slow provider with a few dead addresses, over TLS:\n"
	"  tocsin sink --tls --dot-latency 150 --max-connections 20 \\\n"
	"      --reject-match 'gone*:550 5.1.1 No such user'\n"
	"One that greylists, slows down and loses every 100th reply:\n"
	"  tocsin sink --greylist 60 --rate 50 --drop-dot 100\n"
	"\n"
	"The first line on stdout is the endpoint (port 0: any free one).\n"
	"SIGTERM or Ctrl-C ends it and prints what it counted. A line of the\n"
	"log is: time, <sender>, <recipient>, bytes; it is on disk before the\n"
	"mail is answered. With several workers each has its own counts, so\n"
	"limits (connections, mails, rate) hold for each of them.\n"
	"\n"
	"Exit status: 0 ended as asked; 2 wrong arguments; 3 it can not listen\n"
	"or write.\n",
    .run = sink_run,
};

struct words {
	struct sink_options o;
	const char *listen, *count, *workers, *cert_out;
	const char *value[BEHAVIOURS];
	const char *list[BEHAVIOURS][PROVIDER_RULES];
	size_t listed[BEHAVIOURS];
	bool flag[BEHAVIOURS];
	bool public;
};

/* The table of behaviours as options of this command. */
static size_t add_behaviours(struct words *w, struct cli_option *to)
{
	size_t n;
	const struct provider_option *all = provider_options(&n);

	ENSURE(n <= BEHAVIOURS);
	for (size_t i = 0; i < n; i++) {
		to[i] = (struct cli_option){
		    .name = all[i].name,
		    .arg = all[i].arg,
		    .help = all[i].help,
		};
		if (all[i].many) {
			to[i].many = w->list[i];
			to[i].many_count = &w->listed[i];
			to[i].many_max = PROVIDER_RULES;
		} else if (all[i].arg) {
			to[i].value = &w->value[i];
		} else {
			to[i].flag = &w->flag[i];
		}
	}
	return n;
}

static int set_behaviours(struct words *w, struct err *e)
{
	struct provider_config *c = &w->o.config;
	size_t n;
	const struct provider_option *all = provider_options(&n);
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++) {
		struct str name = str_of(all[i].name);

		if (w->flag[i])
			rc = provider_config_set(c, name, S("on"), e);
		if (w->value[i] && rc == 0)
			rc = provider_config_set(
			    c, name, str_of(w->value[i]), e);
		for (size_t k = 0; k < w->listed[i] && rc == 0; k++)
			rc = provider_config_set(
			    c, name, str_of(w->list[i][k]), e);
	}
	return rc;
}

static bool is_loopback(const struct endpoint *a)
{
	static const unsigned char one[16] = {[15] = 1};

	if (endpoint_is_v6(a))
		return memcmp(&a->u.v6.sin6_addr, one, sizeof(one)) == 0;
	return (ntohl(a->u.v4.sin_addr.s_addr) >> 24) == 127;
}

static int check(struct words *w)
{
	const char *at = w->listen ? w->listen : "127.0.0.1:2525";
	struct sink_options *o = &w->o;

	if (!endpoint_parse(str_of(at), PORT, &o->at))
		return cli_usage(&cmd_sink,
		    "--listen %s: must be an IP address and a port", at);
	if (!is_loopback(&o->at) && !w->public)
		return cli_usage(&cmd_sink,
		    "--listen %s: anybody who reaches this could leave mail; "
		    "say --public if that is wanted",
		    at);
	if (w->count && (!str_to_u64(str_of(w->count), UINT32_MAX, &o->count) ||
			    o->count == 0))
		return cli_usage(
		    &cmd_sink, "--count %s: must be a number", w->count);
	o->workers = 1;
	if (w->workers &&
	    (!str_to_u64(str_of(w->workers), SINK_WORKERS, &o->workers) ||
		o->workers == 0))
		return cli_usage(&cmd_sink, "--workers %s: must be 1 to %u",
		    w->workers, SINK_WORKERS);
	if (!o->cert != !o->key)
		return cli_usage(&cmd_sink, "--cert and --key go together");
	o->tls |= o->cert || o->cert_out || o->implicit;
	return 0;
}

/* ---- signals */

static struct sink *running;

static void on_signal(int number)
{
	(void)number;
	sink_stop(running);
}

static void print_listening(const struct cli *c, struct sink *s)
{
	struct endpoint at;
	char text[ENDPOINT_TEXT];

	sink_endpoint(s, &at);
	endpoint_format(&at, text);
	if (c->json)
		printf("{\"listening\":\"%s\"}\n", text);
	else
		printf("listening on %s\n", text);
	fflush(stdout);
}

static int print_totals(const struct cli *c, const struct provider_counts *n)
{
	const struct {
		const char *name, *text;
		uint64_t value;
	} rows[] = {
	    {"accepted", "mails accepted", n->accepted},
	    {"recipients", "for recipients", n->recipients},
	    {"rejected", "refused for good", n->rejected},
	    {"deferred", "refused for now", n->deferred},
	    {"connections", "connections", n->connections},
	    {"turned_away", "of these turned away", n->turned_away},
	    {"tls", "of these over TLS", n->tls},
	    {"bytes", "bytes of content", n->bytes},
	};
	struct buf b = BUF_INIT(4096);
	char tmp[CLI_NUMBER];
	struct json j;
	int rc;

	json_begin(&j, &b);
	if (c->json)
		json_object(&j);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (c->json)
			json_put_u64(&j, rows[i].name, rows[i].value);
		else
			buf_addf(&b, "%s%15s %s", i ? "\n" : "",
			    cli_number(rows[i].value, tmp), rows[i].text);
	if (c->json)
		json_end(&j);
	rc = cli_print(&b);
	buf_release(&b);
	return rc;
}

static int serve(struct cli *c, const struct sink_options *o)
{
	struct provider_counts counts;
	struct sigaction stop = {.sa_handler = on_signal}, was_int, was_term;
	struct sink *s;
	struct err e = {0};

	if (sink_open(o, &s, &e) < 0)
		return cli_fail(&cmd_sink, &e);
	running = s;
	sigaction(SIGTERM, &stop, &was_term);
	sigaction(SIGINT, &stop, &was_int);
	print_listening(c, s);
	sink_serve(s, &counts, &e);
	sigaction(SIGTERM, &was_term, NULL);
	sigaction(SIGINT, &was_int, NULL);
	sink_close(s);
	if (e.code)
		return cli_fail(&cmd_sink, &e);
	return print_totals(c, &counts);
}

static int sink_run(struct cli *c, int argc, char **argv)
{
	static struct words w;
	struct cli_option options[16 + BEHAVIOURS] = {
	    {"listen", "HOST:PORT", "where (default 127.0.0.1:2525)",
		.value = &w.listen},
	    {"public", .help = "allow an address that others can reach",
		.flag = &w.public},
	    {"maildir", "DIR", "keep what is accepted", .value = &w.o.maildir},
	    {"log", "FILE", "a line for each mail and recipient accepted",
		.value = &w.o.log},
	    {"count", "N", "end after N mails", .value = &w.count},
	    {"workers", "N", "threads (default 1)", .value = &w.workers},
	    {"tls", .help = "offer STARTTLS, with a certificate made for it",
		.flag = &w.o.tls},
	    {"smtps", .help = "TLS from the first byte instead",
		.flag = &w.o.implicit},
	    {"cert", "FILE", "a certificate of yours (PEM)",
		.value = &w.o.cert},
	    {"key", "FILE", "its key", .value = &w.o.key},
	    {"cert-out", "FILE",
		"write the certificate made there, to trust it",
		.value = &w.o.cert_out},
	};
	size_t n = 0;
	struct err e = {0};
	int words, rc;

	w = (struct words){0};
	provider_config_init(&w.o.config);
	while (options[n].name)
		n++;
	n += add_behaviours(&w, options + n);
	rc = cli_parse(c, &cmd_sink, options, n, argc, argv, 0, 0, &words);
	if (rc != 0)
		return rc < 0 ? 2 : 0;
	rc = check(&w);
	if (rc != 0)
		return rc;
	if (set_behaviours(&w, &e) < 0)
		return cli_fail(&cmd_sink, &e);
	return serve(c, &w.o);
}
