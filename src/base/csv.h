/* csv: rows out of bytes, RFC 4180 as it is met in the wild.
 *
 *	struct csv_options o = {.name = "people.csv"};
 *	csv_new(&o, on_row, arg, &c, e);
 *	while (read some bytes)
 *		csv_feed(c, bytes, e);
 *	csv_end(c, e);
 *
 * Life of a row: bytes are decoded to UTF-8 into one buffer, scanned eight at
 * a time for the separator and line ends, and handed on as views into that
 * buffer; only a cell with doubled quotes is rewritten (in place).  Any split
 * of the input gives the same rows and the same error.
 *
 * Taken: UTF-8 with or without byte order mark, UTF-16 by its mark, anything
 * iconv(3) knows by name; CRLF, LF or CR; quoted cells with separators, line
 * ends and doubled quotes inside; a quote inside a cell that does not begin
 * with one (it stands for itself); a first line "sep=;" as spreadsheets write
 * it.  The separator is the one of , ; and tab that the first line holds most
 * of, outside quotes.  Lines with nothing at all are skipped.
 *
 * Refused, with line and column (a column is a character of the line): NUL
 * bytes, bytes that are no text, a quote never closed (with the line where it
 * began), anything but a separator behind a closing quote.  A spreadsheet file
 * or an archive is recognised and answered with the command that helps.
 *
 * LIMITS: LIMIT_CSV_CELL, LIMIT_CSV_ROW, LIMIT_CSV_COLUMNS; memory is bounded
 * by a row and a chunk.
 */
#pragma once

#include "base/buf.h"
#include "base/limits.h"

struct csv;

struct csv_options {
	const char *name;     /* of the file, for errors; NULL: "input" */
	const char *encoding; /* for iconv(3); NULL: by mark, else UTF-8 */
	char separator;       /* 0: from the first line */
};

struct csv_row {
	uint64_t line; /* where it begins, from 1 */
	size_t count;
	const struct str *cell; /* valid UTF-8, no NUL; valid during the call */
};

/* A negative return ends the reading with it. */
typedef int csv_row_fn(const struct csv_row *row, void *arg, struct err *e);

/* ERR_USAGE for an encoding that iconv does not know. */
int csv_new(const struct csv_options *o, csv_row_fn *fn, void *arg,
    struct csv **ret, struct err *e);
/* ERR_INPUT, ERR_LIMIT, or what the row's function returned; after a failure
 * every further call fails with the same error. */
int csv_feed(struct csv *c, struct str bytes, struct err *e);
int csv_end(struct csv *c, struct err *e);
void csv_free(struct csv *c);
/* Known from the first row on. */
char csv_separator(const struct csv *c);

/* Writing: a cell as RFC 4180 asks, quoted if it must be.  One that a
 * spreadsheet would run as a formula (it begins with = + - @, tab or CR) gets
 * a ' in front.  `first`: no separator (a comma) before it. */
void csv_add_cell(struct buf *b, struct str cell, bool first);
void csv_add_end(struct buf *b); /* CRLF */
