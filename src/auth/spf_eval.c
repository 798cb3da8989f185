#include "auth/spf_private.h"
#include "base/mem.h"

static bool temporary(enum dns_status s)
{
	return s == DNS_SERVFAIL || s == DNS_TIMEOUT;
}

void spf_ask(struct spf *s, struct str name, enum dns_type type, dns_fn *fn)
{
	s->query = dns_start(s->dns, name, type, fn, s);
	if (!s->query) {
		spf_lose(s);
		return;
	}
	s->waiting = true;
	s->v.queries++;
}

/* ---- counting (RFC 7208 4.6.4) */

bool spf_note_void(struct spf *s)
{
	if (s->term_void)
		return true;
	s->term_void = true;
	if (++s->v.void_lookups <= s->void_max)
		return true;
	spf_conclude(s, SPF_PERMERROR,
	    "more than %u terms look up what is not there (RFC 7208 4.6.4)",
	    s->void_max);
	return false;
}

static bool count_term(struct spf *s, const struct spf_term *t)
{
	unsigned n = spf_term_lookups(t);

	s->term_void = false;
	if (s->v.lookups + n > LIMIT_SPF_TERMS) {
		s->v.lookups = LIMIT_SPF_TERMS;
		spf_conclude(s, SPF_PERMERROR,
		    "the record, with those it includes, needs more than %lu "
		    "look-ups (RFC 7208 4.6.4)",
		    LIMIT_SPF_TERMS);
		return false;
	}
	s->v.lookups += n;
	return true;
}

/* ---- results of records and terms */

static void frame_done(struct spf *s, enum spf_result r)
{
	if (s->depth == 0) {
		spf_conclude_matched(s, r);
		return;
	}
	if (r == SPF_PASS && !s->inner.p)
		s->inner =
		    spf_top(s)->in_term ? spf_top(s)->term.text : S("default");
	s->depth--;
	s->phase = SPF_TERMS;
	spf_term_done(s, r == SPF_PASS);
}

void spf_term_done(struct spf *s, bool match)
{
	struct spf_frame *f = spf_top(s);

	s->waiting = false;
	if (match) {
		frame_done(s, f->term.qualifier);
		return;
	}
	if (s->depth == 0)
		s->inner = STR_NONE;
	f->in_term = false;
}

/* A domain without a record: for the one that was asked for, `none`. */
static void no_record(struct spf *s, const char *why)
{
	struct spf_frame *f = spf_top(s);

	if (f->redirected)
		spf_conclude(s, SPF_PERMERROR,
		    "redirect= leads to %.*s: %s (RFC 7208 6.1)",
		    STR_ARG(f->name), why);
	else if (s->depth > 0)
		spf_conclude(s, SPF_PERMERROR,
		    "%.*s is included: %s (RFC 7208 5.2)", STR_ARG(f->name),
		    why);
	else
		spf_conclude(s, SPF_NONE, "%.*s: %s", STR_ARG(f->name), why);
}

/* ---- the record of a domain (RFC 7208 4.4, 4.5) */

static void take_record(struct spf *s, struct str text)
{
	struct spf_frame *f = spf_top(s);
	struct err e = {0};

	f->text = text;
	if (spf_record_parse(text, &f->record, &e) < 0) {
		spf_conclude(s, SPF_PERMERROR,
		    "the SPF record of %.*s is wrong: %s", STR_ARG(f->name),
		    e.msg);
		return;
	}
	f->rest = f->record.terms;
	f->in_term = false;
	s->phase = SPF_TERMS;
}

static void select_record(struct spf *s, const struct dns_answer *a)
{
	struct str found = STR_NONE;
	size_t n = 0;

	for (size_t i = 0; i < a->rr_count; i++) {
		struct buf text = BUF_INIT(LIMIT_SPF_RECORD);

		if (dns_rr_txt(&a->rr[i], &text) &&
		    spf_is_record(buf_str(&text)) && n++ == 0)
			found = arena_dup(&s->arena, buf_str(&text));
		buf_release(&text);
	}
	if (s->arena.failed)
		return;
	if (n > 1)
		spf_conclude(s, SPF_PERMERROR,
		    "%.*s has %zu SPF records; one is allowed "
		    "(RFC 7208 4.5)",
		    STR_ARG(spf_top(s)->name), n);
	else if (n == 0)
		no_record(s, "it has no SPF record");
	else
		take_record(s, found);
}

static void on_record(const struct dns_answer *a, void *arg)
{
	struct spf *s = arg;

	s->query = NULL;
	s->waiting = false;
	if (temporary(a->status)) {
		spf_conclude(s, SPF_TEMPERROR,
		    "the SPF record of %.*s could not be looked up: %s",
		    STR_ARG(spf_top(s)->name), dns_status_name(a->status));
	} else if (a->status == DNS_OK) {
		select_record(s, a);
	} else {
		/* of an include or redirect, which it ends anyway */
		if ((s->depth > 0 || spf_top(s)->redirected) && !s->term_void)
			s->v.void_lookups++;
		no_record(s, a->status == DNS_NXDOMAIN
				 ? "there is no such domain"
				 : "it has no SPF record");
	}
	spf_run(s);
}

static void enter_record(
    struct spf *s, struct spf_frame *f, struct str name, struct str domain)
{
	f->name = arena_dup(&s->arena, name);
	f->domain = arena_dup(&s->arena, domain);
	f->text = STR_NONE;
	s->phase = SPF_RECORD;
}

static void read_record(struct spf *s)
{
	struct spf_frame *f = spf_top(s);

	/* RFC 7208 4.3 */
	if (str_chr(f->domain, '.') < 0)
		no_record(s, "a domain name of one label has no SPF record");
	else
		spf_ask(s, f->name, DNS_TXT, on_record);
}

/* ---- terms */

/* The target's name in s->name; false: there is none that could exist. */
static bool target(struct spf *s, struct str spec, struct str *ret_bytes)
{
	struct spf_frame *f = spf_top(s);

	buf_reset(&s->name);
	buf_reset(&s->scratch);
	if (!spec.p) {
		buf_add(&s->name, f->name);
		*ret_bytes = f->domain;
		return true;
	}
	if (s->utf8_local && spf_macro_uses(spec, "sl"))
		return false;
	s->macros.domain = f->domain;
	s->macros.validated = spf_hosts_validated(s, f->name);
	spf_macro_expand(spec, &s->macros, &s->scratch);
	return !s->scratch.over &&
	       spf_name_text(buf_str(&s->scratch), ret_bytes, &s->name);
}

/* What a, exists and mx share; false: the term is answered. */
static bool answer_is_useful(
    struct spf *s, const struct dns_answer *a, const char *what)
{
	s->query = NULL;
	s->waiting = false;
	if (a->status == DNS_OK)
		return true;
	if (temporary(a->status))
		spf_conclude(s, SPF_TEMPERROR,
		    "%.*s: the %s of %.*s could not be looked up: %s",
		    STR_ARG(str_sub(spf_top(s)->term.text, 0, 80)), what,
		    STR_ARG(buf_str(&s->name)), dns_status_name(a->status));
	else if (spf_note_void(s))
		spf_term_done(s, false);
	return false;
}

static void on_address(const struct dns_answer *a, void *arg)
{
	struct spf *s = arg;

	if (answer_is_useful(s, a, "address"))
		spf_term_done(s, spf_top(s)->term.kind == SPF_EXISTS ||
				     spf_hosts_match(s, &spf_top(s)->term, a));
	spf_run(s);
}

static void on_mx(const struct dns_answer *a, void *arg)
{
	struct spf *s = arg;

	if (answer_is_useful(s, a, "mail servers"))
		spf_hosts_mx(s, a);
	spf_run(s);
}

static void match_ptr(struct spf *s, struct str parent)
{
	bool match = false;

	for (size_t i = 0; i < s->ptr_names; i++)
		match |= spf_name_is_in(s->ptr_name[i], parent);
	spf_term_done(s, match);
}

static void follow(struct spf *s, struct str bytes)
{
	struct spf_frame *f = spf_top(s);

	if (f->term.kind == SPF_REDIRECT) {
		f->redirected = true;
		f->in_term = false;
	} else {
		ENSURE(s->depth < LIMIT_SPF_TERMS);
		f = &s->frame[++s->depth];
		*f = (struct spf_frame){0};
	}
	enter_record(s, f, buf_str(&s->name), bytes);
}

static void match_network(struct spf *s, const struct spf_term *t)
{
	bool v6 = t->kind == SPF_IP6;
	const struct dns_rr rr = {{(const char *)t->ip, v6 ? 16 : 4}};
	const struct dns_answer a = {.rr = &rr, .rr_count = 1};

	spf_term_done(s, v6 == s->macros.v6 && spf_hosts_match(s, t, &a));
}

/* A target that is no name: nothing matches (RFC 7208 4.8), but a record that
 * must be there is missing (5.2, 6.1). */
static void no_target(struct spf *s, const struct spf_term *t)
{
	/* RFC 8616 section 4: such terms match nothing */
	bool local = s->utf8_local && spf_macro_uses(t->domain, "sl");

	if (t->kind == SPF_REDIRECT || (t->kind == SPF_INCLUDE && !local))
		spf_conclude(s, SPF_PERMERROR,
		    "%.*s: that gives no domain name (RFC 7208 4.8)",
		    STR_ARG(str_sub(t->text, 0, 80)));
	else
		spf_term_done(s, false);
}

static void evaluate(struct spf *s)
{
	const struct spf_term *t = &spf_top(s)->term;
	bool named = t->domain.p && spf_macro_uses(t->domain, "p");
	struct str bytes;

	if (t->kind == SPF_ALL) {
		spf_term_done(s, true);
		return;
	}
	if (t->kind == SPF_IP4 || t->kind == SPF_IP6) {
		match_network(s, t);
		return;
	}
	if ((named || t->kind == SPF_PTR) && !s->ptr_known) {
		spf_hosts_validate(s);
		return;
	}
	if ((named || t->kind == SPF_PTR) && s->ptr_void && !spf_note_void(s))
		return;
	if (!target(s, t->domain, &bytes)) {
		no_target(s, t);
		return;
	}
	if (t->kind == SPF_PTR)
		match_ptr(s, buf_str(&s->name));
	else if (t->kind == SPF_INCLUDE || t->kind == SPF_REDIRECT)
		follow(s, bytes);
	else if (t->kind == SPF_MX)
		spf_ask(s, buf_str(&s->name), DNS_MX, on_mx);
	else
		spf_ask(s, buf_str(&s->name),
		    t->kind == SPF_EXISTS ? DNS_A : spf_hosts_type(s),
		    on_address);
}

static void next_term(struct spf *s)
{
	struct spf_frame *f = spf_top(s);
	struct err e = {0};
	int rc;

	if (f->in_term) {
		evaluate(s);
		return;
	}
	do
		rc = spf_term_next(&f->rest, &f->term, &e);
	while (rc > 0 &&
	       (f->term.kind == SPF_REDIRECT || f->term.kind == SPF_EXP ||
		   f->term.kind == SPF_UNKNOWN));
	ENSURE(rc >= 0); /* it was parsed before */
	if (rc == 0 && !f->record.redirect.text.p) {
		frame_done(s, SPF_NEUTRAL);
		return;
	}
	if (rc == 0)
		f->term = f->record.redirect;
	if (count_term(s, &f->term))
		f->in_term = true;
}

/* ---- exp= (RFC 7208 6.2) */

static void on_explanation(const struct dns_answer *a, void *arg)
{
	struct spf *s = arg;
	struct buf text = BUF_INIT(LIMIT_SPF_RECORD);

	s->query = NULL;
	s->waiting = false;
	if (a->status == DNS_OK && a->rr_count == 1 &&
	    dns_rr_txt(&a->rr[0], &text) && text.len > 0 &&
	    spf_macro_check(buf_str(&text), SPF_IN_TEXT) == NULL)
		s->exp_text = arena_dup(&s->arena, buf_str(&text));
	if (!s->exp_text.p)
		spf_explain(s, STR_NONE);
	buf_release(&text);
	spf_run(s);
}

static void explain(struct spf *s)
{
	struct spf_frame *f = spf_top(s);
	struct str spec = f->record.exp.domain, bytes;
	struct buf out = BUF_INIT(LIMIT_SPF_EXPLANATION);

	if (spf_macro_uses(s->exp_text.p ? s->exp_text : spec, "p") &&
	    !s->ptr_known) {
		spf_hosts_validate(s);
		return;
	}
	if (!s->exp_text.p) {
		if (target(s, spec, &bytes))
			spf_ask(s, buf_str(&s->name), DNS_TXT, on_explanation);
		else
			spf_explain(s, STR_NONE);
		return;
	}
	s->macros.domain = f->domain;
	s->macros.validated = spf_hosts_validated(s, f->name);
	spf_macro_expand(s->exp_text, &s->macros, &out);
	spf_explain(s, out.over ? STR_NONE : buf_str(&out));
	buf_release(&out);
}

/* ---- the whole */

static void release(struct spf *s)
{
	if (s->query)
		dns_cancel(s->query);
	spf_hosts_cancel(s);
	loop_task_cancel(&s->begin);
	loop_timer_release(&s->timer);
	buf_release(&s->scratch);
	buf_release(&s->name);
	arena_release(&s->arena);
	free(s);
}

static void step(struct spf *s)
{
	switch (s->phase) {
	case SPF_BEGIN:
		s->phase = SPF_RECORD;
		if (s->identity_trouble.p)
			spf_conclude(
			    s, SPF_NONE, "%.*s", STR_ARG(s->identity_trouble));
		break;
	case SPF_RECORD: read_record(s); break;
	case SPF_TERMS: next_term(s); break;
	case SPF_EXPLAIN: explain(s); break;
	}
}

void spf_run(struct spf *s)
{
	while (!s->waiting && !s->ended) {
		if (s->arena.failed && s->phase != SPF_EXPLAIN)
			spf_lose(s);
		else
			step(s);
	}
	if (!s->ended)
		return;
	if (mem_failures() != s->mem_failures)
		spf_lose(s);
	if (s->query)
		dns_cancel(s->query);
	s->query = NULL;
	spf_hosts_cancel(s);
	s->fn(&s->v, s->arg);
	release(s);
}

static void on_begin(void *arg)
{
	spf_run(arg);
}

static void on_budget(void *arg)
{
	struct spf *s = arg;

	if (s->phase == SPF_EXPLAIN)
		spf_explain(s, STR_NONE);
	else
		spf_conclude(s, SPF_TEMPERROR,
		    "it took longer than %lld seconds (RFC 7208 4.6.4)",
		    (long long)(s->budget / USEC_PER_SEC));
	spf_run(s);
}

struct spf *spf_start(struct loop *l, struct dns *d,
    const struct spf_request *r, spf_fn *fn, void *arg)
{
	unsigned long before = mem_failures();
	struct spf *s = mem_try_zalloc(sizeof(*s));

	if (!s)
		return NULL;
	s->mem_failures = before;
	s->loop = l;
	s->dns = d;
	s->fn = fn;
	s->arg = arg;
	s->arena = ARENA_INIT(LIMIT_SPF_MEMORY);
	s->budget = r->budget ? r->budget : SPF_BUDGET_DEFAULT;
	s->void_max = r->void_max ? r->void_max : LIMIT_SPF_VOID;
	buf_init(&s->scratch, LIMIT_SPF_EXPANSION);
	buf_init(&s->name, 4 * LIMIT_DOMAIN);
	spf_take_request(s, r);
	loop_task_init(&s->begin, on_begin, s);
	loop_post_soon(l, &s->begin);
	loop_timer_init(&s->timer, l, on_budget, s);
	if (loop_timer_start(&s->timer, s->budget))
		return s;
	release(s);
	return NULL;
}

void spf_cancel(struct spf *s)
{
	release(s);
}
