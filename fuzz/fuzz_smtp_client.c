/* The bytes of a server, said to our client session over the imitated network.
 * The first two choose the split, how the mails are given and when bytes are
 * said: 0x1f in them waits until the client has said something.  Each mail has
 * exactly one `done`, `ended` comes once, and a mail is taken only on a 250 after
 * its dot. */
#include "fuzz.h"
#include "base/limits.h"
#include "smtp/session.h"

#define LATE  1u /* the release comes later */
#define UTF8  2u
#define TWO   4u /* mails */
#define BIG   8u
#define ABORT 16u

struct world {
	struct loop *loop;
	struct network *net;
	struct smtp_session *session;
	struct stream *server;
	struct loop_timer timer;
	struct str bytes; /* to be said */
	unsigned manners, given, done, ended;
	bool released;
	struct smtp_mail mail;
	struct buf content;
};

static void say_some(struct world *w)
{
	struct str part;

	if (!w->server || !w->bytes.p)
		return;
	part = str_cut(&w->bytes, '\x1f');
	if (part.n)
		stream_write(w->server, part);
	if (!w->bytes.p) {
		stream_close(w->server);
		w->server = NULL;
	}
}

static void on_server(struct stream *s, enum stream_event event, void *arg)
{
	struct world *w = arg;

	stream_consume(s, stream_input(s).n);
	if (event == STREAM_CONNECTED || event == STREAM_DATA) {
		say_some(w);
	} else if (event == STREAM_EOF || event == STREAM_ERROR) {
		stream_close(s);
		w->server = NULL;
	}
}

static void on_accept(struct listener *l, struct stream *s, void *arg)
{
	struct world *w = arg;

	w->server = s;
	stream_set_handler(s, on_server, w);
}

static void on_content(struct smtp_mail *m, void *arg)
{
	struct world *w = arg;

	ENSURE(!w->released && w->given == w->done + 1);
	if (w->manners & LATE) {
		loop_timer_start(&w->timer, USEC_PER_SEC);
		return;
	}
	w->released = true;
	smtp_session_release(w->session);
}

static void on_done(struct smtp_mail *m, const struct smtp_result *r, void *arg)
{
	struct world *w = arg;

	ENSURE(w->ended == 0 && ++w->done == w->given);
	ENSURE((r->cause == SMTP_CAUSE_REPLY) == (r->reply != NULL));
	ENSURE(!r->dot_sent || w->released);
	/* taken: only in answer to the final dot */
	if (r->reply && r->reply->code / 100 == 2)
		ENSURE(r->stage == SMTP_STAGE_DOT && r->dot_sent);
	ENSURE(r->text[0]);
	w->released = false;
	loop_timer_stop(&w->timer);
}

static void on_ready(struct smtp_session *s, void *arg)
{
	struct world *w = arg;

	ENSURE(w->ended == 0 && w->given == w->done);
	if (w->given > (w->manners & TWO ? 1u : 0u)) {
		smtp_session_quit(s);
		return;
	}
	w->given++;
	w->mail = (struct smtp_mail){
	    .sender = S("a@me.example"),
	    .recipient = w->manners & UTF8 ? S("\xc3\xa4@you.example")
					   : S("b@you.example"),
	    .needs_utf8 = w->manners & UTF8,
	    .piece = {buf_str(&w->content)},
	    .pieces = 1,
	    .content = on_content,
	    .done = on_done,
	    .arg = w,
	};
	smtp_session_send(s, &w->mail);
}

static void on_ended(
    struct smtp_session *s, const struct smtp_failure *f, void *arg)
{
	struct world *w = arg;

	ENSURE(w->ended++ == 0 && w->given == w->done);
	ENSURE(!f || (f->text[0] &&
			 (f->cause == SMTP_CAUSE_REPLY) == (f->reply != NULL)));
	smtp_session_free(s);
	w->session = NULL;
}

static void on_timer(void *arg)
{
	struct world *w = arg;

	if (!w->session || w->released)
		return;
	if (w->manners & ABORT) {
		smtp_session_abort(w->session);
		return;
	}
	w->released = true;
	smtp_session_release(w->session);
}

void fuzz_one(struct str input)
{
	static const struct smtp_session_handler handler = {on_ready, on_ended};
	struct smtp_session_config c = {
	    .helo = S("me.example"), .tls = SMTP_TLS_NEVER};
	struct world w = {0};
	struct listener *l;

	if (input.n < 2 || input.n > 256 * KiB)
		return;
	w.manners = (unsigned char)input.p[0];
	w.bytes = str_from(input, 2);
	buf_init(&w.content, 1 * MiB);
	do
		buf_addz(&w.content, "..a line of the letter\r\n");
	while (w.manners & BIG && w.content.len < 50000);
	w.loop = loop_sim_new(0);
	w.net = network_sim_new(w.loop, 0, (unsigned char)input.p[1] % 16u);
	loop_timer_init(&w.timer, w.loop, on_timer, &w);
	endpoint_parse_ip(S("192.0.2.1"), 25, &c.to);
	l = network_listen(w.net, &c.to, on_accept, &w, NULL);
	c.network = w.net;
	w.session = smtp_session_new(&c, &handler, &w);
	loop_run(w.loop);
	ENSURE(w.ended == 1 && w.given == w.done);
	stream_close(w.server);
	listener_close(l);
	loop_timer_release(&w.timer);
	network_free(w.net);
	loop_free(w.loop);
	buf_release(&w.content);
}
