/* csv_int: shared by csv.c (rows) and csv_decode.c (bytes to UTF-8). */
#pragma once

#include "base/csv.h"

#include <iconv.h>

#define CSV_CHUNK (256 * KiB) /* decoded and scanned at a time */
#define CSV_PAD   8           /* readable bytes behind the end */

enum csv_state {
	CSV_SNIFF,     /* nothing decoded yet: which kind of file? */
	CSV_HEADER,    /* looking for the end of the first line */
	CSV_ROW,       /* before a row */
	CSV_CELL,      /* before a cell */
	CSV_PLAIN,     /* in a cell without quotes */
	CSV_QUOTED,    /* between quotes */
	CSV_QUOTE_END, /* behind a quote that may be the last */
	CSV_FAILED,
};

struct csv_cell {
	uint32_t at, n; /* from the start of the row, without the quotes */
	bool doubled;   /* holds doubled quotes */
};

struct csv {
	csv_row_fn *fn;
	void *arg;
	char *name, *encoding;
	char separator;
	enum csv_state state;
	/* the window: decoded bytes not yet handed on */
	char *p;
	size_t start, end, cap; /* start: of the row */
	/* the row, offsets from `start` */
	size_t at, cell_at;
	size_t count;
	bool high, quoted, doubled; /* any byte >= 0x80; any quoted cell */
	bool skip_lf;
	uint64_t line, rows;
	/* the first line */
	size_t seen[3];
	bool header_quote;
	/* decoding */
	iconv_t iconv;
	bool decoding, ended;
	char carry[32]; /* the start of the file, or of a character */
	size_t carry_n;
	struct err failed;
	struct csv_cell cell[LIMIT_CSV_COLUMNS];
	struct str view[LIMIT_CSV_COLUMNS];
};

/* Room behind the window for `n` bytes (at most CSV_CHUNK). */
void csv_room(struct csv *c, size_t n);
/* Scans what the window holds.  `final`: nothing follows. */
int csv_scan(struct csv *c, bool final, struct err *e);
/* Decodes all of `bytes` into the window, scanning as it fills. */
int csv_decode(struct csv *c, struct str bytes, struct err *e);
int csv_decode_end(struct csv *c, struct err *e);
/* Looks at the first bytes: sets up decoding, or refuses.  1: needs more. */
int csv_sniff(struct csv *c, struct str start, bool final, size_t *ret_skip,
    struct err *e);

/* ERR_INPUT at offset `at` of the row (from c->start). */
int csv_refuse(struct csv *c, int code, size_t at, struct err *e,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
