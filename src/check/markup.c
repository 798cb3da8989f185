#include "check/markup.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "check/concealed.h"

struct element {
	struct str name;
	struct concealed_look look;
};

struct reading {
	struct markup *m;
	struct arena *a;
	struct buf text; /* of the open block */
	enum markup_kind kind;
	unsigned level;
	size_t bold;
	unsigned strong; /* open <strong> */
	bool plain;      /* something that is not bold was there */
	struct buf link;
	struct str target;
	bool in_link;
	size_t block_room, link_room;
	struct concealed_sheet sheet;
	struct element open[MARKUP_DEPTH_MAX];
	size_t depth;
};

/* ---- entities */

static uint32_t entity(struct str s)
{
	static const struct {
		const char *name;
		uint32_t code;
	} all[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'},
	    {"apos", '\''}, {"nbsp", ' '}, {"rsquo", 0x2019}, {"lsquo", 0x2018},
	    {"ldquo", 0x201c}, {"rdquo", 0x201d}, {"ndash", 0x2013},
	    {"mdash", 0x2014}, {"zwnj", 0x200c}, {"zwj", 0x200d}, {"shy", 0}};
	uint32_t v = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (str_eq(s, str_of(all[i].name)))
			return all[i].code;
	if (s.n < 2 || s.n > 8 || s.p[0] != '#')
		return 0xffffffffu;
	for (size_t i = 1; i < s.n; i++) {
		char c = ascii_lower(s.p[i]);
		bool hex = ascii_lower(s.p[1]) == 'x';

		if (i == 1 && hex)
			continue;
		if (ascii_is_digit(c))
			v = v * (hex ? 16 : 10) + (uint32_t)(c - '0');
		else if (hex && c >= 'a' && c <= 'f')
			v = v * 16 + (uint32_t)(c - 'a') + 10;
		else
			return 0xffffffffu;
	}
	return v > 0x10ffff || (v >= 0xd800 && v < 0xe000) ? 0xffffffffu : v;
}

void markup_unescape(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		ptrdiff_t end =
		    s.p[i] == '&' ? str_chr(str_sub(s, i, 12), ';') : -1;
		uint32_t c = end > 1
				 ? entity(str_sub(s, i + 1, (size_t)end - 1))
				 : 0xffffffffu;

		if (c == 0xffffffffu) {
			buf_addc(out, s.p[i]);
			continue;
		}
		if (c)
			utf8_add(out, c);
		i += (size_t)end;
	}
}

/* ---- tags */

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str markup_attribute(struct str tag, const char *name)
{
	size_t i = 0;

	while (i < tag.n && !is_space(tag.p[i]))
		i++;
	while (i < tag.n) {
		struct str key, value = STR_NONE;
		size_t from;

		while (i < tag.n && (is_space(tag.p[i]) || tag.p[i] == '/'))
			i++;
		for (from = i; i < tag.n && !is_space(tag.p[i]) &&
			       tag.p[i] != '=' && tag.p[i] != '/';)
			i++;
		key = str_sub(tag, from, i - from);
		if (i < tag.n && tag.p[i] == '=') {
			char quote = ++i < tag.n ? tag.p[i] : 0;

			if (quote == '"' || quote == '\'') {
				for (from = ++i;
				     i < tag.n && tag.p[i] != quote;)
					i++;
			} else {
				for (from = i;
				     i < tag.n && !is_space(tag.p[i]);)
					i++;
				quote = 0;
			}
			value = str_sub(tag, from, i - from);
			i += quote != 0;
		} else if (!key.n) {
			i++;
		}
		if (key.n && str_ieq(key, str_of(name)))
			return value.n ? value : S("");
	}
	return STR_NONE;
}

static bool is_tag(struct str tag, const char *name)
{
	size_t n = 0;

	while (n < tag.n && !is_space(tag.p[n]) && tag.p[n] != '/')
		n++;
	return str_ieq(str_sub(tag, 0, n), str_of(name));
}

/* Collapses blanks; keeps line ends, drops empty lines. */
static struct str tidy(struct reading *r, struct str s, size_t *bold)
{
	struct buf b = BUF_INIT(s.n + 1);
	struct str res;
	size_t mark = *bold;

	*bold = 0;
	for (size_t i = 0; i < s.n; i++) {
		bool space = is_space(s.p[i]);
		char last = b.len ? b.p[b.len - 1] : '\n';

		if (!space)
			buf_addc(&b, s.p[i]);
		else if (s.p[i] == '\n' && last == ' ')
			b.p[b.len - 1] = '\n';
		else if (last != '\n' && last != ' ')
			buf_addc(&b, s.p[i] == '\n' ? '\n' : ' ');
		if (i < mark)
			*bold = b.len;
	}
	res = arena_dup(r->a, str_trim(buf_str(&b)));
	if (*bold > res.n)
		*bold = res.n;
	buf_release(&b);
	return res;
}

static void *grow(
    struct reading *r, void *v, size_t count, size_t *room, size_t size)
{
	void *more;

	if (count < *room)
		return v;
	more = arena_array(r->a, 2 * *room + 64, size);
	if (!more)
		return NULL;
	if (count)
		memcpy(more, v, count * size);
	*room = 2 * *room + 64;
	return more;
}

static void end_block(struct reading *r)
{
	struct markup *m = r->m;
	struct markup_block *v;
	struct markup_block b = {.kind = r->kind, .level = r->level};

	if (r->strong && !r->plain)
		r->bold = r->text.len;
	b.bold = r->bold;
	b.text = tidy(r, buf_str(&r->text), &b.bold);
	buf_reset(&r->text);
	r->bold = 0;
	r->plain = false;
	if (!b.text.n || m->blocks == MARKUP_BLOCKS_MAX)
		return;
	v = grow(r, m->block, m->blocks, &r->block_room, sizeof(*v));
	if (!v)
		return;
	m->block = v;
	m->block[m->blocks++] = b;
}

static void begin_block(struct reading *r, enum markup_kind k, unsigned level)
{
	end_block(r);
	r->kind = k;
	r->level = level;
}

static void end_link(struct reading *r)
{
	struct markup *m = r->m;
	struct markup_link *v;
	size_t none = 0;

	if (!r->in_link)
		return;
	r->in_link = false;
	if (m->links == MARKUP_LINKS_MAX)
		return;
	v = grow(r, m->link, m->links, &r->link_room, sizeof(*v));
	if (!v)
		return;
	m->link = v;
	m->link[m->links++] = (struct markup_link){
	    .target = r->target, .text = tidy(r, buf_str(&r->link), &none)};
	buf_reset(&r->link);
}

static struct str value_of(struct reading *r, struct str tag, const char *name)
{
	struct buf b = BUF_INIT(64 * KiB);
	struct str s;

	markup_unescape(str_trim(markup_attribute(tag, name)), &b);
	s = arena_dup(r->a, buf_str(&b));
	buf_release(&b);
	return s;
}

/* ---- open elements, for how they show their text */

static const struct concealed_look *look(const struct reading *r)
{
	static const struct concealed_look plain = {.paper = 0xffffff};

	return r->depth ? &r->open[r->depth - 1].look : &plain;
}

static struct str name_of(struct str tag)
{
	size_t n = 0;

	while (n < tag.n && !is_space(tag.p[n]) && tag.p[n] != '/')
		n++;
	return str_sub(tag, 0, n);
}

/* Has no text, and no end. */
static bool is_void(struct str tag)
{
	static const char *const all[] = {"area", "base", "br", "col", "embed",
	    "hr", "img", "input", "link", "meta", "source", "track", "wbr"};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (is_tag(tag, all[i]))
			return true;
	return str_ends(tag, S("/"));
}

static void leave(struct reading *r, struct str name)
{
	for (size_t i = r->depth; i-- > 0;)
		if (str_ieq(r->open[i].name, name)) {
			r->depth = i;
			return;
		}
}

/* <p>, <li> and cells end those before them. */
static void enter(struct reading *r, struct str tag)
{
	static const char *const ends[] = {"p", "li", "td", "th", "tr"};

	if (is_void(tag))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (is_tag(tag, ends[i]) && r->depth &&
		    str_ieq(r->open[r->depth - 1].name, str_of(ends[i])))
			r->depth--;
	if (r->depth == MARKUP_DEPTH_MAX)
		return;
	r->open[r->depth].name = name_of(tag);
	concealed_enter(&r->sheet, look(r), tag, &r->open[r->depth].look);
	r->depth++;
}

static void see(struct reading *r, struct str text)
{
	struct str by = concealed_by(look(r));

	if (r->m->hidden.n || !by.n || !concealed_has_words(text))
		return;
	r->m->hidden = arena_dup(r->a, by);
	r->m->hidden_text = arena_dup(r->a, str_trim(text));
}

static void image(struct reading *r, struct str tag)
{
	struct str src = value_of(r, tag, "src");

	r->m->images++;
	if (!r->m->remote.n &&
	    (str_istarts(src, S("http")) || str_starts(src, S("//"))))
		r->m->remote = src;
}

static void strong(struct reading *r, bool open)
{
	if (open) {
		r->strong++;
	} else if (r->strong) {
		r->strong--;
		if (!r->strong && !r->plain && r->text.len)
			r->bold = r->text.len;
	}
}

static void open_tag(struct reading *r, struct str tag)
{
	static const char *const fields[] = {
	    "form", "input", "textarea", "select", "button"};

	enter(r, tag);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		r->m->forms |= is_tag(tag, fields[i]);
	if (is_tag(tag, "a")) {
		end_link(r);
		r->target = value_of(r, tag, "href");
		r->in_link = r->target.n > 0;
	} else if (is_tag(tag, "img")) {
		image(r, tag);
	} else if (is_tag(tag, "br")) {
		buf_addc(&r->text, '\n');
	} else if (is_tag(tag, "strong") || is_tag(tag, "b")) {
		strong(r, true);
	} else if (tag.n >= 2 && ascii_lower(tag.p[0]) == 'h' &&
		   tag.p[1] >= '1' && tag.p[1] <= '6') {
		begin_block(r, MARKUP_HEADING, (unsigned)(tag.p[1] - '0'));
	} else if (is_tag(tag, "li")) {
		begin_block(r, MARKUP_ITEM, 0);
	} else if (is_tag(tag, "td") || is_tag(tag, "th")) {
		begin_block(r, MARKUP_CELL, 0);
	} else if (is_tag(tag, "html")) {
		r->m->lang = value_of(r, tag, "lang");
		r->m->dir = value_of(r, tag, "dir");
	} else if (is_tag(tag, "p") && r->kind == MARKUP_ITEM &&
		   !str_trim(buf_str(&r->text)).n) {
		/* the paragraph of an item is the item */
	} else if (is_tag(tag, "p") || is_tag(tag, "div") ||
		   is_tag(tag, "ul") || is_tag(tag, "ol") ||
		   is_tag(tag, "table") || is_tag(tag, "tr") ||
		   is_tag(tag, "blockquote") || is_tag(tag, "pre") ||
		   is_tag(tag, "hr") || is_tag(tag, "body")) {
		begin_block(r, MARKUP_PARAGRAPH, 0);
	}
}

static void close_tag(struct reading *r, struct str tag)
{
	leave(r, name_of(tag));
	if (is_tag(tag, "a"))
		end_link(r);
	else if (is_tag(tag, "strong") || is_tag(tag, "b"))
		strong(r, false);
	else if (is_tag(tag, "head") || is_tag(tag, "title"))
		buf_reset(&r->text);
	else if (is_tag(tag, "p") || is_tag(tag, "div") || is_tag(tag, "li") ||
		 is_tag(tag, "td") || is_tag(tag, "th") || is_tag(tag, "pre") ||
		 is_tag(tag, "ul") || is_tag(tag, "ol") ||
		 is_tag(tag, "blockquote") ||
		 (tag.n >= 2 && ascii_lower(tag.p[0]) == 'h' &&
		     ascii_is_digit(tag.p[1])))
		begin_block(r, MARKUP_PARAGRAPH, 0);
}

static void add_text(struct reading *r, struct str s)
{
	struct buf b = BUF_INIT(2 * s.n + 16);

	markup_unescape(s, &b);
	see(r, buf_str(&b));
	if (!r->strong && str_trim(buf_str(&b)).n)
		r->plain = true;
	buf_add(&r->text, buf_str(&b));
	if (r->in_link)
		buf_add(&r->link, buf_str(&b));
	buf_release(&b);
}

/* What stands between <style> and </style> is no text. */
static struct str skip_raw(struct reading *r, struct str s, struct str tag)
{
	static const char *const raw[] = {"style", "script"};
	struct str end, all = s;

	for (size_t i = 0; i < ARRAY_SIZE(raw); i++) {
		if (!is_tag(tag, raw[i]))
			continue;
		end = i ? S("</script") : S("</style");
		while (s.n && !str_istarts(s, end))
			s = str_from(s, 1);
		if (!i)
			concealed_sheet(
			    &r->sheet, str_sub(all, 0, all.n - s.n));
	}
	return s;
}

void markup_read(struct str s, struct arena *a, struct markup *ret)
{
	struct reading *r = mem_zalloc(sizeof(*r));

	*r = (struct reading){.m = ret,
	    .a = a,
	    .text = BUF_INIT(LIMIT_LETTER),
	    .link = BUF_INIT(64 * KiB)};
	*ret = (struct markup){0};
	while (s.n) {
		ptrdiff_t at = str_chr(s, '<'), end;
		struct str tag;

		if (at != 0) {
			add_text(r, at < 0 ? s : str_sub(s, 0, (size_t)at));
			s = at < 0 ? STR_NONE : str_from(s, (size_t)at);
			continue;
		}
		if (str_starts(s, S("<!--"))) {
			end = str_find(s, S("-->"));
			s = end < 0 ? STR_NONE : str_from(s, (size_t)end + 3);
			continue;
		}
		end = str_chr(s, '>');
		tag = end < 0 ? str_from(s, 1) : str_sub(s, 1, (size_t)end - 1);
		s = end < 0 ? STR_NONE : str_from(s, (size_t)end + 1);
		if (str_starts(tag, S("/")))
			close_tag(r, str_from(tag, 1));
		else
			open_tag(r, tag);
		s = skip_raw(r, s, tag);
	}
	end_link(r);
	end_block(r);
	buf_release(&r->text);
	buf_release(&r->link);
	free(r);
}
