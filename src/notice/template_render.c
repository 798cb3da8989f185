/* Markdown to text and HTML that say the same: cmark reads, we write.  Raw
 * HTML is dropped, as in cmark's safe mode; of an image its words stay. */
#include "notice/template.h"
#include "base/utf8.h"

#include <cmark.h>

struct render {
	const struct template_scan *scan;
	const char *file;
	struct buf *text, *html;
	cmark_iter *iter;
	struct buf prefix; /* of the text's lines: "> ", "  " */
	size_t depth, widths[TEMPLATE_DEPTH_MAX];
	unsigned gap;    /* line ends due before the next block */
	bool line_open;  /* the text's line has its prefix */
	size_t heading;  /* where its text begins */
	struct buf link; /* target of the open link, "" for none */
	struct err *e;
	int rc;
};

/* ---- with marks */

static void add_escaped(struct buf *out, struct str s)
{
	struct buf clean = BUF_INIT(3 * s.n + 1);

	utf8_add_clean(&clean, s);
	for (size_t i = 0; i < clean.len; i++) {
		switch (clean.p[i]) {
		case '&': buf_add(out, S("&amp;")); break;
		case '<': buf_add(out, S("&lt;")); break;
		case '>': buf_add(out, S("&gt;")); break;
		case '"': buf_add(out, S("&quot;")); break;
		default: buf_addc(out, clean.p[i]);
		}
	}
	buf_release(&clean);
}

static void add_marked(const struct template_scan *s, struct str text,
    enum letter_op_kind kind, struct buf *out)
{
	while (text.n) {
		size_t n = template_mark_find(text);
		uint32_t use;

		if (kind == OP_HTML)
			add_escaped(out, str_sub(text, 0, n));
		else
			utf8_add_clean(out, str_sub(text, 0, n));
		text = str_from(text, n);
		n = template_mark_next(s, text, NULL, &use);
		if (n)
			template_mark_add(out, kind, use);
		else if (text.n)
			buf_addc(out, ' '); /* a noncharacter of the author's */
		text = str_from(text, n ? n : 3);
	}
}

void template_add_html(
    const struct template_scan *s, struct str text, struct buf *out)
{
	add_marked(s, text, OP_HTML, out);
}

void template_add_text(const struct template_scan *s, struct str text,
    enum letter_op_kind kind, struct buf *out)
{
	add_marked(s, text, kind, out);
}

/* ---- the text's lines */

static struct str without_blanks(struct str s)
{
	while (s.n && s.p[s.n - 1] == ' ')
		s.n--;
	return s;
}

static void end_line(struct render *r)
{
	if (!r->line_open)
		buf_add(r->text, without_blanks(buf_str(&r->prefix)));
	buf_addc(r->text, '\n');
	r->line_open = false;
}

static void open_line(struct render *r)
{
	if (!r->line_open)
		buf_add(r->text, buf_str(&r->prefix));
	r->line_open = true;
}

/* A block begins: what the one before it left due. */
static void open_block(struct render *r)
{
	for (; r->gap; r->gap--)
		end_line(r);
	open_line(r);
}

static void text_add(struct render *r, struct str s)
{
	open_line(r);
	add_marked(r->scan, s, OP_TEXT, r->text);
}

static void both(struct render *r, struct str s)
{
	text_add(r, s);
	add_marked(r->scan, s, OP_HTML, r->html);
}

/* Lines of a code block. */
static void both_lines(struct render *r, struct str s)
{
	while (s.n) {
		struct str line = str_cut(&s, '\n');

		text_add(r, S("    "));
		both(r, line);
		buf_addc(r->html, '\n');
		if (s.n)
			end_line(r);
	}
}

static void push(struct render *r, struct str prefix)
{
	if (r->depth == TEMPLATE_DEPTH_MAX) {
		r->rc = err_set(r->e, ERR_LIMIT,
		    "%s: lists and quotes are nested more than %d deep",
		    r->file, TEMPLATE_DEPTH_MAX);
		return;
	}
	r->widths[r->depth++] = prefix.n;
	buf_add(&r->prefix, prefix);
}

static void pop(struct render *r)
{
	buf_truncate(&r->prefix, r->prefix.len - r->widths[--r->depth]);
}

/* ---- blocks */

static bool is_tight(cmark_node *paragraph)
{
	cmark_node *item = cmark_node_parent(paragraph);
	cmark_node *list = item ? cmark_node_parent(item) : NULL;

	return list && cmark_node_get_type(list) == CMARK_NODE_LIST &&
	       cmark_node_get_list_tight(list);
}

static void end_block(struct render *r, cmark_node *n)
{
	r->gap = is_tight(n) ? 1 : 2;
}

static void item(struct render *r, cmark_node *n)
{
	cmark_node *list = cmark_node_parent(n), *before;
	char marker[24] = "- ";
	char spaces[24];
	long number = cmark_node_get_list_start(list);

	if (cmark_node_get_list_type(list) == CMARK_ORDERED_LIST) {
		for (before = cmark_node_previous(n); before;
		     before = cmark_node_previous(before))
			number++;
		snprintf(marker, sizeof(marker), "%ld. ", number);
	}
	open_block(r);
	buf_addz(r->text, marker);
	memset(spaces, ' ', sizeof(spaces));
	push(r, str_make(spaces, strlen(marker)));
	buf_add(r->html, S("<li>"));
}

static void list(struct render *r, cmark_node *n, bool enter)
{
	bool ordered = cmark_node_get_list_type(n) == CMARK_ORDERED_LIST;
	int start = cmark_node_get_list_start(n);

	if (!enter) {
		buf_addz(r->html, ordered ? "</ol>\n" : "</ul>\n");
		end_block(r, n);
	} else if (ordered && start != 1) {
		buf_addf(r->html, "<ol start=\"%d\">\n", start);
	} else {
		buf_addz(r->html, ordered ? "<ol>\n" : "<ul>\n");
	}
}

static void heading(struct render *r, cmark_node *n, bool enter)
{
	int level = cmark_node_get_heading_level(n);
	size_t width;

	buf_addf(
	    r->html, "<%sh%d>%s", enter ? "" : "/", level, enter ? "" : "\n");
	if (enter) {
		open_block(r);
		r->heading = r->text->len;
		return;
	}
	width = utf8_count(str_from(buf_str(r->text), r->heading));
	if (level <= 2 && width) {
		end_line(r);
		open_line(r);
		for (size_t i = 0; i < width && i < 60; i++)
			buf_addc(r->text, '-');
	}
	end_block(r, n);
}

static void quote(struct render *r, cmark_node *n, bool enter)
{
	if (enter) {
		for (; r->gap; r->gap--)
			end_line(r);
		if (r->line_open) /* behind a list's marker */
			buf_add(r->text, S("> "));
		push(r, S("> "));
		buf_add(r->html, S("<blockquote>\n"));
	} else {
		pop(r);
		buf_add(r->html, S("</blockquote>\n"));
		end_block(r, n);
	}
}

static void paragraph(struct render *r, cmark_node *n, bool enter)
{
	bool tight = is_tight(n);

	if (enter)
		open_block(r);
	if (!tight)
		buf_addz(r->html, enter ? "<p>" : "</p>\n");
	else if (!enter && cmark_node_next(n))
		buf_addc(r->html, '\n');
	if (!enter)
		end_block(r, n);
}

static void block(struct render *r, cmark_node *n, bool enter)
{
	switch ((int)cmark_node_get_type(n)) {
	case CMARK_NODE_PARAGRAPH: paragraph(r, n, enter); break;
	case CMARK_NODE_HEADING: heading(r, n, enter); break;
	case CMARK_NODE_BLOCK_QUOTE: quote(r, n, enter); break;
	case CMARK_NODE_LIST: list(r, n, enter); break;
	case CMARK_NODE_ITEM:
		if (enter) {
			item(r, n);
			break;
		}
		pop(r);
		buf_add(r->html, S("</li>\n"));
		r->gap = r->gap ? r->gap : 1;
		break;
	case CMARK_NODE_CODE_BLOCK:
		open_block(r);
		buf_add(r->html, S("<pre><code>"));
		both_lines(r, str_of(cmark_node_get_literal(n)));
		buf_add(r->html, S("</code></pre>\n"));
		end_block(r, n);
		break;
	case CMARK_NODE_THEMATIC_BREAK:
		open_block(r);
		text_add(r, S("* * *"));
		buf_add(r->html, S("<hr>\n"));
		end_block(r, n);
		break;
	default: break; /* raw HTML */
	}
}

/* ---- inlines */

/* <https://...>, <a@b>: the words are the target. */
static bool is_autolink(cmark_node *n, struct str url)
{
	cmark_node *c = cmark_node_first_child(n);
	struct str words;

	if (!c || cmark_node_next(c) ||
	    cmark_node_get_type(c) != CMARK_NODE_TEXT)
		return false;
	words = str_of(cmark_node_get_literal(c));
	return str_eq(words, url) || (str_istarts(url, S("mailto:")) &&
					 str_eq(words, str_from(url, 7)));
}

static void autolink(struct render *r, cmark_node *n, struct str target)
{
	struct str words =
	    str_of(cmark_node_get_literal(cmark_node_first_child(n)));

	buf_addf(r->html, "<a href=\"%.*s\">", STR_ARG(target));
	if (str_istarts(words, S("http")) || template_mark_find(words) == 0) {
		open_line(r);
		buf_add(r->text, buf_str(&r->link));
		buf_add(r->html, target);
	} else {
		both(r, words);
	}
	buf_add(r->html, S("</a>"));
	buf_reset(&r->link);
	cmark_iter_reset(r->iter, n, CMARK_EVENT_EXIT);
}

static void link_begin(struct render *r, cmark_node *n)
{
	struct str url = str_of(cmark_node_get_url(n));
	struct buf target = BUF_INIT(TEMPLATE_BYTES);
	cmark_node *at = n;
	int rc;

	while (at && cmark_node_get_start_line(at) <= 0)
		at = cmark_node_parent(at);
	buf_reset(&r->link);
	rc = template_add_url(r->scan, url, r->file,
	    at ? cmark_node_get_start_line(at) : 1, &r->link, &target, r->e);
	if (rc < 0)
		r->rc = rc;
	if (rc > 0 && is_autolink(n, url))
		autolink(r, n, buf_str(&target));
	else if (rc > 0)
		buf_addf(
		    r->html, "<a href=\"%.*s\">", STR_ARG(buf_str(&target)));
	buf_release(&target);
}

static void link_end(struct render *r)
{
	if (!r->link.len)
		return;
	buf_add(r->html, S("</a>"));
	open_line(r);
	buf_add(r->text, S(" <"));
	buf_add(r->text, buf_str(&r->link));
	buf_addc(r->text, '>');
	buf_reset(&r->link);
}

static void inline_leaf(struct render *r, cmark_node *n)
{
	switch ((int)cmark_node_get_type(n)) {
	case CMARK_NODE_TEXT: both(r, str_of(cmark_node_get_literal(n))); break;
	case CMARK_NODE_CODE:
		buf_add(r->html, S("<code>"));
		both(r, str_of(cmark_node_get_literal(n)));
		buf_add(r->html, S("</code>"));
		break;
	case CMARK_NODE_SOFTBREAK:
		end_line(r);
		open_line(r);
		buf_addc(r->html, '\n');
		break;
	case CMARK_NODE_LINEBREAK:
		end_line(r);
		open_line(r);
		buf_add(r->html, S("<br>\n"));
		break;
	default: break; /* raw HTML */
	}
}

static void inlines(struct render *r, cmark_node *n, bool enter)
{
	switch ((int)cmark_node_get_type(n)) {
	case CMARK_NODE_EMPH:
		text_add(r, S("_"));
		buf_addz(r->html, enter ? "<em>" : "</em>");
		break;
	case CMARK_NODE_STRONG:
		text_add(r, S("*"));
		buf_addz(r->html, enter ? "<strong>" : "</strong>");
		break;
	case CMARK_NODE_LINK:
		if (enter)
			link_begin(r, n);
		else
			link_end(r);
		break;
	default: inline_leaf(r, n);
	}
}

int template_render(const struct template_scan *s, struct str markdown,
    const char *file, struct buf *text, struct buf *html, struct err *e)
{
	cmark_node *root = cmark_parse_document(
	    markdown.n ? markdown.p : "", markdown.n, CMARK_OPT_DEFAULT);
	struct render r = {.scan = s,
	    .file = file,
	    .text = text,
	    .html = html,
	    .prefix = BUF_INIT(KiB),
	    .link = BUF_INIT(TEMPLATE_BYTES),
	    .e = e};
	cmark_event_type event;

	if (!root)
		return err_set(e, ERR_NOMEM, "%s: no memory", file);
	r.iter = cmark_iter_new(root);
	while (r.rc == 0 &&
	       (event = cmark_iter_next(r.iter)) != CMARK_EVENT_DONE) {
		cmark_node *n = cmark_iter_get_node(r.iter);
		cmark_node_type type = cmark_node_get_type(n);

		if (type >= CMARK_NODE_FIRST_BLOCK &&
		    type <= CMARK_NODE_LAST_BLOCK)
			block(&r, n, event == CMARK_EVENT_ENTER);
		else
			inlines(&r, n, event == CMARK_EVENT_ENTER);
		if (text->over || html->over)
			r.rc = err_set(e, ERR_LIMIT,
			    "%s: makes a mail above %lu bytes", file,
			    TEMPLATE_BYTES);
	}
	if (r.rc == 0 && r.line_open)
		buf_addc(text, '\n');
	cmark_iter_free(r.iter);
	cmark_node_free(root);
	buf_release(&r.prefix);
	buf_release(&r.link);
	return r.rc;
}
