#include "cli/folder.h"
#include "cli/status_text.h"
#include "notice/facts.h"

#include <unistd.h>

extern const struct cli_command cmd_status;

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
	if ((rc = folder_open(c, dir, &n, e)) == 0 &&
	    (rc = law_pack_load(buf_cstr(&laws), &pack, e)) == 0 &&
	    (rc = notice_law_facts(
		 n, clock_wall(&clock_system), &none, &f, e)) == 0)
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
    const struct channel_census *legal, bool clear, struct err *e)
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
		if (clear)
			fputs("\033[H\033[J", stdout);
		if (c->json)
			rc = status_print_json(dir, &n, s, legal) ? ERR_SYS : 0;
		else
			status_print_text(dir, &n, s, legal);
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
	struct err e = {0};
	bool counted;
	int words, rc = cli_parse(c, &cmd_status, options, ARRAY_SIZE(options),
		       argc, argv, 1, 1, &words);

	if (rc)
		return rc > 0 ? 0 : 2;
	counted = count_channels(c, argv[0], &legal);
	for (;;) {
		rc = show(c, argv[0], counted ? &legal : NULL,
		    watch && isatty(STDOUT_FILENO), &e);
		if (rc < 0)
			return cli_fail(&cmd_status, &e);
		if (!watch || !store_lease_held(argv[0]))
			return 0;
		sleep(1);
	}
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
	"\n"
	"Up to 200,000 people it also says over which channel the legal\n"
	"notice goes (the list's legal_channel, else the laws), and how many\n"
	"mails are only a courtesy beside a letter.\n",
    .run = run_status,
};
