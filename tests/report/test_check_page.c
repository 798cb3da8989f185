/* The page over findings made by hand.  The rule families are this file's, so
 * that the page is judged and not the rules. */
#include "report/check_page.h"
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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
