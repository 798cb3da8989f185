#include "cli/cli.h"
#include "cli/status_text.h"

#include <unistd.h>

extern const struct cli_command cmd_status;

static int show(struct cli *c, const char *dir, bool clear, struct err *e)
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
			rc = status_print_json(dir, &n, s) ? ERR_SYS : 0;
		else
			status_print_text(dir, &n, s);
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
	struct err e = {0};
	int words, rc = cli_parse(c, &cmd_status, options, ARRAY_SIZE(options),
		       argc, argv, 1, 1, &words);

	if (rc)
		return rc > 0 ? 0 : 2;
	for (;;) {
		rc = show(c, argv[0], watch && isatty(STDOUT_FILENO), &e);
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
    .help = "Counts every person of the audience in exactly one state, shows\n"
	    "the sites, and the first of those who were refused or are held.\n"
	    "`accepted` means: taken by the recipient's own mail server.\n"
	    "`handed` means: taken by the relay, nothing known beyond.\n"
	    "Neither means that anybody read it.\n",
    .run = run_status,
};
