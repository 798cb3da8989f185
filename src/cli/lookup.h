/* lookup: the loop and the DNS of a command that asks, judges and ends.
 *
 *	if (cli_lookup_open(&l, zone, &e) < 0)
 *		return cli_fail(cmd, &e);
 *	start something that ends in cli_lookup_done(&l);
 *	cli_lookup_run(&l);
 *	cli_lookup_close(&l);
 */
#pragma once

#include "net/dns.h"

struct cli_lookup {
	struct loop *loop;
	struct dns *dns;
};

/* `zone`: the FILE of --zone, which then is all there is; NULL: the system's
 * resolver.  On failure there is nothing to close. */
int cli_lookup_open(struct cli_lookup *l, const char *zone, struct err *e);
void cli_lookup_close(struct cli_lookup *l);
/* Until cli_lookup_done() is called from within. */
void cli_lookup_run(struct cli_lookup *l);
void cli_lookup_done(struct cli_lookup *l);
