#include "smtp/session_impl.h"

#include <stdarg.h>

static const enum smtp_stage stages[] = {
    [SMTP_VERB_BANNER] = SMTP_STAGE_BANNER,
    [SMTP_VERB_EHLO] = SMTP_STAGE_EHLO,
    [SMTP_VERB_HELO] = SMTP_STAGE_EHLO,
    [SMTP_VERB_STARTTLS] = SMTP_STAGE_STARTTLS,
    [SMTP_VERB_AUTH] = SMTP_STAGE_AUTH,
    [SMTP_VERB_RSET] = SMTP_STAGE_MAIL,
    [SMTP_VERB_MAIL] = SMTP_STAGE_MAIL,
    [SMTP_VERB_RCPT] = SMTP_STAGE_RCPT,
    [SMTP_VERB_DATA] = SMTP_STAGE_DATA,
    [SMTP_VERB_DOT] = SMTP_STAGE_DOT,
    [SMTP_VERB_EMPTY_DOT] = SMTP_STAGE_DOT,
    [SMTP_VERB_QUIT] = SMTP_STAGE_QUIT,
};
_Static_assert(ARRAY_SIZE(stages) == SMTP_VERB_QUIT + 1, "one a verb");

enum smtp_stage smtp_verb_stage(enum smtp_verb v)
{
	return stages[v];
}

void smtp_session_trace(struct smtp_session *s, char dir, struct str bytes)
{
	if (s->config.trace && bytes.n)
		s->config.trace(dir, bytes, s->config.trace_arg);
}

void smtp_session_note(struct smtp_session *s, const char *fmt, ...)
{
	char tmp[320];
	va_list ap;

	if (!s->config.trace)
		return;
	va_start(ap, fmt);
	vsnprintf(tmp, sizeof(tmp), fmt, ap);
	va_end(ap);
	smtp_session_trace(s, '!', str_of(tmp));
}

void smtp_pipeline_queue(struct smtp_session *s, enum smtp_verb v)
{
	struct smtp_pipeline *p = &s->pipe;
	size_t before = 0;

	ENSURE(p->queued < SMTP_QUEUE_MAX);
	for (size_t i = 0; i < p->queued; i++)
		before += p->queue[i].len;
	p->queue[p->queued++] = (struct smtp_queued){v, p->out.len - before};
}

void smtp_pipeline_queue_line(
    struct smtp_session *s, enum smtp_verb v, struct str line)
{
	buf_add(&s->pipe.out, line);
	smtp_pipeline_queue(s, v);
}

void smtp_pipeline_drop(struct smtp_session *s)
{
	s->pipe.queued = 0;
	buf_reset(&s->pipe.out);
}

bool smtp_pipeline_may_send(struct smtp_session *s)
{
	if (!s->stream || s->failed)
		return false;
	return s->pipe.waiting > 0 || (!smtp_reply_begun(&s->parser) &&
					  stream_input(s->stream).n == 0);
}

/* RFC 2920 section 3.1: these end a group, the next waits for the reply. */
static bool ends_group(enum smtp_verb v)
{
	return v != SMTP_VERB_RSET && v != SMTP_VERB_MAIL &&
	       v != SMTP_VERB_RCPT;
}

static void trace_sent(
    struct smtp_session *s, enum smtp_verb v, struct str line)
{
	if (v != SMTP_VERB_AUTH) {
		smtp_session_trace(s, '>', line);
		return;
	}
	if (str_istarts(line, S("AUTH "))) {
		ptrdiff_t sp = str_chr(str_from(line, 5), ' ');

		if (sp < 0) {
			smtp_session_trace(s, '>', line);
			return;
		}
		smtp_session_trace(s, '>', str_sub(line, 0, (size_t)sp + 6));
	}
	smtp_session_trace(s, '>', S("****\r\n"));
}

void smtp_pipeline_await(struct smtp_session *s, enum smtp_verb v)
{
	struct smtp_pipeline *p = &s->pipe;

	ENSURE(p->waiting < SMTP_QUEUE_MAX);
	p->wait[p->waiting++] = v;
	if (p->waiting == 1)
		smtp_session_enter(s, smtp_verb_stage(v));
}

void smtp_pipeline_flush(struct smtp_session *s)
{
	struct smtp_pipeline *p = &s->pipe;
	bool many = s->ehlo.extensions & SMTP_EXT_PIPELINING;
	size_t n = 0, bytes = 0;

	/* a group is written when all before it is answered */
	if (p->queued == 0 || p->waiting > 0 || !smtp_pipeline_may_send(s))
		return;
	do {
		struct smtp_queued q = p->queue[n++];

		trace_sent(s, q.verb, str_sub(buf_str(&p->out), bytes, q.len));
		bytes += q.len;
		smtp_pipeline_await(s, q.verb);
		if (!many || ends_group(q.verb))
			break;
	} while (n < p->queued);
	stream_write(s->stream, str_sub(buf_str(&p->out), 0, bytes));
	if (p->queue[0].verb == SMTP_VERB_AUTH)
		explicit_bzero(p->out.p, bytes);
	p->queued -= n;
	memmove(p->queue, p->queue + n, p->queued * sizeof(*p->queue));
	buf_consume(&p->out, bytes);
}

enum smtp_verb smtp_pipeline_shift(struct smtp_session *s)
{
	struct smtp_pipeline *p = &s->pipe;
	enum smtp_verb v = p->wait[0];

	p->waiting--;
	memmove(p->wait, p->wait + 1, p->waiting * sizeof(*p->wait));
	return v;
}
