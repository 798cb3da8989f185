/* S-27 and S-28: both parts say the same, and people can read it. */
#include "base/utf8.h"
#include "check/readability.h"
#include "check/rules_content.h"

#define PARITY   90u
#define GRADE    9u
#define SENTENCE 25u
#define HEDGES   5u

/* ---- S-27 */

static bool same_word(const struct prose_word *a, const struct prose_word *b)
{
	return str_eq(a->s, b->s);
}

/* The words of a heading stand in the text one behind the other. */
static bool has_heading(
    const struct prose *text, const struct prose *p, size_t from, size_t to)
{
	for (size_t i = 0; i + (to - from) <= text->words; i++) {
		size_t k = 0;

		while (k < to - from &&
		       same_word(&text->word[i + k], &p->word[from + k]))
			k++;
		if (k == to - from)
			return true;
	}
	return false;
}

static void judge_parts(const struct check_facts *x, struct findings *f,
    const struct content_variant *v, const struct content_letter *l)
{
	unsigned min =
	    x->notice->check.parity ? x->notice->check.parity : PARITY;
	struct prose text;
	size_t share;

	prose_of(&text, f->arena, l->text);
	share = l->prose.words ? text.words * 100 / l->prose.words : 100;
	if (share < min)
		finding_add(f, "S-27", "parity", SEVERITY_BLOCK, v->file,
		    "the text part has %zu %% of the words of the HTML part; "
		    "at least %u",
		    share, min);
	for (size_t i = 0; i < l->prose.blocks; i++) {
		const struct prose_block *b = &l->prose.block[i];

		if (!b->heading || b->to == b->from ||
		    has_heading(&text, &l->prose, b->from, b->to))
			continue;
		finding_add(f, "S-27", "heading", SEVERITY_BLOCK, v->file,
		    "the heading \"%.*s\" is not in the text part",
		    STR_ARG(content_shown(f->arena, b->text)));
		return;
	}
}

/* Marks that turn the direction of reading by force, and letters made to be
 * invisible: what is read is not what is there.  A flag's tags are none. */
static bool is_deceit(uint32_t c)
{
	return c == 0x202d || c == 0x202e || (c >= 0xe0000 && c <= 0xe007e);
}

static void judge_invisible(struct findings *f, const struct content_variant *v)
{
	struct str s = v->markdown; /* a decoded letter is cleaned of them */
	bool flag = false;

	while (s.n) {
		uint32_t c = 0;
		size_t n = utf8_next(s, &c);

		if (is_deceit(c) && !flag) {
			finding_remedy(f,
			    finding_add(f, "S-27", "invisible", SEVERITY_BLOCK,
				v->file,
				"has characters that nobody sees and that "
				"change what is read (U+%04X)",
				(unsigned)c),
			    "Write the words again by hand; a copied text "
			    "brings such characters along.");
			return;
		}
		flag = c == 0x1f3f4 || (flag && is_deceit(c));
		s = str_from(s, n ? n : 1);
	}
}

/* HTML in the Markdown is never sent: what it hides comes out, or is lost. */
static void judge_raw(struct findings *f, const struct content_variant *v)
{
	const struct content_source *s = &v->source;

	if (s->hidden.n)
		finding_remedy(f,
		    finding_add(f, "S-27", "hidden", SEVERITY_BLOCK, v->file,
			"line %u: hides \"%.*s\" (%.*s)", s->hidden_line,
			STR_ARG(content_shown(f->arena, s->hidden)),
			STR_ARG(content_shown(f->arena, s->hidden_by))),
		    "Take it out, or write it in Markdown for everyone to "
		    "read.");
	else if (s->raw.n)
		finding_remedy(f,
		    finding_add(f, "S-27", "raw-html", SEVERITY_WARN, v->file,
			"line %u: <%.*s> is left out of the mail; HTML "
			"in the text is not sent, and a whole block of "
			"it is lost with its words",
			s->raw_line, STR_ARG(s->raw)),
		    "Write it in Markdown, and look at 'tocsin "
		    "preview'.");
}

void content_judge_parity(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_variant *v = &x->content.variant[i];
		const struct content_letter *l = content_letter_of(x, v);

		if (!l)
			continue;
		finding_judged(f, "S-27");
		judge_parts(x, f, v, l);
		judge_invisible(f, v);
		if (l->page.hidden.n)
			finding_add(f, "S-27", "hidden", SEVERITY_BLOCK,
			    v->file, "hides \"%.*s\" (%.*s)",
			    STR_ARG(
				content_shown(f->arena, l->page.hidden_text)),
			    STR_ARG(content_shown(f->arena, l->page.hidden)));
		judge_raw(f, v);
	}
}

/* ---- S-28 */

static size_t count_hedges(const struct check_facts *x,
    const struct content_variant *v, const struct prose *p)
{
	struct phrase_hit hit;
	size_t n = 0, at = 0;

	while (phrases_find(
	    x->content.phrases, "hedge", v->language, p, at, &hit)) {
		at = hit.to;
		n++;
	}
	return n;
}

static bool has_list(const struct content_letter *l)
{
	for (size_t i = 0; i < l->page.blocks; i++)
		if (l->page.block[i].kind == MARKUP_ITEM)
			return true;
	return false;
}

static void judge_style(const struct check_facts *x, struct findings *f,
    const struct content_variant *v, const struct content_letter *l)
{
	const struct notice_check *c = &x->notice->check;
	unsigned limit = c->sentence ? c->sentence : SENTENCE;
	unsigned grade = c->grade ? c->grade : GRADE;
	struct readability r;
	size_t from, to, hedges;

	readability_measure(&l->prose, limit, &r);
	if ((!v->language.n || str_istarts(v->language, S("en"))) &&
	    r.grade > grade)
		finding_add(f, "S-28", "grade", SEVERITY_WARN, v->file,
		    "needs about %.0f years of school to read "
		    "(Flesch-Kincaid); most people read %u",
		    r.grade, grade);
	if (r.long_count && prose_sentence(&l->prose, r.longest_no, &from, &to))
		finding_add(f, "S-28", "sentence", SEVERITY_WARN, v->file,
		    "%zu of %zu sentences have more than %u words; the longest "
		    "has %zu: \"%.*s\"",
		    r.long_count, r.sentences, limit, r.longest,
		    STR_ARG(content_shown(
			f->arena, prose_text(&l->prose, from, to))));
	if ((hedges = count_hedges(x, v, &l->prose)) > HEDGES)
		finding_remedy(f,
		    finding_add(f, "S-28", "hedges", SEVERITY_WARN, v->file,
			"%zu words take back what they say (may, could, no "
			"evidence of)",
			hedges),
		    "Say what you know, and what you do not know.");
	if (!has_list(l))
		finding_add(f, "S-28", "list", SEVERITY_INFO, v->file,
		    "has no list; steps are easier to follow as one");
}

void content_judge_reading(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_variant *v = &x->content.variant[i];
		const struct content_letter *l = content_letter_of(x, v);

		if (!l)
			continue;
		finding_judged(f, "S-28");
		judge_style(x, f, v, l);
	}
}
