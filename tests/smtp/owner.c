#include "t.h"
#include "owner.h"

#include <unistd.h>

static struct tls_context *server_tls, *client_tls, *strange_tls;

static const char *const causes[] = {
    [SMTP_CAUSE_REPLY] = "reply",
    [SMTP_CAUSE_CLOSED] = "closed",
    [SMTP_CAUSE_TIMEOUT] = "timeout",
    [SMTP_CAUSE_PROTOCOL] = "protocol",
    [SMTP_CAUSE_TLS] = "tls",
    [SMTP_CAUSE_UNSUPPORTED] = "unsupported",
    [SMTP_CAUSE_CANCELLED] = "cancelled",
};

void owner_tls_init(void)
{
	struct err e = {0};
	struct tls_context *other;
	char dir[64], ca[96], ca2[96];

	t_mkdir(dir);
	snprintf(ca, sizeof(ca), "%s/ca.pem", dir);
	snprintf(ca2, sizeof(ca2), "%s/ca2.pem", dir);
	t_ok(tls_server_self_made("mx.example", ca, &server_tls, &e), &e);
	t_ok(tls_server_self_made("mx.example", ca2, &other, &e), &e);
	t_ok(tls_client_new(ca, &client_tls, &e), &e);
	t_ok(tls_client_new(ca2, &strange_tls, &e), &e);
	tls_context_free(other);
	t_rmdir(dir);
}

void owner_tls_release(void)
{
	tls_context_free(server_tls);
	tls_context_free(client_tls);
	tls_context_free(strange_tls);
	server_tls = client_tls = strange_tls = NULL;
}

/* ---- options */

static bool option(const struct owner *o, const char *word, struct str *ret)
{
	struct str rest = str_of(o->story->options), name = str_of(word);

	while (rest.p) {
		struct str w = str_cut(&rest, ' ');

		if (str_eq(w, name) || (str_starts(w, name) && w.n > name.n &&
					   w.p[name.n] == '=')) {
			if (ret)
				*ret = str_from(w, name.n + 1);
			return true;
		}
	}
	return false;
}

static bool is(const struct owner *o, const char *word, const char *value)
{
	struct str got;

	return option(o, word, &got) && str_eq(got, str_of(value));
}

static uint64_t number(const struct owner *o, const char *word, uint64_t other)
{
	struct str got;

	if (option(o, word, &got))
		str_to_u64(got, 1u << 30, &other);
	return other;
}

/* ---- what the owner does */

static void moment(struct owner *o, const char *when)
{
	if (!o->session || o->ended)
		return;
	if (is(o, "abort", when))
		smtp_session_abort(o->session);
	if (is(o, "quit", when))
		smtp_session_quit(o->session);
	if (is(o, "free", when)) {
		smtp_session_free(o->session);
		o->session = NULL;
		buf_addz(&o->log, "freed");
	}
}

static void release(struct owner *o)
{
	o->released = true;
	smtp_session_release(o->session);
}

static void on_timer(void *arg)
{
	struct owner *o = arg;

	if (!o->session || o->ended)
		return;
	if (o->released) {
		moment(o, "dot");
	} else if (!o->told) {
		if (o->done == o->mails)
			smtp_session_quit(o->session);
	} else if (is(o, "abort", "held") || is(o, "free", "held") ||
		   is(o, "quit", "held")) {
		moment(o, "held");
		if (o->session && is(o, "quit", "held"))
			release(o);
	} else if (option(o, "late", NULL)) {
		release(o);
	}
}

static void on_content(struct smtp_mail *m, void *arg)
{
	struct owner *o = arg;

	assert_false(o->told || o->inside);
	o->told = true;
	buf_addz(&o->log, "content; ");
	moment(o, "content");
	if (!o->session)
		return;
	if (option(o, "late", NULL))
		loop_timer_start(&o->timer, 30 * USEC_PER_SEC);
	else if (is(o, "abort", "held") || is(o, "free", "held") ||
		 is(o, "quit", "held"))
		loop_timer_start(&o->timer, USEC_PER_SEC);
	else if (!option(o, "never", NULL) && !option(o, "early", NULL))
		release(o);
	if (o->released)
		loop_timer_start(&o->timer, USEC_PER_SEC);
}

static void on_done(struct smtp_mail *m, const struct smtp_result *r, void *arg)
{
	struct owner *o = arg;

	assert_false(o->inside || o->ended);
	assert_int_equal(o->given, o->done + 1);
	o->done++;
	buf_addf(&o->log, "done %s: %s", smtp_stage_name(r->stage),
	    causes[r->cause]);
	assert_int_equal(r->cause == SMTP_CAUSE_REPLY, r->reply != NULL);
	if (r->reply) {
		buf_addf(&o->log, " %d", r->reply->code);
		snprintf(o->reply, sizeof(o->reply), "%.*s",
		    STR_ARG(buf_str(&r->reply->text)));
	}
	if (r->dot_sent)
		assert_true(o->released);
	buf_addf(&o->log, "%s%s; ", r->dot_sent ? " dot" : "",
	    r->session_continues ? "" : " last");
	snprintf(o->text, sizeof(o->text), "%s", r->text);
	o->told = o->released = false;
	loop_timer_stop(&o->timer);
	moment(o, "done");
}

static void fill_content(struct owner *o)
{
	size_t big = number(o, "big", 0);

	buf_reset(&o->content);
	buf_addz(&o->content, "Subject: t\r\n\r\n");
	if (option(o, "dots", NULL))
		buf_addz(&o->content, "..\r\n..\r\n..\r\n");
	while (o->content.len < big)
		buf_addf(&o->content,
		    "line %zu of a letter that is not so short\r\n",
		    o->content.len);
	buf_addz(&o->content, "hello\r\n");
}

static void give(struct owner *o)
{
	struct str word;
	size_t cut;

	o->given++;
	fill_content(o);
	cut = o->content.len / 3;
	o->mail = (struct smtp_mail){
	    .sender = S("a@me.example"),
	    .recipient = S("b@you.example"),
	    .needs_utf8 = option(o, "utf8", NULL),
	    .eight_bit = option(o, "8bit", NULL),
	    .piece = {str_sub(buf_str(&o->content), 0, cut),
		str_from(buf_str(&o->content), cut)},
	    .pieces = 2,
	    .content = on_content,
	    .done = on_done,
	    .arg = o,
	};
	if (option(o, "utf8", NULL))
		o->mail.recipient = S("j\xc3\xb6rg@you.example");
	if (option(o, "to", &word))
		o->mail.recipient = word;
	if (option(o, "sender", &word))
		o->mail.sender = word;
	if (option(o, "dsn", NULL)) {
		o->mail.envid = S("id1");
		o->mail.notify = S("FAILURE");
		o->mail.orcpt = S("rfc822;b@you.example");
	}
	o->inside = true;
	smtp_session_send(o->session, &o->mail);
	if (option(o, "early", NULL))
		release(o);
	moment(o, "mail");
	o->inside = false;
}

static void on_ready(struct smtp_session *s, void *arg)
{
	struct owner *o = arg;

	assert_false(o->inside || o->ended);
	assert_int_equal(o->given, o->done);
	buf_addz(&o->log, "ready; ");
	snprintf(o->name, sizeof(o->name), "%.*s",
	    STR_ARG(smtp_session_server_name(s)));
	moment(o, "ready");
	if (!o->session || is(o, "abort", "ready") || is(o, "quit", "ready"))
		return;
	if (o->given < o->mails)
		give(o);
	else if (option(o, "idle", NULL))
		loop_timer_start(
		    &o->timer, (usec_t)number(o, "idle", 0) * USEC_PER_SEC);
	else if (!option(o, "noquit", NULL))
		smtp_session_quit(s);
}

static void on_ended(
    struct smtp_session *s, const struct smtp_failure *f, void *arg)
{
	struct owner *o = arg;

	assert_false(o->inside || o->ended);
	assert_int_equal(o->given, o->done);
	o->ended = true;
	o->ended_at = loop_now(o->loop);
	buf_addz(&o->log, "ended");
	if (f) {
		assert_int_equal(
		    f->cause == SMTP_CAUSE_REPLY, f->reply != NULL);
		buf_addf(&o->log, " %s: %s", smtp_stage_name(f->stage),
		    causes[f->cause]);
		if (f->reply) {
			buf_addf(&o->log, " %d", f->reply->code);
			snprintf(o->reply, sizeof(o->reply), "%.*s",
			    STR_ARG(buf_str(&f->reply->text)));
		}
		snprintf(o->text, sizeof(o->text), "%s", f->text);
		assert_true(f->text[0]);
	}
	smtp_session_free(s);
	o->session = NULL;
}

/* Wire order: a dot that ends the content may only come when released. */
static void on_trace(char dir, struct str bytes, void *arg)
{
	struct owner *o = arg;

	if (dir == '<')
		buf_add(&o->seen, bytes);
	if (dir == '!') {
		buf_add(&o->notes, bytes);
		buf_addc(&o->notes, '\n');
	}
	if (dir != '>')
		return;
	buf_add(&o->wire, bytes);
	if (o->told && !o->released &&
	    (str_ends(buf_str(&o->wire), S("\r\n.\r\n")) ||
		str_eq(bytes, S(".\r\n"))))
		o->dots_unreleased++;
}

/* ---- playing */

static void configure(struct owner *o, struct smtp_session_config *c)
{
	static const struct {
		const char *name;
		enum smtp_auth_mechanism m;
	} auth[] = {
	    {"plain", SMTP_AUTH_PLAIN},
	    {"login", SMTP_AUTH_LOGIN},
	    {"xoauth2", SMTP_AUTH_XOAUTH2},
	    {"any", SMTP_AUTH_ANY},
	};

	c->tls = is(o, "tls", "opportunistic") ? SMTP_TLS_OPPORTUNISTIC
		 : is(o, "tls", "required")    ? SMTP_TLS_REQUIRED
		 : is(o, "tls", "implicit")    ? SMTP_TLS_IMPLICIT
					       : SMTP_TLS_NEVER;
	c->tls_context =
	    option(o, "strangeca", NULL) ? strange_tls : client_tls;
	c->tls_name = S("mx.example");
	c->tls_verify = !option(o, "noverify", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(auth); i++) {
		if (!is(o, "auth", auth[i].name))
			continue;
		c->auth = auth[i].m;
		snprintf(o->user, sizeof(o->user), "me");
		snprintf(o->secret, sizeof(o->secret), "pa55word");
		if (option(o, "longsecret", NULL))
			memset(o->secret, 'x', 600);
		c->auth_user = str_of(o->user);
		c->auth_secret = str_of(o->secret);
	}
}

void owner_play(
    struct owner *o, const struct story *s, usec_t latency, size_t chunk)
{
	static const struct smtp_session_handler handler = {on_ready, on_ended};
	struct smtp_session_config c = {.helo = S("me.example")};

	*o = (struct owner){.story = s};
	buf_init(&o->log, 1 * MiB);
	buf_init(&o->wire, 16 * MiB);
	buf_init(&o->seen, 16 * MiB);
	buf_init(&o->notes, 1 * MiB);
	buf_init(&o->content, 16 * MiB);
	o->loop = loop_sim_new(0);
	o->net = network_sim_new(o->loop, latency, chunk);
	o->mails = number(o, "mails", 1);
	endpoint_parse_ip(S("192.0.2.1"), 25, &c.to);
	peer_init(&o->peer, o->net, &c.to, server_tls, str_of(s->script));
	if (option(o, "refused", NULL))
		network_sim_fault(o->net, &c.to, NETWORK_FAULT_REFUSE);
	if (option(o, "silent", NULL))
		network_sim_fault(o->net, &c.to, NETWORK_FAULT_SILENT);
	loop_timer_init(&o->timer, o->loop, on_timer, o);
	c.network = o->net;
	c.trace = on_trace;
	c.trace_arg = o;
	configure(o, &c);
	o->started = loop_now(o->loop);
	o->inside = true;
	o->session = smtp_session_new(&c, &handler, o);
	moment(o, "start");
	o->inside = false;
	loop_run(o->loop);
}

void owner_release(struct owner *o)
{
	smtp_session_free(o->session);
	peer_release(&o->peer);
	loop_timer_release(&o->timer);
	network_free(o->net);
	loop_free(o->loop);
	buf_release(&o->log);
	buf_release(&o->wire);
	buf_release(&o->seen);
	buf_release(&o->notes);
	buf_release(&o->content);
}

static void check_one(const struct story *s, struct owner *o, size_t chunk,
    const struct owner *whole)
{
	uint64_t seconds =
	    (uint64_t)((o->ended_at - o->started) / USEC_PER_SEC);

	if (!str_eq(buf_str(&o->log), str_of(s->want)) || o->peer.wrong[0] ||
	    o->peer.script.n || o->peer.at < o->peer.got.len ||
	    (s->says && str_find(str_of(o->text), str_of(s->says)) < 0) ||
	    (s->seconds && seconds != s->seconds) ||
	    (whole && !str_eq(buf_str(&o->wire), buf_str(&whole->wire))))
		print_error("# story \"%s\", pieces of %zu: %s\n", s->name,
		    chunk, o->text);
	t_str(buf_str(&o->log), s->want);
	t_true(!o->peer.wrong[0], "%s", o->peer.wrong);
	t_str(o->peer.script, "");
	t_str(str_from(buf_str(&o->peer.got), o->peer.at), "");
	t_int(o->dots_unreleased, 0);
	if (s->says)
		t_has(str_of(o->text), s->says);
	if (s->seconds)
		t_int(seconds, s->seconds);
	if (!whole)
		return;
	t_eq(buf_str(&o->wire), buf_str(&whole->wire));
	t_str(str_of(o->text), whole->text);
	t_str(str_of(o->reply), whole->reply);
}

void owner_check(const struct story *stories, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct owner whole;

		owner_play(&whole, &stories[i], 0, 0);
		check_one(&stories[i], &whole, 0, NULL);
		for (size_t chunk = 1; chunk <= 7; chunk++) {
			struct owner cut;

			owner_play(&cut, &stories[i], chunk % 2, chunk);
			check_one(&stories[i], &cut, chunk, &whole);
			owner_release(&cut);
		}
		owner_release(&whole);
	}
}
