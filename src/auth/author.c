#include "auth/author.h"
#include "auth/dmarc_walk.h"
#include "base/utf8.h"
#include "domain/idna.h"
#include "mail/header.h"

#define COMMENT_DEPTH 16

struct scan {
	struct str s;
	size_t i;
	const char *why; /* NULL: all is well */
};

static int peek(const struct scan *c)
{
	return c->i < c->s.n ? (unsigned char)c->s.p[c->i] : -1;
}

static bool refuse(struct scan *c, const char *why)
{
	if (!c->why)
		c->why = why;
	return false;
}

/* ---- words */

/* atext of RFC 5322 3.2.3 and RFC 6532 3.2 */
static bool is_atext(int c)
{
	return c >= 0x80 || (c > 0 && (ascii_is_alnum((char)c) ||
					  strchr("!#$%&'*+-/=?^_`{|}~", c)));
}

static bool skip_quoted(struct scan *c)
{
	for (c->i++; c->i < c->s.n; c->i++) {
		if (c->s.p[c->i] == '"') {
			c->i++;
			return true;
		}
		if (c->s.p[c->i] == '\\')
			c->i++;
	}
	return refuse(c, "the From field has a quote that is never closed");
}

static bool skip_comment(struct scan *c)
{
	size_t depth = 0;

	for (; c->i < c->s.n; c->i++) {
		switch (c->s.p[c->i]) {
		case '(':
			if (++depth > COMMENT_DEPTH)
				return refuse(c, "the From field has comments "
						 "within comments without end");
			break;
		case ')':
			if (--depth == 0) {
				c->i++;
				return true;
			}
			break;
		case '\\': c->i++; break;
		case '@':
		case '<':
		case '>':
			return refuse(c, "the From field has a comment that "
					 "reads like an address");
		default: break;
		}
	}
	return refuse(c, "the From field has a comment that is never closed");
}

static void skip_blanks(struct scan *c)
{
	while (c->i < c->s.n && ascii_is_wsp(c->s.p[c->i]))
		c->i++;
}

static bool skip_cfws(struct scan *c)
{
	for (skip_blanks(c); peek(c) == '('; skip_blanks(c))
		if (!skip_comment(c))
			return false;
	return true;
}

static void skip_atext(struct scan *c)
{
	while (is_atext(peek(c)))
		c->i++;
}

/* ---- an address */

static bool skip_dot_atom(struct scan *c)
{
	for (;; c->i++) {
		size_t start = c->i;

		skip_atext(c);
		if (c->i == start)
			return refuse(c, "the local part of the address in "
					 "From is not well formed");
		if (peek(c) != '.')
			return true;
	}
}

static bool check_local(struct scan *c, struct str local)
{
	if (str_find(local, S("=?")) >= 0)
		return refuse(c, "the address in From has an encoded word in "
				 "it (RFC 2047 5)");
	return true;
}

/* A name that is not ASCII must be what its A-labels decode to. */
static bool is_canonical(struct str name, struct str ascii)
{
	struct buf again = BUF_INIT(4 * LIMIT_DOMAIN);
	bool ok;

	idna_to_unicode(ascii, &again);
	ok = str_ieq(buf_str(&again), name);
	buf_release(&again);
	return ok;
}

static bool take_domain(struct scan *c, struct arena *a, struct author *ret)
{
	size_t start = c->i;
	struct buf out = BUF_INIT(LIMIT_DOMAIN);
	struct str name;
	bool ok;

	if (peek(c) == '[')
		return refuse(c, "the address in From has an address literal, "
				 "not a domain");
	while (is_atext(peek(c)) || peek(c) == '.')
		c->i++;
	name = str_sub(c->s, start, c->i - start);
	ok = name.n && name.p[name.n - 1] != '.' &&
	     dmarc_domain(name, &out, NULL) == 0;
	if (!ok)
		refuse(c, "the domain of the address in From is not a domain "
			  "name");
	else if (!utf8_is_ascii(name) && !is_canonical(name, buf_str(&out)))
		ok = refuse(c, "the domain of the address in From is not in "
			       "its canonical form (RFC 5890 2.3.2.1)");
	if (ok)
		ret->domain = arena_dup(a, buf_str(&out));
	buf_release(&out);
	return ok;
}

/* From its first character on; nothing may stand within. */
static bool take_addr_spec(struct scan *c, struct arena *a, struct author *ret)
{
	size_t start = c->i;

	if (peek(c) == '"' ? !skip_quoted(c) : !skip_dot_atom(c))
		return false;
	if (peek(c) != '@')
		return refuse(c, "the address in From is not well formed");
	if (!check_local(c, str_sub(c->s, start, c->i - start)))
		return false;
	c->i++;
	if (!take_domain(c, a, ret))
		return false;
	ret->address = arena_dup(a, str_sub(c->s, start, c->i - start));
	return true;
}

static bool take_angle(struct scan *c, struct arena *a, struct author *ret)
{
	c->i++;
	skip_blanks(c);
	if (peek(c) == '@')
		return refuse(c, "the address in From has a route (RFC 5322 "
				 "4.4)");
	if (peek(c) == '>')
		return refuse(c, "the address in From is empty");
	if (!take_addr_spec(c, a, ret))
		return false;
	skip_blanks(c);
	if (peek(c) != '>')
		return refuse(c, "the address in From is not well formed");
	c->i++;
	return true;
}

/* Words up to what is none. */
static bool skip_words(struct scan *c)
{
	for (;;) {
		if (!skip_cfws(c))
			return false;
		if (peek(c) == '"') {
			if (!skip_quoted(c))
				return false;
		} else if (is_atext(peek(c))) {
			skip_atext(c);
		} else if (peek(c) == '.') {
			c->i++;
		} else {
			return true;
		}
	}
}

static bool take_mailbox(struct scan *c, struct arena *a, struct author *ret)
{
	size_t start;

	if (!skip_cfws(c))
		return false;
	start = c->i;
	if (!skip_words(c))
		return false;
	switch (peek(c)) {
	case '<':
		ret->name =
		    arena_dup(a, str_trim(str_sub(c->s, start, c->i - start)));
		return take_angle(c, a, ret);
	case '@':
		c->i = start;
		if (!take_addr_spec(c, a, ret))
			return false;
		if (peek(c) == '(')
			return refuse(c, "the address in From runs into a "
					 "comment");
		return true;
	case ':':
		return refuse(c, "the From field holds a group, not a mailbox "
				 "(RFC 6854)");
	case -1: return refuse(c, "the From field holds no address");
	default: return refuse(c, "the From field is not well formed");
	}
}

/* ---- the field */

/* Line breaks only where lines are folded, each line with more than blanks. */
static const char *check_value(struct str v)
{
	size_t line = 0;

	for (size_t i = 0; i < v.n; i++) {
		char c = v.p[i];

		if (c == '\r' && i + 1 < v.n && v.p[i + 1] == '\n')
			continue;
		if (c == '\n') {
			if (line && !str_trim(str_sub(v, line, i - line)).n)
				return "the From field has a line of blanks "
				       "only (RFC 5322 3.2.2)";
			line = i + 1;
		} else if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7f) {
			return "the From field has a control character in it";
		}
	}
	if (line && !str_trim(str_from(v, line)).n)
		return "the From field has a line of blanks only (RFC 5322 "
		       "3.2.2)";
	return utf8_valid(v) ? NULL : "the From field is not valid UTF-8";
}

/* Several authors are one author domain as long as they share it (RFC 9989
 * 5.3.1 counts domains, not addresses). */
static bool parse_flat(struct scan *c, struct arena *a, struct author *ret)
{
	if (!take_mailbox(c, a, ret) || !skip_cfws(c))
		return false;
	while (peek(c) == ',') {
		struct author next = {0};

		c->i++;
		if (!take_mailbox(c, a, &next) || !skip_cfws(c))
			return false;
		if (!str_eq(next.domain, ret->domain))
			return refuse(c, "the From field holds several "
					 "addresses, of different domains");
	}
	if (peek(c) >= 0)
		return refuse(c, "the From field has something behind the "
				 "address");
	return true;
}

bool author_parse(struct str value, struct arena *a, struct author *ret)
{
	struct buf flat = BUF_INIT(LIMIT_HEADER_SECTION);
	struct scan c = {.why = check_value(value)};

	*ret = (struct author){0};
	if (!c.why) {
		header_unfold(value, &flat);
		c.s = buf_str(&flat);
		parse_flat(&c, a, ret);
	}
	if (!c.why && (flat.over || a->failed))
		c.why = "the From field is too long";
	buf_release(&flat);
	if (c.why)
		*ret = (struct author){.reason = c.why};
	return !c.why;
}

/* ---- the header */

/* Whether `line` begins with "From", a colon behind it, for a reader that
 * skips what it does not know. */
static bool looks_like_from(struct str line)
{
	static const char want[] = "from";
	size_t got = 0;

	for (size_t i = 0; i < line.n; i++) {
		char c = line.p[i];

		if (c == ':')
			return got == sizeof(want) - 1;
		/* Alone it ends a line: what is behind has its own turn, and
		 * a flood of them costs no more than its length. */
		if (c == '\r' && !got && str_sub(line, i + 1, 1).n &&
		    line.p[i + 1] != '\n')
			return false;
		if (c <= ' ' || c > '~')
			continue;
		if (got == sizeof(want) - 1 || ascii_lower(c) != want[got])
			return false;
		got++;
	}
	return got == sizeof(want) - 1;
}

/* A folded line that a reader who trims lines takes for a whole From field. */
static bool is_whole_from(struct str line, struct arena *a)
{
	struct author other;

	if (!looks_like_from(line))
		return false;
	str_cut(&line, ':');
	return line.p && author_parse(str_trim(line), a, &other);
}

/* A carriage return alone ends a line for some readers. */
static bool hides_from(struct str field, struct arena *a)
{
	for (size_t i = 0; i + 1 < field.n; i++) {
		char c = field.p[i];
		struct str line;

		if (c != '\r' && c != '\n')
			continue;
		line = str_from(field, i + 1);
		if (c == '\r' && line.p[0] != '\n' && looks_like_from(line))
			return true;
		if (c == '\n' && is_whole_from(str_cut(&line, '\n'), a))
			return true;
	}
	return false;
}

struct fields {
	size_t count; /* From fields */
	bool broken;  /* a line that is no field came before */
	struct str value;
};

static const char *take_field(struct fields *s, struct str message,
    const struct header_field *f, struct arena *a)
{
	struct str raw = str_sub(message, f->at, f->end - f->at);

	if (hides_from(raw, a))
		return "a line in the header may be read as another From "
		       "field";
	if (f->is_field && str_ieq(f->name, S("From"))) {
		if (raw.p[f->name.n] != ':')
			return "the From field has blanks before its colon "
			       "(RFC 5322 4.5)";
		s->value = f->value;
		if (s->count++)
			return "the message has several From fields";
		return s->broken ? "the header is broken before the From field"
				 : NULL;
	}
	/* The line before the message in an mbox file */
	if (f->at == 0 && !f->is_field &&
	    (str_starts(raw, S("From ")) || str_starts(raw, S(">From "))) &&
	    !looks_like_from(raw))
		return NULL;
	if (looks_like_from(raw))
		return "a line in the header may be read as another From "
		       "field";
	s->broken = s->broken || !f->is_field;
	return NULL;
}

bool author_find(struct str message, struct arena *a, struct author *ret)
{
	struct header_reader r;
	struct header_field f;
	struct fields s = {0};
	const char *why = NULL;

	header_reader_init(&r, message);
	while (!why && header_next(&r, &f))
		why = take_field(&s, message, &f, a);
	if (!why && r.truncated)
		why = "the header is too long to be read";
	if (!why && !s.count)
		why = "the message has no From field";
	if (!why)
		return author_parse(s.value, a, ret);
	*ret = (struct author){.reason = why};
	return false;
}
