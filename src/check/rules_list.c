/* The list: is everyone on it, and may and can they be mailed? */
#include "check/rules_list.h"
#include "base/conf.h"
#include "check/facts.h"
#include "check/say.h"

static const struct rule rules[] = {
    {"S-40", "It is written down why this is mailed at all", SEVERITY_BLOCK,
	"M3AAWG 2020 (weigh how important and necessary the mailing is)",
	"Mail to people who said no to mail is right only where a law or a "
	"decision asks for it. Whoever looks at this later (a provider, a "
	"court, a regulator) asks first why, and since when it was known.",
	"Write [notice] discovered, and [necessity] basis, decided_by, "
	"decided_on, why_email and mailings in notice.ini."},
    {"S-41", "The list has those concerned, and says why", SEVERITY_BLOCK,
	"GDPR Art. 5(1)(c), data minimisation",
	"Everyone who is owed the notice must be on the list and have a text; "
	"nobody else should get it. Where each row comes from is asked later, "
	"by the people on it too.",
	"Import the list with the columns 'source' (which system) and "
	"'reason' (why this person), and write a text for each segment."},
    {"S-42", "The law lets these people be told by mail", SEVERITY_BLOCK,
	"15 USC 7001 (E-SIGN); N.Y. GBL 899-aa; 45 CFR 164.404(d)(1); law pack",
	"In many places mail is the legal notice only for people who agreed to "
	"it, or with whom mail is the usual way. A mail without that does not "
	"fulfil the duty, however many read it.",
	"Fill the column 'legal_ground' where a ground is known; the others "
	"get a letter. The column 'legal_channel' (email, post, both, "
	"substitute) decides where the law is not enough."},
    {"S-43", "Nobody is told at a mailbox that was broken into", SEVERITY_BLOCK,
	"Cal. Civ. Code 1798.82(j)(5); GDPR Art. 34 (EDPB Guidelines 9/2022)",
	"Whoever took the password of a mailbox reads the warning first, and "
	"can delete it.",
	"Give those people another channel: legal_channel = post in the list, "
	"or another address before that one."},
    {"S-44", "Each reason not to mail is decided by itself", SEVERITY_WARN,
	"M3AAWG 2020; Yahoo Sender Hub; Outlook.com policies",
	"Unsubscribed people are owed the notice; mail to dead addresses and "
	"to domains without mail only costs reputation. One switch for all "
	"does one of the two wrong.",
	"Read the numbers; who can not be reached by mail is owed a letter."},
    {"S-45", "Addresses are not probed", SEVERITY_INFO,
	"Outlook.com policies (namespace mining)",
	"Asking servers which mailboxes exist (VRFY, RCPT without a mail) is "
	"taken for an attack, and the notice pays for it.",
	"Do not let another tool verify the list against other people's "
	"servers either."},
    {"S-46", "Slips, doubles and gaps in the list", SEVERITY_WARN,
	"Let's Encrypt (boulder notify-mailer)",
	"A slip in a domain sends personal data to a stranger; one address "
	"of many people is an office or a mistake; an empty field holds the "
	"mail back.",
	"Correct the source and import again with --amend."},
    {"S-47", "The list is not full of dead mailboxes", SEVERITY_WARN,
	"M3AAWG Help! I Hit a Spam Trap (2023)",
	"Old, never used addresses are where spam traps and unknown users "
	"are; many of them at once stop the whole mailing.",
	"Send to them last and slowly, or by post."},
    {"E-04", "The relay will not drop people in silence", SEVERITY_WARN,
	"Amazon SES, SendGrid and Mailgun: account suppression lists",
	"A relay answers 250 and then drops who is on its own suppression "
	"list. Nobody is told.",
	"Have the relay lift those entries for this notice, or write to them "
	"another way; put them back afterwards."},
    {"L-04", "It is known where everyone lives", SEVERITY_BLOCK,
	"ISO 3166; the law pack",
	"Which law applies, which text and by when follows from where a "
	"person lives.",
	"Import again with a country or jurisdiction column, or with --country "
	"for those who have none (with --amend for people who are there)."},
};

/* ---- S-40 */

static void judge_reasons(const struct check_facts *x, struct findings *f)
{
	const struct notice_necessity *n = &x->notice->necessity;
	const struct {
		struct str value;
		const char *text;
	} all[] = {
	    {n->decided_by, "decided_by (who decided that this is mailed)"},
	    {n->why_email, "why_email (why mail is the right way)"},
	    {n->mailings,
		"mailings (mandated ones in the last 12 months, or 'none')"},
	};
	struct buf b = BUF_INIT(SAY_TEXT);
	size_t missing = 0, k = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		missing += !all[i].value.n;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (!all[i].value.n && say_next(&b, k++, missing, missing))
			buf_addz(&b, all[i].text);
	if (missing)
		finding_remedy(f,
		    finding_add(f, "S-40", "reasons", SEVERITY_WARN,
			S("notice.ini [necessity]"),
			"it is not written down: "
			"%s.",
			buf_cstr(&b)),
		    "Write it there, for whoever asks later.");
	buf_release(&b);
}

static void judge_basis(const struct check_facts *x, struct findings *f)
{
	const struct notice *n = x->notice;
	struct str where = S("notice.ini [necessity] basis");

	if (n->necessity.basis.n)
		return;
	if (n->kind == NOTICE_LEGAL)
		finding_remedy(f,
		    finding_add(f, "S-40", "basis", SEVERITY_WARN, where,
			"a notice of kind 'legal' is not covered by the law "
			"pack, and no basis is given."),
		    "Write there the order, contract or law that asks for it, "
		    "with its date.");
	/* where nobody knows where people live, that is the cause */
	else if (x->plan.assessed && !x->plan.individuals &&
		 !x->list.unknown_place)
		finding_remedy(f,
		    finding_add(f, "S-40", "basis", SEVERITY_BLOCK, where,
			"no law of the pack asks that these people be told, "
			"and no other basis is given."),
		    "Write there which law or decision asks for this mailing; "
		    "or correct [notice] kind, [facts] and where people live.");
}

static void judge_necessity(const struct check_facts *x, struct findings *f)
{
	const struct notice *n = x->notice;
	const struct notice_necessity *w = &n->necessity;
	bool clock = n->kind == NOTICE_BREACH || n->kind == NOTICE_RECALL ||
		     n->kind == NOTICE_SAFETY;
	char day[SAY_DAY];

	finding_judged(f, "S-40");
	if (!n->discovered.n && clock)
		finding_remedy(f,
		    finding_add(f, "S-40", "discovered", SEVERITY_BLOCK,
			S("notice.ini [notice] discovered"),
			"the day on which this was discovered is missing; "
			"every deadline counts from it."),
		    "Write discovered = YYYY-MM-DD.");
	else if (x->plan.discovered > x->now)
		finding_add(f, "S-40", "discovered", SEVERITY_WARN,
		    S("notice.ini [notice] discovered"),
		    "%s lies ahead; deadlines are counted from it.",
		    say_day(x->plan.discovered, day));
	judge_basis(x, f);
	judge_reasons(x, f);
	if (w->mailings.n)
		say_info(
		    f, finding_add(f, "S-40", "mailings", SEVERITY_INFO,
			   S("notice.ini [necessity] mailings"),
			   "mandated mailings in the last 12 months: %.*s.",
			   STR_ARG(str_sub(w->mailings, 0, 200))));
}

/* ---- S-41 */

static void judge_texts(const struct list_facts *l, struct findings *f)
{
	struct buf b = BUF_INIT(SAY_TEXT);
	char people[SAY_COUNT];
	size_t groups = 0, n = 0;

	if (!l->no_text)
		return;
	for (size_t i = 0; i < l->variants; i++)
		groups += !l->variant[i].file.n;
	for (size_t i = 0; i < l->variants; i++) {
		const struct list_variant *v = &l->variant[i];

		if (v->file.n)
			continue;
		if (!say_next(&b, n++, groups, 6))
			break;
		buf_addf(&b, "%s '%.*s'", v->segment.n ? "segment" : "language",
		    STR_ARG(v->segment.n ? v->segment : v->language));
		if (v->segment.n && v->language.n)
			buf_addf(&b, ", language '%.*s'", STR_ARG(v->language));
		buf_addf(&b, " (%s)", say_people(v->people, people));
	}
	finding_remedy(f,
	    finding_add(f, "S-41", "no-text", SEVERITY_BLOCK, S("message*.md"),
		"no text is there for %s on the list: %s.",
		say_people(l->no_text, people), buf_cstr(&b)),
	    "Write message.SEGMENT.md for each segment, and a text without a "
	    "language for those whose language has none.");
	buf_release(&b);
}

static void judge_column(const struct list_facts *l, struct findings *f,
    const char *column, const char *what, bool there, uint64_t without)
{
	char a[SAY_COUNT], b[SAY_COUNT];

	if (!there)
		finding_add(f, "S-41", column, SEVERITY_WARN, S("the list"),
		    "there is no column '%s': it is not written down %s.",
		    column, what);
	else if (without)
		finding_add(f, "S-41", column, SEVERITY_WARN, S("the list"),
		    "the column '%s' is empty for %s of %s: it is not written "
		    "down %s.",
		    column, say_people(without, a), say_people(l->people, b),
		    what);
}

/* Beyond a limit of facts_list.h people are counted, but not by kind. */
static void judge_limits(const struct list_facts *l, struct findings *f)
{
	const struct {
		uint64_t people;
		unsigned most;
		const char *what;
	} all[] = {
	    {l->variants_lost, LIST_VARIANTS, "segments and languages"},
	    {l->tranches_lost, LIST_TRANCHES, "tranches"},
	    {l->choices_lost, LIST_CHOICES, "places and legal grounds"},
	    {l->places_lost, LIST_PLACES, "places"},
	};
	char a[SAY_COUNT];

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (all[i].people)
			finding_unchecked(f, "S-41", "limit", false,
			    S("the list"),
			    "it has more than %u different %s; %s beyond them "
			    "were not looked at.",
			    all[i].most, all[i].what,
			    say_people(all[i].people, a));
}

static void judge_set(const struct check_facts *x, struct findings *f)
{
	const struct list_facts *l = &x->list;
	char a[SAY_COUNT], b[SAY_COUNT], c[SAY_COUNT];

	finding_judged(f, "S-41");
	if (!x->has_audience || (l->counted && !l->people)) {
		finding_remedy(f,
		    finding_add(f, "S-41", "no-audience", SEVERITY_BLOCK,
			x->notice->dir.n ? x->notice->dir : S("the list"),
			"nobody is on the list: no people were imported."),
		    "Run 'tocsin import %.*s FILE.csv'.",
		    STR_ARG(x->notice->dir));
		return;
	}
	if (!l->counted) {
		finding_unchecked(f, "S-41", "no-audience", false,
		    S("the list"), "the people were not counted.");
		return;
	}
	judge_texts(l, f);
	judge_column(l, f, "source", "where their data comes from",
	    l->has_source, l->no_source);
	judge_column(l, f, "reason", "why they are concerned", l->has_reason,
	    l->no_reason);
	judge_limits(l, f);
	say_info(f, finding_add(f, "S-41", "size", SEVERITY_INFO, S("the list"),
			"%s in %s, with %llu mail addresses; without any: %s. "
			"Is this everyone "
			"concerned, and nobody else?",
			say_people(l->people, a),
			say_count(l->places, "place", "places", c),
			(unsigned long long)l->addresses,
			say_people(l->no_address, b)));
}

/* ---- L-04 */

static void judge_places(const struct check_facts *x, struct findings *f)
{
	const struct list_facts *l = &x->list;
	char a[SAY_COUNT];

	if (x->notice->kind == NOTICE_LEGAL)
		return;
	finding_judged(f, "L-04");
	if (l->unknown_place)
		finding_add(f, "L-04", "unknown-place", SEVERITY_BLOCK,
		    S("the list"),
		    "it is not known where these people live: %s.",
		    say_people(l->unknown_place, a));
}

static void judge(const struct check_facts *x, struct findings *f)
{
	judge_necessity(x, f);
	judge_set(x, f);
	if (!x->list.counted || !x->list.people)
		return;
	judge_places(x, f);
	rules_list_channel(x, f);
	rules_list_taken(x, f);
	rules_list_suppression(x, f);
	rules_list_gaps(x, f);
}

const struct rule_family family_list = {
    .name = "list",
    .title = "Who is told, and may they be told by mail?",
    .rules = rules,
    .count = ARRAY_SIZE(rules),
    .judge = judge,
};
