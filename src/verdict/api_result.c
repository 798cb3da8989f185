#include "verdict/api.h"

const char *api_text(struct str s)
{
	return s.n ? s.p : "";
}

void tocsin_result_free(struct tocsin_result *r)
{
	if (!r)
		return;
	if (r->report != &r->lost)
		auth_report_free(r->report);
	free(r);
}

/* ---- verdicts */

const char *tocsin_verdict_name(enum tocsin_verdict v)
{
	switch (v) {
	case TOCSIN_NONE: return "none";
	case TOCSIN_PASS: return "pass";
	case TOCSIN_FAIL: return "fail";
	case TOCSIN_SOFTFAIL: return "softfail";
	case TOCSIN_NEUTRAL: return "neutral";
	case TOCSIN_POLICY: return "policy";
	case TOCSIN_TEMPERROR: return "temperror";
	case TOCSIN_PERMERROR: return "permerror";
	}
	return "";
}

enum tocsin_verdict tocsin_result_dmarc(const struct tocsin_result *r)
{
	static const enum tocsin_verdict of[] = {
	    [DMARC_VERDICT_NONE] = TOCSIN_NONE,
	    [DMARC_VERDICT_PASS] = TOCSIN_PASS,
	    [DMARC_VERDICT_FAIL] = TOCSIN_FAIL,
	    [DMARC_VERDICT_TEMPERROR] = TOCSIN_TEMPERROR,
	    [DMARC_VERDICT_PERMERROR] = TOCSIN_PERMERROR,
	};

	return of[r->report->dmarc.result];
}

enum tocsin_verdict tocsin_result_spf(const struct tocsin_result *r)
{
	static const enum tocsin_verdict of[] = {
	    [SPF_NONE] = TOCSIN_NONE,
	    [SPF_NEUTRAL] = TOCSIN_NEUTRAL,
	    [SPF_PASS] = TOCSIN_PASS,
	    [SPF_FAIL] = TOCSIN_FAIL,
	    [SPF_SOFTFAIL] = TOCSIN_SOFTFAIL,
	    [SPF_TEMPERROR] = TOCSIN_TEMPERROR,
	    [SPF_PERMERROR] = TOCSIN_PERMERROR,
	};

	return of[r->report->spf.result];
}

enum tocsin_verdict tocsin_result_arc(const struct tocsin_result *r)
{
	static const enum tocsin_verdict of[] = {
	    [ARC_NONE] = TOCSIN_NONE,
	    [ARC_PASS] = TOCSIN_PASS,
	    [ARC_FAIL] = TOCSIN_FAIL,
	    [ARC_TEMPERROR] = TOCSIN_TEMPERROR,
	};

	return of[r->report->arc.result];
}

unsigned tocsin_result_arc_instances(const struct tocsin_result *r)
{
	return r->report->arc.instances;
}

/* ---- DMARC */

static enum tocsin_policy policy_of(
    const struct tocsin_result *r, enum dmarc_policy p)
{
	static const enum tocsin_policy of[] = {
	    [DMARC_NONE] = TOCSIN_POLICY_NONE,
	    [DMARC_QUARANTINE] = TOCSIN_POLICY_QUARANTINE,
	    [DMARC_REJECT] = TOCSIN_POLICY_REJECT,
	};

	return r->report->dmarc.has_policy ? of[p] : TOCSIN_POLICY_UNKNOWN;
}

enum tocsin_policy tocsin_result_policy(const struct tocsin_result *r)
{
	return policy_of(r, r->report->dmarc.policy);
}

enum tocsin_policy tocsin_result_disposition(const struct tocsin_result *r)
{
	if (r->report->dmarc.result != DMARC_VERDICT_FAIL)
		return TOCSIN_POLICY_NONE;
	return policy_of(r, r->report->dmarc.disposition);
}

int tocsin_result_spf_aligned(const struct tocsin_result *r)
{
	return r->report->dmarc.spf_aligned;
}

int tocsin_result_dkim_aligned(const struct tocsin_result *r)
{
	return r->report->dmarc.dkim_aligned;
}

/* ---- texts */

const char *tocsin_result_text(
    const struct tocsin_result *r, enum tocsin_text what)
{
	const struct auth_report *a = r->report;

	switch (what) {
	case TOCSIN_FROM_DOMAIN: return api_text(a->dmarc.from_domain);
	case TOCSIN_FROM_ADDRESS: return api_text(a->from_address);
	case TOCSIN_ORGANIZATIONAL_DOMAIN:
		return api_text(a->dmarc.organizational);
	case TOCSIN_POLICY_DOMAIN: return api_text(a->dmarc.policy_domain);
	case TOCSIN_DMARC_RECORD: return api_text(a->dmarc.record);
	case TOCSIN_DMARC_REASON: return api_text(a->dmarc.reason);
	case TOCSIN_SPF_DOMAIN: return api_text(a->spf.domain);
	case TOCSIN_SPF_MECHANISM: return api_text(a->spf.mechanism);
	case TOCSIN_SPF_EXPLANATION: return api_text(a->spf.explanation);
	case TOCSIN_SPF_RECORD: return api_text(a->spf.record);
	case TOCSIN_SPF_REASON: return api_text(a->spf.reason);
	case TOCSIN_ARC_REASON: return api_text(a->arc.reason);
	}
	return "";
}

/* ---- signatures */

size_t tocsin_result_signatures(const struct tocsin_result *r)
{
	return r->report->dkim.count;
}

static const struct dkim_verdict *row_of(
    const struct tocsin_result *r, size_t i)
{
	static const struct dkim_verdict none = {.result = DKIM_NONE};

	return i < r->report->dkim.count ? &r->report->dkim.row[i] : &none;
}

enum tocsin_verdict tocsin_signature_dkim(
    const struct tocsin_result *r, size_t i)
{
	static const enum tocsin_verdict of[] = {
	    [DKIM_NONE] = TOCSIN_NONE,
	    [DKIM_PASS] = TOCSIN_PASS,
	    [DKIM_FAIL] = TOCSIN_FAIL,
	    [DKIM_NEUTRAL] = TOCSIN_NEUTRAL,
	    [DKIM_POLICY] = TOCSIN_POLICY,
	    [DKIM_TEMPERROR] = TOCSIN_TEMPERROR,
	    [DKIM_PERMERROR] = TOCSIN_PERMERROR,
	};

	return of[row_of(r, i)->result];
}

unsigned tocsin_signature_key_bits(const struct tocsin_result *r, size_t i)
{
	return row_of(r, i)->key_bits;
}

unsigned tocsin_signature_flags(const struct tocsin_result *r, size_t i)
{
	static const struct {
		unsigned here, there;
	} of[] = {
	    {DKIM_TESTING, TOCSIN_KEY_TESTING},
	    {DKIM_UNSIGNED_REST, TOCSIN_BODY_UNSIGNED},
	    {DKIM_FUTURE, TOCSIN_FROM_FUTURE},
	    {DKIM_ADDED_FIELD, TOCSIN_FIELD_ADDED},
	};
	unsigned flags = 0;

	for (size_t k = 0; k < ARRAY_SIZE(of); k++)
		if (row_of(r, i)->flags & of[k].here)
			flags |= of[k].there;
	return flags;
}

const char *tocsin_signature_text(
    const struct tocsin_result *r, size_t i, enum tocsin_signature_part what)
{
	const struct dkim_verdict *v = row_of(r, i);

	switch (what) {
	case TOCSIN_SIGNATURE_DOMAIN: return api_text(v->domain);
	case TOCSIN_SIGNATURE_SELECTOR: return api_text(v->selector);
	case TOCSIN_SIGNATURE_IDENTITY: return api_text(v->identity);
	case TOCSIN_SIGNATURE_ALGORITHM: return api_text(v->algorithm);
	case TOCSIN_SIGNATURE_RECORD: return api_text(v->record);
	case TOCSIN_SIGNATURE_REASON: return api_text(v->reason);
	}
	return "";
}
