/* The next deadlines on a line of time. */
#include "report/check_parts.h"

#define WIDTH    360u
#define TOP      34u
#define PITCH    44u
#define ROWS_MAX 8u
#define DAY      (24 * USEC_PER_HOUR)
#define SOON     (7 * DAY)

static const char *class_of(const struct check_part *p, usec_t deadline)
{
	usec_t left = deadline - p->k->facts.now;

	if (left < 0)
		return "block";
	return left < SOON ? "warn" : "pass";
}

/* 0: unknown. */
static usec_t finish_of(const struct check_part *p)
{
	const struct plan_facts *plan = &p->k->facts.plan;

	return plan->mails ? plan->finish : 0;
}

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
	if (finish_of(p) > a.to)
		a.to = finish_of(p);
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
	check_put_distance(p, d->deadline);
	buf_addz(p->out, ")</text>\n");
	buf_addf(p->out, "<text x=\"0\" y=\"%u\" class=\"minor\">", y + 25);
	html_text(p->out, str_sub(d->name, 0, 40));
	buf_addf(p->out, ": %s%s</text>\n", check_who_text(d->who),
	    d->applies == LAW_IF ? ", if it applies" : "");
	buf_addf(p->out,
	    "<line class=\"bar\" x1=\"4\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>"
	    "<circle class=\"due %s\" cx=\"%u\" cy=\"%u\" r=\"6\"/>\n",
	    x, y + 34, y + 34, class, x, y + 34);
}

/* A line down the chart, with its word at height `y`. */
static void put_mark(const struct check_part *p, const char *class,
    const char *text, unsigned x, unsigned y, unsigned height)
{
	buf_addf(p->out,
	    "<line class=\"%s\" x1=\"%u\" x2=\"%u\" y1=\"%u\" y2=\"%u\"/>"
	    "<text class=\"minor\" x=\"%u\" y=\"%u\" text-anchor=\"%s\">%s"
	    "</text>\n",
	    class, x, x, y + 3, height, x, y,
	    x < WIDTH / 4 ? "start" : (x > WIDTH * 3 / 4 ? "end" : "middle"),
	    text);
}

static void put_finish(const struct check_part *p)
{
	static const char *const rates[] = {
	    [PLAN_RATE_SET] = "[check] rate",
	    [PLAN_RATE_PROFILE] = "the relay's limits",
	    [PLAN_RATE_GUESS] = "a guess, nobody knows the pace yet",
	};
	const struct plan_facts *plan = &p->k->facts.plan;

	if (!finish_of(p))
		return;
	buf_addz(p->out, ". The mailing would end on ");
	html_date(p->out, plan->finish, true);
	buf_addz(p->out, ", at ");
	html_number(p->out, plan->per_hour);
	buf_addf(p->out, " mails an hour (%s)", rates[plan->rate]);
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
	put_mark(
	    p, "today", "today", place_of(&a, p->k->facts.now), 11, height);
	if (finish_of(p))
		put_mark(p, "finish", "projected finish",
		    place_of(&a, finish_of(p)), 25, height);
	for (size_t i = 0; i < n; i++)
		put_row(p, &a, row[i], TOP + (unsigned)i * PITCH);
	buf_addz(p->out, "</svg>\n<figcaption>From the day of discovery to "
			 "the next deadlines that are open");
	put_finish(p);
	buf_addz(p->out, ".</figcaption>\n</figure>\n");
}

/* The earliest come first in `row`. */
static size_t insert(
    const struct law_duty **row, size_t n, const struct law_duty *d)
{
	size_t i = n < ROWS_MAX ? n : ROWS_MAX;

	for (; i && row[i - 1]->deadline > d->deadline; i--)
		if (i < ROWS_MAX)
			row[i] = row[i - 1];
	if (i < ROWS_MAX)
		row[i] = d;
	return n < ROWS_MAX ? n + 1 : n;
}

void check_put_timeline(const struct check_part *p)
{
	const struct plan_facts *plan = &p->k->facts.plan;
	const struct law_duty *row[ROWS_MAX];
	size_t n = 0;

	for (size_t t = 0; t < plan->tranches; t++)
		for (size_t i = 0; i < plan->tranche[t].duties.count; i++) {
			const struct law_duty *d =
			    &plan->tranche[t].duties.d[i];

			if (d->has_deadline && d->applies != LAW_NO &&
			    check_duty_state(&plan->tranche[t], d) == DUTY_OPEN)
				n = insert(row, n, d);
		}
	if (n)
		put_chart(p, row, n);
}
