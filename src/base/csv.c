#include "base/csv_int.h"
#include "base/utf8.h"

#define ONES  0x0101010101010101u
#define HIGHS 0x8080808080808080u

static const char separators[3] = {',', ';', '\t'};

/* ---- where things are */

/* Line ends in `s`; CRLF counts once.  `ret_after`: behind the last one. */
static uint64_t count_lines(struct str s, size_t *ret_after)
{
	uint64_t lines = 0;

	*ret_after = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\n' && s.p[i] != '\r')
			continue;
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			i++;
		lines++;
		*ret_after = i + 1;
	}
	return lines;
}

int csv_refuse(
    struct csv *c, int code, size_t at, struct err *e, const char *fmt, ...)
{
	struct str before = str_make(c->p + c->start, at);
	size_t after;
	uint64_t lines = count_lines(before, &after);
	char text[320];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(e, code, "%s: line %llu, column %llu: %s", c->name,
	    (unsigned long long)(c->line + lines),
	    (unsigned long long)utf8_count(str_from(before, after)) + 1, text);
}

/* ---- scanning, eight bytes a step */

static inline uint64_t has_zero(uint64_t w)
{
	return (w - ONES) & ~w & HIGHS;
}

static inline uint64_t load8(const char *p)
{
	uint64_t w;

	memcpy(&w, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

/* Offset of the first separator, line end or NUL in p[from, end), or `end`.
 * Reads up to CSV_PAD bytes behind `end`. */
static inline size_t find_plain(
    const char *p, size_t from, size_t end, uint64_t sep, uint64_t *high)
{
	uint64_t seen = 0, hit;

	for (; from < end; from += 8) {
		uint64_t w = load8(p + from);

		seen |= w;
		hit = has_zero(w ^ sep) | has_zero(w ^ (ONES * '\n')) |
		      has_zero(w ^ (ONES * '\r')) | has_zero(w);
		if (hit) {
			from += (size_t)__builtin_ctzll(hit) / 8;
			break;
		}
	}
	*high |= seen & HIGHS;
	return from < end ? from : end;
}

/* The same for a quote or a NUL. */
static inline size_t find_quote(
    const char *p, size_t from, size_t end, uint64_t *high)
{
	uint64_t seen = 0, hit;

	for (; from < end; from += 8) {
		uint64_t w = load8(p + from);

		seen |= w;
		hit = has_zero(w ^ (ONES * '"')) | has_zero(w);
		if (hit) {
			from += (size_t)__builtin_ctzll(hit) / 8;
			break;
		}
	}
	*high |= seen & HIGHS;
	return from < end ? from : end;
}

/* ---- the end of a row */

static struct str undouble(char *p, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		p[to++] = p[i];
		i += p[i] == '"';
	}
	return str_make(p, to);
}

static int hand_on(struct csv *c, size_t n, struct err *e)
{
	char *p = c->p + c->start;
	struct csv_row row = {
	    .line = c->line, .count = c->count, .cell = c->view};
	size_t bad = c->high ? utf8_first_bad(str_make(p, n)) : n;
	size_t after;

	if (bad < n)
		return csv_refuse(c, ERR_INPUT, bad, e,
		    "byte 0x%02X is not UTF-8; say which encoding the file "
		    "has, often --encoding windows-1252",
		    (unsigned char)p[bad]);
	if (c->quoted)
		c->line += count_lines(str_make(p, n), &after);
	if (c->count == 1 && n == 0)
		return 0; /* nothing on this line */
	for (size_t i = 0; i < c->count; i++)
		c->view[i] = str_make(p + c->cell[i].at, c->cell[i].n);
	for (size_t i = 0; c->doubled && i < c->count; i++)
		if (c->cell[i].doubled)
			c->view[i] = undouble(p + c->cell[i].at, c->cell[i].n);
	c->rows++;
	return c->fn(&row, c->arg, e);
}

/* The row's bytes end at `n`, its line end has `skip` bytes. */
static int end_row(struct csv *c, size_t n, size_t skip, struct err *e)
{
	int r = hand_on(c, n, e);

	c->line++;
	c->start += n + skip;
	c->at = c->cell_at = c->count = 0;
	c->high = c->quoted = c->doubled = false;
	c->state = CSV_ROW;
	return r < 0 ? r : 0;
}

/* ---- cells */

static int add_cell(
    struct csv *c, size_t at, size_t n, bool doubled, struct err *e)
{
	if (c->count == LIMIT_CSV_COLUMNS)
		return csv_refuse(c, ERR_LIMIT, at, e,
		    "more than %lu cells in one row", LIMIT_CSV_COLUMNS);
	c->cell[c->count++] =
	    (struct csv_cell){(uint32_t)at, (uint32_t)n, doubled};
	c->doubled |= doubled;
	return 0;
}

/* How far a scan may look: the end, or one byte over the next limit. */
static size_t window(const struct csv *c)
{
	size_t end = c->end - c->start;
	size_t limit = c->cell_at + LIMIT_CSV_CELL;

	if (limit > LIMIT_CSV_ROW)
		limit = LIMIT_CSV_ROW;
	return end <= limit ? end : limit + 1;
}

static int check_limit(struct csv *c, size_t at, struct err *e)
{
	const char *hint = c->state == CSV_PLAIN
			       ? "are the line ends missing?"
			       : "is a closing quote missing?";

	if (at > LIMIT_CSV_ROW && c->cell_at + LIMIT_CSV_CELL >= LIMIT_CSV_ROW)
		return csv_refuse(c, ERR_LIMIT, 0, e,
		    "the row that begins here is longer than %lu MiB; %s",
		    LIMIT_CSV_ROW / MiB, hint);
	if (at - c->cell_at > LIMIT_CSV_CELL)
		return csv_refuse(c, ERR_LIMIT, c->cell_at, e,
		    "the cell that begins here is longer than %lu MiB; %s",
		    LIMIT_CSV_CELL / MiB, hint);
	return 0;
}

static int refuse_nul(struct csv *c, size_t at, struct err *e)
{
	return csv_refuse(c, ERR_INPUT, at, e,
	    "a NUL byte, so this is no CSV text%s",
	    c->rows == 0 && !c->decoding
		? "; if it is UTF-16, say --encoding UTF-16LE (or UTF-16BE)"
		: "");
}

/* Behind a cell: a separator or a line end at `at`.  1: the row is done. */
static int after_cell(struct csv *c, size_t at, struct err *e)
{
	char ch = c->p[c->start + at];
	int r;

	if (ch == c->separator) {
		c->at = c->cell_at = at + 1;
		c->state = CSV_CELL;
		return 0;
	}
	c->skip_lf = ch == '\r';
	r = end_row(c, at, 1, e);
	return r < 0 ? r : 1;
}

static int scan_plain(struct csv *c, size_t *more, struct err *e)
{
	const char *p = c->p + c->start;
	size_t end = window(c), at;
	uint64_t high = 0;
	int r;

	at = find_plain(
	    p, c->at, end, ONES * (uint64_t)(unsigned char)c->separator, &high);
	c->high |= high != 0;
	c->at = at;
	r = check_limit(c, at, e);
	if (r < 0)
		return r;
	if (at == end) {
		*more = 1;
		return 0;
	}
	if (p[at] == '\0')
		return refuse_nul(c, at, e);
	r = add_cell(c, c->cell_at, at - c->cell_at, false, e);
	return r < 0 ? r : after_cell(c, at, e);
}

static int scan_quoted(struct csv *c, size_t *more, struct err *e)
{
	const char *p = c->p + c->start;
	size_t end = window(c), at;
	uint64_t high = 0;
	int r;

	at = find_quote(p, c->at, end, &high);
	c->high |= high != 0;
	c->at = at;
	r = check_limit(c, at, e);
	if (r < 0)
		return r;
	if (at == end) {
		*more = 1;
		return 0;
	}
	if (p[at] == '\0')
		return refuse_nul(c, at, e);
	c->at = at + 1;
	c->state = CSV_QUOTE_END;
	return 0;
}

/* `at` is behind a quote: doubled, or the end of the cell. */
static int scan_quote_end(struct csv *c, size_t *more, struct err *e)
{
	const char *p = c->p + c->start;
	size_t at = c->at;
	int r;

	if (at == c->end - c->start) {
		*more = 1;
		return 0;
	}
	if (p[at] == '"') {
		c->cell[c->count].doubled = true;
		c->at = at + 1;
		c->state = CSV_QUOTED;
		return 0;
	}
	if (p[at] == '\0')
		return refuse_nul(c, at, e);
	if (p[at] != c->separator && p[at] != '\n' && p[at] != '\r')
		return csv_refuse(c, ERR_INPUT, at, e,
		    "text behind a closing quote; a quote inside a quoted "
		    "cell is written twice (RFC 4180, section 2)");
	r = add_cell(c, c->cell_at + 1, at - c->cell_at - 2,
	    c->cell[c->count].doubled, e);
	return r < 0 ? r : after_cell(c, at, e);
}

static int scan_cell(struct csv *c, size_t *more, struct err *e)
{
	if (c->start + c->at == c->end) {
		*more = 1;
		return 0;
	}
	if (c->count == LIMIT_CSV_COLUMNS)
		return csv_refuse(c, ERR_LIMIT, c->at, e,
		    "more than %lu cells in one row", LIMIT_CSV_COLUMNS);
	c->cell_at = c->at;
	if (c->p[c->start + c->at] != '"') {
		c->state = CSV_PLAIN;
		return 0;
	}
	c->cell[c->count].doubled = false;
	c->quoted = true;
	c->at++;
	c->state = CSV_QUOTED;
	return 0;
}

/* ---- the first line */

static bool take_sep_line(struct csv *c, struct str line, size_t skip)
{
	if (line.n != 5 || !str_istarts(line, S("sep=")))
		return false;
	if (!c->separator)
		c->separator = line.p[4];
	c->start += line.n + skip;
	c->line++;
	return true;
}

/* Finds the end of the first line and decides on the separator. */
static int scan_header(struct csv *c, bool final, size_t *more, struct err *e)
{
	const char *p = c->p + c->start;
	size_t have = c->end - c->start, best = 0;
	size_t n = have <= LIMIT_CSV_ROW ? have : LIMIT_CSV_ROW + 1;

	for (; c->at < n; c->at++) {
		char ch = p[c->at];

		if (ch == '"')
			c->header_quote = !c->header_quote;
		if (c->header_quote)
			continue;
		if (ch == '\n' || ch == '\r')
			break;
		for (size_t i = 0; i < 3; i++)
			c->seen[i] += ch == separators[i];
	}
	if (c->at == n && n == have && n <= LIMIT_CSV_ROW && !final) {
		*more = 1;
		return 0;
	}
	if (c->at < n && take_sep_line(c, str_make(p, c->at), 1))
		c->skip_lf = p[c->at] == '\r';
	for (size_t i = 1; i < 3; i++)
		if (c->seen[i] > c->seen[best])
			best = i;
	if (!c->separator)
		c->separator = separators[best];
	c->at = 0;
	c->state = CSV_ROW;
	return 0;
}

static void scan_row(struct csv *c, size_t *more)
{
	if (c->start == c->end) {
		*more = 1;
		return;
	}
	if (c->skip_lf && c->p[c->start] == '\n')
		c->start++;
	else
		c->state = CSV_CELL;
	c->skip_lf = false;
}

static int finish(struct csv *c, struct err *e)
{
	size_t n = c->end - c->start;
	int r = 0;

	if (c->state == CSV_QUOTED)
		return csv_refuse(c, ERR_INPUT, c->cell_at, e,
		    "the quoted cell that begins here is never closed");
	if (c->state == CSV_PLAIN || c->state == CSV_CELL)
		r = add_cell(c, c->cell_at, n - c->cell_at, false, e);
	else if (c->state == CSV_QUOTE_END)
		r = add_cell(c, c->cell_at + 1, n - c->cell_at - 2,
		    c->cell[c->count].doubled, e);
	else
		return 0;
	return r < 0 ? r : end_row(c, n, 0, e);
}

int csv_scan(struct csv *c, bool final, struct err *e)
{
	size_t more = 0;
	int r = 0;

	while (!more && r >= 0) {
		switch (c->state) {
		case CSV_HEADER: r = scan_header(c, final, &more, e); break;
		case CSV_ROW: scan_row(c, &more); break;
		case CSV_CELL: r = scan_cell(c, &more, e); break;
		case CSV_PLAIN: r = scan_plain(c, &more, e); break;
		case CSV_QUOTED: r = scan_quoted(c, &more, e); break;
		case CSV_QUOTE_END: r = scan_quote_end(c, &more, e); break;
		case CSV_SNIFF:
		case CSV_FAILED: BUG("scan in state %d", (int)c->state);
		}
	}
	if (r >= 0 && final)
		r = finish(c, e);
	return r < 0 ? r : 0;
}

void csv_room(struct csv *c, size_t n)
{
	size_t kept = c->end - c->start;

	if (c->cap >= c->end + n + CSV_PAD)
		return;
	if (c->start)
		memmove(c->p, c->p + c->start, kept);
	c->start = 0;
	c->end = kept;
	if (c->cap >= c->end + n + CSV_PAD)
		return;
	c->cap = (c->end + n + CSV_PAD) * 2;
	c->p = mem_realloc(c->p, c->cap);
	memset(c->p + c->end, 0, c->cap - c->end);
}

char csv_separator(const struct csv *c)
{
	return c->separator;
}

/* ---- writing */

void csv_add_cell(struct buf *b, struct str cell, bool first)
{
	bool quote = false, formula = false;

	if (!first)
		buf_addc(b, ',');
	for (size_t i = 0; i < cell.n && !quote; i++)
		quote = cell.p[i] == '"' || cell.p[i] == ',' ||
			cell.p[i] == '\n' || cell.p[i] == '\r' ||
			cell.p[i] == ';' || cell.p[i] == '\t';
	if (cell.n)
		formula = memchr("=+-@\t\r", cell.p[0], 6) != NULL;
	if (quote)
		buf_addc(b, '"');
	if (formula)
		buf_addc(b, '\'');
	for (struct str rest = cell; rest.p && cell.n;) {
		buf_add(b, str_cut(&rest, '"'));
		if (rest.p)
			buf_addz(b, "\"\"");
	}
	if (quote)
		buf_addc(b, '"');
}

void csv_add_end(struct buf *b)
{
	buf_addz(b, "\r\n");
}
