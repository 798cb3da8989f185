/* S-30 and S-36a: in every language, for every reader. */
#include "check/rules_content.h"

/* ---- S-30 */

static bool has_date(const struct prose *p, uint32_t date)
{
	for (size_t i = 0; i < p->words; i++)
		if (p->word[i].date == date)
			return true;
	return false;
}

/* Digits of word `i`, with groups of three behind it ("106 856"). */
static size_t digits_of(const struct prose *p, size_t *i, char ret[32])
{
	size_t n = 0;

	for (;; (*i)++) {
		const struct prose_word *w = &p->word[*i];
		const struct prose_word *next = w + 1;

		for (size_t k = 0; k < w->s.n && n < 31; k++)
			if (ascii_is_digit(w->s.p[k]))
				ret[n++] = w->s.p[k];
		if (*i + 1 == p->words || !(next->flags & PROSE_NUMBER) ||
		    (w->flags & PROSE_PHONE) || (next->flags & PROSE_PHONE) ||
		    next->s.n != 3 || next->block != w->block ||
		    next->written.p - (w->written.p + w->written.n) > 3)
			break;
	}
	ret[n] = '\0';
	return n;
}

/* A national number is the end of an international one. */
static bool same_digits(
    const char *a, size_t an, const char *b, size_t bn, bool phone)
{
	size_t n = an < bn ? an : bn;

	if (an == bn)
		return memcmp(a, b, n) == 0;
	return phone && n >= 7 && memcmp(a + an - 7, b + bn - 7, 7) == 0;
}

static bool is_year_of_date(const struct prose *p, size_t i)
{
	if (p->word[i].s.n != 4)
		return false;
	for (size_t k = i < 3 ? 0 : i - 3; k <= i && k < p->words; k++)
		if (p->word[k].flags & PROSE_DATE)
			return true;
	return false;
}

static bool has_number(
    const struct prose *p, const char *d, size_t n, bool phone)
{
	for (size_t i = 0; i < p->words; i++) {
		char other[32];
		size_t m;

		if (!(p->word[i].flags & PROSE_NUMBER))
			continue;
		m = digits_of(p, &i, other);
		if (m && same_digits(d, n, other, m, phone))
			return true;
	}
	return false;
}

/* What of `pa` is not in `pb`; `a` and `b` are where they stand. */
struct pair {
	struct findings *f;
	struct str a, b;
	const struct prose *pa, *pb;
};

static void differ(
    const struct pair *p, const char *check, const char *what, struct str s)
{
	finding_add(p->f, "S-30", check, SEVERITY_WARN, p->b,
	    "%s \"%.*s\" of %.*s is not in it", what, STR_ARG(s),
	    STR_ARG(p->a));
}

static void compare_numbers(const struct pair *p)
{
	for (size_t i = 0; i < p->pa->words; i++) {
		const struct prose_word *w = &p->pa->word[i];
		bool phone = w->flags & PROSE_PHONE;
		char d[32];
		size_t n, from = i;

		if (w->date && !has_date(p->pb, w->date))
			differ(p, "date", "the date",
			    content_shown(p->f->arena, w->written));
		if (!(w->flags & PROSE_NUMBER) || w->date ||
		    is_year_of_date(p->pa, i))
			continue;
		n = digits_of(p->pa, &i, d);
		if (n >= 3 && !has_number(p->pb, d, n, phone))
			differ(p, phone ? "telephone" : "number",
			    phone ? "the telephone number" : "the number",
			    prose_text(p->pa, from, i + 1));
	}
}

static size_t headings_of(const struct content_letter *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->page.blocks; i++)
		n += l->page.block[i].kind == MARKUP_HEADING;
	return n;
}

static size_t links_of(const struct content_letter *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->page.links; i++)
		n += str_istarts(l->page.link[i].target, S("http"));
	return n;
}

static void compare_both(struct findings *f, struct str a,
    const struct prose *pa, struct str b, const struct prose *pb)
{
	compare_numbers(
	    &(struct pair){.f = f, .a = a, .b = b, .pa = pa, .pb = pb});
	compare_numbers(
	    &(struct pair){.f = f, .a = b, .b = a, .pa = pb, .pb = pa});
}

static void compare_subjects(struct findings *f,
    const struct content_variant *a, const struct content_variant *b)
{
	char wa[SUBJECT_PLACE], wb[SUBJECT_PLACE];
	struct prose pa, pb;

	if (str_eq(a->subject.key, b->subject.key))
		return;
	prose_of(&pa, f->arena, a->made->subject);
	prose_of(&pb, f->arena, b->made->subject);
	compare_both(f, content_subject_place(&a->subject, wa), &pa,
	    content_subject_place(&b->subject, wb), &pb);
}

static void compare(const struct check_facts *x, struct findings *f,
    const struct content_variant *a, const struct content_variant *b)
{
	/* one made-up person for both: what is merged in is no difference */
	const struct content_letter *la = a->made, *lb = b->made;

	if (!la || !lb)
		return;
	finding_judged(f, "S-30");
	compare_both(f, a->file, &la->prose, b->file, &lb->prose);
	compare_subjects(f, a, b);
	if (headings_of(la) != headings_of(lb))
		finding_add(f, "S-30", "headings", SEVERITY_WARN, b->file,
		    "has %zu headings, %.*s has %zu", headings_of(lb),
		    STR_ARG(a->file), headings_of(la));
	if (links_of(la) != links_of(lb))
		finding_add(f, "S-30", "links", SEVERITY_WARN, b->file,
		    "has %zu links, %.*s has %zu", links_of(lb),
		    STR_ARG(a->file), links_of(la));
}

/* "fr-CA" and "fr"; nobody knows which "" is. */
static bool same_language(struct str a, struct str b)
{
	struct str x = str_cut(&a, '-'), y = str_cut(&b, '-');

	return x.n && str_ieq(x, y);
}

static bool is_declared(const struct content_variant *v)
{
	return v->language.n && !v->guessed;
}

/* A text beside `no`, in another language, under the same subject.  That is in
 * the language of the texts that name none, if there are such; else one of the
 * languages has it for its own, and nobody knows which: the first. */
static const struct content_variant *find_stranger(
    const struct content_facts *c, size_t no)
{
	const struct content_variant *v = &c->variant[no], *found = NULL;

	for (size_t i = 0; i < c->variants; i++) {
		const struct content_variant *o = &c->variant[i];
		bool other = o->language.n
				 ? !same_language(o->language, v->language)
				 : str_ieq(o->segment, v->segment);

		if (!str_eq(o->subject.key, v->subject.key))
			continue;
		if (!is_declared(o) && same_language(o->language, v->language))
			return NULL;
		if (other && (!is_declared(o) || i < no) && !found)
			found = o;
	}
	return found;
}

static void judge_subject_language(
    const struct content_facts *c, struct findings *f, size_t no)
{
	const struct content_variant *v = &c->variant[no], *o;
	struct str segment = v->subject.segment;

	if (!is_declared(v) || v->subject.language.n ||
	    !(o = find_stranger(c, no)))
		return;
	finding_remedy(f,
	    finding_add(f, "S-30", "subject", SEVERITY_WARN, v->file,
		"has the subject of %.*s, which is in another language: "
		"\"%.*s\"",
		STR_ARG(o->file), STR_ARG(v->subject.text)),
	    "Write \"subject%s%.*s.%.*s = ...\" in [message] of notice.ini.",
	    segment.n ? "." : "", STR_ARG(segment), STR_ARG(v->language));
}

void content_judge_languages(const struct check_facts *x, struct findings *f)
{
	const struct content_facts *c = &x->content;

	for (size_t i = 0; i < c->variants; i++)
		judge_subject_language(c, f, i);
	for (size_t i = 1; i < c->variants; i++)
		for (size_t k = 0; k < i; k++)
			if (str_ieq(
				c->variant[i].segment, c->variant[k].segment)) {
				compare(x, f, &c->variant[k], &c->variant[i]);
				break;
			}
}

/* ---- S-36a */

static bool is_rtl(struct str language)
{
	static const char *const all[] = {
	    "ar", "he", "fa", "ur", "yi", "ps", "dv", "sd", "ug"};
	struct str rest = language;

	language = str_cut(&rest, '-');
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (str_ieq(language, str_of(all[i])))
			return true;
	return false;
}

static void judge_headings(
    struct findings *f, const struct content_variant *v, const struct markup *m)
{
	unsigned first = 0, last = 0;
	size_t bold = 0;

	for (size_t i = 0; i < m->blocks; i++) {
		const struct markup_block *b = &m->block[i];

		bold += b->kind == MARKUP_PARAGRAPH && b->bold == b->text.n;
		if (b->kind != MARKUP_HEADING)
			continue;
		first += b->level == 1;
		if (last && b->level > last + 1)
			finding_add(f, "S-36a", "heading-order", SEVERITY_WARN,
			    v->file,
			    "\"%.*s\" skips a level of headings (%u after %u)",
			    STR_ARG(content_shown(f->arena, b->text)), b->level,
			    last);
		last = b->level;
	}
	if (first != 1)
		finding_add(f, "S-36a", "title", SEVERITY_WARN, v->file,
		    first ? "has %u main headings (#); one is enough"
			  : "has no main heading (#), which says what it is; "
			    "found %u",
		    first);
	if (bold > 1)
		finding_add(f, "S-36a", "bold-heading", SEVERITY_WARN, v->file,
		    "%zu lines in bold look like headings, and are none for a "
		    "screen reader; write ## before them",
		    bold);
}

/* A paragraph that shouts. */
static bool is_capitals(const struct prose *p, const struct prose_block *b)
{
	size_t words = 0, caps = 0;

	for (size_t i = b->from; i < b->to; i++) {
		if (p->word[i].flags & (PROSE_NUMBER | PROSE_DOMAIN))
			continue;
		words += p->word[i].s.n > 2;
		caps +=
		    p->word[i].s.n > 2 && (p->word[i].flags & PROSE_CAPITALS);
	}
	return words >= 8 && caps == words;
}

static void judge_link_texts(const struct check_facts *x, struct findings *f,
    const struct content_variant *v, const struct content_letter *l)
{
	for (size_t i = 0; i < l->page.links; i++) {
		struct prose words;
		struct phrase_hit hit;

		prose_of(&words, f->arena, l->page.link[i].text);
		if (phrases_find(x->content.phrases, "vague-link", v->language,
			&words, 0, &hit) &&
		    hit.from == 0 && words.words <= 3 &&
		    hit.to == words.words) {
			finding_add(f, "S-36a", "link-text", SEVERITY_WARN,
			    v->file,
			    "the link \"%.*s\" does not say where it leads",
			    STR_ARG(l->page.link[i].text));
			return;
		}
	}
}

static void judge_page(const struct check_facts *x, struct findings *f,
    const struct content_variant *v, const struct content_letter *l)
{
	if (!l->page.lang.n)
		finding_remedy(f,
		    finding_add(f, "S-36a", "language",
			v->language.n && !v->guessed ? SEVERITY_WARN
						     : SEVERITY_INFO,
			v->file, "does not say in which language it is"),
		    "Name a copy for it, message.LANG.md, for people whose "
		    "language is known.");
	if (is_rtl(v->language) && !str_ieq(l->page.dir, S("rtl")))
		finding_add(f, "S-36a", "direction", SEVERITY_WARN, v->file,
		    "is read from right to left, and does not say so");
	judge_headings(f, v, &l->page);
	for (size_t i = 0; i < l->prose.blocks; i++)
		if (is_capitals(&l->prose, &l->prose.block[i])) {
			finding_add(f, "S-36a", "capitals", SEVERITY_WARN,
			    v->file, "has a paragraph in capitals: \"%.*s\"",
			    STR_ARG(content_shown(
				f->arena, l->prose.block[i].text)));
			break;
		}
	judge_link_texts(x, f, v, l);
	if (str_find(l->text, S("\n| ")) >= 0 ||
	    str_find(l->text, S("| --")) >= 0)
		finding_add(f, "S-36a", "table", SEVERITY_WARN, v->file,
		    "has a table of | lines, which a mail shows as they are; "
		    "write headings and paragraphs");
}

void content_judge_access(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_variant *v = &x->content.variant[i];
		const struct content_letter *l = content_letter_of(x, v);

		if (!l)
			continue;
		finding_judged(f, "S-36a");
		judge_page(x, f, v, l);
	}
}
