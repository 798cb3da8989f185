#include "t.h"
#include "peer.h"

static void play(struct peer *p);

bool peer_finished(const struct peer *p)
{
	return p->script.n == 0;
}

static void wrong(struct peer *p, struct str want, struct str got)
{
	if (!p->wrong[0])
		snprintf(p->wrong, sizeof(p->wrong),
		    "want \"%.*s\", got \"%.*s\"", STR_ARG(want),
		    STR_ARG(str_sub(got, 0, 120)));
}

/* The next whole line received, without its CRLF. */
static bool next_line(struct peer *p, struct str *ret)
{
	struct str rest = str_from(buf_str(&p->got), p->at);
	ptrdiff_t n = str_find(rest, S("\r\n"));

	if (n < 0)
		return false;
	*ret = str_sub(rest, 0, (size_t)n);
	p->at += (size_t)n + 2;
	return true;
}

static int hex(char c)
{
	return ascii_is_digit(c) ? c - '0' : ascii_lower(c) - 'a' + 10;
}

static void send_raw(struct peer *p, struct str text)
{
	struct buf b = BUF_INIT(64 * KiB);

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\\') {
			buf_addc(&b, text.p[i]);
			continue;
		}
		switch (text.p[++i]) {
		case 'r': buf_addc(&b, '\r'); break;
		case 'n': buf_addc(&b, '\n'); break;
		case '0': buf_addc(&b, '\0'); break;
		default:
			buf_addc(&b, (char)(hex(text.p[i + 1]) * 16 +
					    hex(text.p[i + 2])));
			i += 2;
		}
	}
	stream_write(p->stream, buf_str(&b));
	buf_release(&b);
}

static void send_line(struct peer *p, struct str text)
{
	struct str v[] = {text, S("\r\n")};

	stream_writev(p->stream, v, 2);
}

static void flood(struct peer *p)
{
	struct buf b = BUF_INIT(1 * MiB);

	while (b.len < 100000)
		buf_addz(
		    &b, "250-all work and no play makes jack a dull boy\r\n");
	buf_addz(&b, "250 done\r\n");
	stream_write(p->stream, buf_str(&b));
	buf_release(&b);
}

static void close_now(struct peer *p)
{
	stream_close(p->stream);
	p->stream = NULL;
}

/* False: the step waits for something. */
static bool act(struct peer *p, struct str what)
{
	uint64_t seconds;

	if (str_eq(what, S("close"))) {
		close_now(p);
	} else if (str_eq(what, S("tls"))) {
		stream_start_tls(p->stream, p->tls, STR_NONE, false);
	} else if (str_eq(what, S("flood"))) {
		flood(p);
	} else if (str_starts(what, S("wait ")) &&
		   str_to_u64(str_from(what, 5), 1000000, &seconds)) {
		p->waiting = true;
		loop_timer_start(&p->timer, (usec_t)seconds * USEC_PER_SEC);
	} else {
		wrong(p, S("an action"), what);
	}
	return true;
}

static bool step(struct peer *p, struct str line)
{
	struct str text = str_from(line, 2), got;

	switch (line.n ? line.p[0] : '\0') {
	case '>': send_line(p, text); return true;
	case '=': send_raw(p, text); return true;
	case '!': return act(p, str_from(line, 1));
	case '<':
		if (!next_line(p, &got))
			return false;
		if (!str_eq(got, text))
			wrong(p, text, got);
		return true;
	case '?': return false;
	case '*':
		while (next_line(p, &got))
			if (str_eq(got, S(".")))
				return true;
		return false;
	default: wrong(p, S("a step"), line); return true;
	}
}

static void play(struct peer *p)
{
	while (p->script.n && p->stream && !p->waiting) {
		struct str rest = p->script, line = str_cut(&rest, '\n');

		if (!step(p, line))
			return;
		p->script = rest;
	}
}

static void on_timer(void *arg)
{
	struct peer *p = arg;

	p->waiting = false;
	play(p);
}

static void on_stream(struct stream *s, enum stream_event event, void *arg)
{
	struct peer *p = arg;
	struct str in = stream_input(s);

	p->arrivals += event == STREAM_DATA;
	buf_add(&p->got, in);
	stream_consume(s, in.n);
	if (event == STREAM_EOF || event == STREAM_ERROR) {
		p->closed = true;
		if (str_eq(p->script, S("?\n"))) {
			p->at = p->got.len;
			p->script = STR_NONE;
		}
		close_now(p);
		return;
	}
	play(p);
}

static void on_accept(struct listener *l, struct stream *s, void *arg)
{
	struct peer *p = arg;

	if (p->stream) {
		stream_close(s);
		return;
	}
	p->stream = s;
	stream_set_handler(s, on_stream, p);
}

void peer_init(struct peer *p, struct network *n, const struct endpoint *at,
    struct tls_context *tls, struct str script)
{
	struct err e = {0};

	*p = (struct peer){.script = script, .tls = tls};
	buf_init(&p->got, 64 * MiB);
	loop_timer_init(&p->timer, network_loop(n), on_timer, p);
	p->listener = network_listen(n, at, on_accept, p, &e);
	t_true(p->listener, "%s", e.msg);
}

void peer_release(struct peer *p)
{
	stream_close(p->stream);
	listener_close(p->listener);
	loop_timer_release(&p->timer);
	buf_release(&p->got);
}
