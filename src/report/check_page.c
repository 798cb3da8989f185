#include "report/check_page.h"
#include "base/utf8.h"
#include "report/check_parts.h"
#include "report/mask.h"

void check_put_text(const struct check_part *p, struct str text)
{
	struct buf masked = BUF_INIT(MiB);

	mask_addresses(p->k->facts.notice, text, &masked);
	html_text(p->out, buf_str(&masked));
	buf_release(&masked);
}

const char *check_state_name(enum rule_state s)
{
	switch (s) {
	case RULE_NOT_JUDGED: return "does not apply";
	case RULE_PASSED: return "passed";
	case RULE_INFO: return "for information";
	case RULE_UNCHECKED: return "could not be checked";
	case RULE_WARNS: return "to read";
	case RULE_OVERRIDDEN: return "overridden";
	case RULE_BLOCKS: return "blocks";
	}
	BUG("no such state");
}

const char *check_state_class(enum rule_state s)
{
	switch (s) {
	case RULE_NOT_JUDGED: return "none";
	case RULE_PASSED: return "pass";
	case RULE_INFO: return "info";
	case RULE_UNCHECKED: return "unchecked";
	case RULE_WARNS: return "warn";
	case RULE_OVERRIDDEN: return "over";
	case RULE_BLOCKS: return "block";
	}
	BUG("no such state");
}

/* ---- head */

static struct str org_of(const struct notice *n)
{
	return n->org_name.n ? n->org_name : S("(no organisation named)");
}

static struct str title_of(const struct notice *n)
{
	return n->title.n ? n->title : S("(no title)");
}

/* A string in a style sheet: what is no letter or digit is written as its code
 * point, so that it can end neither the string nor the element. */
static void put_css_string(const struct check_part *p, struct str s)
{
	struct buf clean = BUF_INIT(64 * KiB);
	struct str rest;

	utf8_add_clean(&clean, s);
	rest = buf_str(&clean);
	while (rest.n) {
		uint32_t code;
		size_t n = utf8_next(rest, &code);

		if (n == 1 && ascii_is_alnum(rest.p[0]))
			buf_addc(p->out, rest.p[0]);
		else
			buf_addf(p->out, "\\%06x", (unsigned)code);
		rest = str_from(rest, n);
	}
	buf_release(&clean);
}

/* Title, date and page number on each sheet of paper. */
static void put_margins(const struct check_part *p)
{
	const struct notice *n = p->k->facts.notice;
	struct buf date = BUF_INIT(64);

	html_plain_date(&date, p->k->facts.now, true);
	buf_addz(p->out, "@page{@top-left{font:8pt sans-serif;content:\"");
	put_css_string(p, org_of(n));
	buf_addz(p->out, ": ");
	put_css_string(p, title_of(n));
	buf_addz(
	    p->out, "\"}@top-right{font:8pt sans-serif;content:\"Checked ");
	put_css_string(p, buf_str(&date));
	buf_addz(p->out,
	    "\"}@bottom-left{font:8pt sans-serif;content:\"Not legal advice\"}"
	    "@bottom-right{font:8pt sans-serif;content:counter(page) \" / \" "
	    "counter(pages)}}\n");
	buf_release(&date);
}

static void put_head(const struct check_part *p)
{
	const struct notice *n = p->k->facts.notice;

	buf_addz(p->out,
	    "<!DOCTYPE html>\n"
	    "<html lang=\"en\">\n"
	    "<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<meta name=\"robots\" content=\"noindex\">\n"
	    "<meta name=\"referrer\" content=\"no-referrer\">\n"
	    "<title>Check: ");
	html_text(p->out, title_of(n));
	buf_addz(p->out, " (");
	html_text(p->out, org_of(n));
	buf_addz(p->out, ")</title>\n<style>\n");
	buf_addz(p->out, check_style);
	put_margins(p);
	buf_addz(p->out, "</style>\n</head>\n<body>\n");
}

static void put_fact(const struct check_part *p, const char *name)
{
	buf_addf(p->out, "<div><dt>%s</dt><dd>", name);
}

static void put_long_fact(const struct check_part *p, const char *name)
{
	buf_addf(p->out, "<div class=\"wide\"><dt>%s</dt><dd>", name);
}

static void end_fact(const struct check_part *p)
{
	buf_addz(p->out, "</dd></div>\n");
}

static void put_page_address(const struct check_part *p, struct str url)
{
	put_long_fact(p, "Page");
	if (str_istarts(url, S("https://"))) {
		buf_addz(p->out, "<a rel=\"noreferrer\" href=\"");
		html_text(p->out, url);
		buf_addz(p->out, "\">");
		html_text(p->out, url);
		buf_addz(p->out, "</a>");
	} else {
		html_text(p->out, url);
	}
	end_fact(p);
}

static void put_discovered(const struct check_part *p)
{
	struct str text = p->k->facts.notice->discovered;
	usec_t t;

	put_fact(p, "Discovered");
	if (clock_parse_iso(text, &t))
		html_date(p->out, t, text.n > 10);
	else
		buf_addz(p->out, "not said in notice.ini");
	end_fact(p);
}

static void put_audience(const struct check_part *p)
{
	const struct check_facts *x = &p->k->facts;

	put_fact(p, "People");
	if (!x->has_audience)
		buf_addz(p->out, "no list was imported");
	else if (!x->list.people)
		buf_addz(p->out, "not counted");
	else
		html_number(p->out, x->list.people);
	end_fact(p);
}

static void put_header(const struct check_part *p)
{
	const struct notice *n = p->k->facts.notice;

	buf_addz(p->out, "<header>\n");
	html_element(p->out, "p", "org", org_of(n));
	html_element(p->out, "h1", NULL, title_of(n));
	buf_addz(p->out, "\n<dl class=\"facts\">\n");
	put_fact(p, "Checked");
	html_date(p->out, p->k->facts.now, true);
	end_fact(p);
	put_fact(p, "Kind");
	html_text(p->out, str_of(notice_kind_name(n->kind)));
	end_fact(p);
	put_discovered(p);
	put_audience(p);
	if (n->from_address.n) {
		put_long_fact(p, "Sender");
		html_text(p->out, n->from_name);
		buf_addz(p->out, " &lt;");
		html_text(p->out, n->from_address);
		buf_addz(p->out, "&gt;");
		end_fact(p);
	}
	if (n->canonical_url.n)
		put_page_address(p, n->canonical_url);
	buf_addz(p->out, "</dl>\n</header>\n");
}

/* ---- the verdict: one line, and what to do now */

static void put_also(const struct check_part *p, size_t v, const char *what)
{
	if (!v)
		return;
	buf_addz(p->out, "; ");
	html_number(p->out, v);
	buf_addf(p->out, " %s", what);
}

static const char *verdict_class(const struct check_part *p)
{
	if (p->n.blocks)
		return "block";
	return p->n.warns || p->n.unchecked ? "warn" : "pass";
}

static const char *advice(const struct check_part *p)
{
	if (p->n.blocks)
		return "\xe2\x80\x9ctocsin send\xe2\x80\x9d refuses until each "
		       "is mended, or two people override it with a reason.";
	if (p->n.troubles)
		return "A question got no answer. Run the check again before "
		       "anybody approves.";
	if (p->n.warns || p->n.unchecked)
		return "Nothing here stops the notice. Somebody should read "
		       "the rest and decide.";
	return "Nothing is left to mend. The roles named in notice.ini can "
	       "approve.";
}

static void put_verdict(const struct check_part *p)
{
	buf_addf(
	    p->out, "<section class=\"verdict %s\">\n<h2>", verdict_class(p));
	if (p->n.blocks) {
		html_count(p->out, p->n.blocks, "thing stops this notice",
		    "things stop this notice");
		put_also(p, p->n.warns, "to read");
	} else {
		buf_addz(p->out, "Nothing blocks");
		put_also(p, p->n.warns,
		    p->n.warns == 1 ? "thing to read" : "things to read");
	}
	put_also(p, p->n.unchecked, "could not be checked");
	put_also(p, p->n.overridden, "overridden");
	buf_addz(p->out, ".</h2>\n");
	html_element(p->out, "p", NULL, str_of(advice(p)));
	buf_addz(p->out, "\n</section>\n");
}

static void put_footer(const struct check_part *p)
{
	buf_addz(p->out,
	    "<footer>\n"
	    "<p><strong>Not legal advice.</strong> Laws, deadlines and what "
	    "they ask for come from a dated table that can be wrong or out of "
	    "date; counsel must read the sources named beside them.</p>\n"
	    "<p>Made by <code>tocsin check</code>, ");
	html_date(p->out, p->k->facts.now, true);
	buf_addz(p->out,
	    ". It says how things stood then; a change of the text, the "
	    "settings, the list or DNS can change it. No whole address of a "
	    "recipient is in this page.</p>\n"
	    "</footer>\n");
}

void report_check_page(const struct check *k, struct buf *out)
{
	struct check_part p = {
	    .k = k, .out = out, .n = findings_tally(k->findings)};

	put_head(&p);
	put_header(&p);
	buf_addz(out, "<main>\n");
	put_verdict(&p);
	check_put_summary(&p);
	check_put_findings(&p);
	check_put_overrides(&p);
	check_put_deadlines(&p);
	check_put_people(&p);
	check_put_passed(&p);
	buf_addz(out, "</main>\n");
	put_footer(&p);
	buf_addz(out, "</body>\n</html>\n");
}
