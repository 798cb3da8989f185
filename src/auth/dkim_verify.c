#include "auth/verifier.h"
#include "base/mem.h"
#include "mail/tags.h"

struct dkim_check {
	struct gather g;
	struct dkim_verify_options o;
	dkim_verify_fn *fn;
	void *arg;
	size_t found; /* DKIM-Signature fields */
	struct dkim_verdict *verdict;
};

const struct dkim_verify_options dkim_verify_defaults = {
    .skew = DKIM_SKEW,
    .signatures_max = LIMIT_DKIM_SIGNATURES,
    .key_bits_min = KEY_BITS_MIN,
};

const char *dkim_result_name(enum dkim_result r)
{
	static const char *const names[] = {
	    [DKIM_NONE] = "none",
	    [DKIM_PASS] = "pass",
	    [DKIM_FAIL] = "fail",
	    [DKIM_NEUTRAL] = "neutral",
	    [DKIM_POLICY] = "policy",
	    [DKIM_TEMPERROR] = "temperror",
	    [DKIM_PERMERROR] = "permerror",
	};

	return names[r];
}

/* ---- one signature */

static void say(struct dkim_check *c, struct dkim_verdict *v,
    enum dkim_result result, const char *reason)
{
	v->result = result;
	v->reason = gather_clean(&c->g, str_of(reason));
}

static void name_row(
    struct dkim_check *c, struct dkim_verdict *v, const struct verifier_row *r)
{
	v->at = c->g.fields.field[r->field].at;
	v->domain = r->sig.domain;
	v->selector = r->sig.selector;
	v->identity = gather_clean(&c->g, r->sig.identity);
	v->algorithm = gather_clean(&c->g, r->sig.algorithm);
}

/* A field of h= stands there once more than was signed. */
static bool has_added_field(struct fields *f, const struct verifier_row *r)
{
	struct str rest = r->sig.names, raw;

	fields_begin(f);
	while (rest.p)
		fields_take(f, tags_cut_item(&rest), r->field, &raw);
	rest = r->sig.names;
	while (rest.p) {
		struct str name = tags_cut_item(&rest);

		/* these are added by every hop, and never shown */
		if (str_ieq(name, S("Received")) ||
		    str_ieq(name, S("DKIM-Signature")))
			continue;
		if (fields_left(f, name, r->field) > 0)
			return true;
	}
	return false;
}

static enum dkim_result result_of(enum key_verdict v)
{
	switch (v) {
	case KEY_PASS: return DKIM_PASS;
	case KEY_FAIL: return DKIM_FAIL;
	case KEY_TEMPERROR: return DKIM_TEMPERROR;
	case KEY_PERMERROR: break;
	}
	return DKIM_PERMERROR;
}

static void explain_pass(struct dkim_check *c, struct dkim_verdict *v)
{
	struct buf b = BUF_INIT(KiB);

	buf_addf(&b, "signed by %.*s, unchanged since", STR_ARG(v->domain));
	if (v->flags & DKIM_UNSIGNED_REST)
		buf_addz(&b,
		    "; what follows the signed part of the body (l=) may be "
		    "anybody's");
	if (v->flags & DKIM_ADDED_FIELD)
		buf_addz(&b,
		    "; a header field that was signed stands there once more, "
		    "unsigned");
	if (v->flags & DKIM_FUTURE)
		buf_addz(&b, "; its time (t=) lies in the future");
	if (v->flags & DKIM_TESTING)
		buf_addz(&b, "; the domain says it is only testing (t=y)");
	say(c, v, DKIM_PASS, buf_cstr(&b));
	buf_release(&b);
}

static void judge_key(
    struct dkim_check *c, struct verifier_row *r, struct dkim_verdict *v)
{
	struct dkim_verifier *d = c->g.v;
	unsigned char sum[DIGEST_SIZE];
	struct key_outcome k;
	bool ok = signature_sum(
	    &r->sig, &c->g.fields, r->field, d->digest, &d->scratch, sum);

	gather_judge(&c->g, r, ok ? sum : NULL, c->o.key_bits_min, &k);
	v->key_bits = k.bits;
	v->record = gather_clean(&c->g, k.record);
	if (k.testing)
		v->flags |= DKIM_TESTING;
	if (k.strict)
		v->flags |= DKIM_STRICT;
	say(c, v, result_of(k.verdict), k.reason.msg);
}

static void judge_row(
    struct dkim_check *c, struct verifier_row *r, struct dkim_verdict *v)
{
	name_row(c, v, r);
	if (!r->readable) {
		say(c, v, DKIM_PERMERROR, r->bad.msg);
		return;
	}
	if (signature_is_future(&r->sig, c->o.at, c->o.skew))
		v->flags |= DKIM_FUTURE;
	judge_key(c, r, v);
	if (v->result != DKIM_PASS && v->result != DKIM_FAIL)
		return;
	if (gather_length_is_over(&c->g, r)) {
		say(c, v, DKIM_PERMERROR,
		    "l= says more was signed than the body has (RFC 6376 "
		    "3.5)");
		return;
	}
	if (gather_rest_is_unsigned(&c->g, r))
		v->flags |= DKIM_UNSIGNED_REST;
	if (has_added_field(&c->g.fields, r))
		v->flags |= DKIM_ADDED_FIELD;
	if (v->result == DKIM_PASS)
		explain_pass(c, v);
}

/* Beyond the budget: read, never asked for. */
static void judge_rest(
    struct dkim_check *c, size_t field, struct dkim_verdict *v)
{
	struct verifier_row r;

	gather_read(&c->g, &r, SIGNATURE_DKIM, field);
	name_row(c, v, &r);
	v->result = DKIM_POLICY;
	v->reason = S("over the budget: only the topmost signatures of a "
		      "message are verified");
}

/* ---- the message */

static void judge_truncated(struct dkim_check *c)
{
	static const char why[] =
	    "the header of the message is longer than 1 MiB, so it was not "
	    "examined";

	for (size_t i = 0; i < c->found; i++) {
		c->verdict[i].result = DKIM_NEUTRAL;
		c->verdict[i].reason = str_of(why);
	}
}

static void judge_lost(struct dkim_check *c)
{
	for (size_t i = 0; i < c->found; i++)
		c->verdict[i] = (struct dkim_verdict){.result = DKIM_TEMPERROR,
		    .reason = str_of(gather_lost_why)};
}

static void complete(struct gather *g)
{
	struct dkim_check *c = (struct dkim_check *)g;
	struct dkim_report report = {.row = c->verdict,
	    .count = c->found,
	    .truncated = g->fields.truncated};
	dkim_verify_fn *fn = c->fn;
	void *arg = c->arg;
	size_t n = 0;

	if (g->fields.truncated)
		judge_truncated(c);
	for (size_t i = 0; i < g->fields.count && !g->fields.truncated; i++) {
		if (!fields_is(&g->fields, i, S("DKIM-Signature")))
			continue;
		if (n < g->rows)
			judge_row(c, &g->row[n], &c->verdict[n]);
		else
			judge_rest(c, i, &c->verdict[n]);
		n++;
	}
	if (gather_is_lost(g))
		judge_lost(c);
	fn(&report, arg);
	gather_release(g);
	free(c);
}

static void read_row(struct dkim_check *c, struct verifier_row *r, size_t field)
{
	gather_read(&c->g, r, SIGNATURE_DKIM, field);
	if (r->readable && signature_is_expired(&r->sig, c->o.at, c->o.skew)) {
		r->readable = false;
		err_set(&r->bad, ERR_INPUT,
		    "the signature has expired (x=, RFC 6376 6.1.1)");
	}
}

static bool find_signatures(struct dkim_check *c)
{
	struct gather *g = &c->g;
	size_t n = 0;

	for (size_t i = 0; i < g->fields.count; i++)
		c->found += fields_is(&g->fields, i, S("DKIM-Signature"));
	c->verdict = arena_array(&g->arena, c->found, sizeof(*c->verdict));
	n = c->found < c->o.signatures_max ? c->found : c->o.signatures_max;
	g->row = arena_array(&g->arena, n, sizeof(*g->row));
	if (g->arena.failed)
		return false;
	if (g->fields.truncated)
		return true;
	for (size_t i = 0; i < g->fields.count && g->rows < n; i++)
		if (fields_is(&g->fields, i, S("DKIM-Signature")))
			read_row(c, &g->row[g->rows++], i);
	return true;
}

struct dkim_check *dkim_verify_start(struct dkim_verifier *v,
    struct str message, const struct dkim_verify_options *o, dkim_verify_fn *fn,
    void *arg)
{
	struct dkim_check *c = mem_try_zalloc(sizeof(*c));

	if (!c)
		return NULL;
	c->o = *o;
	c->fn = fn;
	c->arg = arg;
	/* LIMIT_DKIM_MEMORY holds any header of LIMIT_HEADER_SECTION */
	if (gather_init(&c->g, v, message, complete) == 0 &&
	    find_signatures(c) && gather_start(&c->g))
		return c;
	dkim_verify_cancel(c);
	mem_lost(0);
	return NULL;
}

void dkim_verify_cancel(struct dkim_check *c)
{
	gather_release(&c->g);
	free(c);
}
