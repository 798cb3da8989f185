#include "auth/dmarc.h"
#include "base/mem.h"

#define ASKED_MAX (LIMIT_DMARC_WALK * (1 + LIMIT_DMARC_IDENTIFIERS))
#define REASON    600UL

enum phase {
	PHASE_AUTHOR,
	PHASE_EXISTS,
	PHASE_IDENTIFIERS,
};

static const char no_memory[] =
    "There is not enough memory to judge this message now.";

struct dmarc {
	struct dns *dns;
	struct dns_query *query;
	dmarc_fn *fn;
	void *arg;
	const struct psl *psl;
	struct arena arena;
	enum phase phase;
	struct dmarc_result result;
	struct dmarc_walk walk;
	const struct dmarc_step *asked[ASKED_MAX];
	struct dmarc_identifier *identifier;
	size_t identifier_count, at;
	bool second_round;          /* for those that had a temperror */
	size_t walks;               /* for identifiers */
	bool undecided;             /* one more might be aligned */
	struct str undecided_by;    /* its name */
	struct str aligned;         /* the identifier that passed first */
	struct dmarc_step lost;     /* what there was no memory to ask */
	unsigned long mem_failures; /* of the thread, at the start */
};

const char *dmarc_verdict_name(enum dmarc_verdict v)
{
	switch (v) {
	case DMARC_VERDICT_NONE: return "none";
	case DMARC_VERDICT_PASS: return "pass";
	case DMARC_VERDICT_FAIL: return "fail";
	case DMARC_VERDICT_TEMPERROR: return "temperror";
	case DMARC_VERDICT_PERMERROR: return "permerror";
	}
	BUG("dmarc verdict %d", (int)v);
}

static void release(struct dmarc *d)
{
	if (d->query)
		dns_cancel(d->query);
	arena_release(&d->arena);
	free(d);
}

/* Ends it: `d` is gone. */
__attribute__((format(printf, 3, 4))) static void finish(
    struct dmarc *d, enum dmarc_verdict v, const char *fmt, ...)
{
	char reason[REASON];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof(reason), fmt, ap);
	va_end(ap);
	if (mem_failures() != d->mem_failures) {
		d->result = (struct dmarc_result){.author = d->result.author};
		v = DMARC_VERDICT_TEMPERROR;
		snprintf(reason, sizeof(reason), "%s", no_memory);
	}
	d->result.verdict = v;
	d->result.asked = d->asked;
	d->result.reason = str_of(reason);
	d->fn(&d->result, d->arg);
	release(d);
}

static void advance(struct dmarc *d);

/* ---- one name's records */

static void take_text(struct dmarc *d, struct dmarc_step *s, struct str text)
{
	struct dmarc_record *r;

	if (!dmarc_record_is(text)) {
		if (!s->stray.p && str_istarts(str_trim(text), S("v")) &&
		    str_find(text, S("p=")) >= 0)
			s->stray = dmarc_text_shown(text, &d->arena);
		return;
	}
	if (s->seen < DMARC_TEXTS_KEPT)
		s->text[s->seen] = dmarc_text_shown(text, &d->arena);
	s->seen++;
	s->record = NULL;
	if (s->seen > 1 || !(r = arena_alloc(&d->arena, sizeof(*r))))
		return;
	if (dmarc_record_parse(text, &d->arena, r))
		s->record = r;
}

static void on_records(const struct dns_answer *a, void *arg)
{
	struct dmarc *d = arg;
	struct buf text = BUF_INIT(LIMIT_DNS_ANSWER);
	struct dmarc_step *s = arena_alloc(&d->arena, sizeof(*s));

	d->query = NULL;
	if (s) {
		s->name = d->walk.next;
		s->status = a->status;
		for (size_t i = 0; i < a->rr_count; i++) {
			buf_reset(&text);
			if (dns_rr_txt(&a->rr[i], &text))
				take_text(d, s, buf_str(&text));
		}
	}
	buf_release(&text);
	if (d->arena.failed) {
		finish(d, DMARC_VERDICT_PERMERROR,
		    "The DMARC records on the way from %.*s are too many or "
		    "too long.",
		    STR_ARG(d->result.author));
		return;
	}
	d->asked[d->result.asked_count++] = s;
	dmarc_walk_take(&d->walk, s);
	advance(d);
}

static const struct dmarc_step *known(const struct dmarc *d, struct str name)
{
	for (size_t i = 0; i < d->result.asked_count; i++)
		if (str_eq(d->asked[i]->name, name))
			return d->asked[i];
	return NULL;
}

/* True: the walk is over; false: a question is under way. */
static bool go_on(struct dmarc *d)
{
	char asked[LIMIT_DOMAIN + sizeof("_dmarc.")];
	struct str name;
	int n;

	while (dmarc_walk_wants(&d->walk, &name)) {
		const struct dmarc_step *s = known(d, name);

		if (s) {
			dmarc_walk_take(&d->walk, s);
			continue;
		}
		n = snprintf(
		    asked, sizeof(asked), "_dmarc.%.*s", STR_ARG(name));
		ENSURE(n > 0 && (size_t)n < sizeof(asked) &&
		       d->result.asked_count < ASKED_MAX);
		d->query = dns_start(
		    d->dns, str_make(asked, (size_t)n), DNS_TXT, on_records, d);
		if (d->query)
			return false;
		d->lost =
		    (struct dmarc_step){.name = name, .status = DNS_SERVFAIL};
		dmarc_walk_take(&d->walk, &d->lost);
	}
	return true;
}

static void walk_from(struct dmarc *d, struct str domain)
{
	struct str org;

	if (!d->psl) {
		dmarc_walk_init(&d->walk, domain);
		return;
	}
	if (!psl_registrable(d->psl, domain, &org))
		org = domain;
	dmarc_walk_init_psl(&d->walk, domain, org);
}

/* ---- the end */

static void conclude_fail(struct dmarc *d)
{
	struct dmarc_result *r = &d->result;
	const char *tag = "p";

	if (r->exists == DMARC_EXISTS_UNKNOWN) {
		finish(d, DMARC_VERDICT_TEMPERROR,
		    "Whether %.*s exists could not be looked up now, so which "
		    "policy of %.*s applies is not known.",
		    STR_ARG(r->author), STR_ARG(r->policy_domain));
		return;
	}
	if (!str_eq(r->author, r->policy_domain))
		tag = r->exists == DMARC_EXISTS_NO ? "np" : "sp";
	r->disposition =
	    r->record->testing ? dmarc_policy_tested(r->policy) : r->policy;
	finish(d, DMARC_VERDICT_FAIL,
	    "No SPF or DKIM pass is aligned with %.*s; the policy of %.*s "
	    "(%s) asks for %s%s%s.",
	    STR_ARG(r->author), STR_ARG(r->policy_domain), tag,
	    dmarc_policy_name(r->policy),
	    r->record->testing && r->policy ? ", being tested: " : "",
	    r->record->testing && r->policy ? dmarc_policy_name(r->disposition)
					    : "");
}

static void conclude(struct dmarc *d)
{
	struct dmarc_result *r = &d->result;

	if (r->spf_aligned || r->dkim_aligned)
		finish(d, DMARC_VERDICT_PASS,
		    "%s passed for %.*s, which is aligned with %.*s.",
		    r->spf_aligned && r->dkim_aligned ? "SPF and DKIM"
		    : r->spf_aligned                  ? "SPF"
						      : "DKIM",
		    STR_ARG(d->aligned), STR_ARG(r->author));
	else if (d->undecided)
		finish(d, DMARC_VERDICT_TEMPERROR,
		    "A look-up for %.*s got no answer now; with it the "
		    "message might pass.",
		    STR_ARG(d->undecided_by));
	else
		conclude_fail(d);
}

/* ---- alignment */

static void doubt(struct dmarc *d, const struct dmarc_identifier *x)
{
	if (!d->undecided)
		d->undecided_by = x->domain;
	d->undecided = true;
}

static void align(struct dmarc *d, const struct dmarc_identifier *x)
{
	struct dmarc_result *r = &d->result;

	if (x->result == DMARC_AUTH_TEMPERROR) {
		doubt(d, x);
		return;
	}
	if (!r->spf_aligned && !r->dkim_aligned)
		d->aligned = x->domain;
	if (x->mechanism == DMARC_SPF)
		r->spf_aligned = true;
	else
		r->dkim_aligned = true;
}

/* Whether nothing is to be learnt from `x` in this round. */
static bool is_idle(const struct dmarc *d, const struct dmarc_identifier *x)
{
	if (x->result !=
	    (d->second_round ? DMARC_AUTH_TEMPERROR : DMARC_AUTH_PASS))
		return true;
	return x->mechanism == DMARC_SPF ? d->result.spf_aligned
					 : d->result.dkim_aligned;
}

/* True: a walk was begun, whose end decides about d->identifier[d->at]. */
static bool try_align(struct dmarc *d, const struct dmarc_identifier *x)
{
	struct dmarc_result *r = &d->result;
	bool strict = x->mechanism == DMARC_SPF ? r->record->strict_spf
						: r->record->strict_dkim;

	if (is_idle(d, x))
		return false;
	if (str_eq(x->domain, r->author)) {
		align(d, x);
		return false;
	}
	if (strict)
		return false;
	if (!r->organizational.n) {
		doubt(d, x);
		return false;
	}
	/* Two names with one organizational domain both end in it. */
	if (!dmarc_is_below(x->domain, r->organizational) ||
	    d->walks == LIMIT_DMARC_IDENTIFIERS)
		return false;
	d->walks++;
	walk_from(d, x->domain);
	return true;
}

static void judge_identifier(struct dmarc *d)
{
	const struct dmarc_identifier *x = &d->identifier[d->at];
	struct str org = dmarc_walk_organization(&d->walk);

	if (str_eq(org, d->result.organizational))
		align(d, x);
	else if (!org.n)
		doubt(d, x);
}

static void go_through_identifiers(struct dmarc *d)
{
	for (;; d->at++) {
		if (d->at == d->identifier_count) {
			if (d->second_round || d->undecided ||
			    d->result.spf_aligned || d->result.dkim_aligned)
				break;
			d->second_round = true;
			d->at = 0;
			if (!d->identifier_count)
				break;
		}
		if (!try_align(d, &d->identifier[d->at]))
			continue;
		/* The PSL needs no records of an identifier's domain. */
		if (!d->psl && !go_on(d))
			return;
		judge_identifier(d);
	}
	conclude(d);
}

/* ---- policy */

static void choose_policy(struct dmarc *d)
{
	struct dmarc_result *r = &d->result;

	if (str_eq(r->author, r->policy_domain))
		r->policy = r->record->p;
	else if (r->exists == DMARC_EXISTS_NO)
		r->policy = r->record->np;
	else
		r->policy = r->record->sp;
	d->phase = PHASE_IDENTIFIERS;
	go_through_identifiers(d);
}

static void on_exists(const struct dns_answer *a, void *arg)
{
	struct dmarc *d = arg;

	d->query = NULL;
	switch (a->status) {
	case DNS_OK:
	case DNS_NODATA: d->result.exists = DMARC_EXISTS_YES; break;
	case DNS_NXDOMAIN:
		/* An alias is a record, also one that leads nowhere (A.4). */
		d->result.exists =
		    !a->canonical.n || str_ieq(a->canonical, d->result.author)
			? DMARC_EXISTS_NO
			: DMARC_EXISTS_YES;
		break;
	case DNS_SERVFAIL:
	case DNS_TIMEOUT: d->result.exists = DMARC_EXISTS_UNKNOWN; break;
	}
	choose_policy(d);
}

static void on_author_walked(struct dmarc *d)
{
	struct dmarc_result *r = &d->result;
	const struct dmarc_step *s = dmarc_walk_policy(&d->walk), *last;

	r->organizational = dmarc_walk_organization(&d->walk);
	last = d->walk.step[d->walk.steps - 1];
	if (!s && d->walk.failed) {
		finish(d, DMARC_VERDICT_TEMPERROR,
		    "_dmarc.%.*s could not be looked up now (%s).",
		    STR_ARG(last->name), dns_status_name(last->status));
		return;
	}
	if (!s) {
		finish(d, DMARC_VERDICT_NONE,
		    "Neither %.*s nor a domain above it publishes a DMARC "
		    "record.",
		    STR_ARG(r->author));
		return;
	}
	r->record = s->record;
	r->policy_domain = s->name;
	if (!s->record->applies) {
		finish(d, DMARC_VERDICT_NONE,
		    "The DMARC record of %.*s has no valid policy and no "
		    "valid rua: no DMARC (RFC 9989 4.10.1).",
		    STR_ARG(s->name));
		return;
	}
	d->phase = PHASE_EXISTS;
	if (!str_eq(s->name, r->author) && s->record->np != s->record->sp &&
	    (d->query = dns_start(d->dns, r->author, DNS_A, on_exists, d)))
		return;
	choose_policy(d);
}

static void advance(struct dmarc *d)
{
	if (!go_on(d))
		return;
	if (d->phase == PHASE_AUTHOR) {
		on_author_walked(d);
		return;
	}
	judge_identifier(d);
	d->at++;
	go_through_identifiers(d);
}

/* ---- start */

static struct str copy_domain(struct dmarc *d, struct str name, struct err *e)
{
	struct buf out = BUF_INIT(LIMIT_DOMAIN);
	struct str copy = STR_NONE;

	if (dmarc_domain(name, &out, e) == 0)
		copy = arena_dup(&d->arena, buf_str(&out));
	buf_release(&out);
	return copy;
}

/* What is no domain name is aligned with none. */
static void copy_identifiers(struct dmarc *d, const struct dmarc_request *r)
{
	if (!r->identifier_count)
		return;
	d->identifier =
	    arena_array(&d->arena, r->identifier_count, sizeof(*d->identifier));
	for (size_t i = 0; d->identifier && i < r->identifier_count; i++) {
		struct dmarc_identifier x = r->identifier[i];

		if (x.result == DMARC_AUTH_FAIL)
			continue;
		x.domain = copy_domain(d, x.domain, NULL);
		if (x.domain.n)
			d->identifier[d->identifier_count++] = x;
	}
}

static int not_started(struct dmarc *d, int rc, struct err *e)
{
	bool lost = mem_failures() != d->mem_failures;

	release(d);
	return lost ? err_set(e, ERR_NOMEM, no_memory) : rc;
}

int dmarc_start(struct dns *dns, const struct dmarc_request *r, dmarc_fn *fn,
    void *arg, struct dmarc **ret, struct err *e)
{
	unsigned long before = mem_failures();
	struct dmarc *d = mem_try_zalloc(sizeof(*d));

	if (!d)
		return err_set(e, ERR_NOMEM, no_memory);
	d->mem_failures = before;
	d->dns = dns;
	d->fn = fn;
	d->arg = arg;
	d->psl = r->psl;
	d->arena = ARENA_INIT(LIMIT_DMARC_ARENA);
	d->result.author = copy_domain(d, r->author, e);
	if (!d->result.author.n)
		return not_started(d, e && e->code ? e->code : ERR_INPUT, e);
	copy_identifiers(d, r);
	if (d->arena.failed)
		return not_started(d,
		    err_set(e, ERR_LIMIT,
			"there are too many authenticated identifiers"),
		    e);
	walk_from(d, d->result.author);
	/* the first name is asked for, if there is memory */
	if (go_on(d) || mem_failures() != before)
		return not_started(d, ERR_NOMEM, e);
	*ret = d;
	return 0;
}

void dmarc_cancel(struct dmarc *d)
{
	release(d);
}
