/* Who reads which text, and where people live. */
#include "report/check_parts.h"

#define PLACES_SHOWN 6u
#define ROWS_SHOWN   60u

static void put_place(struct buf *out, struct str code)
{
	html_text(out, code.n ? code : S("unknown"));
}

/* "US-CA 1,200, DE 40 and 3 more places" */
static void put_places(struct buf *out, const struct law_place *place, size_t n)
{
	for (size_t i = 0; i < n && i < PLACES_SHOWN; i++) {
		if (i)
			buf_addz(out, ", ");
		put_place(out, place[i].code);
		buf_addc(out, ' ');
		html_number(out, place[i].people);
	}
	if (n > PLACES_SHOWN) {
		buf_addz(out, " and ");
		html_count(out, n - PLACES_SHOWN, "more place", "more places");
	}
}

static void put_more(const struct check_part *p, size_t n, const char *what)
{
	if (n <= ROWS_SHOWN)
		return;
	buf_addz(p->out, "<p class=\"note\">And ");
	html_number(p->out, n - ROWS_SHOWN);
	buf_addf(p->out, " more %s.</p>\n", what);
}

static void put_file(
    const struct check_part *p, struct html_table *t, struct str file)
{
	html_cell_begin(t);
	if (file.n)
		html_element(p->out, "code", NULL, file);
	else
		buf_addz(p->out, "<b>no text fits</b>");
	html_cell_end(t);
}

static void put_variants(const struct check_part *p)
{
	static const char *const heads[] = {"Text", "Segment", "Language",
	    "People", "Without mail address", "Where they live"};
	const struct list_facts *l = &p->k->facts.list;
	struct html_table t;

	html_table_begin(
	    &t, p->out, "Who reads which text", heads, ARRAY_SIZE(heads));
	for (size_t i = 0; i < l->variants && i < ROWS_SHOWN; i++) {
		const struct list_variant *v = &l->variant[i];

		html_row_begin(&t);
		put_file(p, &t, v->file);
		html_cell(&t, v->segment.n ? v->segment : S("(none)"));
		html_cell(&t, v->language.n ? v->language : S("(none)"));
		html_cell_number(&t, v->people);
		html_cell_number(&t, v->no_address);
		html_cell_begin(&t);
		put_places(p->out, v->place, v->places);
		html_cell_end(&t);
		html_row_end(&t);
	}
	html_table_end(&t);
	put_more(p, l->variants, "groups");
}

void check_put_people(const struct check_part *p)
{
	const struct list_facts *l = &p->k->facts.list;

	if (!l->people)
		return;
	buf_addz(p->out, "<section id=\"people\">\n<h2>People</h2>\n");
	if (l->variants)
		put_variants(p);
	check_put_channels(p);
	buf_addz(p->out, "</section>\n");
}
