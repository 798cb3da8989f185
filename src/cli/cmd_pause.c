#include "cli/cli.h"
#include "store/store.h"

extern const struct cli_command cmd_pause, cmd_resume;

/* The control row holds "*", or the paused sites, a line each. */
static void change(
    struct str before, struct str site, bool pause, struct buf *after)
{
	struct str rest = before;

	if (!site.n) {
		buf_add(after, pause ? S("*") : S(""));
		return;
	}
	while (rest.p && rest.n) {
		struct str one = str_cut(&rest, '\n');

		if (!one.n || str_ieq(one, site))
			continue;
		buf_add(after, one);
		buf_addc(after, '\n');
	}
	if (pause) {
		buf_add(after, site);
		buf_addc(after, '\n');
	}
}

static int write_row(const struct cli_command *cmd, const char *dir,
    struct str site, bool pause, struct err *e)
{
	struct buf before = BUF_INIT(64 * KiB), after = BUF_INIT(64 * KiB);
	struct store *s;
	int rc = store_open(dir, STORE_READ, &s, e);

	if (rc == ERR_NOENT)
		return err_set(e, ERR_INPUT,
		    "%s has no audience yet: there is nothing to %s", dir,
		    cmd->name);
	if (rc < 0)
		return rc;
	store_close(s);
	if ((rc = store_open(dir, STORE_WRITE, &s, e)) < 0)
		return rc;
	rc = store_control_get(s, "paused", &before, e);
	if (rc >= 0 && site.n && str_eq(buf_str(&before), S("*")))
		rc = err_set(e, ERR_REFUSED,
		    "everything is paused; 'tocsin resume %s' lifts that "
		    "first",
		    dir);
	if (rc >= 0) {
		change(buf_str(&before), site, pause, &after);
		rc = after.over
			 ? err_set(e, ERR_LIMIT, "too many sites are paused")
			 : store_control_set(s, "paused", buf_str(&after), e);
	}
	store_close(s);
	buf_release(&before);
	buf_release(&after);
	return rc;
}

static void say(struct cli *c, const char *dir, const char *site, bool pause)
{
	bool running = store_lease_held(dir);

	if (c->json)
		printf("{\"paused\":%s,\"running\":%s}\n",
		    pause ? "true" : "false", running ? "true" : "false");
	else if (pause)
		cli_say(c, "%s%s%s is paused: no new mail is begun%s", dir,
		    site ? ": " : "", site ? site : "",
		    running ? "; mails under way are finished" : "");
	else if (running)
		cli_say(c, "%s%s%s goes on", dir, site ? ": " : "",
		    site ? site : "");
	else
		cli_say(c, "%s is no longer paused; go on with: tocsin send %s",
		    site ? site : dir, dir);
}

static int run(struct cli *c, const struct cli_command *cmd, int argc,
    char **argv, bool pause)
{
	const char *site = NULL;
	const struct cli_option options[] = {
	    {"site", "NAME", "this site only, as status shows it",
		.value = &site},
	};
	struct err e = {0};
	int words, rc = cli_parse(c, cmd, options, ARRAY_SIZE(options), argc,
		       argv, 1, 1, &words);

	if (rc)
		return rc > 0 ? 0 : 2;
	if (site && !*site)
		return cli_usage(cmd, "--site wants a name");
	if (write_row(cmd, argv[0], str_of(site), pause, &e) < 0)
		return cli_fail(cmd, &e);
	say(c, argv[0], site, pause);
	return 0;
}

static int run_pause(struct cli *c, int argc, char **argv)
{
	return run(c, &cmd_pause, argc, argv, true);
}

static int run_resume(struct cli *c, int argc, char **argv)
{
	return run(c, &cmd_resume, argc, argv, false);
}

const struct cli_command cmd_pause = {
    .name = "pause",
    .args = "DIR [--site NAME]",
    .summary = "Begin no new mail until resume.",
    .help = "Works beside a running send (it stops within a second, mails\n"
	    "under way are finished) and is kept: a send started later\n"
	    "refuses until `tocsin resume DIR`. With --site only mail to that\n"
	    "site waits; the others go on.\n",
    .run = run_pause,
};

const struct cli_command cmd_resume = {
    .name = "resume",
    .args = "DIR [--site NAME]",
    .summary = "Lift a pause.",
    .help = "A running send goes on by itself; otherwise run tocsin send.\n",
    .run = run_resume,
};
