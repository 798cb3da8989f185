#include "mail/header.h"

/* ---- writing */

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* Length of the next piece of a line: blanks and the word behind them. */
static size_t next_piece(struct str s)
{
	size_t i = 0;

	while (i < s.n && (s.p[i] == ' ' || is_control(s.p[i])))
		i++;
	while (i < s.n && s.p[i] != ' ' && !is_control(s.p[i]))
		i++;
	return i;
}

static void add_clean(struct buf *out, struct str s)
{
	char *p = buf_room(out, s.n);

	if (!p)
		return;
	for (size_t i = 0; i < s.n; i++)
		p[i] = is_control(s.p[i]) && s.p[i] != '\t' ? ' ' : s.p[i];
	buf_commit(out, s.n);
}

bool header_add(struct buf *out, struct str name, struct str value)
{
	size_t start = out->len, column = name.n + 1;
	bool fits = true, first = true;

	/* so that no line is all blank (RFC 5322 3.2.2) */
	while (value.n && (value.p[0] == ' ' || is_control(value.p[0])))
		value = str_from(value, 1);
	while (value.n && (value.p[value.n - 1] == ' ' ||
			      is_control(value.p[value.n - 1])))
		value.n--;
	buf_add(out, name);
	buf_addc(out, ':');
	while (value.n) {
		size_t n = next_piece(value);

		if (first) {
			buf_addc(out, ' ');
			column++;
		} else if (column + n > HEADER_FOLD_AT) {
			buf_add(out, S("\r\n"));
			column = 0;
		}
		add_clean(out, str_sub(value, 0, n));
		column += n;
		fits = fits && column <= LIMIT_MAIL_LINE;
		value = str_from(value, n);
		first = false;
	}
	buf_add(out, S("\r\n"));
	if (!fits)
		buf_truncate(out, start);
	return fits;
}

/* ---- reading */

void header_reader_init(struct header_reader *r, struct str message)
{
	*r = (struct header_reader){.message = message};
}

/* Offset behind the line that starts at `at`. */
static size_t line_after(struct str s, size_t at)
{
	const char *nl = at < s.n ? memchr(s.p + at, '\n', s.n - at) : NULL;

	return nl ? (size_t)(nl - s.p) + 1 : s.n;
}

static struct str without_line_end(struct str s)
{
	if (s.n && s.p[s.n - 1] == '\n') {
		s.n--;
		if (s.n && s.p[s.n - 1] == '\r')
			s.n--;
	}
	return s;
}

/* ftext of RFC 5322 3.6.8 */
static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.n > 0;
}

bool header_next(struct header_reader *r, struct header_field *ret)
{
	struct str m = str_sub(r->message, 0, LIMIT_HEADER_SECTION);
	size_t end = line_after(m, r->at);
	struct str all, name;

	r->body = r->at;
	if (r->at == m.n) {
		r->truncated = m.n < r->message.n;
		return false;
	}
	if (without_line_end(str_sub(m, r->at, end - r->at)).n == 0) {
		r->body = end;
		return false;
	}
	while (end < m.n && ascii_is_wsp(m.p[end]))
		end = line_after(m, end);
	*ret = (struct header_field){.at = r->at, .end = end};
	all = without_line_end(str_sub(m, r->at, end - r->at));
	r->at = end;
	ret->value = all;
	name = str_cut(&all, ':');
	while (name.n && ascii_is_wsp(name.p[name.n - 1]))
		name.n--;
	if (!all.p || !is_name(name))
		return true;
	ret->is_field = true;
	ret->name = name;
	ret->value = all;
	return true;
}

bool header_find(struct str message, struct str name, struct header_field *ret)
{
	struct header_reader r;

	header_reader_init(&r, message);
	while (header_next(&r, ret))
		if (ret->is_field && str_ieq(ret->name, name))
			return true;
	return false;
}

void header_unfold(struct str value, struct buf *out)
{
	value = str_trim(value);
	while (value.n) {
		size_t n = 0;

		while (n < value.n && value.p[n] != '\r' && value.p[n] != '\n')
			n++;
		buf_add(out, str_sub(value, 0, n));
		while (
		    n < value.n && (value.p[n] == '\r' || value.p[n] == '\n'))
			n++;
		value = str_from(value, n);
	}
}
