/* Deadlines: the earliest on a line of time, all of them in a table. */
#include "report/check_parts.h"

#define WIDTH    360u
#define TOP      24u
#define PITCH    44u
#define ROWS_MAX 8u
#define DAY      (24 * USEC_PER_HOUR)
#define SOON     (7 * DAY)

static const char *who_text(enum law_who w)
{
	switch (w) {
	case LAW_INDIVIDUALS: return "people";
	case LAW_REGULATOR: return "authority";
	case LAW_CRA: return "credit bureaus";
	}
	BUG("nobody to be told");
}

static const char *class_of(const struct check_part *p, usec_t deadline)
{
	usec_t left = deadline - p->k->facts.now;

	if (left < 0)
		return "block";
	return left < SOON ? "warn" : "pass";
}

/* "in 12 days", "today", "3 days ago" */
static void put_distance(struct buf *out, usec_t now, usec_t t)
{
	int64_t days = t / DAY - now / DAY;

	if (days == 0)
		buf_addz(out, "today");
	else if (days > 0)
		buf_addf(out, "in %lld day%s", (long long)days,
		    days == 1 ? "" : "s");
	else
		buf_addf(out, "%lld day%s ago", (long long)-days,
		    days == -1 ? "" : "s");
}

/* ---- the chart */

struct axis {
	usec_t from, to;
};

static unsigned place_of(const struct axis *a, usec_t t)
{
	if (t <= a->from || a->to <= a->from)
		return 4;
	if (t >= a->to)
		return WIDTH - 8;
	return 4 + (unsigned)((double)(t - a->from) /
			      (double)(a->to - a->from) * (WIDTH - 12));
}

static struct axis axis_of(
    const struct check_part *p, const struct law_duty *const *row, size_t n)
{
	struct axis a = {.from = p->k->facts.now, .to = p->k->facts.now};
	usec_t discovered;

	if (clock_parse_iso(p->k->facts.notice->discovered, &discovered) &&
	    discovered < a.from)
		a.from = discovered;
	for (size_t i = 0; i < n; i++) {
		if (row[i]->deadline < a.from)
			a.from = row[i]->deadline;
		if (row[i]->deadline > a.to)
			a.to = row[i]->deadline;
	}
	if (p->finish > a.to)
		a.to = p->finish;
	a.to += DAY;
	return a;
}

static void put_row(const struct check_part *p, const struct axis *a,
    const struct law_duty *d, unsigned y)
{
	const char *class = class_of(p, d->deadline);
	unsigned x = place_of(a, d->deadline);

	buf_addf(p->out, "<text x=\"0\" y=\"%u\" class=\"minor %s\">", y + 11,
	    class);
	html_plain_date(p->out, d->deadline, false);
	buf_addz(p->out, " (");
	put_distance(p->out, p->k->facts.now, d->deadline);
	buf_addz(p->out, ")</text>\n");
	buf_addf(p->out, "<text x=\"0\" y=\"%u\" class=\"minor\">", y + 25);
	html_text(p->out, str_sub(d->name, 0, 40));
	buf_addf(p->out, ": %s%s</text>\n", who_text(d->who),
	    d->applies == LAW_IF ? ", if it applies" : "");
	buf_addf(p->out,
	    "<line class=\"bar\" x1=\"4\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>"
	    "<circle class=\"due %s\" cx=\"%u\" cy=\"%u\" r=\"6\"/>\n",
	    x, y + 34, y + 34, class, x, y + 34);
}

static void put_mark(const struct check_part *p, const char *class,
    const char *text, unsigned x, unsigned height)
{
	bool left = x < WIDTH / 2;

	buf_addf(p->out,
	    "<line class=\"%s\" x1=\"%u\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>"
	    "<text class=\"minor\" x=\"%u\" y=\"12\" text-anchor=\"%s\">%s"
	    "</text>\n",
	    class, x, x, 16u, height, x, left ? "start" : "end", text);
}

static void put_chart(
    const struct check_part *p, const struct law_duty *const *row, size_t n)
{
	struct axis a = axis_of(p, row, n);
	unsigned height = TOP + (unsigned)n * PITCH + 4;

	buf_addf(p->out,
	    "<figure>\n<svg class=\"chart\" viewBox=\"0 0 %u %u\" role=\"img\" "
	    "aria-label=\"The next deadlines on a line of time; the table "
	    "below has the same\">\n",
	    WIDTH, height);
	put_mark(p, "today", "today", place_of(&a, p->k->facts.now), height);
	if (p->finish)
		put_mark(p, "finish", "projected finish",
		    place_of(&a, p->finish), height);
	for (size_t i = 0; i < n; i++)
		put_row(p, &a, row[i], TOP + (unsigned)i * PITCH);
	buf_addz(p->out, "</svg>\n<figcaption>From the day of discovery to "
			 "each deadline");
	if (p->finish) {
		buf_addz(p->out, ". Projected finish of the mailing: ");
		html_date(p->out, p->finish, true);
	}
	buf_addz(p->out, ".</figcaption>\n</figure>\n");
}

static void put_timeline(const struct check_part *p)
{
	const struct law_duty *row[ROWS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < p->duties && n < ROWS_MAX; i++)
		if (p->duty[i].has_deadline && p->duty[i].applies != LAW_NO)
			row[n++] = &p->duty[i];
	if (n)
		put_chart(p, row, n);
}

/* ---- the table */

static void put_when(
    const struct check_part *p, struct html_table *t, const struct law_duty *d)
{
	html_cell_begin(t);
	if (d->has_deadline) {
		html_date(p->out, d->deadline, false);
		buf_addz(p->out, " (");
		put_distance(p->out, p->k->facts.now, d->deadline);
		buf_addz(p->out, d->house ? "; your own limit)" : ")");
	} else {
		html_text(p->out, d->rule_text.n ? d->rule_text : d->rule);
	}
	html_cell_end(t);
}

static void put_law(
    const struct check_part *p, struct html_table *t, const struct law_duty *d)
{
	html_cell_begin(t);
	html_text(p->out, d->name);
	buf_addz(p->out, ", ");
	html_text(p->out, d->regime);
	if (d->has_deadline && d->rule_text.n) {
		buf_addz(p->out, "<br>");
		html_text(p->out, d->rule_text);
	}
	if (d->applies == LAW_IF) {
		buf_addz(p->out, "<br><b>Applies if:</b> ");
		html_text(p->out, d->question);
	}
	if (d->before_individuals)
		buf_addz(p->out, "<br><b>Before people are told.</b>");
	buf_addz(p->out, "<br><span class=\"small\">Source: ");
	html_text(p->out, d->source);
	buf_addz(p->out, "; as of ");
	html_text(p->out, d->as_of);
	buf_addz(p->out, "; confidence ");
	html_text(p->out, d->confidence_deadline);
	buf_addz(p->out, ".</span>");
	html_cell_end(t);
}

static void put_table(const struct check_part *p)
{
	static const char *const heads[] = {
	    "By when", "Who is told", "People", "Law"};
	struct html_table t;

	html_table_begin(&t, p->out,
	    "Duties that follow from who is concerned, the earliest first",
	    heads, ARRAY_SIZE(heads));
	for (size_t i = 0; i < p->duties; i++) {
		const struct law_duty *d = &p->duty[i];

		if (d->applies == LAW_NO)
			continue;
		html_row_begin(&t);
		put_when(p, &t, d);
		html_cell(&t, d->who == LAW_REGULATOR && d->regulator.n
				  ? d->regulator
				  : str_of(who_text(d->who)));
		html_cell_number(&t, d->people);
		put_law(p, &t, d);
		html_row_end(&t);
	}
	html_table_end(&t);
}

void check_put_deadlines(const struct check_part *p)
{
	size_t elsewhere = 0;

	for (size_t i = 0; i < p->duties; i++)
		elsewhere += p->duty[i].applies == LAW_NO;
	buf_addz(p->out, "<section id=\"deadlines\">\n<h2>Deadlines</h2>\n");
	if (elsewhere < p->duties) {
		put_timeline(p);
		put_table(p);
	} else {
		buf_addz(p->out,
		    "<p>None could be computed: that needs the list of people "
		    "with their places, and the day of discovery.</p>\n");
	}
	if (elsewhere) {
		buf_addz(p->out, "<p class=\"small\">");
		html_count(p->out, elsewhere, "duty was", "duties were");
		buf_addz(p->out,
		    " looked at and found not to apply; "
		    "<code>tocsin deadlines</code> says why.</p>\n");
	}
	buf_addz(p->out, "</section>\n");
}
