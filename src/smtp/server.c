#include "smtp/server_impl.h"

#define OUT_MAX      (1 * MiB)
#define PENDING_MAX  (64 * KiB) /* beyond, the client must read first */
#define CLOSING_TIME (30 * USEC_PER_SEC)
#define IDLE_TIME    (5 * USEC_PER_MIN) /* RFC 5321 4.5.3.2.7 */
#define KEEP_CONTENT (256 * KiB)

void smtp_server_trace(struct smtp_server *s, char dir, struct str bytes)
{
	if (s->config.trace && bytes.n)
		s->config.trace(dir, bytes, s->config.trace_arg);
}

static usec_t idle_time(const struct smtp_server *s)
{
	return s->config.idle_timeout ? s->config.idle_timeout : IDLE_TIME;
}

void smtp_server_enter(struct smtp_server *s, enum smtp_server_state state)
{
	s->state = state;
	if (state == SMTP_SERVER_CLOSING)
		loop_timer_start(&s->timer, CLOSING_TIME);
}

static void end(struct smtp_server *s)
{
	smtp_server_enter(s, SMTP_SERVER_ENDED);
	s->held = false;
	loop_timer_stop(&s->timer);
	stream_close(s->stream);
	s->stream = NULL;
}

/* ---- what is written */

static void flush(struct smtp_server *s)
{
	if (s->out.over) {
		end(s);
		return;
	}
	if (!s->stream || s->out.len == 0)
		return;
	stream_write(s->stream, buf_str(&s->out));
	buf_reset(&s->out);
}

void smtp_server_say(struct smtp_server *s, struct str bytes)
{
	smtp_server_trace(s, '<', bytes);
	buf_add(&s->out, bytes);
	if (!s->busy)
		flush(s);
}

void smtp_server_reply(struct smtp_server *s, int code, const char *text)
{
	struct str rest = str_of(text ? text : "");
	size_t from = s->out.len;

	if (!rest.p)
		rest = S("");
	while (rest.p) {
		struct str line = str_cut(&rest, '\n');

		buf_add_u64(&s->out, (uint64_t)code);
		buf_addc(&s->out, rest.p ? '-' : ' ');
		buf_add(&s->out, line);
		buf_addz(&s->out, "\r\n");
	}
	smtp_server_trace(s, '<', str_from(buf_str(&s->out), from));
}

void smtp_server_reply_last(struct smtp_server *s, int code, const char *text)
{
	smtp_server_reply(s, code, text);
	smtp_server_enter(s, SMTP_SERVER_CLOSING);
}

/* ---- answers of the owner */

static const struct {
	int code;
	const char *text;
} usual[] = {
    [SMTP_ASK_CONNECT] = {220, NULL},
    [SMTP_ASK_EHLO] = {250, NULL},
    [SMTP_ASK_STARTTLS] = {220, "2.0.0 Ready to start TLS"},
    [SMTP_ASK_MAIL] = {250, "2.1.0 Ok"},
    [SMTP_ASK_RCPT] = {250, "2.1.5 Ok"},
    [SMTP_ASK_DATA] = {354, "End data with <CR><LF>.<CR><LF>"},
    [SMTP_ASK_DOT] = {250, "2.0.0 Ok: taken"},
    [SMTP_ASK_AUTH] = {235, "2.7.0 Authentication successful"},
};

static void ehlo_text(struct smtp_server *s, struct buf *b)
{
	static const struct {
		unsigned extension;
		const char *line;
	} lines[] = {
	    {SMTP_EXT_PIPELINING, "\nPIPELINING"},
	    {SMTP_EXT_8BITMIME, "\n8BITMIME"},
	    {SMTP_EXT_SMTPUTF8, "\nSMTPUTF8"},
	    {SMTP_EXT_DSN, "\nDSN"},
	    {SMTP_EXT_ENHANCED, "\nENHANCEDSTATUSCODES"},
	};

	buf_add(b, s->config.name);
	if (!s->env.esmtp)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (s->config.extensions & lines[i].extension)
			buf_addz(b, lines[i].line);
	if (s->config.extensions & SMTP_EXT_SIZE)
		buf_addf(
		    b, "\nSIZE %llu", (unsigned long long)s->config.size_limit);
	if (smtp_server_starttls_offered(s))
		buf_addz(b, "\nSTARTTLS");
	if (smtp_server_auth_offered(s))
		buf_addz(b, "\nAUTH PLAIN LOGIN XOAUTH2");
}

static void say_answer(struct smtp_server *s, struct smtp_answer a)
{
	struct buf b = BUF_INIT(2 * KiB);

	if (a.mute)
		return;
	if (!a.text && s->asked == SMTP_ASK_CONNECT && a.code == 220)
		buf_addf(&b, "%.*s ESMTP", STR_ARG(s->config.name));
	else if (!a.text && s->asked == SMTP_ASK_EHLO && a.code == 250)
		ehlo_text(s, &b);
	smtp_server_reply(s, a.code, a.text || !b.len ? a.text : buf_cstr(&b));
	buf_release(&b);
}

void smtp_server_reset(struct smtp_server *s)
{
	s->in_mail = false;
	buf_reset(&s->sender);
	buf_reset(&s->recipient);
	buf_reset(&s->parameters);
	s->env.sender = s->env.recipient = s->env.parameters = STR_NONE;
	s->env.recipients = 0;
	s->env.smtputf8 = s->env.eight_bit = false;
	s->env.declared_size = s->env.content_size = 0;
	buf_reset(&s->content.kept);
	if (s->content.kept.cap > KEEP_CONTENT)
		buf_release(&s->content.kept);
}

/* RFC 3207 4.2: what was said in clear is forgotten, and what is there already
 * of what should come under TLS never counts. */
static void start_tls(struct smtp_server *s)
{
	flush(s);
	if (!s->stream)
		return;
	smtp_server_reset(s);
	s->hello = false;
	s->env.helo = STR_NONE;
	smtp_server_enter(s, SMTP_SERVER_CONNECT);
	stream_start_tls(s->stream, s->config.tls, STR_NONE, false);
}

static void apply(struct smtp_server *s, int code)
{
	bool yes = code / 100 == 2;

	switch (s->asked) {
	case SMTP_ASK_CONNECT:
		s->barred = !yes;
		smtp_server_enter(s, SMTP_SERVER_COMMAND);
		break;
	case SMTP_ASK_EHLO: s->hello = yes; break;
	case SMTP_ASK_STARTTLS:
		if (yes)
			start_tls(s);
		break;
	case SMTP_ASK_MAIL:
		if (yes)
			s->in_mail = true;
		else
			smtp_server_reset(s);
		break;
	case SMTP_ASK_RCPT: s->env.recipients += yes; break;
	case SMTP_ASK_DATA:
		if (code / 100 == 3)
			smtp_server_content_begin(s);
		break;
	case SMTP_ASK_DOT: smtp_server_reset(s); break;
	case SMTP_ASK_AUTH: s->authenticated = yes; break;
	}
}

static void take_answer(struct smtp_server *s, struct smtp_answer a)
{
	s->held = false;
	if (a.drop) {
		flush(s);
		end(s);
		return;
	}
	if (a.code < 0) {
		a.code = usual[s->asked].code;
		a.text = usual[s->asked].text;
	}
	say_answer(s, a);
	if (a.more)
		buf_addz(&s->out, a.more);
	apply(s, a.code);
	if (a.drop_after) {
		s->doom = a.drop_after;
		smtp_server_enter(s, SMTP_SERVER_DOOMED);
	}
	if (a.close || a.code == 421)
		smtp_server_enter(s, SMTP_SERVER_CLOSING);
}

void smtp_server_ask(
    struct smtp_server *s, enum smtp_server_ask what, struct str content)
{
	struct smtp_answer a;

	s->asked = what;
	s->held = true;
	s->asking = true;
	a = s->handler.ask(s, what, &s->env, content, s->arg);
	s->asking = false;
	if (!s->dead && (a.code || a.close || a.drop))
		take_answer(s, a);
}

/* ---- running */

static void destroy(struct smtp_server *s)
{
	stream_close(s->stream);
	loop_timer_release(&s->timer);
	loop_task_cancel(&s->task);
	buf_release(&s->out);
	buf_release(&s->line);
	buf_release(&s->helo);
	buf_release(&s->sender);
	buf_release(&s->recipient);
	buf_release(&s->parameters);
	buf_release(&s->content.kept);
	buf_release(&s->auth.user);
	free((void *)(uintptr_t)s->config.name.p);
	free(s);
}

static bool count_doom(struct smtp_server *s)
{
	size_t n = stream_input(s->stream).n;

	if (n >= s->doom) {
		flush(s);
		end(s);
		return false;
	}
	s->doom -= n;
	stream_consume(s->stream, n);
	return false;
}

/* One thing more; false: nothing can be done now. */
static bool step(struct smtp_server *s)
{
	if (s->held || s->dead)
		return false;
	if (s->out.len > PENDING_MAX)
		flush(s);
	if (s->stream && stream_pending(s->stream) > PENDING_MAX)
		return false;
	switch (s->state) {
	case SMTP_SERVER_COMMAND:
	case SMTP_SERVER_AUTH: return smtp_server_take_line(s);
	case SMTP_SERVER_CONTENT: return smtp_server_take_content(s);
	case SMTP_SERVER_DOOMED: return count_doom(s);
	case SMTP_SERVER_CONNECT:
	case SMTP_SERVER_CLOSING:
	case SMTP_SERVER_ENDED: return false;
	}
	return false;
}

static void run(struct smtp_server *s)
{
	if (s->busy)
		return;
	s->busy = true;
	while (step(s))
		;
	if (!s->dead) {
		flush(s);
		if (s->state == SMTP_SERVER_CLOSING &&
		    stream_pending(s->stream) == 0)
			end(s);
		if (s->state == SMTP_SERVER_ENDED && !s->told) {
			s->told = true;
			s->handler.ended(s, s->arg);
		}
	}
	s->busy = false;
	if (s->dead)
		destroy(s);
}

static void on_task(void *arg)
{
	run(arg);
}

static void on_timer(void *arg)
{
	struct smtp_server *s = arg;

	if (s->held)
		loop_timer_start(&s->timer, idle_time(s));
	else if (s->state == SMTP_SERVER_COMMAND ||
		 s->state == SMTP_SERVER_AUTH ||
		 s->state == SMTP_SERVER_CONTENT)
		smtp_server_reply_last(
		    s, 421, "4.4.2 Nothing came for too long; closing");
	else
		end(s);
	run(s);
}

static void on_stream(struct stream *stream, enum stream_event event, void *arg)
{
	struct smtp_server *s = arg;

	(void)stream;
	if (s->state != SMTP_SERVER_CLOSING)
		loop_timer_start(&s->timer, idle_time(s));
	switch (event) {
	case STREAM_CONNECTED:
		if (s->config.tls_implicit) {
			stream_start_tls(
			    s->stream, s->config.tls, STR_NONE, false);
			break;
		}
		s->busy = true;
		smtp_server_ask(s, SMTP_ASK_CONNECT, STR_NONE);
		s->busy = false;
		break;
	case STREAM_TLS_READY:
		s->env.tls = true;
		if (!s->config.tls_implicit) {
			smtp_server_enter(s, SMTP_SERVER_COMMAND);
			break;
		}
		s->busy = true;
		smtp_server_ask(s, SMTP_ASK_CONNECT, STR_NONE);
		s->busy = false;
		break;
	case STREAM_DATA:
	case STREAM_DRAINED: break;
	case STREAM_EOF:
	case STREAM_ERROR: end(s); break;
	}
	run(s);
}

/* ---- the owner's calls */

struct smtp_server *smtp_server_new(struct stream *accepted,
    const struct smtp_server_config *c, const struct smtp_server_handler *h,
    void *arg)
{
	struct smtp_server *s = mem_zalloc(sizeof(*s));

	s->config = *c;
	s->config.name = str_make(str_dup(c->name), c->name.n);
	if (!s->config.size_limit)
		s->config.size_limit = LIMIT_SMTP_MESSAGE;
	s->handler = *h;
	s->arg = arg;
	s->stream = accepted;
	s->loop = stream_loop(accepted);
	loop_timer_init(&s->timer, s->loop, on_timer, s);
	loop_task_init(&s->task, on_task, s);
	buf_init(&s->out, OUT_MAX);
	buf_init(&s->line, LIMIT_SMTP_LINE);
	buf_init(&s->helo, LIMIT_SMTP_LINE);
	buf_init(&s->sender, LIMIT_SMTP_LINE);
	buf_init(&s->recipient, LIMIT_SMTP_LINE);
	buf_init(&s->parameters, LIMIT_SMTP_LINE);
	buf_init(&s->auth.user, LIMIT_SMTP_LINE);
	buf_init(&s->content.kept, (size_t)s->config.size_limit);
	stream_set_handler(accepted, on_stream, s);
	loop_timer_start(&s->timer, idle_time(s));
	return s;
}

void smtp_server_answer(struct smtp_server *s, struct smtp_answer a)
{
	ENSURE(s->held && !s->asking);
	ENSURE(a.code || a.close || a.drop);
	take_answer(s, a);
	if (!s->busy)
		flush(s);
	/* what waits is taken from the loop, never from inside this call */
	loop_post_soon(s->loop, &s->task);
}

struct stream *smtp_server_stream(struct smtp_server *s)
{
	return s->stream;
}

void smtp_server_free(struct smtp_server *s)
{
	if (!s)
		return;
	if (!s->busy) {
		destroy(s);
		return;
	}
	s->dead = true;
	stream_close(s->stream);
	s->stream = NULL;
}
