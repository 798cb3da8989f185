#include "report/html.h"
#include "base/utf8.h"

void html_text(struct buf *out, struct str s)
{
	size_t from = 0;

	for (size_t i = 0; i <= s.n; i++) {
		const char *as = NULL;

		if (i < s.n)
			switch (s.p[i]) {
			case '&': as = "&amp;"; break;
			case '<': as = "&lt;"; break;
			case '>': as = "&gt;"; break;
			case '"': as = "&quot;"; break;
			case '\'': as = "&#39;"; break;
			default: continue;
			}
		utf8_add_clean(out, str_sub(s, from, i - from));
		if (as)
			buf_addz(out, as);
		from = i + 1;
	}
}

void html_element(
    struct buf *out, const char *tag, const char *cls, struct str text)
{
	buf_addf(out, cls ? "<%s class=\"%s\">" : "<%s>", tag, cls);
	html_text(out, text);
	buf_addf(out, "</%s>", tag);
}

void html_number(struct buf *out, uint64_t v)
{
	if (v >= 1000) {
		html_number(out, v / 1000);
		buf_addf(out, ",%03u", (unsigned)(v % 1000));
	} else {
		buf_add_u64(out, v);
	}
}

void html_count(struct buf *out, uint64_t v, const char *one, const char *many)
{
	html_number(out, v);
	buf_addf(out, " %s", v == 1 ? one : many);
}

void html_plain_date(struct buf *out, usec_t t, bool time)
{
	static const char *const months[] = {"January", "February", "March",
	    "April", "May", "June", "July", "August", "September", "October",
	    "November", "December"};
	char iso[CLOCK_ISO_SIZE];
	unsigned month;

	clock_iso(t, iso);
	month = (unsigned)(iso[5] - '0') * 10 + (unsigned)(iso[6] - '0');
	ENSURE(month >= 1 && month <= 12);
	buf_addf(out, "%s%c %s %.4s", iso[8] == '0' ? "" : (char[2]){iso[8]},
	    iso[9], months[month - 1], iso);
	if (time)
		buf_addf(out, ", %.5s UTC", iso + 11);
}

void html_date(struct buf *out, usec_t t, bool time)
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(t, iso);
	buf_addf(out, "<time datetime=\"%s\">", iso);
	html_plain_date(out, t, time);
	buf_addz(out, "</time>");
}

/* ---- tables.  Roles are written out: where a phone shows cells as blocks,
 * browsers forget that this is a table. */

void html_table_begin(struct html_table *t, struct buf *out,
    const char *caption, const char *const *heads, size_t columns)
{
	*t =
	    (struct html_table){.out = out, .heads = heads, .columns = columns};
	buf_addz(out, "<table role=\"table\">\n<caption>");
	html_text(out, str_of(caption));
	buf_addz(out, "</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">");
	for (size_t i = 0; i < columns; i++) {
		buf_addz(out, "<th scope=\"col\" role=\"columnheader\">");
		html_text(out, str_of(heads[i]));
		buf_addz(out, "</th>");
	}
	buf_addz(out, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
}

void html_row_begin(struct html_table *t)
{
	t->at = 0;
	buf_addz(t->out, "<tr role=\"row\">");
}

void html_cell_begin(struct html_table *t)
{
	ENSURE(t->at < t->columns);
	buf_addz(t->out, t->at ? "<td role=\"cell\" data-label=\""
			       : "<th scope=\"row\" role=\"rowheader\" "
				 "data-label=\"");
	html_text(t->out, str_of(t->heads[t->at]));
	buf_addz(t->out, "\"><span>");
}

void html_cell_end(struct html_table *t)
{
	buf_addz(t->out, t->at ? "</span></td>" : "</span></th>");
	t->at++;
}

void html_cell(struct html_table *t, struct str text)
{
	html_cell_begin(t);
	html_text(t->out, text);
	html_cell_end(t);
}

void html_cell_number(struct html_table *t, uint64_t v)
{
	html_cell_begin(t);
	html_number(t->out, v);
	html_cell_end(t);
}

void html_row_end(struct html_table *t)
{
	buf_addz(t->out, "</tr>\n");
}

void html_table_end(struct html_table *t)
{
	buf_addz(t->out, "</tbody>\n</table>\n");
}
