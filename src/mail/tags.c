#include "mail/tags.h"
#include "base/utf8.h"

void tags_reader_init(struct tags_reader *r, struct str text)
{
	*r = (struct tags_reader){.text = text};
}

/* Length of the white space at `at`: obs-FWS of RFC 5322 4.2, so that CRLF
 * counts only before SP or HTAB. */
static size_t skip_fws(struct str s, size_t at)
{
	size_t start = at;

	while (at < s.n) {
		if (ascii_is_wsp(s.p[at]))
			at++;
		else if (at + 2 < s.n && s.p[at] == '\r' &&
			 s.p[at + 1] == '\n' && ascii_is_wsp(s.p[at + 2]))
			at += 3;
		else
			break;
	}
	return at - start;
}

static size_t name_length(struct str s, size_t at)
{
	size_t n = at;

	if (n == s.n || !ascii_is_alpha(s.p[n]))
		return 0;
	while (n < s.n && (ascii_is_alnum(s.p[n]) || s.p[n] == '_'))
		n++;
	return n - at;
}

/* Offset of the first byte of a value that may not stand there, or s.n. */
static size_t first_bad(struct str s)
{
	uint32_t code;
	size_t i = 0;

	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		size_t n = 1;

		if (c <= ' ')
			n = skip_fws(s, i);
		else if (c == 0x7f)
			return i;
		else if (c > 0x7f)
			n = utf8_next(str_from(s, i), &code);
		if (n == 0)
			return i;
		i += n;
	}
	return s.n;
}

static int bad_byte(struct str s, size_t at, const char *what, struct err *e)
{
	if (at >= s.n)
		return err_set(
		    e, ERR_INPUT, "byte %zu, the end: %s", at + 1, what);
	if (s.p[at] > ' ' && s.p[at] <= '~')
		return err_set(e, ERR_INPUT, "byte %zu, \"%c\": %s", at + 1,
		    s.p[at], what);
	return err_set(e, ERR_INPUT, "byte %zu, 0x%02x: %s", at + 1,
	    (unsigned)(unsigned char)s.p[at], what);
}

/* `end`: of the piece. */
static int read_piece(
    struct str s, size_t at, size_t end, struct tag *ret, struct err *e)
{
	struct str piece = str_sub(s, 0, end);
	size_t n = name_length(piece, at), bad, first;

	if (n == 0)
		return bad_byte(s, at,
		    at == end ? "a tag is empty (RFC 6376 3.2)"
			      : "a tag starts with a letter (RFC 6376 3.2)",
		    e);
	ret->name = str_sub(s, at, n);
	ret->at = at;
	at += n;
	at += skip_fws(piece, at);
	if (at == end || s.p[at] != '=')
		return bad_byte(s, at,
		    "\"=\" must stand behind the name of a tag (RFC 6376 3.2)",
		    e);
	ret->value_at = ++at;
	ret->value_end = end;
	first = at + skip_fws(piece, at);
	bad = first + first_bad(str_sub(s, first, end - first));
	if (bad < end)
		return bad_byte(s, bad,
		    "can not stand in the value of a tag (RFC 6376 3.2)", e);
	ret->value = str_trim(str_sub(s, first, end - first));
	ret->end = first + ret->value.n;
	return 1;
}

int tags_next(struct tags_reader *r, struct tag *ret, struct err *e)
{
	struct str s = r->text;
	size_t at = r->at + skip_fws(s, r->at), end;
	const char *semicolon;

	/* nothing, or nothing behind the last semicolon */
	if (r->at > s.n || (at == s.n && r->at > 0)) {
		r->at = s.n + 1;
		return 0;
	}
	semicolon = at < s.n ? memchr(s.p + at, ';', s.n - at) : NULL;
	end = semicolon ? (size_t)(semicolon - s.p) : s.n;
	r->at = end + 1;
	return read_piece(s, at, end, ret, e);
}

int tags_parse(struct str s, struct tags *ret, struct err *e)
{
	struct tags_reader r;
	struct tag t;
	int rc;

	ret->count = 0;
	tags_reader_init(&r, s);
	while ((rc = tags_next(&r, &t, e)) > 0) {
		if (tags_find(ret, t.name))
			return err_set(e, ERR_INPUT,
			    "byte %zu: the tag %.*s= occurs twice, which makes "
			    "the list invalid (RFC 6376 3.2)",
			    t.at + 1, STR_ARG(str_sub(t.name, 0, 40)));
		if (ret->count == LIMIT_TAGS)
			return err_set(
			    e, ERR_LIMIT, "has more than %lu tags", LIMIT_TAGS);
		ret->tag[ret->count++] = t;
	}
	return rc;
}

const struct tag *tags_find(const struct tags *t, struct str name)
{
	for (size_t i = 0; i < t->count; i++)
		if (str_eq(t->tag[i].name, name))
			return &t->tag[i];
	return NULL;
}

struct str tags_value(const struct tags *t, struct str name)
{
	const struct tag *tag = tags_find(t, name);

	return tag ? tag->value : STR_NONE;
}

struct str tags_cut_item(struct str *rest)
{
	return str_trim(str_cut(rest, ':'));
}
