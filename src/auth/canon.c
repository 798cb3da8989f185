#include "auth/canon.h"

#define LANES 16
typedef unsigned char lanes __attribute__((vector_size(LANES)));
typedef uint64_t halves __attribute__((vector_size(LANES)));

static inline lanes load(const char *p)
{
	lanes v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline bool none_set(lanes v)
{
	halves h;

	memcpy(&h, &v, sizeof(h));
	return (h[0] | h[1]) == 0;
}

/* White space at p[0] that relaxing may change, judged by the byte behind. */
static inline bool is_rough(const char *p)
{
	return p[0] == '\t' ||
	       (p[0] == ' ' && (p[1] == ' ' || p[1] == '\t' || p[1] == '\r'));
}

/* How many bytes at the start are certainly relaxed.  The last byte is never
 * judged white space that may stay, as what follows is not known. */
static size_t smooth_run(const char *p, size_t n)
{
	size_t i = 0;

	for (; i + LANES < n; i += LANES) {
		lanes a = load(p + i), b = load(p + i + 1);
		lanes tab = (lanes)(a == '\t');
		lanes sp = (lanes)(a == ' ');
		lanes bad =
		    (lanes)(b == ' ') | (lanes)(b == '\t') | (lanes)(b == '\r');

		if (!none_set(tab | (sp & bad)))
			break;
	}
	while (i + 1 < n && !is_rough(p + i))
		i++;
	if (i + 1 == n && !ascii_is_wsp(p[i]))
		i++;
	return i;
}

size_t canon_find_bare(struct str s)
{
	const char *p = s.p;
	size_t i = 0, n = s.n;

	if (n && p[0] == '\n')
		return 0;
	for (; i + LANES < n; i += LANES)
		if (!none_set((lanes)(load(p + i) == '\r') ^
			      (lanes)(load(p + i + 1) == '\n')))
			break;
	for (; i + 1 < n; i++)
		if ((p[i] == '\r') != (p[i + 1] == '\n'))
			return p[i] == '\r' ? i : i + 1;
	return n && p[n - 1] == '\r' ? n - 1 : n;
}

void canon_body_begin(
    struct canon_body *c, enum canon_kind kind, canon_sink *sink, void *arg)
{
	c->kind = kind;
	c->sink = sink;
	c->arg = arg;
	c->crlfs = 0;
	c->joined = 0;
	c->wsp = c->cr = c->any = false;
}

static void give_joined(struct canon_body *c)
{
	if (c->joined)
		c->sink(c->arg, str_make(c->join, c->joined));
	c->joined = 0;
}

static void give(struct canon_body *c, struct str s)
{
	c->any = true;
	if (s.n > CANON_JOIN - c->joined)
		give_joined(c);
	if (s.n > CANON_JOIN / 4) {
		give_joined(c);
		c->sink(c->arg, s);
		return;
	}
	memcpy(c->join + c->joined, s.p, s.n);
	c->joined += s.n;
}

/* Something follows: what was kept back counts. */
static void give_kept(struct canon_body *c)
{
	static const char ends[] = "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";

	while (c->crlfs) {
		uint64_t n = c->crlfs < 8 ? c->crlfs : 8;

		give(c, str_make(ends, (size_t)n * 2));
		c->crlfs -= n;
	}
	if (c->wsp)
		give(c, S(" "));
	if (c->cr)
		give(c, S("\r"));
	c->wsp = c->cr = false;
}

/* A stretch that needs no change; its line ends at the end are kept back. */
static void take_run(struct canon_body *c, struct str run)
{
	uint64_t crlfs = 0;
	bool cr = run.p[run.n - 1] == '\r';

	if (cr)
		run.n--;
	while (run.n >= 2 && run.p[run.n - 1] == '\n' &&
	       run.p[run.n - 2] == '\r') {
		run.n -= 2;
		crlfs++;
	}
	if (run.n) {
		give_kept(c);
		give(c, run);
	}
	c->crlfs += crlfs;
	c->cr = cr;
}

/* One byte behind a CR or white space that is kept back, or white space.
 * False: what was kept back is given, the byte is still to be taken. */
static bool take_byte(struct canon_body *c, char b)
{
	if (c->cr && b == '\n') {
		c->wsp = c->cr = false;
		c->crlfs++;
		return true;
	}
	if (c->cr) {
		give_kept(c);
		return false;
	}
	if (c->kind == CANON_RELAXED && ascii_is_wsp(b)) {
		c->wsp = true;
		return true;
	}
	if (b == '\r') {
		c->cr = true;
		return true;
	}
	give_kept(c);
	return false;
}

void canon_body_update(struct canon_body *c, struct str s)
{
	while (s.n) {
		size_t n = 0;

		if (!c->cr && !c->wsp)
			n = c->kind == CANON_SIMPLE ? s.n
						    : smooth_run(s.p, s.n);
		if (n)
			take_run(c, str_make(s.p, n));
		else if (take_byte(c, s.p[0]))
			n = 1;
		s = str_from(s, n);
	}
}

void canon_body_end(struct canon_body *c)
{
	if (c->cr)
		give_kept(c);
	c->wsp = false;
	if (c->any || c->kind == CANON_SIMPLE)
		give(c, S("\r\n"));
	c->crlfs = 0;
	give_joined(c);
}

/* Appends a piece of a field without line ends in it; `*wsp`: white space
 * waits to be written; `start`: where the value starts in `out`. */
static void relax_piece(struct str s, size_t start, bool *wsp, struct buf *out)
{
	while (s.n && !out->over) {
		size_t n = 0;

		if (!*wsp && (n = smooth_run(s.p, s.n)) > 0) {
			/* a space that opens the value is dropped */
			bool first = out->len == start && s.p[0] == ' ';

			buf_add(out, str_make(s.p + first, n - first));
		} else if (ascii_is_wsp(s.p[0])) {
			*wsp = true;
			n = 1;
		} else {
			if (out->len != start)
				buf_addc(out, ' ');
			*wsp = false;
		}
		s = str_from(s, n);
	}
}

static void relax_header(struct str field, struct buf *out)
{
	ptrdiff_t colon = str_chr(field, ':');
	struct str name, value;
	bool wsp = false;
	size_t start;
	char *p;

	ENSURE(colon >= 0);
	name = str_sub(field, 0, (size_t)colon);
	value = str_from(field, (size_t)colon + 1);
	while (name.n && ascii_is_wsp(name.p[name.n - 1]))
		name.n--;
	p = buf_room(out, name.n + 1);
	if (!p)
		return;
	for (size_t i = 0; i < name.n; i++)
		p[i] = ascii_lower(name.p[i]);
	p[name.n] = ':';
	buf_commit(out, name.n + 1);
	start = out->len;
	while (value.n) {
		ptrdiff_t end = str_find(value, S("\r\n"));
		size_t n = end < 0 ? value.n : (size_t)end;

		relax_piece(str_make(value.p, n), start, &wsp, out);
		value = str_from(value, end < 0 ? n : n + 2);
	}
}

void canon_header(enum canon_kind kind, struct str field, struct buf *out)
{
	if (kind == CANON_SIMPLE)
		buf_add(out, field);
	else
		relax_header(field, out);
}
