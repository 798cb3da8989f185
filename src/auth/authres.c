#include "auth/authres.h"
#include "base/limits.h"

#define COMMENT_DEPTH 16

struct scan {
	struct str s;
	size_t i;
	struct arena *arena;
	struct err *e;
};

static int peek(const struct scan *c)
{
	return c->i < c->s.n ? (unsigned char)c->s.p[c->i] : -1;
}

static int wrong(struct scan *c, const char *what)
{
	err_set(c->e, ERR_INPUT,
	    "Authentication-Results, character %zu: %s (RFC 8601 2.2)",
	    c->i + 1, what);
	return ERR_INPUT;
}

/* ---- words */

static int skip_comment(struct scan *c)
{
	size_t depth = 0;

	for (; c->i < c->s.n; c->i++) {
		char x = c->s.p[c->i];

		if (x == '\\') {
			c->i++;
		} else if (x == '(') {
			if (++depth > COMMENT_DEPTH)
				return wrong(c, "comments within comments "
						"without end");
		} else if (x == ')' && --depth == 0) {
			c->i++;
			return 0;
		}
	}
	return wrong(c, "a comment is never closed");
}

static bool is_blank(int x)
{
	return x == ' ' || x == '\t' || x == '\r' || x == '\n';
}

static int skip_cfws(struct scan *c)
{
	for (;;) {
		while (is_blank(peek(c)))
			c->i++;
		if (peek(c) != '(')
			return 0;
		if (skip_comment(c) < 0)
			return ERR_INPUT;
	}
}

static bool is_token_char(int x)
{
	return x > ' ' && x != 0x7f && !strchr("()<>@,;:\\\"/[]?=", x);
}

/* Looser than a token: what ends no value, as in an address or a route. */
static bool is_value_char(int x)
{
	return x > ' ' && x != 0x7f && x != ';' && x != '(' && x != ')' &&
	       x != '"' && x != '\\' && x != ',';
}

static bool is_keyword_char(int x)
{
	return x > 0 && x < 0x80 &&
	       (ascii_is_alnum((char)x) || x == '-' || x == '_');
}

static struct str take_while(struct scan *c, bool (*is)(int))
{
	size_t start = c->i;

	while (is(peek(c)))
		c->i++;
	return str_sub(c->s, start, c->i - start);
}

static struct str lower(struct scan *c, struct str s)
{
	char *p = arena_strz(c->arena, s);

	for (size_t i = 0; p && i < s.n; i++)
		p[i] = ascii_lower(p[i]);
	return p ? str_make(p, s.n) : STR_NONE;
}

static int take_quoted(struct scan *c, struct str *ret)
{
	struct buf text = BUF_INIT(LIMIT_AUTHRES_FIELD);
	int rc = 0;

	for (c->i++; peek(c) >= 0 && peek(c) != '"'; c->i++) {
		if (peek(c) == '\\' && c->i + 1 < c->s.n)
			c->i++;
		/* folded: the line end is no part of it */
		if (peek(c) != '\r' && peek(c) != '\n')
			buf_addc(&text, c->s.p[c->i]);
	}
	if (peek(c) < 0)
		rc = wrong(c, "a quote is never closed");
	c->i++;
	*ret = arena_dup(c->arena, buf_str(&text));
	buf_release(&text);
	return rc;
}

static int take_value(struct scan *c, bool (*is)(int), struct str *ret)
{
	struct str s;

	if (peek(c) == '"')
		return take_quoted(c, ret);
	s = take_while(c, is);
	if (!s.n)
		return wrong(c, "a value is missing");
	*ret = arena_dup(c->arena, s);
	return 0;
}

static int take_number(struct scan *c, uint64_t *ret)
{
	if (!str_to_u64(take_while(c, is_keyword_char), UINT32_MAX, ret))
		return wrong(c, "a version that is no number");
	return 0;
}

/* [CFWS] `mark` [CFWS] */
static bool take_mark(struct scan *c, char mark)
{
	size_t start = c->i;

	if (skip_cfws(c) == 0 && peek(c) == mark) {
		c->i++;
		if (skip_cfws(c) == 0)
			return true;
	}
	c->i = start;
	return false;
}

/* ---- results */

/* `word` has been read; what follows makes it a property, or a reason. */
static int take_property(struct scan *c, struct str word,
    struct authres_result *r, struct authres_property *to)
{
	struct str name, value;

	if (take_mark(c, '.')) {
		name = take_while(c, is_keyword_char);
		if (!name.n || !take_mark(c, '='))
			return wrong(c, "a property without name or value");
		if (take_value(c, is_value_char, &value) < 0)
			return ERR_INPUT;
		if (r->property_count == LIMIT_AUTHRES_PROPS)
			return wrong(c, "too many properties");
		to[r->property_count++] = (struct authres_property){
		    lower(c, word), lower(c, name), value};
		return 0;
	}
	if (!take_mark(c, '='))
		return wrong(c, "a word that says nothing");
	if (take_value(c, is_value_char, &value) < 0)
		return ERR_INPUT;
	if (str_ieq(word, S("reason")) && !r->reason.n)
		r->reason = value;
	return 0;
}

static int take_method(struct scan *c, struct authres_result *r)
{
	struct str word = take_while(c, is_keyword_char);

	r->version = 1;
	if (!word.n)
		return wrong(c, "a method is missing");
	r->method = lower(c, word);
	if (take_mark(c, '/') && take_number(c, &r->version) < 0)
		return ERR_INPUT;
	if (!take_mark(c, '='))
		return wrong(c, "a method without a result");
	word = take_while(c, is_keyword_char);
	if (!word.n)
		return wrong(c, "a method without a result");
	r->result = lower(c, word);
	return 0;
}

static int take_result(struct scan *c, struct authres_result *r)
{
	struct authres_property *p =
	    arena_array(c->arena, LIMIT_AUTHRES_PROPS, sizeof(*p));

	*r = (struct authres_result){.property = p};
	if (!p || take_method(c, r) < 0)
		return ERR_INPUT;
	for (;;) {
		size_t start = c->i;
		struct str word;

		if (skip_cfws(c) < 0)
			return ERR_INPUT;
		if (peek(c) < 0 || peek(c) == ';')
			return 0;
		word = take_while(c, is_keyword_char);
		if (!word.n || c->i == start + word.n)
			return wrong(c, "a character that does not belong "
					"there");
		if (take_property(c, word, r, p) < 0)
			return ERR_INPUT;
	}
}

/* Behind a semicolon: "none" and nothing else, or results. */
static bool is_none(struct scan *c)
{
	size_t start = c->i;
	struct str word = take_while(c, is_keyword_char);

	if (str_ieq(word, S("none")) && skip_cfws(c) == 0 && peek(c) < 0)
		return true;
	c->i = start;
	return false;
}

static int take_results(struct scan *c, struct authres *ret)
{
	struct authres_result *r =
	    arena_array(c->arena, LIMIT_AUTHRES_RESULTS, sizeof(*r));

	ret->result = r;
	if (!r)
		return ERR_INPUT;
	for (;;) {
		if (skip_cfws(c) < 0)
			return ERR_INPUT;
		if (peek(c) < 0)
			return ret->count ? 0 : wrong(c, "there is no result");
		if (ret->count == LIMIT_AUTHRES_RESULTS)
			return wrong(c, "too many results");
		if (take_result(c, &r[ret->count]) < 0)
			return ERR_INPUT;
		ret->count++;
		if (peek(c) == ';')
			c->i++;
	}
}

/* [CFWS] authserv-id, and what must follow it: its end, a version, or ";". */
static int take_id(struct scan *c, struct str *ret)
{
	if (skip_cfws(c) < 0 || take_value(c, is_token_char, ret) < 0)
		return ERR_INPUT;
	if (!ret->n)
		return wrong(c, "the authserv-id is empty");
	if (peek(c) >= 0 && peek(c) != ';' && peek(c) != '(' &&
	    !is_blank(peek(c)))
		return wrong(c, "there is no authserv-id");
	return skip_cfws(c);
}

int authres_parse(struct str value, bool with_id, struct arena *a,
    struct authres *ret, struct err *e)
{
	struct scan c = {.s = value, .arena = a, .e = e};

	*ret = (struct authres){.version = 1};
	if (value.n > LIMIT_AUTHRES_FIELD || memchr(value.p, '\0', value.n))
		return wrong(&c, "the field is too long, or has a NUL in it");
	if (with_id) {
		if (take_id(&c, &ret->id) < 0)
			return ERR_INPUT;
		if (peek(&c) >= 0 && peek(&c) != ';' &&
		    (take_number(&c, &ret->version) < 0 || skip_cfws(&c) < 0))
			return ERR_INPUT;
		if (peek(&c) != ';')
			return wrong(&c, "no semicolon behind the "
					 "authserv-id");
		c.i++;
	}
	if (skip_cfws(&c) < 0)
		return ERR_INPUT;
	if (!is_none(&c) && take_results(&c, ret) < 0)
		return ERR_INPUT;
	if (a->failed)
		return wrong(&c, "the field is too long");
	return 0;
}

/* ---- a message's fields */

static bool id_is(struct str a, struct str b)
{
	return a.n && str_ieq(a, b);
}

/* 1: bears `id`; 0: another; -1: none that can be read. */
static int bears(struct str value, struct str id)
{
	struct arena a = ARENA_INIT(2 * LIMIT_AUTHRES_FIELD);
	struct scan c = {.s = value, .arena = &a};
	struct str got;
	int is = -1;

	if (value.n && value.n <= LIMIT_AUTHRES_FIELD &&
	    !memchr(value.p, '\0', value.n) && take_id(&c, &got) == 0)
		is = id_is(got, id);
	arena_release(&a);
	return is;
}

size_t authres_find(struct str message, const struct authres_trust *t,
    struct arena *a, struct authres *ret)
{
	struct header_reader r;
	struct header_field f;
	unsigned received = 0;
	size_t n = 0;

	header_reader_init(&r, message);
	while (n < LIMIT_AUTHRES_FIELDS && header_next(&r, &f)) {
		if (!f.is_field)
			break;
		if (str_ieq(f.name, S("Received")) &&
		    ++received >= (t->hops ? t->hops : 1))
			return n;
		if (!str_ieq(f.name, S("Authentication-Results")))
			continue;
		switch (bears(f.value, t->id)) {
		case 1:
			n +=
			    authres_parse(f.value, true, a, &ret[n], NULL) == 0;
			break;
		case -1:
			n += t->without_id && authres_parse(f.value, false, a,
						  &ret[n], NULL) == 0;
			break;
		default: break;
		}
	}
	/* The edge's Received field was never met: nothing tells what is
	 * above it. */
	return 0;
}

/* Without what is not printable, a reader may take it for the name. */
static bool looks_like_name(struct str line)
{
	static const char want[] = "authentication-results";
	size_t got = 0;

	for (size_t i = 0; i < line.n && line.p[i] != ':'; i++) {
		char c = line.p[i];

		if (c <= ' ' || c > '~')
			continue;
		if (got == sizeof(want) - 1 || ascii_lower(c) != want[got])
			return false;
		got++;
	}
	return got == sizeof(want) - 1;
}

bool authres_next_forged(
    struct header_reader *r, struct str id, struct header_field *ret)
{
	while (header_next(r, ret)) {
		struct str raw =
		    str_sub(r->message, ret->at, ret->end - ret->at);

		if (ret->is_field &&
		    str_ieq(ret->name, S("Authentication-Results"))) {
			if (bears(ret->value, id) != 0)
				return true;
		} else if (looks_like_name(raw)) {
			return true;
		}
	}
	return false;
}
