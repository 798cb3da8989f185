/* main: finds the command and runs it. */
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/commands.h"

#include <signal.h>
#include <unistd.h>

static void print_overview(FILE *f)
{
	fputs("tocsin: mandated notices, sent so that they arrive, with proof\n"
	      "\n"
	      "  tocsin COMMAND ...       (tocsin COMMAND --help says more)\n"
	      "\n",
	    f);
	for (size_t i = 0; cli_commands[i]; i++)
		fprintf(f, "  %-9s %s\n", cli_commands[i]->name,
		    cli_commands[i]->summary);
	fputs("\n"
	      "A first mailing, with nothing leaving this machine:\n"
	      "  tocsin new breach-2026 --kind breach\n"
	      "  $EDITOR breach-2026/notice.ini breach-2026/message.md\n"
	      "                       (roles left empty: nobody need approve)\n"
	      "  tocsin import breach-2026 people.csv\n"
	      "  tocsin preview breach-2026\n"
	      "  tocsin sink --listen 127.0.0.1:2525 &\n"
	      "  tocsin send breach-2026 --relay 127.0.0.1:2525\n"
	      "  tocsin status breach-2026\n"
	      "\n"
	      "Everywhere: --json, --quiet, --config FILE, --help.\n"
	      "Exit: 0 yes; 1 a definite no; 2 bad usage or input, nothing\n"
	      "changed; 3 network, disk, database or lease: safe to retry.\n",
	    f);
}

/* --json and the like may stand before the command too. */
static int skip_common(struct cli *c, int argc, char **argv)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--json") == 0)
			c->json = true;
		else if (strcmp(argv[i], "--quiet") == 0)
			c->quiet = true;
		else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			c->config = argv[++i];
		else
			break;
	}
	return i;
}

int main(int argc, char **argv)
{
	struct cli c = {.tty = isatty(STDERR_FILENO)};
	int i = skip_common(&c, argc, argv);

	mem_abort_at_failure();
	signal(SIGPIPE, SIG_IGN);
	if (i >= argc) {
		print_overview(stderr);
		return 2;
	}
	if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "help") == 0) {
		print_overview(stdout);
		return 0;
	}
	if (strcmp(argv[i], "--version") == 0) {
		puts("tocsin " TOCSIN_VERSION);
		return 0;
	}
	for (size_t k = 0; cli_commands[k]; k++)
		if (strcmp(argv[i], cli_commands[k]->name) == 0)
			return cli_commands[k]->run(
			    &c, argc - i - 1, argv + i + 1);
	fprintf(stderr,
	    "tocsin: there is no command '%s'; 'tocsin --help' "
	    "lists them\n",
	    argv[i]);
	return 2;
}
