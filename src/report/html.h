/* html: writing a page that nobody's text can break out of.
 *
 * Whatever was typed by a person, found in DNS or read from a list goes through
 * html_text() or html_shown(): quoted for text and attributes alike, valid
 * UTF-8, without controls and without what turns a line round.  Markup is
 * written with buf_addz() and is ours.
 */
#pragma once

#include "base/buf.h"
#include "base/clock.h"

void html_text(struct buf *out, struct str s);
/* <tag class="cls">text</tag>; `cls` may be NULL. */
void html_element(
    struct buf *out, const char *tag, const char *cls, struct str text);
/* "1,234,567" */
void html_number(struct buf *out, uint64_t v);
/* "1,234 people", "1 person" */
void html_count(struct buf *out, uint64_t v, const char *one, const char *many);
/* "3 November 2026", with `time` also ", 14:00 UTC", as <time>. */
void html_date(struct buf *out, usec_t t, bool time);
/* The same without markup, for SVG and titles. */
void html_plain_date(struct buf *out, usec_t t, bool time);

/* ---- tables: each cell names its column, so that a phone can show rows as
 * blocks. */
struct html_table {
	struct buf *out;
	const char *const *heads;
	size_t columns, at; /* at: column of the next cell */
};
void html_table_begin(struct html_table *t, struct buf *out,
    const char *caption, const char *const *heads, size_t columns);
void html_row_begin(struct html_table *t);
/* The first cell of a row is its heading. Content is written in between. */
void html_cell_begin(struct html_table *t);
void html_cell_end(struct html_table *t);
void html_cell(struct html_table *t, struct str text);
void html_cell_number(struct html_table *t, uint64_t v);
void html_row_end(struct html_table *t);
void html_table_end(struct html_table *t);
