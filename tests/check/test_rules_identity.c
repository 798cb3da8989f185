#include "auth/dmarc_record.h"
#include "check/check.h"
#include "judged.h"

#define DAY (24 * USEC_PER_HOUR)

/* An honest sender: everything there, nothing to say. */
struct world {
	struct notice n;
	struct check_facts x;
	struct dkim_verdict passes;
	struct auth_report report;
	struct str problem;
};

static struct dns_rr one_record[1];
static const struct dns_fact has = {
    .status = DNS_OK, .done = true, .rr = one_record, .count = 1};
static const struct dns_fact empty = {.status = DNS_NODATA, .done = true};
static const struct dns_fact none = {.status = DNS_NXDOMAIN, .done = true};
static const struct dns_fact silent = {.status = DNS_TIMEOUT, .done = true};

static struct identity_domain domain(const char *name, const char *org)
{
	return (struct identity_domain){.name = str_of(name),
	    .org = str_of(org),
	    .own = true,
	    .mx = &has,
	    .a = &has,
	    .aaaa = &empty};
}

static void honest_notice(struct world *w)
{
	w->n = (struct notice){
	    .kind = NOTICE_BREACH,
	    .own_domains = S("example.com"),
	    .from_address = S("privacy@example.com"),
	    .reply_to = S("help@example.com"),
	    .bounce_address = S("bounces@example.com"),
	    .helo = S("out.example.com"),
	    .tls = NOTICE_TLS_REQUIRED,
	    .dkim = {{.domain = S("example.com"),
		.selector = S("n1"),
		.key = S("dkim.pem")}},
	    .dkim_count = 1,
	    .attest = {.volume = S("1000"), .feedback = S("Ada, today")},
	};
}

static void honest(struct world *w)
{
	struct identity_facts *i = &w->x.identity;

	memset(w, 0, sizeof(*w));
	honest_notice(w);
	w->passes = (struct dkim_verdict){.result = DKIM_PASS};
	w->report.spf_judged = true;
	w->report.spf.result = SPF_PASS;
	w->report.dmarc.dkim_aligned = w->report.dmarc.spf_aligned = true;
	w->x.notice = &w->n;
	w->x.now = 1795586828 * USEC_PER_SEC;
	w->x.direct = true;
	i->address_ok = true;
	i->address = w->n.from_address;
	i->local = S("privacy");
	i->from = i->bounce = i->reply = domain("example.com", "example.com");
	i->main[0] = (struct identity_main){.name = S("example.com")};
	i->mains = 1;
	i->soa = &has;
	i->rdap = (struct rdap){
	    .status = RDAP_OK, .registered = w->x.now - 4000 * DAY};
	i->helo = w->n.helo;
	i->helo_is_name = true;
	i->helo_a = &has;
	i->helo_aaaa = &empty;
	i->ip[0] = (struct identity_ip){.text = "192.0.2.25",
	    .public = true,
	    .ptr = &has,
	    .ptr_name = S("out.example.com"),
	    .confirmed = true,
	    .spf = {.result = SPF_PASS}};
	i->ips = 1;
	i->spf_records = 1;
	i->spf_txt = &has;
	i->spf_stranger = (struct identity_spf){
	    .result = SPF_FAIL, .record = S("v=spf1 ip4:192.0.2.25 -all")};
	i->key[0] = (struct identity_key){.domain = S("example.com"),
	    .selector = S("n1"),
	    .org = S("example.com"),
	    .own = true,
	    .loaded = true,
	    .bits = 2048,
	    .made = w->x.now - DAY,
	    .test = &w->passes};
	i->keys = 1;
	i->composed = true;
	i->report = &w->report;
	i->dmarc = (struct identity_dmarc){.asked = true,
	    .found = true,
	    .has_np = true,
	    .policy = DMARC_REJECT,
	    .policy_domain = S("example.com"),
	    .organizational = S("example.com"),
	    .rua = 1};
	i->mta_sts = i->tls_rpt =
	    (struct identity_policy){.asked = &has, .records = 1};
	i->sts = (struct identity_sts){.asked = true, .mode = STS_ENFORCE};
}

static struct judged *run(const struct world *w)
{
	return judge_family(&family_identity, &w->x);
}

static bool passed(const struct judged *j, const char *rule)
{
	return findings_state(j->f, rule_find(str_of(rule), NULL)) ==
	       RULE_PASSED;
}

/* One finding of this rule, which is the only one to block. */
static void says(const struct world *w, const char *rule, const char *check,
    enum severity s, const char *part)
{
	struct judged *j = run(w);

	judged_says(j, rule, check, s, part);
	t_int(judged_blocks(j), s == SEVERITY_BLOCK);
	judged_free(j);
}

static void is_unchecked(const struct world *w, const char *rule,
    const char *check, bool trouble, const char *part)
{
	struct judged *j = run(w);
	const struct finding *x = judged_find(j, rule, check);

	t_true(x != NULL, "no finding %s %s", rule, check);
	ENSURE(x);
	t_true(x->unchecked, "%s %s was judged", rule, check);
	t_int(x->trouble, trouble);
	t_has(x->text, part);
	t_int(judged_blocks(j), 0);
	judged_free(j);
}

static void is_silent(
    const struct world *w, const char *rule, const char *check)
{
	struct judged *j = run(w);

	judged_silent(j, rule, check);
	judged_free(j);
}

static void through(struct world *w, bool own, bool profile)
{
	w->n.relay = S("smtp.relay.example:587");
	w->x.direct = false;
	w->x.identity.relay_own = own;
	w->x.identity.esp_profile = profile;
	w->x.identity.ips = 0;
	w->x.identity.copy = (struct identity_copy){.there = true,
	    .file = S("n/seed/1.eml"),
	    .return_path_org = S("example.com"),
	    .return_path_own = true,
	    .from = S("privacy@example.com"),
	    .dkim_passes = true,
	    .dkim_aligned = true};
}

/* ---- */

static void an_honest_sender_passes(void **state)
{
	static const char *const direct[] = {"S-01", "S-02", "S-03", "S-04",
	    "S-05", "S-06", "S-07", "S-08", "S-09", "S-10", "S-11", "S-12",
	    "S-13", "S-15", "S-16", "S-17"};
	struct judged *j;
	struct world w;

	honest(&w);
	j = run(&w);
	t_int(j->f->count, 0);
	for (size_t i = 0; i < ARRAY_SIZE(direct); i++)
		t_true(passed(j, direct[i]), "%s passes", direct[i]);
	judged_free(j);
	honest(&w);
	through(&w, false, true);
	w.n.esp.name = S("Relay Inc.");
	w.n.esp.answers = S("answers.txt");
	w.x.identity.answers_there = true;
	j = run(&w);
	t_int(j->f->count, 0);
	t_true(passed(j, "E-05"), "E-05 passes");
	t_true(passed(j, "E-06"), "E-06 passes");
	judged_free(j);
}

static void the_sender_is_one_mailbox_of_ours(void **state)
{
	struct world w;

	honest(&w);
	w.x.identity.address = STR_NONE;
	says(&w, "S-01", "address-missing", SEVERITY_BLOCK, "no sender");
	honest(&w);
	w.x.identity.address_ok = false;
	w.x.identity.address_error = S("one address is wanted");
	says(&w, "S-01", "address", SEVERITY_BLOCK, "one address");
	honest(&w);
	w.n.own_domains = STR_NONE;
	w.x.identity.from.own = false;
	says(&w, "S-01", "own-domains", SEVERITY_BLOCK, "not written down");
	honest(&w);
	w.x.identity.from.own = false;
	says(&w, "S-01", "foreign-domain", SEVERITY_BLOCK, "none of the");
	honest(&w);
	w.x.identity.dmarc.organizational = S("com");
	says(&w, "S-01", "two-organisations", SEVERITY_INFO, "tree walk");
}

static void a_fresh_domain_blocks(void **state)
{
	struct world w;

	honest(&w);
	w.x.identity.rdap.registered = w.x.now - 29 * DAY;
	says(&w, "S-02", "age", SEVERITY_BLOCK, "29 days ago");
	w.x.identity.rdap.registered = w.x.now - 30 * DAY;
	says(&w, "S-02", "age", SEVERITY_WARN, "less than 365");
	w.x.identity.rdap.registered = w.x.now - 365 * DAY;
	is_silent(&w, "S-02", "age");
	w.n.check.age_block = 400;
	says(&w, "S-02", "age", SEVERITY_BLOCK, "under 400");
	w.x.identity.rdap.status = RDAP_NOT_ASKED;
	is_unchecked(&w, "S-02", "age", false, "no registry was asked");
	w.x.identity.rdap.status = RDAP_NO_ANSWER;
	is_unchecked(&w, "S-02", "age", false, "no RDAP service");
	w.x.identity.rdap.status = RDAP_NOT_FOUND;
	is_unchecked(&w, "S-02", "age", false, "does not know");
}

static struct identity_main beside(const char *name, const char *kind)
{
	return (struct identity_main){.name = str_of(name),
	    .alike = {.relation = LOOKALIKE_COUSIN,
		.kind = kind,
		.score = 90,
		.reason = "it adds words."}};
}

static void a_cousin_of_the_main_domain_blocks(void **state)
{
	struct world w;
	struct identity_facts *i = &w.x.identity;

	honest(&w);
	i->from.org = S("examplesecurity2017.com");
	i->key[0].org = i->from.org;
	i->dmarc.organizational = i->from.org;
	i->main[0] = beside("example.com", "added-token");
	says(&w, "S-03", "cousin", SEVERITY_BLOCK, "imitation of example.com");
	/* the page stands there too: it is a cousin all the same */
	i->main[1] =
	    (struct identity_main){.name = S("examplesecurity2017.com")};
	i->mains = 2;
	says(&w, "S-03", "cousin", SEVERITY_BLOCK, "imitation of example.com");
	i->main[0] = beside("example.com", "tld-swap");
	says(&w, "S-03", "tld", SEVERITY_WARN, "people know example.com");
	/* the first is From's own: what the page's is like is no matter */
	honest(&w);
	i->main[1] = beside("examplesecurity2017.com", "added-token");
	i->mains = 2;
	is_silent(&w, "S-03", "cousin");
	/* another house altogether */
	honest(&w);
	i->main[0] = (struct identity_main){.name = S("holding.example"),
	    .alike.relation = LOOKALIKE_UNRELATED};
	is_silent(&w, "S-03", "cousin");
}

static void the_address_and_its_answers(void **state)
{
	struct world w;

	honest(&w);
	w.n.attest.volume = STR_NONE;
	says(&w, "S-04", "not-said", SEVERITY_WARN, "not written down");
	w.n.attest.volume = S("0");
	says(&w, "S-04", "never-sent", SEVERITY_WARN, "has not sent");
	honest(&w);
	w.n.marketing_senders = S("news@example.com, privacy@example.com");
	says(&w, "S-05", "marketing", SEVERITY_WARN, "marketing_senders");
	honest(&w);
	w.x.identity.local = S("noreply-privacy");
	says(&w, "S-05", "no-reply", SEVERITY_WARN, "help@example.com");
	is_silent(&w, "S-06", "no-reply");
	w.n.reply_to = STR_NONE;
	says(&w, "S-06", "no-reply", SEVERITY_WARN, "not to answer");
	is_silent(&w, "S-05", "no-reply");
	honest(&w);
	w.x.identity.reply.null_mx = true;
	says(&w, "S-06", "null-mx", SEVERITY_WARN, "takes no mail");
	honest(&w);
	w.x.identity.reply.mx = w.x.identity.reply.a = &empty;
	says(&w, "S-06", "mx", SEVERITY_WARN, "answers come back");
	w.x.identity.reply.mx = &silent;
	is_unchecked(&w, "S-06", "mx", false, "did not answer");
}

static void spf_of_a_direct_sender_blocks(void **state)
{
	struct world w;
	struct identity_facts *i = &w.x.identity;

	honest(&w);
	i->spf_records = 0;
	says(&w, "S-07", "missing", SEVERITY_BLOCK, "has no SPF record");
	i->spf_records = 2;
	says(&w, "S-07", "several", SEVERITY_BLOCK, "2 SPF records");
	i->spf_records = 1;
	i->spf_stranger.result = SPF_PERMERROR;
	says(&w, "S-07", "permerror", SEVERITY_BLOCK, "can not be used");
	i->spf_stranger.result = SPF_PASS;
	says(&w, "S-07", "everyone", SEVERITY_BLOCK, "lets everyone");
	i->spf_stranger.result = SPF_TEMPERROR;
	is_unchecked(&w, "S-07", "record", true, "could not be checked");
	i->spf_stranger.result = SPF_NEUTRAL;
	says(&w, "S-07", "neutral", SEVERITY_WARN, "without a no");
	i->spf_stranger.result = SPF_FAIL;
	i->spf_stranger.lookups = 9;
	says(&w, "S-07", "lookups", SEVERITY_WARN, "9 look-ups of 10");
	i->spf_stranger.lookups = 8;
	is_silent(&w, "S-07", "lookups");
	i->ip[0].spf.result = SPF_SOFTFAIL;
	says(&w, "S-07", "address", SEVERITY_BLOCK, "SPF says softfail");
	i->ip[0].spf.result = SPF_TEMPERROR;
	is_unchecked(&w, "S-07", "address", true, "192.0.2.25");
	i->ips = 0;
	is_unchecked(&w, "S-07", "address", false, "not known");
	i->bounce = (struct identity_domain){0};
	says(&w, "S-07", "no-bounce-address", SEVERITY_BLOCK, "no bounce");
}

static void spf_of_a_providers_relay_warns(void **state)
{
	struct world w;

	honest(&w);
	through(&w, true, false);
	w.x.identity.spf_records = 0;
	says(&w, "S-07", "missing", SEVERITY_BLOCK, "has no SPF record");
	w.x.identity.spf_txt = &silent;
	is_unchecked(&w, "S-07", "record", true, "could not be checked");
	/* a host that is not ours, and a profile of a provider's */
	for (int i = 0; i < 2; i++) {
		honest(&w);
		through(&w, i == 1, i == 1);
		w.x.identity.spf_records = 0;
		says(&w, "S-07", "missing", SEVERITY_WARN, "has no SPF");
		w.x.identity.spf_records = 1;
		w.x.identity.spf_stranger.result = SPF_PASS;
		says(&w, "S-07", "everyone", SEVERITY_WARN, "lets everyone");
		w.x.identity.spf_txt = &silent;
		is_unchecked(&w, "S-07", "record", false, "could not be");
	}
}

static void a_bounce_domain_that_is_not_there_is_one_fault(void **state)
{
	struct judged *j;
	struct world w;

	honest(&w);
	w.x.identity.bounce.mx = w.x.identity.bounce.a = &none;
	w.x.identity.bounce.aaaa = w.x.identity.spf_txt = &none;
	w.x.identity.spf_records = 0;
	w.x.identity.ip[0].spf.result = SPF_NONE;
	says(&w, "S-13", "resolves", SEVERITY_BLOCK, "does not exist");
	j = run(&w);
	judged_silent(j, "S-07", "missing");
	t_true(!passed(j, "S-07"), "it has not passed");
	judged_free(j);
	/* there, and without a record: both are wrong */
	w.x.identity.bounce.mx = w.x.identity.spf_txt = &empty;
	w.x.identity.bounce.a = w.x.identity.bounce.aaaa = &has;
	says(&w, "S-07", "missing", SEVERITY_BLOCK, "no SPF record");
}

static void signatures_hold_and_are_ours(void **state)
{
	struct world w;
	struct identity_facts *i = &w.x.identity;

	honest(&w);
	w.n.dkim_count = i->keys = 0;
	says(&w, "S-08", "unsigned", SEVERITY_BLOCK, "no [dkim]");
	honest(&w);
	i->key[0].loaded = false;
	i->key[0].test = NULL;
	i->key[0].load_error = S("dkim.pem: no such file");
	says(&w, "S-08", "private-key", SEVERITY_BLOCK, "no such file");
	honest(&w);
	w.passes.result = DKIM_FAIL;
	says(&w, "S-08", "signature", SEVERITY_BLOCK, "does not verify");
	w.passes.result = DKIM_TEMPERROR;
	is_unchecked(&w, "S-08", "signature", true, "could not be checked");
	honest(&w);
	i->key[0].ed25519 = true;
	says(&w, "S-08", "ed25519-alone", SEVERITY_BLOCK, "only key");
	honest(&w);
	i->key[0].bits = 1024;
	says(&w, "S-08", "key-size", SEVERITY_WARN, "1024 bits");
	honest(&w);
	w.passes.flags = DKIM_TESTING;
	says(&w, "S-08", "testing", SEVERITY_WARN, "t=y");
	honest(&w);
	w.report.dmarc.dkim_aligned = false;
	i->key[0].org = S("brand.example");
	says(&w, "S-08", "alignment", SEVERITY_BLOCK, "not of example.com");
	/* the same organisation, and adkim=s */
	honest(&w);
	w.report.dmarc.dkim_aligned = false;
	says(&w, "S-08", "alignment", SEVERITY_BLOCK, "adkim=s");
	w.x.identity.dmarc.found = false; /* nothing was compared */
	is_silent(&w, "S-08", "alignment");
	honest(&w);
	i->compose_error = S("no memory");
	says(&w, "S-08", "test-message", SEVERITY_BLOCK, "no memory");
}

static void dmarc_refuses_imitations(void **state)
{
	struct world w;
	struct identity_dmarc *d = &w.x.identity.dmarc;

	honest(&w);
	d->found = false;
	says(&w, "S-09", "missing", SEVERITY_WARN, "no DMARC policy");
	d->trouble = true;
	is_unchecked(&w, "S-09", "policy", true, "did not answer");
	honest(&w);
	d->policy = DMARC_NONE;
	says(&w, "S-09", "none", SEVERITY_WARN, "p=none");
	honest(&w);
	d->testing = true;
	says(&w, "S-09", "testing", SEVERITY_WARN, "t=y");
	honest(&w);
	d->rua = 0;
	says(&w, "S-09", "reports", SEVERITY_WARN, "names no address");
	honest(&w);
	d->foreign[0] = (struct identity_reports){
	    .to = S("reports.example"), .asked = &none};
	d->foreigns = 1;
	says(&w, "S-09", "reports", SEVERITY_WARN, "go to reports.example");
	d->foreign[0].asked = &silent;
	is_unchecked(&w, "S-09", "reports", false, "did not answer");
	d->foreign[0].asked = &has;
	d->foreign[0].allowed = true;
	is_silent(&w, "S-09", "reports");
	honest(&w);
	d->has_np = false;
	says(&w, "S-09", "np", SEVERITY_INFO, "np=");
	honest(&w);
	w.problem = S("Two records.");
	d->problem = &w.problem;
	d->problems = 1;
	says(&w, "S-09", "record", SEVERITY_WARN, "Two records");
	honest(&w);
	w.report.dmarc.spf_aligned = false;
	says(&w, "S-10", "spf", SEVERITY_WARN, "does not align");
	w.x.identity.dmarc.found = false; /* names decide */
	is_silent(&w, "S-10", "spf");
	w.x.identity.bounce = domain("group.example", "group.example");
	says(&w, "S-10", "spf", SEVERITY_WARN, "does not align");
}

static void mail_travels_encrypted(void **state)
{
	struct world w;

	honest(&w);
	w.n.tls = NOTICE_TLS_OPPORTUNISTIC;
	says(&w, "S-11", "opportunistic", SEVERITY_WARN, "in the clear");
	w.n.relay_user = S("user"); /* then TLS is required whatever it says */
	is_silent(&w, "S-11", "opportunistic");
	honest(&w);
	w.x.identity.tls_rpt = (struct identity_policy){.asked = &none};
	says(&w, "S-11", "tls-reports", SEVERITY_INFO, "TLS reports");
	w.x.identity.tls_rpt.asked = &silent;
	is_unchecked(&w, "S-11", "tls-reports", false, "did not answer");
	w.x.identity.tls_rpt = (struct identity_policy){
	    .asked = &has, .records = 1, .wrong = S("no rua")};
	says(&w, "S-11", "tls-reports", SEVERITY_WARN, "no rua");
}

static void answers_come_in_encrypted(void **state)
{
	struct identity_policy *p;
	struct identity_sts *s;
	struct world w;

	honest(&w);
	p = &w.x.identity.mta_sts;
	s = &w.x.identity.sts;
	*p = (struct identity_policy){.asked = &none};
	says(&w, "S-11", "mta-sts", SEVERITY_INFO, "no MTA-STS");
	p->asked = &silent;
	is_unchecked(&w, "S-11", "mta-sts", false, "did not answer");
	*p = (struct identity_policy){.asked = &has, .records = 2};
	says(&w, "S-11", "mta-sts", SEVERITY_WARN, "several");
	p->records = 1;
	p->wrong = S("no id");
	says(&w, "S-11", "mta-sts", SEVERITY_WARN, "no id");
	p->wrong = STR_NONE;
	is_silent(&w, "S-11", "mta-sts");
	s->unnamed = S("mx.example.com");
	says(&w, "S-11", "mta-sts", SEVERITY_WARN, "mx.example.com");
	s->mode = STS_NONE;
	says(&w, "S-11", "mta-sts", SEVERITY_INFO, "mode none");
	*s = (struct identity_sts){.asked = true, .mode = STS_TESTING};
	says(&w, "S-11", "mta-sts", SEVERITY_INFO, "mode testing");
	s->why = S("it answers with 404");
	says(&w, "S-11", "mta-sts", SEVERITY_WARN, "404");
	s->silent = true;
	is_unchecked(&w, "S-11", "mta-sts", false, "404");
	*s = (struct identity_sts){0};
	is_unchecked(&w, "S-11", "mta-sts", false, "the web was not asked");
}

/* One server, with this TLSA record. */
static void tlsa(struct world *w, struct dns_fact *f, struct dns_rr *rr,
    const char *rdata, size_t n)
{
	static const struct dns_fact signed_mx = {.status = DNS_OK,
	    .done = true,
	    .secure = true,
	    .rr = one_record,
	    .count = 1};

	rr->rdata = str_make(rdata, n);
	*f = (struct dns_fact){.status = DNS_OK,
	    .done = true,
	    .secure = true,
	    .rr = rr,
	    .count = 1};
	w->x.identity.from.mx = &signed_mx;
	w->x.identity.from.servers = 1;
	w->x.identity.from.server[0] = (struct identity_mx){
	    .name = S("mx.example.com"), .a = &has, .tlsa = f};
}

static void tlsa_records_can_be_used(void **state)
{
	static const char digest[] = "0123456789abcdef0123456789abcdef";
	char rdata[35] = {3, 1, 1};
	struct dns_fact f;
	struct dns_rr rr;
	struct world w;

	memcpy(rdata + 3, digest, 32);
	honest(&w);
	tlsa(&w, &f, &rr, rdata, 35);
	is_silent(&w, "S-11", "dane");
	rr.rdata.n = 20;
	says(&w, "S-11", "dane", SEVERITY_WARN, "means nothing");
	rr.rdata.n = 2;
	says(&w, "S-11", "dane", SEVERITY_WARN, "malformed");
	rr.rdata.n = 35;
	for (char usage = 0; usage <= 1; usage++) {
		rdata[0] = usage;
		says(&w, "S-11", "dane", SEVERITY_WARN, "usage 0 or 1");
	}
	rdata[0] = 2;
	is_silent(&w, "S-11", "dane");
	f.secure = false;
	says(&w, "S-11", "dane", SEVERITY_WARN, "not signed");
	f.secure = true;
	w.x.identity.from.mx = &has;
	says(&w, "S-11", "dane", SEVERITY_INFO, "few senders");
	w.x.identity.from.server[0].tlsa = &none;
	is_silent(&w, "S-11", "dane");
	w.x.identity.from.server[0].tlsa = &silent;
	is_unchecked(&w, "S-11", "dane", false, "no valid answer");
}

static void servers_have_addresses(void **state)
{
	struct identity_mx *m;
	struct world w;

	honest(&w);
	m = w.x.identity.from.server;
	w.x.identity.from.servers = 2;
	m[0] = m[1] = (struct identity_mx){
	    .name = S("mx.example.com"), .a = &has, .aaaa = &empty};
	is_silent(&w, "S-13", "mx-host");
	m[1].a = &empty;
	says(&w, "S-13", "mx-host", SEVERITY_WARN, "has no address");
	m[1].a = &silent;
	is_unchecked(&w, "S-13", "mx-host", false, "did not answer");
	m[1].a = m[1].cname = &has;
	says(&w, "S-13", "mx-cname", SEVERITY_WARN, "an alias");
	m[1] = (struct identity_mx){.name = S("192.0.2.1"), .literal = true};
	says(&w, "S-13", "mx-address", SEVERITY_WARN, "must name a host");
	m[0] = m[1];
	w.x.identity.from.servers = 1;
	says(&w, "S-13", "mx-address", SEVERITY_BLOCK, "must name a host");
}

/* Where no answer could have blocked, `check` exits 3 and `send` goes on. */
static void an_answer_that_could_not_block_is_asked_again(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	j = run(&w);
	t_int(check_exit_status(j->f), 0);
	judged_free(j);
	w.x.identity.soa = &silent;
	j = run(&w);
	t_int(check_exit_status(j->f), 3);
	t_int(findings_tally(j->f).troubles, 0);
	judged_free(j);
}

static void hosts_have_names_that_lead_back(void **state)
{
	struct world w;
	struct identity_facts *i = &w.x.identity;

	honest(&w);
	i->ip[0].ptr = &none;
	i->ip[0].confirmed = false;
	says(&w, "S-12", "ptr", SEVERITY_BLOCK, "no PTR record");
	i->ip[0].ptr = &silent;
	is_unchecked(&w, "S-12", "ptr", true, "did not answer");
	i->ip[0].ptr = &has;
	says(&w, "S-12", "forward", SEVERITY_BLOCK, "does not lead back");
	i->ip[0].ptr_trouble = true;
	is_unchecked(&w, "S-12", "ptr", true, "did not answer");
	honest(&w);
	i->ip[0].generic = true;
	says(&w, "S-12", "generic", SEVERITY_BLOCK, "home connections");
	honest(&w);
	i->ips = 0;
	i->source_private = true;
	is_unchecked(&w, "S-12", "address", false, "it is private");
	honest(&w);
	i->helo = STR_NONE;
	i->helo_is_name = false;
	says(&w, "S-12", "helo", SEVERITY_WARN, "No name is set");
	i->helo = S("localhost");
	says(&w, "S-12", "helo", SEVERITY_BLOCK, "receivers can look up");
	honest(&w);
	i->helo_a = &empty;
	says(&w, "S-12", "helo", SEVERITY_BLOCK, "no address record");
	i->helo_a = &silent;
	is_unchecked(&w, "S-12", "helo", true, "did not answer");
}

static void each_block_list_is_told_apart(void **state)
{
	struct world w;
	struct identity_facts *i = &w.x.identity;
	struct judged *j;

	honest(&w);
	i->blocklists.count = 3;
	i->blocklists.v[0] =
	    (struct blocklist){.zone = S("one.example"), .name = S("One")};
	i->blocklists.v[1] =
	    (struct blocklist){.zone = S("two.example"), .name = S("Two")};
	i->blocklists.v[2] =
	    (struct blocklist){.zone = S("three.example"), .name = S("Three")};
	for (int k = 0; k < 3; k++)
		i->ip[0].listed[k] = LISTED_NO;
	j = run(&w);
	t_int(j->f->count, 0);
	t_true(passed(j, "S-14"), "S-14 passes");
	judged_free(j);
	i->ip[0].listed[1] = LISTED_YES;
	says(&w, "S-14", "listed", SEVERITY_WARN, "block list Two (two.ex");
	i->ip[0].listed[0] = i->ip[0].listed[2] = LISTED_NO_ANSWER;
	says(&w, "S-14", "listed", SEVERITY_WARN, "Two");
	is_unchecked(&w, "S-14", "no-answer", false, "from One, Three.");
	i->offline = true;
	is_unchecked(&w, "S-14", "not-asked", false, "comes from a file");
	i->blocklists.count = 0;
	i->blocklists_error = S("no such file");
	is_unchecked(&w, "S-14", "lists", false, "no such file");
}

static void domains_take_mail(void **state)
{
	struct world w;
	struct identity_facts *i = &w.x.identity;

	honest(&w);
	i->from.null_mx = true;
	says(&w, "S-13", "null-mx", SEVERITY_BLOCK, "null MX");
	honest(&w);
	i->bounce = domain("b.example.com", "example.com");
	i->bounce.null_mx = true;
	says(&w, "S-13", "null-mx", SEVERITY_BLOCK, "b.example.com says");
	through(&w, false, true);
	says(&w, "S-13", "null-mx", SEVERITY_WARN, "b.example.com says");
	honest(&w);
	i->from.mx = i->from.a = &empty;
	says(&w, "S-13", "resolves", SEVERITY_BLOCK, "neither an MX");
	i->from.a = &silent;
	is_unchecked(&w, "S-13", "resolves", true, "did not answer");
	i->from.a = &has;
	is_silent(&w, "S-13", "resolves");
	honest(&w);
	i->soa = &empty;
	says(&w, "S-13", "soa", SEVERITY_WARN, "No SOA record");
	i->soa = &silent;
	is_unchecked(&w, "S-13", "soa", false, "did not answer");
	/* From's domain is not there: nor is its key, and that is no other
	 * fault */
	honest(&w);
	i->from.mx = i->from.a = i->from.aaaa = i->soa = &none;
	w.passes.result = DKIM_PERMERROR;
	says(&w, "S-13", "resolves", SEVERITY_BLOCK, "does not exist");
}

static void a_bounce_address_to_fill_in_silences_only_itself(void **state)
{
	struct world w;

	honest(&w);
	w.n.bounce_address = S("CHANGE ME");
	w.x.identity.bounce = (struct identity_domain){0};
	w.x.identity.from.own = false;
	says(&w, "S-01", "foreign-domain", SEVERITY_BLOCK, "none of the");
}

static void neighbours_are_named(void **state)
{
	struct world w;
	struct identity_facts *i = &w.x.identity;

	honest(&w);
	i->neighbour[0] = (struct identity_neighbour){
	    .name = S("examp1e.com"), .registered = true, .mail = true};
	i->neighbour[1] = (struct identity_neighbour){
	    .name = S("example.net"), .registered = true};
	i->neighbour[2] = (struct identity_neighbour){
	    .name = S("exampel.com"), .registered = true, .own = true};
	i->neighbours = 3;
	says(&w, "S-15", "takes-mail", SEVERITY_WARN, ": examp1e.com.");
	says(&w, "S-15", "registered", SEVERITY_INFO, ": example.net.");
	honest(&w);
	i->neighbours_trouble = true;
	is_unchecked(&w, "S-15", "no-answer", false, "did not answer");
}

static void a_third_party_is_declared_and_signs_for_us(void **state)
{
	struct world w;

	honest(&w);
	w.x.identity.key[0].own = false;
	says(&w, "S-16", "signs-as-stranger", SEVERITY_BLOCK, "the vendor");
	honest(&w);
	through(&w, false, true);
	says(&w, "S-16", "not-declared", SEVERITY_WARN, "no contract");
	says(&w, "E-06", "no-answers", SEVERITY_WARN, "not written down");
	through(&w, true, false);
	is_silent(&w, "S-16", "not-declared");
	is_silent(&w, "E-06", "no-answers");
	through(&w, false, true);
	w.n.esp = (struct notice_esp){
	    .name = S("Vendor"), .answers = S("answers.txt")};
	says(&w, "E-06", "no-file", SEVERITY_WARN, "There is no file");
}

static void feedback_and_keys(void **state)
{
	struct judged *j;
	struct world w;

	honest(&w);
	w.n.attest.feedback = STR_NONE;
	says(&w, "S-17", "not-said", SEVERITY_WARN, "postmaster");
	honest(&w);
	w.n.facts.intruded = w.x.now - 10 * DAY;
	says(&w, "S-18", "not-said", SEVERITY_WARN, "last change");
	is_silent(&w, "S-18", "old-key");
	w.x.identity.key[0].made = w.x.now - 11 * DAY;
	says(&w, "S-18", "old-key", SEVERITY_WARN, "before the intrusion");
	w.n.attest.keys_changed = w.x.now - 9 * DAY;
	j = run(&w);
	t_true(passed(j, "S-18"), "keys changed since");
	judged_free(j);
}

/* ---- the copy that came back */

#define LETTER                                                               \
	"Dear Alex Sample,\n\nA stranger copied a part of our database.\n\n" \
	"Your number is " CONTENT_MARKER "3.\n\n"                            \
	"Read https://www.example.com/incident now.\n"
#define COPY                                                          \
	"Dear Anna Maria Alder,\n\nA stranger copied a part\nof our " \
	"database.\n\nYour number is 4711.\n\n"                       \
	"Read https://www.example.com/incident now.\n"

struct returned {
	struct world w;
	struct arena arena;
	struct content_variant variant;
	struct content_letter letter;
	struct markup_link was[1], is[2];
};

static void returned(struct returned *r, const char *text)
{
	struct identity_copy *c = &r->w.x.identity.copy;
	struct str page = S("https://www.example.com/incident");

	honest(&r->w);
	through(&r->w, false, true);
	r->arena = ARENA_INIT(MiB);
	r->was[0] = r->is[0] = (struct markup_link){.target = page};
	r->letter = (struct content_letter){
	    .text = S(LETTER), .page = {.link = r->was, .links = 1}};
	prose_of(&r->letter.prose, &r->arena, r->letter.text);
	r->variant = (struct content_variant){.made = &r->letter};
	r->w.x.content.variant = &r->variant;
	r->w.x.content.variants = 1;
	prose_of(&c->text, &r->arena, str_of(text));
	prose_of(&c->html, &r->arena, str_of(text));
	c->has_html = true;
	c->page = (struct markup){.link = r->is, .links = 1};
}

static void a_copy_as_it_was_sent_passes(void **state)
{
	struct returned r;
	struct judged *j;

	returned(&r, COPY);
	j = run(&r.w);
	t_true(passed(j, "E-05"), "E-05 passes");
	judged_free(j);
	arena_release(&r.arena);
}

static void what_a_relay_adds_is_told(void **state)
{
	struct identity_copy *c;
	struct returned r;

	returned(&r, COPY "\nSent by Mailmonger, which sends for you.\n");
	c = &r.w.x.identity.copy;
	says(&r.w, "E-05", "footer", SEVERITY_WARN, "\"Sent by Mailmonger");
	arena_release(&r.arena);
	returned(&r, "Spring is here.\n\nNew novels for you.\n");
	says(&r.w, "E-05", "text", SEVERITY_WARN, "another text");
	arena_release(&r.arena);
	returned(&r, "");
	is_unchecked(&r.w, "E-05", "text", false, "no text");
	arena_release(&r.arena);
	returned(&r, COPY);
	r.is[1] = (struct markup_link){.target = S("https://v.example/")};
	c->page.links = 2;
	says(&r.w, "E-05", "added-link", SEVERITY_WARN, "v.example");
	r.is[0] = r.is[1];
	says(&r.w, "E-05", "links", SEVERITY_BLOCK, "v.example");
	c->page.links = 0;
	is_silent(&r.w, "E-05", "links"); /* dropped, not changed */
	c->page.remote = S("https://v.example/p.gif");
	says(&r.w, "E-05", "pixel", SEVERITY_WARN, "picture");
	arena_release(&r.arena);
}

static void the_copys_header_is_ours(void **state)
{
	struct world w;
	struct identity_copy *c = &w.x.identity.copy;

	honest(&w);
	through(&w, false, true);
	c->there = false;
	is_unchecked(&w, "E-05", "no-copy", false, "no copy");
	through(&w, false, true);
	c->read_error = S("x");
	is_unchecked(&w, "E-05", "no-copy", false, "can not be read");
	through(&w, false, true);
	c->dkim_passes = false;
	says(&w, "E-05", "signature", SEVERITY_BLOCK, "does not sign");
	c->trouble = true;
	is_unchecked(&w, "E-05", "signature", true, "did not answer");
	through(&w, false, true);
	c->dkim_aligned = false;
	c->dkim_domain = S("vendor.example");
	says(&w, "E-05", "alignment", SEVERITY_BLOCK, "vendor.example only");
	through(&w, false, true);
	c->from = S("notice@vendor.example");
	says(&w, "E-05", "from", SEVERITY_BLOCK, "notice@vendor.example");
	c->from = S("Privacy@Example.com");
	is_silent(&w, "E-05", "from");
	c->return_path_own = false;
	c->return_path_org = S("vendor.example");
	says(&w, "E-05", "return-path", SEVERITY_WARN, "vendor.example");
	c->return_path_org = STR_NONE;
	is_silent(&w, "E-05", "return-path");
	c->list_unsubscribe = true;
	says(&w, "E-05", "unsubscribe", SEVERITY_WARN, "List-Unsubscribe");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(an_honest_sender_passes),
	    T(the_sender_is_one_mailbox_of_ours),
	    T(a_fresh_domain_blocks),
	    T(a_cousin_of_the_main_domain_blocks),
	    T(the_address_and_its_answers),
	    T(spf_of_a_direct_sender_blocks),
	    T(spf_of_a_providers_relay_warns),
	    T(a_bounce_domain_that_is_not_there_is_one_fault),
	    T(signatures_hold_and_are_ours),
	    T(dmarc_refuses_imitations),
	    T(mail_travels_encrypted),
	    T(answers_come_in_encrypted),
	    T(tlsa_records_can_be_used),
	    T(servers_have_addresses),
	    T(an_answer_that_could_not_block_is_asked_again),
	    T(hosts_have_names_that_lead_back),
	    T(each_block_list_is_told_apart),
	    T(domains_take_mail),
	    T(a_bounce_address_to_fill_in_silences_only_itself),
	    T(neighbours_are_named),
	    T(a_third_party_is_declared_and_signs_for_us),
	    T(feedback_and_keys),
	    T(a_copy_as_it_was_sent_passes),
	    T(what_a_relay_adds_is_told),
	    T(the_copys_header_is_ours),
	};

	return t_run("rules_identity", tests);
}
