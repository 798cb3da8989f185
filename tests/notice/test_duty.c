#include "t.h"

#include "notice/duty.h"
#include "notice/facts.h"

#include <unistd.h>

static usec_t at(const char *date)
{
	usec_t t = 0;

	t_true(clock_parse_iso(str_of(date), &t), "%s", date);
	return t;
}

static struct duty_event event(
    const char *id, enum law_who who, enum duty_state state, const char *when)
{
	return (struct duty_event){.id = str_of(id),
	    .step = 1,
	    .who = who,
	    .state = state,
	    .by = S("Ann"),
	    .note = S("a reason"),
	    .recorded = at("2026-11-24"),
	    .at = at(when)};
}

static struct law_duty duty(const char *id, enum law_applies applies)
{
	return (struct law_duty){.id = str_of(id),
	    .step = 1,
	    .who = LAW_REGULATOR,
	    .applies = applies,
	    .question = S("Are you a carrier?"),
	    .name = S("Maryland"),
	    .regime = S("Md. Code 14-3504"),
	    .regulator = S("Attorney General"),
	    .before_individuals = true};
}

/* ---- the log */

static void events_come_back_in_order(void **state)
{
	struct arena a = ARENA_INIT(16 * MiB);
	struct duty_event one =
	    event("us-md", LAW_REGULATOR, DUTY_DONE, "2026-11-10");
	struct duty_event two =
	    event("us-md", LAW_REGULATOR, DUTY_OPEN, "2026-11-11");
	const struct duty_event *last;
	struct duty_log log;
	struct err e = {0};
	char dir[64];

	two.tranche = S("second");
	two.note = S("");
	t_mkdir(dir);
	t_ok(duty_log_load(dir, &a, &log, &e), &e);
	t_int(log.count, 0);
	t_true(!duty_last(&log, S("us-md"), 1, LAW_REGULATOR), "open");
	t_ok(duty_record(dir, &one, &e), &e);
	t_ok(duty_record(dir, &two, &e), &e);
	t_ok(duty_log_load(dir, &a, &log, &e), &e);
	t_int(log.count, 2);
	last = duty_last(&log, S("us-md"), 1, LAW_REGULATOR);
	t_true(last == &log.v[0], "a tranche's event is its own");
	t_str(last->by, "Ann");
	t_str(last->note, "a reason");
	t_int(last->at, at("2026-11-10"));
	t_true(!duty_last(&log, S("us-md"), 2, LAW_REGULATOR), "another step");
	t_true(!duty_last(&log, S("us-md"), 1, LAW_INDIVIDUALS), "another who");
	t_ok(duty_log_of(&log, S("second"), &a, &log, &e), &e);
	t_int(log.count, 1);
	last = duty_last(&log, S("us-md"), 1, LAW_REGULATOR);
	t_int(last->state, DUTY_OPEN);
	arena_release(&a);
	t_rmdir(dir);
}

static void what_nobody_stands_for_is_not_recorded(void **state)
{
	struct duty_event ev =
	    event("us-md", LAW_REGULATOR, DUTY_WAIVED, "2026-11-10");
	struct err e = {0};
	char dir[64], path[96];

	t_mkdir(dir);
	ev.note = S("  ");
	t_fails(duty_record(dir, &ev, &e), &e, ERR_INPUT, "needs a note");
	ev.note = S("two\nlines");
	t_fails(duty_record(dir, &ev, &e), &e, ERR_INPUT, "one line");
	ev.note = S("no breach of that law");
	ev.by = S("");
	t_fails(duty_record(dir, &ev, &e), &e, ERR_INPUT, "the name of who");
	snprintf(path, sizeof(path), "%s/duties.tsv", dir);
	t_int(access(path, F_OK), -1);
	t_rmdir(dir);
}

#define GOOD                                                     \
	"2026-11-10T00:00:00Z\t\tus-md\t1\tregulator\tdone\tAnn" \
	"\t2026-11-10T00:00:00Z\t\n"

static void damaged_lines_are_refused_by_number(void **state)
{
	static const struct {
		const char *text, *part;
	} rows[] = {
	    {GOOD "2026-11-10T00:00:00Z\t\tus-m", "d:2: the last line has no"},
	    {GOOD "x\n", "d:2: there are 1 fields"},
	    {"2026-11-31\t\ta\t1\tcra\tdone\tA\t2026-11-10\t\n", "d:1: a date"},
	    {"2026-11-10\t\ta\t0\tcra\tdone\tA\t2026-11-10\t\n",
		"d:1: the step"},
	    {"2026-11-10\t\ta\t1\tall\tdone\tA\t2026-11-10\t\n",
		"d:1: field 5"},
	    {"2026-11-10\t\ta\t1\tcra\tDone\tA\t2026-11-10\t\n",
		"d:1: field 6"},
	    {"2026-11-10\t\ta\t1\tcra\twaived\tA\t2026-11-10\t\n",
		"d:1: a waiver needs"},
	    {"2026-11-10\t\ta\t1\tcra\tdone\t\t2026-11-10\t\n",
		"d:1: the name"},
	    {"2026-11-10\t\t\t1\tcra\tdone\tA\t2026-11-10\t\n", "d:1: the id"},
	};
	struct arena a = ARENA_INIT(16 * MiB);
	struct duty_log log;
	struct err e = {0};

	t_ok(duty_log_parse(S(GOOD), "d", &a, &log, &e), &e);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_fails(duty_log_parse(str_of(rows[i].text), "d", &a, &log, &e),
		    &e, ERR_INPUT, rows[i].part);
	arena_release(&a);
}

/* ---- the gate */

/* How many bars there are at `now`; the first one to `ret`. */
static size_t bars(struct law_duty *d, struct duty_event *ev, size_t events,
    const char *now, struct arena *a, struct duty_bar *ret)
{
	struct law_duties duties = {.d = d, .count = d != NULL};
	struct duty_log log = {ev, events};
	struct duty_bar *bar;
	size_t n = duty_bars(&duties, &log, at(now), a, &bar);

	if (n)
		*ret = bar[0];
	return n;
}

static void a_regulator_to_be_told_first_bars_until_done_or_waived(void **state)
{
	struct arena a = ARENA_INIT(MiB);
	struct law_duty d = duty("us-md", LAW_YES);
	struct duty_event ev[2];
	struct duty_bar bar;

	t_int(bars(&d, NULL, 0, "2026-11-24", &a, &bar), 1);
	t_true(bar.duty == &d && !bar.not_before, "until it is done");
	t_str(bar.why,
	    "Maryland (Md. Code 14-3504): Attorney General must be told before "
	    "the persons; record it when it is done, or waive it with the "
	    "reason");
	ev[0] = event("us-md", LAW_REGULATOR, DUTY_DONE, "2026-11-10");
	t_int(bars(&d, ev, 1, "2026-11-24", &a, &bar), 0);
	ev[1] = event("us-md", LAW_REGULATOR, DUTY_OPEN, "2026-11-11");
	t_int(bars(&d, ev, 2, "2026-11-24", &a, &bar), 1);
	ev[1].state = DUTY_WAIVED;
	t_int(bars(&d, ev, 2, "2026-11-24", &a, &bar), 0);
	ev[0].id = S("us-nh");
	t_int(bars(&d, ev, 1, "2026-11-24", &a, &bar), 1);
	ev[0] = event("us-md", LAW_INDIVIDUALS, DUTY_DONE, "2026-11-10");
	t_int(bars(&d, ev, 1, "2026-11-24", &a, &bar), 1);
	arena_release(&a);
}

static void who_need_not_be_told_first_bars_nothing(void **state)
{
	struct arena a = ARENA_INIT(MiB);
	struct law_duty d = duty("us-ca", LAW_YES);
	struct duty_bar bar;

	d.before_individuals = false;
	t_int(bars(&d, NULL, 0, "2026-11-24", &a, &bar), 0);
	d = duty("us-nj", LAW_NO);
	t_int(bars(&d, NULL, 0, "2026-11-24", &a, &bar), 0);
	arena_release(&a);
}

static void what_may_apply_bars_until_somebody_answers(void **state)
{
	struct arena a = ARENA_INIT(MiB);
	struct law_duty d = duty("us-fcc", LAW_IF);
	struct duty_event ev =
	    event("us-fcc", LAW_REGULATOR, DUTY_WAIVED, "2026-11-10");
	struct duty_bar bar;

	d.wait_business_days = 7;
	t_int(bars(&d, NULL, 0, "2026-11-24", &a, &bar), 1);
	t_has(bar.why, "applies if: Are you a carrier?");
	t_has(bar.why, "7 full business days");
	t_int(bars(&d, &ev, 1, "2026-11-24", &a, &bar), 0);
	arena_release(&a);
}

static void seven_full_business_days_must_pass(void **state)
{
	static const struct {
		const char *done, *over;
	} rows[] = {
	    /* 3 November 2026 is a Tuesday */
	    {"2026-11-03", "2026-11-13"},
	    {"2026-11-03T23:59:59Z", "2026-11-13"},
	    {"2026-11-06", "2026-11-18"},
	    {"2026-11-07T08:00:00Z", "2026-11-18"},
	    {"2026-11-08", "2026-11-18"},
	    {"2026-11-04", "2026-11-14"},
	};
	struct arena a = ARENA_INIT(MiB);
	struct law_duty d = duty("us-fcc", LAW_YES);
	struct duty_bar bar = {0};
	char text[CLOCK_ISO_SIZE];

	d.wait_business_days = 7;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct duty_event ev =
		    event("us-fcc", LAW_REGULATOR, DUTY_DONE, rows[i].done);

		t_int(bars(&d, &ev, 1, rows[i].done, &a, &bar), 1);
		t_true(bar.duty == &d, "the duty's");
		t_int(bar.not_before, at(rows[i].over));
		clock_iso(bar.not_before - USEC_PER_SEC, text);
		t_int(bars(&d, &ev, 1, text, &a, &bar), 1);
		t_int(bars(&d, &ev, 1, rows[i].over, &a, &bar), 0);
	}
	arena_release(&a);
}

static void a_police_hold_bars_until_its_date_or_until_lifted(void **state)
{
	struct arena a = ARENA_INIT(MiB);
	struct duty_event ev[2] = {
	    event(DUTY_HOLD, LAW_INDIVIDUALS, DUTY_OPEN, "2026-12-01"),
	    event(DUTY_HOLD, LAW_INDIVIDUALS, DUTY_DONE, "2026-11-25"),
	};
	struct duty_log log = {ev, 1}, one;
	struct duty_bar bar = {0};
	struct err e = {0};

	t_int(bars(NULL, ev, 1, "2026-11-30T23:59:59Z", &a, &bar), 1);
	t_true(!bar.duty && bar.not_before == at("2026-12-01"), "the hold");
	t_has(bar.why, "2026-12-01");
	t_has(bar.why, "a reason");
	t_int(bars(NULL, ev, 1, "2026-12-01", &a, &bar), 0);
	t_int(duty_hold_until(&log), at("2026-12-01"));
	t_ok(duty_log_of(&log, S("second"), &a, &one, &e), &e);
	t_int(duty_hold_until(&one), at("2026-12-01"));
	log.count = 2;
	t_int(duty_hold_until(&log), 0);
	t_int(bars(NULL, ev, 2, "2026-11-26", &a, &bar), 0);
	arena_release(&a);
}

static void who_asks_for_less_lifts_no_longer_hold(void **state)
{
	struct arena a = ARENA_INIT(MiB);
	struct duty_event ev[] = {
	    event(DUTY_HOLD, LAW_INDIVIDUALS, DUTY_OPEN, "2027-01-01"),
	    event(DUTY_HOLD, LAW_INDIVIDUALS, DUTY_OPEN, "2026-12-01"),
	    event(DUTY_HOLD, LAW_INDIVIDUALS, DUTY_DONE, "2026-11-25"),
	    event(DUTY_HOLD, LAW_INDIVIDUALS, DUTY_OPEN, "2026-12-01"),
	};
	struct duty_log log = {ev, 2};
	struct duty_bar bar = {0};

	t_int(duty_hold_until(&log), at("2027-01-01"));
	t_int(bars(NULL, ev, 2, "2026-12-02", &a, &bar), 1);
	t_true(bar.not_before == at("2027-01-01"), "the longer one");
	/* lifted, all of them; then what is left */
	log.count = 3;
	t_int(duty_hold_until(&log), 0);
	log.count = 4;
	t_int(duty_hold_until(&log), at("2026-12-01"));
	arena_release(&a);
}

/* ---- a notice as the laws ask */

static void a_notice_becomes_facts(void **state)
{
	struct duty_event ev[] = {
	    event("us-md", LAW_REGULATOR, DUTY_DONE, "2026-11-12"),
	    event("us-nh", LAW_REGULATOR, DUTY_DONE, "2026-11-10"),
	    event("us-nh", LAW_REGULATOR, DUTY_OPEN, "2026-11-11"),
	    event(DUTY_HOLD, LAW_INDIVIDUALS, DUTY_OPEN, "2026-12-01"),
	};
	struct duty_log log = {ev, ARRAY_SIZE(ev)};
	struct notice n = {.kind = NOTICE_BREACH,
	    .discovered = S("2026-11-03"),
	    .facts = {.sector = S("telecom"),
		.encrypted = NOTICE_NO,
		.determined = at("2026-11-05")},
	    .check = {.house_limit = 42}};
	struct law_facts f;
	struct err e = {0}, unknown = {0};

	t_ok(
	    notice_law_facts(&n, at("2026-11-24"), &log, &f, &unknown, &e), &e);
	t_int(unknown.code, 0);
	t_int(f.kinds, LAW_KIND_BREACH | LAW_KIND_HEALTH | LAW_KIND_TELECOM);
	t_int(f.discovered, at("2026-11-03"));
	t_int(f.determined, at("2026-11-05"));
	t_int(f.encrypted, LAW_SAID_NO);
	t_int(f.listed, LAW_UNSAID);
	t_int(f.regulator_told, at("2026-11-12"));
	t_int(f.notified, 0);
	t_int(f.held_until, at("2026-12-01"));
	t_int(f.house_limit, 42);
	t_int(f.now, at("2026-11-24"));
	n.facts.sector = S("telekom");
	n.facts.data_types = S("Social Security number");
	t_ok(notice_law_facts(&n, 0, &log, &f, &unknown, &e), &e);
	t_has(str_of(unknown.msg), "[facts]: sector: 'telekom'");
	t_int(f.sector.n, 0);
	t_str(f.data_types, "Social Security number");
}

static void each_kind_asks_its_laws(void **state)
{
	t_int(facts_kinds(NOTICE_RECALL), LAW_KIND_RECALL);
	t_int(facts_kinds(NOTICE_SAFETY), LAW_KIND_RECALL);
	t_int(facts_kinds(NOTICE_POLICY), LAW_KIND_POLICY);
	t_int(facts_kinds(NOTICE_LEGAL) &
		  (LAW_KIND_BREACH | LAW_KIND_RECALL | LAW_KIND_POLICY |
		      LAW_KIND_HEALTH | LAW_KIND_TELECOM),
	    0);
	t_true(facts_kinds(NOTICE_LEGAL), "0 would mean all of a breach");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(events_come_back_in_order),
	    T(what_nobody_stands_for_is_not_recorded),
	    T(damaged_lines_are_refused_by_number),
	    T(a_regulator_to_be_told_first_bars_until_done_or_waived),
	    T(who_need_not_be_told_first_bars_nothing),
	    T(what_may_apply_bars_until_somebody_answers),
	    T(seven_full_business_days_must_pass),
	    T(a_police_hold_bars_until_its_date_or_until_lifted),
	    T(who_asks_for_less_lifts_no_longer_hold),
	    T(a_notice_becomes_facts),
	    T(each_kind_asks_its_laws),
	};

	return t_run("duty", tests);
}
