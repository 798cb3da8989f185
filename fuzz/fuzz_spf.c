/* spf: three lines (address, HELO, MAIL FROM) and a zone file of any bytes:
 * one verdict, within all limits, fit to be printed.
 */
#include "fuzz.h"

#include "auth/spf.h"
#include "base/limits.h"
#include "base/utf8.h"

struct seen {
	unsigned done;
};

static void on_verdict(const struct spf_verdict *v, void *arg)
{
	struct seen *s = arg;

	s->done++;
	ENSURE(v->queries <= LIMIT_SPF_QUERIES);
	ENSURE(v->lookups <= LIMIT_SPF_TERMS);
	ENSURE(v->void_lookups <= LIMIT_SPF_VOID + 1);
	ENSURE(v->reason.n > 0);
	ENSURE((v->result == SPF_FAIL) == (v->explanation.n > 0));
	ENSURE(utf8_is_clean(v->reason) && utf8_is_clean(v->explanation) &&
	       utf8_is_clean(v->record) && utf8_is_clean(v->mechanism) &&
	       utf8_is_clean(v->domain) && utf8_is_clean(v->record_domain));
	switch (v->result) {
	case SPF_PASS:
	case SPF_FAIL:
	case SPF_SOFTFAIL:
	case SPF_NEUTRAL: ENSURE(v->mechanism.n > 0 && v->record.n > 0); break;
	case SPF_NONE:
	case SPF_TEMPERROR:
	case SPF_PERMERROR: ENSURE(v->mechanism.n == 0); break;
	}
}

void fuzz_one(struct str in)
{
	struct str ip = str_cut(&in, '\n'), helo = str_cut(&in, '\n');
	struct spf_request r = {.helo = helo, .receiver = S("here.example")};
	struct loop *l = loop_sim_new(0);
	struct seen seen = {0};
	struct dns *d;

	r.mail_from = str_cut(&in, '\n');
	if (endpoint_parse_ip(ip, 0, &r.ip) &&
	    dns_zone_new(l, in, "z", &d, NULL) == 0) {
		spf_start(l, d, &r, on_verdict, &seen);
		ENSURE(seen.done == 0);
		loop_run(l);
		ENSURE(seen.done == 1);
		spf_cancel(spf_start(l, d, &r, on_verdict, &seen));
		loop_run(l);
		ENSURE(seen.done == 1);
		dns_free(d);
	}
	loop_free(l);
}
