/* How mail to the sender's domains travels: the servers behind their MX
 * records, and what the From domain publishes of TLS (DANE, MTA-STS, TLSRPT).
 */
#include "base/limits.h"
#include "check/gather_identity.h"
#include "net/fetch.h"
#include "smtp/dane.h"

void identity_tls_ask(struct gather_identity *g)
{
	struct identity_facts *x = g->x;
	struct buf name = BUF_INIT(2 * LIMIT_DOMAIN);

	if (x->from.name.n) {
		buf_addf(&name, "_mta-sts.%.*s", STR_ARG(x->from.name));
		x->mta_sts.asked = ask_add(&g->ask, buf_str(&name), DNS_TXT);
		buf_reset(&name);
		buf_addf(&name, "_smtp._tls.%.*s", STR_ARG(x->from.name));
		x->tls_rpt.asked = ask_add(&g->ask, buf_str(&name), DNS_TXT);
	}
	buf_release(&name);
}

/* ---- servers */

static void add_server(struct gather_identity *g, struct identity_domain *d,
    struct str host, bool with_tlsa)
{
	struct identity_mx *to = &d->server[d->servers++];
	struct buf name = BUF_INIT(2 * LIMIT_DOMAIN);
	struct endpoint ip;

	*to = (struct identity_mx){.name = arena_dup(g->c->arena, host)};
	to->literal = endpoint_parse_ip(host, 25, &ip);
	if (!to->literal) {
		to->a = ask_add(&g->ask, to->name, DNS_A);
		to->aaaa = ask_add(&g->ask, to->name, DNS_AAAA);
		to->cname = ask_add(&g->ask, to->name, DNS_CNAME);
		dane_name(25, host, &name);
		if (with_tlsa)
			to->tlsa = ask_add(&g->ask, buf_str(&name), DNS_TLSA);
	}
	buf_release(&name);
}

static void add_servers(
    struct gather_identity *g, struct identity_domain *d, bool with_tlsa)
{
	struct buf host = BUF_INIT(2 * LIMIT_DOMAIN);
	uint16_t preference;

	for (size_t i = 0; dns_fact_has(d->mx) && !d->null_mx &&
			   i < d->mx->count && d->servers < IDENTITY_MX;
	     i++) {
		buf_reset(&host);
		if (dns_rr_mx(&d->mx->rr[i], &preference, &host) &&
		    !str_eq(buf_str(&host), S(".")))
			add_server(g, d, buf_str(&host), with_tlsa);
	}
	buf_release(&host);
}

void identity_servers_ask(struct gather_identity *g)
{
	add_servers(g, &g->x->from, true);
	add_servers(g, &g->x->bounce, false);
	add_servers(g, &g->x->reply, false);
}

/* ---- records */

static void keep_why(
    struct gather_identity *g, struct str *to, const struct err *e)
{
	*to = arena_dup(g->c->arena, str_of(e->msg));
}

/* "v=TLSRPTv1; rua=mailto:tls@example.com,https://..." (RFC 8460 3) */
static bool tls_rpt_is_good(struct str text)
{
	struct str version = str_trim(str_cut(&text, ';')), field;

	if (!str_eq(version, S("v=TLSRPTv1")))
		return false;
	while (text.p) {
		field = str_trim(str_cut(&text, ';'));
		if (!str_starts(field, S("rua=")))
			continue;
		field = str_trim(str_from(field, 4));
		return str_istarts(field, S("mailto:")) ||
		       str_istarts(field, S("https:"));
	}
	return false;
}

static void read_tls_rpt(struct gather_identity *g, struct str text)
{
	struct identity_policy *to = &g->x->tls_rpt;

	if (!str_istarts(text, S("v=TLSRPT")))
		return;
	to->records++;
	if (!tls_rpt_is_good(text))
		to->wrong = S("it must be \"v=TLSRPTv1; rua=mailto:...\" (RFC "
			      "8460 3)");
}

static void read_mta_sts(struct gather_identity *g, struct str text)
{
	struct identity_policy *to = &g->x->mta_sts;
	struct err e = {0};
	struct str id;

	if (!str_istarts(text, S("v=STS")))
		return;
	to->records++;
	if (!sts_record_is(text))
		to->wrong = S("it must begin with \"v=STSv1;\" (RFC 8461 3.1)");
	else if (!sts_record_parse(text, &id, &e))
		keep_why(g, &to->wrong, &e);
}

static void each_text(struct gather_identity *g, const struct dns_fact *f,
    void (*fn)(struct gather_identity *g, struct str text))
{
	struct buf text = BUF_INIT(64 * KiB);

	for (size_t i = 0; dns_fact_has(f) && i < f->count; i++) {
		buf_reset(&text);
		if (dns_rr_txt(&f->rr[i], &text))
			fn(g, buf_str(&text));
	}
	buf_release(&text);
}

/* ---- the policy of MTA-STS */

static void read_policy(struct gather_identity *g, struct str text)
{
	struct identity_facts *x = g->x;
	struct sts_policy p = {0};
	struct err e = {0};

	if (sts_policy_parse(text, g->c->arena, &p, &e) < 0) {
		keep_why(g, &x->sts.why, &e);
		return;
	}
	x->sts.mode = p.mode;
	for (size_t i = 0; i < x->from.servers && !x->sts.unnamed.n; i++)
		if (!sts_mx_matches(&p, x->from.server[i].name))
			x->sts.unnamed = x->from.server[i].name;
}

/* Redirects are not followed (RFC 8461 3.3). */
static void fetch_policy(struct gather_identity *g)
{
	struct identity_sts *to = &g->x->sts;
	struct fetch_options o = {
	    .max_body = LIMIT_STS_POLICY, .no_redirects = true};
	struct buf url = BUF_INIT(KiB);
	struct fetch_result r;
	struct err e = {0};
	char why[80];
	int rc;

	buf_addf(&url, "https://mta-sts.%.*s/.well-known/mta-sts.txt",
	    STR_ARG(g->x->from.name));
	to->asked = true;
	rc = g->c->o.web_dir
		 ? fetch_from_folder(g->c->o.web_dir, buf_cstr(&url), &r, &e)
		 : fetch_get(&o, buf_cstr(&url), &r, &e);
	buf_release(&url);
	if (rc < 0) {
		to->silent = rc == ERR_NET;
		keep_why(g, &to->why, &e);
		return;
	}
	if (r.status == 200) {
		read_policy(g, buf_str(&r.body));
	} else {
		snprintf(why, sizeof(why), "the web server answers with %d",
		    r.status);
		to->why = arena_dup(g->c->arena, str_of(why));
	}
	fetch_result_free(&r);
}

void identity_tls_read(struct gather_identity *g)
{
	struct identity_facts *x = g->x;

	each_text(g, x->tls_rpt.asked, read_tls_rpt);
	each_text(g, x->mta_sts.asked, read_mta_sts);
	if (x->mta_sts.records == 1 && !x->mta_sts.wrong.n &&
	    (!g->c->o.zone || g->c->o.web_dir))
		fetch_policy(g);
}
