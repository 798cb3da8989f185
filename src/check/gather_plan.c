/* What the law asks by when, from the census, and when the send would end. */
#include "check/census.h"
#include "notice/tranche.h"

#include <sys/stat.h>

#define MAILS_MAX 1000000000000UL
#define YEARS_MAX 1000UL

usec_t plan_finish(
    usec_t start, uint64_t mails, uint64_t per_hour, uint64_t per_day)
{
	uint64_t days = 0, seconds = 0;

	/* each day as much as it may have, the rest at the hourly rate; beyond
	 * a thousand years nobody counts */
	if (mails > MAILS_MAX)
		mails = MAILS_MAX;
	if (per_day && mails > per_day) {
		days = (mails - 1) / per_day;
		mails -= days * per_day;
	}
	if (per_hour)
		seconds = mails * 3600 / per_hour;
	if (per_day && seconds > 86400)
		seconds = 86400;
	seconds += days > YEARS_MAX * 365 ? 0 : days * 86400;
	if (days > YEARS_MAX * 365 || seconds > YEARS_MAX * 365 * 86400)
		seconds = YEARS_MAX * 365 * 86400;
	return start + (usec_t)seconds * USEC_PER_SEC;
}

/* ---- how fast */

static void find_rate(const struct check_context *c, struct check_facts *x)
{
	struct plan_facts *p = &x->plan;
	const struct relay_profile *r = c->profile;

	p->per_hour = x->notice->check.rate;
	p->rate = PLAN_RATE_SET;
	if (!p->per_hour && !x->direct && r && (r->per_minute || r->per_day)) {
		p->rate = PLAN_RATE_PROFILE;
		p->per_hour =
		    r->per_minute ? 60UL * r->per_minute : PLAN_GUESS_PER_HOUR;
	} else if (!p->per_hour) {
		p->rate = PLAN_RATE_GUESS;
		p->per_hour = PLAN_GUESS_PER_HOUR;
	}
	/* what the relay takes in a day is a limit whatever we wish */
	if (!x->direct && r)
		p->per_day = r->per_day;
	p->start =
	    x->notice->check.start > x->now ? x->notice->check.start : x->now;
	p->finish = plan_finish(p->start, p->mails, p->per_hour, p->per_day);
}

/* ---- duties */

/* Where those found before live, for what a law asks from so many people on. */
static void count_earlier(const struct list_facts *l,
    const struct tranches *dated, const struct list_tranche *one,
    struct arena *a, struct law_facts *f)
{
	struct law_place *place;
	size_t most = 0;

	for (size_t i = 0; i < l->tranches; i++)
		most += l->tranche[i].places;
	place = arena_array(a, most + 1, sizeof(*place));
	f->earlier = place;
	for (size_t i = 0; place && i < l->tranches; i++) {
		const struct list_tranche *t = &l->tranche[i];

		if (!tranche_comes_before(dated, t->name, one->name))
			continue;
		for (size_t k = 0; k < t->places; k++)
			place[f->earliers++] = t->place[k];
	}
}

static int assess(struct check_context *c, struct check_facts *x,
    const struct tranches *dated, const struct list_tranche *from,
    struct plan_tranche *to, struct err *e)
{
	struct law_facts f;
	struct err why = {0};
	int rc;

	check_law_facts(x->notice, x->now, &to->log, &f, &why);
	f.discovered = to->discovered;
	/* determined before these people were found: not of them */
	if (from->name.n && f.determined < f.discovered)
		f.determined = 0;
	count_earlier(&x->list, dated, from, c->arena, &f);
	rc = law_assess(x->pack, &f, from->place, from->places, c->arena,
	    &to->duties, &why);
	if (rc == ERR_LIMIT)
		return err_set(e, rc, "%s", why.msg);
	if (rc < 0) {
		x->plan.law_error = arena_dup(c->arena, str_of(why.msg));
		return 0;
	}
	to->bars = duty_bars(&to->duties, &to->log, x->now, c->arena, &to->bar);
	for (size_t i = 0; i < to->duties.count; i++)
		x->plan.individuals += to->duties.d[i].who == LAW_INDIVIDUALS &&
				       to->duties.d[i].applies != LAW_NO;
	return 0;
}

static int assess_all(
    struct check_context *c, struct check_facts *x, struct err *e)
{
	const struct list_facts *l = &x->list;
	struct plan_facts *p = &x->plan;
	struct tranches dated = {0};
	struct duty_log log = {0};
	int rc = tranches_load(c->o.dir, c->arena, &dated, e);

	if (rc >= 0)
		rc = duty_log_load(c->o.dir, c->arena, &log, e);
	p->tranche =
	    arena_array(c->arena, l->tranches + 1, sizeof(*p->tranche));
	if (rc >= 0 && !p->tranche)
		rc = err_set(e, ERR_LIMIT, "no memory for the check");
	for (size_t i = 0; i < l->tranches && rc >= 0; i++) {
		const struct list_tranche *from = &l->tranche[i];
		const struct tranche *t = tranche_find(&dated, from->name);
		struct plan_tranche *to = &p->tranche[p->tranches++];

		*to = (struct plan_tranche){.name = from->name,
		    .people = from->people,
		    .discovered =
			t && t->discovered ? t->discovered : p->discovered,
		    .undated = from->name.n && (!t || !t->discovered)};
		rc = duty_log_of(&log, from->name, c->arena, &to->log, e);
		if (rc >= 0)
			rc = assess(c, x, &dated, from, to, e);
	}
	p->assessed = rc >= 0 && !p->law_error.n;
	return rc;
}

static void look_at_privileged(struct check_context *c, struct plan_facts *p)
{
	const char *path = notice_path(c->notice, S("privileged"), c->arena);
	struct stat st;

	p->privileged_open = path && stat(path, &st) == 0 &&
			     S_ISDIR(st.st_mode) &&
			     st.st_mode & (S_IRWXG | S_IRWXO);
}

int gather_plan(struct check_context *c, struct check_facts *x, struct err *e)
{
	struct plan_facts *p = &x->plan;
	struct law_facts f;
	struct err why = {0};
	bool law = check_law_facts(x->notice, x->now, NULL, &f, &why);
	bool dated = law_moment_parse(x->notice->discovered, &p->discovered);

	p->mails = x->list.people - x->list.no_address;
	find_rate(c, x);
	look_at_privileged(c, p);
	if (!law || !x->pack)
		return 0;
	if (why.code)
		p->unknown_word = arena_dup(c->arena, str_of(why.msg));
	if (!x->list.counted || !dated)
		return 0;
	return assess_all(c, x, e);
}
