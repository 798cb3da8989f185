#include "cli/status_text.h"
#include "notice/facts.h"

#include <unistd.h>

extern const struct cli_command cmd_status;

/* The roll of a large list takes seconds: with --watch it is made again only
 * when nobody has looked yet or something other than the states changed. */
struct looked {
	struct gate_view view;
	struct gate_audience audience;
	bool made;
};

/* What keeps it from being judged is told, and no failure of status. */
static void look(struct cli *c, const char *dir, struct looked *l)
{
	struct gate_audience now = {0};
	struct err e;

	gate_audience_look(dir, &now, &e);
	if (l->made && gate_audience_same(&now, &l->audience) &&
	    now.size > 64 * MiB)
		return;
	gate_view_release(&l->view);
	if (gate_look(dir, c->config, &l->view, &e) < 0) {
		l->view.gated |= !l->view.notice;
		l->view.why = e;
	}
	l->audience = now;
	l->made = true;
}

/* Larger audiences take too long to count for a look at the state. */
#define CENSUS_MAX 200000u

static int census(const struct cli *c, const char *dir, struct people *p,
    struct channel_census *ret, struct err *e)
{
	const struct duty_log none = {0};
	struct buf laws = BUF_INIT(8 * KiB);
	struct notice *n = NULL;
	struct law_pack *pack = NULL;
	struct law_facts f;
	int rc;

	buf_addf(&laws, "%s/laws", status_data_dir());
	if ((rc = notice_open_with(dir, c->config, &n, e)) == 0 &&
	    (rc = law_pack_load(buf_cstr(&laws), &pack, e)) == 0 &&
	    (rc = notice_law_facts(
		 n, clock_wall(&clock_system), &none, &f, NULL, e)) == 0)
		rc = channel_count(pack, &f, p, ret, e);
	law_pack_free(pack);
	notice_free(n);
	buf_release(&laws);
	return rc;
}

/* False: too many, or settings or laws that can not be read; the state of the
 * send does not depend on them. */
static bool count_channels(
    const struct cli *c, const char *dir, struct channel_census *ret)
{
	struct people *p = NULL;
	struct err e;
	bool good = people_open(dir, &p, &e) == 0 &&
		    people_count(p) <= CENSUS_MAX &&
		    census(c, dir, p, ret, &e) == 0;

	people_close(p);
	return good;
}

static int show(struct cli *c, const char *dir,
    const struct channel_census *legal, bool clear, struct looked *l,
    struct err *e)
{
	struct store_counts n;
	struct store *s;
	int rc = store_open(dir, STORE_READ, &s, e);

	if (rc == ERR_NOENT)
		return err_set(e, ERR_INPUT,
		    "%s has no audience yet; run: tocsin import %s FILE.csv",
		    dir, dir);
	if (rc < 0)
		return rc;
	rc = store_count(s, &n, e);
	if (rc >= 0) {
		look(c, dir, l);
		if (clear)
			fputs("\033[H\033[J", stdout);
		if (c->json)
			rc = status_print_json(dir, &n, s, &l->view, legal)
				 ? ERR_SYS
				 : 0;
		else
			status_print_text(dir, &n, s, &l->view, legal);
		fflush(stdout);
	}
	store_close(s);
	return rc;
}

static int run_status(struct cli *c, int argc, char **argv)
{
	bool watch = false;
	const struct cli_option options[] = {
	    {"watch", NULL, "again every second until it is done",
		.flag = &watch},
	};
	struct channel_census legal;
	struct looked l = {0};
	struct err e = {0};
	bool counted;
	int words, rc = cli_parse(c, &cmd_status, options, ARRAY_SIZE(options),
		       argc, argv, 1, 1, &words);

	if (rc)
		return rc > 0 ? 0 : 2;
	counted = count_channels(c, argv[0], &legal);
	do {
		if (l.made)
			sleep(1);
		rc = show(c, argv[0], counted ? &legal : NULL,
		    watch && isatty(STDOUT_FILENO), &l, &e);
	} while (rc >= 0 && watch && store_lease_held(argv[0]));
	gate_view_release(&l.view);
	return rc < 0 ? cli_fail(&cmd_status, &e) : 0;
}

const struct cli_command cmd_status = {
    .name = "status",
    .args = "DIR [--watch]",
    .summary = "Where everyone stands, counted from the rows.",
    .help =
	"Counts every person of the audience in exactly one state, shows\n"
	"the sites, and the first of those who were refused or are held.\n"
	"`accepted` means: taken by the recipient's own mail server.\n"
	"`handed` means: taken by the relay, nothing known beyond.\n"
	"Neither means that anybody read it.\n"
	"Says who has yet to approve, and what changed since they did.\n"
	"\n"
	"Up to 200,000 people it also says over which channel the legal\n"
	"notice goes (the list's legal_channel, else the laws), and how many\n"
	"mails are only a courtesy beside a letter.\n",
    .run = run_status,
};
