/* The bytes of a client, said to our server over the imitated network.  The
 * first two choose the split and the server's manners.  No content with a CR
 * or LF alone is asked about, size and content agree, all bytes of one
 * connection give the same in any split, and every line is answered once. */
#include "fuzz.h"
#include "base/limits.h"
#include "smtp/server.h"
#include "smtp/session.h"

struct world {
	struct loop *loop;
	struct network *net;
	struct smtp_server *server;
	struct stream *client;
	struct loop_timer timer;
	unsigned manners;
	unsigned dots, ended;
	struct buf asked, got;
};

#define HOLD    1u
#define DISCARD 2u
#define BARE    4u /* nothing is offered */
#define REFUSE  8u /* every second recipient */
#define SMALL   16u

static void check_content(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		ENSURE(s.p[i] != '\n' || (i > 0 && s.p[i - 1] == '\r'));
		ENSURE(s.p[i] != '\r' || (i + 1 < s.n && s.p[i + 1] == '\n'));
	}
}

static struct smtp_answer on_ask(struct smtp_server *s,
    enum smtp_server_ask what, const struct smtp_envelope *env,
    struct str content, void *arg)
{
	struct world *w = arg;
	struct smtp_answer a = {.code = -1};

	ENSURE(w->ended == 0 && what != SMTP_ASK_AUTH && !env->tls);
	ENSURE(what < SMTP_ASK_DATA || env->recipients > 0);
	buf_addf(&w->asked, "%d %.*s %.*s %zu %llu ", (int)what,
	    STR_ARG(env->sender), STR_ARG(env->recipient), env->recipients,
	    (unsigned long long)env->content_size);
	if (what == SMTP_ASK_DOT) {
		w->dots++;
		check_content(content);
		ENSURE(w->manners & DISCARD || content.n == env->content_size);
		ENSURE(!(w->manners & SMALL) || env->content_size <= 16);
		buf_add(&w->asked, content);
	}
	if (what == SMTP_ASK_RCPT && w->manners & REFUSE &&
	    env->recipient.n % 2)
		a = (struct smtp_answer){.code = 550, .text = "5.1.1 No"};
	if (!(w->manners & HOLD))
		return a;
	loop_timer_start(&w->timer, USEC_PER_MSEC);
	return (struct smtp_answer){0};
}

static void on_timer(void *arg)
{
	struct world *w = arg;

	smtp_server_answer(w->server, (struct smtp_answer){.code = -1});
}

static void on_ended(struct smtp_server *s, void *arg)
{
	struct world *w = arg;

	ENSURE(w->ended++ == 0);
	loop_timer_stop(&w->timer);
	smtp_server_free(s);
	w->server = NULL;
}

static void on_accept(struct listener *l, struct stream *s, void *arg)
{
	static const struct smtp_server_handler handler = {on_ask, on_ended};
	struct world *w = arg;
	struct smtp_server_config c = {
	    .name = S("mx.example"),
	    .extensions = w->manners & BARE ? 0 : ~0u,
	    .size_limit = w->manners & SMALL ? 16 : 0,
	    .discard_content = w->manners & DISCARD,
	};

	w->server = smtp_server_new(s, &c, &handler, w);
}

static void on_client(struct stream *s, enum stream_event event, void *arg)
{
	struct world *w = arg;
	struct str in = stream_input(s);

	buf_add(&w->got, in);
	stream_consume(s, in.n);
	if (event == STREAM_EOF || event == STREAM_ERROR) {
		stream_close(s);
		w->client = NULL;
	}
}

/* Every reply is well formed. */
static void check_replies(struct str s)
{
	while (s.n) {
		ptrdiff_t n = str_find(s, S("\r\n"));

		ENSURE(n >= 3 && ascii_is_digit(s.p[0]));
		ENSURE(n == 3 || s.p[3] == ' ' || s.p[3] == '-');
		ENSURE(!memchr(s.p, '\n', (size_t)n));
		s = str_from(s, (size_t)n + 2);
	}
}

/* What `dots` may be at most: ends of content there are. */
static unsigned count_ends(struct str s)
{
	unsigned n = 0;

	for (size_t i = 0; i + 5 <= s.n; i++)
		n += str_eq(str_sub(s, i, 5), S("\r\n.\r\n"));
	return n;
}

static void play(
    struct world *w, struct str bytes, unsigned manners, size_t chunk)
{
	struct listener *l;
	struct endpoint at;

	*w = (struct world){.manners = manners};
	buf_init(&w->asked, 64 * MiB);
	buf_init(&w->got, 64 * MiB);
	w->loop = loop_sim_new(0);
	w->net = network_sim_new(w->loop, 0, chunk);
	loop_timer_init(&w->timer, w->loop, on_timer, w);
	endpoint_parse_ip(S("192.0.2.1"), 25, &at);
	l = network_listen(w->net, &at, on_accept, w, NULL);
	w->client = network_connect(w->net, &at, NULL, on_client, w);
	stream_write(w->client, bytes);
	loop_run(w->loop); /* until it is idle for too long */
	ENSURE(w->ended == 1 && !w->client);
	ENSURE(w->dots <= count_ends(bytes));
	check_replies(buf_str(&w->got));
	listener_close(l);
	loop_timer_release(&w->timer);
	network_free(w->net);
	loop_free(w->loop);
}

void fuzz_one(struct str input)
{
	struct world whole, cut;
	unsigned manners;

	if (input.n < 2 || input.n > 64 * KiB)
		return;
	manners = (unsigned char)input.p[0];
	play(&whole, str_from(input, 2), manners, 0);
	play(&cut, str_from(input, 2), manners,
	    1 + (unsigned char)input.p[1] % 16u);
	ENSURE(str_eq(buf_str(&whole.asked), buf_str(&cut.asked)));
	ENSURE(str_eq(buf_str(&whole.got), buf_str(&cut.got)));
	buf_release(&whole.asked);
	buf_release(&whole.got);
	buf_release(&cut.asked);
	buf_release(&cut.got);
}
