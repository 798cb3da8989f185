#include "smtp/session_impl.h"
#include "base/utf8.h"

#include <stdarg.h>

/* A mail up to SMALL is written whole, with its dot, in one call; of a larger
 * one all but TAIL leaves while the journal works.  WINDOW is how much may wait
 * in the stream. */
#define SMALL  (16 * KiB)
#define TAIL   (4 * KiB)
#define WINDOW (256 * KiB)

static void finish(struct smtp_session *s)
{
	s->tell |= SMTP_TELL_DONE;
	s->ready_told = false;
	if (!s->failed)
		smtp_session_enter(s, SMTP_STAGE_IDLE);
}

static void keep_reply(struct smtp_transaction *t, const struct smtp_reply *r)
{
	t->reply.code = r->code;
	t->reply.status = r->status;
	t->reply.lines = r->lines;
	buf_reset(&t->reply.text);
	buf_add(&t->reply.text, buf_str(&r->text));
}

__attribute__((format(printf, 5, 6))) static void decide(struct smtp_session *s,
    enum smtp_stage stage, enum smtp_cause cause, const struct smtp_reply *r,
    const char *fmt, ...)
{
	struct smtp_transaction *t = &s->mail;
	va_list ap;

	if (t->decided)
		return;
	t->decided = true;
	t->result = (struct smtp_result){
	    .stage = stage,
	    .cause = cause,
	    .dot_sent = t->dot,
	};
	if (r) {
		keep_reply(t, r);
		t->result.reply = &t->reply;
	}
	va_start(ap, fmt);
	vsnprintf(t->result.text, sizeof(t->result.text), fmt, ap);
	va_end(ap);
}

static void decide_reply(
    struct smtp_session *s, enum smtp_stage stage, const struct smtp_reply *r)
{
	char peer[ENDPOINT_TEXT], text[SMTP_REPLY_TEXT];

	decide(s, stage, SMTP_CAUSE_REPLY, r, "%s answered %s with %s",
	    smtp_session_peer_text(s, peer), smtp_stage_name(stage),
	    smtp_reply_text(r, text));
}

void smtp_transaction_fail(struct smtp_session *s)
{
	struct smtp_transaction *t = &s->mail;
	const struct smtp_failure *f = &s->failure;

	if (!t->mail)
		return;
	decide(s, f->stage, f->cause, f->reply, "%s", f->text);
	s->tell = (s->tell | SMTP_TELL_DONE) & ~SMTP_TELL_CONTENT;
}

/* ---- before a command is sent */

/* No byte that could end the path or the line early: only a quoted local part
 * may hold a space or an angle bracket (RFC 5321 section 4.1.2). */
static bool path_is_safe(struct str path, bool utf8)
{
	bool quoted = false;

	if (utf8 ? !utf8_valid(path) : !utf8_is_ascii(path))
		return false;
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] < 0x20 || path.p[i] == 0x7f)
			return false;
	for (size_t i = 0; i < path.n; i++) {
		char c = path.p[i];

		if (c == '"')
			quoted = !quoted;
		else if (quoted && c == '\\')
			i++;
		else if (!quoted && (c == ' ' || c == '<' || c == '>'))
			return false;
	}
	return !quoted;
}

static bool param_is_safe(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= 0x20 || s.p[i] >= 0x7f)
			return false;
	return true;
}

static bool ends_in_crlf(const struct smtp_mail *m, size_t size)
{
	char end[2];
	size_t n = 0;

	if (size == 0)
		return true;
	for (size_t i = m->pieces; i-- > 0 && n < 2;)
		for (size_t k = m->piece[i].n; k-- > 0 && n < 2;)
			end[1 - n++] = m->piece[i].p[k];
	return n == 2 && end[0] == '\r' && end[1] == '\n';
}

/* Dots added by stuffing do not count for SIZE (RFC 1870 section 5). */
static size_t stuffed_dots(const struct smtp_mail *m)
{
	size_t dots = 0;
	char before = '\n';

	for (size_t i = 0; i < m->pieces; i++) {
		struct str p = m->piece[i];

		for (size_t k = 0; k < p.n; k++) {
			dots += before == '\n' && p.p[k] == '.';
			before = p.p[k];
		}
	}
	return dots;
}

/* NULL, or why this mail can not go over this session. */
static const char *unsendable(struct smtp_session *s, const struct smtp_mail *m)
{
	uint64_t limit = smtp_session_size_limit(s);
	size_t size = s->mail.size;

	if (m->recipient.n == 0 || !path_is_safe(m->sender, m->needs_utf8) ||
	    !path_is_safe(m->recipient, m->needs_utf8))
		return "an address is empty or holds characters that have no "
		       "place in one (RFC 5321 section 4.1.2)";
	if (!param_is_safe(m->envid) || !param_is_safe(m->orcpt) ||
	    !param_is_safe(m->notify))
		return "a DSN parameter is not encoded as xtext (RFC 3461 "
		       "section 4)";
	if (!ends_in_crlf(m, size))
		return "the content does not end in CRLF (RFC 5321 section "
		       "4.1.1.4)";
	if (m->needs_utf8 && !(s->ehlo.extensions & SMTP_EXT_SMTPUTF8))
		return "the server cannot take addresses beyond ASCII (RFC "
		       "6531)";
	if (limit && size > limit && size - stuffed_dots(m) > limit)
		return "the mail is larger than the server takes (SIZE, RFC "
		       "1870)";
	return NULL;
}

static void add_param(struct buf *b, const char *name, struct str value)
{
	if (value.n) {
		buf_addz(b, name);
		buf_add(b, value);
	}
}

static void queue_envelope(struct smtp_session *s, const struct smtp_mail *m)
{
	unsigned ext = s->ehlo.extensions;
	struct buf *out = &s->pipe.out;

	if (s->mail.rset)
		smtp_pipeline_queue_line(s, SMTP_VERB_RSET, S("RSET\r\n"));
	buf_addz(out, "MAIL FROM:<");
	buf_add(out, m->sender);
	buf_addc(out, '>');
	if (ext & SMTP_EXT_SIZE) {
		buf_addz(out, " SIZE=");
		buf_add_u64(out, s->mail.size);
	}
	if (m->eight_bit && (ext & SMTP_EXT_8BITMIME))
		buf_addz(out, " BODY=8BITMIME");
	if (m->needs_utf8)
		buf_addz(out, " SMTPUTF8");
	if ((ext & SMTP_EXT_DSN) && m->envid.n + m->orcpt.n + m->notify.n) {
		buf_addz(out, " RET=HDRS");
		add_param(out, " ENVID=", m->envid);
	}
	buf_addz(out, "\r\n");
	smtp_pipeline_queue(s, SMTP_VERB_MAIL);
	buf_addz(out, "RCPT TO:<");
	buf_add(out, m->recipient);
	buf_addc(out, '>');
	if (ext & SMTP_EXT_DSN) {
		add_param(out, " NOTIFY=", m->notify);
		add_param(out, " ORCPT=", m->orcpt);
	}
	buf_addz(out, "\r\n");
	smtp_pipeline_queue(s, SMTP_VERB_RCPT);
	smtp_pipeline_queue_line(s, SMTP_VERB_DATA, S("DATA\r\n"));
}

void smtp_transaction_begin(struct smtp_session *s, struct smtp_mail *m)
{
	struct smtp_transaction *t = &s->mail;
	const char *why = NULL;
	size_t most;

	ENSURE(m->pieces <= ARRAY_SIZE(m->piece));
	t->mail = m;
	t->decided = t->told = t->released = t->dot = false;
	t->size = t->written = 0;
	for (size_t i = 0; i < m->pieces; i++)
		t->size += m->piece[i].n;
	if (s->failed) {
		smtp_transaction_fail(s);
		return;
	}
	most = m->sender.n + m->recipient.n + m->envid.n + m->orcpt.n +
	       m->notify.n;
	if (most > LIMIT_SMTP_COMMAND - 200)
		why = "addresses and parameters are too long for a command";
	else
		why = unsendable(s, m);
	if (why) {
		decide(s, SMTP_STAGE_MAIL, SMTP_CAUSE_UNSUPPORTED, NULL, "%s",
		    why);
		finish(s);
		return;
	}
	queue_envelope(s, m);
}

/* ---- replies */

static void refuse(
    struct smtp_session *s, enum smtp_stage stage, const struct smtp_reply *r)
{
	decide_reply(s, stage, r);
	smtp_pipeline_drop(s);
	if (s->pipe.waiting == 0)
		finish(s);
}

/* MAIL was refused, or the recipient, and DATA that went with it was not: an
 * empty content ends the transaction without a mail (RFC 2920 section 3.1). */
static void send_empty(struct smtp_session *s)
{
	smtp_session_trace(s, '>', S("\r\n.\r\n"));
	stream_write(s->stream, S("\r\n.\r\n"));
	smtp_pipeline_await(s, SMTP_VERB_EMPTY_DOT);
}

static void empty_dot_reply(struct smtp_session *s, const struct smtp_reply *r)
{
	struct smtp_transaction *t = &s->mail;
	size_t n = strlen(t->result.text);

	if (r->code / 100 == 2) {
		snprintf(t->result.text + n, sizeof(t->result.text) - n, "%s",
		    " (and took an empty content)");
		smtp_session_note(s,
		    "the server took an empty content after it refused the "
		    "envelope");
	}
	finish(s);
}

static void envelope_reply(
    struct smtp_session *s, enum smtp_verb v, const struct smtp_reply *r)
{
	if (v == SMTP_VERB_RSET) {
		if (r->code / 100 != 2)
			smtp_session_fail_protocol(s, r,
			    "to RSET, which must be 250 (RFC 5321 section "
			    "4.3.2)");
		else
			s->mail.rset = false;
	} else if (r->code / 100 == 3) {
		smtp_session_fail_protocol(
		    s, r, "to MAIL or RCPT (RFC 5321 section 4.3.2)");
	} else if (r->code / 100 == 2) {
		s->mail.rset = true;
	} else {
		refuse(s, smtp_verb_stage(v), r);
	}
}

static void data_reply(struct smtp_session *s, const struct smtp_reply *r)
{
	if (r->code / 100 == 2)
		smtp_session_fail_protocol(s, r,
		    "to DATA, which must be 354 (RFC 5321 section 4.3.2)");
	else if (r->code >= 400)
		refuse(s, SMTP_STAGE_DATA, r);
	else if (s->mail.decided)
		send_empty(s);
	else
		smtp_session_enter(s, SMTP_STAGE_CONTENT);
}

static void dot_reply(struct smtp_session *s, const struct smtp_reply *r)
{
	if (r->code / 100 == 3) {
		smtp_session_fail_protocol(
		    s, r, "to the final dot (RFC 5321 section 4.3.2)");
		return;
	}
	/* RFC 5321 section 4.1.1.4: the server's buffers are clear now */
	s->mail.rset = false;
	decide_reply(s, SMTP_STAGE_DOT, r);
	finish(s);
}

void smtp_transaction_reply(
    struct smtp_session *s, enum smtp_verb v, const struct smtp_reply *r)
{
	if (r->code == 421)
		smtp_session_fail_reply(s, r);
	else if (v == SMTP_VERB_DATA)
		data_reply(s, r);
	else if (v == SMTP_VERB_DOT)
		dot_reply(s, r);
	else if (v == SMTP_VERB_EMPTY_DOT)
		empty_dot_reply(s, r);
	else
		envelope_reply(s, v, r);
}

/* ---- content */

/* Bytes [from, to) of the content, and the dot, as pieces to write. */
static size_t slice(const struct smtp_mail *m, size_t from, size_t to, bool dot,
    struct str v[3])
{
	size_t n = 0, at = 0;

	for (size_t i = 0; i < m->pieces; i++) {
		struct str p = m->piece[i];
		size_t a = from > at ? from - at : 0;
		size_t b = to > at ? to - at : 0;

		if (b > p.n)
			b = p.n;
		if (a < b)
			v[n++] = str_sub(p, a, b - a);
		at += p.n;
	}
	if (dot)
		v[n++] = S(".\r\n");
	return n;
}

static void write_content(struct smtp_session *s, size_t to)
{
	struct smtp_transaction *t = &s->mail;
	bool dot = t->released && to == t->size;
	struct str v[3];
	size_t n = slice(t->mail, t->written, to, dot, v);

	t->written = to;
	t->dot = dot;
	for (size_t i = 0; i < n; i++)
		smtp_session_trace(s, '>', v[i]);
	stream_writev(s->stream, v, n);
	if (dot)
		smtp_pipeline_await(s, SMTP_VERB_DOT);
}

void smtp_transaction_pump(struct smtp_session *s)
{
	struct smtp_transaction *t = &s->mail;
	size_t limit = t->size;

	if (s->stage != SMTP_STAGE_CONTENT || !t->told ||
	    !smtp_pipeline_may_send(s))
		return;
	if (!t->released)
		limit = t->size <= SMALL ? 0 : t->size - TAIL;
	while (s->stage == SMTP_STAGE_CONTENT && s->stream &&
	       (t->written < limit || t->released) &&
	       stream_pending(s->stream) < WINDOW)
		write_content(s,
		    limit - t->written > WINDOW ? t->written + WINDOW : limit);
	if (s->stage != SMTP_STAGE_CONTENT)
		return;
	/* with nothing under way the server waits for us, not we for it */
	if (t->written < limit || stream_pending(s->stream) > 0)
		smtp_session_start_timer(s, s->config.timeouts.block);
	else
		smtp_session_stop_timer(s);
}
