/* The signed test message, judged as a stranger would judge it, and what
 * belongs to it: keys, SPF, DMARC.
 */
#include "auth/dmarc.h"
#include "base/limits.h"
#include "check/gather_identity.h"
#include "crypto/pkey.h"
#include "mail/date.h"
#include "notice/composer.h"

#include <sys/stat.h>

/* Addresses that are nobody's (RFC 1112 4, 1122 3.2.1.3, 6666): a record that
 * lets one of them pass lets everyone pass. */
static const char *const nobody[] = {"240.0.0.1", "0.0.0.1", "100::1"};

/* ---- private keys */

static void read_key(
    struct gather_identity *g, const struct notice_dkim *d, size_t i)
{
	struct identity_key *k = &g->x->key[i];
	const char *path = notice_path(g->c->notice, d->key, g->c->arena);
	struct buf domain = BUF_INIT(2 * LIMIT_DOMAIN);
	struct pkey *key = NULL;
	struct err e = {0};
	struct stat st;

	*k = (struct identity_key){
	    .domain = d->domain, .selector = d->selector, .org = d->domain};
	if (dmarc_domain(d->domain, &domain, &e) == 0) {
		struct str ascii = arena_dup(g->c->arena, buf_str(&domain));

		k->org = ascii;
		psl_registrable(g->psl, ascii, &k->org);
		k->own = identity_is_own(g->c, g->psl, k->org);
	}
	buf_release(&domain);
	if (path && pkey_load_private(path, &key, &e) == 0) {
		k->loaded = true;
		k->ed25519 = pkey_kind(key) == PKEY_ED25519;
		k->bits = pkey_bits(key);
	} else {
		k->load_error = arena_dup(g->c->arena, str_of(e.msg));
	}
	if (path && stat(path, &st) == 0)
		k->made = st.st_mtime * USEC_PER_SEC;
	pkey_free(key);
}

void gather_identity_keys(struct gather_identity *g)
{
	const struct notice *n = g->c->notice;

	for (size_t i = 0; i < n->dkim_count; i++)
		read_key(g, &n->dkim[i], i);
	g->x->keys = n->dkim_count;
}

/* ---- waiting for one answer */

struct waiting {
	struct gather_identity *g;
	bool done;
	void *to;
};

static void wait_for(struct waiting *w)
{
	while (!w->done)
		loop_run(w->g->c->loop);
}

static void answered(struct waiting *w)
{
	w->done = true;
	loop_stop(w->g->c->loop);
}

/* ---- SPF */

static void on_spf(const struct spf_verdict *v, void *arg)
{
	struct waiting *w = arg;
	struct identity_spf *to = w->to;
	struct arena *a = w->g->c->arena;

	*to = (struct identity_spf){
	    .result = v->result,
	    .lookups = v->lookups,
	    .void_lookups = v->void_lookups,
	    .reason = arena_dup(a, v->reason),
	    .record = arena_dup(a, v->record),
	};
	answered(w);
}

static void judge_spf(struct gather_identity *g, const struct endpoint *ip,
    struct identity_spf *ret)
{
	struct waiting w = {.g = g, .to = ret};
	struct spf_request r = {
	    .ip = *ip,
	    .helo = g->x->helo.n ? g->x->helo : S("localhost"),
	    .mail_from = g->c->notice->bounce_address,
	    .now = g->c->o.now,
	};

	spf_start(g->c->loop, g->c->dns, &r, on_spf, &w);
	wait_for(&w);
}

static void gather_spf(struct gather_identity *g)
{
	struct endpoint ip;

	if (!g->x->bounce.name.n)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(nobody); i++) {
		struct identity_spf one;

		ENSURE(endpoint_parse_ip(str_of(nobody[i]), 0, &ip));
		judge_spf(g, &ip, &one);
		if (i == 0 || one.result == SPF_PASS)
			g->x->spf_stranger = one;
	}
	for (size_t i = 0; i < g->x->ips; i++)
		judge_spf(g, &g->x->ip[i].ip, &g->x->ip[i].spf);
}

/* ---- DMARC */

static void add_problem(struct gather_identity *g, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
static void add_problem(struct gather_identity *g, const char *fmt, ...)
{
	struct identity_dmarc *to = &g->x->dmarc;
	char text[1200];
	va_list ap;

	if (!to->problem)
		to->problem = arena_array(
		    g->c->arena, LIMIT_DMARC_PROBLEMS + 8, sizeof(struct str));
	if (!to->problem || to->problems == LIMIT_DMARC_PROBLEMS + 8)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	to->problem[to->problems++] = arena_dup(g->c->arena, str_of(text));
}

static void keep_steps(struct gather_identity *g, const struct dmarc_result *r)
{
	struct identity_dmarc *to = &g->x->dmarc;

	for (size_t i = 0; i < r->asked_count; i++) {
		const struct dmarc_step *s = r->asked[i];

		if (s->status == DNS_SERVFAIL || s->status == DNS_TIMEOUT)
			to->trouble = true;
		if (s->seen > to->records)
			to->records = s->seen;
		if (s->seen > 1)
			add_problem(g,
			    "There are %u DMARC records at _dmarc.%.*s; "
			    "receivers ignore them all (RFC 9989 4.10).",
			    s->seen, STR_ARG(s->name));
		if (s->stray.n && !s->seen)
			add_problem(g,
			    "The text at _dmarc.%.*s is no DMARC record: it "
			    "must begin with v=DMARC1.",
			    STR_ARG(s->name));
	}
}

/* "mailto:dmarc@reports.example" -> reports.example, if it is another's */
static void keep_foreign(struct gather_identity *g, struct str uri)
{
	struct identity_dmarc *to = &g->x->dmarc;
	struct str domain, org, policy = to->policy_domain;
	ptrdiff_t at = str_rchr(uri, '@');

	if (at < 0 || !str_istarts(uri, S("mailto:")) ||
	    to->foreigns == IDENTITY_REPORTS)
		return;
	domain = str_from(uri, (size_t)at + 1);
	domain = str_cut(&domain, '?');
	org = domain;
	psl_registrable(g->psl, domain, &org);
	psl_registrable(g->psl, policy, &policy);
	if (domain.n && !str_ieq(org, policy))
		to->foreign[to->foreigns++].to = arena_dup(g->c->arena, domain);
}

static void ask_foreign(struct gather_identity *g)
{
	struct identity_dmarc *d = &g->x->dmarc;
	struct buf name = BUF_INIT(KiB), text = BUF_INIT(64 * KiB);

	for (size_t i = 0; i < d->foreigns; i++) {
		buf_reset(&name);
		buf_addf(&name, "%.*s._report._dmarc.%.*s",
		    STR_ARG(d->policy_domain), STR_ARG(d->foreign[i].to));
		d->foreign[i].asked = ask_add(&g->ask, buf_str(&name), DNS_TXT);
	}
	ask_run(&g->ask);
	for (size_t i = 0; i < d->foreigns; i++) {
		const struct dns_fact *f = d->foreign[i].asked;

		for (size_t k = 0; dns_fact_has(f) && k < f->count; k++) {
			buf_reset(&text);
			if (dns_rr_txt(&f->rr[k], &text))
				d->foreign[i].allowed |=
				    dmarc_record_is(buf_str(&text));
		}
	}
	buf_release(&name);
	buf_release(&text);
}

static void on_dmarc(const struct dmarc_result *r, void *arg)
{
	struct waiting *w = arg;
	struct gather_identity *g = w->g;
	struct identity_dmarc *to = &g->x->dmarc;
	struct arena *a = g->c->arena;

	to->asked = true;
	to->organizational = arena_dup(a, r->organizational);
	keep_steps(g, r);
	if (r->record && r->record->applies) {
		to->found = true;
		to->policy = r->policy;
		to->policy_domain = arena_dup(a, r->policy_domain);
		to->record = arena_dup(a, r->record->text);
		to->testing = r->record->testing;
		to->has_np = r->record->has_np;
		to->rua = r->record->rua_count;
		for (size_t i = 0; i < to->rua; i++)
			keep_foreign(g, r->record->rua[i]);
	}
	for (size_t i = 0; r->record && i < r->record->problem_count; i++)
		add_problem(g, "%.*s %.*s", STR_ARG(r->record->problem[i].what),
		    STR_ARG(r->record->problem[i].mend));
	answered(w);
}

static void gather_dmarc(struct gather_identity *g)
{
	struct waiting w = {.g = g};
	struct dmarc_request r = {.author = g->x->from.name};
	struct dmarc *d;
	struct err ignored = {0};

	if (g->x->from.name.n &&
	    dmarc_start(g->c->dns, &r, on_dmarc, &w, &d, &ignored) == 0)
		wait_for(&w);
	ask_foreign(g);
}

/* ---- the test message */

/* Somebody of the audience with an address. */
struct somebody {
	struct arena *arena;
	struct store_due due;
	bool found;
};

#define FOUND (-1000)

static int take_first(const struct people_row *row, void *arg)
{
	struct somebody *s = arg;
	struct people_row *to = &s->due.row;

	if (!row->addresses.n)
		return 0;
	*to = *row;
	to->person_id = arena_dup(s->arena, row->person_id);
	to->addresses = arena_dup(s->arena, row->addresses);
	to->domain = arena_dup(s->arena, row->domain);
	to->name = arena_dup(s->arena, row->name);
	to->language = arena_dup(s->arena, row->language);
	to->segment = arena_dup(s->arena, row->segment);
	to->jurisdiction = arena_dup(s->arena, row->jurisdiction);
	to->cells = arena_dup(s->arena, row->cells);
	s->found = true;
	return FOUND;
}

/* A letter of the notice itself, for the first person who can be sent to. */
static int compose_letter(
    struct gather_identity *g, struct buf *out, struct err *e)
{
	struct check_context *c = g->c;
	struct somebody s = {.arena = c->arena};
	struct composer_config cfg = {.notice = c->notice,
	    .secret = c->secret,
	    .store = c->store,
	    .people = c->people,
	    .variants = c->variants,
	    .profile = c->notice->relay.n ? c->profile : NULL,
	    .with_keys = true,
	    .lifetime = composer_lifetime(c->notice)};
	struct composer *composer = NULL;
	struct composed m;
	int rc;

	if (!c->people || !c->variants)
		return 0;
	rc = people_each(c->people, 0, take_first, &s, e);
	if (!s.found)
		return rc == FOUND ? 0 : rc;
	rc = composer_new(&cfg, &composer, e);
	if (rc < 0)
		return rc;
	composed_init(&m);
	rc = composer_compose(composer, &s.due, c->o.now / USEC_PER_SEC, &m, e);
	if (rc > 0) {
		buf_add(out, buf_str(&m.head));
		buf_add(out, buf_str(&m.message));
	}
	composed_release(&m);
	composer_free(composer);
	return rc;
}

/* Without an audience, or where the first person's letter can not be made: a
 * mail of a few words, signed the same way. */
static int compose_plain(
    struct gather_identity *g, struct buf *out, struct err *e)
{
	const struct notice *n = g->c->notice;
	struct dkim_identity id[DKIM_KEYS_MAX] = {0};
	struct dkim_signature sig[DKIM_KEYS_MAX] = {0};
	struct dkim_sign_options options = dkim_sign_defaults;
	struct buf message = BUF_INIT(64 * KiB);
	struct dkim_signer *signer;
	char date[DATE_SIZE];
	int rc = 0;

	date_format(g->c->o.now / USEC_PER_SEC, date);
	buf_addf(&message,
	    "From: <%.*s>\r\nTo: <test@%.*s>\r\nSubject: test\r\n"
	    "Date: %s\r\n",
	    STR_ARG(n->from_address), STR_ARG(g->x->from.name), date);
	buf_addf(&message, "Message-ID: <test@%.*s>\r\n\r\nA test.\r\n",
	    STR_ARG(g->x->from.name));
	for (size_t i = 0; i < n->dkim_count && rc == 0; i++) {
		id[i].domain = n->dkim[i].domain;
		id[i].selector = n->dkim[i].selector;
		rc = pkey_load_private(
		    notice_path(n, n->dkim[i].key, g->c->arena), &id[i].key, e);
		if (rc == 0)
			id[i].kind = pkey_kind(id[i].key);
	}
	if (rc == 0) {
		options.lifetime = composer_lifetime(n);
		signer = dkim_signer_new(id, n->dkim_count, &options);
		rc = dkim_sign(signer, buf_str(&message),
		    g->c->o.now / USEC_PER_SEC, out, sig, e);
		dkim_signer_free(signer);
	} else {
		for (size_t i = 0; i < DKIM_KEYS_MAX; i++)
			pkey_free(id[i].key);
	}
	buf_add(out, buf_str(&message));
	buf_release(&message);
	return rc;
}

static void on_report(struct auth_report *r, void *arg)
{
	struct waiting *w = arg;

	*(struct auth_report **)w->to = r;
	answered(w);
}

static void free_report(void *report)
{
	auth_report_free(report);
}

struct auth_report *identity_judge_mail(struct gather_identity *g,
    struct str message, const struct auth_facts *facts)
{
	struct auth_verifier *v = auth_verifier_new(g->c->loop, g->c->dns);
	struct auth_report *report = NULL;
	struct waiting w = {.g = g, .to = &report};
	struct auth_request r = {
	    .message = message,
	    .facts = *facts,
	    .at = g->c->o.now / USEC_PER_SEC,
	};

	auth_verify_start(v, &r, on_report, &w);
	wait_for(&w);
	auth_verifier_free(v);
	arena_cleanup(g->c->arena, free_report, report);
	return report;
}

/* The row of each key, by d= and s=. */
static void match_rows(struct gather_identity *g)
{
	const struct dkim_report *r = &g->x->report->dkim;

	for (size_t i = 0; i < g->x->keys; i++)
		for (size_t k = 0; k < r->count; k++)
			if (str_ieq(r->row[k].domain, g->x->key[i].domain) &&
			    str_ieq(r->row[k].selector, g->x->key[i].selector))
				g->x->key[i].test = &r->row[k];
}

static bool keys_are_there(const struct identity_facts *x)
{
	for (size_t i = 0; i < x->keys; i++)
		if (!x->key[i].loaded)
			return false;
	return x->keys > 0;
}

static void gather_test(struct gather_identity *g)
{
	struct auth_facts facts = {
	    .helo = g->x->helo, .mail_from = g->c->notice->bounce_address};
	struct buf message = BUF_INIT(LIMIT_LETTER + 64 * KiB);
	struct err e = {0};
	int rc;

	if (!g->x->from.name.n || !keys_are_there(g->x))
		return;
	if (g->x->ips)
		facts.ip = g->x->ip[0].ip;
	rc = compose_letter(g, &message, &e);
	if (rc <= 0) {
		buf_reset(&message);
		rc = compose_plain(g, &message, &e);
	}
	if (rc < 0) {
		g->x->compose_error = arena_dup(g->c->arena, str_of(e.msg));
	} else {
		g->x->composed = true;
		g->x->report = identity_judge_mail(
		    g, arena_dup(g->c->arena, buf_str(&message)), &facts);
		match_rows(g);
	}
	buf_release(&message);
}

void gather_identity_mail(struct gather_identity *g)
{
	gather_spf(g);
	gather_dmarc(g);
	gather_test(g);
}
