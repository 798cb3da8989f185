/* The sender's domain: own, known, no imitation, reachable. */
#include "base/conf.h"
#include "check/rules_identity.h"

#define ADDRESS S("notice.ini [from] address")
#define DAY     (24 * USEC_PER_HOUR)

static bool list_has(struct str list, struct str word)
{
	struct str one;

	while (conf_list_next(&list, &one))
		if (str_ieq(one, word))
			return true;
	return false;
}

static bool is_open(const struct check_facts *x)
{
	return check_has_placeholder(x, x->identity.address);
}

bool sender_is_own(const struct check_facts *x)
{
	return !is_open(x) && x->identity.address_ok && x->identity.from.own;
}

/* The domain that the sender's imitates, or NULL.  The first is the one people
 * know; From may be the page's, too. */
static const struct identity_main *imitated(const struct identity_facts *i)
{
	if (i->mains && str_eq(i->main[0].name, i->from.org))
		return NULL;
	for (size_t k = 0; k < i->mains; k++)
		if (!str_eq(i->main[k].name, i->from.org) &&
		    i->main[k].alike.relation == LOOKALIKE_COUSIN)
			return &i->main[k];
	return NULL;
}

/* ---- S-01, S-16 */

static void judge_own(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;

	finding_judged(f, "S-01");
	if (!i->address.n) {
		finding_add(f, "S-01", "address-missing", SEVERITY_BLOCK,
		    ADDRESS, "There is no sender address.");
		return;
	}
	if (!i->address_ok) {
		finding_add(f, "S-01", "address", SEVERITY_BLOCK, ADDRESS,
		    "'%.*s' is no mail address: %.*s", STR_ARG(i->address),
		    STR_ARG(i->address_error));
		return;
	}
	if (!x->notice->own_domains.n) {
		finding_remedy(f,
		    finding_add(f, "S-01", "own-domains", SEVERITY_BLOCK,
			S("notice.ini [organisation] own_domains"),
			"The company's domains are not written down, so "
			"nothing can be held against them."),
		    "Write own_domains: the main domain first, then the "
		    "others.");
		return;
	}
	if (!i->from.own)
		finding_add(f, "S-01", "foreign-domain", SEVERITY_BLOCK,
		    ADDRESS,
		    "%.*s is at %.*s, which is none of the company's domains "
		    "(%.*s).",
		    STR_ARG(i->address), STR_ARG(i->from.org),
		    STR_ARG(x->notice->own_domains));
	else if (i->dmarc.organizational.n &&
		 !str_eq(i->dmarc.organizational, i->from.org))
		finding_add(f, "S-01", "two-organisations", SEVERITY_INFO,
		    ADDRESS,
		    "By DMARC's tree walk the organisation is %.*s, by the "
		    "Public Suffix List %.*s.",
		    STR_ARG(i->dmarc.organizational), STR_ARG(i->from.org));
}

/* A signature in a stranger's name. */
static void judge_third_party(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;
	bool own = false;

	if (!x->notice->own_domains.n)
		return;
	finding_judged(f, "S-16");
	/* what an imitation signs with is no other matter than itself */
	for (size_t k = 0; k < i->keys; k++)
		own |= i->key[k].own ||
		       (i->address_ok && !i->from.own && imitated(i) &&
			   str_eq(i->key[k].org, i->from.org));
	for (size_t k = 0; k < i->keys && !own; k++)
		finding_add(f, "S-16", "signs-as-stranger", SEVERITY_BLOCK,
		    S("notice.ini [dkim] domain"),
		    "The mail would be signed by %.*s, which is none of the "
		    "company's domains: receivers see the vendor, not the "
		    "company.",
		    STR_ARG(i->key[k].domain));
	if (x->direct || i->relay_own || x->notice->esp.name.n)
		return;
	finding_remedy(f,
	    finding_add(f, "S-16", "not-declared", SEVERITY_WARN,
		S("notice.ini [esp] name"),
		"The mail goes through %.*s, which is not the company's, and "
		"no contract is recorded.",
		STR_ARG(x->notice->relay)),
	    "Write [esp] name and contract; the provider is then one of those "
	    "who approve.");
}

/* ---- S-02 */

static unsigned threshold(unsigned set, unsigned otherwise)
{
	return set ? set : otherwise;
}

static void judge_age(const struct check_facts *x, struct findings *f)
{
	const struct rdap *r = &x->identity.rdap;
	struct str org = x->identity.from.org;
	unsigned block = threshold(x->notice->check.age_block, 30),
		 warn = threshold(x->notice->check.age_warn, 365);
	long long days;

	finding_judged(f, "S-02");
	if (r->status == RDAP_NOT_ASKED) {
		finding_unchecked(f, "S-02", "age", false, org,
		    "The age of %.*s could not be checked: no registry was "
		    "asked, because DNS comes from a file.",
		    STR_ARG(org));
		return;
	}
	if (r->status != RDAP_OK) {
		finding_unchecked(f, "S-02", "age", false, org,
		    "The age of %.*s could not be checked: %s", STR_ARG(org),
		    r->status == RDAP_NOT_FOUND
			? "the registry's RDAP service does not know it."
			: "no RDAP service answered.");
		return;
	}
	days = (x->now - r->registered) / DAY;
	if (days < (long long)block)
		finding_add(f, "S-02", "age", SEVERITY_BLOCK, org,
		    "%.*s was registered %lld days ago; under %u days many "
		    "filters refuse it.",
		    STR_ARG(org), days, block);
	else if (days < (long long)warn)
		finding_add(f, "S-02", "age", SEVERITY_WARN, org,
		    "%.*s was registered %lld days ago, less than %u.",
		    STR_ARG(org), days, warn);
}

/* ---- S-03 */

static void judge_cousin(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;
	const struct identity_main *m = imitated(i);

	if (!i->mains)
		return;
	finding_judged(f, "S-03");
	if (!m)
		return;
	if (i->from.own && strcmp(m->alike.kind, "tld-swap") == 0)
		finding_add(f, "S-03", "tld", SEVERITY_WARN, i->from.org,
		    "%.*s is the company's, but people know %.*s: %s",
		    STR_ARG(i->from.org), STR_ARG(m->name), m->alike.reason);
	else
		finding_add(f, "S-03", "cousin", SEVERITY_BLOCK, i->from.org,
		    "%.*s looks like an imitation of %.*s: %s",
		    STR_ARG(i->from.org), STR_ARG(m->name), m->alike.reason);
}

/* ---- S-04 to S-06 */

static void judge_alias(const struct check_facts *x, struct findings *f)
{
	static const char *const mute[] = {
	    "noreply", "no-reply", "donotreply", "do-not-reply", "no_reply"};
	const struct identity_facts *i = &x->identity;

	finding_judged(f, "S-05");
	if (list_has(x->notice->marketing_senders, i->address))
		finding_add(f, "S-05", "marketing", SEVERITY_WARN, ADDRESS,
		    "%.*s is one of [organisation] marketing_senders.",
		    STR_ARG(i->address));
	finding_judged(f, "S-06");
	for (size_t k = 0; k < ARRAY_SIZE(mute); k++) {
		if (!str_istarts(i->local, str_of(mute[k])))
			continue;
		if (x->notice->reply_to.n)
			finding_add(f, "S-05", "no-reply", SEVERITY_WARN,
			    ADDRESS,
			    "%.*s tells people not to answer, though answers "
			    "go to %.*s: From is what they see.",
			    STR_ARG(i->address), STR_ARG(x->notice->reply_to));
		else
			finding_add(f, "S-06", "no-reply", SEVERITY_WARN,
			    ADDRESS, "%.*s tells people not to answer.",
			    STR_ARG(i->address));
		break;
	}
}

static void judge_answers(const struct check_facts *x, struct findings *f)
{
	const struct identity_domain *d =
	    x->notice->reply_to.n ? &x->identity.reply : &x->identity.from;

	if (!d->name.n)
		return;
	if (dns_fact_trouble(d->mx))
		finding_silent(
		    finding_unchecked(f, "S-06", "mx", false, d->name,
			"Whether %.*s takes answers could not be checked: the "
			"DNS did not answer.",
			STR_ARG(d->name)));
	else if (d->null_mx && x->notice->reply_to.n)
		finding_add(f, "S-06", "null-mx", SEVERITY_WARN, d->name,
		    "%.*s takes no mail (null MX).", STR_ARG(d->name));
	else if (!dns_fact_has(d->mx) && !dns_fact_has(d->a) &&
		 !dns_fact_has(d->aaaa) && x->notice->reply_to.n)
		finding_add(f, "S-06", "mx", SEVERITY_WARN, d->name,
		    "%.*s has neither MX nor address: answers come back.",
		    STR_ARG(d->name));
}

static void judge_history(const struct check_facts *x, struct findings *f)
{
	uint64_t volume = 0;

	finding_judged(f, "S-04");
	if (!x->notice->attest.volume.n)
		finding_add(f, "S-04", "not-said", SEVERITY_WARN,
		    S("notice.ini [attest] volume"),
		    "How much mail %.*s sends on other days is not written "
		    "down; nothing here can see it.",
		    STR_ARG(x->identity.from.name));
	else if (str_to_u64(x->notice->attest.volume, UINT32_MAX, &volume) &&
		 !volume)
		finding_add(f, "S-04", "never-sent", SEVERITY_WARN,
		    x->identity.from.name,
		    "%.*s has not sent in the last 30 days: providers will "
		    "take little from it at first.",
		    STR_ARG(x->identity.from.name));
}

/* ---- S-13 */

/* One of the servers that an MX record names. */
static void judge_server(const struct identity_domain *d,
    const struct identity_mx *m, bool all_literal, struct findings *f)
{
	if (m->literal)
		finding_remedy(f,
		    finding_add(f, "S-13", "mx-address",
			all_literal ? SEVERITY_BLOCK : SEVERITY_WARN, m->name,
			"The MX record of %.*s names the address %.*s; it must "
			"name a host (RFC 5321 5.1), and no mail gets there.",
			STR_ARG(d->name), STR_ARG(m->name)),
		    "Give the server a name with an address record, and put "
		    "that name into the MX record.");
	else if (dns_fact_has(m->cname))
		finding_remedy(f,
		    finding_add(f, "S-13", "mx-cname", SEVERITY_WARN, m->name,
			"The MX record of %.*s names %.*s, which is an alias "
			"(CNAME); some servers do not follow it (RFC 2181 "
			"10.3).",
			STR_ARG(d->name), STR_ARG(m->name)),
		    "Put the name that has the address into the MX record.");
	else if (dns_fact_has(m->a) || dns_fact_has(m->aaaa))
		return;
	else if (dns_fact_trouble(m->a) || dns_fact_trouble(m->aaaa))
		finding_silent(
		    finding_unchecked(f, "S-13", "mx-host", false, m->name,
			"Whether %.*s, a mail server of %.*s, has an address "
			"could not be checked: the DNS did not answer.",
			STR_ARG(m->name), STR_ARG(d->name)));
	else
		finding_remedy(f,
		    finding_add(f, "S-13", "mx-host", SEVERITY_WARN, m->name,
			"The MX record of %.*s names %.*s, which has no "
			"address: no mail gets there.",
			STR_ARG(d->name), STR_ARG(m->name)),
		    "Publish A or AAAA for that name, or take it out of the "
		    "MX records.");
}

static void judge_servers(const struct identity_domain *d, struct findings *f)
{
	size_t literals = 0;

	for (size_t i = 0; i < d->servers; i++)
		literals += d->server[i].literal;
	for (size_t i = 0; i < d->servers; i++)
		judge_server(d, &d->server[i], literals == d->servers, f);
}

static void judge_resolves(const struct check_facts *x, struct findings *f,
    const struct identity_domain *d, const char *setting, bool from)
{
	struct str subject = str_of(setting);
	/* what is wrong with one domain is said once, of From */
	bool said = !from && str_eq(d->name, x->identity.from.name);

	if (!d->name.n)
		return;
	finding_judged(f, "S-13");
	if (d->null_mx && !said)
		/* a provider may put its own domain into MAIL FROM */
		finding_add(f, "S-13", "null-mx",
		    from || x->direct ? SEVERITY_BLOCK : SEVERITY_WARN, subject,
		    "%.*s says that it takes no mail (null MX); receivers "
		    "refuse mail from it (RFC 7505 4.2).",
		    STR_ARG(d->name));
	else if (!said)
		judge_servers(d, f);
	if (dns_fact_has(d->mx))
		return;
	if (dns_fact_has(d->a) || dns_fact_has(d->aaaa))
		return;
	if (dns_fact_trouble(d->mx) || dns_fact_trouble(d->a) ||
	    dns_fact_trouble(d->aaaa))
		finding_unchecked(f, "S-13", "resolves", true, subject,
		    "Whether %.*s takes mail could not be checked: the DNS did "
		    "not answer.",
		    STR_ARG(d->name));
	else
		finding_add(f, "S-13", "resolves", SEVERITY_BLOCK, subject,
		    "%.*s has neither an MX nor an address record%s.",
		    STR_ARG(d->name),
		    d->mx && d->mx->status == DNS_NXDOMAIN
			? "; it does not exist"
			: "");
}

static void judge_soa(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;

	if (dns_fact_trouble(i->soa))
		finding_silent(
		    finding_unchecked(f, "S-13", "soa", false, i->from.org,
			"Whether %.*s has an SOA record could not be checked: "
			"the DNS did not answer.",
			STR_ARG(i->from.org)));
	else if (i->from.mx && i->from.mx->status == DNS_NXDOMAIN)
		return; /* said already */
	else if (i->soa && (i->soa->status == DNS_NODATA ||
			       i->soa->status == DNS_NXDOMAIN))
		finding_add(f, "S-13", "soa", SEVERITY_WARN, i->from.org,
		    "No SOA record was found at %.*s; Yahoo looks for it.",
		    STR_ARG(i->from.org));
}

/* ---- S-15 */

static void judge_neighbours(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;
	struct buf live = BUF_INIT(2 * KiB), idle = BUF_INIT(2 * KiB);

	if (!i->mains)
		return;
	finding_judged(f, "S-15");
	for (size_t k = 0; k < i->neighbours; k++) {
		const struct identity_neighbour *n = &i->neighbour[k];
		struct buf *to = n->mail ? &live : &idle;

		if (!n->own)
			buf_addf(to, "%s%.*s", to->len ? ", " : "",
			    STR_ARG(n->name));
	}
	if (live.len)
		finding_add(f, "S-15", "takes-mail", SEVERITY_WARN,
		    i->main[0].name,
		    "These look-alikes are registered, take mail, and are not "
		    "in own_domains: %.*s.",
		    STR_ARG(buf_str(&live)));
	if (idle.len)
		finding_add(f, "S-15", "registered", SEVERITY_INFO,
		    i->main[0].name,
		    "These look-alikes are registered and are not in "
		    "own_domains: %.*s.",
		    STR_ARG(buf_str(&idle)));
	if (i->neighbours_trouble)
		finding_unchecked(f, "S-15", "no-answer", false,
		    i->main[0].name,
		    "Some of the likeliest look-alikes could not be checked: "
		    "the DNS did not answer.");
	buf_release(&live);
	buf_release(&idle);
}

void judge_sender_domain(const struct check_facts *x, struct findings *f)
{
	const struct identity_facts *i = &x->identity;

	if (!check_has_placeholder(x, x->notice->own_domains))
		judge_third_party(x, f);
	if (!check_has_placeholder(x, x->notice->bounce_address))
		judge_resolves(
		    x, f, &i->bounce, "notice.ini [bounce] address", false);
	if (is_open(x))
		return;
	judge_own(x, f);
	if (i->address_ok)
		judge_cousin(x, f);
	if (!sender_is_own(x))
		return;
	judge_age(x, f);
	judge_history(x, f);
	judge_alias(x, f);
	judge_answers(x, f);
	judge_resolves(x, f, &i->from, "notice.ini [from] address", true);
	judge_soa(x, f);
	judge_neighbours(x, f);
}
