/* The page over findings made by hand.  The rule families are this file's, so
 * that the page is judged and not the rules. */
#include "report/check_parts.h"
#include "t.h"

#define RULES(family)                                                      \
	static const struct rule rules_##family[] = {                      \
	    {#family "-1", "First of " #family, SEVERITY_BLOCK,            \
		"Source of " #family, "Why of " #family, "Mend " #family}, \
	    {#family "-2", "Second of " #family, SEVERITY_WARN,            \
		"Source 2 of " #family, "", "Mend 2 " #family},            \
	    {#family "-3", "Third & last of " #family, SEVERITY_INFO, "S", \
		"W", "R"},                                                 \
	};                                                                 \
	const struct rule_family family_##family = {                       \
	    .name = #family,                                               \
	    .title = "Is " #family " <well>?",                             \
	    .rules = rules_##family,                                       \
	    .count = ARRAY_SIZE(rules_##family),                           \
	}
RULES(identity);
RULES(content);
RULES(list);
RULES(channel);
RULES(plan);

struct page {
	struct check k;
	struct notice n;
	struct buf out;
};

static void page_begin(struct page *p)
{
	*p = (struct page){.out = BUF_INIT(REPORT_PAGE_MAX)};
	p->k.arena = ARENA_INIT(16 * MiB);
	p->k.findings = findings_new(&p->k.arena);
	p->n = (struct notice){
	    .kind = NOTICE_BREACH,
	    .title = S("Breach of November"),
	    .org_name = S("Example"),
	    .own_domains = S("example.com"),
	    .discovered = S("2026-11-03"),
	    .from_name = S("Example"),
	    .from_address = S("notice@example.com"),
	    .canonical_url = S("https://www.example.com/notice"),
	};
	p->k.facts.notice = &p->n;
	t_true(clock_parse_iso(S("2026-11-25T19:30:00Z"), &p->k.facts.now));
}

static struct str page_made(struct page *p)
{
	findings_sort(p->k.findings);
	report_check_page(&p->k, &p->out);
	t_true(!p->out.over);
	return buf_str(&p->out);
}

static void page_end(struct page *p)
{
	arena_release(&p->k.arena);
	buf_release(&p->out);
}

static size_t times(struct str text, const char *what)
{
	size_t n = 0;
	ptrdiff_t at;

	while ((at = str_find(text, str_of(what))) >= 0) {
		n++;
		text = str_from(text, (size_t)at + strlen(what));
	}
	return n;
}

static void lacks(struct str page, const char *what)
{
	t_true(str_find(page, str_of(what)) < 0, "%s", what);
}

/* ---- the verdict */

static void the_verdict_counts_what_was_found(void **state)
{
	static const struct {
		unsigned blocks, warns, unchecked;
		bool trouble;
		const char *want, *advice;
	} c[] = {
	    {0, 0, 0, false, "Nothing blocks.", "Nothing is left to mend"},
	    {1, 0, 0, false, "1 thing stops this notice.",
		"refuses until each is mended"},
	    {3, 4, 2, false,
		"3 things stop this notice; 4 to read; 2 could not be "
		"checked.",
		"refuses until each"},
	    {0, 4, 2, false,
		"Nothing blocks; 4 things to read; 2 could not be checked.",
		"Somebody should read"},
	    {0, 1, 0, false, "Nothing blocks; 1 thing to read.",
		"Somebody should read"},
	    {0, 0, 1, true, "Nothing blocks; 1 could not be checked.",
		"A question got no answer"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct page p;
		struct str page;

		page_begin(&p);
		for (unsigned k = 0; k < c[i].blocks; k++)
			finding_add(p.k.findings, "list-1", "x", SEVERITY_BLOCK,
			    S("s"), "t");
		for (unsigned k = 0; k < c[i].warns; k++)
			finding_add(p.k.findings, "plan-2", "x", SEVERITY_WARN,
			    S("s"), "t");
		for (unsigned k = 0; k < c[i].unchecked; k++)
			finding_unchecked(p.k.findings, "content-1", "x",
			    c[i].trouble, S("s"), "t");
		page = page_made(&p);
		t_has(page, c[i].want);
		t_has(page, c[i].advice);
		page_end(&p);
	}
}

/* ---- findings */

static void findings_of_a_rule_stand_together_the_worst_first(void **state)
{
	struct finding *x;
	struct str page;
	struct page p;
	ptrdiff_t block, over, warn, unchecked, info, passed;

	page_begin(&p);
	finding_add(p.k.findings, "plan-2", "x", SEVERITY_WARN, S("here"),
	    "One %s", "warning");
	finding_add(
	    p.k.findings, "content-3", "x", SEVERITY_INFO, S(""), "Known");
	finding_unchecked(
	    p.k.findings, "list-2", "x", true, S("mx"), "No answer");
	finding_add(
	    p.k.findings, "list-1", "a", SEVERITY_BLOCK, S("A"), "Block A");
	finding_add(
	    p.k.findings, "list-1", "b", SEVERITY_BLOCK, S("B"), "Block B");
	x = finding_add(
	    p.k.findings, "identity-1", "a", SEVERITY_BLOCK, S("C"), "Let go");
	x->overridden = true;
	finding_judged(p.k.findings, "channel-3");
	page = page_made(&p);
	block = str_find(page, S("id=\"block-list-1\""));
	over = str_find(page, S("id=\"over-identity-1\""));
	warn = str_find(page, S("id=\"warn-plan-2\""));
	unchecked = str_find(page, S("id=\"unchecked-list-2\""));
	info = str_find(page, S("id=\"info-content-3\""));
	passed = str_find(page, S("id=\"pass\""));
	t_true(0 < block && block < over && over < warn && warn < unchecked &&
	       unchecked < info && info < passed);
	t_int(times(page, "<article"), 5);
	t_int(times(page, "Block A"), 1);
	t_int(times(page, "Block B"), 1);
	/* what the rule says is said once for both */
	t_int(times(page, "Why of list"), 1);
	t_int(times(page, "Source of list"), 1);
	t_int(times(page, "Mend list"), 1);
	t_has(page, "there was no answer; run the check again");
	t_has(str_from(page, (size_t)passed),
	    "<span class=\"rule\">channel-3</span> Third &amp; last of "
	    "channel");
	t_has(str_from(page, (size_t)passed),
	    "Did not apply, or another rule was in the way: identity-2, "
	    "identity-3.");
	lacks(str_from(page, (size_t)passed), "list-1");
	/* each rule a square; those with a finding lead to it */
	t_int(times(page, "<g class=\"sq "), 15 + 7);
	t_has(page, "<a href=\"#block-list-1\">");
	t_has(page, "<a href=\"#unchecked-list-2\">");
	lacks(page, "href=\"#pass-");
	page_end(&p);
}

/* ---- strangers' bytes */

#define EVIL "<script>alert(1)</script>\"'&</style></title>\xff"

static void nothing_breaks_out(void **state)
{
	struct law_place place = {.code = S("<b>"), .people = 3};
	struct list_variant variant = {.segment = S(EVIL),
	    .language = S(EVIL),
	    .file = S("message.<i>.md"),
	    .people = 3,
	    .place = &place,
	    .places = 1};
	struct finding *x;
	struct str page;
	struct page p;

	page_begin(&p);
	p.n.title = S(EVIL);
	p.n.org_name = S(EVIL);
	p.n.from_name = S(EVIL);
	p.n.from_address = S(EVIL "@x");
	p.n.discovered = S(EVIL);
	p.n.canonical_url = S("https://x\" onclick=\"alert(1)");
	p.k.facts.has_audience = true;
	p.k.facts.list.people = 3;
	p.k.facts.list.place = &place;
	p.k.facts.list.places = 1;
	p.k.facts.list.variant = &variant;
	p.k.facts.list.variants = 1;
	x = finding_add(p.k.findings, "list-1", "x", SEVERITY_BLOCK, S(EVIL),
	    "text %s", EVIL);
	finding_remedy(p.k.findings, x, "remedy %s", EVIL);
	page = page_made(&p);
	lacks(page, "<script");
	lacks(page, "</script");
	lacks(page, " onclick=\"");
	lacks(page, "<i>");
	lacks(page, "\xff");
	t_int(times(page, "</style>"), 1);
	t_int(times(page, "</title>"), 1 + 15); /* and each square's */
	t_has(page, "text &lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;"
		    "&amp;");
	t_has(page, "remedy &lt;script&gt;");
	page_end(&p);
}

static void a_page_of_another_scheme_is_no_link(void **state)
{
	struct str page;
	struct page p;

	page_begin(&p);
	p.n.canonical_url = S("javascript:alert(1)");
	page = page_made(&p);
	lacks(page, "href=\"javascript");
	t_has(page, "<dd>javascript:alert(1)</dd>");
	page_end(&p);
}

static void addresses_of_people_are_masked(void **state)
{
	struct finding *x;
	struct str page;
	struct page p;

	page_begin(&p);
	x = finding_add(p.k.findings, "list-1", "x", SEVERITY_BLOCK,
	    S("anna@gmail.com"), "row of bert@web.example");
	finding_remedy(p.k.findings, x, "ask carl@gmx.example");
	page = page_made(&p);
	lacks(page, "anna@");
	lacks(page, "bert@");
	lacks(page, "carl@");
	t_has(page, "a***@gmail.com");
	t_has(page, "notice@example.com");
	page_end(&p);
}

/* ---- nothing is fetched, nothing runs */

static void the_page_stands_alone(void **state)
{
	struct str page;
	struct page p;

	page_begin(&p);
	finding_add(p.k.findings, "list-1", "x", SEVERITY_BLOCK, S("s"), "t");
	page = page_made(&p);
	t_int(times(page, "href=\"https://"), 1);
	t_has(page, "href=\"https://www.example.com/notice\"");
	lacks(page, "src=");
	lacks(page, "url(");
	lacks(page, "@import");
	lacks(page, "<link");
	t_has(page, "<html lang=\"en\">");
	t_has(page, "default-src 'none'");
	t_has(page, "Not legal advice");
	t_has(page, "content:\"Example: Breach\\000020of\\000020November\"");
	page_end(&p);
}

/* ---- people */

static void people_stand_by_text_place_and_channel(void **state)
{
	struct law_place place[] = {{.code = S("US-CA"), .people = 1200},
	    {.code = S("DE"), .people = 40}};
	struct list_variant variant[] = {{.file = S("message.md"),
					     .people = 1230,
					     .no_address = 7,
					     .place = place,
					     .places = 2},
	    {.segment = S("ma"), .people = 10}};
	struct list_choice choice[] = {
	    {.place = S("US-CA"),
		.people = 1000,
		.law = {.channel = LAW_CHANNEL_EMAIL}},
	    {.place = S("US-CA"),
		.people = 200,
		.law = {.channel = LAW_CHANNEL_POST,
		    .why = "no consent to mail",
		    .confidence = S("high")},
		.said = {[LAW_CHANNEL_EMAIL] = 50}},
	    {.place = S("DE"),
		.people = 30,
		.law = {.channel = LAW_CHANNEL_EMAIL}}};
	struct str page;
	struct page p;

	page_begin(&p);
	p.k.facts.has_audience = true;
	p.k.facts.list.people = 1240;
	p.k.facts.list.place = place;
	p.k.facts.list.places = 2;
	p.k.facts.list.variant = variant;
	p.k.facts.list.variants = 2;
	p.k.facts.list.choice = choice;
	p.k.facts.list.choices = 3;
	page = page_made(&p);
	t_has(page, "US-CA 1,200, DE 40</span>");
	t_has(page, "<b>no text fits</b>");
	t_has(page,
	    "<span>US-CA</span></th><td role=\"cell\" data-label=\"People\">"
	    "<span>1,200</span></td><td role=\"cell\" data-label=\"By mail\">"
	    "<span>1,050</span></td><td role=\"cell\" data-label=\"By post\">"
	    "<span>150</span></td>");
	t_has(page, "no consent to mail <span class=\"small\">(confidence "
		    "high)");
	t_has(page, "not worked out for 10");
	page_end(&p);
}

/* ---- deadlines */

static usec_t day(const char *iso)
{
	usec_t t;

	t_true(clock_parse_iso(str_of(iso), &t), "%s", iso);
	return t;
}

static struct law_duty duty_made(
    const char *id, enum law_who who, const char *deadline)
{
	return (struct law_duty){
	    .id = str_of(id),
	    .step = 1,
	    .who = who,
	    .applies = LAW_YES,
	    .name = str_of(id),
	    .regime = S("R"),
	    .regulator = S("Office of <x>"),
	    .people = 1200,
	    .has_deadline = deadline != NULL,
	    .deadline = deadline ? day(deadline) : 0,
	    .rule_text = S("as soon as possible"),
	    .as_of = S("2026-01-23"),
	    .source = S("section 1"),
	    .confidence_deadline = S("medium"),
	};
}

static void deadlines_stand_on_a_line_and_in_a_table(void **state)
{
	struct law_duty duty[] = {
	    duty_made("late", LAW_REGULATOR, "2026-11-06"),
	    duty_made("soon", LAW_INDIVIDUALS, "2026-11-28"),
	    duty_made("far", LAW_CRA, "2027-01-02"),
	    duty_made("done", LAW_REGULATOR, "2026-11-30"),
	    duty_made("maybe", LAW_INDIVIDUALS, NULL),
	    duty_made("elsewhere", LAW_INDIVIDUALS, "2026-12-24"),
	};
	struct duty_event event = {.id = S("done"),
	    .step = 1,
	    .who = LAW_REGULATOR,
	    .state = DUTY_DONE,
	    .by = S("Jane <Doe>"),
	    .at = day("2026-11-20")};
	struct duty_bar bar = {.why = S("Wait for the <office>.")};
	struct law_place place = {.code = S("QA"), .people = 3};
	struct plan_tranche tranche = {.name = S("second"),
	    .duties = {.d = duty,
		.count = ARRAY_SIZE(duty),
		.not_covered = &place,
		.not_covered_count = 1},
	    .log = {.v = &event, .count = 1},
	    .bar = &bar,
	    .bars = 1};
	struct str page;
	struct page p;

	duty[4].applies = LAW_IF;
	duty[4].question = S("Is it so?");
	duty[5].applies = LAW_NO;
	page_begin(&p);
	p.k.facts.plan.tranche = &tranche;
	p.k.facts.plan.tranches = 1;
	p.k.facts.plan.mails = 100;
	p.k.facts.plan.per_hour = 20000;
	p.k.facts.plan.rate = PLAN_RATE_GUESS;
	p.k.facts.plan.finish = day("2026-11-26");
	page = page_made(&p);
	t_has(page, "minor block\">6 November 2026 (19 days ago)</text>");
	t_has(page, "minor warn\">28 November 2026 (in 3 days)</text>");
	t_has(page, "minor pass\">2 January 2027 (in 38 days)</text>");
	t_int(times(page, "<circle class=\"due "), 3); /* not what is done */
	t_has(page, "projected finish");
	t_has(page, "20,000 mails an hour (a guess");
	t_has(page, "earliest first (people added later: second)");
	t_has(page, "<b>Done</b>, <time datetime=\"2026-11-20T00:00:00Z\">20 "
		    "November 2026</time>, by Jane &lt;Doe&gt;");
	t_has(page, "<b>Applies if:</b> Is it so?");
	t_has(page, "as of 2026-01-23; confidence medium");
	t_has(page, "Office of &lt;x&gt;");
	t_has(page, "closed now for second:");
	t_has(page, "Wait for the &lt;office&gt;.");
	t_has(page, "QA (3 people)");
	t_has(page, "1 duty was looked at and found not to apply");
	lacks(page, "24 December");
	page_end(&p);
}

static void overrides_name_two_people_or_say_so(void **state)
{
	const struct override o[] = {
	    {.rule = S("S-07"),
		.subject = S("<b>anna@gmail.com"),
		.name = {S("Jane <Doe>"), S("Max Roe")},
		.names = 2,
		.reason_sha256 = S("00112233445566778899aabb"),
		.at = day("2026-11-24")},
	    {.rule = S("S-22"), .name = {S("Jane Doe")}, .names = 1},
	};
	struct check_part part;
	struct page p;

	page_begin(&p);
	part = (struct check_part){.k = &p.k, .out = &p.out};
	check_put_override_table(&part, o, 2);
	t_has(buf_str(&p.out), "&lt;b&gt;a***@gmail.com");
	t_has(buf_str(&p.out), "Jane &lt;Doe&gt; and Max Roe</span>");
	t_has(buf_str(&p.out), "all it finds");
	t_int(times(buf_str(&p.out), "not in force"), 1);
	t_has(buf_str(&p.out), ">0011223344556677</span>");
	page_end(&p);
}

static void a_damaged_log_of_overrides_is_said(void **state)
{
	char tmp[64];
	const char *dir = t_mkdir(tmp);
	struct str page;
	struct page p;

	t_write(dir, "overrides.tsv", S("what is this\n"));
	page_begin(&p);
	p.n.dir = str_of(dir);
	page = page_made(&p);
	t_has(page, "overrides.tsv");
	page_end(&p);
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(deadlines_stand_on_a_line_and_in_a_table),
	    T(overrides_name_two_people_or_say_so),
	    T(a_damaged_log_of_overrides_is_said),
	    T(the_verdict_counts_what_was_found),
	    T(findings_of_a_rule_stand_together_the_worst_first),
	    T(nothing_breaks_out),
	    T(a_page_of_another_scheme_is_no_link),
	    T(addresses_of_people_are_masked),
	    T(the_page_stands_alone),
	    T(people_stand_by_text_place_and_channel),
	};

	return t_run("check_page", tests);
}
