#include "cli/lookup.h"

int cli_lookup_open(struct cli_lookup *l, const char *zone, struct err *e)
{
	int rc;

	l->dns = NULL;
	l->loop = loop_event_new(e);
	if (!l->loop)
		return e->code;
	if (zone)
		rc = dns_zone_load(l->loop, zone, &l->dns, e);
	else
		rc = dns_unbound_new(l->loop, STR_NONE, NULL, &l->dns, e);
	if (rc < 0)
		cli_lookup_close(l);
	return rc;
}

void cli_lookup_close(struct cli_lookup *l)
{
	dns_free(l->dns);
	loop_free(l->loop);
	l->dns = NULL;
	l->loop = NULL;
}

void cli_lookup_run(struct cli_lookup *l)
{
	loop_run(l->loop);
}

void cli_lookup_done(struct cli_lookup *l)
{
	loop_stop(l->loop);
}
