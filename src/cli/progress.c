#include "base/clock.h"
#include "cli/cli.h"

#include <unistd.h>

static usec_t now(void)
{
	return clock_steady(&clock_system);
}

void cli_progress_start(struct cli_progress *p, const struct cli *c,
    const char *what, const char *unit, uint64_t done, uint64_t total)
{
	*p = (struct cli_progress){.cli = c,
	    .what = what,
	    .unit = unit,
	    .total = total,
	    .first = done,
	    .started = now()};
	p->drawn = p->started;
}

static void left_text(char tmp[32], double seconds)
{
	unsigned long s = seconds < 1e9 ? (unsigned long)(seconds + 0.5) : 0;

	if (s >= 86400)
		snprintf(
		    tmp, 32, "%lu d %lu h left", s / 86400, s % 86400 / 3600);
	else if (s >= 3600)
		snprintf(
		    tmp, 32, "%lu h %lu min left", s / 3600, s % 3600 / 60);
	else
		snprintf(tmp, 32, "%lu:%02lu left", s / 60, s % 60);
}

static void draw(
    struct cli_progress *p, uint64_t done, const char *note, bool last)
{
	char a[CLI_NUMBER], b[CLI_NUMBER], r[CLI_NUMBER], left[32] = "";
	double secs = (double)(now() - p->started) / 1e6;
	double rate = secs > 0.05 ? (double)(done - p->first) / secs : 0;
	char bar[25];
	unsigned fill = 0;

	if (p->total)
		fill = (unsigned)((double)done / (double)p->total * 24 + 0.001);
	for (unsigned i = 0; i < 24; i++)
		bar[i] = i < fill ? '#' : '.';
	bar[24] = '\0';
	if (p->total && rate > 0 && done < p->total)
		left_text(left, (double)(p->total - done) / rate);
	if (p->cli->tty)
		fprintf(stderr, "\r\033[K%s [%s] ", p->what, bar);
	else
		fprintf(stderr, "%s: ", p->what);
	fprintf(stderr, "%s", cli_number(done, a));
	if (p->total)
		fprintf(stderr, " of %s", cli_number(p->total, b));
	fprintf(stderr, " %s, %s/s%s%s%s%s", p->unit,
	    cli_number((uint64_t)(rate + 0.5), r), *left ? ", " : "", left,
	    note && *note ? ", " : "", note ? note : "");
	if (!p->cli->tty || last)
		fputc('\n', stderr);
	fflush(stderr);
}

void cli_progress_at(struct cli_progress *p, uint64_t done, const char *note)
{
	usec_t every = p->cli->tty ? USEC_PER_SEC / 5 : 10 * USEC_PER_SEC;

	if (p->cli->quiet || now() - p->drawn < every)
		return;
	p->drawn = now();
	draw(p, done, note, false);
}

void cli_progress_end(struct cli_progress *p, uint64_t done, const char *note)
{
	if (!p->cli->quiet)
		draw(p, done, note, true);
}
