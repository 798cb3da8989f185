/* message: three lines (address, HELO, MAIL FROM), a zone file up to a line
 * with a dot alone, and a message of any bytes: one completion, every result
 * with a reason that can be printed, and no DMARC pass unless an identifier
 * that is aligned passed.
 */
#include "fuzz.h"

#include "auth/received.h"
#include "auth/verify.h"
#include "base/limits.h"
#include "base/utf8.h"

#define AT INT64_C(1767225600)

struct seen {
	unsigned done;
};

/* With a policy record that asks for relaxed alignment at most, the names end
 * alike. */
static bool is_aligned(const struct auth_report *r, struct str domain)
{
	struct str top = r->dmarc.organizational;

	if (!top.n)
		top = r->dmarc.from_domain;
	return domain.n && dmarc_is_below(domain, top);
}

static void check_pass(const struct auth_report *r)
{
	bool shown = r->spf_judged && r->spf.result == SPF_PASS &&
		     is_aligned(r, r->spf.domain);

	for (size_t i = 0; i < r->dkim.count; i++)
		shown |= r->dkim.row[i].result == DKIM_PASS &&
			 is_aligned(r, r->dkim.row[i].domain);
	ENSURE(shown);
	ENSURE(r->dmarc.from_domain.n && r->dmarc.has_policy);
	ENSURE(r->dmarc.spf_aligned || r->dmarc.dkim_aligned);
	ENSURE(r->dmarc.disposition == DMARC_NONE);
}

static void on_report(struct auth_report *r, void *arg)
{
	struct seen *s = arg;
	struct buf field = BUF_INIT(2 * LIMIT_AUTHRES_FIELD);

	s->done++;
	ENSURE(r->spf.reason.n && utf8_is_clean(r->spf.reason));
	ENSURE(r->arc.reason.n && utf8_is_clean(r->arc.reason));
	ENSURE(r->dmarc.reason.n && utf8_is_clean(r->dmarc.reason));
	ENSURE(utf8_is_clean(r->dmarc.record) && utf8_is_clean(r->helo) &&
	       utf8_is_clean(r->mail_from) && utf8_is_clean(r->from_address));
	for (size_t i = 0; i < r->dkim.count; i++)
		ENSURE(r->dkim.row[i].reason.n &&
		       utf8_is_clean(r->dkim.row[i].reason));
	if (r->dmarc.result == DMARC_VERDICT_PASS)
		check_pass(r);
	else
		ENSURE(!r->dmarc.spf_aligned && !r->dmarc.dkim_aligned);
	ENSURE(auth_report_authres(r, S("here.example"), &field));
	buf_release(&field);
	auth_report_free(r);
}

static void judge(struct loop *l, struct dns *d, const struct auth_request *r)
{
	struct auth_verifier *v = auth_verifier_new(l, d);
	struct seen seen = {0};

	auth_verify_start(v, r, on_report, &seen);
	ENSURE(seen.done == 0);
	loop_run(l);
	ENSURE(seen.done == 1);
	auth_verify_cancel(auth_verify_start(v, r, on_report, &seen));
	loop_run(l);
	ENSURE(seen.done == 1);
	auth_verifier_free(v);
}

static void read_edge(struct str message)
{
	struct arena a = ARENA_INIT(4 * LIMIT_HEADER_SECTION);
	struct received r;

	if (received_find(message, S("mx.here.example"), &a, &r, NULL) == 0)
		ENSURE(r.ip.len && r.helo.n);
	arena_release(&a);
}

void fuzz_one(struct str in)
{
	struct auth_request r = {.at = AT};
	struct str ip = str_cut(&in, '\n');
	struct loop *l = loop_sim_new(0);
	struct str zone;
	ptrdiff_t dot;
	struct dns *d;

	r.facts.helo = str_cut(&in, '\n');
	r.facts.mail_from = str_cut(&in, '\n');
	endpoint_parse_ip(ip, 0, &r.facts.ip);
	dot = str_find(in, S("\n.\n"));
	zone = dot < 0 ? STR_NONE : str_sub(in, 0, (size_t)dot + 1);
	r.message = dot < 0 ? in : str_from(in, (size_t)dot + 3);
	read_edge(r.message);
	if (dns_zone_new(l, zone, "z", &d, NULL) == 0) {
		judge(l, d, &r);
		dns_free(d);
	}
	loop_free(l);
}
