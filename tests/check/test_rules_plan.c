#include "judged.h"

#define DAY (24 * USEC_PER_HOUR)

struct world {
	struct notice n;
	struct check_facts x;
	struct plan_tranche tranche[2];
	struct law_duty duty[4];
	struct law_place place[1];
	struct duty_event event[1];
	struct duty_bar bar[2];
};

static struct law_duty duty(
    const char *id, enum law_who who, enum law_applies applies, usec_t deadline)
{
	return (struct law_duty){.id = str_of(id),
	    .step = 1,
	    .who = who,
	    .applies = applies,
	    .question = S("Are you a bank?"),
	    .regulator = S("Attorney General"),
	    .has_deadline = deadline != 0,
	    .deadline = deadline,
	    .as_of = S("2026-04-01"),
	    .confidence_deadline = S("high"),
	    .confidence_channel = S("high"),
	    .confidence_content = S("high")};
}

/* 100 people, told within an hour; one law gives 30 days. */
static void honest(struct world *w)
{
	usec_t now = 1795586828 * USEC_PER_SEC;

	*w = (struct world){
	    .n = {.kind = NOTICE_BREACH,
		.dir = S("n"),
		.facts = {.sector = S("general"), .data_types = S("name")}},
	};
	w->duty[0] = duty("us-ca", LAW_INDIVIDUALS, LAW_YES, now + 30 * DAY);
	w->tranche[0] = (struct plan_tranche){
	    .people = 100, .duties = {.d = w->duty, .count = 1}};
	w->x = (struct check_facts){.notice = &w->n,
	    .now = now,
	    .has_audience = true,
	    .plan = {.assessed = true,
		.discovered = now - DAY,
		.tranche = w->tranche,
		.tranches = 1,
		.individuals = 1,
		.mails = 100,
		.per_hour = PLAN_GUESS_PER_HOUR,
		.rate = PLAN_RATE_GUESS,
		.start = now,
		.finish = now + USEC_PER_HOUR}};
}

static struct judged *run(const struct world *w)
{
	return judge_family(&family_plan, &w->x);
}

static void a_plan_that_can_be_kept_passes(void **state)
{
	struct findings_count n;
	struct world w;
	struct judged *j;

	honest(&w);
	j = run(&w);
	n = findings_tally(j->f);
	t_int(n.blocks + n.warns + n.unchecked, 0);
	judged_says(j, "S-48", "dates", SEVERITY_INFO, "us-ca by 2026-12-25");
	judged_free(j);
}

static void a_send_that_ends_too_late_blocks(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.plan.mails = 10000000;
	w.x.plan.finish = w.duty[0].deadline + 1;
	j = run(&w);
	judged_says(j, "S-48", "too-late", SEVERITY_BLOCK, "us-ca by 2026-12");
	t_has(judged_find(j, "S-48", "too-late")->text, "10,000,000 people");
	t_has(judged_find(j, "S-48", "too-late")->text, "a guess");
	t_has(judged_find(j, "S-48", "too-late")->remedy, "13889 an hour");
	t_int(judged_blocks(j), 1);
	judged_free(j);
	w.x.plan.finish = w.duty[0].deadline;
	j = run(&w);
	judged_silent(j, "S-48", "too-late");
	judged_free(j);
	/* one's own limit is a wish */
	w.duty[0].house = true;
	w.x.plan.finish = w.duty[0].deadline + 1;
	j = run(&w);
	t_int(judged_blocks(j), 0);
	judged_free(j);
}

static void only_laws_that_apply_and_wait_count(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.plan.finish = w.duty[0].deadline + 1;
	w.duty[0].applies = LAW_IF;
	j = run(&w);
	t_int(judged_blocks(j), 0);
	judged_says(j, "L-02", "question", SEVERITY_INFO,
	    "Are you a bank? It decides about us-ca");
	judged_free(j);
	w.duty[0].applies = LAW_YES;
	w.event[0] = (struct duty_event){.id = S("us-ca"),
	    .step = 1,
	    .who = LAW_INDIVIDUALS,
	    .state = DUTY_WAIVED};
	w.tranche[0].log = (struct duty_log){w.event, 1};
	j = run(&w);
	t_int(judged_blocks(j), 0);
	judged_free(j);
}

static void a_date_that_has_passed_warns_and_never_blocks(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.duty[0].deadline = w.x.now - 1;
	j = run(&w);
	judged_says(j, "S-48", "late", SEVERITY_WARN, "has passed: us-ca");
	t_int(judged_blocks(j), 0);
	judged_free(j);
}

static void the_last_week_warns(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.duty[0].deadline = w.x.now + 7 * DAY;
	j = run(&w);
	judged_says(j, "S-48", "soon", SEVERITY_WARN, "a week or less");
	judged_free(j);
	w.duty[0].deadline = w.x.now + 7 * DAY + 1;
	j = run(&w);
	judged_silent(j, "S-48", "soon");
	judged_free(j);
}

static void authorities_have_dates_of_their_own(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.duty[1] = duty("eu-gdpr", LAW_REGULATOR, LAW_YES, w.x.now - DAY);
	w.duty[2] = duty("us-tx", LAW_CRA, LAW_YES, w.x.now + DAY);
	w.duty[3] = duty("us-ny", LAW_REGULATOR, LAW_YES, w.x.now + 20 * DAY);
	w.tranche[0].duties.count = 4;
	/* a send that ends after it is not what misses it */
	w.x.plan.finish = w.x.now + 21 * DAY;
	j = run(&w);
	judged_says(j, "S-48", "authority-late", SEVERITY_WARN, "eu-gdpr");
	judged_says(j, "S-48", "authority-soon", SEVERITY_WARN, "us-tx");
	judged_says(j, "S-48", "authority", SEVERITY_INFO,
	    "us-ny to Attorney General by");
	t_int(judged_blocks(j), 0);
	judged_free(j);
}

static void a_regulator_that_comes_first_closes_the_gate(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.duty[1] = duty("us-nj", LAW_REGULATOR, LAW_YES, 0);
	w.bar[0] = (struct duty_bar){
	    .duty = &w.duty[1], .why = S("tell the police first")};
	w.tranche[0].bar = w.bar;
	w.tranche[0].bars = 1;
	j = run(&w);
	judged_says(j, "L-01", "before-individuals", SEVERITY_BLOCK,
	    "tell the police first");
	t_has(judged_find(j, "L-01", "before-individuals")->remedy,
	    "tocsin duties n --done us-nj");
	judged_free(j);
	/* where the law only may apply, the question comes first */
	w.duty[1].applies = LAW_IF;
	j = run(&w);
	t_int(judged_blocks(j), 0);
	judged_says(j, "L-01", "before-individuals", SEVERITY_WARN, "police");
	judged_free(j);
}

static void a_hold_is_said_once_for_all_tranches(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.bar[0] = (struct duty_bar){.why = S("the police asked to wait")};
	w.tranche[0].bar = w.bar;
	w.tranche[0].bars = 1;
	w.tranche[1] = w.tranche[0];
	w.tranche[1].name = S("late");
	w.x.plan.tranches = 2;
	j = run(&w);
	t_int(judged_blocks(j), 1);
	judged_says(j, "L-01", "police-hold", SEVERITY_BLOCK, "asked to wait");
	judged_free(j);
}

static void facts_that_are_not_said_are_asked_for(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.n.facts = (struct notice_facts){0};
	w.duty[1] = duty("us-hipaa", LAW_INDIVIDUALS, LAW_IF, 0);
	w.duty[2] = duty("us-glba", LAW_INDIVIDUALS, LAW_IF, 0);
	w.tranche[0].duties.count = 3;
	w.x.plan.unknown_word = S("sector: 'banc'; the nearest is bank");
	j = run(&w);
	judged_says(j, "L-02", "facts", SEVERITY_WARN, "2 duties");
	judged_says(
	    j, "L-02", "question", SEVERITY_INFO, "us-hipaa and us-glba");
	judged_says(j, "L-02", "unknown-word", SEVERITY_WARN, "'banc'");
	t_int(judged_blocks(j), 0);
	judged_free(j);
}

static void rows_that_are_unsure_or_old_are_named_once(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.duty[1] = duty("us-xx", LAW_INDIVIDUALS, LAW_YES, 0);
	w.duty[1].confidence_channel = S("low");
	w.duty[1].as_of = S("2024-01-01");
	w.duty[2] = w.duty[1];
	w.duty[3] = duty("us-no", LAW_INDIVIDUALS, LAW_NO, 0);
	w.duty[3].confidence_channel = S("low");
	w.tranche[0].duties.count = 4;
	j = run(&w);
	judged_says(j, "L-03", "low", SEVERITY_WARN, "content: us-xx.");
	judged_says(j, "L-03", "old", SEVERITY_WARN, "confidence: us-xx.");
	judged_free(j);
}

static void places_without_law_are_no_places_without_duty(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.place[0] = (struct law_place){S("BR"), 17};
	w.tranche[0].duties.not_covered = w.place;
	w.tranche[0].duties.not_covered_count = 1;
	w.tranche[0].duties.unknown_state = 1;
	j = run(&w);
	judged_says(j, "S-48", "not-covered", SEVERITY_WARN, "BR 17");
	judged_says(j, "S-48", "no-state", SEVERITY_WARN, "1 person");
	judged_free(j);
}

static void tranches_and_people_have_clocks_of_their_own(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.tranche[1] = w.tranche[0];
	w.tranche[1].name = S("late");
	w.tranche[1].undated = true;
	w.x.plan.tranches = 2;
	w.x.list.discovered = 4;
	w.x.list.discovered_min = w.x.plan.discovered - 10 * DAY;
	w.x.list.discovered_bad = 2;
	j = run(&w);
	judged_says(j, "S-48", "undated", SEVERITY_WARN, "[notice] discovered");
	t_str(judged_find(j, "S-48", "undated")->subject, "tranche 'late'");
	judged_says(j, "S-48", "own-date", SEVERITY_WARN, "began then");
	judged_says(j, "S-48", "bad-date", SEVERITY_WARN, "2 people");
	judged_free(j);
	w.x.list.discovered_min = w.x.plan.discovered;
	j = run(&w);
	judged_silent(j, "S-48", "own-date");
	judged_free(j);
}

static void without_an_assessment_nothing_is_judged(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.plan = (struct plan_facts){0};
	j = run(&w);
	t_int(
	    findings_state(j->f, rule_find(S("S-48"), NULL)), RULE_NOT_JUDGED);
	judged_free(j);
	w.x.plan.law_error = S("laws.tsv: no such place");
	w.x.plan.privileged_open = true;
	j = run(&w);
	t_true(judged_find(j, "S-48", "law")->unchecked, "no ok");
	judged_says(j, "L-06", "open", SEVERITY_WARN, "others");
	judged_free(j);
}

static void the_end_is_start_and_people_by_rate(void **state)
{
	t_int(plan_finish(0, 0, 100, 0), 0);
	t_int(plan_finish(DAY, 200, 100, 0), DAY + 2 * USEC_PER_HOUR);
	/* 10,000 a day at 1,800 an hour: two full days, then 5,000 */
	t_int(
	    plan_finish(0, 25000, 1800, 10000), 2 * DAY + 10000 * USEC_PER_SEC);
	t_int(plan_finish(0, 10000, 1800, 10000), 20000 * USEC_PER_SEC);
	/* a day's share takes no longer than the day */
	t_int(plan_finish(0, 30000, 100, 10000), 3 * DAY);
	t_true(plan_finish(0, UINT64_MAX, 1, 1) > 0, "no overflow");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_plan_that_can_be_kept_passes),
	    T(a_send_that_ends_too_late_blocks),
	    T(only_laws_that_apply_and_wait_count),
	    T(a_date_that_has_passed_warns_and_never_blocks),
	    T(the_last_week_warns),
	    T(authorities_have_dates_of_their_own),
	    T(a_regulator_that_comes_first_closes_the_gate),
	    T(a_hold_is_said_once_for_all_tranches),
	    T(facts_that_are_not_said_are_asked_for),
	    T(rows_that_are_unsure_or_old_are_named_once),
	    T(places_without_law_are_no_places_without_duty),
	    T(tranches_and_people_have_clocks_of_their_own),
	    T(without_an_assessment_nothing_is_judged),
	    T(the_end_is_start_and_people_by_rate),
	};

	return t_run("rules_plan", tests);
}
