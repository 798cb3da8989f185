#include "smtp/session_impl.h"

#include <stdarg.h>

static const char *const stage_names[] = {
    [SMTP_STAGE_CONNECT] = "connect",
    [SMTP_STAGE_BANNER] = "banner",
    [SMTP_STAGE_EHLO] = "EHLO",
    [SMTP_STAGE_STARTTLS] = "STARTTLS",
    [SMTP_STAGE_TLS] = "TLS handshake",
    [SMTP_STAGE_AUTH] = "AUTH",
    [SMTP_STAGE_IDLE] = "idle",
    [SMTP_STAGE_MAIL] = "MAIL",
    [SMTP_STAGE_RCPT] = "RCPT",
    [SMTP_STAGE_DATA] = "DATA",
    [SMTP_STAGE_CONTENT] = "content",
    [SMTP_STAGE_DOT] = "final dot",
    [SMTP_STAGE_QUIT] = "QUIT",
};
_Static_assert(ARRAY_SIZE(stage_names) == SMTP_STAGE_QUIT + 1, "one a stage");

const char *smtp_stage_name(enum smtp_stage s)
{
	return stage_names[s];
}

const char *smtp_session_peer_text(
    const struct smtp_session *s, char tmp[ENDPOINT_TEXT])
{
	return endpoint_format(&s->config.to, tmp);
}

const char *smtp_reply_text(
    const struct smtp_reply *r, char tmp[SMTP_REPLY_TEXT])
{
	char status[SMTP_STATUS_TEXT];

	smtp_status_format(r->status, status);
	snprintf(tmp, SMTP_REPLY_TEXT, "%d%s%s%s%.*s", r->code,
	    status[0] ? " " : "", status, r->text.len ? " " : "",
	    STR_ARG(str_sub(buf_str(&r->text), 0, SMTP_REPLY_TEXT)));
	for (char *p = tmp; *p; p++)
		if (*p == '\n' || *p == '\t')
			*p = ' ';
	return tmp;
}

/* ---- timer */

void smtp_session_start_timer(struct smtp_session *s, usec_t delay)
{
	s->pending_before = s->stream ? stream_pending(s->stream) : 0;
	loop_timer_start(&s->timer, delay);
}

void smtp_session_stop_timer(struct smtp_session *s)
{
	loop_timer_stop(&s->timer);
}

static usec_t stage_timeout(const struct smtp_session *s, enum smtp_stage stage)
{
	const struct smtp_timeouts *t = &s->config.timeouts;

	switch (stage) {
	case SMTP_STAGE_CONNECT:
	case SMTP_STAGE_TLS: return t->connect;
	case SMTP_STAGE_BANNER: return t->banner;
	case SMTP_STAGE_EHLO:
	case SMTP_STAGE_STARTTLS:
	case SMTP_STAGE_AUTH: return t->ehlo;
	case SMTP_STAGE_IDLE: return 0;
	case SMTP_STAGE_MAIL: return t->mail;
	case SMTP_STAGE_RCPT: return t->rcpt;
	case SMTP_STAGE_DATA: return t->data;
	case SMTP_STAGE_CONTENT: return t->block;
	case SMTP_STAGE_DOT: return t->dot;
	case SMTP_STAGE_QUIT: return t->quit;
	}
	return 0;
}

void smtp_session_enter(struct smtp_session *s, enum smtp_stage stage)
{
	usec_t delay = stage_timeout(s, stage);

	s->stage = stage;
	if (delay)
		smtp_session_start_timer(s, delay);
	else
		smtp_session_stop_timer(s);
}

/* ---- ending */

static void close_stream(struct smtp_session *s)
{
	stream_close(s->stream);
	s->stream = NULL;
	loop_timer_stop(&s->timer);
}

static void end_with(struct smtp_session *s)
{
	s->failed = true;
	smtp_session_note(s, "%s", s->failure.text);
	smtp_transaction_fail(s);
	s->tell = (s->tell | SMTP_TELL_ENDED) & ~SMTP_TELL_READY;
	smtp_pipeline_drop(s);
	close_stream(s);
}

void smtp_session_fail(struct smtp_session *s, enum smtp_cause cause,
    const struct smtp_reply *reply, const char *fmt, ...)
{
	struct smtp_failure *f = &s->failure;
	va_list ap;

	if (s->failed)
		return;
	*f = (struct smtp_failure){
	    .stage = s->stage, .cause = cause, .reply = reply};
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	end_with(s);
}

void smtp_session_fail_reply(
    struct smtp_session *s, const struct smtp_reply *reply)
{
	char peer[ENDPOINT_TEXT], text[SMTP_REPLY_TEXT];

	smtp_session_fail(s, SMTP_CAUSE_REPLY, reply, "%s answered %s with %s",
	    smtp_session_peer_text(s, peer), smtp_stage_name(s->stage),
	    smtp_reply_text(reply, text));
}

void smtp_session_fail_protocol(
    struct smtp_session *s, const struct smtp_reply *r, const char *why)
{
	char peer[ENDPOINT_TEXT], text[SMTP_REPLY_TEXT];

	smtp_session_fail(s, SMTP_CAUSE_PROTOCOL, NULL, "%s said %.60s %s",
	    smtp_session_peer_text(s, peer), smtp_reply_text(r, text), why);
}

static void fail_closed(struct smtp_session *s, const char *why)
{
	char peer[ENDPOINT_TEXT];
	enum smtp_cause cause =
	    s->stage == SMTP_STAGE_TLS ? SMTP_CAUSE_TLS : SMTP_CAUSE_CLOSED;

	smtp_session_fail(s, cause, NULL, "%s: %s (%s)",
	    smtp_session_peer_text(s, peer), why, smtp_stage_name(s->stage));
}

/* ---- running */

/* A reply that nothing asked for. */
static void unasked(struct smtp_session *s, const struct smtp_reply *r)
{
	/* a server may give up on a mail while it is still being sent */
	if (r->code == 421 ||
	    (s->stage == SMTP_STAGE_CONTENT && r->code >= 400))
		smtp_session_fail_reply(s, r);
	else
		smtp_session_fail_protocol(s, r,
		    s->stage == SMTP_STAGE_CONTENT
			? "before the content was complete (RFC 5321 section 4.2)"
			: "before anything was asked (RFC 5321 section 4.2)");
}

static void take_reply(struct smtp_session *s)
{
	struct smtp_reply *r = &s->parser.reply;
	enum smtp_verb v;

	if (s->pipe.waiting == 0) {
		unasked(s, r);
		return;
	}
	v = smtp_pipeline_shift(s);
	if (v >= SMTP_VERB_RSET && v != SMTP_VERB_QUIT)
		smtp_transaction_reply(s, v, r);
	else
		smtp_greeting_reply(s, v, r);
	if (!s->failed && s->pipe.waiting > 0)
		smtp_session_enter(s, smtp_verb_stage(s->pipe.wait[0]));
}

/* Reads replies until the owner must be told something. */
static void read_input(struct smtp_session *s)
{
	while (!s->tell && s->stream) {
		struct str in = stream_input(s->stream), rest = in;
		struct err e = {0};
		int rc;

		if (in.n == 0)
			return;
		rc = smtp_reply_feed(&s->parser, &rest, &e);
		if (s->stage != SMTP_STAGE_AUTH)
			smtp_session_trace(
			    s, '<', str_sub(in, 0, in.n - rest.n));
		stream_consume(s->stream, in.n - rest.n);
		if (rc < 0)
			smtp_session_fail(
			    s, SMTP_CAUSE_PROTOCOL, NULL, "%s", e.msg);
		else if (rc > 0)
			take_reply(s);
	}
}

/* All that was received is read: what can be done now?  No callback. */
static void advance(struct smtp_session *s)
{
	if (s->failed || s->tell || !s->stream)
		return;
	if (!smtp_pipeline_may_send(s)) {
		/* a reply that nothing asked for has begun */
		if (!s->timer.active)
			smtp_session_start_timer(s, s->config.timeouts.block);
		return;
	}
	if (s->stage == SMTP_STAGE_CONTENT && !s->mail.told)
		s->tell |= SMTP_TELL_CONTENT;
	else if (s->stage == SMTP_STAGE_CONTENT)
		smtp_transaction_pump(s);
	if (s->stage == SMTP_STAGE_IDLE && !s->mail.mail && !s->pipe.queued) {
		if (s->abort) {
			smtp_greeting_goodbye(s);
			smtp_session_fail(
			    s, SMTP_CAUSE_CANCELLED, NULL, "stopped as asked");
		} else if (s->quit) {
			smtp_pipeline_queue_line(
			    s, SMTP_VERB_QUIT, S("QUIT\r\n"));
		} else if (!s->ready_told) {
			s->tell |= SMTP_TELL_READY;
		}
	}
	smtp_pipeline_flush(s);
}

static void tell_one(struct smtp_session *s)
{
	struct smtp_mail *m = s->mail.mail;

	if (s->tell & SMTP_TELL_CONTENT) {
		s->tell &= ~SMTP_TELL_CONTENT;
		s->mail.told = true;
		m->content(m, m->arg);
	} else if (s->tell & SMTP_TELL_DONE) {
		s->tell &= ~SMTP_TELL_DONE;
		s->mail.mail = NULL;
		s->mail.result.session_continues =
		    !s->failed && !s->quit && !s->abort;
		m->done(m, &s->mail.result, m->arg);
	} else if (s->tell & SMTP_TELL_READY) {
		s->tell &= ~SMTP_TELL_READY;
		s->ready_told = true;
		s->handler.ready(s, s->arg);
	} else {
		s->tell = 0;
		s->handler.ended(s,
		    s->failure.stage == SMTP_STAGE_QUIT ? NULL : &s->failure,
		    s->arg);
	}
}

static void destroy(struct smtp_session *s);

static void run(struct smtp_session *s)
{
	if (s->busy)
		return;
	s->busy = true;
	while (!s->dead) {
		if (s->tell) {
			tell_one(s);
			continue;
		}
		read_input(s);
		if (!s->tell && s->eof && s->stream)
			fail_closed(s, "the server closed the connection");
		advance(s);
		if (!s->tell)
			break;
	}
	s->busy = false;
	if (s->dead)
		destroy(s);
}

/* After a call of the owner: writes at once, tells from the loop. */
static void poke(struct smtp_session *s)
{
	if (s->busy)
		return;
	advance(s);
	if (s->tell)
		loop_post(s->loop, &s->task);
}

static void on_stream(struct stream *stream, enum stream_event event, void *arg)
{
	struct smtp_session *s = arg;

	switch (event) {
	case STREAM_CONNECTED: smtp_greeting_connected(s); break;
	case STREAM_TLS_READY: smtp_greeting_encrypted(s); break;
	case STREAM_DATA: break;
	case STREAM_DRAINED:
		/* the ten minutes count from when the dot has left */
		if (s->stage == SMTP_STAGE_DOT)
			smtp_session_enter(s, SMTP_STAGE_DOT);
		break;
	case STREAM_EOF: s->eof = true; break;
	case STREAM_ERROR:
		read_input(s);
		if (s->stream)
			fail_closed(s, stream_error(stream)->msg);
		break;
	}
	run(s);
}

static void on_timer(void *arg)
{
	struct smtp_session *s = arg;
	char peer[ENDPOINT_TEXT];

	if (s->stage == SMTP_STAGE_CONTENT &&
	    stream_pending(s->stream) < s->pending_before) {
		smtp_session_start_timer(s, s->config.timeouts.block);
		return;
	}
	smtp_session_fail(s, SMTP_CAUSE_TIMEOUT, NULL,
	    "%s did not answer in time (%s, RFC 5321 section 4.5.3.2)",
	    smtp_session_peer_text(s, peer), smtp_stage_name(s->stage));
	run(s);
}

static void on_task(void *arg)
{
	run(arg);
}

/* ---- the calls of session.h */

static void set_default(usec_t *t, usec_t value)
{
	if (*t <= 0)
		*t = value;
}

static void default_timeouts(struct smtp_timeouts *t)
{
	set_default(&t->connect, 30 * USEC_PER_SEC);
	set_default(&t->banner, 5 * USEC_PER_MIN);
	set_default(&t->ehlo, 5 * USEC_PER_MIN);
	set_default(&t->mail, 5 * USEC_PER_MIN);
	set_default(&t->rcpt, 5 * USEC_PER_MIN);
	set_default(&t->data, 2 * USEC_PER_MIN);
	set_default(&t->block, 3 * USEC_PER_MIN);
	set_default(&t->dot, 10 * USEC_PER_MIN);
	set_default(&t->quit, 30 * USEC_PER_SEC);
}

static struct str copy(struct str s)
{
	return str_make(str_dup(s), s.n);
}

static void copy_config(
    struct smtp_session *s, const struct smtp_session_config *c)
{
	s->config = *c;
	s->config.helo = copy(c->helo);
	s->config.tls_name = copy(c->tls_name);
	s->config.auth_user = copy(c->auth_user);
	s->config.auth_secret = copy(c->auth_secret);
	default_timeouts(&s->config.timeouts);
}

static bool helo_is_safe(struct str helo)
{
	for (size_t i = 0; i < helo.n; i++)
		if (helo.p[i] <= 0x20 || helo.p[i] >= 0x7f)
			return false;
	return helo.n > 0 && helo.n <= LIMIT_DOMAIN;
}

static bool config_is_bad(struct smtp_session *s)
{
	const struct smtp_session_config *c = &s->config;

	if (!helo_is_safe(c->helo)) {
		s->stage = SMTP_STAGE_EHLO;
		smtp_session_fail(s, SMTP_CAUSE_UNSUPPORTED, NULL,
		    "the name for EHLO must be a host name or an address "
		    "literal (RFC 5321 section 4.1.1.1)");
	} else if (c->auth_secret.n > LIMIT_SECRET ||
		   c->auth_user.n > LIMIT_SECRET) {
		s->stage = SMTP_STAGE_AUTH;
		smtp_session_fail(s, SMTP_CAUSE_UNSUPPORTED, NULL,
		    "user name or password is longer than %lu bytes",
		    LIMIT_SECRET);
	}
	return s->failed;
}

struct smtp_session *smtp_session_new(const struct smtp_session_config *c,
    const struct smtp_session_handler *h, void *arg)
{
	struct smtp_session *s = mem_zalloc(sizeof(*s));

	ENSURE(c->tls == SMTP_TLS_NEVER || c->tls_context);
	copy_config(s, c);
	s->handler = *h;
	s->arg = arg;
	s->loop = network_loop(c->network);
	smtp_reply_parser_init(&s->parser);
	buf_init(&s->mail.reply.text, LIMIT_SMTP_REPLY);
	buf_init(&s->pipe.out, 3 * LIMIT_SMTP_COMMAND + 4 * LIMIT_SECRET);
	loop_timer_init(&s->timer, s->loop, on_timer, s);
	loop_task_init(&s->task, on_task, s);
	if (config_is_bad(s)) {
		poke(s);
		return s;
	}
	smtp_session_enter(s, SMTP_STAGE_CONNECT);
	s->stream = network_connect(c->network, &c->to,
	    c->source.len ? &c->source : NULL, on_stream, s);
	return s;
}

void smtp_session_send(struct smtp_session *s, struct smtp_mail *m)
{
	ENSURE(!s->mail.mail && s->ready_told && !s->quit);
	smtp_transaction_begin(s, m);
	poke(s);
}

void smtp_session_release(struct smtp_session *s)
{
	if (!s->mail.mail || s->mail.decided)
		return;
	s->mail.released = true;
	poke(s);
}

void smtp_session_quit(struct smtp_session *s)
{
	s->quit = true;
	poke(s);
}

void smtp_session_abort(struct smtp_session *s)
{
	s->abort = true;
	if (!s->failed && !(s->mail.mail && s->mail.dot)) {
		if (s->pipe.waiting == 0 && !s->pipe.queued)
			smtp_greeting_goodbye(s);
		smtp_session_fail(
		    s, SMTP_CAUSE_CANCELLED, NULL, "stopped as asked");
	}
	poke(s);
}

static void wipe_free(struct str s)
{
	char *p = (char *)(uintptr_t)s.p;

	if (p)
		explicit_bzero(p, s.n);
	free(p);
}

static void destroy(struct smtp_session *s)
{
	wipe_free(s->config.helo);
	wipe_free(s->config.tls_name);
	wipe_free(s->config.auth_user);
	wipe_free(s->config.auth_secret);
	smtp_reply_parser_release(&s->parser);
	buf_release(&s->mail.reply.text);
	buf_release(&s->pipe.out);
	loop_timer_release(&s->timer);
	free(s);
}

void smtp_session_free(struct smtp_session *s)
{
	if (!s)
		return;
	close_stream(s);
	loop_task_cancel(&s->task);
	s->dead = true;
	if (!s->busy)
		destroy(s);
}

unsigned smtp_session_extensions(const struct smtp_session *s)
{
	return s->ehlo.extensions;
}

uint64_t smtp_session_size_limit(const struct smtp_session *s)
{
	return s->ehlo.size;
}

const struct tls_facts *smtp_session_tls(const struct smtp_session *s)
{
	return s->encrypted ? &s->tls : NULL;
}

const struct endpoint *smtp_session_peer(const struct smtp_session *s)
{
	return &s->config.to;
}

struct str smtp_session_server_name(const struct smtp_session *s)
{
	return str_make(s->ehlo.name, s->ehlo.name_len);
}
