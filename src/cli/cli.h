/* cli: what every command shares: words, options, help, output, exit status.
 *
 * One file a command: cmd_NAME.c defines `const struct cli_command cmd_NAME`,
 * and main.c lists it.  Exit statuses are those of the design, section 6:
 * a command returns err_exit_status() of what happened, or 1 for a definite no.
 * Results go to stdout, all else to stderr; with --json stdout holds JSON only.
 */
#pragma once

#include "base/buf.h"
#include "base/json.h"

struct cli {
	bool json, quiet;
	const char *config; /* --config FILE or NULL */
	bool tty;           /* stderr is a terminal: progress bars */
};

struct cli_option {
	const char *name; /* "relay"; a one-letter name is -x too */
	const char *arg;  /* "HOST:PORT", NULL: a switch */
	const char *help;
	const char *
	    *value; /* arg given: set; given twice: refused unless many */
	bool *flag;
	/* options that may be given several times */
	const char **many;
	size_t *many_count;
	size_t many_max;
};

struct cli_command {
	const char *name;
	const char *args;    /* "DIR FILE.csv" */
	const char *summary; /* one line */
	const char *help;    /* what it does, examples, exit statuses */
	/* argv[0] is the first word after the command's name */
	int (*run)(struct cli *c, int argc, char **argv);
};

/* Parses options out of argv (they may stand anywhere; "--" ends them); the
 * plain words are left at argv[0..ret_words).  `--json`, `--quiet`,
 * `--config` are known everywhere; `--help` prints the command's help with its
 * options and returns 1 (the command returns 0 then).  Words must number
 * between min and max (max < 0: any).  Negative: usage error, already
 * printed; return 2. */
int cli_parse(struct cli *c, const struct cli_command *cmd,
    const struct cli_option *options, size_t count, int argc, char **argv,
    int min, int max, int *ret_words);

/* For a command of several words, "dkim verify": runs the action that argv
 * names (options may come before its word), else says what there is. */
int cli_run_action(struct cli *c, const struct cli_command *cmd,
    const struct cli_command *const *actions, size_t count, int argc,
    char **argv);

/* Prints "tocsin COMMAND: message" to stderr and returns the exit status. */
int cli_fail(const struct cli_command *cmd, const struct err *e);
int cli_usage(const struct cli_command *cmd, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Chatter to stderr unless --quiet. */
void cli_say(const struct cli *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Writes `b` and a newline to stdout; ERR_SYS status if it can not. */
int cli_print(struct buf *b);
/* 1234567 -> "1,234,567" */
#define CLI_NUMBER 32
const char *cli_number(uint64_t v, char tmp[CLI_NUMBER]);

/* ---- progress: a bar with rate and time left on a terminal, a plain line
 * every 10 s when piped, nothing with --quiet. */
struct cli_progress {
	const struct cli *cli;
	const char *what;       /* "sending" */
	const char *unit;       /* "recipients", "rows", "MB" */
	uint64_t total;         /* 0: unknown */
	int64_t started, drawn; /* steady usec */
	uint64_t first;         /* done at the start (resumed) */
};
void cli_progress_start(struct cli_progress *p, const struct cli *c,
    const char *what, const char *unit, uint64_t done, uint64_t total);
/* Call as often as you like: it draws at most 5 times a second. `note`: a few
 * words behind the bar ("12 deferred"), may be NULL. */
void cli_progress_at(struct cli_progress *p, uint64_t done, const char *note);
void cli_progress_end(struct cli_progress *p, uint64_t done, const char *note);
