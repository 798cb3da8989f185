#include "t.h"
#include "mail/dot.h"
#include "sender.h"

static struct tls_context *server_tls, *client_tls;

void sender_tls_init(void)
{
	char dir[64], ca[96];
	struct err e = {0};

	t_mkdir(dir);
	snprintf(ca, sizeof(ca), "%s/ca.pem", dir);
	t_ok(tls_server_self_made("mx.example", ca, &server_tls, &e), &e);
	t_ok(tls_client_new(ca, &client_tls, &e), &e);
	t_rmdir(dir);
}

void sender_tls_release(void)
{
	tls_context_free(server_tls);
	tls_context_free(client_tls);
	server_tls = client_tls = NULL;
}

/* ---- the provider's owner */

static bool on_accepted(const struct provider_mail *m, void *arg)
{
	struct sender *s = arg;

	s->kept++;
	buf_reset(&s->got);
	buf_add(&s->got, m->content);
	buf_reset(&s->got_to);
	buf_add(&s->got_to, m->recipients);
	return true;
}

static bool on_commit(void *arg)
{
	struct sender *s = arg;

	s->commits++;
	return !s->refuse_commit;
}

/* ---- the session's owner */

static void add_cause(
    struct sender *s, enum smtp_cause cause, const struct smtp_reply *r)
{
	static const char *const causes[] = {
	    [SMTP_CAUSE_REPLY] = "reply",
	    [SMTP_CAUSE_CLOSED] = "closed",
	    [SMTP_CAUSE_TIMEOUT] = "timeout",
	    [SMTP_CAUSE_PROTOCOL] = "protocol",
	    [SMTP_CAUSE_TLS] = "tls",
	    [SMTP_CAUSE_UNSUPPORTED] = "unsupported",
	    [SMTP_CAUSE_CANCELLED] = "cancelled",
	};

	if (r)
		buf_addf(&s->log, "%d", r->code);
	else
		buf_addz(&s->log, causes[cause]);
}

static void on_content(struct smtp_mail *m, void *arg)
{
	struct sender *s = arg;

	smtp_session_release(s->session);
}

static void on_done(struct smtp_mail *m, const struct smtp_result *r, void *arg)
{
	struct sender *s = arg;

	add_cause(s, r->cause, r->reply);
	if (r->dot_sent && r->cause != SMTP_CAUSE_REPLY)
		buf_addc(&s->log, '?');
	buf_addc(&s->log, ' ');
	s->answered = loop_now(s->loop);
}

static void on_ready(struct smtp_session *session, void *arg)
{
	struct sender *s = arg;

	if (s->left == 0) {
		smtp_session_quit(session);
		return;
	}
	s->left--;
	buf_reset(&s->stuffed);
	dot_stuff(buf_str(&s->content), &s->stuffed);
	s->mail = (struct smtp_mail){
	    .sender = s->from,
	    .recipient = s->to,
	    .piece = {buf_str(&s->stuffed)},
	    .pieces = 1,
	    .eight_bit = true,
	    .envid = S("id"),
	    .notify = S("FAILURE"),
	    .content = on_content,
	    .done = on_done,
	    .arg = s,
	};
	for (size_t i = 0; i < s->to.n; i++)
		s->mail.needs_utf8 |= (unsigned char)s->to.p[i] >= 0x80;
	s->started = loop_now(s->loop);
	smtp_session_send(session, &s->mail);
}

static void on_ended(
    struct smtp_session *session, const struct smtp_failure *f, void *arg)
{
	struct sender *s = arg;

	buf_addz(&s->log, "| ");
	if (f) {
		buf_addf(&s->log, "%s ", smtp_stage_name(f->stage));
		add_cause(s, f->cause, f->reply);
	} else {
		buf_addz(&s->log, "quit");
	}
	smtp_session_free(session);
	s->session = NULL;
}

/* ---- */

void sender_set(struct sender *s, const char *name, const char *value)
{
	struct err e = {0};

	t_ok(provider_set(s->provider, str_of(name), str_of(value), &e), &e);
}

void sender_init(struct sender *s, const char *behaviours, size_t chunk)
{
	static const struct provider_handler handler = {on_accepted, on_commit};
	struct str rest = str_of(behaviours);
	struct provider_config c;
	struct err e = {0};

	*s = (struct sender){.tls = SMTP_TLS_OPPORTUNISTIC,
	    .from = S("a@me.example"),
	    .to = S("b@you.example")};
	buf_init(&s->content, 16 * MiB);
	buf_init(&s->stuffed, 32 * MiB);
	buf_init(&s->got, 16 * MiB);
	buf_init(&s->got_to, 1 * MiB);
	buf_init(&s->log, 64 * KiB);
	buf_addz(&s->content, "Subject: t\r\n\r\n.hello\r\n");
	provider_config_init(&c);
	c.count_recipients = true;
	while (rest.p) {
		struct str value = str_cut(&rest, ';');
		struct str name = str_cut(&value, '=');

		if (str_eq(name, S("tls")))
			c.tls = server_tls;
		else if (str_eq(name, S("smtps")))
			c.tls_implicit = true;
		else if (name.n)
			t_ok(provider_config_set(&c, name, value, &e), &e);
	}
	s->loop = loop_sim_new(0);
	s->net = network_sim_new(s->loop, 0, chunk);
	endpoint_parse_ip(S("192.0.2.1"), 25, &s->at);
	s->provider = provider_new(s->net, &s->at, &c, &handler, s, &e);
	t_true(s->provider, "%s", e.msg);
}

void sender_release(struct sender *s)
{
	smtp_session_free(s->session);
	provider_free(s->provider);
	network_free(s->net);
	loop_free(s->loop);
	buf_release(&s->content);
	buf_release(&s->stuffed);
	buf_release(&s->got);
	buf_release(&s->got_to);
	buf_release(&s->log);
}

const char *sender_run(struct sender *s, size_t n)
{
	static const struct smtp_session_handler handler = {on_ready, on_ended};
	struct smtp_session_config c = {
	    .network = s->net,
	    .to = s->at,
	    .helo = S("me.example"),
	    .tls = s->tls,
	    .tls_context = client_tls,
	    .tls_name = S("mx.example"),
	    .tls_verify = true,
	    .auth_user = str_of(s->user),
	    .auth_secret = str_of(s->secret),
	};

	s->left = n;
	buf_reset(&s->log);
	s->session = smtp_session_new(&c, &handler, s);
	loop_run(s->loop);
	assert_null(s->session);
	return buf_cstr(&s->log);
}
