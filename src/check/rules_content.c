#include "check/rules_content.h"

static const struct rule rules[] = {
    {"S-00", "Everything is filled in", SEVERITY_BLOCK,
	"ours: what 'tocsin new' leaves to a person",
	"A notice that still says CHANGE ME tells people that nobody read it.",
	"Write there what the words behind it ask for."},
    {"S-20", "The subject names the company and the matter", SEVERITY_BLOCK,
	"M3AAWG 2020 (subject); Powers v. Filters Fast, W.D. Wis. 2022; Google "
	"sender guidelines 81126",
	"A court refused a notice that was called \"Legal Notice\": people "
	"must see at once who writes and what about. Re:, capitals and "
	"exclamation marks are what spam has.",
	"Write it as \"COMPANY: matter\", for example \"ACME: Notice of Data "
	"Breach\", in at most 78 characters."},
    {"S-21", "The sender's name is the company's", SEVERITY_BLOCK,
	"Google sender guidelines 81126; M3AAWG 2020 (recognisable brand)",
	"The name is all that many phones show. A matter, an address or a "
	"stranger's name in it is what impostors write.",
	"Set [from] name to the name in [organisation] name or brands."},
    {"S-22", "Links are few, and lead to the company", SEVERITY_BLOCK,
	"M3AAWG 2020 (avoid links); GOV.UK service manual \"Sending emails\"; "
	"Google sender guidelines 81126; Equifax 2017",
	"People are taught not to click in such mails, and filters judge "
	"every host. A link to a stranger makes the true notice look false.",
	"Leave one link, to the page on your own domain; put the rest "
	"there."},
    {"S-23", "It works without links", SEVERITY_WARN,
	"M3AAWG 2020; SC Media, December 2020 (type the address)",
	"Who does not click must still be able to act.",
	"Write a telephone number, a postal address, or the name of your "
	"website with the way to the page from there."},
    {"S-24", "Nothing tells who opened or clicked", SEVERITY_BLOCK,
	"GOV.UK service manual \"Sending emails\"; M3AAWG 2020 (nonhuman "
	"interactions: an open proves nothing)",
	"Remote pictures and personal links watch people who did not agree, "
	"look like advertising, and prove nothing.",
	"Take remote pictures out; let the link be the same for everyone and "
	"write a personal code in the text."},
    {"S-25", "No marketing", SEVERITY_BLOCK,
	"M3AAWG 2020 (avoid marketing); 15 USC 7702(17); Google sender "
	"guidelines 81126 (do not mix)",
	"One offer makes a duty into advertising: the law's exception falls "
	"away, and people stop reading.",
	"Take it out; send it another day to those who agreed."},
    {"S-26", "It asks for nothing", SEVERITY_BLOCK,
	"GOV.UK service manual \"Sending emails\"; OPM notices of 2015; "
	"Marriott 2018",
	"Impostors ask. Employees were told to report the OPM notice as an "
	"attack because it asked for personal data.",
	"Let people call, or type your address and log in as always."},
    {"S-27", "The text part says the same as the HTML", SEVERITY_BLOCK,
	"Google sender guidelines 81126 (no hidden content); RFC 2046 5.1.4",
	"Filters and screen readers take the text; what differs or hides is "
	"taken for deceit.",
	"Write plain Markdown: headings, paragraphs, lists."},
    {"S-28", "People can read it", SEVERITY_WARN,
	"Zou et al., CHI 2019 (97 % of 161 notices were hard to read); plain "
	"language: 45 CFR 164.404(c), Cal. Civ. Code 1798.82(d), GDPR art. 12",
	"Who does not understand does not act.",
	"Short sentences, everyday words, one thought each; steps as a list."},
    {"S-29", "The parts the law asks for are there", SEVERITY_BLOCK,
	"the law pack: Cal. Civ. Code 1798.82(d), 45 CFR 164.404(c), GDPR art. "
	"34, 16 CFR 1115.27 and others; see 'tocsin deadlines'",
	"A notice without them may count as none.",
	"Add the part, with its heading where the law gives one."},
    {"S-30", "All languages say the same", SEVERITY_WARN,
	"16 CFR 1115.27 (languages); ours",
	"A date or number that differs between languages is wrong in one.",
	"Compare the files side by side."},
    {"S-31", "It says how you will and will not contact people", SEVERITY_WARN,
	"Marriott 2018; Anthem 2015; FTC Data Breach Response guide",
	"Impostors come within days. A sentence tells people what is not "
	"yours.",
	"Write: \"We write about this only from ADDRESS. We will not call "
	"you, send attachments or ask for data.\""},
    {"S-32", "The header fields are right", SEVERITY_BLOCK,
	"RFC 5322 3.6; RFC 3834 5; Google sender guidelines 81126 and "
	"Feedback-ID 6254652; Let's Encrypt 2018",
	"Several people in To tells each of the others; a repeated Message-ID "
	"is held back.",
	"This is the program's part: please report it."},
    {"S-33", "Nothing speaks of unsubscribing", SEVERITY_WARN,
	"Google 15263077 (legal messages are no subscription); testimony on "
	"CASL 6(6)",
	"One can not unsubscribe from what the law sends; a link that does "
	"nothing misleads.",
	"Say in one line why the mail was sent; leave unsubscribing to your "
	"marketing."},
    {"S-34", "Size and form are fit for mail", SEVERITY_BLOCK,
	"RFC 5322 2.1.1 and 3.6; Gmail clips above 102 kB",
	"What is clipped or rewritten on the way loses words and its "
	"signature.",
	"Shorten the text."},
    {"S-35", "Each letter holds only its reader's data", SEVERITY_BLOCK,
	"Let's Encrypt 2016 (7617 addresses in other people's mail)",
	"One wrong merge and a notice of a breach is a breach.",
	"Correct the field or the column."},
    {"S-36", "People are greeted by their name", SEVERITY_WARN,
	"GOV.UK service manual \"Sending emails\"",
	"Mass phishing has no names; the notice of a company that knows them "
	"should.",
	"Begin with \"Dear {{name|customer}},\"."},
    {"S-36a", "Everyone can read it, with any device", SEVERITY_WARN,
	"WCAG 2.2 1.3.1, 2.4.4, 3.1.1; ours",
	"Screen readers go by language, headings and link texts.",
	"One heading #, then ##, none skipped; links that say where they "
	"lead."},
};

/* ---- for all of them */

const struct content_letter *content_letter_of(
    const struct check_facts *x, const struct content_variant *v)
{
	if (check_has_placeholder(x, v->file))
		return NULL;
	return v->letters ? v->letter[0] : v->made;
}

struct str content_host(struct str url)
{
	ptrdiff_t at = str_find(url, S("://"));
	size_t n = 0;

	if (at >= 0)
		url = str_from(url, (size_t)at + 3);
	while (n < url.n && !strchr("/?#", url.p[n]))
		n++;
	url.n = n;
	if ((at = str_rchr(url, '@')) >= 0)
		url = str_from(url, (size_t)at + 1);
	if (!str_starts(url, S("[")) && (at = str_chr(url, ':')) >= 0)
		url.n = (size_t)at;
	if (str_ends(url, S(".")))
		url.n--;
	return url;
}

bool content_is_own(const struct check_facts *x, struct str host)
{
	for (size_t i = 0; i < x->content.owns; i++) {
		struct str own = x->content.own[i];

		if (str_ieq(host, own) ||
		    (host.n > own.n && str_iends(host, own) &&
			host.p[host.n - own.n - 1] == '.'))
			return true;
	}
	return false;
}

struct str content_shown(struct arena *a, struct str s)
{
	struct buf b = BUF_INIT(400);
	size_t n = s.n;

	if (n > 150) {
		for (n = 150; n && s.p[n] != ' ';)
			n--;
		n = n ? n : 150;
	}
	for (size_t i = 0; i < n; i++)
		buf_addc(&b, s.p[i] == '\n' ? ' ' : s.p[i]);
	if (n < s.n)
		buf_add(&b, S(" ..."));
	s = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return s;
}

/* ---- S-00 */

/* Lines of one file, as "3, 7, 12". */
static void judge_file(const struct check_facts *x, struct findings *f,
    struct str file, size_t first)
{
	struct buf lines = BUF_INIT(300);
	size_t n = 0;

	for (size_t i = first; i < x->placeholders; i++) {
		struct str p = x->placeholder[i];
		ptrdiff_t at = str_rchr(p, ':');

		if (at < 0 || !str_eq(str_sub(p, 0, (size_t)at), file))
			continue;
		n++;
		buf_addz(&lines, n > 1 ? ", " : "");
		buf_add(&lines, str_from(p, (size_t)at + 1));
	}
	finding_add(f, "S-00", "placeholder", SEVERITY_BLOCK, file,
	    "still says " NOTICE_PLACEHOLDER " in %s %.*s%s",
	    n == 1 ? "line" : "lines", STR_ARG(buf_str(&lines)),
	    lines.over ? " ..." : "");
	buf_release(&lines);
}

static void judge_settings(const struct check_facts *x, struct findings *f)
{
	const struct notice *n = x->notice;
	const struct {
		const char *name;
		struct str value;
	} must[] = {
	    {"[organisation] name", n->org_name},
	    {"[from] name", n->from_name},
	    {"[from] address", n->from_address},
	    {"[message] subject", n->subject},
	    {"[bounce] address", n->bounce_address},
	};
	struct buf b = BUF_INIT(300);

	for (size_t i = 0; i < ARRAY_SIZE(must); i++)
		if (!must[i].value.n) {
			buf_addz(&b, b.len ? ", " : "");
			buf_addz(&b, must[i].name);
		}
	if (b.len)
		finding_remedy(f,
		    finding_add(f, "S-00", "setting", SEVERITY_BLOCK,
			S("notice.ini"), "nothing is written for %.*s",
			STR_ARG(buf_str(&b))),
		    "Fill it in; 'tocsin new' writes a comment for each.");
	buf_release(&b);
}

static void judge_filled_in(const struct check_facts *x, struct findings *f)
{
	struct str file[100];
	size_t files = 0;

	finding_judged(f, "S-00");
	for (size_t i = 0; i < x->placeholders; i++) {
		struct str p = x->placeholder[i];
		ptrdiff_t at = str_rchr(p, ':');
		size_t k = 0;

		p.n = at < 0 ? p.n : (size_t)at;
		while (k < files && !str_eq(file[k], p))
			k++;
		if (k < files || files == ARRAY_SIZE(file))
			continue;
		file[files++] = p;
		judge_file(x, f, p, i);
	}
	judge_settings(x, f);
}

/* The text can not be read at all: one cause, told once. */
static void judge_text_error(const struct check_facts *x, struct findings *f)
{
	struct str s = x->text_error, file = s;
	bool field = str_find(s, S("{{")) >= 0;

	file.n = 0;
	while (file.n < s.n && s.p[file.n] != ':' && s.p[file.n] != ' ')
		file.n++;
	if (check_has_placeholder(x, file) || str_find(s, S("is missing")) >= 0)
		return;
	if (str_find(s, S("[from] address")) >= 0 && !x->identity.address_ok)
		return; /* S-01 */
	finding_judged(f, field ? "S-35" : "S-34");
	finding_remedy(f,
	    finding_add(f, field ? "S-35" : "S-34", "text", SEVERITY_BLOCK,
		file, "%.*s", STR_ARG(s)),
	    "Correct it there; nothing else of the text is judged until it can "
	    "be read.");
}

static void judge_without_phrases(
    const struct check_facts *x, struct findings *f)
{
	static const char *const need[] = {"S-20", "S-25", "S-26", "S-29"};

	for (size_t i = 0; i < ARRAY_SIZE(need); i++)
		finding_unchecked(f, need[i], "phrases", false,
		    S("data/phrases"), "could not be checked: %.*s",
		    STR_ARG(x->content.phrases_error));
}

static void judge(const struct check_facts *x, struct findings *f)
{
	static void (*const need_phrases[])(
	    const struct check_facts *, struct findings *) = {
	    content_judge_subject,
	    content_judge_sender,
	    content_judge_links,
	    content_judge_without_links,
	    content_judge_marketing,
	    content_judge_asks,
	    content_judge_reading,
	    content_judge_law,
	    content_judge_words,
	    content_judge_access,
	};

	judge_filled_in(x, f);
	if (x->text_error.n)
		judge_text_error(x, f);
	for (size_t i = 0; x->content.phrases && i < ARRAY_SIZE(need_phrases);
	     i++)
		need_phrases[i](x, f);
	if (!x->content.phrases)
		judge_without_phrases(x, f);
	if (!x->content.variants)
		return;
	content_judge_tracking(x, f);
	content_judge_parity(x, f);
	content_judge_languages(x, f);
	content_judge_headers(x, f);
	content_judge_form(x, f);
	content_judge_isolation(x, f);
	content_judge_names(x, f);
}

const struct rule_family family_content = {
    .name = "content",
    .title = "Does the text say what it must, and nothing else?",
    .rules = rules,
    .count = ARRAY_SIZE(rules),
    .judge = judge,
};
