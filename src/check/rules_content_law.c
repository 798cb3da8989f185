/* S-29: what the laws of a text's readers want in it, and what they forbid. */
#include "base/conf.h"
#include "check/rules_content.h"

struct owing {
	const struct check_facts *x;
	struct findings *f;
	const struct phrases *p;
	const struct content_variant *v;
	const struct content_letter *l;
	struct str language;
	bool sensitive; /* numbers with which credit is opened were taken */
	bool login;     /* passwords were */
	struct buf soft, unsure, guidance, blind; /* lists of meanings */
};

/* ---- what was taken */

static bool lists_any(struct str list, const char *const *word, size_t count)
{
	struct str one;

	while (conf_list_next(&list, &one))
		for (size_t i = 0; i < count; i++)
			if (str_ieq(one, str_of(word[i])))
				return true;
	return false;
}

/* It is said of what was involved: in the sentence, or by the heading. */
static bool is_of_taken(
    const struct owing *o, size_t word, size_t from, size_t to)
{
	const struct prose *p = &o->l->prose;
	uint32_t b = p->word[word].block;
	struct phrase_hit hit;

	if (phrases_find_in(o->p, "taken", o->language, p, from, to, &hit))
		return true;
	while (b && !p->block[b].heading)
		b--;
	return phrases_find_in(o->p, "taken-heading", o->language, p,
	    p->block[b].from, p->block[b].to, &hit);
}

static bool told(const struct owing *o, const char *section)
{
	const struct prose *p = &o->l->prose;
	struct phrase_hit hit;
	size_t at = 0, from, to;

	while (phrases_find(o->p, section, o->language, p, at, &hit)) {
		struct phrase_hit no;

		at = hit.to;
		prose_sentence(p, p->word[hit.from].sentence, &from, &to);
		if (!phrases_find_in(
			o->p, "not-taken", o->language, p, from, to, &no) &&
		    is_of_taken(o, hit.from, from, to))
			return true;
	}
	return false;
}

static void find_taken(struct owing *o)
{
	static const char *const credit[] = {"ssn", "tax-id", "drivers-licence",
	    "passport", "government-id", "bank-account", "card"};
	static const char *const login[] = {"credentials", "email-credentials"};
	struct str list = o->x->notice->facts.data_types;

	if (list.n) {
		o->sensitive = lists_any(list, credit, ARRAY_SIZE(credit));
		o->login = lists_any(list, login, ARRAY_SIZE(login));
	} else {
		o->sensitive = told(o, "sensitive-data");
		o->login = told(o, "login-data");
	}
}

/* ---- one element */

static const char *const california[] = {"what happened",
    "what information was involved", "what we are doing", "what you can do",
    "for more information"};

/* A block begins with these words, and they are its heading. */
static bool begins_with(
    const struct prose *p, const struct prose_block *b, struct str words)
{
	size_t i = b->from;
	struct str rest = words, tail;

	while (rest.p) {
		struct str one = str_cut(&rest, ' ');

		if (i == b->to || !str_eq(p->word[i++].s, one))
			return false;
	}
	if (i == b->to)
		return true;
	tail.p = p->word[i - 1].written.p + p->word[i - 1].written.n;
	tail.n = (size_t)(b->text.p + b->text.n - tail.p);
	return tail.n && (strchr(":?.|\n-", tail.p[0]) ||
			     str_starts(str_trim(tail), S("\xe2\x80")) ||
			     str_starts(str_trim(tail), S("-")));
}

static bool has_title(const struct owing *o, const char *words)
{
	const struct prose *p = &o->l->prose;

	for (size_t i = 0; i < p->blocks; i++)
		if (begins_with(p, &p->block[i], str_of(words)) &&
		    !content_is_hollow_at(o->p, o->language, p, i))
			return true;
	return false;
}

static bool has_words_in_heading(const struct prose *p, struct str words)
{
	struct buf b = BUF_INIT(64 * KiB);
	bool found = false;

	for (size_t i = 0; i < p->blocks && !found; i++) {
		if (!p->block[i].heading)
			continue;
		buf_reset(&b);
		for (size_t k = p->block[i].from; k < p->block[i].to; k++) {
			buf_add(&b, p->word[k].s);
			buf_addc(&b, ' ');
		}
		found = str_find(buf_str(&b), words) >= 0;
	}
	buf_release(&b);
	return found;
}

/* The five headings of Cal. Civ. Code 1798.82(d)(1), word for word. */
static void judge_california(struct owing *o, const struct content_owed *w)
{
	struct buf b = BUF_INIT(300);

	for (size_t i = 0; i < ARRAY_SIZE(california); i++)
		if (!has_title(o, california[i])) {
			buf_addz(&b, b.len ? ", " : "");
			buf_addf(&b, "\"%s\"", california[i]);
		}
	if (b.len)
		finding_remedy(o->f,
		    finding_add(o->f, "S-29", "headings-california",
			w->sure ? SEVERITY_BLOCK : SEVERITY_WARN, o->v->file,
			"a heading that %.*s prescribes is missing, or has "
			"nothing under it: %.*s (confidence: %.*s)",
			STR_ARG(w->regime), STR_ARG(buf_str(&b)),
			STR_ARG(w->confidence)),
		    "Use the headings word for word: What Happened, What "
		    "Information Was Involved, What We Are Doing, What You Can "
		    "Do, For More Information.");
	buf_release(&b);
}

/* The bureaus' telephone numbers are no contact of ours. */
static bool is_of_others(const struct owing *o, size_t word)
{
	const struct prose *p = &o->l->prose;
	const struct prose_block *b = &p->block[p->word[word].block];
	size_t from, to;
	struct phrase_hit hit;

	prose_sentence(p, p->word[word].sentence, &from, &to);
	return phrases_find_in(
		   o->p, "others-contact", o->language, p, from, to, &hit) &&
	       (hit.from < word || b->to - b->from < 40);
}

static bool is_there(const struct owing *o, const char *section)
{
	static const char *const ours[] = {"contact", "telephone", "toll-free",
	    "dpo-contact", "contact-one-channel", "recall-helpline"};
	const struct prose *p = &o->l->prose;
	struct phrase_hit hit;
	bool own = false;
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		own |= strcmp(section, ours[i]) == 0;
	while (phrases_find(o->p, section, o->language, p, at, &hit)) {
		if (!own || !is_of_others(o, hit.from))
			return true;
		at = hit.from + 1;
	}
	return false;
}

enum element { ABSENT, PRESENT, BLIND };

/* `ret_heading`: the block of an empty section's heading; else untouched. */
static enum element look_for(
    const struct owing *o, struct str keyword, size_t *ret_heading)
{
	char section[80];
	struct phrase_hit hit;
	struct prose subject;

	snprintf(section, sizeof(section), "%.*s", STR_ARG(keyword));
	if (str_eq(keyword, S("title-notice-of-data-breach")))
		return has_words_in_heading(
			   &o->l->prose, S("notice of data breach "))
			   ? PRESENT
			   : ABSENT;
	if (!phrases_has(o->p, section, o->language))
		return BLIND;
	if (str_eq(keyword, S("email-subject-safety-recall"))) {
		prose_of(&subject, o->f->arena, o->l->subject);
		return phrases_find(
			   o->p, section, o->language, &subject, 0, &hit)
			   ? PRESENT
			   : ABSENT;
	}
	/* under its own heading, or anywhere else: not by the heading alone */
	if (phrases_lists(o->p, "section", keyword) &&
	    content_is_hollow(
		o->p, o->language, &o->l->prose, section, ret_heading))
		return ABSENT;
	return is_there(o, section) ? PRESENT : ABSENT;
}

static struct str meaning_of(const struct content_owed *w)
{
	return w->meaning.n ? w->meaning : w->keyword;
}

static void list(struct buf *b, const struct content_owed *w)
{
	buf_addz(b, b->len ? "; " : "");
	buf_add(b, meaning_of(w));
	if (w->regime.n)
		buf_addf(b, " (%.*s)", STR_ARG(w->regime));
}

static void judge_forbidden(struct owing *o, const struct content_owed *w)
{
	char section[80];
	struct phrase_hit hit;
	const struct prose *p = &o->l->prose;
	bool us = str_starts(w->jurisdiction, S("US-"));
	struct str place = us ? str_from(w->jurisdiction, 3) : w->jurisdiction;
	char segment[16];
	size_t n = 0;

	snprintf(section, sizeof(section), "%.*s", STR_ARG(w->keyword));
	if (!phrases_find(o->p, section, o->language, p, 0, &hit))
		return;
	for (; n < place.n && n < sizeof(segment) - 1; n++)
		segment[n] = ascii_lower(place.p[n]);
	segment[n] = '\0';
	finding_remedy(o->f,
	    finding_add(o->f, "S-29", "forbidden",
		w->sure ? SEVERITY_BLOCK : SEVERITY_WARN, o->v->file,
		"people in %.*s read this, and %.*s forbids it there: %.*s; "
		"found \"%.*s\" (confidence: %.*s)",
		STR_ARG(w->jurisdiction), STR_ARG(w->regime),
		STR_ARG(meaning_of(w)),
		STR_ARG(prose_text(p, hit.from, hit.to)),
		STR_ARG(w->confidence)),
	    "Give them a text of their own without it: a section [people-%s] "
	    "with \"jurisdiction = %.*s\" in segments.ini, and "
	    "message.people-%s.md.",
	    segment, STR_ARG(w->jurisdiction), segment);
}

/* Does it apply to what was taken here? */
static bool is_due(const struct owing *o, struct str keyword)
{
	if (phrases_lists(o->p, "by-form", keyword) ||
	    phrases_lists(o->p, "process", keyword))
		return false;
	if (o->x->notice->kind == NOTICE_SAFETY &&
	    phrases_lists(o->p, "recall-only", keyword))
		return false;
	if (phrases_lists(o->p, "identity-theft", keyword) && !o->sensitive)
		return false;
	if (str_eq(keyword, S("credentials-change-password")) && !o->login)
		return false;
	return true;
}

/* `heading`: the block of one with nothing under it, or SIZE_MAX. */
static void refuse(
    struct owing *o, const struct content_owed *w, size_t heading)
{
	struct buf b = BUF_INIT(400);

	if (heading != SIZE_MAX)
		buf_addf(&b, "under \"%.*s\" nothing is said: ",
		    STR_ARG(content_shown(
			o->f->arena, o->l->prose.block[heading].text)));
	finding_remedy(o->f,
	    finding_add(o->f, "S-29",
		heading != SIZE_MAX ? "empty-section" : "element",
		SEVERITY_BLOCK, o->v->file,
		"%.*s%.*s is missing; %.*s asks for it (%.*s, confidence: "
		"%.*s)",
		STR_ARG(buf_str(&b)), STR_ARG(meaning_of(w)),
		STR_ARG(w->regime), STR_ARG(w->id), STR_ARG(w->confidence)),
	    "Add it: %.*s.", STR_ARG(meaning_of(w)));
	buf_release(&b);
}

static void judge_owed(struct owing *o, const struct content_owed *w)
{
	enum element is;
	size_t heading = SIZE_MAX;

	if (!is_due(o, w->keyword))
		return;
	if (w->forbidden) {
		judge_forbidden(o, w);
		return;
	}
	if (str_eq(w->keyword, S("headings-california"))) {
		judge_california(o, w);
		return;
	}
	is = look_for(o, w->keyword, &heading);
	if (is == PRESENT)
		return;
	if (is == BLIND && w->sure)
		list(&o->blind, w);
	else if (w->recommended)
		list(&o->guidance, w);
	else if (!w->sure)
		list(&o->unsure, w);
	else if (!phrases_lists(o->p, "core", w->keyword))
		list(&o->soft, w);
	else
		refuse(o, w, heading);
}

/* ---- no law is known */

static void judge_generic(struct owing *o)
{
	static const char *const breach[] = {"what-happened", "data-types",
	    "what-we-do", "what-you-can-do", "date", "contact", NULL};
	static const char *const recall[] = {"recall-word-in-heading",
	    "product-description", "hazard", "what-you-can-do", "remedy",
	    "contact", NULL};
	static const char *const policy[] = {
	    "what-changed", "effective-date", "contact", NULL};
	const char *const *all = NULL;

	switch (o->x->notice->kind) {
	case NOTICE_BREACH: all = breach; break;
	case NOTICE_RECALL: all = recall; break;
	case NOTICE_SAFETY: all = recall + 1; break;
	case NOTICE_POLICY: all = policy; break;
	case NOTICE_LEGAL: return;
	}
	for (; all && *all; all++) {
		struct content_owed w = {.keyword = str_of(*all)};
		size_t heading;

		if (o->x->notice->kind == NOTICE_SAFETY &&
		    str_eq(w.keyword, S("remedy")))
			continue;
		if (look_for(o, w.keyword, &heading) == ABSENT)
			list(&o->soft, &w);
	}
}

/* ---- one text */

static void tell(struct owing *o)
{
	if (o->soft.len)
		finding_remedy(o->f,
		    finding_add(o->f, "S-29", "may-be-missing", SEVERITY_WARN,
			o->v->file, "may be missing: %.*s",
			STR_ARG(buf_str(&o->soft))),
		    "Read the text for each of them; add what is not there.");
	if (o->unsure.len)
		finding_remedy(o->f,
		    finding_add(o->f, "S-29", "if-it-applies", SEVERITY_INFO,
			o->v->file,
			"not found, and owed if the law applies to you: %.*s",
			STR_ARG(buf_str(&o->unsure))),
		    "Say in [facts] what you are (sector, role); 'tocsin "
		    "deadlines' has the questions.");
	if (o->guidance.len)
		finding_add(o->f, "S-29", "recommended", SEVERITY_INFO,
		    o->v->file, "recommended by authorities, not found: %.*s",
		    STR_ARG(buf_str(&o->guidance)));
	if (o->blind.len)
		finding_unchecked(o->f, "S-29", "blind", false, o->v->file,
		    "could not be checked by words: %.*s",
		    STR_ARG(buf_str(&o->blind)));
}

static void judge_variant(struct owing *o)
{
	o->language = o->v->language.n ? o->v->language : S("en");
	if (o->v->foreign || !phrases_has(o->p, "what-happened", o->language)) {
		finding_unchecked(o->f, "S-29", "language", false, o->v->file,
		    "could not be checked: the parts that laws ask for are "
		    "known in English, German, French and Spanish, not in "
		    "%s%.*s",
		    o->v->foreign ? "the language of this text" : "",
		    STR_ARG(o->v->foreign ? S("") : o->language));
		return;
	}
	finding_judged(o->f, "S-29");
	find_taken(o);
	for (size_t i = 0; i < o->v->owes; i++)
		judge_owed(o, &o->v->owed[i]);
	if (!o->v->law_asked)
		judge_generic(o);
	tell(o);
}

void content_judge_law(const struct check_facts *x, struct findings *f)
{
	if (x->notice->kind == NOTICE_LEGAL)
		return;
	for (size_t i = 0; i < x->content.variants; i++) {
		struct owing o = {.x = x,
		    .f = f,
		    .p = x->content.phrases,
		    .v = &x->content.variant[i],
		    .soft = BUF_INIT(1200),
		    .unsure = BUF_INIT(1200),
		    .guidance = BUF_INIT(1200),
		    .blind = BUF_INIT(1200)};

		o.l = content_letter_of(x, o.v);
		if (o.l)
			judge_variant(&o);
		buf_release(&o.soft);
		buf_release(&o.unsure);
		buf_release(&o.guidance);
		buf_release(&o.blind);
	}
}
