/* S-25, S-26, S-31, S-33 and S-36: what the words want of their reader. */
#include "check/rules_content.h"

/* The sentence around a hit, to be shown. */
static struct str sentence_of(
    struct findings *f, const struct prose *p, size_t word)
{
	size_t from, to;

	if (!prose_sentence(p, p->word[word].sentence, &from, &to))
		return STR_NONE;
	return content_shown(f->arena, prose_text(p, from, to));
}

/* ---- S-25 */

static void judge_social(const struct check_facts *x, struct findings *f,
    const struct content_variant *v, const struct content_letter *l)
{
	for (size_t i = 0; i < l->page.links; i++) {
		struct str host = content_host(l->page.link[i].target);

		if (!phrases_lists_host(
			x->content.phrases, "social-host", host) ||
		    content_is_own(x, host))
			continue;
		finding_add(f, "S-25", "social-link", SEVERITY_BLOCK, v->file,
		    "has a link to %.*s", STR_ARG(host));
		return;
	}
}

/* Prices, refunds and gift cards are what a recall is about. */
static bool is_remedy(const struct check_facts *x, const struct prose *p,
    const struct phrase_hit *hit)
{
	static const char *const word[] = {"refund", "refunds", "remedy",
	    "replacement", "repair", "recall", "recalled"};
	size_t from, to;

	if (x->notice->kind != NOTICE_RECALL &&
	    x->notice->kind != NOTICE_SAFETY)
		return false;
	prose_sentence(p, p->word[hit->from].sentence, &from, &to);
	for (; from < to; from++)
		for (size_t i = 0; i < ARRAY_SIZE(word); i++)
			if (str_eq(p->word[from].s, str_of(word[i])))
				return true;
	return false;
}

static size_t count_weak(const struct check_facts *x,
    const struct content_variant *v, const struct prose *p,
    struct phrase_hit *first)
{
	struct phrase_hit hit;
	size_t n = 0, at = 0;

	while (phrases_find(
	    x->content.phrases, "marketing-weak", v->language, p, at, &hit)) {
		at = hit.to;
		if (is_remedy(x, p, &hit))
			continue;
		if (!n++)
			*first = hit;
	}
	return n;
}

static void judge_marketing(const struct check_facts *x, struct findings *f,
    const struct content_variant *v, const struct content_letter *l)
{
	struct phrase_hit hit;
	size_t at = 0, weak;

	judge_social(x, f, v, l);
	while (phrases_find(x->content.phrases, "marketing-strong", v->language,
	    &l->prose, at, &hit)) {
		at = hit.to;
		if (is_remedy(x, &l->prose, &hit))
			continue;
		finding_add(f, "S-25", "offer", SEVERITY_BLOCK, v->file,
		    "advertises: \"%.*s\"",
		    STR_ARG(sentence_of(f, &l->prose, hit.from)));
		return;
	}
	weak = count_weak(x, v, &l->prose, &hit);
	if (weak)
		finding_add(f, "S-25", "word", SEVERITY_WARN, v->file,
		    "\"%.*s\" sounds like advertising%s: \"%.*s\"",
		    STR_ARG(prose_text(&l->prose, hit.from, hit.to)),
		    weak > 1 ? ", and it is not the only word" : "",
		    STR_ARG(sentence_of(f, &l->prose, hit.from)));
}

void content_judge_marketing(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_variant *v = &x->content.variant[i];
		const struct content_letter *l = content_letter_of(x, v);

		if (!l)
			continue;
		finding_judged(f, "S-25");
		judge_marketing(x, f, v, l);
	}
}

/* ---- S-26 */

struct asking {
	const struct check_facts *x;
	struct findings *f;
	const struct content_variant *v;
	const struct prose *p;
};

static bool has(const struct asking *a, const char *section, size_t from,
    size_t to, struct phrase_hit *hit)
{
	return phrases_find_in(a->x->content.phrases, section, a->v->language,
	    a->p, from, to, hit);
}

/* Credit bureaus ask before a freeze; that is said in the same paragraph or
 * shortly before it. */
static bool asked_by_others(const struct asking *a, size_t word)
{
	uint32_t b = a->p->word[word].block;
	uint32_t first = b < 2 ? 0 : b - 2;
	struct phrase_hit hit;

	while (b > first && !a->p->block[b].heading)
		b--;
	return has(a, "ask-elsewhere", a->p->block[b].from,
	    a->p->block[a->p->word[word].block].to, &hit);
}

static void add_ask(const struct asking *a, size_t word, const char *what)
{
	finding_add(a->f, "S-26", "asks", SEVERITY_BLOCK, a->v->file,
	    "%s: \"%.*s\"", what, STR_ARG(sentence_of(a->f, a->p, word)));
}

/* "Please send us:" and a list: the list belongs to the sentence. */
static size_t with_list(const struct asking *a, size_t to)
{
	const struct prose *p = a->p;
	uint32_t b = p->word[to - 1].block;
	struct str text = str_trim(p->block[b].text);

	if (p->block[b].to != to || !str_ends(text, S(":")))
		return to;
	for (size_t k = 1; k <= 8 && b + k < p->blocks; k++) {
		if (p->block[b + k].heading)
			break;
		to = p->block[b + k].to;
	}
	return to;
}

/* What no bureau asks for. */
static bool is_password(const struct asking *a, const struct phrase_hit *data)
{
	static const char *const word[] = {"password", "passwords",
	    "passphrase", "passwort", "kennwort",
	    "contrase\xc3\xb1"
	    "a",
	    "passe"};

	for (size_t i = data->from; i < data->to; i++)
		for (size_t k = 0; k < ARRAY_SIZE(word); k++)
			if (str_eq(a->p->word[i].s, str_of(word[k])))
				return true;
	return false;
}

static bool asks_in(const struct asking *a, size_t from, size_t to)
{
	struct phrase_hit verb, data, hit;
	size_t end = with_list(a, to);

	if (!has(a, "ask-verb", from, to, &verb) ||
	    !has(a, "ask-data", verb.to, end, &data) ||
	    has(a, "ask-denied", from, to, &hit) ||
	    (!is_password(a, &data) && asked_by_others(a, verb.from)))
		return false;
	add_ask(a, verb.from, "asks for personal data");
	return true;
}

/* "We will never send you attachments." */
static bool is_denied(const struct prose *p, size_t from, size_t to)
{
	static const char *const word[] = {"never", "not", "don't", "no",
	    "won't", "anyone", "someone", "nie", "niemals", "nicht", "keine",
	    "keinen", "jamais", "pas", "aucune", "nunca", "no", "ningún"};

	for (; from < to; from++)
		for (size_t k = 0; k < ARRAY_SIZE(word); k++)
			if (str_eq(p->word[from].s, str_of(word[k])))
				return true;
	return false;
}

static bool asks_always(const struct asking *a, size_t from, size_t to)
{
	struct phrase_hit hit;

	if (!has(a, "ask-always", from, to, &hit) ||
	    is_denied(a->p, from, hit.to))
		return false;
	add_ask(a, hit.from, "asks for what only an impostor asks for");
	return true;
}

/* An attachment is spoken of, and not only that there will be none. */
static bool attaches(const struct asking *a, struct phrase_hit *hit)
{
	size_t from, to;

	if (!has(a, "attachment", 0, a->p->words, hit) ||
	    !prose_sentence(a->p, a->p->word[hit->from].sentence, &from, &to))
		return false;
	return !is_denied(a->p, from, to);
}

/* A PIN of theirs and "enroll now": it will be asked for there.  A code for
 * credit monitoring is called a code; the bureaus' PIN lifts a freeze. */
static void gives_pin(const struct asking *a)
{
	struct phrase_hit pin, button;
	size_t at = 0;

	if (!has(a, "enrol-button", 0, a->p->words, &button))
		return;
	while (has(a, "pin-given", at, a->p->words, &pin)) {
		size_t from, to;

		at = pin.to;
		prose_sentence(a->p, a->p->word[pin.from].sentence, &from, &to);
		if (is_denied(a->p, from, to) || asked_by_others(a, pin.from))
			continue;
		add_ask(a, pin.from, "has people enroll with a PIN");
		return;
	}
}

static void judge_asks(const struct asking *a)
{
	struct phrase_hit hit;
	size_t from, to;
	bool found = false;

	for (uint32_t n = 0; n < a->p->sentences && !found; n++)
		found = prose_sentence(a->p, n, &from, &to) &&
			(asks_always(a, from, to) || asks_in(a, from, to));
	if (!found)
		gives_pin(a); /* one is enough to be mended */
	if (a->x->notice->kind == NOTICE_BREACH &&
	    has(a, "ask-install", 0, a->p->words, &hit))
		finding_add(a->f, "S-26", "install", SEVERITY_WARN, a->v->file,
		    "asks people to install something: \"%.*s\"",
		    STR_ARG(sentence_of(a->f, a->p, hit.from)));
	if (attaches(a, &hit))
		finding_add(a->f, "S-26", "attachment", SEVERITY_WARN,
		    a->v->file,
		    "speaks of an attachment; the mail has none: \"%.*s\"",
		    STR_ARG(sentence_of(a->f, a->p, hit.from)));
}

void content_judge_asks(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_variant *v = &x->content.variant[i];
		const struct content_letter *l = content_letter_of(x, v);
		struct asking a = {.x = x, .f = f, .v = v};

		if (!l)
			continue;
		finding_judged(f, "S-26");
		a.p = &l->prose;
		judge_asks(&a);
		if (v->source.forms || l->page.forms)
			finding_remedy(f,
			    finding_add(f, "S-26", "form", SEVERITY_BLOCK,
				v->file, "has a form to fill in"),
			    "Take the form out.");
	}
}

/* ---- S-31, S-33, S-36 */

static bool is_read_in_canada(const struct content_variant *v)
{
	for (size_t i = 0; i < v->places; i++)
		if (str_eq(v->place[i].code, S("CA")) ||
		    str_starts(v->place[i].code, S("CA-")))
			return true;
	return false;
}

static void judge_speech(const struct check_facts *x, struct findings *f,
    const struct content_variant *v, const struct content_letter *l)
{
	const struct phrases *p = x->content.phrases;
	struct phrase_hit hit;

	if (phrases_has(p, "we-write", v->language)) {
		finding_judged(f, "S-31");
		if (!phrases_find(
			p, "we-write", v->language, &l->prose, 0, &hit))
			finding_add(f, "S-31", "contact", SEVERITY_WARN,
			    v->file,
			    "does not say from which address you write about "
			    "this, and what you will never ask");
	}
	finding_judged(f, "S-33");
	if ((x->notice->kind == NOTICE_RECALL ||
		x->notice->kind == NOTICE_SAFETY) &&
	    is_read_in_canada(v))
		finding_remedy(f,
		    finding_add(f, "S-33", "canada", SEVERITY_WARN, v->file,
			"people in Canada read this; CASL 6(2) wants name, "
			"address and an unsubscribe mechanism in a message "
			"that is also commercial"),
		    "Ask counsel whether it is one; if not, leave it as it "
		    "is.");
	if (phrases_find(p, "unsubscribe", v->language, &l->prose, 0, &hit))
		finding_add(f, "S-33", "unsubscribe", SEVERITY_WARN, v->file,
		    "speaks of unsubscribing: \"%.*s\"",
		    STR_ARG(sentence_of(f, &l->prose, hit.from)));
	finding_judged(f, "S-36");
	if (!v->greets)
		finding_add(f, "S-36", "greeting", SEVERITY_WARN, v->file,
		    "greets nobody by name: there is no {{name}}");
}

void content_judge_words(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_variant *v = &x->content.variant[i];
		const struct content_letter *l = content_letter_of(x, v);

		if (l)
			judge_speech(x, f, v, l);
	}
}
