#include "content_made.h"

#define GOOD                                                                   \
	"# Notice of Data Breach\n\n"                                          \
	"November 20, 2026\n\n"                                                \
	"Dear {{name}},\n\n"                                                   \
	"## What Happened\n\n"                                                 \
	"On November 2, 2026 we found that someone copied customer files.\n\n" \
	"## What Information Was Involved\n\n"                                 \
	"The files had your name and your password.\n\n"                       \
	"## What We Are Doing\n\n"                                             \
	"We closed the gap and told the authorities.\n\n"                      \
	"## What You Can Do\n\n"                                               \
	"* Change your password.\n\n"                                          \
	"## For More Information\n\n"                                          \
	"Call 1-800-555-0100 or read <https://www.acme.example/notice>. We "   \
	"will never ask you for a password.\n"

static int says(const char *markdown, const char *rule, const char *check)
{
	struct content_made m;
	int r;

	content_begin(&m);
	content_add(&m, "message.md", markdown);
	content_judge(&m);
	r = content_says(&m, rule, check);
	content_end(&m);
	return r;
}

#define NOTHING (-1)

static void an_honest_notice_gives_nothing(void **state)
{
	struct content_made m;

	content_begin(&m);
	content_add(&m, "message.md", GOOD);
	content_judge(&m);
	for (size_t i = 0; i < m.f->count; i++)
		t_true(m.f->v[i].severity == SEVERITY_INFO, "%s %.*s",
		    m.f->v[i].rule->id, STR_ARG(m.f->v[i].text));
	content_end(&m);
}

static void what_still_says_change_me_is_told_once(void **state)
{
	struct content_made m;
	struct str at[] = {S("message.md:3"), S("message.md:9")};

	content_begin(&m);
	content_add(&m, "message.md", "CHANGE ME\n\nEnter your password.\n");
	m.x.placeholder = at;
	m.x.placeholders = 2;
	content_judge(&m);
	t_int(m.f->count, 1);
	t_int(content_says(&m, "S-00", "placeholder"), SEVERITY_BLOCK);
	t_has(m.f->v[0].text, "lines 3, 9");
	content_end(&m);
}

static void a_setting_that_is_missing_is_told(void **state)
{
	struct content_made m;

	content_begin(&m);
	m.n.org_name = m.n.brands = STR_NONE;
	content_add(&m, "message.md", GOOD);
	content_judge(&m);
	t_int(content_says(&m, "S-00", "setting"), SEVERITY_BLOCK);
	t_int(content_says(&m, "S-20", NULL), NOTHING);
	content_end(&m);
}

static void the_subject_names_company_and_matter(void **state)
{
	static const struct {
		const char *subject, *check;
	} c[] = {{"Acme: Notice of Data Breach", NULL},
	    {"Notice of a security incident at Acme Tools", NULL},
	    {"ACME: Rückruf unserer Akkus", NULL}, {"Legal Notice", "company"},
	    {"Acme: Important notice", "matter"},
	    {"Re: Acme data breach", "reply-mark"},
	    {"ACME: NOTICE OF DATA BREACH", "capitals"},
	    {"Acme data breach!", "exclamation"},
	    {"Acme data breach \xe2\x9a\xa0", "emoji"}};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct content_made m;

		content_begin(&m);
		m.n.subject = str_of(c[i].subject);
		content_add(&m, "message.md", GOOD);
		content_judge(&m);
		t_true(content_says(&m, "S-20", c[i].check) ==
			   (c[i].check ? (int)SEVERITY_BLOCK : NOTHING),
		    "%s", c[i].subject);
		content_end(&m);
	}
}

/* The findings of S-20 that are about this place; -1: nothing. */
static int says_at(
    const struct content_made *m, const char *check, const char *place)
{
	int worst = -1;

	for (size_t i = 0; i < m->f->count; i++) {
		const struct finding *x = &m->f->v[i];

		if (strcmp(x->rule->id, "S-20") == 0 &&
		    strcmp(x->check, check) == 0 &&
		    str_eq(x->subject, str_of(place)) &&
		    (int)x->severity > worst)
			worst = (int)x->severity;
	}
	return worst;
}

static void the_subject_of_every_text_is_judged(void **state)
{
	static const char *const fr = "notice.ini [message] subject.fr";
	static const struct {
		const char *fr, *check;
	} c[] = {{"Acme : avis de violation de donn\xc3\xa9"
		  "es",
		     NULL},
	    {"Avis de violation de donn\xc3\xa9"
	     "es",
		"company"},
	    {"Acme : bonjour", "matter"},
	    {"Re: Acme : violation de donn\xc3\xa9"
	     "es",
		"reply-mark"},
	    {"Acme : violation de donn\xc3\xa9"
	     "es, votre num\xc3\xa9ro de client {{name}} et tout ce que nous en "
	     "savons aujourd'hui",
		"length"}};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct content_made m;

		content_begin(&m);
		content_subject(&m, "fr", c[i].fr);
		content_add(&m, "message.md", GOOD);
		content_add_for(&m, "message.fr.md", "", "fr", GOOD);
		content_judge(&m);
		t_true(content_says(&m, "S-20", NULL) ==
			   (c[i].check ? (int)SEVERITY_BLOCK : NOTHING),
		    "%s", c[i].fr);
		if (c[i].check) {
			t_int(says_at(&m, c[i].check, fr), SEVERITY_BLOCK);
			t_true(
			    str_find(m.f->v[0].text, S("(message.fr.md)")) > 0,
			    "the text is named: %.*s", STR_ARG(m.f->v[0].text));
		}
		content_end(&m);
	}
}

static void a_subject_no_text_has_is_not_judged(void **state)
{
	struct content_made m;

	content_begin(&m);
	m.n.subject = S("Legal Notice");
	content_subject(&m, "en", "Acme: Notice of Data Breach");
	content_add(&m, "message.en.md", GOOD);
	content_judge(&m);
	t_int(content_says(&m, "S-20", NULL), NOTHING);
	content_end(&m);
}

/* Bulgarian; in Spanish the words are known. */
static void the_matter_is_judged_where_its_words_are_known(void **state)
{
	static const char text[] =
	    "Acme: \xd1\x83\xd0\xb2\xd0\xb5\xd0\xb4\xd0\xbe\xd0\xbc";
	struct content_made m;

	content_begin(&m);
	content_subject(&m, "bg", text);
	content_add(&m, "message.md", GOOD);
	content_add_for(&m, "message.bg.md", "", "bg", GOOD);
	content_judge(&m);
	t_int(content_says(&m, "S-20", NULL), NOTHING);
	t_int(says_at(&m, "matter", "notice.ini [message] subject.bg"),
	    SEVERITY_WARN);
	content_end(&m);

	content_begin(&m);
	content_subject(&m, "es", text);
	content_add(&m, "message.md", GOOD);
	content_add_for(&m, "message.es.md", "", "es", GOOD);
	content_judge(&m);
	t_int(content_says(&m, "S-20", "matter"), SEVERITY_BLOCK);
	content_end(&m);

	/* one subject for all: those who read English need its words */
	content_begin(&m);
	m.n.subject = S("Acme: hello");
	content_add_for(&m, "message.bg.md", "", "bg", GOOD);
	content_add(&m, "message.md", GOOD);
	content_judge(&m);
	t_int(content_says(&m, "S-20", "matter"), SEVERITY_BLOCK);
	content_end(&m);
}

static void the_sender_is_the_company(void **state)
{
	static const struct {
		const char *name, *check;
	} c[] = {{"Acme", NULL}, {"acme tools", NULL},
	    {"Acme Tools, Inc.", NULL}, {"Breach Notice", "matter"},
	    {"notice@acme.example", "address"}, {"{{name}}", "field"},
	    {"acme-notice.com", "domain"}, {"Someone Else", "company"}};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct content_made m;

		content_begin(&m);
		m.n.from_name = str_of(c[i].name);
		content_add(&m, "message.md", GOOD);
		content_judge(&m);
		t_true(content_says(&m, "S-21", c[i].check) ==
			   (c[i].check ? (int)SEVERITY_BLOCK : NOTHING),
		    "%s", c[i].name);
		content_end(&m);
	}
}

static void links_are_few_and_ours(void **state)
{
	static const struct {
		const char *text, *check;
		int severity;
	} c[] = {
	    {"<https://www.acme.example/a>", NULL, NOTHING},
	    {"<https://www.identitytheft.gov>", NULL, NOTHING},
	    {"<https://help.other.example/>", "link-host", SEVERITY_BLOCK},
	    {"[x](http://acme.example/)", "link-https", SEVERITY_BLOCK},
	    {"<https://bit.ly/x>", "shortener", SEVERITY_BLOCK},
	    {"<https://192.0.2.1/>", "ip-host", SEVERITY_BLOCK},
	    {"<https://acme.example@evil.example/>", "userinfo",
		SEVERITY_BLOCK},
	    {"<https://xn--cme-8cd.example/>", "punycode", SEVERITY_BLOCK},
	    {"<https://acme.example/?utm_source=x>", "tracking-parameter",
		SEVERITY_BLOCK},
	    {"<https://acme.example/a.zip>", "download", SEVERITY_BLOCK},
	    {"[www.bank.example](https://acme.example/)", "link-text",
		SEVERITY_BLOCK},
	    {"[a page](https://acme.example/1) [b page]"
	     "(https://acme.example/2)",
		"link-count", SEVERITY_BLOCK},
	    {"write to help@vendor.example", "mail-host", SEVERITY_WARN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct buf b = BUF_INIT(8 * KiB);

		buf_addf(&b, GOOD "\n%s\n", c[i].text);
		t_true(says(buf_cstr(&b), "S-22", c[i].check) == c[i].severity,
		    "%s", c[i].text);
		buf_release(&b);
	}
}

static void the_canonical_page_is_on_an_own_domain(void **state)
{
	struct content_made m;

	content_begin(&m);
	m.n.canonical_url = S("https://acme-breach.example/");
	content_add(&m, "message.md", GOOD);
	content_judge(&m);
	t_int(content_says(&m, "S-22", "canonical"), SEVERITY_BLOCK);
	content_end(&m);
}

static void one_line_more(void **state)
{
	static const struct {
		const char *text, *rule, *check;
		int severity;
	} c[] = {
	    {"![](https://acme.example/p.gif)", "S-24", "remote-image",
		SEVERITY_BLOCK},
	    {"<img src='https://acme.example/p.gif'>", "S-24", "remote-image",
		SEVERITY_BLOCK},
	    {"![logo](cid:1)", "S-24", "image", SEVERITY_WARN},
	    {"Fine.", "S-24", NULL, NOTHING},
	    {"Get 20% off now.", "S-25", "offer", SEVERITY_BLOCK},
	    {"<https://facebook.com/acme>", "S-25", "social-link",
		SEVERITY_BLOCK},
	    {"Read our newsletter.", "S-25", "word", SEVERITY_WARN},
	    {"We offer free credit monitoring.", "S-25", NULL, NOTHING},
	    {"Please enter your password there.", "S-26", "asks",
		SEVERITY_BLOCK},
	    {"Please send us:\n\n* your date of birth", "S-26", "asks",
		SEVERITY_BLOCK},
	    {"<form action=x>", "S-26", "form", SEVERITY_BLOCK},
	    {"See the attached letter.", "S-26", "attachment", SEVERITY_WARN},
	    {"Never give your PIN to anyone.", "S-26", NULL, NOTHING},
	    {"We will not send attachments; see no attached file.", "S-26",
		NULL, NOTHING},
	    {"<p>hello</p>", "S-27", "raw-html", SEVERITY_WARN},
	    {"<!-- a comment -->", "S-27", NULL, NOTHING},
	    {"A <span style=\"color:#fff\">secret</span> word.", "S-27",
		"hidden", SEVERITY_BLOCK},
	    {"<div style='display:none'>\n\nsecret\n\n</div>", "S-27", "hidden",
		SEVERITY_BLOCK},
	    {"<div hidden></div>", "S-27", "raw-html", SEVERITY_WARN},
	    {"`<p hidden>` is HTML; 3 < 4, and <https://acme.example/notice>",
		"S-27", NULL, NOTHING},
	    {"We will \xe2\x80\xae"
	     "reven ask.",
		"S-27", "invisible", SEVERITY_BLOCK},
	    {"A flag: \xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2.",
		"S-27", NULL, NOTHING},
	    {"Click to unsubscribe.", "S-33", NULL, SEVERITY_WARN},
	    {"\\{{name}}", "S-35", "unresolved", SEVERITY_BLOCK},
	    {"Case [insert number]", "S-35", "mark", SEVERITY_BLOCK},
	    {"Hello <<FirstName>>.", "S-35", "mark", SEVERITY_BLOCK},
	    {"Hello {first_name}.", "S-35", "mark", SEVERITY_BLOCK},
	    {"Your *|CASE|* is open.", "S-35", "mark", SEVERITY_BLOCK},
	    {"As the court wrote [sic] in [2].", "S-35", NULL, NOTHING},
	    {"[click here](https://acme.example/notice)", "S-36a", "link-text",
		SEVERITY_WARN},
	    {"#### Deep", "S-36a", "heading-order", SEVERITY_WARN},
	    {"# Second", "S-36a", "title", SEVERITY_WARN},
	    {"THIS TEXT SHOUTS AND SHOUTS AND NEVER STOPS SHOUTING LOUD.",
		"S-36a", "capitals", SEVERITY_WARN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct buf b = BUF_INIT(8 * KiB);

		buf_addf(&b, GOOD "\n%s\n", c[i].text);
		t_true(
		    says(buf_cstr(&b), c[i].rule, c[i].check) == c[i].severity,
		    "%s", c[i].text);
		buf_release(&b);
	}
}

static void what_is_not_said_warns(void **state)
{
	static const char bare[] = "# Notice\n\nWe lost a file. Sorry.\n";

	t_int(says(bare, "S-23", NULL), SEVERITY_WARN);
	t_int(says(bare, "S-31", NULL), SEVERITY_WARN);
	t_int(says(bare, "S-36", NULL), SEVERITY_WARN);
	t_int(says(bare, "S-29", "may-be-missing"), SEVERITY_WARN);
	t_int(says(GOOD, "S-23", NULL), NOTHING);
	t_int(says(GOOD, "S-31", NULL), NOTHING);
	t_int(says(GOOD, "S-36", NULL), NOTHING);
}

static void long_words_and_sentences_are_told(void **state)
{
	static const char hard[] =
	    GOOD "\nNotwithstanding the aforementioned considerations "
		 "regarding organisational responsibilities, the undersigned "
		 "administration acknowledges unauthorised dissemination of "
		 "confidential documentation attributable to extraordinarily "
		 "sophisticated adversaries operating internationally, "
		 "necessitating comprehensive remediation activities.\n";

	t_int(says(hard, "S-28", "sentence"), SEVERITY_WARN);
	t_int(says(GOOD, "S-28", NULL), NOTHING);
}

#define HEAD                                                                \
	"From: Acme <notice@acme.example>\r\nSubject: Acme data breach\r\n" \
	"Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
#define REST                                                                 \
	"Message-ID: <a@acme.example>\r\nAuto-Submitted: auto-generated\r\n" \
	"Feedback-ID: a:b:c:acmeexample\r\n"

static int says_of_letter(const char *head, const char *text, const char *html,
    const char *rule, const char *check)
{
	struct content_made m;
	int r;

	content_begin(&m);
	content_letter_is(
	    &m, content_add(&m, "message.md", GOOD), head, text, html);
	content_judge(&m);
	r = content_says(&m, rule, check);
	content_end(&m);
	return r;
}

static void header_fields_are_judged(void **state)
{
	static const struct {
		const char *head, *rule, *check;
		int severity;
	} c[] = {
	    {HEAD REST "To: <a@b.example>\r\n", "S-32", NULL, NOTHING},
	    {HEAD REST "To: \"x@y\" <a@b.example>\r\n", "S-32", NULL, NOTHING},
	    {HEAD REST "To: a@b.example, c@d.example\r\n", "S-32", "to",
		SEVERITY_BLOCK},
	    {HEAD REST "To: a@b.example\r\nTo: c@d.example\r\n", "S-34",
		"twice", SEVERITY_BLOCK},
	    {HEAD REST "To: a@b.example\r\nBcc: c@d.example\r\n", "S-32",
		"copies", SEVERITY_BLOCK},
	    {HEAD "To: a@b.example\r\n", "S-32", "message-id", SEVERITY_BLOCK},
	    {HEAD REST "To: a@b.example\r\nPrecedence: list\r\n", "S-32",
		"precedence", SEVERITY_WARN},
	    {HEAD "To: a@b.example\r\nMessage-ID: <a@b>\r\n", "S-32",
		"auto-submitted", SEVERITY_WARN},
	    {HEAD "To: a@b.example\r\nMessage-ID: <a@b>\r\n", "S-32",
		"feedback-id", SEVERITY_WARN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		t_true(says_of_letter(c[i].head, "Hello.", "<p>Hello.</p>",
			   c[i].rule, c[i].check) == c[i].severity,
		    "%s", c[i].head);
}

static void both_parts_say_the_same(void **state)
{
	static const char head[] = HEAD REST "To: a@b.example\r\n";

	t_int(says_of_letter(head, "One two three.", "<p>One two three.</p>",
		  "S-27", NULL),
	    NOTHING);
	t_int(says_of_letter(
		  head, "One.", "<p>One two three four.</p>", "S-27", "parity"),
	    SEVERITY_BLOCK);
	t_int(says_of_letter(head, "One two. Three four five.",
		  "<h2>Title</h2><p>One two.</p>", "S-27", "heading"),
	    SEVERITY_BLOCK);
	t_int(says_of_letter(head, "One two.",
		  "<p>One <span style=3D'display: none'>two</span>.</p>",
		  "S-27", "hidden"),
	    SEVERITY_BLOCK);
	t_int(says_of_letter(head, "caf\xc3\xa9", "<p>caf\xc3\xa9</p>", "S-34",
		  "seven-bit"),
	    SEVERITY_BLOCK);
}

static void a_mail_too_large_blocks(void **state)
{
	struct content_made m;
	struct buf b = BUF_INIT(1 * MiB);

	buf_add(&b, S(GOOD));
	for (int i = 0; i < 3000; i++)
		buf_add(&b, S("Some more words for everybody. "));
	content_begin(&m);
	content_add(&m, "message.md", buf_cstr(&b));
	content_judge(&m);
	t_int(content_says(&m, "S-34", "size"), SEVERITY_BLOCK);
	t_int(says(GOOD, "S-34", NULL), NOTHING);
	content_end(&m);
	buf_release(&b);
}

/* ---- S-29 */

static int says_by_law(const char *markdown, struct content_owed owed,
    const char *facts, const char *check)
{
	struct content_made m;
	struct content_variant *v;
	int r;

	content_begin(&m);
	m.n.facts.data_types = str_of(facts);
	owed.regime = S("Some Act 1");
	owed.jurisdiction = S("US-MA");
	v = content_add(&m, "message.md", markdown);
	v->owed = &owed;
	v->owes = 1;
	v->law_asked = true;
	content_judge(&m);
	r = content_says(&m, "S-29", check);
	content_end(&m);
	return r;
}

static void what_a_law_asks_must_be_there(void **state)
{
	static const char bare[] = "# Hello\n\nDear {{name}}, goodbye.\n";
	struct content_owed o = {.keyword = S("what-happened"), .sure = true};

	t_int(says_by_law(GOOD, o, "", NULL), NOTHING);
	t_int(says_by_law(bare, o, "", "element"), SEVERITY_BLOCK);
	o.sure = false;
	t_int(says_by_law(bare, o, "", NULL), SEVERITY_INFO);
	o.sure = o.recommended = true;
	t_int(says_by_law(bare, o, "", "recommended"), SEVERITY_INFO);
	o = (struct content_owed){
	    .keyword = S("headings-california"), .sure = true};
	t_int(says_by_law(GOOD, o, "", NULL), NOTHING);
	t_int(says_by_law(bare, o, "", "headings-california"), SEVERITY_BLOCK);
}

#define REST_OF_IT "## What You Can Do\n\n* Change your password.\n"

static void a_heading_alone_is_no_section(void **state)
{
	static const struct {
		const char *text;
		const char *check; /* NULL: it is there */
	} c[] = {
	    {"## What We Are Doing\n\nWe closed the gap.\n\n" REST_OF_IT, NULL},
	    {"## What We Are Doing\n\n" REST_OF_IT, "empty-section"},
	    {"**What We Are Doing**\n\n**What You Can Do**\n\nWrite.\n",
		"empty-section"},
	    {"What we are doing:\n\nWhat you can do:\n\nWrite.\n",
		"empty-section"},
	    {"## What We Are Doing\n\nWe take this very seriously.\n\n" REST_OF_IT,
		"empty-section"},
	    {"## What We Are Doing\n\nWe take this seriously. Our experts "
	     "are investigating.\n\n" REST_OF_IT,
		NULL},
	    {"## What We Are Doing\n\n### Today\n\nThe hole is gone.\n\n" REST_OF_IT,
		NULL},
	    {"## What We Are Doing\n\n* a new server\n\n" REST_OF_IT, NULL},
	    {"**What we are doing.** The hole is gone.\n\n" REST_OF_IT, NULL},
	    {REST_OF_IT "\n## What We Are Doing\n\nSincerely,\n\nJo Doe\n",
		"empty-section"},
	    {REST_OF_IT "\n## What We Are Doing\n\n<!-- write it -->\n",
		"empty-section"},
	};
	struct content_owed o = {.keyword = S("what-we-do"), .sure = true};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct buf b = BUF_INIT(8 * KiB);

		buf_addf(&b, "# Notice\n\nDear {{name}}, a breach.\n\n%s",
		    c[i].text);
		t_int(says_by_law(buf_cstr(&b), o, "", c[i].check),
		    c[i].check ? (int)SEVERITY_BLOCK : NOTHING);
		buf_release(&b);
	}
	o.keyword = S("headings-california");
	t_int(says_by_law(GOOD, o, "", NULL), NOTHING);
	t_int(says_by_law("# Notice\n\n## What Happened\n\n## What "
			  "Information Was Involved\n\nA.\n\n## What We Are "
			  "Doing\n\nA.\n\n## What You Can Do\n\nA.\n\n## For "
			  "More Information\n\nA.\n",
		  o, "", "headings-california"),
	    SEVERITY_BLOCK);
}

/* 45 CFR 164.404(c)(1)(D): what others did to us is not what we do. */
static void what_happened_is_not_what_we_do(void **state)
{
	static const char *const not [] = {
	    "We learned that a thief had taken your Social Security number.",
	    "Criminals broke into our server and locked it.",
	    "We were informed that the files were copied.",
	    "Steps you can take: read your statements.",
	};
	static const char *const is[] = {
	    "We have since then blocked the login.",
	    "An outside firm is investigating the break-in.",
	    "The police have been notified.",
	    "We offer you free credit monitoring.",
	    "The laptops are now encrypted so that it does not happen again.",
	};
	struct content_owed o = {.keyword = S("what-we-do"), .sure = true};

	for (size_t i = 0; i < ARRAY_SIZE(not ); i++)
		t_true(says_by_law(not [i], o, "", "element") ==
			   (int)SEVERITY_BLOCK,
		    "%s", not [i]);
	for (size_t i = 0; i < ARRAY_SIZE(is); i++)
		t_true(says_by_law(is[i], o, "", NULL) == NOTHING, "%s", is[i]);
}

static void what_a_law_forbids_must_not(void **state)
{
	struct content_owed o = {.keyword = S("no-nature-of-breach"),
	    .forbidden = true,
	    .sure = true};

	t_int(says_by_law(GOOD, o, "", "forbidden"), SEVERITY_BLOCK);
	t_int(says_by_law("# A letter\n\nYou may obtain a police report.\n", o,
		  "", NULL),
	    NOTHING);
}

static void the_bureaus_are_owed_only_with_numbers(void **state)
{
	struct content_owed o = {.keyword = S("cra-contacts"), .sure = true};

	t_int(says_by_law(GOOD, o, "ssn", "element"), SEVERITY_BLOCK);
	t_int(says_by_law(GOOD, o, "credentials", NULL), NOTHING);
	/* not said: taken from the text */
	t_int(says_by_law(GOOD, o, "", NULL), NOTHING);
	t_int(says_by_law(GOOD "\n\nThe files included your Social Security "
			       "number.\n",
		  o, "", "element"),
	    SEVERITY_BLOCK);
	t_int(says_by_law(GOOD "\n\nNo Social Security number was "
			       "involved.\n",
		  o, "", NULL),
	    NOTHING);
}

static void a_warning_that_recalls_nothing_owes_no_remedy(void **state)
{
	static struct content_owed o = {.keyword = S("remedy"), .sure = true};
	static const enum notice_kind kind[] = {NOTICE_SAFETY, NOTICE_RECALL};

	for (size_t i = 0; i < ARRAY_SIZE(kind); i++) {
		struct content_made m;
		struct content_variant *v;

		content_begin(&m);
		m.n.kind = kind[i];
		v = content_add(
		    &m, "message.md", "# Hot kettle\n\nIt burns.\n");
		v->owed = &o;
		v->owes = 1;
		v->law_asked = true;
		content_judge(&m);
		t_int(content_says(&m, "S-29", "element"),
		    i ? (int)SEVERITY_BLOCK : NOTHING);
		content_end(&m);
	}
}

static void an_unknown_language_is_no_ok(void **state)
{
	struct content_made m;
	struct content_variant *v;

	content_begin(&m);
	v = content_add(&m, "message.fi.md", GOOD);
	v->language = S("fi");
	content_judge(&m);
	t_int(findings_state(m.f, rule_find(S("S-29"), NULL)), RULE_UNCHECKED);
	content_end(&m);
}

/* ---- S-30, S-35 */

static int says_of_two(const char *german, const char *check)
{
	struct content_made m;
	int r;

	content_begin(&m);
	content_add(&m, "message.md",
	    "# A\n\nOn November 3, 2026, 106,856 files. Call +49 30 "
	    "1234567.\n");
	content_subject(&m, "de", "Acme: Datenpanne");
	content_add_for(&m, "message.de.md", "", "de", german);
	content_judge(&m);
	r = content_says(&m, "S-30", check);
	content_end(&m);
	return r;
}

static void languages_say_the_same(void **state)
{
	t_int(says_of_two("# A\n\nAm 3. November 2026, 106.856 Dateien. "
			  "Telefon: 030 1234567.\n",
		  NULL),
	    NOTHING);
	t_int(says_of_two("# A\n\nAm 4. November 2026, 106.856 Dateien. "
			  "Telefon: 030 1234567.\n",
		  "date"),
	    SEVERITY_WARN);
	t_int(says_of_two("# A\n\nAm 03.11.2026, 106.865 Dateien. Telefon: "
			  "030 1234567.\n",
		  "number"),
	    SEVERITY_WARN);
	t_int(says_of_two("# A\n\nAm 03.11.2026, 106 856 Dateien. Telefon: "
			  "030 7654321.\n",
		  "telephone"),
	    SEVERITY_WARN);
	t_int(says_of_two("# A\n\n## B\n\nAm 03.11.2026, 106 856 Dateien. "
			  "Telefon: 030 1234567.\n",
		  "headings"),
	    SEVERITY_WARN);
}

/* Texts that only differ in whom they are for, in the order of their names;
 * "guessed" is how the one without a language reads. */
struct text_for {
	const char *file, *segment, *language;
	bool guessed;
};

/* How many of the texts are told to have a stranger's subject, and the last. */
static size_t strangers(const struct text_for *t, size_t n,
    const char *const *subjects, struct str *ret_last)
{
	struct content_made m;
	size_t told = 0;

	*ret_last = STR_NONE;
	content_begin(&m);
	for (size_t i = 0; i < 2 && subjects[i]; i++)
		content_subject(&m, subjects[i], "Acme: Notice of Data Breach");
	for (size_t i = 0; i < n; i++) {
		struct content_variant *v = content_add_for(&m, t[i].file,
		    t[i].segment, t[i].guessed ? "" : t[i].language, GOOD);

		v->language = str_of(t[i].language);
		v->guessed = t[i].guessed;
	}
	content_judge(&m);
	for (size_t i = 0; i < m.f->count; i++) {
		const struct finding *x = &m.f->v[i];

		if (strcmp(x->rule->id, "S-30") != 0)
			continue;
		t_true(strcmp(x->check, "subject") == 0, "%s", x->check);
		t_int(x->severity, SEVERITY_WARN);
		told++;
		for (size_t k = 0; k < n; k++)
			if (str_eq(x->subject, str_of(t[k].file)))
				*ret_last = str_of(t[k].file);
	}
	content_end(&m);
	return told;
}

static void people_read_a_subject_in_their_language(void **state)
{
	static const struct {
		struct text_for t[4];
		const char *subjects[2];
		size_t told;
		const char *last;
	} c[] = {
	    /* one language, whatever is said of it */
	    {{{"message.md", "", "en", true}}, {NULL}, 0, ""},
	    {{{"message.fr.md", "", "fr", false}}, {NULL}, 0, ""},
	    {{{"message.bg.md", "", "bg", false},
		 {"message.minor.bg.md", "minor", "bg", false}},
		{NULL}, 0, ""},
	    {{{"message.fr-CA.md", "", "fr-CA", false},
		 {"message.fr.md", "", "fr", false}},
		{NULL}, 0, ""},
	    {{{"message.fr.md", "", "fr", false},
		 {"message.md", "", "fr", true}},
		{NULL}, 0, ""},
	    {{{"message.md", "", "", true},
		 {"message.minor.nl.md", "minor", "nl", false}},
		{NULL}, 0, ""},
	    /* each its own, or all but one */
	    {{{"message.fr.md", "", "fr", false},
		 {"message.md", "", "en", true}},
		{"fr"}, 0, ""},
	    {{{"message.en.md", "", "en", false},
		 {"message.fr.md", "", "fr", false}},
		{"fr"}, 0, ""},
	    /* two languages under one */
	    {{{"message.fr.md", "", "fr", false},
		 {"message.md", "", "en", true}},
		{NULL}, 1, "message.fr.md"},
	    {{{"message.md", "", "", true}, {"message.nl.md", "", "nl", false}},
		{NULL}, 1, "message.nl.md"},
	    {{{"message.en.md", "", "en", false},
		 {"message.fr.md", "", "fr", false}},
		{NULL}, 1, "message.fr.md"},
	    {{{"message.de.md", "", "de", false},
		 {"message.fr.md", "", "fr", false},
		 {"message.md", "", "en", true}},
		{"fr"}, 1, "message.de.md"},
	    {{{"message.de.md", "", "de", false},
		 {"message.fr.md", "", "fr", false},
		 {"message.md", "", "en", true}},
		{NULL}, 2, "message.fr.md"},
	    /* a segment's */
	    {{{"message.md", "", "en", true},
		 {"message.minor.fr.md", "minor", "fr", false},
		 {"message.minor.md", "minor", "en", true}},
		{"minor"}, 1, "message.minor.fr.md"},
	    {{{"message.md", "", "en", true},
		 {"message.minor.fr.md", "minor", "fr", false},
		 {"message.minor.md", "minor", "en", true}},
		{"minor", "minor.fr"}, 0, ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct str last;
		size_t n = 0;

		while (n < 4 && c[i].t[n].file)
			n++;
		t_int(strangers(c[i].t, n, c[i].subjects, &last), c[i].told);
		t_str(last, c[i].last);
	}
}

static void subjects_have_the_same_numbers(void **state)
{
	static const struct {
		const char *fr;
		int says;
	} c[] = {{"Acme : rappel du mod\xc3\xa8le 4711", NOTHING},
	    {"Acme : rappel du mod\xc3\xa8le 4712", SEVERITY_WARN}};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct content_made m;

		content_begin(&m);
		m.n.subject = S("Acme: recall of model 4711");
		content_subject(&m, "fr", c[i].fr);
		content_add(&m, "message.md", GOOD);
		content_add_for(&m, "message.fr.md", "", "fr", GOOD);
		content_judge(&m);
		t_int(content_says(&m, "S-30", "number"), c[i].says);
		content_end(&m);
	}
}

static void what_is_anothers_blocks(void **state)
{
	struct content_made m;
	struct content_leak l = {.file = S("message.md"),
	    .reader = S("a@b.example"),
	    .other = S("c@d.example"),
	    .what = S("c@d.example")};

	content_begin(&m);
	content_add(&m, "message.md", GOOD);
	m.x.content.leak = &l;
	m.x.content.leaks = 1;
	m.x.content.unequal = S("a@b.example");
	m.x.content.twice = S("<a@b>");
	m.v[0].tracked = S("ref");
	content_judge(&m);
	t_int(content_says(&m, "S-35", "leak"), SEVERITY_BLOCK);
	t_int(content_says(&m, "S-35", "order"), SEVERITY_BLOCK);
	t_int(content_says(&m, "S-32", "message-id"), SEVERITY_BLOCK);
	t_int(content_says(&m, "S-24", "personal-link"), SEVERITY_BLOCK);
	content_end(&m);
}

static void a_name_for_all_is_anothers(void **state)
{
	static const struct {
		struct content_named n;
		const char *check;
		int severity;
	} c[] = {
	    {{.where = ADDRESSEE_GREETING, .person = true}, "greeting",
		SEVERITY_BLOCK},
	    {{.where = ADDRESSEE_GREETING, .listed = true}, "greeting",
		SEVERITY_BLOCK},
	    {{.where = ADDRESSEE_GREETING}, "greeting", SEVERITY_WARN},
	    {{.where = ADDRESSEE_BLOCK, .person = true}, "addressed",
		SEVERITY_BLOCK},
	    {{.where = ADDRESSEE_BLOCK}, NULL, NOTHING},
	    {{.where = ADDRESSEE_LABEL, .listed = true, .official = true}, NULL,
		NOTHING},
	    {{.where = ADDRESSEE_TEXT, .person = true}, NULL, NOTHING},
	    {{.where = ADDRESSEE_TEXT, .listed = true}, "person-named",
		SEVERITY_WARN},
	    {{.where = ADDRESSEE_TEXT, .listed = true, .official = true}, NULL,
		NOTHING},
	    {{.where = ADDRESSEE_GREETING, .merged = true, .listed = true},
		"greeting-merged", SEVERITY_WARN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct content_made m;
		struct content_named n = c[i].n;

		content_begin(&m);
		content_add(&m, "message.md", GOOD)->composed = 3;
		n.file = S("message.md");
		n.name = S("Maria Lopez");
		m.x.content.named = &n;
		m.x.content.nameds = 1;
		content_judge(&m);
		t_true(content_says(&m, "S-35", c[i].check) == c[i].severity,
		    "%zu", i);
		/* written to one only */
		m.v[0].people = 1;
		content_judge(&m);
		t_true(n.merged || content_says(&m, "S-35", NULL) == NOTHING,
		    "%zu", i);
		content_end(&m);
	}
}

static void a_column_of_other_names_blocks(void **state)
{
	struct content_made m;
	struct content_named n[2] = {
	    {.file = S("message.md"),
		.name = S("Ben Ortiz"),
		.where = ADDRESSEE_GREETING,
		.merged = true,
		.listed = true},
	};

	n[1] = n[0];
	content_begin(&m);
	content_add(&m, "message.md", GOOD)->composed = 3;
	m.x.content.named = n;
	m.x.content.nameds = 2;
	content_judge(&m);
	t_int(content_says(&m, "S-35", "greeting-merged"), SEVERITY_BLOCK);
	m.v[0].segment = S("guardian");
	content_judge(&m);
	t_int(content_says(&m, "S-35", "greeting-merged"), SEVERITY_WARN);
	content_end(&m);
}

static void text_that_can_not_be_read_is_one_finding(void **state)
{
	struct content_made m;

	content_begin(&m);
	m.x.text_error = S("message.md:4: {{x}}: there is no such column");
	content_judge(&m);
	t_int(m.f->count, 1);
	t_int(content_says(&m, "S-35", "text"), SEVERITY_BLOCK);
	m.x.text_error = S("message.md: says nothing");
	content_judge(&m);
	t_int(content_says(&m, "S-34", "text"), SEVERITY_BLOCK);
	/* the sender's address: S-01 says it, where it blocks */
	m.x.text_error = S("notice.ini: [from] address: one is wanted");
	content_judge(&m);
	t_int(m.f->count, 0);
	m.x.identity.address_ok = true;
	content_judge(&m);
	t_int(content_says(&m, "S-34", "text"), SEVERITY_BLOCK);
	content_end(&m);
}

static void without_phrases_nothing_is_called_good(void **state)
{
	struct content_made m;

	content_begin(&m);
	content_add(&m, "message.md", GOOD);
	m.x.content.phrases = NULL;
	m.x.content.phrases_error = S("no such folder");
	content_judge(&m);
	t_int(findings_state(m.f, rule_find(S("S-26"), NULL)), RULE_UNCHECKED);
	content_end(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(an_honest_notice_gives_nothing),
	    T(what_still_says_change_me_is_told_once),
	    T(a_setting_that_is_missing_is_told),
	    T(the_subject_names_company_and_matter),
	    T(the_subject_of_every_text_is_judged),
	    T(a_subject_no_text_has_is_not_judged),
	    T(the_matter_is_judged_where_its_words_are_known),
	    T(the_sender_is_the_company),
	    T(links_are_few_and_ours),
	    T(the_canonical_page_is_on_an_own_domain),
	    T(one_line_more),
	    T(what_is_not_said_warns),
	    T(long_words_and_sentences_are_told),
	    T(header_fields_are_judged),
	    T(both_parts_say_the_same),
	    T(a_mail_too_large_blocks),
	    T(what_a_law_asks_must_be_there),
	    T(a_heading_alone_is_no_section),
	    T(what_happened_is_not_what_we_do),
	    T(what_a_law_forbids_must_not),
	    T(the_bureaus_are_owed_only_with_numbers),
	    T(a_warning_that_recalls_nothing_owes_no_remedy),
	    T(an_unknown_language_is_no_ok),
	    T(languages_say_the_same),
	    T(people_read_a_subject_in_their_language),
	    T(subjects_have_the_same_numbers),
	    T(what_is_anothers_blocks),
	    T(a_name_for_all_is_anothers),
	    T(a_column_of_other_names_blocks),
	    T(text_that_can_not_be_read_is_one_finding),
	    T(without_phrases_nothing_is_called_good),
	};
	return t_run("rules_content", tests);
}
