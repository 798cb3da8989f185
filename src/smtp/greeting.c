#include "smtp/session_impl.h"

static void say_hello(struct smtp_session *s, enum smtp_verb v)
{
	struct buf *out = &s->pipe.out;

	buf_addz(out, v == SMTP_VERB_EHLO ? "EHLO " : "HELO ");
	buf_add(out, s->config.helo);
	buf_addz(out, "\r\n");
	smtp_pipeline_queue(s, v);
}

static void start_tls(struct smtp_session *s)
{
	smtp_session_enter(s, SMTP_STAGE_TLS);
	stream_start_tls(s->stream, s->config.tls_context, s->config.tls_name,
	    s->config.tls_verify);
}

void smtp_greeting_connected(struct smtp_session *s)
{
	char peer[ENDPOINT_TEXT];

	smtp_session_note(
	    s, "connected to %s", smtp_session_peer_text(s, peer));
	if (s->config.tls == SMTP_TLS_IMPLICIT)
		start_tls(s);
	else
		smtp_pipeline_await(s, SMTP_VERB_BANNER);
}

void smtp_greeting_encrypted(struct smtp_session *s)
{
	s->encrypted = true;
	s->tls = *stream_tls(s->stream);
	smtp_session_note(s, "%s %s, certificate %s%s%s", s->tls.version,
	    s->tls.cipher, s->tls.verified ? "verified" : "not verified",
	    s->tls.verified || !s->tls.why_not[0] ? "" : ": ", s->tls.why_not);
	/* RFC 3207 section 4.2: what was said in clear is forgotten */
	s->ehlo = (struct smtp_ehlo){0};
	if (s->config.tls == SMTP_TLS_IMPLICIT)
		smtp_pipeline_await(s, SMTP_VERB_BANNER);
	else
		say_hello(s, SMTP_VERB_EHLO);
}

void smtp_greeting_goodbye(struct smtp_session *s)
{
	if (!s->stream || s->eof || s->stage == SMTP_STAGE_CONNECT ||
	    s->stage == SMTP_STAGE_TLS || s->stage == SMTP_STAGE_CONTENT)
		return;
	smtp_session_trace(s, '>', S("QUIT\r\n"));
	stream_write(s->stream, S("QUIT\r\n"));
}

static void lacks(struct smtp_session *s, enum smtp_stage stage,
    const char *what, const char *remedy)
{
	char peer[ENDPOINT_TEXT];

	smtp_greeting_goodbye(s);
	s->stage = stage;
	smtp_session_fail(s, SMTP_CAUSE_UNSUPPORTED, NULL, "%s %s; %s",
	    smtp_session_peer_text(s, peer), what, remedy);
}

static void start_auth(struct smtp_session *s)
{
	const struct smtp_session_config *c = &s->config;
	enum smtp_auth_mechanism m;
	char what[100];

	if (!s->encrypted || !s->tls.verified) {
		lacks(s, SMTP_STAGE_AUTH,
		    s->encrypted ? "has a certificate that does not verify"
				 : "gives no TLS",
		    "the password is not sent so (RFC 4954 section 4)");
		return;
	}
	m = smtp_auth_choose(c->auth, s->ehlo.mechanisms);
	if (m == SMTP_AUTH_ANY) {
		snprintf(what, sizeof(what), "does not offer AUTH with %s",
		    smtp_auth_name(c->auth));
		lacks(s, SMTP_STAGE_AUTH, what,
		    "choose another mechanism or none (RFC 4954)");
		return;
	}
	if (!smtp_auth_sayable(m, c->auth_user, c->auth_secret)) {
		lacks(s, SMTP_STAGE_AUTH, "can not be given this password",
		    "it or the user name holds a control character");
		return;
	}
	smtp_auth_start(
	    &s->auth, m, c->auth_user, c->auth_secret, &s->pipe.out);
	smtp_pipeline_queue(s, SMTP_VERB_AUTH);
}

/* Capabilities are known: TLS, then AUTH, then mail. */
static void after_hello(struct smtp_session *s)
{
	enum smtp_tls_mode mode = s->config.tls;

	if (!s->encrypted && mode != SMTP_TLS_NEVER) {
		if (s->ehlo.extensions & SMTP_EXT_STARTTLS) {
			smtp_pipeline_queue_line(
			    s, SMTP_VERB_STARTTLS, S("STARTTLS\r\n"));
			return;
		}
		if (mode == SMTP_TLS_REQUIRED) {
			lacks(s, SMTP_STAGE_STARTTLS, "does not offer STARTTLS",
			    "TLS is required, so nothing is sent (RFC 3207)");
			return;
		}
	}
	if (s->config.auth_user.n)
		start_auth(s);
	else
		smtp_session_enter(s, SMTP_STAGE_IDLE);
}

static void banner_reply(struct smtp_session *s, struct smtp_reply *r)
{
	if (r->code == 220) {
		say_hello(s, SMTP_VERB_EHLO);
	} else if (r->code >= 400) {
		smtp_greeting_goodbye(s);
		smtp_session_fail_reply(s, r);
	} else {
		smtp_session_fail_protocol(s, r,
		    "as its banner, which must be 220 (RFC 5321 section "
		    "4.3.1)");
	}
}

static void hello_reply(
    struct smtp_session *s, enum smtp_verb v, struct smtp_reply *r)
{
	if (r->code / 100 == 2) {
		smtp_ehlo_parse(r, v == SMTP_VERB_HELO, &s->ehlo);
		after_hello(s);
	} else if (r->code / 100 == 5 && v == SMTP_VERB_EHLO) {
		/* RFC 5321 section 3.2: an old server */
		s->ehlo = (struct smtp_ehlo){0};
		say_hello(s, SMTP_VERB_HELO);
	} else if (r->code >= 400) {
		smtp_greeting_goodbye(s);
		smtp_session_fail_reply(s, r);
	} else {
		smtp_session_fail_protocol(
		    s, r, "to EHLO (RFC 5321 section 4.3.2)");
	}
}

static void starttls_reply(struct smtp_session *s, struct smtp_reply *r)
{
	char peer[ENDPOINT_TEXT], text[SMTP_REPLY_TEXT];

	if (r->code / 100 != 2) {
		smtp_greeting_goodbye(s);
		smtp_session_fail(s, SMTP_CAUSE_TLS, NULL,
		    "%s offered STARTTLS, then refused it: %s",
		    smtp_session_peer_text(s, peer), smtp_reply_text(r, text));
	} else if (stream_input(s->stream).n) {
		smtp_session_fail(s, SMTP_CAUSE_PROTOCOL, NULL,
		    "%s, or somebody between, sent bytes in clear behind the "
		    "answer to STARTTLS; a command could be slipped in so "
		    "(RFC 3207 section 4.2)",
		    smtp_session_peer_text(s, peer));
	} else {
		start_tls(s);
	}
}

/* The text is kept for people; a server must not get the secret into it. */
static void withhold_secret(struct smtp_session *s, struct smtp_reply *r)
{
	struct buf line = BUF_INIT(LIMIT_SMTP_REPLY + 64);

	if (smtp_auth_leaks(&s->auth, s->config.auth_user,
		s->config.auth_secret, buf_str(&r->text))) {
		buf_reset(&r->text);
		buf_addz(&r->text, "(text withheld: it repeats the password)");
	}
	if (s->config.trace) {
		buf_addf(&line, "%d ", r->code);
		buf_add(&line, buf_str(&r->text));
		buf_addz(&line, "\r\n");
		smtp_session_trace(s, '<', buf_str(&line));
		buf_release(&line);
	}
}

static void auth_reply(struct smtp_session *s, struct smtp_reply *r)
{
	const struct smtp_session_config *c = &s->config;

	if (r->code / 100 == 2) {
		smtp_session_enter(s, SMTP_STAGE_IDLE);
	} else if (r->code >= 400) {
		smtp_greeting_goodbye(s);
		smtp_session_fail_reply(s, r);
	} else if (smtp_auth_respond(
		       &s->auth, c->auth_user, c->auth_secret, &s->pipe.out)) {
		smtp_pipeline_queue(s, SMTP_VERB_AUTH);
	} else {
		smtp_session_fail_protocol(s, r,
		    "when all of the AUTH dialogue was said (RFC 4954 section "
		    "4)");
	}
}

void smtp_greeting_reply(
    struct smtp_session *s, enum smtp_verb v, struct smtp_reply *r)
{
	if (v == SMTP_VERB_AUTH)
		withhold_secret(s, r);
	if (r->code == 421 && v != SMTP_VERB_QUIT) {
		smtp_session_fail_reply(s, r);
		return;
	}
	if (v == SMTP_VERB_BANNER)
		banner_reply(s, r);
	else if (v == SMTP_VERB_STARTTLS)
		starttls_reply(s, r);
	else if (v == SMTP_VERB_AUTH)
		auth_reply(s, r);
	else if (v == SMTP_VERB_QUIT)
		smtp_session_fail(s, SMTP_CAUSE_CLOSED, NULL, "QUIT");
	else
		hello_reply(s, v, r);
}
