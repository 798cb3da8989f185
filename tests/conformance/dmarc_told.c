#include "dmarc_told.h"

#include <stdio.h>
#include <stdlib.h>

static void on_dmarc(const struct dmarc_result *r, void *arg)
{
	struct dmarc_told *t = arg;

	t->verdict = dmarc_verdict_name(r->verdict);
	t->disposition = dmarc_policy_name(r->disposition);
	if (r->record && r->record->applies) {
		t->policy = dmarc_policy_name(r->policy);
		buf_add(&t->policy_domain, r->policy_domain);
	}
	t->spf_aligned = r->spf_aligned;
	t->dkim_aligned = r->dkim_aligned;
	t->exists = r->exists;
	buf_add(&t->author, r->author);
	buf_add(&t->organizational, r->organizational);
	buf_add(&t->reason, r->reason);
	for (size_t i = 0; i < r->asked_count; i++)
		buf_addf(&t->queries, "%s_dmarc.%.*s", i ? " " : "",
		    STR_ARG(r->asked[i]->name));
}

void dmarc_told_get(
    struct str zone, const struct dmarc_request *r, struct dmarc_told *t)
{
	struct loop *l = loop_sim_new(0);
	struct dmarc *d;
	struct dns *dns;
	struct err e = {0};

	*t = (struct dmarc_told){.author = BUF_INIT(KiB),
	    .organizational = BUF_INIT(KiB),
	    .policy_domain = BUF_INIT(KiB),
	    .reason = BUF_INIT(KiB),
	    .queries = BUF_INIT(64 * KiB)};
	if (dns_zone_new(l, zone, "zone", &dns, &e) < 0 ||
	    dmarc_start(dns, r, on_dmarc, t, &d, &e) < 0) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	loop_run(l);
	dns_free(dns);
	loop_free(l);
}

void dmarc_told_release(struct dmarc_told *t)
{
	buf_release(&t->author);
	buf_release(&t->organizational);
	buf_release(&t->policy_domain);
	buf_release(&t->reason);
	buf_release(&t->queries);
}
