/* The audience, counted once; then its commonest domains, asked of DNS. */
#include "check/census.h"
#include "loop/loop.h"

#define PROGRESS_EVERY 8192u
#define ASKED_MAX      500u /* domains */
#define ASKED_AT_ONCE  50u

/* ---- DNS */

struct asking {
	struct check_context *c;
	struct list_facts *f;
	size_t next, end; /* of domain[] */
	size_t open;
};

struct question {
	struct asking *all;
	struct list_domain *domain;
};

static void ask_more(struct asking *a);

static void finish(struct question *q, enum list_mx mx)
{
	struct asking *a = q->all;

	q->domain->mx = mx;
	free(q);
	a->open--;
	ask_more(a);
	if (!a->open)
		loop_stop(a->c->loop);
}

static void on_a(const struct dns_answer *answer, void *arg)
{
	switch (answer->status) {
	case DNS_OK: finish(arg, LIST_MX_THERE); break;
	case DNS_NODATA:
	case DNS_NXDOMAIN: finish(arg, LIST_MX_NONE); break;
	case DNS_SERVFAIL:
	case DNS_TIMEOUT: finish(arg, LIST_MX_UNKNOWN); break;
	}
}

static bool is_null_mx(const struct dns_answer *a)
{
	struct buf host = BUF_INIT(2 * KiB);
	uint16_t preference;
	bool null = a->rr_count == 1 &&
		    dns_rr_mx(&a->rr[0], &preference, &host) &&
		    str_eq(buf_str(&host), S("."));

	buf_release(&host);
	return null;
}

static void on_mx(const struct dns_answer *answer, void *arg)
{
	struct question *q = arg;

	switch (answer->status) {
	case DNS_OK:
		finish(q, is_null_mx(answer) ? LIST_MX_REFUSES : LIST_MX_THERE);
		break;
	case DNS_NODATA:
		/* RFC 5321 5.1: without MX the name itself */
		dns_start(q->all->c->dns, q->domain->name, DNS_A, on_a, q);
		break;
	case DNS_NXDOMAIN: finish(q, LIST_MX_NONE); break;
	case DNS_SERVFAIL:
	case DNS_TIMEOUT: finish(q, LIST_MX_UNKNOWN); break;
	}
}

static void ask_more(struct asking *a)
{
	while (a->next < a->end && a->open < ASKED_AT_ONCE) {
		struct list_domain *d = &a->f->domain[a->next++];
		struct question *q;

		if (d->reserved || str_starts(d->name, S("[")))
			continue;
		q = mem_alloc(sizeof(*q));
		*q = (struct question){.all = a, .domain = d};
		a->open++;
		dns_start(a->c->dns, d->name, DNS_MX, on_mx, q);
	}
}

static void ask_domains(struct check_context *c, struct list_facts *f)
{
	struct asking a = {.c = c,
	    .f = f,
	    .end = f->domains < ASKED_MAX ? f->domains : ASKED_MAX};

	ask_more(&a);
	if (a.open)
		loop_run(c->loop);
	for (size_t i = 0; i < a.end; i++) {
		const struct list_domain *d = &f->domain[i];

		f->mx_asked += d->mx != LIST_MX_UNASKED;
		if (d->mx == LIST_MX_NONE || d->mx == LIST_MX_REFUSES)
			f->no_mx += d->people;
	}
}

/* ---- the pass */

struct pass {
	struct check_context *c;
	struct census *census;
	uint64_t done, total;
};

static int on_person(const struct people_row *row, void *arg)
{
	struct pass *p = arg;

	if (p->c->o.progress && p->done % PROGRESS_EVERY == 0 &&
	    p->c->o.progress("counting", p->done, p->total, p->c->o.arg) < 0)
		return ERR_CANCEL;
	p->done++;
	return census_row(row, p->census);
}

static int count(struct check_context *c, const struct census_input *in,
    struct list_facts *ret, struct err *e)
{
	struct pass p = {.c = c, .total = people_count(c->people)};
	int rc;

	p.census = census_new(in);
	rc = people_each(c->people, 0, on_person, &p, e);
	if (rc == ERR_CANCEL)
		err_set(e, rc, "stopped");
	else if (rc < 0 && census_error(p.census)->code == rc)
		*e = *census_error(p.census);
	if (rc >= 0)
		rc = census_end(p.census, ret, e);
	census_free(p.census);
	return rc;
}

static int keep_roll(
    struct roll *r, struct arena *a, struct list_facts *f, struct err *e)
{
	size_t n;
	const struct roll_tranche *t = roll_end(r, &n);

	f->roll = arena_array(a, n ? n : 1, sizeof(*t));
	if (!f->roll)
		return err_set(e, ERR_LIMIT, "no memory for the check");
	if (n)
		memcpy(f->roll, t, n * sizeof(*t));
	f->rolls = n;
	return 0;
}

int gather_list(struct check_context *c, struct check_facts *x, struct err *e)
{
	struct census_input in = {.x = x,
	    .people = c->people,
	    .variants = c->variants,
	    .arena = c->arena};
	struct buf domains = BUF_INIT(8 * KiB);
	struct suppressions *suppressed = NULL;
	struct slips *slips = NULL;
	struct segment_rules *segments = NULL;
	int rc;

	if (!c->people || c->o.no_list)
		return 0;
	buf_addf(&domains, "%s/domains", c->o.data_dir);
	rc = slips_load(buf_cstr(&domains), &slips, e);
	if (rc >= 0)
		rc = suppressions_load(c->o.dir, &suppressed, e);
	if (rc >= 0)
		rc = segment_rules_load(c->notice, &segments, e);
	in.slips = slips;
	in.segments = segments;
	in.suppressed = suppressed;
	if (rc >= 0) {
		in.roll = roll_new(c->people);
		rc = count(c, &in, &x->list, e);
	}
	if (rc >= 0)
		rc = keep_roll(in.roll, c->arena, &x->list, e);
	if (rc >= 0 && c->dns)
		ask_domains(c, &x->list);
	roll_free(in.roll);
	segment_rules_free(segments);
	slips_free(slips);
	suppressions_free(suppressed);
	buf_release(&domains);
	return rc < 0 ? rc : 0;
}
