/* A letter and a Markdown text taken apart: bytes in, facts out. */
#include "check/facts_content.h"
#include "base/buf.h"
#include "base/limits.h"
#include "mail/header.h"
#include "mail/words.h"
#include "notice/letter.h"

/* ---- headings that look like headings */

static size_t words_in(struct str s)
{
	size_t n = 0;
	bool in = false;

	for (size_t i = 0; i < s.n; i++) {
		bool space = s.p[i] == ' ' || s.p[i] == '\n';

		n += !space && !in;
		in = !space;
	}
	return n;
}

/* A line of its own: few words, and no end of a sentence. */
static bool is_title(struct str s)
{
	size_t n = words_in(s);
	ptrdiff_t colon = str_find(s, S(": "));

	return n && n <= 8 && colon < 0 && !strchr(".,;!)", s.p[s.n - 1]);
}

static void add_piece(struct prose *p, struct str s, unsigned heading)
{
	s = str_trim(s);
	if (s.n)
		prose_add(
		    p, s, heading || !is_title(s) ? heading : PROSE_LOOKS);
}

/* A row of a table that Markdown did not make: | What Happened | On ... | */
static void add_cells(struct prose *p, struct str s)
{
	while (s.p)
		add_piece(p, str_cut(&s, '|'), 0);
}

static bool is_table(struct str s)
{
	ptrdiff_t first = str_chr(s, '|');

	return first == 0 || (first > 0 && str_find(s, S(" | ")) >= 0 &&
				 str_chr(s, '\n') > 0);
}

static void add_block(struct prose *p, const struct markup_block *b)
{
	struct str rest = b->text, line;

	if (b->kind == MARKUP_HEADING) {
		prose_add(p, b->text, b->level);
		return;
	}
	if (is_table(rest)) {
		while (rest.p)
			add_cells(p, str_cut(&rest, '\n'));
		return;
	}
	if (b->bold && words_in(str_sub(rest, 0, b->bold)) <= 12) {
		add_piece(p, str_sub(rest, 0, b->bold), PROSE_BOLD);
		add_piece(p, str_from(rest, b->bold), 0);
		return;
	}
	if (b->kind != MARKUP_ITEM && str_chr(rest, '\n') >= 0) {
		line = str_cut(&rest, '\n');
		if (is_title(line)) {
			add_piece(p, line, PROSE_LOOKS);
			add_piece(p, rest, 0);
			return;
		}
	}
	prose_add(p, b->text,
	    b->kind != MARKUP_ITEM && is_title(b->text) ? PROSE_LOOKS : 0);
}

void content_prose(
    const struct markup *page, struct arena *a, struct prose *ret)
{
	prose_begin(ret, a);
	for (size_t i = 0; i < page->blocks; i++)
		add_block(ret, &page->block[i]);
	prose_end(ret);
}

/* ---- a letter */

static struct str field(struct str message, const char *name, struct arena *a)
{
	struct header_field f;
	struct buf flat = BUF_INIT(LIMIT_HEADER_SECTION);
	struct buf text = BUF_INIT(LIMIT_HEADER_SECTION);
	struct str s = STR_NONE;

	if (header_find(message, str_of(name), &f)) {
		header_unfold(f.value, &flat);
		words_decode(buf_str(&flat), &text);
		s = arena_dup(a, buf_str(&text));
	}
	buf_release(&flat);
	buf_release(&text);
	return s;
}

/* "Example <notice@example.com>" -> Example */
static struct str phrase_of(struct str s)
{
	ptrdiff_t at = str_rchr(s, '<');

	if (at < 0)
		return STR_NONE;
	s = str_trim(str_sub(s, 0, (size_t)at));
	if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = str_sub(s, 1, s.n - 2);
	return s;
}

struct content_letter *content_letter_read(
    struct str message, struct str who, struct arena *a)
{
	struct content_letter *l = arena_array(a, 1, sizeof(*l));
	struct buf part = BUF_INIT(LIMIT_LETTER);

	if (!l)
		return NULL;
	l->who = arena_dup(a, who);
	l->message = arena_dup(a, message);
	l->size = message.n;
	l->subject = field(message, "Subject", a);
	l->from_name = phrase_of(field(message, "From", a));
	if (letter_part(l->message, false, &part))
		l->text = arena_dup(a, buf_str(&part));
	buf_reset(&part);
	if (letter_part(l->message, true, &part))
		l->html = arena_dup(a, buf_str(&part));
	buf_release(&part);
	markup_read(l->html, a, &l->page);
	content_prose(&l->page, a, &l->prose);
	return l;
}

/* ---- the Markdown */

struct scan {
	struct str all;
	size_t at;
	unsigned line;
	struct arena *a;
	struct content_source *ret;
	struct buf html; /* the text without code, comments and "<" of no tag */
	bool keep;
};

static void step(struct scan *s, size_t n)
{
	if (s->keep)
		buf_add(&s->html, str_sub(s->all, s->at, n));
	for (; n && s->at < s->all.n; n--)
		s->line += s->all.p[s->at++] == '\n';
}

static void skip(struct scan *s, size_t n)
{
	s->keep = false;
	step(s, n);
	s->keep = true;
}

/* [ref]: target */
static struct str definition(struct scan *s, struct str name)
{
	struct buf b = BUF_INIT(2 * KiB);
	struct str rest = STR_NONE;
	ptrdiff_t at;

	buf_addf(&b, "[%.*s]:", STR_ARG(str_sub(name, 0, 200)));
	at = str_find(s->all, buf_str(&b));
	if (at >= 0) {
		rest = str_from(s->all, (size_t)at + b.len);
		rest = str_trim(str_cut(&rest, '\n'));
		rest = str_cut(&rest, ' ');
	}
	buf_release(&b);
	return rest;
}

/* At "![": ![words](target) or ![words][name] */
static void picture(struct scan *s)
{
	struct str rest = str_from(s->all, s->at), target;
	ptrdiff_t close = str_chr(rest, ']');

	s->ret->images++;
	if (!s->ret->image_line)
		s->ret->image_line = s->line;
	if (close < 0)
		return;
	target = str_from(rest, (size_t)close + 1);
	if (str_starts(target, S("("))) {
		target = str_from(target, 1);
		target = str_cut(&target, ')');
		target = str_trim(target);
		if (str_starts(target, S("<")))
			target = str_from(target, 1);
		target = str_cut(&target, ' ');
	} else if (str_starts(target, S("["))) {
		target = str_from(target, 1);
		target = definition(s, str_cut(&target, ']'));
	} else {
		target = definition(s, str_sub(rest, 2, (size_t)close - 2));
	}
	if (!s->ret->remote.n &&
	    (str_istarts(target, S("http")) || str_starts(target, S("//")))) {
		s->ret->remote = arena_dup(s->a, target);
		s->ret->remote_line = s->line;
	}
}

/* At "<" and a letter: a tag, unless it is <https://...> or <a@b>. */
static bool tag(struct scan *s)
{
	static const char *const fields[] = {
	    "form", "input", "textarea", "select", "button"};
	struct str rest = str_from(s->all, s->at + 1), inner, name;
	ptrdiff_t close = str_chr(rest, '>');

	if (close < 0)
		return false;
	inner = str_sub(rest, 0, (size_t)close);
	name = str_starts(inner, S("/")) ? str_from(inner, 1) : inner;
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_is_alnum(name.p[i]) && name.p[i] != '-') {
			if (name.p[i] == ':' || name.p[i] == '@' ||
			    name.p[i] == '.')
				return false;
			name.n = i;
		}
	if (!s->ret->raw.n) {
		s->ret->raw = arena_dup(s->a, name);
		s->ret->raw_line = s->line;
	}
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		s->ret->forms |= str_ieq(name, str_of(fields[i]));
	if (str_ieq(name, S("img")) && !s->ret->raw_remote.n) {
		struct str src = str_trim(markup_attribute(inner, "src"));

		if (str_istarts(src, S("http")) || str_starts(src, S("//"))) {
			s->ret->raw_remote = arena_dup(s->a, src);
			s->ret->remote_line = s->line;
		}
	}
	step(s, (size_t)close);
	return true;
}

/* `code` and fences are words, not markup. */
static void code(struct scan *s)
{
	struct str rest = str_from(s->all, s->at);
	size_t n = 0;
	ptrdiff_t end;

	while (n < rest.n && rest.p[n] == '`')
		n++;
	end = str_find(str_from(rest, n), str_sub(rest, 0, n));
	skip(s, end < 0 ? n : 2 * n + (size_t)end);
}

/* What the tags would hide of the words between them. */
static void find_hidden(struct scan *s)
{
	struct content_source *r = s->ret;
	struct markup page;
	struct str words;
	ptrdiff_t at;

	markup_read(buf_str(&s->html), s->a, &page);
	if (!page.hidden.n)
		return;
	r->hidden = page.hidden_text;
	r->hidden_by = page.hidden;
	r->hidden_line = r->raw_line;
	words = r->hidden;
	at = str_find(s->all, str_cut(&words, '\n'));
	if (at < 0)
		return;
	r->hidden_line = 1;
	for (ptrdiff_t i = 0; i < at; i++)
		r->hidden_line += s->all.p[i] == '\n';
}

void content_source_read(
    struct str markdown, struct arena *a, struct content_source *ret)
{
	struct scan s = {.all = markdown,
	    .line = 1,
	    .a = a,
	    .ret = ret,
	    .html = BUF_INIT(LIMIT_TEMPLATE),
	    .keep = true};

	*ret = (struct content_source){0};
	while (s.at < s.all.n) {
		struct str here = str_from(s.all, s.at);
		char next = here.n > 1 ? here.p[1] : 0;

		if (here.p[0] == '`') {
			code(&s);
			continue;
		}
		if (here.p[0] == '\\') {
			skip(&s, 2);
			continue;
		}
		if (str_starts(here, S("<!--"))) {
			ptrdiff_t end = str_find(here, S("-->"));

			skip(&s, end < 0 ? here.n : (size_t)end + 3);
			continue;
		}
		if (str_starts(here, S("![")))
			picture(&s);
		if (here.p[0] == '<' &&
		    (!(ascii_is_alpha(next) || next == '/') || !tag(&s)))
			skip(&s, 1);
		else
			step(&s, 1);
	}
	if (ret->raw.n)
		find_hidden(&s);
	buf_release(&s.html);
}

/* ---- language */

#define WITH_LISTS 4u /* the first of those below have elements.*.txt */
#define COMMON \
	20u /* percent of a text that its commonest words are, at least */

struct str content_guess_language(
    const struct phrases *p, const struct prose *text, bool *ret_foreign)
{
	static const char *const known[] = {
	    "en", "de", "fr", "es", "it", "pt", "nl"};
	size_t best = 0, second = 0, which = 0;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		struct phrase_hit hit;
		size_t n = 0, at = 0;

		while (phrases_find(
		    p, "common-words", str_of(known[i]), text, at, &hit)) {
			at = hit.to;
			n++;
		}
		if (n > best) {
			second = best;
			best = n;
			which = i;
		} else if (n > second) {
			second = n;
		}
	}
	*ret_foreign =
	    text->words >= 30 &&
	    (best * 100 < text->words * COMMON || which >= WITH_LISTS);
	return best >= 5 && best * 2 > second * 3 && !*ret_foreign
		   ? str_of(known[which])
		   : S("");
}
