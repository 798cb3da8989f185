#include "cli/cli.h"
#include "cli/gate.h"
#include "cli/status_text.h"
#include "deliver/mailing.h"

#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

extern const struct cli_command cmd_send;

static atomic_int interrupts;

static void on_signal(int sig)
{
	(void)sig;
	atomic_fetch_add(&interrupts, 1);
}

static void catch_signals(void)
{
	struct sigaction sa = {.sa_handler = on_signal};

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

static void say_intro(
    struct cli *c, const char *dir, const struct mailing_intro *i)
{
	char a[CLI_NUMBER], b[CLI_NUMBER];
	uint64_t pending = i->counts.by_status[PERSON_PENDING] +
			   i->counts.by_status[PERSON_DEFERRED] +
			   i->counts.by_status[PERSON_UNCERTAIN];

	cli_say(c, "%s: %s people, %s to send to%s%s%s", dir,
	    cli_number(i->counts.audience, a), cli_number(pending, b),
	    i->through_relay ? " through " : ", direct to their mail servers",
	    i->through_relay ? i->relay : "",
	    i->gated ? "" : "; ungated: no approval is asked");
	if (i->lease.uncertain)
		cli_say(c,
		    "the last send was cut off: %s mails may or may not have "
		    "arrived; they are sent again first, with the same "
		    "Message-ID, and counted as resent",
		    cli_number(i->lease.uncertain, a));
	for (size_t k = 0; k < i->warning_count; k++)
		cli_say(c, "warning: %s", i->warnings[k]);
}

/* Final states so far: what the bar counts. */
static uint64_t count_final(const struct store_counts *n)
{
	uint64_t sum = 0;

	for (int s = 0; s < PERSON_STATUS_COUNT; s++)
		if (outcome_is_final((enum person_status)s))
			sum += n->by_status[s];
	return sum;
}

static void watch(
    struct cli *c, struct mailing *m, const struct store_counts *at_start)
{
	uint64_t first = count_final(at_start);
	struct cli_progress p;
	struct mailing_figures f;
	char note[120];
	int seen = 0;

	cli_progress_start(
	    &p, c, "sending", "people", first, at_start->audience);
	while (mailing_running(m)) {
		int n = atomic_load(&interrupts);

		for (; seen < n && seen < 2; seen++) {
			mailing_stop(m);
			cli_say(c, "%s",
			    seen == 0
				? "\nstopping: waiting for replies to what "
				  "was sent (Ctrl-C again: do not wait)"
				: "\nstopping at once: mails without a reply "
				  "stay uncertain");
		}
		mailing_figures(m, &f);
		snprintf(note, sizeof(note), "%s%u under way, %llu deferred",
		    f.paused ? "PAUSED, " : "", f.busy,
		    (unsigned long long)f.deferred);
		cli_progress_at(&p, first + f.final, note);
		usleep(20000);
	}
	mailing_figures(m, &f);
	snprintf(
	    note, sizeof(note), "%llu resent", (unsigned long long)f.resent);
	cli_progress_end(&p, first + f.final, note);
}

/* 0: everyone is where they can be; 1: some failed for good or are held.  A
 * send that ended by itself leaves only those uncertain whom it holds. */
static int verdict(const struct store_counts *n,
    const struct mailing_waiting *w, uint64_t from_the_start, bool stopped)
{
	static const enum person_status bad[] = {PERSON_REJECTED,
	    PERSON_BOUNCED, PERSON_EXPIRED, PERSON_HELD, PERSON_UNCERTAIN};

	if (n->by_status[PERSON_PENDING] > w->by_status[PERSON_PENDING] ||
	    n->by_status[PERSON_DEFERRED] > w->by_status[PERSON_DEFERRED] ||
	    n->by_status[PERSON_SENDING] ||
	    (stopped && n->by_status[PERSON_UNCERTAIN]))
		return 3;
	if (w->people)
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (n->by_status[bad[i]])
			return 1;
	return n->by_status[PERSON_OTHER_CHANNEL] > from_the_start;
}

/* Whom the gate kept back, tranche by tranche. */
static void say_waiting(
    const struct cli *c, const struct gate *g, const struct mailing_waiting *w)
{
	char number[CLI_NUMBER], name[GATE_NAME];

	for (size_t i = 0; w->people && i < g->closeds; i++)
		if (w->tranche[i])
			cli_say(c, "%s people of %s await approval",
			    cli_number(w->tranche[i], number),
			    gate_tranche_name(g->closed[i], name));
}

static int finish(struct cli *c, const char *dir, struct mailing *m, int rc,
    uint64_t from_the_start, struct gate_view *gate, struct err *e)
{
	struct mailing_waiting w = {0};
	struct store_counts n;
	struct err e2 = {0};
	int status;

	if (mailing_counts(m, &n, &e2) < 0 || mailing_waiting(m, &w, &e2) < 0) {
		cli_fail(&cmd_send, rc < 0 ? e : &e2);
		return 3;
	}
	status = rc < 0 ? err_exit_status(rc)
			: verdict(&n, &w, from_the_start,
			      atomic_load(&interrupts) > 0);
	if (rc < 0)
		cli_fail(&cmd_send, e);
	say_waiting(c, &gate->gate, &w);
	if (c->json)
		status_print_json(dir, &n, NULL, gate, NULL);
	else if (!c->quiet)
		status_print_text(dir, &n, NULL, gate, NULL);
	return status;
}

/* Journal figures for `make bench`, on stderr. */
static void print_figures(const struct mailing *m)
{
	struct journal_figures f = mailing_journal(m);

	fprintf(stderr,
	    "figures {\"commits\":%llu,\"intent_commits\":%llu,"
	    "\"intents\":%llu,\"outcomes\":%llu,\"largest_batch\":%llu,"
	    "\"journal_us\":%lld}\n",
	    (unsigned long long)f.commits, (unsigned long long)f.intent_commits,
	    (unsigned long long)f.intents, (unsigned long long)f.outcomes,
	    (unsigned long long)f.largest_batch, (long long)f.cpu);
}

/* Everything is ready and may go: sends, and tells what came of it. */
static int send_now(struct cli *c, const char *dir, struct mailing *m,
    const struct mailing_intro *intro, struct gate_view *gate)
{
	struct mailing_figures f = {0};
	struct err e = {0};
	int rc;

	say_intro(c, dir, intro);
	catch_signals();
	rc = mailing_start(m, &e);
	if (rc >= 0) {
		watch(c, m, &intro->counts);
		mailing_figures(m, &f);
		rc = mailing_join(m, &e);
	}
	rc = finish(c, dir, m, rc,
	    intro->counts.by_status[PERSON_OTHER_CHANNEL] + f.routed, gate, &e);
	if (getenv("TOCSIN_FIGURES"))
		print_figures(m);
	return rc;
}

/* A gate that is shut is a definite no: how things stand is told all the same.
 */
static int refuse(
    struct cli *c, const char *dir, const struct gate_view *gate, struct err *e)
{
	struct store_counts n;
	struct store *s;
	struct err e2;
	int status = cli_fail(&cmd_send, e);

	if (!c->json || e->code != ERR_REFUSED ||
	    store_open(dir, STORE_READ, &s, &e2) < 0)
		return status;
	if (store_count(s, &n, &e2) >= 0)
		status_print_json(dir, &n, s, gate, NULL);
	store_close(s);
	return status;
}

static int send_all(struct cli *c, const char *dir, struct mailing_options *o)
{
	struct mailing_intro intro;
	struct mailing *m = NULL;
	struct check_options check = {.dir = dir,
	    .config = c->config,
	    .data_dir = o->data_dir,
	    .relay = o->relay,
	    .zone = o->zone,
	    .now = clock_wall(&clock_system)};
	struct gate_view gate;
	struct err e = {0};
	int rc = gate_look(dir, c->config, &gate, &e);

	if (rc >= 0 && gate.gated) {
		cli_say(
		    c, "%s: checking once more before anything is sent", dir);
		gate_say_several(c, &gate);
		rc = ask_gate(&gate, &check, &e);
		o->gate = &gate.gate;
	}
	if (rc >= 0)
		rc = mailing_prepare(dir, c->config, o, &m, &intro, &e);
	if (rc < 0)
		rc = refuse(c, dir, &gate, &e);
	else
		rc = send_now(c, dir, m, &intro, &gate);
	mailing_free(m);
	gate_view_release(&gate);
	return rc;
}

static int run_send(struct cli *c, int argc, char **argv)
{
	const char *workers = NULL;
	struct mailing_options o = {.data_dir = status_data_dir()};
	const struct cli_option options[] = {
	    {"relay", "HOST:PORT",
		"hand everything to this server "
		"(over [send] relay)",
		.value = &o.relay},
	    {"workers", "N", "threads (default: one a processor)",
		.value = &workers},
	    {"zone", "FILE", "answer DNS from this file and nothing else",
		.value = &o.zone},
	    {"take-over", NULL, "go on in a copied or restored folder",
		.flag = &o.take_over},
	};
	uint64_t n = 0;
	int words, rc = cli_parse(c, &cmd_send, options, ARRAY_SIZE(options),
		       argc, argv, 1, 1, &words);

	if (rc)
		return rc > 0 ? 0 : 2;
	if (workers && (!str_to_u64(str_of(workers), 64, &n) || !n))
		return cli_usage(&cmd_send, "--workers takes 1 to 64");
	o.workers = (unsigned)n;
	return send_all(c, argv[0], &o);
}

const struct cli_command cmd_send = {
    .name = "send",
    .args = "DIR [--relay HOST:PORT] [--workers N] [--take-over]",
    .summary = "Send the notice; resumes by itself, Ctrl-C stops cleanly.",
    .help =
	"Sends each person of the audience their mail: direct to the mail\n"
	"servers of their domain, or through a relay. Nobody is lost and\n"
	"nobody is sent to twice unsaid: the intent to send is on disk before\n"
	"the last byte of a mail leaves. Run it again after any interruption:\n"
	"it goes on where it was. 4xx replies are tried again with growing\n"
	"pauses ([send] retry_for, 72 h); 5xx are not.\n"
	"\n"
	"  tocsin send breach-2026\n"
	"  tocsin send breach-2026 --relay mail.example.com:587\n"
	"  tocsin pause breach-2026       from another terminal\n"
	"\n"
	"A notice that names roles under [approval] is sent only to the people\n"
	"whose list, text and settings they all approved (tocsin approve).\n"
	"There, people whose mailbox bounced before, and role addresses such\n"
	"as info@, are owed another channel, and those who called our mail\n"
	"spam come last.\n"
	"\n"
	"Exit: 0 everyone accepted, handed to the relay, or owed another\n"
	"channel from the start; 1 some refused for good, expired or held\n"
	"(tocsin status says who), or not approved; 2 settings, text or key to be mended,\n"
	"nothing sent; 3 relay or network not reached, or stopped with people\n"
	"pending: run it again.\n",
    .run = run_send,
};
