/* SPF, DKIM and DMARC, from the test message's verdicts. */
#include "check/rules_identity.h"

#define BOUNCE          S("notice.ini [bounce] address")
#define SPF_LOOKUPS_MAX 10u
#define RSA_BITS_GOOD   2048u

/* ---- S-07 */

/* A provider may put its own domain into MAIL FROM; what the record of ours
 * says is then no more than a hint.  E-05 tells what was really used. */
static bool relay_is_strange(const struct check_facts *x)
{
	return !x->direct &&
	       (x->identity.esp_profile || !x->identity.relay_own);
}

/* S-13 says it: the domain is not there at all. */
static bool is_not_there(const struct identity_domain *d)
{
	return d->mx && d->mx->status == DNS_NXDOMAIN && !dns_fact_has(d->a) &&
	       !dns_fact_has(d->aaaa);
}

/* True: there is one record, and it can be read. */
static bool judge_spf_record(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;
	const struct identity_spf *s = &i->spf_stranger;
	enum severity worst =
	    relay_is_strange(x) ? SEVERITY_WARN : SEVERITY_BLOCK;
	struct str name = i->bounce.name;

	if (dns_fact_trouble(i->spf_txt) || s->result == SPF_TEMPERROR) {
		finding_unchecked(f, "S-07", "record", worst == SEVERITY_BLOCK,
		    name, "The SPF record of %.*s could not be checked: %.*s",
		    STR_ARG(name),
		    STR_ARG(s->reason.n ? s->reason
					: S("the DNS did not answer.")));
		return false;
	}
	if (!i->spf_records)
		finding_add(f, "S-07", "missing", worst, name,
		    "%.*s, the domain of [bounce] address, has no SPF record.",
		    STR_ARG(name));
	else if (i->spf_records > 1)
		finding_add(f, "S-07", "several", worst, name,
		    "%.*s has %u SPF records; receivers then use none of them "
		    "(RFC 7208 4.5).",
		    STR_ARG(name), i->spf_records);
	else if (s->result == SPF_PERMERROR)
		finding_add(f, "S-07", "permerror", worst, name,
		    "The SPF record of %.*s can not be used: %.*s",
		    STR_ARG(name), STR_ARG(s->reason));
	else if (s->result == SPF_PASS)
		finding_add(f, "S-07", "everyone", worst, name,
		    "The SPF record of %.*s lets everyone send (%.*s).",
		    STR_ARG(name), STR_ARG(s->record));
	else
		return true;
	return false;
}

static void judge_spf_ips(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;

	if (!x->direct)
		return; /* what the relay really uses, E-05 tells */
	if (!i->ips) {
		finding_remedy(f,
		    finding_unchecked(f, "S-07", "address", false,
			S("notice.ini [send] source"),
			"Which address sends is not known%s, so SPF could not "
			"be checked for it.",
			i->source_private ? " from outside (it is private)"
					  : ""),
		    "Write the public address under [send] source, or a "
		    "[send] helo name that leads to it.");
		return;
	}
	for (size_t k = 0; k < i->ips; k++) {
		const struct identity_ip *ip = &i->ip[k];

		if (ip->spf.result == SPF_TEMPERROR)
			finding_unchecked(f, "S-07", "address", true,
			    str_of(ip->text),
			    "SPF could not be checked for %s: %.*s", ip->text,
			    STR_ARG(ip->spf.reason));
		else if (ip->spf.result != SPF_PASS)
			finding_add(f, "S-07", "address", SEVERITY_BLOCK,
			    str_of(ip->text),
			    "%s may not send for %.*s: SPF says %s. The record "
			    "is: %.*s",
			    ip->text, STR_ARG(i->bounce.name),
			    spf_result_name(ip->spf.result),
			    STR_ARG(ip->spf.record));
	}
}

static void judge_spf(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;

	if (!i->bounce.name.n) {
		finding_add(f, "S-07", "no-bounce-address", SEVERITY_BLOCK,
		    BOUNCE,
		    "There is no bounce address, so there is no domain whose "
		    "SPF record could speak for the mail.");
		return;
	}
	if (is_not_there(&i->bounce))
		return;
	finding_judged(f, "S-07");
	if (!judge_spf_record(x, f))
		return;
	if (i->spf_stranger.result == SPF_NEUTRAL)
		finding_add(f, "S-07", "neutral", SEVERITY_WARN, i->bounce.name,
		    "The SPF record of %.*s ends without a no: strangers get "
		    "'neutral'. End it with -all or ~all.",
		    STR_ARG(i->bounce.name));
	if (i->spf_stranger.lookups + 1 >= SPF_LOOKUPS_MAX)
		finding_add(f, "S-07", "lookups", SEVERITY_WARN, i->bounce.name,
		    "The SPF record of %.*s needs %u look-ups of %u; one more "
		    "include breaks it.",
		    STR_ARG(i->bounce.name), i->spf_stranger.lookups,
		    SPF_LOOKUPS_MAX);
	judge_spf_ips(x, f);
}

/* ---- S-08 */

static void judge_key(const struct check_facts *x, struct findings *f,
    const struct identity_key *k, bool other_rsa)
{
	char where[200];
	struct str subject;

	snprintf(where, sizeof(where), "%.*s._domainkey.%.*s",
	    STR_ARG(k->selector), STR_ARG(k->domain));
	subject = str_of(where);
	if (!k->loaded) {
		finding_add(f, "S-08", "private-key", SEVERITY_BLOCK,
		    S("notice.ini [dkim] key"), "%.*s", STR_ARG(k->load_error));
		return;
	}
	if (!k->test)
		return;
	if (k->test->result == DKIM_TEMPERROR)
		finding_unchecked(f, "S-08", "signature", true, subject,
		    "The signature could not be checked: %.*s",
		    STR_ARG(k->test->reason));
	else if (k->test->result != DKIM_PASS && sender_is_own(x) &&
		 str_eq(k->org, x->identity.from.org) &&
		 is_not_there(&x->identity.from))
		return;
	else if (k->test->result != DKIM_PASS)
		finding_add(f, "S-08", "signature", SEVERITY_BLOCK, subject,
		    "A test message signed with this key does not verify "
		    "(%s): %.*s",
		    dkim_result_name(k->test->result),
		    STR_ARG(k->test->reason));
	else if (k->ed25519 && !other_rsa)
		finding_add(f, "S-08", "ed25519-alone", SEVERITY_BLOCK, subject,
		    "The only key is Ed25519; most receivers can not verify it "
		    "yet (RFC 8463), and treat the mail as unsigned.");
	else if (!k->ed25519 && k->bits < RSA_BITS_GOOD)
		finding_add(f, "S-08", "key-size", SEVERITY_WARN, subject,
		    "The RSA key has %u bits; 2048 are advised.", k->bits);
	if (k->test->result == DKIM_PASS && (k->test->flags & DKIM_TESTING))
		finding_add(f, "S-08", "testing", SEVERITY_WARN, subject,
		    "The key record says t=y: the domain only tries DKIM.");
}

/* True: a signature of the From domain passed. */
static bool judge_alignment(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;
	bool passed = false, same = false;

	for (size_t k = 0; k < i->keys; k++)
		passed |= i->key[k].own && i->key[k].test &&
			  i->key[k].test->result == DKIM_PASS;
	if (!passed || !i->report || !sender_is_own(x))
		return passed;
	if (i->report->dmarc.dkim_aligned)
		return true;
	/* without a policy nothing was compared; names decide then */
	for (size_t k = 0; k < i->keys; k++)
		if (str_eq(i->key[k].org, i->from.org))
			same = true;
	if (same && !i->dmarc.found)
		return true;
	finding_add(f, "S-08", "alignment", SEVERITY_BLOCK,
	    S("notice.ini [dkim] domain"),
	    "The signature holds, but it is not of %.*s, the domain in From%s: "
	    "DMARC does not count it.",
	    STR_ARG(same ? i->from.name : i->from.org),
	    same ? ", to the letter, as its adkim=s asks" : "");
	return false;
}

static void judge_dkim(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;
	bool rsa = false;

	finding_judged(f, "S-08");
	if (!i->keys) {
		finding_add(f, "S-08", "unsigned", SEVERITY_BLOCK,
		    S("notice.ini [dkim]"),
		    "The mail would go out unsigned: there is no [dkim].");
		return;
	}
	for (size_t k = 0; k < i->keys; k++)
		rsa |= i->key[k].loaded && !i->key[k].ed25519;
	for (size_t k = 0; k < i->keys; k++)
		judge_key(x, f, &i->key[k], rsa);
	if (i->compose_error.n)
		finding_add(f, "S-08", "test-message", SEVERITY_BLOCK,
		    S("test message"), "No test message could be signed: %.*s",
		    STR_ARG(i->compose_error));
	judge_alignment(x, f);
}

/* ---- S-09, S-10 */

static void judge_reports(const struct identity_dmarc *d, struct findings *f)
{
	for (size_t k = 0; k < d->foreigns; k++) {
		const struct identity_reports *r = &d->foreign[k];

		if (r->allowed)
			continue;
		if (dns_fact_trouble(r->asked))
			finding_silent(finding_unchecked(f, "S-09", "reports",
			    false, r->to,
			    "Whether %.*s takes reports for %.*s could not be "
			    "checked: the DNS did not answer.",
			    STR_ARG(r->to), STR_ARG(d->policy_domain)));
		else
			finding_remedy(f,
			    finding_add(f, "S-09", "reports", SEVERITY_WARN,
				r->to,
				"Reports go to %.*s (rua), which does not say "
				"that it takes them for %.*s: receivers send "
				"none (RFC 7489 7.1, RFC 9990).",
				STR_ARG(r->to), STR_ARG(d->policy_domain)),
			    "Have %.*s._report._dmarc.%.*s published: TXT "
			    "\"v=DMARC1\"; or take an address of your own.",
			    STR_ARG(d->policy_domain), STR_ARG(r->to));
	}
}

static void judge_dmarc(const struct check_facts *x, struct findings *f)
{
	const struct identity_dmarc *d = &x->identity.dmarc;
	struct str from = x->identity.from.name;

	if (!d->asked)
		return;
	finding_judged(f, "S-09");
	for (size_t k = 0; k < d->problems; k++)
		finding_add(f, "S-09", "record", SEVERITY_WARN, from, "%.*s",
		    STR_ARG(d->problem[k]));
	if (!d->found && d->trouble)
		finding_unchecked(f, "S-09", "policy", true, from,
		    "The DMARC policy of %.*s could not be checked: the DNS "
		    "did not answer.",
		    STR_ARG(from));
	else if (!d->found)
		finding_add(f, "S-09", "missing", SEVERITY_WARN, from,
		    "%.*s has no DMARC policy: nothing tells receivers to "
		    "refuse imitations.",
		    STR_ARG(from));
	else if (d->policy == DMARC_NONE || d->testing)
		finding_add(f, "S-09", d->testing ? "testing" : "none",
		    SEVERITY_WARN, from,
		    "The DMARC policy at %.*s is %s: receivers let imitations "
		    "through.",
		    STR_ARG(d->policy_domain),
		    d->testing ? "in test mode (t=y)" : "p=none");
	if (d->found && !d->rua)
		finding_add(f, "S-09", "reports", SEVERITY_WARN, from,
		    "The DMARC record at %.*s names no address for reports "
		    "(rua); nobody would see the imitations.",
		    STR_ARG(d->policy_domain));
	judge_reports(d, f);
	if (d->found && !d->has_np)
		finding_add(f, "S-09", "np", SEVERITY_INFO, from,
		    "The DMARC record at %.*s says nothing of names that do "
		    "not exist (np=).",
		    STR_ARG(d->policy_domain));
}

static void judge_both(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;
	const struct auth_report *r = i->report;
	bool aligned;

	if (!r || !r->spf_judged || r->spf.result != SPF_PASS)
		return;
	finding_judged(f, "S-10");
	/* without a policy nothing was compared; names decide then */
	aligned = i->dmarc.found ? r->dmarc.spf_aligned
				 : str_eq(i->bounce.org, i->from.org);
	if (!aligned)
		finding_add(f, "S-10", "spf", SEVERITY_WARN, BOUNCE,
		    "SPF passes for %.*s, which does not align with %.*s in "
		    "From.",
		    STR_ARG(i->bounce.name), STR_ARG(i->from.name));
}

/* ---- S-18 */

static void judge_rotation(const struct check_facts *x, struct findings *f)
{
	usec_t intruded = x->notice->facts.intruded,
	       changed = x->notice->attest.keys_changed;

	if (!intruded)
		return;
	finding_judged(f, "S-18");
	if (changed >= intruded)
		return;
	finding_add(f, "S-18", "not-said", SEVERITY_WARN,
	    S("notice.ini [attest] keys_changed"),
	    "The intrusion began before the last change of keys and logins "
	    "that is written down.");
	for (size_t k = 0; k < x->identity.keys; k++)
		if (x->identity.key[k].made &&
		    x->identity.key[k].made < intruded)
			finding_add(f, "S-18", "old-key", SEVERITY_WARN,
			    x->notice->dkim[k].key,
			    "This DKIM key was made before the intrusion.");
}

void judge_sender_auth(const struct check_facts *x, struct findings *f)
{
	if (!check_has_placeholder(x, x->notice->bounce_address))
		judge_spf(x, f);
	if (!x->notice->dkim_count ||
	    !(check_has_placeholder(x, x->notice->dkim[0].domain) ||
		check_has_placeholder(x, x->notice->dkim[0].selector)))
		judge_dkim(x, f);
	judge_rotation(x, f);
	if (!sender_is_own(x))
		return;
	judge_dmarc(x, f);
	judge_both(x, f);
}
