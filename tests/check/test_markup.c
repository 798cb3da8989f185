#include "check/facts_content.h"
#include "t.h"

static void a_page_is_blocks_and_links(void **state)
{
	struct arena a = ARENA_INIT(4 * MiB);
	struct markup m;

	markup_read(
	    S("<html lang=\"de\" dir=rtl><head><title>T</title><style>p {x}"
	      "</style></head><body><h2>What &amp; why</h2><p><strong>Bold"
	      "</strong> and <a href=\"https://x.example/?a=1&amp;b=2\">a "
	      "link</a>.</p><ul><li>One</li><li><p>Two</p></li></ul></body>"),
	    &a, &m);
	t_str(m.lang, "de");
	t_str(m.dir, "rtl");
	t_int(m.blocks, 4);
	t_int(m.block[0].kind, MARKUP_HEADING);
	t_str(m.block[0].text, "What & why");
	t_str(m.block[1].text, "Bold and a link.");
	t_int(m.block[1].bold, 4);
	t_int(m.block[3].kind, MARKUP_ITEM);
	t_int(m.links, 1);
	t_str(m.link[0].target, "https://x.example/?a=1&b=2");
	t_str(m.link[0].text, "a link");
	t_int(m.hidden.n, 0);
	arena_release(&a);
}

static void what_is_hidden_fetched_or_asked_is_seen(void **state)
{
	struct arena a = ARENA_INIT(4 * MiB);
	struct markup m;

	markup_read(S("<p style='Display : None'>x<img src=cid:1>"
		      "<img src=https://x.example/o.gif><input name=ssn>"),
	    &a, &m);
	t_true(m.hidden.n > 0, "hidden");
	t_str(m.remote, "https://x.example/o.gif");
	t_int(m.images, 2);
	t_true(m.forms, "a form");
	arena_release(&a);
}

static void hidden_text_is_seen_however_it_is_hidden(void **state)
{
	static const struct {
		const char *html;
		bool hides;
	} c[] = {
	    {"<p style='display:none'>x</p>", true},
	    {"<p STYLE=\"Visibility : hidden !important\">x</p>", true},
	    {"<span style='font-size:0'>x</span>", true},
	    {"<span style='font-size: 1px; color: #123'>x</span>", true},
	    {"<span style='opacity:0.0'>x</span>", true},
	    {"<p hidden>x</p>", true},
	    {"<div style='max-height:0;overflow:hidden'>x</div>", true},
	    {"<div style='overflow:hidden;height:0px'>x</div>", true},
	    {"<div style='position:absolute;left:-9999px'>x</div>", true},
	    {"<div style='text-indent:-999em'>x</div>", true},
	    {"<div style='clip:rect(0,0,0,0)'>x</div>", true},
	    {"<div style='mso-hide:all'>x</div>", true},
	    {"<span style='color:#fff'>x</span>", true},
	    {"<span style='color: #fdfdfd'>x</span>", true},
	    {"<font color=white>x</font>", true},
	    {"<span style='color:rgba(0,0,0,0)'>x</span>", true},
	    {"<span style='color:transparent'>x</span>", true},
	    {"<td bgcolor='#000000'><span style='color:black'>x</span></td>",
		true},
	    {"<style>.pre{display:none}</style><p class='a pre'>x</p>", true},
	    {"<style>b, #q {font-size:0}</style><i id=q>x</i>", true},
	    {"<div style='display:none'><p>.</p><b>x</b></div>", true},
	    /* and honest ones */
	    {"<p style='display:block'>x</p>", false},
	    {"<div style='display:none'>&nbsp;&zwnj; </div>x", false},
	    {"<div style='display:none'></div><p>x</p>", false},
	    {"<img style='display:none' src=cid:x>x", false},
	    {"<p hidden><p>x", false},
	    {"<td style='background:#036;color:#fff'>x</td>", false},
	    {"<td bgcolor=black><font color=white>x</font></td>", false},
	    {"<div style='font-size:0'><p style='font-size:14px'>x</p></div>",
		false},
	    {"<div style='height:0'>x</div>", false},
	    {"<p style='opacity:0.9;font-size:11px;left:-3px'>x</p>", false},
	    {"<style>@media print {p {display:none}}</style><p>x</p>", false},
	    {"<style>.pre{display:none}</style><p class=prefix>x</p>", false},
	    {"<div style=\"background:url('a')\"><b style='color:#fff'>x</b>"
	     "</div>",
		false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct arena a = ARENA_INIT(4 * MiB);
		struct markup m;

		markup_read(str_of(c[i].html), &a, &m);
		t_true((m.hidden.n > 0) == c[i].hides, "%s: %.*s", c[i].html,
		    STR_ARG(m.hidden));
		if (c[i].hides)
			t_true(m.hidden_text.n == 1, "%s", c[i].html);
		arena_release(&a);
	}
}

static void broken_pages_end(void **state)
{
	static const char *const c[] = {"<", "<a", "<a href=\"", "<!--", "&#",
	    "&#x110000;", "<style>", "</", "<p><<<>>", "<a href=x>", "&;",
	    "<style>{", "<style>a{b:", "<p style='color:rgb('>",
	    "<p style='font-size:-'>", "<p style=;:;:>"};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct arena a = ARENA_INIT(4 * MiB);
		struct markup m;

		markup_read(str_of(c[i]), &a, &m);
		t_true(m.blocks <= 1, "%s", c[i]);
		arena_release(&a);
	}
}

static void what_looks_like_a_heading_is_one(void **state)
{
	static const struct {
		const char *html;
		bool heading;
	} c[] = {
	    {"<p><strong>What Happened?</strong></p>", true},
	    {"<p><strong>What Happened.</strong> On Monday.</p>", true},
	    {"<p>What Happened:</p>", true},
	    {"<p>| What Happened | On Monday we saw it. |</p>", true},
	    {"<p>What Happened\nOn Monday we saw it, and it was bad.</p>",
		true},
	    {"<p>On Monday we saw what happened.</p>", false},
	    {"<li>What happened</li>", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct arena a = ARENA_INIT(4 * MiB);
		struct markup m;
		struct prose p;

		markup_read(str_of(c[i].html), &a, &m);
		content_prose(&m, &a, &p);
		t_true(p.blocks && (p.block[0].heading > 0) == c[i].heading,
		    "%s", c[i].html);
		arena_release(&a);
	}
}

static void markdown_that_is_dropped_is_seen(void **state)
{
	struct arena a = ARENA_INIT(4 * MiB);
	struct content_source s;

	content_source_read(S("Text <https://x.example> <a@b.example>\n"
			      "`<b>` \\<i> <!-- <p> -->\n"),
	    &a, &s);
	t_int(s.raw.n, 0);
	t_int(s.images, 0);
	content_source_read(
	    S("a\n\n<table>\n\n![x](cid:1) ![y][r]\n\n[r]: //x.example/y\n"),
	    &a, &s);
	t_str(s.raw, "table");
	t_int(s.raw_line, 3);
	t_int(s.images, 2);
	t_str(s.remote, "//x.example/y");
	t_int(s.remote_line, 5);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_page_is_blocks_and_links),
	    T(what_is_hidden_fetched_or_asked_is_seen),
	    T(hidden_text_is_seen_however_it_is_hidden),
	    T(broken_pages_end),
	    T(what_looks_like_a_heading_is_one),
	    T(markdown_that_is_dropped_is_seen),
	};
	return t_run("markup", tests);
}
