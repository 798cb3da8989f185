/* S-20 and S-21: what an inbox shows, subject and name. */
#include "base/conf.h"
#include "base/utf8.h"
#include "check/rules_content.h"

#define SUBJECT_LENGTH 78u

/* ---- who we are */

static bool is_common(const struct phrases *p, struct str word)
{
	return phrases_lists(p, "legal-form", word) ||
	       phrases_lists(p, "generic", word);
}

/* Letters and digits of the words that are no legal form. */
static struct str squash(
    const struct phrases *p, const struct prose *s, struct arena *a)
{
	struct buf b = BUF_INIT(4 * KiB);
	struct str r;

	for (size_t i = 0; i < s->words; i++) {
		struct str w = s->word[i].s;

		if (phrases_lists(p, "legal-form", w))
			continue;
		for (size_t k = 0; k < w.n; k++)
			if (ascii_is_alnum(w.p[k]) || (w.p[k] & 0x80))
				buf_addc(&b, w.p[k]);
	}
	r = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return r;
}

static bool has_word(const struct prose *s, struct str word)
{
	for (size_t i = 0; i < s->words; i++)
		if (str_eq(s->word[i].s, word))
			return true;
	return false;
}

/* "International Business Machines" -> "ibm" */
static struct str initials(const struct prose *name, char *ret, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < name->words && n < max; i++)
		if (ascii_is_alpha(name->word[i].s.p[0]))
			ret[n++] = name->word[i].s.p[0];
	return str_make(ret, n);
}

static bool is_named(const struct phrases *p, struct str name,
    const struct prose *in, struct arena *a)
{
	struct prose words;
	char letter[8];
	struct str all, text;

	prose_of(&words, a, name);
	all = squash(p, &words, a);
	text = squash(p, in, a);
	if (all.n >= 2 &&
	    (all.n >= 4 ? str_find(text, all) >= 0 : has_word(in, all)))
		return true;
	for (size_t i = 0; i < words.words; i++) {
		struct str w = words.word[i].s;

		if (w.n >= 3 && !is_common(p, w) && has_word(in, w))
			return true;
	}
	all = initials(&words, letter, sizeof(letter));
	return all.n >= 3 && has_word(in, all);
}

/* [organisation] name or one of its brands stands in it. */
static bool names_us(
    const struct check_facts *x, const struct prose *in, struct arena *a)
{
	struct str rest = x->notice->brands, one;

	if (is_named(x->content.phrases, x->notice->org_name, in, a))
		return true;
	while (conf_list_next(&rest, &one))
		if (is_named(x->content.phrases, one, in, a))
			return true;
	return false;
}

/* It is our name, with or without its legal form. */
static bool is_our_name(
    const struct check_facts *x, struct str name, struct arena *a)
{
	const struct phrases *p = x->content.phrases;
	struct str rest = x->notice->brands, one = x->notice->org_name;
	struct prose s;
	struct str want;

	prose_of(&s, a, name);
	want = squash(p, &s, a);
	do {
		prose_of(&s, a, one);
		if (want.n && str_eq(squash(p, &s, a), want))
			return true;
	} while (conf_list_next(&rest, &one));
	return false;
}

static struct str our_name(const struct check_facts *x)
{
	struct str rest = x->notice->brands, one;

	return conf_list_next(&rest, &one) ? one : x->notice->org_name;
}

/* ---- S-20 */

static bool is_emoji(uint32_t c)
{
	return (c >= 0x1f000 && c <= 0x1faff) || (c >= 0x2600 && c <= 0x27bf) ||
	       (c >= 0x2b00 && c <= 0x2bff) || c == 0xfe0f || c == 0x203c ||
	       c == 0x2049 || (c >= 0x2190 && c <= 0x21ff) ||
	       (c >= 0x23e9 && c <= 0x23fa);
}

static bool has_emoji(struct str s)
{
	while (s.n) {
		uint32_t c = 0;
		size_t n = utf8_next(s, &c);

		if (n && is_emoji(c))
			return true;
		s = str_from(s, n ? n : 1);
	}
	return false;
}

static bool is_reply(struct str s)
{
	static const struct str mark[] = {S("re:"), S("fw:"), S("fwd:"),
	    S("aw:"), S("wg:"), S("antw:"), S("tr:"), S("rv:"), S("re :"),
	    S("re["), S("res:"), S("enc:")};

	for (size_t i = 0; i < ARRAY_SIZE(mark); i++)
		if (str_istarts(s, mark[i]))
			return true;
	return false;
}

/* Every word of more than three letters that is not part of our name. */
static bool is_all_capitals(
    const struct check_facts *x, const struct prose *s, struct arena *a)
{
	struct prose ours;
	struct buf names = BUF_INIT(64 * KiB);
	size_t caps = 0;

	buf_add(&names, x->notice->org_name);
	buf_addc(&names, ' ');
	buf_add(&names, x->notice->brands);
	prose_of(&ours, a, buf_str(&names));
	buf_release(&names);
	for (size_t i = 0; i < s->words; i++) {
		const struct prose_word *w = &s->word[i];

		if (has_word(&ours, w->s) || w->s.n < 3 ||
		    (w->flags & PROSE_NUMBER))
			continue;
		if (!(w->flags & PROSE_CAPITALS))
			return false;
		caps++;
	}
	return caps >= 2;
}

/* '!' that is not of the name ("Yahoo!"). */
static bool shouts(const struct check_facts *x, struct str s)
{
	return str_chr(s, '!') >= 0 && str_chr(x->notice->org_name, '!') < 0 &&
	       str_chr(x->notice->brands, '!') < 0;
}

struct str content_subject_place(
    const struct notice_subject *s, char ret[SUBJECT_PLACE])
{
	snprintf(
	    ret, SUBJECT_PLACE, "notice.ini [message] %.*s", STR_ARG(s->key));
	return str_of(ret);
}

/* One subject, and the texts it stands above. */
struct judged_subject {
	const struct check_facts *x;
	struct findings *f;
	struct notice_subject of;
	struct str text;     /* with fields filled in */
	struct str language; /* of the first text */
	struct str where;
	char files[200]; /* " (message.fr.md)", or "" where there is one only */
};

static struct finding *blame(const struct judged_subject *j, const char *check,
    enum severity severity, const char *what)
{
	return finding_add(j->f, "S-20", check, severity, j->where,
	    "\"%.*s\" %s%s", STR_ARG(j->text), what, j->files);
}

static void judge_length(const struct judged_subject *j)
{
	unsigned max = j->x->notice->check.subject_length
			   ? j->x->notice->check.subject_length
			   : SUBJECT_LENGTH;
	size_t n = utf8_count(j->text);

	if (n > max)
		finding_remedy(j->f,
		    finding_add(j->f, "S-20", "length",
			n > max + max / 4 ? SEVERITY_BLOCK : SEVERITY_WARN,
			j->where, "has %zu characters; many programs show %u%s",
			n, max, j->files),
		    "Shorten it; company and matter come first.");
}

static void judge_style(const struct judged_subject *j, const struct prose *p)
{
	struct findings *f = j->f;

	if (is_reply(j->text))
		finding_remedy(f,
		    blame(j, "reply-mark", SEVERITY_BLOCK,
			"begins like an answer or a forwarded mail"),
		    "Begin with the company's name.");
	if (is_all_capitals(j->x, p, f->arena))
		finding_remedy(f,
		    blame(j, "capitals", SEVERITY_BLOCK, "is all in capitals"),
		    "Write it as a sentence or a title.");
	if (shouts(j->x, j->text))
		finding_remedy(f,
		    blame(j, "exclamation", SEVERITY_BLOCK,
			"has an exclamation mark"),
		    "Take it out.");
	if (has_emoji(j->text))
		finding_remedy(f,
		    blame(
			j, "emoji", SEVERITY_BLOCK, "has a picture character"),
		    "Take it out.");
	judge_length(j);
}

/* None of those who get it read a language that the lists know: every list of
 * phrases has common words for each of its languages. */
static bool is_beyond_us(const struct judged_subject *j)
{
	const struct content_facts *c = &j->x->content;
	bool any = false;

	for (size_t i = 0; i < c->variants; i++) {
		const struct content_variant *v = &c->variant[i];

		if (!str_eq(v->subject.key, j->of.key))
			continue;
		if (!v->language.n ||
		    phrases_has(c->phrases, "common-words", v->language))
			return false;
		any = true;
	}
	return any;
}

static void judge_matter(
    const struct judged_subject *j, struct str us, const struct prose *words)
{
	const struct phrases *p = j->x->content.phrases;
	struct phrase_hit hit;

	if (phrases_find(p, "matter", STR_NONE, words, 0, &hit))
		return;
	if (is_beyond_us(j)) {
		finding_unchecked(j->f, "S-20", "matter", false, j->where,
		    "whether \"%.*s\" says what it is about could not be "
		    "checked: no words are known in the language '%.*s'%s",
		    STR_ARG(j->text), STR_ARG(j->language), j->files);
		return;
	}
	finding_remedy(j->f,
	    blame(j, "matter", SEVERITY_BLOCK, "does not say what it is about"),
	    "Name the matter: \"%.*s: Notice of Data Breach\", "
	    "\"Product Safety Recall\", \"Changes to our privacy "
	    "policy\".",
	    STR_ARG(us));
}

static void judge_subject(struct judged_subject *j)
{
	const struct check_facts *x = j->x;
	struct str us = our_name(x);
	struct prose words;

	if (!j->of.text.n || check_has_placeholder(x, j->of.text))
		return;
	finding_judged(j->f, "S-20");
	prose_of(&words, j->f->arena, j->text);
	if (us.n && !check_has_placeholder(x, us) &&
	    !names_us(x, &words, j->f->arena))
		finding_remedy(j->f,
		    blame(j, "company", SEVERITY_BLOCK,
			"does not say who writes"),
		    "Write \"%.*s: %.*s\".", STR_ARG(us), STR_ARG(j->text));
	judge_matter(j, us, &words);
	judge_style(j, &words);
}

/* As people get it, with fields filled in. */
static void fill_in(struct judged_subject *j, const struct content_variant *v)
{
	const struct content_letter *l = v->letters ? v->letter[0] : v->made;

	j->language = v->language;
	if (l && str_find(j->text, S("{{")) >= 0)
		j->text = l->subject;
}

/* With subjects of their own, which texts this one is for. */
static void name_files(struct judged_subject *j)
{
	const struct content_facts *c = &j->x->content;
	size_t n = 0;

	for (size_t i = 0; i < c->variants && n < sizeof(j->files); i++)
		if (str_eq(c->variant[i].subject.key, j->of.key))
			n += (size_t)snprintf(j->files + n,
			    sizeof(j->files) - n, "%s%.*s", n ? ", " : " (",
			    STR_ARG(c->variant[i].file));
	if (n && n < sizeof(j->files))
		snprintf(j->files + n, sizeof(j->files) - n, ")");
}

/* The subject of text `no`, or with no text [message] subject. */
static void judge_subject_of(
    const struct check_facts *x, struct findings *f, size_t no)
{
	const struct content_variant *v =
	    no < x->content.variants ? &x->content.variant[no] : NULL;
	struct judged_subject j = {.x = x, .f = f};
	char place[SUBJECT_PLACE];

	j.of = v && v->subject.key.n
		   ? v->subject
		   : letter_subject_for(x->notice, STR_NONE, STR_NONE);
	j.text = j.of.text;
	j.where = content_subject_place(&j.of, place);
	if (v)
		fill_in(&j, v);
	if (x->notice->own_subjects)
		name_files(&j);
	judge_subject(&j);
}

void content_judge_subject(const struct check_facts *x, struct findings *f)
{
	const struct content_facts *c = &x->content;

	if (!c->variants)
		judge_subject_of(x, f, 0);
	for (size_t i = 0; i < c->variants; i++) {
		size_t k = 0;

		while (k < i && !str_eq(c->variant[k].subject.key,
				    c->variant[i].subject.key))
			k++;
		if (k == i)
			judge_subject_of(x, f, i);
	}
}

/* ---- S-21 */

static void refuse_name(struct findings *f, const char *check, const char *what,
    struct str name, struct str us)
{
	finding_remedy(f,
	    finding_add(f, "S-21", check, SEVERITY_BLOCK,
		S("notice.ini [from] name"), "\"%.*s\" %s", STR_ARG(name),
		what),
	    "Write \"%.*s\".", STR_ARG(us));
}

static bool has_foreign_domain(
    const struct check_facts *x, const struct prose *s)
{
	for (size_t i = 0; i < s->words; i++)
		if ((s->word[i].flags & PROSE_DOMAIN) &&
		    !content_is_own(x, s->word[i].s))
			return true;
	return false;
}

void content_judge_sender(const struct check_facts *x, struct findings *f)
{
	const struct phrases *p = x->content.phrases;
	struct str name = x->notice->from_name, us = our_name(x);
	struct prose words;
	struct phrase_hit hit;

	if (!name.n || !us.n || check_has_placeholder(x, name) ||
	    check_has_placeholder(x, us))
		return;
	finding_judged(f, "S-21");
	if (is_our_name(x, name, f->arena))
		return;
	prose_of(&words, f->arena, name);
	if (str_find(name, S("{{")) >= 0)
		refuse_name(
		    f, "field", "has a field of the recipient in it", name, us);
	else if (str_chr(name, '@') >= 0)
		refuse_name(f, "address", "has a mail address in it", name, us);
	else if (has_foreign_domain(x, &words))
		refuse_name(
		    f, "domain", "has a stranger's domain in it", name, us);
	else if (phrases_find(p, "matter-in-name", STR_NONE, &words, 0, &hit))
		refuse_name(f, "matter",
		    "has the matter in it; that belongs in the subject", name,
		    us);
	else if (!names_us(x, &words, f->arena))
		refuse_name(f, "company",
		    "is neither [organisation] name nor one of its brands",
		    name, us);
	else
		finding_add(f, "S-21", "more", SEVERITY_WARN,
		    S("notice.ini [from] name"),
		    "\"%.*s\" is more than the company's name", STR_ARG(name));
}
