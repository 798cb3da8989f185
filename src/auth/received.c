#include "auth/received.h"
#include "base/limits.h"
#include "mail/header.h"

#define COMMENT_DEPTH 16

/* ---- words and comments of one field, unfolded */

struct piece {
	struct str text; /* of a comment: what is within its brackets */
	bool comment;
};

/* 1: a piece was taken off `rest`; 0: the end; negative: not well formed. */
static int take_comment(struct str *rest, struct piece *ret)
{
	size_t depth = 0;

	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];

		if (c == '\\') {
			i++;
		} else if (c == '(') {
			if (++depth > COMMENT_DEPTH)
				return ERR_INPUT;
		} else if (c == ')' && --depth == 0) {
			*ret = (struct piece){str_sub(*rest, 1, i - 1), true};
			*rest = str_from(*rest, i + 1);
			return 1;
		}
	}
	return ERR_INPUT;
}

static int take_piece(struct str *rest, struct piece *ret)
{
	size_t n = 0;

	while (rest->n && ascii_is_wsp(rest->p[0]))
		*rest = str_from(*rest, 1);
	if (!rest->n)
		return 0;
	if (rest->p[0] == '(')
		return take_comment(rest, ret);
	for (; n < rest->n; n++) {
		char c = rest->p[n];

		if (ascii_is_wsp(c) || c == '(' || c == ';')
			break;
		if (c < '!' || c == 0x7f || c == ')' || c == '"' || c == '\\')
			return ERR_INPUT;
	}
	if (n == 0)
		return ERR_INPUT;
	*ret = (struct piece){str_sub(*rest, 0, n), false};
	*rest = str_from(*rest, n);
	return 1;
}

/* ---- the client */

static bool is_host(struct str name, struct str host)
{
	if (name.n && name.p[name.n - 1] == '.')
		name.n--;
	if (host.n && host.p[host.n - 1] == '.')
		host.n--;
	return host.n && str_ieq(name, host);
}

/* "192.0.2.1", "IPv6:2001:db8::1", as in an address literal. */
static bool parse_literal(struct str s, struct endpoint *ret)
{
	bool v6 = str_istarts(s, S("IPv6:"));

	if (v6)
		s = str_from(s, 5);
	return s.n && s.p[0] != '[' && endpoint_parse_ip(s, 0, ret) &&
	       (!v6 || endpoint_is_v6(ret));
}

/* The only [ADDRESS] of a comment; negative when there are several or it is
 * none. */
static int find_literal(struct str comment, struct endpoint *ret)
{
	ptrdiff_t from = str_chr(comment, '['), to;

	if (from < 0)
		return parse_literal(str_trim(comment), ret) ? 1 : 0;
	to = str_chr(comment, ']');
	if (to < from || str_chr(str_from(comment, (size_t)to + 1), '[') >= 0)
		return ERR_INPUT;
	return parse_literal(
		   str_sub(comment, (size_t)from + 1, (size_t)(to - from) - 1),
		   ret)
		   ? 1
		   : ERR_INPUT;
}

/* Exim: ([192.0.2.1] helo=NAME), ([192.0.2.1]:4711 helo=NAME) */
static struct str exim_helo(struct str comment)
{
	ptrdiff_t to = str_chr(comment, ']'), at;
	struct str rest;

	if (to < 0)
		return STR_NONE;
	rest = str_from(comment, (size_t)to + 1);
	at = str_find(rest, S(" helo="));
	if (at < 0)
		return STR_NONE;
	rest = str_from(rest, (size_t)at + 6);
	return str_cut(&rest, ' ');
}

static int unreadable(struct err *e, const char *why)
{
	return err_set(e, ERR_INPUT,
	    "the Received field of the edge host can not be read: %s", why);
}

/* Behind "from HELO": comments up to "by". */
static int parse_client(struct str *rest, struct received *ret, struct err *e)
{
	struct endpoint other;
	struct piece p = {0};
	int rc, found;

	if (take_piece(rest, &p) <= 0 || !p.comment)
		return unreadable(
		    e, "no comment with the client's address follows its name");
	found = find_literal(p.text, &ret->ip);
	if (found <= 0)
		return unreadable(e,
		    "the comment behind the client's name holds no single "
		    "IP address");
	if (exim_helo(p.text).n)
		ret->helo = exim_helo(p.text);
	while ((rc = take_piece(rest, &p)) > 0 && p.comment)
		if (find_literal(p.text, &other) != 0)
			return unreadable(
			    e, "more than one IP address stands before \"by\"");
	if (rc <= 0 || !str_ieq(p.text, S("by")))
		return unreadable(e, "\"by\" does not follow the client");
	return 0;
}

static int parse_flat(
    struct str rest, struct str host, struct received *ret, struct err *e)
{
	struct piece p;
	int rc;

	if (take_piece(&rest, &p) <= 0 || p.comment ||
	    !str_ieq(p.text, S("from")))
		return unreadable(e, "it does not begin with \"from\"");
	if (take_piece(&rest, &p) <= 0 || p.comment)
		return unreadable(e, "the client has no name");
	ret->helo = p.text;
	rc = parse_client(&rest, ret, e);
	if (rc < 0)
		return rc;
	if (take_piece(&rest, &p) <= 0 || p.comment || !is_host(p.text, host))
		return unreadable(e, "another host wrote it");
	return 0;
}

int received_parse(struct str value, struct str host, struct arena *a,
    struct received *ret, struct err *e)
{
	struct buf flat = BUF_INIT(LIMIT_RECEIVED);
	int rc;

	*ret = (struct received){0};
	header_unfold(value, &flat);
	if (flat.over)
		rc = unreadable(e, "it is too long");
	else
		rc = parse_flat(buf_str(&flat), host, ret, e);
	if (rc == 0)
		ret->helo = arena_dup(a, ret->helo);
	else
		*ret = (struct received){0};
	buf_release(&flat);
	return rc;
}

/* ---- the message */

/* Whether the field may be one that `host` wrote: "by HOST" stands in it. */
static bool names_host(struct str value, struct str host)
{
	struct buf flat = BUF_INIT(LIMIT_RECEIVED);
	struct str rest, word = STR_NONE, before;
	bool yes = false;

	header_unfold(str_sub(value, 0, LIMIT_RECEIVED / 2), &flat);
	for (size_t i = 0; i < flat.len; i++)
		if (flat.p[i] == '\t')
			flat.p[i] = ' ';
	rest = buf_str(&flat);
	while (rest.p && !yes) {
		before = word;
		word = str_cut(&rest, ' ');
		if (word.n && word.p[word.n - 1] == ';')
			word.n--;
		yes = str_ieq(before, S("by")) && is_host(word, host);
		if (!word.n)
			word = before;
	}
	buf_release(&flat);
	return yes;
}

static struct str bare_path(struct str value, struct arena *a)
{
	struct str s = str_trim(value);

	if (s.n < 2 || s.p[0] != '<' || s.p[s.n - 1] != '>' ||
	    str_chr(s, '\n') >= 0)
		return STR_NONE;
	s = arena_dup(a, str_sub(s, 1, s.n - 2));
	return s.n ? s : S("");
}

int received_find(struct str message, struct str host, struct arena *a,
    struct received *ret, struct err *e)
{
	struct header_reader r;
	struct header_field f;
	struct str path = STR_NONE;
	bool path_seen = false;
	int rc;

	*ret = (struct received){0};
	header_reader_init(&r, message);
	while (header_next(&r, &f)) {
		if (!f.is_field)
			continue;
		if (str_ieq(f.name, S("Return-Path")) && !path_seen) {
			path_seen = true;
			path = bare_path(f.value, a);
		}
		if (!str_ieq(f.name, S("Received")) ||
		    !names_host(f.value, host))
			continue;
		rc = received_parse(f.value, host, a, ret, e);
		if (rc == 0)
			ret->mail_from = path;
		return rc;
	}
	return err_set(e, ERR_NOENT,
	    "no Received field of the message was written by %.*s",
	    STR_ARG(str_sub(host, 0, LIMIT_DOMAIN)));
}
