/* Addresses: what is decided by reason (S-44, E-04), slips and gaps (S-46), old
 * mailboxes (S-47). */
#include "check/rules_list.h"
#include "check/say.h"

#define SHARED_MANY   5u
#define STALE_DEFAULT 50u /* per cent */

/* ---- S-44 */

static void say_decisions(const struct check_facts *x, struct findings *f)
{
	const struct list_facts *l = &x->list;
	char a[SAY_COUNT], b[SAY_COUNT], c[SAY_COUNT], d[SAY_COUNT];

	say_info(f,
	    finding_add(f, "S-44", "decisions", SEVERITY_INFO, S("the list"),
		"Unsubscribed from marketing: %s, included. Complained "
		"before: %s, %s. Bounced for good before: %s, owed a letter. "
		"An office's address (info@, sales@): %s, owed a letter too.",
		say_people(l->unsubscribed, a), say_people(l->complained, b),
		x->notice->complained == NOTICE_COMPLAINED_POST
		    ? "by post"
		    : "in the last wave",
		say_people(l->bounced, c), say_people(l->role, d)));
}

static uint64_t bounced_by_mail(const struct list_facts *l)
{
	uint64_t n = 0;

	for (size_t i = 0; i < l->choices; i++)
		n += l->choice[i].said_bounced[LAW_CHANNEL_EMAIL];
	return n;
}

static void judge_domains(const struct list_facts *l, struct findings *f)
{
	struct buf b = BUF_INIT(SAY_TEXT);
	size_t all = 0, unknown = 0, n = 0;
	char a[SAY_COUNT];

	for (size_t i = 0; i < l->domains; i++) {
		enum list_mx mx = l->domain[i].mx;

		all += mx == LIST_MX_NONE || mx == LIST_MX_REFUSES;
		unknown += mx == LIST_MX_UNKNOWN;
	}
	for (size_t i = 0; i < l->domains; i++) {
		const struct list_domain *d = &l->domain[i];

		if (d->mx != LIST_MX_NONE && d->mx != LIST_MX_REFUSES)
			continue;
		if (!say_next(&b, n++, all, 5))
			break;
		buf_addf(&b, "%.*s (%s%s)", STR_ARG(d->name),
		    say_people(d->people, a),
		    d->mx == LIST_MX_REFUSES ? ", refuses all mail" : "");
	}
	if (l->no_mx)
		finding_add(f, "S-44", "no-mx", SEVERITY_WARN, S("the list"),
		    "first address at a domain that takes no mail: "
		    "%s%s, at %s. They are owed a letter. (The %llu "
		    "commonest domains were asked.)",
		    say_people(l->no_mx, a),
		    l->domains_error ? " at least" : "", buf_cstr(&b),
		    (unsigned long long)l->mx_asked);
	if (unknown)
		finding_unchecked(f, "S-44", "no-mx", false, S("the list"),
		    "for %zu of %llu domains DNS gave no answer whether they "
		    "take mail.",
		    unknown, (unsigned long long)l->mx_asked);
	buf_release(&b);
}

static void judge_reserved(const struct list_facts *l, struct findings *f)
{
	char a[SAY_COUNT];

	if (l->reserved)
		finding_add(f, "S-44", "reserved-domain", SEVERITY_WARN,
		    S("the list"),
		    "addresses that can not exist (at example.com, "
		    ".invalid, .test and the like, RFC 6761): %s.",
		    say_people(l->reserved, a));
}

static void judge_relay_lists(const struct list_facts *l, struct findings *f)
{
	char a[SAY_COUNT];

	if (l->suppressions)
		finding_judged(f, "E-04");
	for (size_t i = 0; i < l->suppressions; i++) {
		const struct list_suppression *s = &l->suppression[i];
		struct buf where = BUF_INIT(2 * KiB);

		buf_addf(&where, "suppression/%.*s", STR_ARG(s->file));
		if (s->people)
			finding_add(f, "E-04", "dropped", SEVERITY_WARN,
			    buf_str(&where),
			    "the relay would drop %s of this audience without "
			    "a word: bounced %llu, complained %llu, "
			    "unsubscribed %llu, no reason given %llu.",
			    say_people(s->people, a),
			    (unsigned long long)s->bounced,
			    (unsigned long long)s->complained,
			    (unsigned long long)s->unsubscribed,
			    (unsigned long long)s->other);
		if (s->bad)
			finding_remedy(f,
			    finding_add(f, "E-04", "bad-line", SEVERITY_WARN,
				buf_str(&where),
				"%llu lines are neither an address nor a "
				"digest, the first is line %llu.",
				(unsigned long long)s->bad,
				(unsigned long long)s->bad_line),
			    "Export the list again: one address, MD5, SHA-1 "
			    "or SHA-256 a line.");
		buf_release(&where);
	}
}

void rules_list_suppression(const struct check_facts *x, struct findings *f)
{
	const struct list_facts *l = &x->list;
	uint64_t bounced = bounced_by_mail(l);
	char a[SAY_COUNT];

	finding_judged(f, "S-44");
	say_decisions(x, f);
	if (bounced)
		finding_add(f, "S-44", "bounced", SEVERITY_WARN,
		    S("legal_channel"),
		    "the list says 'email' for %s whose address bounced for "
		    "good before.",
		    say_people(bounced, a));
	judge_domains(l, f);
	judge_reserved(l, f);
	judge_relay_lists(l, f);
	finding_judged(f, "S-45");
	say_info(f,
	    finding_add(f, "S-45", "probing", SEVERITY_INFO, S("the list"),
		"no server was asked whether a mailbox exists, and none will "
		"be: only syntax, DNS and the list's own history count."));
}

/* ---- S-46, S-47 */

static void judge_slips(const struct list_facts *l, struct findings *f)
{
	struct buf b = BUF_INIT(SAY_TEXT);
	char a[SAY_COUNT];

	for (size_t i = 0; say_next(&b, i, l->slips, 6); i++)
		buf_addf(&b, "%.*s for %.*s (%s)", STR_ARG(l->slip[i].word),
		    STR_ARG(l->slip[i].nearest),
		    say_people(l->slip[i].people, a));
	if (l->slip_people)
		finding_add(f, "S-46", "slip", SEVERITY_WARN, S("the list"),
		    "addresses that look mistyped: %s: %s. The mail "
		    "would go to a stranger.",
		    say_people(l->slip_people, a), buf_cstr(&b));
	buf_release(&b);
}

static void judge_shared(const struct list_facts *l, struct findings *f)
{
	struct buf b = BUF_INIT(SAY_TEXT);
	char a[SAY_COUNT];
	size_t n = 0;

	while (n < l->shares && l->shared[n].people >= SHARED_MANY)
		n++;
	for (size_t i = 0; say_next(&b, i, n, n); i++)
		buf_addf(&b, "%.*s (%s)", STR_ARG(l->shared[i].masked),
		    say_people(l->shared[i].people, a));
	if (n)
		finding_add(f, "S-46", "shared", SEVERITY_WARN, S("the list"),
		    "one address stands for many people: %s%s. Each of them "
		    "gets a mail of their own there.",
		    buf_cstr(&b), l->shared_error ? ", at least" : "");
	buf_release(&b);
}

static void judge_held(const struct list_facts *l, struct findings *f)
{
	struct buf b = BUF_INIT(SAY_TEXT);
	char a[SAY_COUNT];

	for (size_t i = 0; say_next(&b, i, l->helds, 6); i++)
		buf_addf(&b, "{{%.*s}} of %.*s (%s)", STR_ARG(l->held[i].field),
		    STR_ARG(l->held[i].file), say_people(l->held[i].people, a));
	if (l->held_people)
		finding_remedy(f,
		    finding_add(f, "S-46", "empty-field", SEVERITY_WARN,
			S("the list"),
			"held back when it is sent: %s. A field of the "
			"text has no value for them, or one that is no "
			"link: %s.",
			say_people(l->held_people, a), buf_cstr(&b)),
		    "Fill the column, or give the field a default: "
		    "{{field|default}}.");
	buf_release(&b);
}

static void judge_stale(const struct check_facts *x, struct findings *f)
{
	const struct list_facts *l = &x->list;
	unsigned most = x->notice->check.stale_percent;
	uint64_t stale = l->people - l->engaged;
	char a[SAY_COUNT];

	if (!l->engaged) {
		finding_remedy(f,
		    finding_unchecked(f, "S-47", "stale", false, S("the list"),
			"nobody is marked as 'engaged' (opened, logged in or "
			"bought within 24 months), so it is not known how many "
			"mailboxes are dead."),
		    "Import again with a column 'engaged' (yes or "
		    "no), with --amend.");
		return;
	}
	finding_judged(f, "S-47");
	if (!most)
		most = STALE_DEFAULT;
	if (say_percent(stale, l->people) > most)
		finding_add(f, "S-47", "stale", SEVERITY_WARN, S("the list"),
		    "not marked as 'engaged': %s (%u %%). Above %u %% the list "
		    "counts as old.",
		    say_people(stale, a), say_percent(stale, l->people), most);
}

void rules_list_gaps(const struct check_facts *x, struct findings *f)
{
	finding_judged(f, "S-46");
	judge_slips(&x->list, f);
	judge_shared(&x->list, f);
	judge_held(&x->list, f);
	judge_stale(x, f);
}
