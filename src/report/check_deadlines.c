/* Deadlines: the earliest on a line of time, all of them in tables. */
#include "report/check_parts.h"

#define DAY (24 * USEC_PER_HOUR)

const char *check_who_text(enum law_who w)
{
	switch (w) {
	case LAW_INDIVIDUALS: return "people";
	case LAW_REGULATOR: return "authority";
	case LAW_CRA: return "credit bureaus";
	}
	BUG("nobody to be told");
}

void check_put_distance(const struct check_part *p, usec_t t)
{
	int64_t days = t / DAY - p->k->facts.now / DAY;
	const char *s = days == 1 || days == -1 ? "" : "s";

	if (days == 0)
		buf_addz(p->out, "today");
	else if (days > 0)
		buf_addf(p->out, "in %lld day%s", (long long)days, s);
	else
		buf_addf(p->out, "%lld day%s ago", (long long)-days, s);
}

enum duty_state check_duty_state(
    const struct plan_tranche *t, const struct law_duty *d)
{
	const struct duty_event *e = duty_last(&t->log, d->id, d->step, d->who);

	return e ? e->state : DUTY_OPEN;
}

/* ---- the table */

static void put_when(
    const struct check_part *p, struct html_table *t, const struct law_duty *d)
{
	html_cell_begin(t);
	if (d->has_deadline) {
		html_date(p->out, d->deadline, false);
		buf_addz(p->out, " (");
		check_put_distance(p, d->deadline);
		buf_addz(p->out, d->house ? "; your own limit)" : ")");
	} else {
		html_text(p->out, d->rule_text.n ? d->rule_text : d->rule);
	}
	html_cell_end(t);
}

/* "done 3 November 2026, Jane Doe", or nothing. */
static void put_state(const struct check_part *p, const struct duty_event *e)
{
	if (!e || e->state == DUTY_OPEN)
		return;
	buf_addf(p->out, "<br><b>%s</b>, ",
	    e->state == DUTY_DONE ? "Done" : "Waived");
	html_date(p->out, e->at ? e->at : e->recorded, false);
	buf_addz(p->out, ", by ");
	html_text(p->out, e->by);
}

static void put_law(const struct check_part *p, struct html_table *table,
    const struct plan_tranche *t, const struct law_duty *d)
{
	html_cell_begin(table);
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
	put_state(p, duty_last(&t->log, d->id, d->step, d->who));
	buf_addz(p->out, "<br><span class=\"small\">Source: ");
	html_text(p->out, d->source);
	buf_addz(p->out, "; as of ");
	html_text(p->out, d->as_of);
	buf_addz(p->out, "; confidence ");
	html_text(p->out, d->confidence_deadline);
	buf_addz(p->out, ".</span>");
	html_cell_end(table);
}

static void put_duty(const struct check_part *p, struct html_table *table,
    const struct plan_tranche *t, const struct law_duty *d)
{
	html_row_begin(table);
	put_when(p, table, d);
	html_cell(table, d->who == LAW_REGULATOR && d->regulator.n
			     ? d->regulator
			     : str_of(check_who_text(d->who)));
	html_cell_number(table, d->people);
	put_law(p, table, t, d);
	html_row_end(table);
}

static void put_tranche(
    const struct check_part *p, const struct plan_tranche *t)
{
	static const char *const heads[] = {
	    "By when", "Who is told", "People", "Law"};
	struct buf caption = BUF_INIT(KiB);
	struct html_table table;

	buf_addz(&caption, "Who must be told of what, the earliest first");
	if (t->name.n)
		buf_addf(&caption, " (people added later: %.*s)",
		    STR_ARG(str_sub(t->name, 0, 128)));
	html_table_begin(
	    &table, p->out, buf_cstr(&caption), heads, ARRAY_SIZE(heads));
	for (size_t i = 0; i < t->duties.count; i++)
		if (t->duties.d[i].applies != LAW_NO)
			put_duty(p, &table, t, &t->duties.d[i]);
	html_table_end(&table);
	buf_release(&caption);
}

/* ---- what closes the gate, what is not known */

static void put_bars(const struct check_part *p, const struct plan_tranche *t)
{
	if (!t->bars)
		return;
	buf_addz(p->out, "<p><b>The gate is closed now");
	if (t->name.n) {
		buf_addz(p->out, " for ");
		html_text(p->out, t->name);
	}
	buf_addz(p->out, ":</b></p>\n<ul>\n");
	for (size_t i = 0; i < t->bars; i++) {
		html_element(p->out, "li", NULL, t->bar[i].why);
		buf_addc(p->out, '\n');
	}
	buf_addz(p->out, "</ul>\n");
}

static void put_uncovered(
    const struct check_part *p, const struct law_duties *d)
{
	if (!d->not_covered_count)
		return;
	buf_addz(p->out, "<p class=\"note\">The law table says nothing of ");
	for (size_t i = 0; i < d->not_covered_count; i++) {
		if (i)
			buf_addz(p->out, ", ");
		html_text(p->out, d->not_covered[i].code);
		buf_addz(p->out, " (");
		html_count(
		    p->out, d->not_covered[i].people, "person", "people");
		buf_addz(p->out, ")");
	}
	buf_addz(p->out, ". That is not the same as no duty: ask counsel "
			 "there.</p>\n");
}

static size_t count_applying(const struct plan_facts *plan, bool applying)
{
	size_t n = 0;

	for (size_t t = 0; t < plan->tranches; t++)
		for (size_t i = 0; i < plan->tranche[t].duties.count; i++)
			n += (plan->tranche[t].duties.d[i].applies != LAW_NO) ==
			     applying;
	return n;
}

static void put_none(const struct check_part *p)
{
	const struct plan_facts *plan = &p->k->facts.plan;

	buf_addz(p->out, "<p>");
	if (plan->law_error.n || plan->unknown_word.n)
		check_put_text(p,
		    plan->law_error.n ? plan->law_error : plan->unknown_word);
	else if (p->k->facts.notice->kind == NOTICE_LEGAL)
		buf_addz(p->out, "The law table has no row for this kind of "
				 "notice; the order or statute that asks for "
				 "it says by when.");
	else
		buf_addz(p->out,
		    "None could be computed: that needs the list of people "
		    "with their places, and the day of discovery.");
	buf_addz(p->out, "</p>\n");
}

static void put_elsewhere(const struct check_part *p)
{
	size_t n = count_applying(&p->k->facts.plan, false);

	if (!n)
		return;
	buf_addz(p->out, "<p class=\"small\">");
	html_count(p->out, n, "duty was", "duties were");
	buf_addz(p->out, " looked at and found not to apply; <code>tocsin "
			 "deadlines</code> says why.</p>\n");
}

void check_put_deadlines(const struct check_part *p)
{
	const struct plan_facts *plan = &p->k->facts.plan;

	buf_addz(p->out, "<section id=\"deadlines\">\n<h2>Deadlines</h2>\n");
	for (size_t i = 0; i < plan->tranches; i++)
		put_bars(p, &plan->tranche[i]);
	if (count_applying(plan, true)) {
		check_put_timeline(p);
		for (size_t i = 0; i < plan->tranches; i++)
			put_tranche(p, &plan->tranche[i]);
	} else {
		put_none(p);
	}
	for (size_t i = 0; i < plan->tranches; i++)
		put_uncovered(p, &plan->tranche[i].duties);
	put_elsewhere(p);
	buf_addz(p->out, "</section>\n");
}
