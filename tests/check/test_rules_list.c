#include "judged.h"

/* An honest notice and list, with which each case does one thing. */
struct world {
	struct notice n;
	struct check_facts x;
	struct law_place place[2];
	struct list_variant variant[2];
	struct list_choice choice[2];
	struct list_domain domain[2];
	struct list_word word[2], taken[1];
	struct list_held held[1];
	struct list_suppression suppression[1];
};

static void honest(struct world *w)
{
	*w = (struct world){
	    .n = {.kind = NOTICE_BREACH,
		.dir = S("n"),
		.discovered = S("2026-11-03"),
		.necessity = {.decided_by = S("Ada"),
		    .why_email = S("we have no other way"),
		    .mailings = S("none")}},
	    .place = {{S("US-CA"), 60}, {S("DE"), 40}},
	    .variant = {{.file = S("message.md"), .people = 100}},
	    .choice = {{.place = S("US-CA"),
		.ground = S("consent"),
		.has_email = true,
		.law = {.channel = LAW_CHANNEL_EMAIL,
		    .id = S("us-ca"),
		    .confidence = S("high"),
		    .why = "consent is recorded"},
		.people = 100}},
	};
	w->x = (struct check_facts){
	    .notice = &w->n,
	    .now = 1795586828 * USEC_PER_SEC,
	    .has_audience = true,
	    .plan = {.assessed = true, .individuals = 2},
	    .list = {.counted = true,
		.people = 100,
		.engaged = 90,
		.has_source = true,
		.has_reason = true,
		.place = w->place,
		.places = 2,
		.variant = w->variant,
		.variants = 1,
		.choice = w->choice,
		.choices = 1,
		.domain = w->domain},
	};
}

static struct judged *run(const struct world *w)
{
	return judge_family(&family_list, &w->x);
}

static void an_honest_list_has_nothing_to_mend(void **state)
{
	struct findings_count n;
	struct world w;
	struct judged *j;

	honest(&w);
	j = run(&w);
	n = findings_tally(j->f);
	t_int(n.blocks + n.warns + n.unchecked, 0);
	t_true(n.infos >= 4, "size, channels, decisions, probing");
	for (size_t i = 0; i < family_list.count; i++)
		if (strcmp(family_list.rules[i].id, "S-43") != 0 &&
		    strcmp(family_list.rules[i].id, "E-04") != 0)
			t_true(findings_state(j->f, &family_list.rules[i]) !=
				   RULE_NOT_JUDGED,
			    "%s", family_list.rules[i].id);
	judged_free(j);
}

/* ---- S-40 */

static void a_breach_needs_the_day_of_its_discovery(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.n.discovered = S("");
	w.x.plan = (struct plan_facts){0};
	j = run(&w);
	judged_says(j, "S-40", "discovered", SEVERITY_BLOCK, "missing");
	t_int(judged_blocks(j), 1);
	judged_free(j);
	w.n.kind = NOTICE_POLICY;
	j = run(&w);
	judged_silent(j, "S-40", "discovered");
	judged_free(j);
}

static void mail_that_no_law_asks_for_needs_a_basis(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.plan.individuals = 0;
	j = run(&w);
	judged_says(j, "S-40", "basis", SEVERITY_BLOCK, "no law of the pack");
	judged_free(j);
	w.n.necessity.basis = S("decision of the board");
	j = run(&w);
	judged_silent(j, "S-40", "basis");
	judged_free(j);
	w.n.necessity.basis = S("");
	w.n.kind = NOTICE_LEGAL;
	j = run(&w);
	judged_says(j, "S-40", "basis", SEVERITY_WARN, "no basis");
	judged_free(j);
}

static void reasons_that_are_not_written_down_are_named_together(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.n.necessity = (struct notice_necessity){.decided_by = S("Ada")};
	j = run(&w);
	judged_says(j, "S-40", "reasons", SEVERITY_WARN, "why_email");
	t_has(judged_find(j, "S-40", "reasons")->text, " and mailings");
	t_int(judged_blocks(j), 0);
	judged_free(j);
}

static void a_discovery_that_lies_ahead_is_shown(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.plan.discovered = w.x.now + 48 * USEC_PER_HOUR;
	j = run(&w);
	judged_says(j, "S-40", "discovered", SEVERITY_WARN, "lies ahead");
	judged_free(j);
}

/* ---- S-41, L-04 */

static void nobody_on_the_list_blocks_once(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.has_audience = false;
	w.x.list = (struct list_facts){0};
	w.x.plan = (struct plan_facts){0};
	j = run(&w);
	judged_says(j, "S-41", "no-audience", SEVERITY_BLOCK, "nobody");
	t_int(judged_blocks(j), 1);
	judged_free(j);
}

static void a_pass_left_out_is_no_ok(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.list = (struct list_facts){0};
	j = run(&w);
	t_true(judged_find(j, "S-41", "no-audience")->unchecked, "unchecked");
	t_int(judged_blocks(j), 0);
	judged_free(j);
}

static void people_without_a_text_block(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.variant[1] = (struct list_variant){
	    .segment = S("minor"), .language = S("fr"), .people = 1234};
	w.x.list.variants = 2;
	w.x.list.no_text = 1234;
	j = run(&w);
	judged_says(j, "S-41", "no-text", SEVERITY_BLOCK,
	    "1,234 people on the list: segment 'minor', language 'fr'");
	t_int(judged_blocks(j), 1);
	judged_free(j);
}

static void rows_without_a_source_are_counted(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.list.no_source = 7;
	w.x.list.no_reason = 1;
	j = run(&w);
	judged_says(j, "S-41", "source", SEVERITY_WARN, "7 people of 100");
	judged_says(j, "S-41", "reason", SEVERITY_WARN, "1 person of 100");
	judged_free(j);
	w.x.list.has_source = false;
	j = run(&w);
	judged_says(j, "S-41", "source", SEVERITY_WARN, "no column 'source'");
	judged_free(j);
}

static void who_is_beyond_a_limit_was_not_looked_at(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.list.variants_lost = 5;
	j = run(&w);
	t_true(judged_find(j, "S-41", "limit")->unchecked, "no ok");
	t_has(judged_find(j, "S-41", "limit")->text, "5 people");
	judged_free(j);
}

static void an_unknown_residence_blocks_where_law_depends_on_it(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.list.unknown_place = 3;
	j = run(&w);
	judged_says(j, "L-04", "unknown-place", SEVERITY_BLOCK, "3 people");
	t_int(judged_blocks(j), 1);
	judged_free(j);
	w.n.kind = NOTICE_LEGAL;
	w.n.necessity.basis = S("court order");
	j = run(&w);
	judged_silent(j, "L-04", "unknown-place");
	judged_free(j);
}

/* ---- S-42 */

static void want_consent(struct world *w)
{
	w->choice[0].ground = S("");
	w->choice[0].law.channel = LAW_CHANNEL_POST;
	w->choice[0].law.why = "e-mail needs consent";
}

static void people_without_a_ground_go_by_post(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	want_consent(&w);
	w.choice[0].people = 60;
	w.choice[0].said[LAW_CHANNEL_POST] = 10;
	j = run(&w);
	judged_says(j, "S-42", "to-post", SEVERITY_WARN,
	    "US-CA 50 people (us-ca: e-mail needs consent; confidence high)");
	t_has(judged_find(j, "S-42", "to-post")->text, "no postal address");
	t_int(judged_blocks(j), 0);
	judged_free(j);
}

static void mail_said_without_a_ground_blocks(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	want_consent(&w);
	w.choice[0].said[LAW_CHANNEL_EMAIL] = 100;
	j = run(&w);
	judged_says(j, "S-42", "no-ground", SEVERITY_BLOCK, "100 people");
	judged_silent(j, "S-42", "to-post");
	t_int(judged_blocks(j), 1);
	judged_free(j);
	/* counsel names a ground that the pack does not know of */
	w.choice[0].ground = S("contract");
	j = run(&w);
	judged_says(j, "S-42", "other-ground", SEVERITY_WARN, "100 people");
	t_int(judged_blocks(j), 0);
	judged_free(j);
	/* no law wants anything */
	w.choice[0].law.id = S("");
	j = run(&w);
	judged_silent(j, "S-42", "other-ground");
	judged_free(j);
}

static void words_that_mean_nothing_block_and_only_they(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	want_consent(&w);
	w.choice[0].said[LAW_CHANNEL_EMAIL] = 10;
	w.word[0] = (struct list_word){S("concent"), S("consent"), 9};
	w.x.list.ground = w.word;
	w.x.list.grounds = 1;
	w.x.list.bad_ground = 9;
	j = run(&w);
	judged_says(j, "S-42", "bad-ground", SEVERITY_BLOCK,
	    "9 people: 'concent' (9 people; nearest: consent)");
	t_int(judged_blocks(j), 1);
	judged_free(j);
}

/* ---- S-43 */

static void a_mailbox_that_was_taken_is_no_way(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.n.facts.mailboxes_taken = S("stolen.org");
	w.taken[0] = (struct list_word){.word = S("stolen.org"), .people = 8};
	w.x.list.taken_domain = w.taken;
	w.x.list.taken_domains = 1;
	w.x.list.taken = 8;
	w.x.list.taken_only = 6;
	w.x.list.taken_only_by_post = 1;
	j = run(&w);
	judged_says(j, "S-43", "taken", SEVERITY_BLOCK, "5 people, at stolen");
	judged_says(j, "S-43", "taken-too", SEVERITY_WARN, "2 people");
	t_int(judged_blocks(j), 1);
	judged_free(j);
	w.x.list.taken_only_by_post = 6;
	j = run(&w);
	judged_silent(j, "S-43", "taken");
	judged_free(j);
}

static void passwords_of_mailboxes_ask_which(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.n.facts.data_types = S("name, email-credentials");
	j = run(&w);
	judged_says(j, "S-43", "which", SEVERITY_WARN, "at which domains");
	judged_free(j);
	w.n.facts.data_types = S("name, credentials");
	j = run(&w);
	judged_silent(j, "S-43", "which");
	judged_free(j);
}

/* ---- S-44, E-04 */

static void each_decision_is_counted(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.list.unsubscribed = 11;
	w.x.list.complained = 12;
	w.x.list.bounced = 13;
	w.x.list.role = 14;
	j = run(&w);
	judged_says(j, "S-44", "decisions", SEVERITY_INFO,
	    "11 people, included. Complained before: 12 people, in the last "
	    "wave. Bounced for good before: 13 people");
	judged_free(j);
	w.n.complained = NOTICE_COMPLAINED_POST;
	j = run(&w);
	judged_says(
	    j, "S-44", "decisions", SEVERITY_INFO, "12 people, by post");
	judged_free(j);
}

static void a_dead_address_that_the_list_wants_mailed_is_shown(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.choice[0].said[LAW_CHANNEL_EMAIL] = 3;
	w.choice[0].said_bounced[LAW_CHANNEL_EMAIL] = 2;
	j = run(&w);
	judged_says(j, "S-44", "bounced", SEVERITY_WARN, "2 people");
	judged_free(j);
}

static void domains_without_mail_go_by_post(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.domain[0] = (struct list_domain){
	    .name = S("gone.org"), .people = 4, .mx = LIST_MX_NONE};
	w.domain[1] = (struct list_domain){
	    .name = S("slow.org"), .people = 1, .mx = LIST_MX_UNKNOWN};
	w.x.list.domains = 2;
	w.x.list.no_mx = 4;
	w.x.list.mx_asked = 2;
	j = run(&w);
	judged_says(j, "S-44", "no-mx", SEVERITY_WARN, "gone.org (4 people)");
	t_int(findings_tally(j->f).unchecked, 1);
	t_int(findings_tally(j->f).troubles, 0);
	judged_free(j);
}

static void what_the_relay_would_drop_is_told(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.suppression[0] = (struct list_suppression){.file = S("ses.csv"),
	    .lines = 20,
	    .people = 5,
	    .bounced = 3,
	    .complained = 2,
	    .bad = 1,
	    .bad_line = 17};
	w.x.list.suppression = w.suppression;
	w.x.list.suppressions = 1;
	j = run(&w);
	judged_says(j, "E-04", "dropped", SEVERITY_WARN,
	    "5 people of this audience without a word: bounced 3");
	judged_says(j, "E-04", "bad-line", SEVERITY_WARN, "line 17");
	judged_free(j);
	w.suppression[0].people = 0;
	w.suppression[0].bad = 0;
	j = run(&w);
	judged_silent(j, "E-04", "dropped");
	judged_silent(j, "E-04", "bad-line");
	judged_free(j);
}

/* ---- S-46, S-47 */

static void slips_crowds_and_gaps_are_listed(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.word[0] = (struct list_word){S("gmial.com"), S("gmail.com"), 2};
	w.x.list.slip = w.word;
	w.x.list.slips = 1;
	w.x.list.slip_people = 2;
	w.x.list.shared[0] = (struct list_shared){S("i***@big.org"), 40};
	w.x.list.shared[1] = (struct list_shared){S("o***@pair.org"), 2};
	w.x.list.shares = 2;
	w.held[0] = (struct list_held){S("message.md"), S("ref"), 6};
	w.x.list.held = w.held;
	w.x.list.helds = 1;
	w.x.list.held_people = 6;
	j = run(&w);
	judged_says(
	    j, "S-46", "slip", SEVERITY_WARN, "gmial.com for gmail.com");
	judged_says(
	    j, "S-46", "shared", SEVERITY_WARN, "i***@big.org (40 people)");
	t_true(str_find(judged_find(j, "S-46", "shared")->text, S("pair")) < 0,
	    "two of a family are no crowd");
	judged_says(j, "S-46", "empty-field", SEVERITY_WARN,
	    "{{ref}} of message.md (6 people)");
	t_int(judged_blocks(j), 0);
	judged_free(j);
}

static void an_old_list_is_called_old(void **state)
{
	struct world w;
	struct judged *j;

	honest(&w);
	w.x.list.engaged = 49;
	j = run(&w);
	judged_says(j, "S-47", "stale", SEVERITY_WARN, "51 people (51 %)");
	judged_free(j);
	w.x.list.engaged = 50;
	j = run(&w);
	judged_silent(j, "S-47", "stale");
	judged_free(j);
	w.n.check.stale_percent = 40;
	j = run(&w);
	judged_says(j, "S-47", "stale", SEVERITY_WARN, "Above 40 %");
	judged_free(j);
	w.x.list.engaged = 0;
	j = run(&w);
	t_true(judged_find(j, "S-47", "stale")->unchecked, "it is not known");
	judged_free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(an_honest_list_has_nothing_to_mend),
	    T(a_breach_needs_the_day_of_its_discovery),
	    T(mail_that_no_law_asks_for_needs_a_basis),
	    T(reasons_that_are_not_written_down_are_named_together),
	    T(a_discovery_that_lies_ahead_is_shown),
	    T(nobody_on_the_list_blocks_once),
	    T(a_pass_left_out_is_no_ok),
	    T(people_without_a_text_block),
	    T(rows_without_a_source_are_counted),
	    T(who_is_beyond_a_limit_was_not_looked_at),
	    T(an_unknown_residence_blocks_where_law_depends_on_it),
	    T(people_without_a_ground_go_by_post),
	    T(mail_said_without_a_ground_blocks),
	    T(words_that_mean_nothing_block_and_only_they),
	    T(a_mailbox_that_was_taken_is_no_way),
	    T(passwords_of_mailboxes_ask_which),
	    T(each_decision_is_counted),
	    T(a_dead_address_that_the_list_wants_mailed_is_shown),
	    T(domains_without_mail_go_by_post),
	    T(what_the_relay_would_drop_is_told),
	    T(slips_crowds_and_gaps_are_listed),
	    T(an_old_list_is_called_old),
	};

	return t_run("rules_list", tests);
}
