/* The hosts that send, and the provider behind them. */
#include "check/rules_identity.h"
#include "check/say.h"

/* ---- S-12 */

static void judge_ptr(struct findings *f, const struct identity_ip *ip)
{
	struct str subject = str_of(ip->text);

	if (ip->confirmed && !ip->generic)
		return;
	if (dns_fact_trouble(ip->ptr) || (!ip->confirmed && ip->ptr_trouble))
		finding_unchecked(f, "S-12", "ptr", true, subject,
		    "Whether %s has a name that leads back to it could not be "
		    "checked: the DNS did not answer.",
		    ip->text);
	else if (!dns_fact_has(ip->ptr))
		finding_add(f, "S-12", "ptr", SEVERITY_BLOCK, subject,
		    "%s has no PTR record.", ip->text);
	else if (!ip->confirmed)
		finding_add(f, "S-12", "forward", SEVERITY_BLOCK, subject,
		    "%s is named %.*s, which does not lead back to it.",
		    ip->text, STR_ARG(ip->ptr_name));
	else
		finding_add(f, "S-12", "generic", SEVERITY_BLOCK, subject,
		    "%s is named %.*s: a name made of the address, as home "
		    "connections have.",
		    ip->text, STR_ARG(ip->ptr_name));
}

static void judge_helo(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;
	struct str subject = S("notice.ini [send] helo");

	if (!i->helo.n)
		finding_add(f, "S-12", "helo", SEVERITY_WARN, subject,
		    "No name is set for HELO; this machine's own would be "
		    "used, which receivers may not be able to look up.");
	else if (!i->helo_is_name)
		finding_add(f, "S-12", "helo", SEVERITY_BLOCK, subject,
		    "'%.*s' is no name that receivers can look up.",
		    STR_ARG(i->helo));
	else if (dns_fact_has(i->helo_a) || dns_fact_has(i->helo_aaaa))
		return;
	else if (dns_fact_trouble(i->helo_a) || dns_fact_trouble(i->helo_aaaa))
		finding_unchecked(f, "S-12", "helo", true, subject,
		    "Whether %.*s leads anywhere could not be checked: the DNS "
		    "did not answer.",
		    STR_ARG(i->helo));
	else
		finding_add(f, "S-12", "helo", SEVERITY_BLOCK, subject,
		    "%.*s has no address record.", STR_ARG(i->helo));
}

static void judge_hosts(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;

	finding_judged(f, "S-12");
	for (size_t k = 0; k < i->ips; k++)
		judge_ptr(f, &i->ip[k]);
	if (!i->ips && i->helo_is_name)
		finding_unchecked(f, "S-12", "address", false,
		    S("notice.ini [send] source"),
		    "Which address sends is not known%s, so its name could "
		    "not be checked.",
		    i->source_private ? " from outside (it is private)" : "");
	judge_helo(x, f);
}

/* ---- S-14 */

static void judge_listed(const struct identity_facts *i,
    const struct identity_ip *ip, struct findings *f)
{
	struct buf silent = BUF_INIT(SAY_TEXT);
	size_t none = 0;

	for (size_t k = 0; k < i->blocklists.count; k++) {
		const struct blocklist *b = &i->blocklists.v[k];

		if (ip->listed[k] == LISTED_YES)
			finding_add(f, "S-14", "listed", SEVERITY_WARN,
			    str_of(ip->text),
			    "%s is on the block list %.*s (%.*s, %.*s).",
			    ip->text, STR_ARG(b->name), STR_ARG(b->zone),
			    STR_ARG(b->source));
		if (ip->listed[k] == LISTED_NO_ANSWER)
			buf_addf(&silent, "%s%.*s", none++ ? ", " : "",
			    STR_ARG(b->name));
		if (ip->listed[k] == LISTED_NO)
			finding_judged(f, "S-14");
	}
	if (none && i->offline)
		finding_unchecked(f, "S-14", "not-asked", false,
		    str_of(ip->text),
		    "Whether %s is on a block list could not be checked: DNS "
		    "comes from a file.",
		    ip->text);
	else if (none)
		finding_unchecked(f, "S-14", "no-answer", false,
		    str_of(ip->text),
		    "Whether %s is on these block lists could not be checked: "
		    "no answer for this resolver from %.*s.",
		    ip->text, STR_ARG(buf_str(&silent)));
	buf_release(&silent);
}

static void judge_lists(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;

	if (i->blocklists_error.n && i->ips)
		finding_unchecked(f, "S-14", "lists", false,
		    S("data/blocklists.txt"),
		    "Block lists could not be checked: %.*s",
		    STR_ARG(i->blocklists_error));
	for (size_t k = 0; k < i->ips; k++)
		judge_listed(i, &i->ip[k], f);
}

/* ---- S-17, E-06 */

static void judge_feedback(const struct check_facts *x, struct findings *f)
{
	finding_judged(f, "S-17");
	if (!x->notice->attest.feedback.n)
		finding_add(f, "S-17", "not-said", SEVERITY_WARN,
		    S("notice.ini [attest] feedback"),
		    "Nobody has written down that postmaster pages and "
		    "complaint loops are open for this domain.");
}

static void judge_provider(const struct check_facts *x, struct findings *f)
{
	if (!x->identity.esp_profile && !x->notice->esp.name.n)
		return;
	finding_judged(f, "E-06");
	if (!x->notice->esp.answers.n)
		finding_add(f, "E-06", "no-answers", SEVERITY_WARN,
		    S("notice.ini [esp] answers"),
		    "What the provider answered (pool, suppression, footer, "
		    "events, abuse desk, suspension, who signs) is not "
		    "written down.");
	else if (!x->identity.answers_there)
		finding_add(f, "E-06", "no-file", SEVERITY_WARN,
		    S("notice.ini [esp] answers"),
		    "There is no file %.*s with the provider's answers.",
		    STR_ARG(x->notice->esp.answers));
}

void judge_sender_host(const struct check_facts *x, struct findings *f)
{
	judge_transport(x, f);
	if (x->direct) {
		judge_hosts(x, f);
		judge_lists(x, f);
	} else {
		judge_returned_copy(x, f);
		judge_provider(x, f);
	}
	if (sender_is_own(x))
		judge_feedback(x, f);
}
