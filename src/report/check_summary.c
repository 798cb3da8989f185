/* The summary: a square a rule, the worst first.  A mark says what colour says,
 * for those who do not see colours, and for paper. */
#include "report/check_parts.h"

#define PITCH 30u
#define SIDE  26u
#define A_ROW 12u /* squares */
#define WIDTH (A_ROW * PITCH)

/* Marks are drawn, not written: no font need have them. */
static const char *mark_of(enum rule_state s)
{
	switch (s) {
	case RULE_BLOCKS: return "M8 8l10 10M18 8l-10 10";
	case RULE_OVERRIDDEN: return "M8 8l10 10M18 8l-10 10M5 13h16";
	case RULE_WARNS: return "M13 6v9M13 18.5v1.5";
	case RULE_UNCHECKED:
		return "M9 10a4 4 0 1 1 5.5 3.6q-1.5 .7-1.5 2.4M13 18.5v1.5";
	case RULE_INFO: return "M13 6v1.5M13 11v9";
	case RULE_PASSED: return "M7 13.5l4.5 4.5l8-10";
	case RULE_NOT_JUDGED: return "M9 13h8";
	}
	BUG("no such state");
}

static void put_square(
    struct buf *out, enum rule_state s, unsigned x, unsigned y)
{
	buf_addf(out,
	    "<g class=\"sq %s\" transform=\"translate(%u %u)\"><rect width="
	    "\"%u\" height=\"%u\" rx=\"5\"/><path d=\"%s\"/></g>",
	    check_state_class(s), x, y, SIDE, SIDE, mark_of(s));
}

static void put_rule_square(const struct check_part *p, const struct rule *r,
    enum rule_state s, unsigned x, unsigned y)
{
	bool link = s > RULE_PASSED;

	if (link) {
		buf_addf(p->out, "<a href=\"#%s-", check_state_class(s));
		html_text(p->out, str_of(r->id));
		buf_addz(p->out, "\">");
	}
	buf_addz(p->out, "<g><title>");
	html_text(p->out, str_of(r->id));
	buf_addz(p->out, " ");
	html_text(p->out, str_of(r->title));
	buf_addf(p->out, ": %s</title>", check_state_name(s));
	put_square(p->out, s, x, y);
	buf_addz(p->out, "</g>");
	if (link)
		buf_addz(p->out, "</a>");
	buf_addc(p->out, '\n');
}

/* The squares of a family, under its question. */
static void put_family(const struct check_part *p, const struct rule_family *f)
{
	unsigned rows = ((unsigned)f->count + A_ROW - 1) / A_ROW, at = 0;

	html_element(p->out, "p", "family", str_of(f->title));
	buf_addf(p->out,
	    "\n<svg class=\"chart\" viewBox=\"0 0 %u %u\" role=\"group\" "
	    "aria-label=\"",
	    WIDTH, rows * PITCH);
	html_text(p->out, str_of(f->name));
	buf_addz(p->out, ": a square for each rule\">\n");
	for (unsigned s = RULE_BLOCKS; s <= RULE_BLOCKS; s--)
		for (size_t i = 0; i < f->count; i++) {
			if (findings_state(p->k->findings, &f->rules[i]) != s)
				continue;
			put_rule_square(p, &f->rules[i], (enum rule_state)s,
			    1 + at % A_ROW * PITCH, 1 + at / A_ROW * PITCH);
			at++;
		}
	buf_addz(p->out, "</svg>\n");
}

static void put_legend(const struct check_part *p)
{
	size_t have[RULE_BLOCKS + 1] = {0};

	for (size_t k = 0; rule_families[k]; k++)
		for (size_t i = 0; i < rule_families[k]->count; i++)
			have[findings_state(
			    p->k->findings, &rule_families[k]->rules[i])]++;
	buf_addz(p->out, "<ul class=\"legend\">\n");
	for (unsigned s = RULE_BLOCKS; s <= RULE_BLOCKS; s--) {
		if (!have[s])
			continue;
		buf_addz(p->out, "<li><svg viewBox=\"0 0 26 26\" width=\"20\" "
				 "height=\"20\" aria-hidden=\"true\">");
		put_square(p->out, (enum rule_state)s, 0, 0);
		buf_addf(p->out,
		    "</svg> %s: ", check_state_name((enum rule_state)s));
		html_number(p->out, have[s]);
		buf_addz(p->out, "</li>\n");
	}
	buf_addz(p->out, "</ul>\n");
}

void check_put_summary(const struct check_part *p)
{
	buf_addz(p->out, "<section>\n<h2>At a glance</h2>\n<figure>\n");
	for (size_t k = 0; rule_families[k]; k++)
		put_family(p, rule_families[k]);
	buf_addz(p->out, "<figcaption>Each square is one rule, and rules are "
			 "counted here; those with a finding lead to it."
			 "</figcaption>\n");
	put_legend(p);
	buf_addz(p->out, "</figure>\n</section>\n");
}
