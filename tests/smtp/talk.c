#include "t.h"
#include "talk.h"

static struct tls_context *server_tls, *client_tls;

void talk_tls_init(void)
{
	char dir[64], ca[96];
	struct err e = {0};

	t_mkdir(dir);
	snprintf(ca, sizeof(ca), "%s/ca.pem", dir);
	t_ok(tls_server_self_made("mx.example", ca, &server_tls, &e), &e);
	t_ok(tls_client_new(ca, &client_tls, &e), &e);
	t_rmdir(dir);
}

void talk_tls_release(void)
{
	tls_context_free(server_tls);
	tls_context_free(client_tls);
	server_tls = client_tls = NULL;
}

static struct smtp_answer answer_to(
    const struct talk *t, enum smtp_server_ask what)
{
	struct smtp_answer a = {0};

	switch (what) {
	case SMTP_ASK_CONNECT: a = t->options.connect; break;
	case SMTP_ASK_MAIL: a = t->options.mail; break;
	case SMTP_ASK_RCPT: a = t->options.rcpt; break;
	case SMTP_ASK_DOT: a = t->options.dot; break;
	case SMTP_ASK_EHLO:
	case SMTP_ASK_STARTTLS:
	case SMTP_ASK_DATA:
	case SMTP_ASK_AUTH: break;
	}
	if (!a.code && !a.drop)
		a.code = -1;
	return a;
}

static void note(struct talk *t, enum smtp_server_ask what,
    const struct smtp_envelope *env, struct str content)
{
	struct buf *b = &t->asked;

	switch (what) {
	case SMTP_ASK_CONNECT: break;
	case SMTP_ASK_EHLO:
		buf_addf(b, "%s %.*s; ", env->esmtp ? "ehlo" : "helo",
		    STR_ARG(env->helo));
		break;
	case SMTP_ASK_STARTTLS: buf_addz(b, "starttls; "); break;
	case SMTP_ASK_MAIL:
		buf_addf(b, "mail %.*s%s%.*s; ", STR_ARG(env->sender),
		    env->parameters.n ? " " : "", STR_ARG(env->parameters));
		break;
	case SMTP_ASK_RCPT:
		buf_addf(b, "rcpt %.*s%s%.*s; ", STR_ARG(env->recipient),
		    env->parameters.n ? " " : "", STR_ARG(env->parameters));
		break;
	case SMTP_ASK_DATA: buf_addz(b, "data; "); break;
	case SMTP_ASK_DOT:
		t->dots++;
		buf_addf(b, "dot %llu of %zu; ",
		    (unsigned long long)env->content_size, env->recipients);
		t_true(t->options.discard || content.n == env->content_size,
		    "size and content");
		buf_reset(&t->content);
		buf_add(&t->content, content);
		break;
	case SMTP_ASK_AUTH:
		buf_addz(b, "auth ");
		for (size_t i = 0; i < content.n; i++)
			buf_addc(b, content.p[i] ? content.p[i] : ':');
		buf_addz(b, "; ");
		break;
	}
}

static struct smtp_answer on_ask(struct smtp_server *s,
    enum smtp_server_ask what, const struct smtp_envelope *env,
    struct str content, void *arg)
{
	struct talk *t = arg;

	assert_ptr_equal(s, t->server);
	assert_false(t->timer.active || t->ended);
	note(t, what, env, content);
	if (!t->options.hold)
		return answer_to(t, what);
	t->held = what;
	loop_timer_start(&t->timer, USEC_PER_SEC);
	return (struct smtp_answer){0};
}

static void on_timer(void *arg)
{
	struct talk *t = arg;

	smtp_server_answer(t->server, answer_to(t, t->held));
}

static void on_ended(struct smtp_server *s, void *arg)
{
	struct talk *t = arg;

	assert_false(t->ended);
	t->ended = true;
	loop_timer_stop(&t->timer);
	smtp_server_free(s);
	t->server = NULL;
}

static void on_accept(struct listener *l, struct stream *s, void *arg)
{
	static const struct smtp_server_handler handler = {on_ask, on_ended};
	struct talk *t = arg;
	struct smtp_server_config c = {
	    .name = S("mx.example"),
	    .extensions = ~t->options.without,
	    .size_limit = t->options.size_limit,
	    .tls = t->options.tls ? server_tls : NULL,
	    .tls_implicit = t->options.tls == TALK_IMPLICIT,
	    .discard_content = t->options.discard,
	};

	t->server = smtp_server_new(s, &c, &handler, t);
}

/* The code of each reply, its lines being one. */
static void take_codes(struct talk *t)
{
	struct str rest = buf_str(&t->got);
	size_t n = 0;

	t->codes[0] = '\0';
	while (rest.p && n < sizeof(t->codes) - 40) {
		struct str line = str_cut(&rest, '\n');

		if (rest.p && (line.n < 5 || line.p[line.n - 1] != '\r'))
			fail_msg("bad reply line: %.*s", STR_ARG(line));
		if (rest.p && line.p[3] == ' ')
			n +=
			    (size_t)snprintf(t->codes + n, sizeof(t->codes) - n,
				"%s%.3s", n ? " " : "", line.p);
	}
	if (t->closed)
		snprintf(t->codes + n, sizeof(t->codes) - n, "%sclosed",
		    n ? " " : "");
}

static void on_client(struct stream *s, enum stream_event event, void *arg)
{
	struct talk *t = arg;
	struct str in = stream_input(s);

	if (event == STREAM_DATA) {
		buf_add(&t->got, in);
		stream_consume(s, in.n);
		if (t->says.p && t->options.tls == TALK_STARTTLS &&
		    !stream_tls(s) &&
		    str_find(buf_str(&t->got), S("TLS\r\n")) > 0 &&
		    str_find(buf_str(&t->got), S("220 2.0.0")) > 0)
			stream_start_tls(s, client_tls, S("mx.example"), true);
	} else if (event == STREAM_CONNECTED &&
		   t->options.tls == TALK_IMPLICIT) {
		stream_start_tls(s, client_tls, S("mx.example"), true);
	} else if (event == STREAM_TLS_READY && t->says.p) {
		stream_write(s, t->says);
		t->says = STR_NONE;
	} else if (event == STREAM_EOF || event == STREAM_ERROR) {
		t->closed = true;
	}
}

void talk_start(struct talk *t, const struct talk_options *o)
{
	struct endpoint at;
	struct err e = {0};

	*t = (struct talk){.options = *o};
	buf_init(&t->got, 16 * MiB);
	buf_init(&t->asked, 1 * MiB);
	buf_init(&t->content, 64 * MiB);
	t->loop = loop_sim_new(0);
	t->net = network_sim_new(t->loop, 0, o->chunk);
	loop_timer_init(&t->timer, t->loop, on_timer, t);
	endpoint_parse_ip(S("192.0.2.1"), 25, &at);
	t->listener = network_listen(t->net, &at, on_accept, t, &e);
	t_true(t->listener, "%s", e.msg);
	t->client = network_connect(t->net, &at, NULL, on_client, t);
}

void talk_say(struct talk *t, struct str bytes, struct str inside)
{
	usec_t wait = t->options.wait ? t->options.wait : USEC_PER_MIN;

	t->says = inside;
	loop_run_until(t->loop, loop_now(t->loop)); /* TLS starts first */
	if (!t->closed)
		stream_write(t->client, bytes);
	loop_run_until(t->loop, loop_now(t->loop) + wait);
	take_codes(t);
}

void talk_stop(struct talk *t)
{
	smtp_server_free(t->server);
	stream_close(t->client);
	listener_close(t->listener);
	loop_timer_release(&t->timer);
	network_free(t->net);
	loop_free(t->loop);
	buf_release(&t->got);
	buf_release(&t->asked);
	buf_release(&t->content);
}
