#include "mail/qp.h"

#define ROOM (QP_LINE_MAX - 1) /* the last one is for the soft break's "=" */

static bool is_plain(char c)
{
	return c > ' ' && c <= '~' && c != '=';
}

static void soft_break(struct qp *q)
{
	buf_add(q->out, S("=\r\n"));
	q->column = 0;
}

static void add_hex(struct qp *q, char c)
{
	static const char digits[] = "0123456789ABCDEF";
	unsigned char u = (unsigned char)c;
	char hex[3] = {'=', digits[u >> 4], digits[u & 15]};

	if (q->column + 3 > ROOM)
		soft_break(q);
	buf_add(q->out, str_make(hex, 3));
	q->column += 3;
}

/* Whether the first byte of `s`, at the start of a line, is one that mail
 * systems touch.  "From " may go on in the next piece. */
static bool is_touchy(struct str s)
{
	struct str from = S("From ");

	return s.p[0] == '.' ||
	       (s.p[0] == 'F' && str_starts(from, str_sub(s, 0, from.n)));
}

/* As many plain characters as fit on the line. */
static size_t add_plain(struct qp *q, struct str s)
{
	size_t n = 0, room;

	if (q->column == ROOM)
		soft_break(q);
	if (q->column == 0 && is_touchy(s)) {
		add_hex(q, s.p[0]);
		return 1;
	}
	room = ROOM - q->column;
	while (n < s.n && n < room && is_plain(s.p[n]))
		n++;
	buf_add(q->out, str_sub(s, 0, n));
	q->column += n;
	return n;
}

void qp_add(struct qp *q, struct str s, bool more)
{
	size_t i = 0;

	while (i < s.n) {
		char c = s.p[i];

		if (is_plain(c)) {
			i += add_plain(q, str_from(s, i));
			continue;
		}
		i++;
		if (c == '\n') {
			buf_add(q->out, S("\r\n"));
			q->column = 0;
		} else if (ascii_is_wsp(c) &&
			   (i < s.n ? s.p[i] != '\n' : more)) {
			if (q->column == ROOM)
				soft_break(q);
			buf_addc(q->out, c);
			q->column++;
		} else {
			add_hex(q, c);
		}
	}
}

/* ---- runs */

bool qp_run_measure(struct str s, struct qp_run *ret)
{
	size_t column = 0;

	*ret = (struct qp_run){.bytes = s};
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n') {
			if (!ret->breaks)
				ret->first = column;
			ret->breaks = true;
			column = 0;
			i++;
		} else if ((s.p[i] >= ' ' && s.p[i] <= '~') || s.p[i] == '\t') {
			if (++column > QP_LINE_MAX)
				return false;
		} else {
			return false;
		}
	}
	ret->last = column;
	if (!ret->breaks)
		ret->first = column;
	return column <= ROOM;
}

void qp_add_run(struct qp *q, const struct qp_run *run)
{
	if (q->column + run->first > (run->breaks ? QP_LINE_MAX : ROOM))
		soft_break(q);
	buf_add(q->out, run->bytes);
	q->column = run->breaks ? run->last : q->column + run->last;
}

/* ---- decoding */

static int hex_value(char c)
{
	if (ascii_is_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Blanks and then a line end, or the end of all: their length with it, so
 * that 0 says there is none.  At the very end only blanks. */
static size_t line_end(struct str s, bool *ret_newline)
{
	size_t i = 0;

	while (i < s.n && ascii_is_wsp(s.p[i]))
		i++;
	*ret_newline = false;
	if (i == s.n)
		return i;
	if (s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
		i++;
	if (s.p[i] != '\n')
		return 0;
	*ret_newline = true;
	return i + 1;
}

/* Behind an "=": how much belongs to it. */
static size_t decode_escape(struct str s, struct buf *out, bool *ok)
{
	bool newline;
	size_t n;

	if (s.n >= 2 && hex_value(s.p[0]) >= 0 && hex_value(s.p[1]) >= 0) {
		buf_addc(
		    out, (char)(hex_value(s.p[0]) << 4 | hex_value(s.p[1])));
		return 2;
	}
	n = line_end(s, &newline);
	if (n == 0 && s.n) {
		*ok = false;
		buf_addc(out, '=');
	}
	return n;
}

bool qp_decode(struct str s, struct buf *out)
{
	bool ok = true, newline;
	size_t i = 0, n;

	while (i < s.n) {
		n = 0;
		if (s.p[i] == '=') {
			i++;
			i += decode_escape(str_from(s, i), out, &ok);
			continue;
		}
		if (s.p[i] <= ' ')
			n = line_end(str_from(s, i), &newline);
		if (n && newline)
			buf_addc(out, '\n');
		if (!n)
			buf_addc(out, s.p[i++]);
		i += n;
	}
	return ok;
}
