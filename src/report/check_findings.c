/* Findings, the worst first; those of one rule stand together, so that why and
 * source are said once. */
#include "report/check_parts.h"

/* One thing that was found, without what its rule says. */
static void put_one(
    const struct check_part *p, const struct finding *x, bool own_remedy)
{
	buf_addz(p->out, "<div class=\"one\">\n");
	if (x->subject.n) {
		buf_addz(p->out, "<p class=\"subject\">");
		check_put_text(p, x->subject);
		buf_addz(p->out, "</p>\n");
	}
	buf_addz(p->out, "<p>");
	check_put_text(p, x->text);
	buf_addz(p->out, "</p>\n");
	if (x->trouble)
		buf_addz(p->out,
		    "<p class=\"note\">It was asked and there was no answer; "
		    "run the check again.</p>\n");
	if (own_remedy && x->remedy.n) {
		buf_addz(p->out, "<p class=\"mend\"><b>To mend it:</b> ");
		check_put_text(p, x->remedy);
		buf_addz(p->out, "</p>\n");
	}
	buf_addz(p->out, "</div>\n");
}

static void put_line(
    const struct check_part *p, const char *name, struct str text)
{
	if (!text.n)
		return;
	buf_addf(p->out, "<p class=\"small\"><b>%s</b> ", name);
	check_put_text(p, text);
	buf_addz(p->out, "</p>\n");
}

/* `v` to `v + n`: of one rule and state. */
static void put_rule(
    const struct check_part *p, const struct finding *v, size_t n)
{
	const struct rule *r = v->rule;
	enum rule_state state = finding_state(v);
	bool mend = state != RULE_INFO, same = true;

	for (size_t i = 1; i < n; i++)
		same = same && str_eq(v[i].remedy, v[0].remedy);
	buf_addf(p->out, "<article class=\"finding %s\" id=\"%s-",
	    check_state_class(state), check_state_class(state));
	html_text(p->out, str_of(r->id));
	buf_addz(p->out, "\">\n<h3><span class=\"rule\">");
	html_text(p->out, str_of(r->id));
	buf_addz(p->out, "</span> ");
	html_text(p->out, str_of(r->title));
	buf_addz(p->out, "</h3>\n");
	for (size_t i = 0; i < n; i++)
		put_one(p, &v[i], mend && (!same || n == 1));
	if (mend && same && n > 1 && v->remedy.n) {
		buf_addz(p->out, "<p class=\"mend\"><b>To mend them:</b> ");
		check_put_text(p, v->remedy);
		buf_addz(p->out, "</p>\n");
	}
	put_line(p, "Why:", str_of(r->why));
	put_line(p, "Source:", str_of(r->source));
	buf_addz(p->out, "</article>\n");
}

static void put_group(
    const struct check_part *p, enum rule_state state, const char *heading)
{
	const struct findings *f = p->k->findings;
	size_t found = 0, to;

	for (size_t i = 0; i < f->count; i++)
		found += finding_state(&f->v[i]) == state;
	if (!found)
		return;
	buf_addf(p->out, "<section class=\"group\" id=\"%s\">\n<h2>%s ",
	    check_state_class(state), heading);
	buf_addz(p->out, "<span class=\"number\">");
	html_number(p->out, found);
	buf_addz(p->out, "</span></h2>\n");
	for (size_t i = 0; i < f->count; i = to) {
		for (to = i + 1;
		     to < f->count && f->v[to].rule == f->v[i].rule &&
		     finding_state(&f->v[to]) == finding_state(&f->v[i]);)
			to++;
		if (finding_state(&f->v[i]) == state)
			put_rule(p, &f->v[i], to - i);
	}
	buf_addz(p->out, "</section>\n");
}

void check_put_findings(const struct check_part *p)
{
	put_group(p, RULE_BLOCKS, "What stops this notice");
	put_group(p, RULE_OVERRIDDEN, "Overridden by two people");
	put_group(p, RULE_WARNS, "To read before it goes out");
	put_group(p, RULE_UNCHECKED, "Could not be checked");
	put_group(p, RULE_INFO, "For information");
	if (!p->k->findings->dropped)
		return;
	buf_addz(p->out, "<p class=\"note\">");
	html_number(p->out, p->k->findings->dropped);
	buf_addz(p->out,
	    " more findings that do not block are not shown here.</p>\n");
}

/* ---- what passed */

static size_t count_state(const struct check_part *p,
    const struct rule_family *f, enum rule_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += findings_state(p->k->findings, &f->rules[i]) == state;
	return n;
}

static void put_unjudged(
    const struct check_part *p, const struct rule_family *f)
{
	const char *between = "Did not apply, or another rule was in the way: ";

	if (!count_state(p, f, RULE_NOT_JUDGED)) {
		if (!count_state(p, f, RULE_PASSED))
			buf_addz(p->out, "<p class=\"small\">Each of its rules "
					 "has a finding.</p>\n");
		return;
	}
	buf_addz(p->out, "<p class=\"small\">");
	for (size_t i = 0; i < f->count; i++) {
		if (findings_state(p->k->findings, &f->rules[i]) !=
		    RULE_NOT_JUDGED)
			continue;
		buf_addz(p->out, between);
		html_text(p->out, str_of(f->rules[i].id));
		between = ", ";
	}
	buf_addz(p->out, ".</p>\n");
}

void check_put_passed(const struct check_part *p)
{
	buf_addz(p->out,
	    "<section id=\"pass\" class=\"passed\">\n<h2>What passed</h2>\n");
	for (size_t k = 0; rule_families[k]; k++) {
		const struct rule_family *f = rule_families[k];

		html_element(p->out, "h3", NULL, str_of(f->title));
		if (count_state(p, f, RULE_PASSED))
			buf_addz(p->out, "\n<ul>\n");
		for (size_t i = 0; i < f->count; i++) {
			if (findings_state(p->k->findings, &f->rules[i]) !=
			    RULE_PASSED)
				continue;
			buf_addz(p->out, "<li><span class=\"rule\">");
			html_text(p->out, str_of(f->rules[i].id));
			buf_addz(p->out, "</span> ");
			html_text(p->out, str_of(f->rules[i].title));
			buf_addz(p->out, "</li>\n");
		}
		buf_addz(
		    p->out, count_state(p, f, RULE_PASSED) ? "</ul>\n" : "\n");
		put_unjudged(p, f);
	}
	buf_addz(p->out, "</section>\n");
}
