/* The plan: by when, and may it go yet? */
#include "check/rules_plan.h"
#include "check/say.h"

#define DAY       (24 * USEC_PER_HOUR)
#define YEAR_OLD  (365 * DAY)
#define SHOWN     5u
#define QUESTIONS 40u /* LIMIT: different ones told apart */

static const struct rule rules[] = {
    {"S-48", "Everyone is told in time", SEVERITY_BLOCK,
	"the law pack, row by row (data/laws)",
	"Breach laws count days from the discovery. A send that can not end "
	"before them has to begin earlier, go faster, or be shared with the "
	"post; that is decided before it begins.",
	"Set [check] start and rate as planned; 'tocsin deadlines DIR' shows "
	"every date."},
    {"L-01", "The authority is told first where the law wants it",
	SEVERITY_BLOCK,
	"Md. Com. Law 14-3504(h); N.J. Stat. 56:8-163(c); N.H. RSA 359-C:20; "
	"47 CFR 64.2011 (CPNI)",
	"Some laws want the regulator, or a wait, before the persons; a "
	"request of the police to wait binds until its date.",
	"Tell the authority, then record it: 'tocsin duties DIR'."},
    {"L-02", "What decides which law applies is said", SEVERITY_WARN,
	"the law pack's own questions (trigger, sector, kinds of data)",
	"Whether a law applies can depend on what only the company knows: "
	"sector, kinds of data, encryption, its role.",
	"Fill [facts] in notice.ini: sector, data_types, encrypted, listed, "
	"role."},
    {"L-03", "How sure the dates are is shown", SEVERITY_WARN,
	"the law pack's as_of and confidence",
	"The pack is a dated table. A row that is old or was not checked "
	"against the statute may be wrong.",
	"Have counsel read those rows against the statute."},
    {"L-05", "A litigation hold is kept", SEVERITY_INFO,
	"duty to preserve evidence (Fed. R. Civ. P. 37(e))",
	"What was sent to whom is evidence; it must not vanish while a "
	"dispute is expected.",
	"Leave the folder as it is while a hold lasts."},
    {"L-06", "Privileged papers stay apart", SEVERITY_WARN,
	"attorney-client privilege; Fed. R. Evid. 502",
	"Reasons of counsel lie in DIR/privileged, so that they can be kept "
	"back; a folder that others can read gives them away.",
	"chmod 700 DIR/privileged."},
};

struct str rules_plan_tranche(const struct plan_tranche *t, struct arena *arena)
{
	char tmp[200];

	if (!t->name.n)
		return S("deadlines");
	snprintf(tmp, sizeof(tmp), "tranche '%.*s'",
	    STR_ARG(str_sub(t->name, 0, 128)));
	return arena_dup(arena, str_of(tmp));
}

/* ---- L-01 */

static void say_hold(
    const struct check_facts *x, const struct duty_bar *b, struct findings *f)
{
	finding_remedy(f,
	    finding_add(f, "L-01", "police-hold", SEVERITY_BLOCK,
		S("police-hold"), "%.*s", STR_ARG(b->why)),
	    "Wait until then, or record that the hold was lifted: 'tocsin "
	    "duties %.*s'.",
	    STR_ARG(x->notice->dir));
}

/* A law that only may apply is a question first. */
static void say_bar(
    const struct check_facts *x, const struct duty_bar *b, struct findings *f)
{
	bool sure = b->duty->applies == LAW_YES;

	finding_remedy(f,
	    finding_add(f, "L-01", "before-individuals",
		sure ? SEVERITY_BLOCK : SEVERITY_WARN, b->duty->id, "%.*s",
		STR_ARG(b->why)),
	    "%s 'tocsin duties %.*s --done %.*s:%s --by NAME', or waive it "
	    "with a reason.",
	    sure ? "Tell them, then record it:"
		 : "Say in [facts] what decides it; or record it:",
	    STR_ARG(x->notice->dir), STR_ARG(b->duty->id),
	    law_who_name(b->duty->who));
}

static void judge_gate(const struct check_facts *x, struct findings *f)
{
	const struct plan_facts *p = &x->plan;

	finding_judged(f, "L-01");
	for (size_t i = 0; i < p->tranches; i++)
		for (size_t k = 0; k < p->tranche[i].bars; k++) {
			const struct duty_bar *b = &p->tranche[i].bar[k];

			if (b->duty)
				say_bar(x, b, f);
			else if (i == 0) /* it is the notice's */
				say_hold(x, b, f);
		}
}

/* ---- L-02 */

struct question {
	struct str text;
	struct str id[4]; /* the first laws that ask it */
	size_t laws;
};

static void note_question(
    struct question *q, size_t *count, const struct law_duty *d)
{
	size_t i = 0;

	while (i < *count && !str_eq(q[i].text, d->question))
		i++;
	if (i == QUESTIONS)
		return;
	if (i == *count)
		q[(*count)++] = (struct question){.text = d->question};
	for (size_t k = 0; k < ARRAY_SIZE(q[i].id) && k < q[i].laws; k++)
		if (str_eq(q[i].id[k], d->id))
			return;
	if (q[i].laws < ARRAY_SIZE(q[i].id))
		q[i].id[q[i].laws] = d->id;
	q[i].laws++;
}

static void say_question(struct findings *f, const struct question *q)
{
	struct buf b = BUF_INIT(SAY_TEXT);

	for (size_t i = 0; say_next(&b, i, q->laws, ARRAY_SIZE(q->id)); i++)
		buf_add(&b, q->id[i]);
	say_info(f, finding_add(f, "L-02", "question", SEVERITY_INFO,
			S("notice.ini [facts]"), "%.*s It decides about %s.",
			STR_ARG(q->text), buf_cstr(&b)));
	buf_release(&b);
}

static void judge_facts(const struct check_facts *x, struct findings *f)
{
	const struct notice_facts *n = &x->notice->facts;
	const struct plan_facts *p = &x->plan;
	struct question q[QUESTIONS];
	size_t count = 0, open = 0;

	finding_judged(f, "L-02");
	if (p->unknown_word.n)
		finding_add(f, "L-02", "unknown-word", SEVERITY_WARN,
		    S("notice.ini [facts]"),
		    "%.*s. Until then it counts as not said.",
		    STR_ARG(p->unknown_word));
	for (size_t i = 0; i < p->tranches; i++)
		for (size_t k = 0; k < p->tranche[i].duties.count; k++) {
			const struct law_duty *d = &p->tranche[i].duties.d[k];

			if (d->applies != LAW_IF)
				continue;
			open++;
			note_question(q, &count, d);
		}
	for (size_t i = 0; i < count; i++)
		say_question(f, &q[i]);
	if (x->notice->kind == NOTICE_BREACH && !n->sector.n &&
	    !n->data_types.n && !n->role.n)
		finding_add(f, "L-02", "facts", SEVERITY_WARN,
		    S("notice.ini [facts]"),
		    "the company's sector and the kinds of data are not said: "
		    "%zu duties wait for an answer.",
		    open);
}

/* ---- L-03 */

static bool is_old(const struct law_duty *d, usec_t now)
{
	usec_t as_of;

	return clock_parse_iso(d->as_of, &as_of) && now - as_of > YEAR_OLD;
}

static bool is_unsure(const struct law_duty *d)
{
	return d->who == LAW_INDIVIDUALS &&
	       (str_eq(d->confidence_deadline, S("low")) ||
		   str_eq(d->confidence_channel, S("low")) ||
		   str_eq(d->confidence_content, S("low")));
}

/* Ids of the duties that `is` picks, each once; duties of a law stand
 * anywhere in the list. */
static size_t list_ids(const struct check_facts *x, struct buf *b,
    bool (*is)(const struct law_duty *d, usec_t now))
{
	struct str seen[64];
	size_t n = 0;

	for (size_t i = 0; i < x->plan.tranches; i++)
		for (size_t k = 0; k < x->plan.tranche[i].duties.count; k++) {
			const struct law_duty *d =
			    &x->plan.tranche[i].duties.d[k];
			size_t s = 0;

			if (d->applies == LAW_NO || !is(d, x->now))
				continue;
			while (s < n && !str_eq(seen[s], d->id))
				s++;
			if (s == n && n < ARRAY_SIZE(seen))
				seen[n++] = d->id;
		}
	for (size_t i = 0; say_next(b, i, n, SHOWN); i++)
		buf_add(b, seen[i]);
	return n;
}

static bool is_low(const struct law_duty *d, usec_t now)
{
	return is_unsure(d);
}

static void judge_confidence(const struct check_facts *x, struct findings *f)
{
	struct buf b = BUF_INIT(SAY_TEXT);

	finding_judged(f, "L-03");
	if (list_ids(x, &b, is_low))
		finding_add(f, "L-03", "low", SEVERITY_WARN, S("the law pack"),
		    "rows used here are marked with low confidence in date, "
		    "channel or content: %s.",
		    buf_cstr(&b));
	buf_reset(&b);
	if (list_ids(x, &b, is_old))
		finding_add(f, "L-03", "old", SEVERITY_WARN, S("the law pack"),
		    "what the pack knows of these rows is older than a year, "
		    "take it for low confidence: %s.",
		    buf_cstr(&b));
	buf_release(&b);
}

/* ---- what no law was found for */

static void judge_cover(const struct check_facts *x, struct findings *f)
{
	const struct plan_facts *p = &x->plan;
	char n[SAY_COUNT];

	for (size_t i = 0; i < p->tranches; i++) {
		const struct plan_tranche *t = &p->tranche[i];
		const struct law_duties *d = &t->duties;
		struct buf b = BUF_INIT(SAY_TEXT);

		say_places(&b, d->not_covered, d->not_covered_count, SHOWN);
		if (d->not_covered_count)
			finding_remedy(f,
			    finding_add(f, "S-48", "not-covered", SEVERITY_WARN,
				rules_plan_tranche(t, f->arena),
				"the pack says nothing of people in %s. That "
				"is not the same as no duty.",
				buf_cstr(&b)),
			    "Ask counsel there.");
		if (d->unknown_state)
			finding_remedy(f,
			    finding_add(f, "S-48", "no-state", SEVERITY_WARN,
				rules_plan_tranche(t, f->arena),
				"in the United States, state unknown: "
				"%s. Only federal law was counted for "
				"them.",
				say_people(d->unknown_state, n)),
			    "Import again with a region column (with "
			    "--amend).");
		if (t->undated)
			finding_add(f, "S-48", "undated", SEVERITY_WARN,
			    rules_plan_tranche(t, f->arena),
			    "it is not written down when these people were "
			    "found; [notice] discovered is taken.");
		buf_release(&b);
	}
}

static void judge_own_dates(const struct check_facts *x, struct findings *f)
{
	const struct list_facts *l = &x->list;
	char a[SAY_COUNT], day[SAY_DAY];

	if (l->discovered_bad)
		finding_add(f, "S-48", "bad-date", SEVERITY_WARN,
		    S("the list, column discovered"),
		    "%s have something there that is no date.",
		    say_people(l->discovered_bad, a));
	if (l->discovered && l->discovered_min < x->plan.discovered)
		finding_remedy(f,
		    finding_add(f, "S-48", "own-date", SEVERITY_WARN,
			S("the list, column discovered"),
			"some people were discovered on %s already, before "
			"[notice] discovered: their clock began then.",
			say_day(l->discovered_min, day)),
		    "Write the earliest day in [notice] discovered, or import "
		    "them as a tranche of their own.");
}

static void judge(const struct check_facts *x, struct findings *f)
{
	const struct plan_facts *p = &x->plan;

	finding_judged(f, "L-05");
	say_info(f,
	    finding_add(f, "L-05", "hold", SEVERITY_INFO, x->notice->dir,
		"this version closes and erases nothing by itself: everything "
		"stays until the folder is deleted by hand."));
	finding_judged(f, "L-06");
	if (p->privileged_open)
		finding_add(f, "L-06", "open", SEVERITY_WARN, S("privileged/"),
		    "others on this machine can read the folder with counsel's "
		    "reasons.");
	if (p->law_error.n)
		finding_unchecked(f, "S-48", "law", false, S("the law pack"),
		    "%.*s", STR_ARG(p->law_error));
	if (!p->assessed)
		return;
	judge_gate(x, f);
	judge_facts(x, f);
	judge_confidence(x, f);
	finding_judged(f, "S-48");
	rules_plan_clock(x, f);
	judge_cover(x, f);
	judge_own_dates(x, f);
}

const struct rule_family family_plan = {
    .name = "plan",
    .title = "By when, and may it go yet?",
    .rules = rules,
    .count = ARRAY_SIZE(rules),
    .judge = judge,
};
