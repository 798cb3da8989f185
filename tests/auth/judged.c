#include "judged.h"

static void copy(char *to, size_t size, struct str s)
{
	snprintf(to, size, "%.*s", STR_ARG(s));
}

void judged_on_verdict(const struct spf_verdict *v, void *arg)
{
	struct judged *j = arg;

	j->done++;
	j->queries = v->queries;
	j->explained = v->explained;
	j->at = loop_now(j->loop);
	snprintf(j->line, sizeof(j->line), "%s %.*s %u/%u",
	    spf_result_name(v->result),
	    STR_ARG(v->mechanism.n ? v->mechanism : S("-")), v->lookups,
	    v->void_lookups);
	copy(j->reason, sizeof(j->reason), v->reason);
	copy(j->explanation, sizeof(j->explanation), v->explanation);
	copy(j->domain, sizeof(j->domain), v->domain);
	copy(j->record, sizeof(j->record), v->record);
	t_true(v->queries <= LIMIT_SPF_QUERIES);
	t_true(v->lookups <= LIMIT_SPF_TERMS);
	t_true(v->reason.n > 0);
	t_true((v->result == SPF_FAIL) == (v->explanation.n > 0));
}

struct judged judged(
    struct str zone, const char *ip, struct str helo, struct str from)
{
	struct judged j = {.loop = loop_sim_new(0)};
	struct spf_request r = {.helo = helo,
	    .mail_from = from,
	    .receiver = S("mx.here.example"),
	    .now = 7 * USEC_PER_SEC};
	struct err e = {0};
	struct dns *d;

	t_true(endpoint_parse_ip(str_of(ip), 0, &r.ip));
	t_ok(dns_zone_new(j.loop, zone, "z", &d, &e), &e);
	spf_start(j.loop, d, &r, judged_on_verdict, &j);
	t_int(j.done, 0);
	loop_run(j.loop);
	t_int(j.done, 1);
	dns_free(d);
	loop_free(j.loop);
	return j;
}
