/* S-11: is the mail encrypted on its way, and the answers to it? */
#include "check/rules_identity.h"
#include "check/say.h"
#include "smtp/dane.h"

/* ---- TLSRPT */

static void judge_tls_reports(const struct check_facts *x, struct findings *f)
{
	const struct identity_policy *p = &x->identity.tls_rpt;
	struct str from = x->identity.from.name;

	if (dns_fact_trouble(p->asked))
		finding_silent(
		    finding_unchecked(f, "S-11", "tls-reports", false, from,
			"Whether %.*s asks for TLS reports could not be "
			"checked: the DNS did not answer.",
			STR_ARG(from)));
	else if (!p->records)
		finding_add(f, "S-11", "tls-reports", SEVERITY_INFO, from,
		    "%.*s asks for no TLS reports (RFC 8460).", STR_ARG(from));
	else if (p->records > 1 || p->wrong.n)
		finding_remedy(f,
		    finding_add(f, "S-11", "tls-reports", SEVERITY_WARN, from,
			"The TLS report record at _smtp._tls.%.*s can not be "
			"used: %.*s.",
			STR_ARG(from),
			STR_ARG(p->records > 1 ? S("there are several")
					       : p->wrong)),
		    "Publish one TXT record: v=TLSRPTv1; "
		    "rua=mailto:tls@%.*s",
		    STR_ARG(from));
}

/* ---- MTA-STS */

static void judge_sts_policy(const struct check_facts *x, struct findings *f)
{
	const struct identity_sts *s = &x->identity.sts;
	struct str from = x->identity.from.name;

	if (!s->asked)
		finding_unchecked(f, "S-11", "mta-sts", false, from,
		    "The MTA-STS policy of %.*s could not be checked: the web "
		    "was not asked, because DNS comes from a file.",
		    STR_ARG(from));
	else if (s->silent)
		finding_silent(
		    finding_unchecked(f, "S-11", "mta-sts", false, from,
			"The MTA-STS policy of %.*s could not be checked: %.*s",
			STR_ARG(from), STR_ARG(s->why)));
	else if (s->why.n)
		finding_remedy(f,
		    finding_add(f, "S-11", "mta-sts", SEVERITY_WARN, from,
			"%.*s says that it has an MTA-STS policy, but it can "
			"not be used: %.*s",
			STR_ARG(from), STR_ARG(s->why)),
		    "Put the policy (RFC 8461 3.2) at "
		    "https://mta-sts.%.*s/.well-known/mta-sts.txt, or take "
		    "the record away.",
		    STR_ARG(from));
	else if (s->mode == STS_NONE)
		say_info(f,
		    finding_add(f, "S-11", "mta-sts", SEVERITY_INFO, from,
			"The MTA-STS policy of %.*s has mode none: it asks for "
			"nothing.",
			STR_ARG(from)));
	else if (s->unnamed.n)
		finding_remedy(f,
		    finding_add(f, "S-11", "mta-sts", SEVERITY_WARN, from,
			"The MTA-STS policy of %.*s does not name %.*s, one "
			"of its mail servers: who obeys it brings no answers "
			"there.",
			STR_ARG(from), STR_ARG(s->unnamed)),
		    "Add mx: %.*s to the policy, and give the record a new "
		    "id.",
		    STR_ARG(s->unnamed));
	else if (s->mode == STS_TESTING)
		say_info(f,
		    finding_add(f, "S-11", "mta-sts", SEVERITY_INFO, from,
			"The MTA-STS policy of %.*s has mode testing: answers "
			"may still come in unencrypted.",
			STR_ARG(from)));
}

static void judge_sts(const struct check_facts *x, struct findings *f)
{
	const struct identity_policy *p = &x->identity.mta_sts;
	struct str from = x->identity.from.name;

	if (dns_fact_trouble(p->asked))
		finding_silent(
		    finding_unchecked(f, "S-11", "mta-sts", false, from,
			"Whether %.*s has an MTA-STS policy could not be "
			"checked: the DNS did not answer.",
			STR_ARG(from)));
	else if (!p->records)
		say_info(
		    f, finding_add(f, "S-11", "mta-sts", SEVERITY_INFO, from,
			   "%.*s has no MTA-STS policy (RFC 8461): answers to "
			   "the notice may come in unencrypted.",
			   STR_ARG(from)));
	else if (p->records > 1 || p->wrong.n)
		finding_remedy(f,
		    finding_add(f, "S-11", "mta-sts", SEVERITY_WARN, from,
			"The MTA-STS record at _mta-sts.%.*s can not be used: "
			"%.*s.",
			STR_ARG(from),
			STR_ARG(p->records > 1 ? S("there are several")
					       : p->wrong)),
		    "Publish one TXT record: v=STSv1; id=20261125; - and "
		    "another id whenever the policy changes.");
	else
		judge_sts_policy(x, f);
}

/* ---- DANE */

/* Why senders can not use this record, or NULL. */
static const char *tlsa_fault(const struct dns_rr *rr)
{
	struct dns_tlsa t;

	if (!dns_rr_tlsa(rr, &t))
		return "is malformed (RFC 6698 2.1)";
	if (t.usage <= 1)
		return "has usage 0 or 1, which mail servers do not use (RFC "
		       "7672 3.1.3)";
	return dane_is_usable(&t)
		   ? NULL
		   : "has a usage, a selector, a matching type or a length "
		     "that means nothing (RFC 6698 2.1)";
}

static void judge_tlsa(const struct identity_facts *i,
    const struct identity_mx *m, struct findings *f)
{
	const char *fault = NULL;

	for (size_t k = 0; k < m->tlsa->count && !fault; k++)
		fault = tlsa_fault(&m->tlsa->rr[k]);
	if (fault)
		finding_remedy(f,
		    finding_add(f, "S-11", "dane", SEVERITY_WARN, m->name,
			"A TLSA record at _25._tcp.%.*s %s.", STR_ARG(m->name),
			fault),
		    "Publish TLSA 3 1 1 with the SHA-256 of the server's key, "
		    "and take the other away.");
	if (!m->tlsa->secure)
		finding_remedy(f,
		    finding_add(f, "S-11", "dane", SEVERITY_WARN, m->name,
			"There is a TLSA record at _25._tcp.%.*s, but its zone "
			"is not signed with DNSSEC (or this resolver does not "
			"validate): nobody may use it (RFC 7672 2.2).",
			STR_ARG(m->name)),
		    "Sign the zone, or take the record away; a resolver that "
		    "validates is named in [dns] resolver.");
	else if (!i->from.mx->secure)
		say_info(
		    f, finding_add(f, "S-11", "dane", SEVERITY_INFO, m->name,
			   "%.*s has signed TLSA records, but the MX record of "
			   "%.*s is not signed: few senders will use them (RFC "
			   "7672 2.2.1).",
			   STR_ARG(m->name), STR_ARG(i->from.name)));
}

static void judge_dane(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;

	for (size_t k = 0; k < i->from.servers; k++) {
		const struct identity_mx *m = &i->from.server[k];

		if (dns_fact_trouble(m->tlsa))
			finding_silent(finding_unchecked(f, "S-11", "dane",
			    false, m->name,
			    "Whether %.*s has TLSA records could not be "
			    "checked: the DNS gives no valid answer, and "
			    "senders that use DANE then bring it no mail (RFC "
			    "7672 2.1.1).",
			    STR_ARG(m->name)));
		else if (dns_fact_has(m->tlsa))
			judge_tlsa(i, m, f);
	}
}

void judge_transport(const struct check_facts *x, struct findings *f)
{
	finding_judged(f, "S-11");
	if (x->notice->tls == NOTICE_TLS_OPPORTUNISTIC &&
	    !x->notice->relay_user.n)
		finding_add(f, "S-11", "opportunistic", SEVERITY_WARN,
		    S("notice.ini [send] tls"),
		    "Where a server offers no TLS the mail goes out in the "
		    "clear, and its being sent says who is concerned.");
	if (!sender_is_own(x))
		return;
	judge_tls_reports(x, f);
	judge_sts(x, f);
	judge_dane(x, f);
}
