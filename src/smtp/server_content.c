#include "smtp/server_impl.h"

void smtp_server_content_begin(struct smtp_server *s)
{
	struct smtp_server_content *c = &s->content;

	buf_reset(&c->kept);
	c->size = 0;
	c->line_start = true;
	c->bare = c->too_big = false;
	smtp_server_enter(s, SMTP_SERVER_CONTENT);
}

static void keep(struct smtp_server *s, struct str part)
{
	struct smtp_server_content *c = &s->content;

	c->size += part.n;
	if (c->size > s->config.size_limit)
		c->too_big = true;
	if (c->too_big || c->bare || s->config.discard_content)
		return;
	buf_add(&c->kept, part);
}

static void take_dot(struct smtp_server *s)
{
	struct smtp_server_content *c = &s->content;

	smtp_server_trace(s, '>', S(".\r\n"));
	smtp_server_enter(s, SMTP_SERVER_COMMAND);
	s->env.content_size = c->size;
	if (c->bare) {
		smtp_server_reset(s);
		smtp_server_reply(s, 554,
		    "5.5.2 A CR or LF stands alone in the content; only CRLF "
		    "ends a line (RFC 5321 section 2.3.8)");
	} else if (c->too_big) {
		smtp_server_reset(s);
		smtp_server_reply(s, 552,
		    "5.3.4 Message is larger than SIZE allows (RFC 1870 "
		    "section 6.3)");
	} else if (c->kept.over) {
		smtp_server_reset(s);
		smtp_server_reply(s, 452, "4.3.1 No memory for this message");
	} else {
		smtp_server_ask(s, SMTP_ASK_DOT, buf_str(&c->kept));
	}
}

/* Length of the line at the start of `in` with its end, or of all that certainly
 * belongs to it: a CR at the end may be half of a CRLF and is left.  Notes
 * a CR or LF that stands alone. */
static size_t measure(struct smtp_server_content *c, struct str in)
{
	const char *nl = memchr(in.p, '\n', in.n);
	size_t n = nl ? (size_t)(nl - in.p) : in.n;

	/* the line without its end */
	c->line_start = false;
	if (nl && n > 0 && in.p[n - 1] == '\r') {
		c->line_start = true;
		n--;
	} else if (nl) {
		c->bare = true;
	} else if (in.p[n - 1] == '\r') {
		n--;
	}
	if (n && memchr(in.p, '\r', n))
		c->bare = true;
	return nl ? (size_t)(nl - in.p) + 1 : n;
}

/* A line that starts with a dot: 3 for the end of the content, 1 for a dot to
 * take away, 0 when that is not known yet. */
static size_t judge_dot(struct str in)
{
	if (in.n > 1 && in.p[1] != '\r')
		return 1;
	if (in.n > 2)
		return in.p[2] == '\n' ? 3 : 1;
	return 0;
}

bool smtp_server_take_content(struct smtp_server *s)
{
	struct smtp_server_content *c = &s->content;
	struct str in = stream_input(s->stream);
	size_t at = 0, from = 0, n = 1, dot = 1;

	/* [from, at) is understood and not yet kept */
	while (at < in.n && n && dot != 3) {
		if (c->line_start && in.p[at] == '.') {
			dot = judge_dot(str_from(in, at));
			if (dot != 1)
				break;
			keep(s, str_sub(in, from, at - from));
			from = ++at;
			c->line_start = false;
			continue;
		}
		n = measure(c, str_from(in, at));
		at += n;
	}
	keep(s, str_sub(in, from, at - from));
	smtp_server_trace(s, '>', str_sub(in, 0, at));
	if (dot == 3)
		at += 3;
	stream_consume(s->stream, at);
	if (dot == 3)
		take_dot(s);
	return dot == 3;
}
