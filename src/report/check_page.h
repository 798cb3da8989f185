/* check_page: what a check found, as a page that counsel reads: on a phone at
 * night, then on paper for the file.
 *
 * One HTML file: no script, nothing fetched, style and charts inside.  What
 * blocks comes first, then what should be read, then what could not be checked,
 * then what passed; deadlines, who reads which text, and how people are
 * reached stand in tables.  No whole address of a recipient is in it.
 */
#pragma once

#include "check/check.h"

/* Appends the page; `out` should hold REPORT_PAGE_MAX. */
void report_check_page(const struct check *k, struct buf *out);
#define REPORT_PAGE_MAX (32 * MiB)
