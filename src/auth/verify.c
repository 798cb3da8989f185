#include "auth/author.h"
#include "auth/verify_private.h"
#include "base/mem.h"
#include "mail/header.h"

struct auth_verifier {
	struct loop *loop;
	struct dns *dns;
	struct dkim_verifier *dkim;
};

struct auth_check {
	struct auth_verifier *v;
	auth_verify_fn *fn;
	void *arg;
	struct auth_report *report;
	unsigned long mem_failures; /* of the thread, at the start */
	struct str message;
	const struct psl *psl;
	const char *no_author; /* why DMARC can not be judged */
	bool sender_known;     /* MAIL FROM, for DMARC */
	/* NULL when it is not under way */
	struct spf *spf;
	struct dkim_check *dkim;
	struct arc_check *arc;
	struct dmarc *dmarc;
	struct loop_task begin;
	struct loop_timer timer;
};

static const char too_late[] =
    "the time for judging this message was over before the DNS had answered";

/* ---- the end */

static void release(struct auth_check *c)
{
	if (c->spf)
		spf_cancel(c->spf);
	if (c->dkim)
		dkim_verify_cancel(c->dkim);
	if (c->arc)
		arc_verify_cancel(c->arc);
	if (c->dmarc)
		dmarc_cancel(c->dmarc);
	loop_task_cancel(&c->begin);
	loop_timer_release(&c->timer);
	free(c);
}

static void finish(struct auth_check *c)
{
	struct auth_report *r = c->report;
	auth_verify_fn *fn = c->fn;
	void *arg = c->arg;

	/* Whose work it hit is not asked: what failed may have been shared. */
	if (r->arena.failed || mem_failures() != c->mem_failures)
		auth_forget_all(r);
	release(c);
	fn(r, arg);
}

/* What is still under way is not known. */
static void on_time_over(void *arg)
{
	struct auth_check *c = arg;
	struct auth_report *r = c->report;

	r->out_of_time = true;
	if (c->spf) {
		r->spf.result = SPF_TEMPERROR;
		r->spf.reason = str_of(too_late);
	}
	if (c->dkim)
		auth_time_out_dkim(r, too_late);
	if (c->arc) {
		r->arc.result = ARC_TEMPERROR;
		r->arc.reason = str_of(too_late);
	}
	r->dmarc.result =
	    c->no_author ? DMARC_VERDICT_PERMERROR : DMARC_VERDICT_TEMPERROR;
	r->dmarc.reason = str_of(c->no_author ? c->no_author : too_late);
	finish(c);
}

/* ---- DMARC */

static void on_dmarc(const struct dmarc_result *d, void *arg)
{
	struct auth_check *c = arg;

	c->dmarc = NULL;
	auth_take_dmarc(c->report, d);
	finish(c);
}

static bool identify_spf(const struct auth_check *c, struct dmarc_identifier *x)
{
	const struct spf_verdict *v = &c->report->spf;

	*x = (struct dmarc_identifier){
	    .mechanism = DMARC_SPF, .domain = v->domain};
	if (!c->sender_known)
		return false;
	if (v->result == SPF_PASS)
		x->result = DMARC_AUTH_PASS;
	else if (v->result == SPF_TEMPERROR)
		x->result = DMARC_AUTH_TEMPERROR;
	return x->result != DMARC_AUTH_FAIL;
}

static bool identify_dkim(
    const struct dkim_verdict *v, struct dmarc_identifier *x)
{
	*x = (struct dmarc_identifier){
	    .mechanism = DMARC_DKIM, .domain = v->domain};
	if (v->result == DKIM_PASS)
		x->result = DMARC_AUTH_PASS;
	else if (v->result == DKIM_TEMPERROR)
		x->result = DMARC_AUTH_TEMPERROR;
	return x->result != DMARC_AUTH_FAIL;
}

static void start_dmarc(struct auth_check *c)
{
	struct auth_report *r = c->report;
	struct dmarc_request q = {
	    .author = r->dmarc.from_domain, .psl = c->psl};
	struct dmarc_identifier *x =
	    arena_array(&r->arena, r->dkim.count + 1, sizeof(*x));
	struct err e = {0};
	size_t n = 0;

	if (x) {
		n += identify_spf(c, &x[n]);
		for (size_t i = 0; i < r->dkim.count; i++)
			n += identify_dkim(&r->dkim.row[i], &x[n]);
	}
	q.identifier = x;
	q.identifier_count = n;
	if (r->arena.failed) {
		finish(c);
		return;
	}
	if (dmarc_start(c->v->dns, &q, on_dmarc, c, &c->dmarc, &e) < 0) {
		r->dmarc.result = DMARC_VERDICT_PERMERROR;
		r->dmarc.reason = auth_keep_clean(r, str_of(e.msg));
		finish(c);
	}
}

/* ---- SPF, DKIM, ARC */

static void go_on(struct auth_check *c)
{
	if (c->begin.prev || c->spf || c->dkim || c->arc)
		return;
	if (c->report->arena.failed) {
		finish(c);
	} else if (c->no_author) {
		c->report->dmarc.result = DMARC_VERDICT_PERMERROR;
		c->report->dmarc.reason = str_of(c->no_author);
		finish(c);
	} else {
		start_dmarc(c);
	}
}

static void on_begin(void *arg)
{
	go_on(arg);
}

static void on_spf(const struct spf_verdict *v, void *arg)
{
	struct auth_check *c = arg;

	c->spf = NULL;
	auth_take_spf(c->report, v);
	go_on(c);
}

static void on_dkim(const struct dkim_report *r, void *arg)
{
	struct auth_check *c = arg;

	c->dkim = NULL;
	auth_take_dkim(c->report, r);
	go_on(c);
}

static void on_arc(const struct arc_report *r, void *arg)
{
	struct auth_check *c = arg;

	c->arc = NULL;
	auth_take_arc(c->report, r);
	go_on(c);
}

/* ---- start */

/* What the header says before anything is looked up. */
struct survey {
	size_t size; /* of the section, as far as it was read */
	unsigned arc_seals;
	bool too_long;
};

static void survey(struct str message, size_t max, struct survey *ret)
{
	struct header_reader r;
	struct header_field f;

	*ret = (struct survey){0};
	header_reader_init(&r, message);
	while (header_next(&r, &f)) {
		ret->size = f.end;
		if (f.is_field && str_ieq(f.name, S("ARC-Seal")))
			ret->arc_seals++;
	}
	ret->too_long = r.truncated || ret->size > max;
}

static void set_budget(struct auth_budget *b)
{
	if (b->time <= 0)
		b->time = AUTH_TIME_DEFAULT;
	if (b->header == 0 || b->header > LIMIT_HEADER_SECTION)
		b->header = LIMIT_HEADER_SECTION;
	if (b->signatures == 0 || b->signatures > LIMIT_DKIM_SIGNATURES)
		b->signatures = LIMIT_DKIM_SIGNATURES;
	if (b->arc_sets == 0 || b->arc_sets > ARC_SETS_MAX)
		b->arc_sets = ARC_SETS_MAX;
	if (b->spf_void == 0 || b->spf_void > LIMIT_SPF_VOID)
		b->spf_void = LIMIT_SPF_VOID;
}

static void find_author(struct auth_check *c, bool too_long)
{
	struct auth_report *r = c->report;
	struct author a;

	if (too_long) {
		c->no_author = "the header is too long to be read";
	} else if (author_find(c->message, &r->arena, &a)) {
		r->dmarc.from_domain = a.domain;
		r->from_address = auth_keep_clean(r, a.address);
		r->from_name = auth_keep_clean(r, a.name);
	} else {
		c->no_author = a.reason;
	}
}

static void start_spf(struct auth_check *c, const struct auth_facts *f,
    const struct auth_budget *b, int64_t at)
{
	struct auth_report *r = c->report;
	struct spf_request q = {.ip = f->ip,
	    .helo = f->helo,
	    .mail_from = f->mail_from,
	    .receiver = f->receiver,
	    .now = at * USEC_PER_SEC,
	    .budget = b->time < SPF_BUDGET_DEFAULT ? b->time : 0,
	    .void_max = b->spf_void};
	char tmp[ENDPOINT_TEXT];

	r->helo = auth_keep_clean(r, f->helo);
	r->mail_from = auth_keep_clean(r, f->mail_from);
	if (!f->ip.len) {
		r->spf.result = SPF_NONE;
		r->spf.reason = auth_keep_clean(
		    r, str_of(f->missing ? f->missing
					 : "it is not known from which address "
					   "the message came"));
		return;
	}
	r->ip = auth_keep_clean(r, str_of(endpoint_ip(&f->ip, tmp)));
	r->spf_judged = true;
	r->spf.helo = f->mail_from.n == 0;
	c->sender_known = f->mail_from.p != NULL;
	/* NULL, here and below: no memory, as finish() will find */
	c->spf = spf_start(c->v->loop, c->v->dns, &q, on_spf, c);
}

static void start_signatures(struct auth_check *c, const struct auth_budget *b,
    int64_t at, const struct survey *s)
{
	struct dkim_verify_options o = dkim_verify_defaults;
	struct arc_report *arc = &c->report->arc;

	o.at = at;
	o.signatures_max = b->signatures;
	if (s->too_long) {
		c->report->dkim.truncated = true;
		arc->result = s->arc_seals ? ARC_FAIL : ARC_NONE;
		arc->reason = S("the header of the message is too long, so it "
				"was not examined");
		return;
	}
	c->dkim = dkim_verify_start(c->v->dkim, c->message, &o, on_dkim, c);
	if (s->arc_seals > b->arc_sets) {
		arc->result = ARC_FAIL;
		arc->instances = s->arc_seals;
		arc->reason = S("there are more ARC sets than are verified");
		return;
	}
	c->arc = arc_verify_start(c->v->dkim, c->message, &o, on_arc, c);
}

struct auth_check *auth_verify_start(struct auth_verifier *v,
    const struct auth_request *r, auth_verify_fn *fn, void *arg)
{
	unsigned long before = mem_failures();
	struct auth_check *c = mem_try_zalloc(sizeof(*c));
	struct auth_report *report = mem_try_zalloc(sizeof(*report));
	struct auth_budget b = r->budget;
	struct survey s;

	set_budget(&b);
	if (c)
		loop_timer_init(&c->timer, v->loop, on_time_over, c);
	if (!c || !report || !loop_timer_start(&c->timer, b.time)) {
		free(report);
		free(c);
		return NULL;
	}
	c->v = v;
	c->fn = fn;
	c->arg = arg;
	c->mem_failures = before;
	c->message = r->message;
	c->psl = r->psl;
	c->report = report;
	c->report->arena = ARENA_INIT(LIMIT_AUTH_MEMORY);
	loop_task_init(&c->begin, on_begin, c);
	loop_post(v->loop, &c->begin);
	survey(c->message, b.header, &s);
	find_author(c, s.too_long);
	start_spf(c, &r->facts, &b, r->at);
	start_signatures(c, &b, r->at, &s);
	return c;
}

void auth_verify_cancel(struct auth_check *c)
{
	auth_report_free(c->report);
	release(c);
}

struct auth_verifier *auth_verifier_new(struct loop *l, struct dns *d)
{
	struct auth_verifier *v = mem_try_zalloc(sizeof(*v));

	if (!v)
		return NULL;
	v->loop = l;
	v->dns = d;
	v->dkim = dkim_verifier_new(l, d);
	if (v->dkim)
		return v;
	free(v);
	return NULL;
}

void auth_verifier_free(struct auth_verifier *v)
{
	if (!v)
		return;
	dkim_verifier_free(v->dkim);
	free(v);
}
