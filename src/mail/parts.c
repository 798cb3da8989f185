#include "mail/parts.h"
#include "base/codec.h"
#include "base/utf8.h"
#include "mail/header.h"
#include "mail/qp.h"

struct walk {
	bool html, found;
	unsigned parts;
	struct buf *out;
};

/* The next piece up to a ";" that stands in no quotes. */
static struct str cut_parameter(struct str *rest)
{
	bool quoted = false;
	struct str one = *rest;

	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];

		if (c == '\\' && quoted)
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (c == ';' && !quoted) {
			one.n = i;
			*rest = str_from(*rest, i + 1);
			return str_trim(one);
		}
	}
	*rest = STR_NONE;
	return str_trim(one);
}

bool parts_parameter(struct str value, const char *name, struct buf *out)
{
	struct str rest = value;

	cut_parameter(&rest);
	while (rest.p) {
		struct str one = cut_parameter(&rest), key;

		key = str_trim(str_cut(&one, '='));
		if (!str_ieq(key, str_of(name)) || !one.p)
			continue;
		one = str_trim(one);
		if (!str_starts(one, S("\""))) {
			buf_add(out, one);
			return true;
		}
		for (size_t i = 1; i < one.n && one.p[i] != '"'; i++) {
			if (one.p[i] == '\\' && i + 1 < one.n)
				i++;
			buf_addc(out, one.p[i]);
		}
		return true;
	}
	return false;
}

/* A field's value on one line; empty: there is none. */
static void field(struct str entity, const char *name, struct buf *out)
{
	struct header_field f;

	buf_reset(out);
	if (header_find(entity, str_of(name), &f))
		header_unfold(f.value, out);
}

static struct str body_of(struct str entity)
{
	struct header_reader r;
	struct header_field f;

	header_reader_init(&r, entity);
	while (header_next(&r, &f))
		;
	return str_from(entity, r.body);
}

/* ---- one part */

/* White space does not count, and what is no base64 ends it. */
static void decode_base64(struct str s, struct buf *out)
{
	size_t n = 0;

	while (n < s.n &&
	       (ascii_is_alnum(s.p[n]) || s.p[n] == '+' || s.p[n] == '/' ||
		   s.p[n] == '=' || ascii_is_wsp(s.p[n]) || s.p[n] == '\r' ||
		   s.p[n] == '\n'))
		n++;
	codec_unbase64(out, str_sub(s, 0, n), false);
}

/* Latin 1 where it is said, or where it can be nothing else. */
static void add_text(struct walk *w, struct str s, struct str charset)
{
	bool latin = str_istarts(charset, S("iso-8859-1")) ||
		     str_ieq(charset, S("windows-1252")) || !utf8_valid(s);

	if (w->found)
		buf_addz(w->out, "\n\n");
	w->found = true;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		if (latin && c >= 0x80)
			utf8_add(w->out, c);
		else
			buf_addc(w->out, (char)c);
	}
}

static void read_text(struct walk *w, struct str entity, struct str type)
{
	struct buf encoding = BUF_INIT(LIMIT_HEADER_SECTION);
	struct buf charset = BUF_INIT(LIMIT_HEADER_SECTION);
	struct str body = body_of(entity);
	struct buf text = BUF_INIT(body.n + 16);

	field(entity, "Content-Transfer-Encoding", &encoding);
	parts_parameter(type, "charset", &charset);
	if (str_ieq(buf_str(&encoding), S("quoted-printable")))
		qp_decode(body, &text);
	else if (str_ieq(buf_str(&encoding), S("base64")))
		decode_base64(body, &text);
	else
		buf_add(&text, body);
	add_text(w, buf_str(&text), buf_str(&charset));
	buf_release(&encoding);
	buf_release(&charset);
	buf_release(&text);
}

static bool is_attachment(struct str entity)
{
	struct buf b = BUF_INIT(LIMIT_HEADER_SECTION);
	bool yes;

	field(entity, "Content-Disposition", &b);
	yes = str_istarts(buf_str(&b), S("attachment"));
	buf_release(&b);
	return yes;
}

/* ---- many parts */

/* "--boundary" (1) or "--boundary--" (2) and blanks; else 0. */
static int delimiter(struct str line, struct str boundary)
{
	if (!str_starts(line, S("--")) ||
	    !str_starts(str_from(line, 2), boundary))
		return 0;
	line = str_trim(str_from(line, 2 + boundary.n));
	return line.n == 0 ? 1 : str_eq(line, S("--")) ? 2 : 0;
}

static void read_entity(struct walk *w, struct str entity, unsigned depth);

static void read_multipart(
    struct walk *w, struct str body, struct str boundary, unsigned depth)
{
	struct str rest = body;
	size_t from = 0;
	bool in = false;
	int what = 0;

	while (rest.p && what != 2) {
		size_t at = (size_t)(rest.p - body.p);
		struct str line = str_cut(&rest, '\n');

		what = delimiter(line, boundary);
		if (!what)
			continue;
		if (in)
			read_entity(
			    w, str_sub(body, from, at - from), depth + 1);
		in = true;
		from = rest.p ? (size_t)(rest.p - body.p) : body.n;
	}
	if (in && what != 2) /* cut short */
		read_entity(w, str_from(body, from), depth + 1);
}

static void read_entity(struct walk *w, struct str entity, unsigned depth)
{
	struct buf type = BUF_INIT(LIMIT_HEADER_SECTION);
	struct buf boundary = BUF_INIT(LIMIT_HEADER_SECTION);
	struct str media, rest;

	if (depth > PARTS_DEPTH || w->parts++ > PARTS_MAX)
		return;
	field(entity, "Content-Type", &type);
	rest = type.len ? buf_str(&type) : S("text/plain");
	media = cut_parameter(&rest);
	if (str_istarts(media, S("multipart/"))) {
		if (parts_parameter(buf_str(&type), "boundary", &boundary) &&
		    boundary.len)
			read_multipart(
			    w, body_of(entity), buf_str(&boundary), depth);
	} else if (str_ieq(media, w->html ? S("text/html") : S("text/plain")) &&
		   !is_attachment(entity)) {
		read_text(w, entity, buf_str(&type));
	}
	buf_release(&type);
	buf_release(&boundary);
}

bool parts_text(struct str message, bool html, struct buf *out)
{
	struct walk w = {.html = html, .out = out};

	read_entity(&w, message, 0);
	return w.found;
}
