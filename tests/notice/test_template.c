#include "made.h"
#include "t.h"

static struct letter_template *compile(const char *subject, struct str text)
{
	struct notice n = made_notice(subject);
	struct letter_template *t = NULL;
	struct err e = {0};

	t_ok(letter_template_compile(&n, text, "message.md", STR_NONE, S("en"),
		 made_columns, 3, &t, &e),
	    &e);
	return t;
}

static int refused(const char *subject, struct str text, struct err *e)
{
	struct notice n = made_notice(subject);
	struct letter_template *t = NULL;
	int rc = letter_template_compile(
	    &n, text, "message.md", STR_NONE, STR_NONE, made_columns, 3, &t, e);

	letter_template_free(t);
	return rc;
}

/* Both parts, decoded; of the HTML what stands in the <div>. */
static void render(struct str text, struct buf *plain, struct buf *html)
{
	struct letter_template *t = compile("Hello", text);
	struct buf out = BUF_INIT(LIMIT_LETTER), whole = BUF_INIT(LIMIT_LETTER);
	struct str missing, s;
	struct err e = {0};
	struct made m;

	made_person(&m, S("Anna <b>"), S("a@example.org"), S("R&1"),
	    S("https://e.example/?a=1&b='x y'"), S(""));
	t_int(made_compose(t, &m, &out, &missing, &e), 1);
	buf_reset(plain);
	buf_reset(html);
	assert_true(qp_decode(made_part(buf_str(&out), 0), plain));
	assert_true(qp_decode(made_part(buf_str(&out), 1), &whole));
	s = buf_str(&whole);
	s = str_from(s, (size_t)str_find(s, S("<div")));
	s = str_from(s, (size_t)str_find(s, S(">\n")) + 2);
	buf_add(html, str_sub(s, 0, (size_t)str_find(s, S("</div>"))));
	made_release(&m);
	buf_release(&out);
	buf_release(&whole);
	letter_template_free(t);
}

static const struct {
	const char *markdown, *text, *html;
} rendered[] = {
    {"Dear {{name}},\nsecond *line*", "Dear Anna <b>,\nsecond _line_\n",
	"<p>Dear Anna &lt;b&gt;,\nsecond <em>line</em></p>\n"},
    {"# One {{ref}}\n\n## Two\n### Three\ntext",
	"One R&1\n--------\n\nTwo\n---\n\nThree\n\ntext\n",
	"<h1>One R&amp;1</h1>\n<h2>Two</h2>\n<h3>Three</h3>\n<p>text</p>\n"},
    {"- a\n- b\n  - c\n\nend", "- a\n- b\n  - c\n\nend\n",
	"<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n"
	"<p>end</p>\n"},
    {"3. a\n\n   b\n4. c", "3. a\n\n   b\n\n4. c\n",
	"<ol start=\"3\">\n<li><p>a</p>\n<p>b</p>\n</li>\n<li><p>c</p>\n"
	"</li>\n</ol>\n"},
    {"> q\n>\n> r\n\nx", "> q\n>\n> r\n\nx\n",
	"<blockquote>\n<p>q</p>\n<p>r</p>\n</blockquote>\n<p>x</p>\n"},
    {"- > q\n  > r", "- > q\n  > r\n",
	"<ul>\n<li><blockquote>\n<p>q\nr</p>\n</blockquote>\n</li>\n</ul>\n"},
    {"`{{ref}}`\n\n    code {{ref}}\n    <two>\n\n---",
	"R&1\n\n    code R&1\n    <two>\n\n* * *\n",
	"<p><code>R&amp;1</code></p>\n<pre><code>code R&amp;1\n"
	"&lt;two&gt;\n</code></pre>\n<hr>\n"},
    {"**{{ref}}** a  \nb", "*R&1* a\nb\n",
	"<p><strong>R&amp;1</strong> a<br>\nb</p>\n"},
    {"[here](https://x.example/a?b=c&d)", "here <https://x.example/a?b=c&d>\n",
	"<p><a href=\"https://x.example/a?b=c&amp;d\">here</a></p>\n"},
    {"<https://x.example/{{name}}>", "https://x.example/Anna%20%3Cb%3E\n",
	"<p><a href=\"https://x.example/Anna%20%3Cb%3E\">"
	"https://x.example/Anna%20%3Cb%3E</a></p>\n"},
    {"<help@example.com>", "help@example.com\n",
	"<p><a href=\"mailto:help@example.com\">help@example.com</a></p>\n"},
    {"[x]({{url}})", "x <https://e.example/?a=1&b=%27x%20y%27>\n",
	"<p><a href=\"https://e.example/?a=1&amp;b=%27x%20y%27\">x</a></p>\n"},
    {"[x]({{city|https://d.example/}})", "x <https://d.example/>\n",
	"<p><a href=\"https://d.example/\">x</a></p>\n"},
    {"[x](javascript:alert(1)) ![cat](https://t.example/p.gif)", "x cat\n",
	"<p>x cat</p>\n"},
    {"a <b onclick=\"x\">c</b> <!-- d -->\n\n<script>\nx\n</script>\n\ne",
	"a c \n\ne\n", "<p>a c </p>\n<p>e</p>\n"},
    {"&lt;i&gt; &#x202e; &#10; \\{{name}} {{city|no city}}.",
	"<i>     {{name}} no city.\n",
	"<p>&lt;i&gt;     {{name}} no city.</p>\n"},
    {"a {{city|}} b {{city|}}\n\n&#xFDD0;9&#xFDD1;", "a  b \n\n 9 \n",
	"<p>a  b </p>\n<p> 9 </p>\n"},
};

static void says_the_same_in_text_and_html(void **state)
{
	struct buf text = BUF_INIT(64 * KiB), html = BUF_INIT(64 * KiB);

	for (size_t i = 0; i < ARRAY_SIZE(rendered); i++) {
		render(str_of(rendered[i].markdown), &text, &html);
		t_str(buf_str(&text), rendered[i].text);
		t_str(buf_str(&html), rendered[i].html);
	}
	buf_release(&text);
	buf_release(&html);
}

static void refuses_what_can_not_be_meant(void **state)
{
	static const struct {
		const char *text, *part;
	} rows[] = {
	    {"a\n\nDear {{nmae}}",
		"message.md:3: {{nmae}}: there is no such column; the nearest "
		"is {{name}}"},
	    {"{{Ref}}", "{{ref}}"},
	    {"a\n{{name", "message.md:2: \"{{\" is not closed"},
	    {"{{name\n}}", "message.md:1: \"{{\" is not closed"},
	    {"{{ a {{name}}", "not closed"},
	    {"{{}}", "write {{column}}"},
	    {"{{ |x}}", "write {{column}}"},
	    {"[a](https://{{ref}}/)", "can not make up where a link goes"},
	    {"[a](https://x{{ref}}?q)", "can not make up where a link goes"},
	    {"[a]({{url}}/x)", "can not make up where a link goes"},
	    {"[a]({{url|x}})", "must begin with https://"},
	    {"a\n\n[a](www.example.com)", "message.md:3: the link target"},
	    {"[a](https:///x)", "the link target"},
	    {"", "says nothing"},
	    {"<!-- only -->", "says nothing"},
	    {"a\n\xff", "message.md:2: byte 0xFF is not UTF-8"},
	};
	struct err e = {0};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_fails(refused("Hello", str_of(rows[i].text), &e), &e,
		    ERR_INPUT, rows[i].part);
	t_fails(refused("", S("x"), &e), &e, ERR_INPUT, "subject is missing");
	t_fails(refused("a {{b}}", S("x"), &e), &e, ERR_INPUT,
	    "notice.ini [message] subject:1: {{b}}");
}

static void has_limits(void **state)
{
	struct buf text = BUF_INIT(2 * LIMIT_TEMPLATE);
	struct err e = {0};
	struct str columns[300];
	char names[300][8];
	struct notice n = made_notice("x");
	struct letter_template *t = NULL;

	while (text.len <= LIMIT_TEMPLATE)
		buf_add(&text, S("0123456789abcde\n"));
	t_fails(
	    refused("Hello", buf_str(&text), &e), &e, ERR_LIMIT, "message.md");
	buf_reset(&text);
	for (int i = 0; i < 40; i++)
		buf_add(&text, S("> "));
	buf_addc(&text, 'x');
	t_fails(refused("Hello", buf_str(&text), &e), &e, ERR_LIMIT, "nested");
	buf_reset(&text);
	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		snprintf(names[i], sizeof(names[i]), "c%zu", i);
		columns[i] = str_of(names[i]);
		buf_addf(&text, "{{c%zu}} ", i);
	}
	t_fails(letter_template_compile(&n, buf_str(&text), "message.md", S(""),
		    STR_NONE, columns, 300, &t, &e),
	    &e, ERR_LIMIT, "256 different fields");
	buf_release(&text);
}

static void asks_for_a_sender(void **state)
{
	struct notice n = made_notice("x");
	struct letter_template *t = NULL;
	struct err e = {0};

	n.from_address = STR_NONE;
	t_fails(letter_template_compile(
		    &n, S("x"), "message.md", S(""), S(""), NULL, 0, &t, &e),
	    &e, ERR_INPUT, "[from] address is missing");
	n.from_address = S("j\xc3\xb6rg@example.com");
	t_fails(letter_template_compile(
		    &n, S("x"), "message.md", S(""), S(""), NULL, 0, &t, &e),
	    &e, ERR_INPUT, "RFC 6531");
}

static const char kept_text[] =
    "# Dear {{name|customer}}\n\nSee [this](https://x.example/{{ref}}), "
    "[that]({{url}}) & {{city|Z\xc3\xbcrich}}; {{code}}.\n";

static void kept_bytes_make_the_same_template(void **state)
{
	struct letter_template *t =
	    compile("Hello {{name|you}}", str_of(kept_text));
	struct letter_template *u = NULL;
	struct buf a = BUF_INIT(MiB), b = BUF_INIT(MiB);
	struct str missing;
	struct err e = {0};
	struct made m;

	letter_template_format(t, &a);
	t_ok(letter_template_parse(buf_str(&a), &u, &e), &e);
	letter_template_format(u, &b);
	t_eq(buf_str(&b), buf_str(&a));
	made_person(&m, S("J\xc3\xb6rg"), S("a@example.org"), S("R1"),
	    S("http://e.example/"), S(""));
	buf_reset(&a);
	buf_reset(&b);
	t_int(made_compose(t, &m, &a, &missing, &e), 1);
	t_int(made_compose(u, &m, &b, &missing, &e), 1);
	t_eq(buf_str(&b), buf_str(&a));
	made_release(&m);
	buf_release(&a);
	buf_release(&b);
	letter_template_free(t);
	letter_template_free(u);
}

static void damaged_bytes_are_refused_or_harmless(void **state)
{
	struct letter_template *t = compile("Hello", str_of(kept_text)), *u;
	struct buf a = BUF_INIT(MiB), out = BUF_INIT(LIMIT_LETTER);
	struct rand_seq r;
	struct str missing;
	struct err e = {0};
	struct made m;
	int refused_count = 0;

	made_person(&m, S("Anna"), S("a@example.org"), S("R1"),
	    S("http://e.example/"), S(""));
	letter_template_format(t, &a);
	for (size_t n = 0; n < a.len; n++)
		t_true(letter_template_parse(str_make(a.p, n), &u, &e) < 0,
		    "cut at %zu", n);
	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 3000; i++) {
		size_t at = rand_seq_below(&r, a.len);
		char was = a.p[at];

		a.p[at] = (char)rand_seq_below(&r, 256);
		buf_reset(&out);
		if (letter_template_parse(buf_str(&a), &u, &e) < 0) {
			refused_count++;
		} else {
			made_compose(u, &m, &out, &missing, &e);
			letter_template_free(u);
		}
		a.p[at] = was;
	}
	assert_true(refused_count > 0);
	made_release(&m);
	buf_release(&a);
	buf_release(&out);
	letter_template_free(t);
}

static void golden_person(struct made *m)
{
	made_person(m, S("J\xc3\xb6rg \"Jo\" <Doe>"), S("jo@example.org"),
	    S(".R-1 & co"), S("https://e.example/?a=b&c"), S(""));
}

/* Templates are kept in databases: these bytes must be read, and give this
 * letter, in every version to come. */
static void a_template_of_version_1_gives_its_letter_for_ever(void **state)
{
	struct buf kept = BUF_INIT(MiB), want = BUF_INIT(MiB);
	struct buf got = BUF_INIT(MiB), path = BUF_INIT(KiB);
	struct letter_template *t = NULL;
	struct str missing;
	struct err e = {0};
	struct made m;

	buf_addf(&path, "%s/letter.v1", getenv("TOCSIN_GOLDEN"));
	t_ok(buf_read_file(&kept, buf_cstr(&path), &e), &e);
	buf_addz(&path, ".eml");
	t_ok(buf_read_file(&want, buf_cstr(&path), &e), &e);
	t_ok(letter_template_parse(buf_str(&kept), &t, &e), &e);
	golden_person(&m);
	t_int(made_compose(t, &m, &got, &missing, &e), 1);
	t_eq(buf_str(&got), buf_str(&want));
	made_release(&m);
	buf_release(&kept);
	buf_release(&want);
	buf_release(&got);
	buf_release(&path);
	letter_template_free(t);
}

/* test_notice_template --make DIR writes both files of a new version. */
static int make_golden(const char *dir)
{
	struct letter_template *t =
	    compile("Hello {{name|you}}", str_of(kept_text));
	struct buf a = BUF_INIT(MiB), b = BUF_INIT(MiB);
	struct str missing;
	struct err e = {0};
	struct made m;

	golden_person(&m);
	letter_template_format(t, &a);
	made_compose(t, &m, &b, &missing, &e);
	t_write(dir, "letter.v1", buf_str(&a));
	t_write(dir, "letter.v1.eml", buf_str(&b));
	made_release(&m);
	buf_release(&a);
	buf_release(&b);
	letter_template_free(t);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    T(says_the_same_in_text_and_html),
	    T(refuses_what_can_not_be_meant),
	    T(has_limits),
	    T(asks_for_a_sender),
	    T(kept_bytes_make_the_same_template),
	    T(damaged_bytes_are_refused_or_harmless),
	    T(a_template_of_version_1_gives_its_letter_for_ever),
	};

	if (argc == 3 && strcmp(argv[1], "--make") == 0)
		return make_golden(argv[2]);
	return t_run("template", tests);
}
