#include "auth/arc_chain.h"
#include "auth/verifier.h"
#include "base/mem.h"
#include "mail/header.h"

struct arc_check {
	struct gather g;
	struct dkim_verify_options o;
	arc_verify_fn *fn;
	void *arg;
	struct arc_chain chain;
	struct err broken; /* the chain fails without any look-up */
	bool ended;        /* the newest seal says cv=fail */
	struct arc_set *set;
};

const char *arc_result_name(enum arc_result r)
{
	static const char *const names[] = {
	    [ARC_NONE] = "none",
	    [ARC_PASS] = "pass",
	    [ARC_FAIL] = "fail",
	    [ARC_TEMPERROR] = "temperror",
	};

	return names[r];
}

/* Rows: the seals from the first set on, then the message signatures. */
static struct verifier_row *seal_row(struct arc_check *c, unsigned number)
{
	return &c->g.row[number - 1];
}

static struct verifier_row *signature_row(struct arc_check *c, unsigned number)
{
	return &c->g.row[c->chain.count + number - 1];
}

/* ---- before any look-up */

static void check_seal(struct arc_check *c, unsigned number)
{
	const struct verifier_row *r = seal_row(c, number);
	struct err *e = &c->broken;

	if (!r->readable)
		err_set(e, ERR_INPUT, "i=%u: %s", number, r->bad.msg);
	else if (r->sig.cv == CV_FAIL)
		err_set(e, ERR_INPUT,
		    "the ARC-Seal with i=%u says that the chain was broken "
		    "before (cv=fail)",
		    number);
	else if (number == 1 && r->sig.cv != CV_NONE)
		err_set(e, ERR_INPUT,
		    "the first ARC-Seal must say cv=none (RFC 8617 5.2)");
	else if (number > 1 && r->sig.cv != CV_PASS)
		err_set(e, ERR_INPUT,
		    "the ARC-Seal with i=%u must say cv=pass (RFC 8617 5.2)",
		    number);
}

static void check_signature(struct arc_check *c, unsigned number)
{
	struct verifier_row *r = signature_row(c, number);

	if (r->readable && signature_is_expired(&r->sig, c->o.at, c->o.skew)) {
		r->readable = false;
		err_set(&r->bad, ERR_INPUT,
		    "the ARC-Message-Signature has expired (x=)");
	}
	/* older ones may be broken: a later hop changed the message */
	if (!r->readable && number == c->chain.count && !c->broken.code)
		err_set(&c->broken, ERR_INPUT, "i=%u: %s", number, r->bad.msg);
}

static bool read_rows(struct arc_check *c)
{
	unsigned n = c->chain.count;

	c->g.row = arena_array(&c->g.arena, 2 * n, sizeof(*c->g.row));
	c->set = arena_array(&c->g.arena, n, sizeof(*c->set));
	if (c->g.arena.failed)
		return false;
	c->g.rows = 2 * n;
	for (unsigned i = 1; i <= n; i++) {
		gather_read(&c->g, seal_row(c, i), SIGNATURE_SEAL,
		    c->chain.set[i - 1].seal);
		gather_read(&c->g, signature_row(c, i), SIGNATURE_AMS,
		    c->chain.set[i - 1].signature);
	}
	/* the newest has the last word on what is wrong */
	for (unsigned i = n; i >= 1 && !c->broken.code; i--)
		check_seal(c, i);
	for (unsigned i = 1; i <= n; i++)
		check_signature(c, i);
	if (c->broken.code)
		c->g.rows = 0; /* nothing to ask for */
	return true;
}

/* Also of a chain whose structure is broken. */
static bool is_ended(struct arc_check *c)
{
	unsigned n = c->chain.count;
	struct verifier_row newest;

	if (n == 0 || c->chain.set[n - 1].seal == FIELDS_NONE)
		return false;
	gather_read(&c->g, &newest, SIGNATURE_SEAL, c->chain.set[n - 1].seal);
	return newest.readable && newest.sig.cv == CV_FAIL;
}

/* ---- judging */

struct tally {
	struct err failed, again; /* the first of each */
	unsigned oldest_pass;
};

static void judge(struct arc_check *c, const struct verifier_row *r,
    const unsigned char *sum, const char *what, unsigned number,
    struct key_outcome *k, struct tally *t)
{
	struct err *e;

	gather_judge(&c->g, r, sum, c->o.key_bits_min, k);
	if (k->verdict == KEY_PASS || !t)
		return;
	e = k->verdict == KEY_TEMPERROR ? &t->again : &t->failed;
	if (!e->code)
		err_set(e, ERR_INPUT, "%s with i=%u: %s", what, number,
		    k->reason.msg);
}

static void judge_seals(struct arc_check *c, struct tally *t)
{
	struct dkim_verifier *d = c->g.v;
	unsigned char sum[DIGEST_SIZE];
	struct key_outcome k;

	for (unsigned i = c->chain.count; i >= 1; i--) {
		const struct verifier_row *r = seal_row(c, i);
		bool ok = arc_chain_sum(&c->chain, &c->g.fields, i, false,
		    &r->sig, d->digest, &d->scratch, sum);

		judge(c, r, ok ? sum : NULL, "ARC-Seal", i, &k, t);
	}
}

/* True: it holds.  `t`: where to tell if not, or NULL. */
static bool judge_signature(struct arc_check *c, unsigned i, struct tally *t)
{
	const struct verifier_row *r = signature_row(c, i);
	struct dkim_verifier *d = c->g.v;
	unsigned char sum[DIGEST_SIZE];
	struct key_outcome k;
	bool ok;

	if (!r->readable)
		return false;
	ok = signature_sum(
	    &r->sig, &c->g.fields, r->field, d->digest, &d->scratch, sum);
	if (gather_length_is_over(&c->g, r))
		ok = false;
	judge(c, r, ok ? sum : NULL, "ARC-Message-Signature", i, &k, t);
	return k.verdict == KEY_PASS;
}

static void judge_signatures(struct arc_check *c, struct tally *t)
{
	unsigned i = c->chain.count;

	if (!judge_signature(c, i, t))
		return;
	while (i > 1 && judge_signature(c, i - 1, NULL))
		i--;
	t->oldest_pass = i == 1 ? 0 : i;
}

static struct str results_text(struct arc_check *c, unsigned number)
{
	struct buf flat = BUF_INIT(LIMIT_HEADER_SECTION);
	struct str text;
	unsigned n;

	header_unfold(arc_results_value(fields_value(&c->g.fields,
					    c->chain.set[number - 1].results),
			  &n),
	    &flat);
	text = gather_clean(&c->g, buf_str(&flat));
	buf_release(&flat);
	return text;
}

static void describe_sets(struct arc_check *c)
{
	for (unsigned i = 1; i <= c->chain.count; i++) {
		struct arc_set *s = &c->set[i - 1];

		s->domain = seal_row(c, i)->sig.domain;
		s->selector = seal_row(c, i)->sig.selector;
		s->signed_by = signature_row(c, i)->sig.domain;
		s->results = results_text(c, i);
	}
}

static void judge_chain(struct arc_check *c, struct arc_report *r)
{
	struct tally t = {0};
	struct err *why = NULL;

	judge_signatures(c, &t);
	judge_seals(c, &t);
	describe_sets(c);
	r->set = c->set;
	r->sets = c->chain.count;
	r->oldest_pass = t.oldest_pass;
	r->result = ARC_PASS;
	if (t.failed.code) {
		r->result = ARC_FAIL;
		why = &t.failed;
	} else if (t.again.code) {
		r->result = ARC_TEMPERROR;
		why = &t.again;
	}
	r->reason = why ? gather_clean(&c->g, str_of(why->msg))
			: S("every seal holds, and the message is as the "
			    "newest signed it");
}

static void complete(struct gather *g)
{
	struct arc_check *c = (struct arc_check *)g;
	struct arc_report r = {.instances = c->chain.count};

	if (c->broken.code) {
		r.result = ARC_FAIL;
		r.reason = gather_clean(g, str_of(c->broken.msg));
		r.ended = c->ended;
	} else if (c->chain.count == 0) {
		r.reason = S("the message has no ARC fields");
	} else {
		judge_chain(c, &r);
	}
	if (gather_is_lost(g))
		r = (struct arc_report){.result = ARC_TEMPERROR,
		    .instances = c->chain.count,
		    .reason = str_of(gather_lost_why)};
	c->fn(&r, c->arg);
	gather_release(g);
	free(c);
}

static bool read_chain(struct arc_check *c)
{
	if (c->g.fields.truncated) {
		err_set(&c->broken, ERR_LIMIT,
		    "the header of the message is longer than 1 MiB, so it "
		    "was not examined");
		return true;
	}
	if (arc_chain_read(&c->g.fields, &c->chain, &c->broken) == 0 &&
	    c->chain.count > 0 && !read_rows(c))
		return false;
	c->ended = is_ended(c);
	return true;
}

struct arc_check *arc_verify_start(struct dkim_verifier *v, struct str message,
    const struct dkim_verify_options *o, arc_verify_fn *fn, void *arg)
{
	struct arc_check *c = mem_try_zalloc(sizeof(*c));

	if (!c)
		return NULL;
	c->o = *o;
	c->fn = fn;
	c->arg = arg;
	/* LIMIT_DKIM_MEMORY holds any header of LIMIT_HEADER_SECTION */
	if (gather_init(&c->g, v, message, complete) == 0 && read_chain(c) &&
	    gather_start(&c->g))
		return c;
	arc_verify_cancel(c);
	mem_lost(0);
	return NULL;
}

void arc_verify_cancel(struct arc_check *c)
{
	gather_release(&c->g);
	free(c);
}
