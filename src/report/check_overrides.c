/* Overrides: who decided to go on in spite of what. */
#include "report/check_parts.h"

static void put_names(
    const struct check_part *p, struct html_table *t, const struct override *o)
{
	html_cell_begin(t);
	for (unsigned i = 0; i < o->names && i < ARRAY_SIZE(o->name); i++) {
		if (i)
			buf_addz(p->out, " and ");
		html_text(p->out, o->name[i]);
	}
	if (o->names < ARRAY_SIZE(o->name))
		buf_addz(p->out, " (<b>a second person is missing; not in "
				 "force</b>)");
	html_cell_end(t);
}

static void put_row(
    const struct check_part *p, struct html_table *t, const struct override *o)
{
	html_row_begin(t);
	html_cell(t, o->rule);
	html_cell_begin(t);
	check_put_text(p, o->subject.n ? o->subject : S("all it finds"));
	html_cell_end(t);
	put_names(p, t, o);
	html_cell_begin(t);
	html_date(p->out, o->at, true);
	html_cell_end(t);
	html_cell(t, str_sub(o->reason_sha256, 0, 16));
	html_row_end(t);
}

void check_put_override_table(
    const struct check_part *p, const struct override *o, size_t n)
{
	static const char *const heads[] = {
	    "Rule", "About", "Decided by", "When", "Reason (SHA-256 begins)"};
	struct html_table t;

	buf_addz(p->out, "<section id=\"overrides\">\n<h2>Overrides</h2>\n");
	html_table_begin(&t, p->out,
	    "Decisions to go on, as they are on record", heads,
	    ARRAY_SIZE(heads));
	for (size_t i = 0; i < n; i++)
		put_row(p, &t, &o[i]);
	html_table_end(&t);
	buf_addz(p->out,
	    "<p class=\"small\">The reasons are kept apart, in the folder's "
	    "privileged/, and are not in this page.</p>\n</section>\n");
}

void check_put_overrides(const struct check_part *p)
{
	struct arena a = ARENA_INIT(16 * MiB);
	struct str dir = p->k->facts.notice->dir;
	struct override *o = NULL;
	struct err e = {0};
	size_t n = 0;

	if (dir.n && overrides_load(arena_strz(&a, dir), &a, &o, &n, &e) < 0) {
		buf_addz(p->out, "<section id=\"overrides\">\n"
				 "<h2>Overrides</h2>\n<p class=\"note\">");
		html_text(p->out, str_of(e.msg));
		buf_addz(p->out, "</p>\n</section>\n");
	} else if (n) {
		check_put_override_table(p, o, n);
	}
	arena_release(&a);
}
