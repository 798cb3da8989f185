#include "cli/cli.h"
#include "store/store.h"

extern const struct cli_command cmd_pause, cmd_resume;

static int set_paused(struct cli *c, const struct cli_command *cmd,
    const char *dir, struct str value)
{
	struct store *s;
	struct err e = {0};
	int rc = store_open(dir, STORE_READ, &s, &e);

	if (rc == ERR_NOENT)
		rc = err_set(&e, ERR_INPUT,
		    "%s has no audience yet: there is nothing to %s", dir,
		    cmd->name);
	if (rc < 0)
		return cli_fail(cmd, &e);
	store_close(s);
	rc = store_open(dir, STORE_WRITE, &s, &e);
	if (rc < 0)
		return cli_fail(cmd, &e);
	rc = store_control_set(s, "paused", value, &e);
	store_close(s);
	if (rc < 0)
		return cli_fail(cmd, &e);
	if (c->json)
		printf("{\"paused\":%s,\"running\":%s}\n",
		    value.n ? "true" : "false",
		    store_lease_held(dir) ? "true" : "false");
	else if (value.n)
		cli_say(c, "%s is paused: no new mail is begun%s", dir,
		    store_lease_held(dir) ? "; mails under way are finished"
					  : "");
	else if (store_lease_held(dir))
		cli_say(c, "%s goes on", dir);
	else
		cli_say(c, "%s is no longer paused; go on with: tocsin send %s",
		    dir, dir);
	return 0;
}

static int run(struct cli *c, const struct cli_command *cmd, int argc,
    char **argv, struct str value)
{
	int words,
	    rc = cli_parse(c, cmd, NULL, 0, argc, argv, 1, 1, &words);

	if (rc)
		return rc > 0 ? 0 : 2;
	return set_paused(c, cmd, argv[0], value);
}

static int run_pause(struct cli *c, int argc, char **argv)
{
	return run(c, &cmd_pause, argc, argv, S("*"));
}

static int run_resume(struct cli *c, int argc, char **argv)
{
	return run(c, &cmd_resume, argc, argv, S(""));
}

const struct cli_command cmd_pause = {
    .name = "pause",
    .args = "DIR",
    .summary = "no new mail is begun until resume",
    .help = "Works beside a running send (it stops within a second, mails\n"
	    "under way are finished) and is kept: a send started later\n"
	    "refuses until `tocsin resume DIR`.\n",
    .run = run_pause,
};

const struct cli_command cmd_resume = {
    .name = "resume",
    .args = "DIR",
    .summary = "lift a pause",
    .help = "A running send goes on by itself; otherwise run tocsin send.\n",
    .run = run_resume,
};
