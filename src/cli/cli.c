#include "cli/cli.h"

#include <unistd.h>

static const char *const common_help =
    "  --json             machine-readable output on stdout\n"
    "  --quiet            no chatter on stderr\n"
    "  --config FILE      settings file instead of DIR/notice.ini\n"
    "  --help             this text\n";

static void print_help(
    const struct cli_command *cmd, const struct cli_option *o, size_t count)
{
	printf("tocsin %s %s\n\n%s\n", cmd->name, cmd->args, cmd->summary);
	if (cmd->help)
		printf("\n%s", cmd->help);
	printf("\nOptions:\n");
	for (size_t i = 0; i < count; i++) {
		char head[64];
		const char *dash = o[i].name[1] ? "--" : "-";

		snprintf(head, sizeof(head), "%s%s%s%s", dash, o[i].name,
		    o[i].arg ? " " : "", o[i].arg ? o[i].arg : "");
		printf("  %-18s %s\n", head, o[i].help);
	}
	fputs(common_help, stdout);
}

int cli_usage(const struct cli_command *cmd, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "tocsin %s: ", cmd->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr,
	    "\nusage: tocsin %s %s   (tocsin %s --help says more)\n", cmd->name,
	    cmd->args, cmd->name);
	return 2;
}

int cli_fail(const struct cli_command *cmd, const struct err *e)
{
	fprintf(stderr, "tocsin %s: %s\n", cmd->name, e->msg);
	return err_exit_status(e->code);
}

static int take_value(
    const struct cli_command *cmd, const struct cli_option *o, const char *v)
{
	if (o->many) {
		if (*o->many_count == o->many_max) {
			cli_usage(cmd, "--%s is given too often", o->name);
			return -1;
		}
		o->many[(*o->many_count)++] = v;
		return 0;
	}
	if (*o->value) {
		cli_usage(cmd, "--%s is given twice", o->name);
		return -1;
	}
	*o->value = v;
	return 0;
}

static bool names(const struct cli_option *o, struct str name, bool one_dash)
{
	return str_eq(name, str_of(o->name)) && one_dash == !o->name[1];
}

/* One option at argv[*i]; moves *i over its value. */
static int parse_option(struct cli *c, const struct cli_command *cmd,
    const struct cli_option *all, size_t count, int argc, char **argv, int *i)
{
	struct cli_option config = {
	    .name = "config", .arg = "FILE", .value = &c->config};
	const struct cli_option *o = NULL;
	bool one_dash = argv[*i][1] != '-';
	struct str name = str_of(argv[*i] + (one_dash ? 1 : 2));
	struct str value = STR_NONE;

	if (str_chr(name, '=') >= 0) {
		value = name;
		name = str_cut(&value, '=');
	}
	if (str_eq(name, S("json")) || str_eq(name, S("quiet"))) {
		*(name.p[0] == 'j' ? &c->json : &c->quiet) = true;
		return 0;
	}
	if (str_eq(name, S("config")))
		o = &config;
	for (size_t k = 0; k < count && !o; k++)
		if (names(&all[k], name, one_dash))
			o = &all[k];
	if (!o) {
		cli_usage(cmd, "there is no option %s", argv[*i]);
		return -1;
	}
	if (!o->arg) {
		if (value.p) {
			cli_usage(cmd, "--%s takes no value", o->name);
			return -1;
		}
		*o->flag = true;
		return 0;
	}
	if (value.p)
		return take_value(cmd, o, value.p);
	if (*i + 1 >= argc) {
		cli_usage(cmd, "--%s wants %s", o->name, o->arg);
		return -1;
	}
	return take_value(cmd, o, argv[++*i]);
}

int cli_parse(struct cli *c, const struct cli_command *cmd,
    const struct cli_option *options, size_t count, int argc, char **argv,
    int min, int max, int *ret_words)
{
	int words = 0;
	bool only_words = false;

	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0) {
			print_help(cmd, options, count);
			return 1;
		} else if (strcmp(argv[i], "--") == 0) {
			break;
		}
	for (int i = 0; i < argc; i++) {
		if (only_words || argv[i][0] != '-' || !argv[i][1]) {
			argv[words++] = argv[i];
		} else if (strcmp(argv[i], "--") == 0) {
			only_words = true;
		} else if (parse_option(
			       c, cmd, options, count, argc, argv, &i) < 0) {
			return -1;
		}
	}
	if (words < min || (max >= 0 && words > max)) {
		cli_usage(cmd,
		    words < min ? "something is missing" : "too many words");
		return -1;
	}
	*ret_words = words;
	return 0;
}

void cli_say(const struct cli *c, const char *fmt, ...)
{
	va_list ap;

	if (c->quiet)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

int cli_print(struct buf *b)
{
	bool bad =
	    b->over || fwrite(b->p ? b->p : "", 1, b->len, stdout) != b->len;

	bad |= fputc('\n', stdout) == EOF;
	bad |= fflush(stdout) != 0;
	if (bad)
		fprintf(stderr, "tocsin: could not write the output\n");
	return bad ? 3 : 0;
}

/* Where the action's word stands; --json and its like may come before. */
static int find_word(int argc, char **argv)
{
	int i = 0;

	while (i < argc && argv[i][0] == '-')
		i += strcmp(argv[i], "--config") == 0 ? 2 : 1;
	return i;
}

int cli_run_action(struct cli *c, const struct cli_command *cmd,
    const struct cli_command *const *actions, size_t count, int argc,
    char **argv)
{
	int words = 0, at = find_word(argc, argv);
	size_t skip = strlen(cmd->name) + 1;

	for (size_t i = 0; i < count && at < argc; i++) {
		if (strcmp(argv[at], actions[i]->name + skip) != 0)
			continue;
		memmove(argv + at, argv + at + 1,
		    (size_t)(argc - at - 1) * sizeof(*argv));
		return actions[i]->run(c, argc - 1, argv);
	}
	if (at < argc)
		return cli_usage(
		    cmd, "there is no '%s %s'", cmd->name, argv[at]);
	if (cli_parse(c, cmd, NULL, 0, argc, argv, 1, 1, &words) > 0)
		return 0;
	return 2;
}

const char *cli_number(uint64_t v, char tmp[CLI_NUMBER])
{
	size_t at = CLI_NUMBER - 1;
	int digits = 0;

	tmp[at] = '\0';
	do {
		if (digits && digits % 3 == 0)
			tmp[--at] = ',';
		tmp[--at] = (char)('0' + v % 10);
		v /= 10;
		digits++;
	} while (v);
	return tmp + at;
}
