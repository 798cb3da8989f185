#include "report/html.h"
#include "t.h"

static void is_escaped(const char *text, size_t n, const char *want)
{
	struct buf out = BUF_INIT(4096);

	html_text(&out, str_make(text, n));
	t_str(buf_str(&out), want);
	buf_release(&out);
}

static void text_can_not_end_what_it_stands_in(void **state)
{
	static const struct {
		const char *text, *want;
	} c[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"</script><script>", "&lt;/script&gt;&lt;script&gt;"},
	    {"\" onload='x'", "&quot; onload=&#39;x&#39;"},
	    {"a & b &amp; c", "a &amp; b &amp;amp; c"},
	    {"&&", "&amp;&amp;"},
	    {"M\xc3\xbcller", "M\xc3\xbcller"},
	    {"bad \xff\xc3", "bad \xef\xbf\xbd\xef\xbf\xbd"},
	    {"a\x1b[0m\r\nb", "a [0m  b"},
	    {"\xe2\x80\xae"
	     "gnp.exe",
		" gnp.exe"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		is_escaped(c[i].text, strlen(c[i].text), c[i].want);
	is_escaped("a\0<", 3, "a &lt;");
}

static void numbers_have_groups(void **state)
{
	static const struct {
		uint64_t v;
		const char *want;
	} c[] = {{0, "0 people"}, {1, "1 person"}, {999, "999 people"},
	    {1000, "1,000 people"}, {1002003, "1,002,003 people"},
	    {UINT64_MAX, "18,446,744,073,709,551,615 people"}};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct buf out = BUF_INIT(256);

		html_count(&out, c[i].v, "person", "people");
		t_str(buf_str(&out), c[i].want);
		buf_release(&out);
	}
}

static void dates_are_in_words(void **state)
{
	struct buf out = BUF_INIT(256);
	usec_t t;

	t_true(clock_parse_iso(S("2026-11-03T14:05:00Z"), &t));
	html_date(&out, t, true);
	t_str(buf_str(&out), "<time datetime=\"2026-11-03T14:05:00Z\">"
			     "3 November 2026, 14:05 UTC</time>");
	buf_reset(&out);
	t_true(clock_parse_iso(S("2027-01-20"), &t));
	html_plain_date(&out, t, false);
	t_str(buf_str(&out), "20 January 2027");
	buf_release(&out);
}

static void cells_name_their_column(void **state)
{
	static const char *const heads[] = {"A \"b\"", "C"};
	struct buf out = BUF_INIT(4096);
	struct html_table t;

	html_table_begin(&t, &out, "T & T", heads, 2);
	html_row_begin(&t);
	html_cell(&t, S("<x>"));
	html_cell_number(&t, 1234);
	html_row_end(&t);
	html_table_end(&t);
	t_has(buf_str(&out), "<caption>T &amp; T</caption>");
	t_has(buf_str(&out), "<th scope=\"col\" role=\"columnheader\">"
			     "A &quot;b&quot;</th>");
	t_has(buf_str(&out),
	    "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\" "
	    "data-label=\"A &quot;b&quot;\"><span>&lt;x&gt;</span></th>"
	    "<td role=\"cell\" data-label=\"C\"><span>1,234</span></td></tr>");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(text_can_not_end_what_it_stands_in),
	    T(numbers_have_groups),
	    T(dates_are_in_words),
	    T(cells_name_their_column),
	};

	return t_run("html", tests);
}
