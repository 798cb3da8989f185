/* Whom the law lets be told by mail (S-42), and at which mailbox (S-43). */
#include "base/conf.h"
#include "check/rules_list.h"
#include "check/say.h"

/* ---- words of the cells */

static void judge_words(struct findings *f, const char *check,
    const char *column, const struct list_word *word, size_t words,
    uint64_t people)
{
	struct buf b = BUF_INIT(SAY_TEXT);
	char n[SAY_COUNT];

	if (!people)
		return;
	for (size_t i = 0; say_next(&b, i, words, 5); i++)
		buf_addf(&b, "'%.*s' (%s; nearest: %.*s)",
		    STR_ARG(word[i].word), say_people(word[i].people, n),
		    STR_ARG(word[i].nearest));
	finding_remedy(f,
	    finding_add(f, "S-42", check, SEVERITY_BLOCK, str_of(column),
		"the column '%s' has a word that means nothing, for %s: %s.",
		column, say_people(people, n), buf_cstr(&b)),
	    "Correct the column in the file and import it again with "
	    "--amend.");
	buf_release(&b);
}

/* ---- email said, where the law asks for more */

static uint64_t said_mail_only(const struct list_choice *c)
{
	return c->law.channel == LAW_CHANNEL_EMAIL || !c->law.id.n ||
		       !c->has_email
		   ? 0
		   : c->said[LAW_CHANNEL_EMAIL];
}

static void say_choice(
    struct buf *b, const struct list_choice *c, uint64_t people)
{
	char n[SAY_COUNT];

	buf_addf(b, "%.*s %s (%.*s: %s; confidence %.*s)", STR_ARG(c->place),
	    say_people(people, n), STR_ARG(c->law.id),
	    c->law.why ? c->law.why : "",
	    STR_ARG(c->law.confidence.n ? c->law.confidence : S("low")));
}

/* All choices that `count` gives people for, the first ones written out. */
static uint64_t gather_choices(const struct list_facts *l, struct buf *b,
    uint64_t (*count)(const struct list_choice *c))
{
	uint64_t people = 0;
	size_t all = 0, n = 0;

	for (size_t i = 0; i < l->choices; i++) {
		people += count(&l->choice[i]);
		all += count(&l->choice[i]) > 0;
	}
	for (size_t i = 0; i < l->choices; i++) {
		if (!count(&l->choice[i]))
			continue;
		if (!say_next(b, n++, all, 4))
			break;
		say_choice(b, &l->choice[i], count(&l->choice[i]));
	}
	return people;
}

static uint64_t without_ground(const struct list_choice *c)
{
	return c->ground.n ? 0 : said_mail_only(c);
}

static uint64_t with_other_ground(const struct list_choice *c)
{
	return c->ground.n ? said_mail_only(c) : 0;
}

static void judge_said(const struct list_facts *l, struct findings *f)
{
	struct buf b = BUF_INIT(SAY_TEXT);
	char n[SAY_COUNT];
	uint64_t people = gather_choices(l, &b, without_ground);

	if (people)
		finding_remedy(f,
		    finding_add(f, "S-42", "no-ground", SEVERITY_BLOCK,
			S("legal_channel"),
			"the list says 'email' for %s, but gives no legal "
			"ground where the law wants one: %s.",
			say_people(people, n), buf_cstr(&b)),
		    "Write the ground in the column 'legal_ground' (consent, "
		    "esign, primary-channel ...), or 'post' or 'both' in "
		    "'legal_channel'.");
	buf_reset(&b);
	people = gather_choices(l, &b, with_other_ground);
	if (people)
		finding_add(f, "S-42", "other-ground", SEVERITY_WARN,
		    S("legal_ground"),
		    "the list says 'email' for %s, with a ground that the law "
		    "pack does not take for enough: %s.",
		    say_people(people, n), buf_cstr(&b));
	buf_release(&b);
}

/* ---- routed by us */

static uint64_t routed(const struct list_choice *c)
{
	uint64_t said = 0;

	if (!c->has_email || !c->law.id.n ||
	    c->law.channel == LAW_CHANNEL_EMAIL)
		return 0;
	for (unsigned i = 0; i < LAW_CHANNEL_COUNT; i++)
		said += c->said[i];
	return c->people - said;
}

static uint64_t routed_nowhere(const struct list_choice *c)
{
	return c->has_post ? 0 : routed(c);
}

static void judge_routed(const struct list_facts *l, struct findings *f)
{
	struct buf b = BUF_INIT(SAY_TEXT), gap = BUF_INIT(SAY_TEXT);
	struct buf ignored = BUF_INIT(SAY_TEXT);
	char n[SAY_COUNT], m[SAY_COUNT];
	uint64_t people = gather_choices(l, &b, routed);
	uint64_t nowhere = gather_choices(l, &ignored, routed_nowhere);

	if (nowhere)
		buf_addf(&gap,
		    " The list has no postal address for %s of them.",
		    say_people(nowhere, m));
	if (people)
		finding_add(f, "S-42", "to-post", SEVERITY_WARN,
		    S("legal_ground"),
		    "for %s with a mail address a mail is not enough; they are "
		    "owed a letter or a substitute: %s.%s A mail to them is a "
		    "courtesy beside it.",
		    say_people(people, n), buf_cstr(&b), buf_cstr(&gap));
	buf_release(&b);
	buf_release(&gap);
	buf_release(&ignored);
}

void rules_list_channel(const struct check_facts *x, struct findings *f)
{
	const struct list_facts *l = &x->list;
	char a[SAY_COUNT], b[SAY_COUNT], c[SAY_COUNT], d[SAY_COUNT];

	finding_judged(f, "S-42");
	judge_words(f, "bad-channel", "legal_channel", l->channel, l->channels,
	    l->bad_channel);
	judge_words(f, "bad-ground", "legal_ground", l->ground, l->grounds,
	    l->bad_ground);
	/* a word that is none is the cause of what follows from it */
	if (!l->bad_channel && !l->bad_ground) {
		judge_said(l, f);
		judge_routed(l, f);
	}
	say_info(f,
	    finding_add(f, "S-42", "channels", SEVERITY_INFO, S("the list"),
		"the legal notice goes by mail to %s, by post to %s, by both "
		"to %s, by a substitute to %s. The list itself says so for "
		"%llu of them, the law for the others. Courtesy mails beside "
		"a letter: %llu. A postal address is known of %llu.",
		say_people(l->by_channel[LAW_CHANNEL_EMAIL], a),
		say_people(l->by_channel[LAW_CHANNEL_POST], b),
		say_people(l->by_channel[LAW_CHANNEL_BOTH], c),
		say_people(l->by_channel[LAW_CHANNEL_SUBSTITUTE], d),
		(unsigned long long)l->said_channel,
		(unsigned long long)l->courtesy,
		(unsigned long long)l->with_post));
}

/* ---- S-43 */

static bool has_word(struct str list, struct str word)
{
	struct str one;

	while (conf_list_next(&list, &one))
		if (str_ieq(one, word))
			return true;
	return false;
}

void rules_list_taken(const struct check_facts *x, struct findings *f)
{
	const struct notice_facts *n = &x->notice->facts;
	const struct list_facts *l = &x->list;
	uint64_t stuck = l->taken_only - l->taken_only_by_post;
	struct buf b = BUF_INIT(SAY_TEXT);
	char a[SAY_COUNT];

	if (!n->mailboxes_taken.n &&
	    !has_word(n->data_types, S("email-credentials"))) {
		buf_release(&b);
		return;
	}
	finding_judged(f, "S-43");
	for (size_t i = 0; say_next(&b, i, l->taken_domains, 5); i++)
		buf_addf(&b, "%.*s (%s)", STR_ARG(l->taken_domain[i].word),
		    say_people(l->taken_domain[i].people, a));
	if (!n->mailboxes_taken.n)
		finding_remedy(f,
		    finding_add(f, "S-43", "which", SEVERITY_WARN,
			S("notice.ini [facts] mailboxes_taken"),
			"passwords of mailboxes were taken (data_types has "
			"email-credentials), but it is not said at which "
			"domains."),
		    "Write the domains there, by commas.");
	if (stuck)
		finding_add(f, "S-43", "taken", SEVERITY_BLOCK,
		    S("notice.ini [facts] mailboxes_taken"),
		    "no other address than a mailbox whose password "
		    "was taken: %s, at %s. An alternative channel is "
		    "owed to them.",
		    say_people(stuck, a), buf_cstr(&b));
	if (l->taken > l->taken_only)
		finding_add(f, "S-43", "taken-too", SEVERITY_WARN,
		    S("notice.ini [facts] mailboxes_taken"),
		    "such a mailbox beside another address: %s. "
		    "Addresses are tried in the order of the list.",
		    say_people(l->taken - l->taken_only, a));
	buf_release(&b);
}
