#include "smtp/reply.h"

void smtp_reply_parser_init(struct smtp_reply_parser *p)
{
	*p = (struct smtp_reply_parser){0};
	buf_init(&p->reply.text, LIMIT_SMTP_REPLY);
	buf_init(&p->line, LIMIT_SMTP_REPLY_LINE);
}

void smtp_reply_parser_release(struct smtp_reply_parser *p)
{
	buf_release(&p->reply.text);
	buf_release(&p->line);
}

bool smtp_reply_begun(const struct smtp_reply_parser *p)
{
	return p->in_reply || p->line.len > 0;
}

/* Digits from `*at` on, one to three; false when there are none. */
static bool take_number(struct str s, size_t *at, unsigned short *ret)
{
	unsigned v = 0;
	size_t n = 0;

	while (n < 3 && *at < s.n && ascii_is_digit(s.p[*at])) {
		v = v * 10 + (unsigned)(s.p[*at] - '0');
		(*at)++;
		n++;
	}
	*ret = (unsigned short)v;
	return n > 0;
}

/* "5.1.1 text" (RFC 2034 section 4): bytes to skip, or 0 when there is none
 * or it contradicts the code. */
static size_t parse_status(struct str s, int code, struct smtp_status *ret)
{
	struct smtp_status st = {0};
	size_t at = 2;

	if (s.n < 5 || s.p[0] != (char)('0' + code / 100) || s.p[1] != '.')
		return 0;
	st.class = (unsigned char)(s.p[0] - '0');
	if (!take_number(s, &at, &st.subject) || at >= s.n || s.p[at] != '.')
		return 0;
	at++;
	if (!take_number(s, &at, &st.detail))
		return 0;
	if (at < s.n && !ascii_is_wsp(s.p[at]))
		return 0;
	if (st.class == 3)
		return 0;
	*ret = st;
	return at < s.n ? at + 1 : at;
}

/* Appends with control bytes replaced, so that no text can forge a line. */
static void add_text(struct buf *b, struct str s)
{
	char *to;

	if (s.n == 0)
		return;
	to = buf_room(b, s.n);
	if (!to)
		return;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		to[i] = (c < 0x20 && c != '\t') || c == 0x7f ? '?' : (char)c;
	}
	buf_commit(b, s.n);
}

/* The first bytes of a line, fit for an error text. */
static const char *sample(struct str line, char tmp[8])
{
	size_t n = line.n < 4 ? line.n : 4;

	for (size_t i = 0; i < n; i++) {
		char c = line.p[i];

		tmp[i] = c >= 0x20 && c < 0x7f ? c : '?';
	}
	tmp[n] = '\0';
	return tmp;
}

static int parse_code(struct str line, struct err *e)
{
	char tmp[8];

	if (line.n < 3 || !ascii_is_digit(line.p[0]) ||
	    !ascii_is_digit(line.p[1]) || !ascii_is_digit(line.p[2]))
		return err_set(e, ERR_NET,
		    "the server sent a reply line that does not begin with "
		    "three digits but with \"%s\" (RFC 5321 section 4.2)",
		    sample(line, tmp));
	if (line.p[0] < '2' || line.p[0] > '5')
		return err_set(e, ERR_NET,
		    "the server sent the reply code %.3s; only 2xx to 5xx "
		    "exist (RFC 5321 section 4.2.1)",
		    line.p);
	if (line.n > 3 && line.p[3] != ' ' && line.p[3] != '-')
		return err_set(e, ERR_NET,
		    "the server sent \"%s\": neither space nor '-' follows "
		    "the reply code (RFC 5321 section 4.2)",
		    sample(line, tmp));
	return (line.p[0] - '0') * 100 + (line.p[1] - '0') * 10 +
	       (line.p[2] - '0');
}

/* 1: it was the last line; 0: more follow. */
static int take_line(
    struct smtp_reply_parser *p, struct str line, struct err *e)
{
	struct smtp_reply *r = &p->reply;
	int code = parse_code(line, e);
	struct str text;

	if (code < 0)
		return code;
	if (!p->in_reply) {
		buf_reset(&r->text);
		r->status = (struct smtp_status){0};
		r->lines = 0;
		r->code = code;
		p->in_reply = true;
	} else if (code != r->code) {
		return err_set(e, ERR_NET,
		    "the server changed the code from %d to %d within one "
		    "reply (RFC 5321 section 4.2.1)",
		    r->code, code);
	}
	text = str_from(line, 4);
	text = str_from(text, parse_status(text, code, &r->status));
	/* what the lines took on the wire, so that empty ones count too */
	if (r->text.len + text.n + 6 * (r->lines + 1) > LIMIT_SMTP_REPLY)
		return err_set(e, ERR_LIMIT,
		    "the server's reply %d is longer than %lu bytes", code,
		    LIMIT_SMTP_REPLY);
	if (r->lines++ > 0)
		buf_addc(&r->text, '\n');
	add_text(&r->text, text);
	if (r->text.over)
		return err_set(e, ERR_NOMEM, "no memory for a reply");
	p->in_reply = line.n > 3 && line.p[3] == '-';
	return p->in_reply ? 0 : 1;
}

int smtp_reply_feed(struct smtp_reply_parser *p, struct str *in, struct err *e)
{
	while (in->n > 0) {
		const char *lf = memchr(in->p, '\n', in->n);
		size_t n = lf ? (size_t)(lf - in->p) + 1 : in->n;
		struct str line = str_make(in->p, n);
		int rc;

		if (n > LIMIT_SMTP_REPLY_LINE - p->line.len)
			return err_set(e, ERR_LIMIT,
			    "the server sent a reply line longer than %lu "
			    "bytes (RFC 5321 section 4.5.3.1.5 allows 512)",
			    LIMIT_SMTP_REPLY_LINE);
		*in = str_from(*in, n);
		if (!lf || p->line.len > 0) {
			buf_add(&p->line, line);
			if (p->line.over)
				return err_set(
				    e, ERR_NOMEM, "no memory for a reply");
			line = buf_str(&p->line);
		}
		if (!lf)
			return 0;
		line.n--;
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		rc = take_line(p, line, e);
		buf_reset(&p->line);
		if (rc != 0)
			return rc;
	}
	return 0;
}

const char *smtp_status_format(struct smtp_status s, char tmp[SMTP_STATUS_TEXT])
{
	if (s.class == 0)
		tmp[0] = '\0';
	else
		snprintf(tmp, SMTP_STATUS_TEXT, "%u.%u.%u", s.class,
		    s.subject % 1000u, s.detail % 1000u);
	return tmp;
}
