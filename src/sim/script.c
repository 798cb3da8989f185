#include "sim/script.h"

#define GOT_MAX (16 * MiB)

struct played {
	struct script *script;
	struct played *next, **prev;
	struct stream *stream;
	const struct scenario_act *act; /* NULL: at its end */
	struct loop_timer timer;
	bool waiting;
	struct buf got; /* received, not yet looked at */
};

struct script {
	struct network *net;
	struct listener *listener;
	const struct scenario_place *place;
	struct tls_context *tls;
	struct played *all;
	size_t connections;
	char wrong[400];
};

static void played_free(struct played *p)
{
	*p->prev = p->next;
	if (p->next)
		p->next->prev = p->prev;
	loop_timer_release(&p->timer);
	stream_close(p->stream);
	buf_release(&p->got);
	free(p);
}

static void wrong(struct played *p, struct str got)
{
	struct script *s = p->script;

	if (!s->wrong[0])
		snprintf(s->wrong, sizeof(s->wrong),
		    "line %zu: %.*s expects \"%.*s\", got \"%.*s\"",
		    p->act->line, STR_ARG(s->place->name),
		    STR_ARG(str_sub(p->act->text, 0, 120)),
		    STR_ARG(str_sub(got, 0, 120)));
}

/* The next whole line, without its CRLF; `*ret_size` with it. */
static bool next_line(struct played *p, struct str *ret, size_t *ret_size)
{
	ptrdiff_t n = str_find(buf_str(&p->got), S("\r\n"));

	if (n < 0)
		return false;
	*ret = str_sub(buf_str(&p->got), 0, (size_t)n);
	*ret_size = (size_t)n + 2;
	return true;
}

static bool take_expected(struct played *p)
{
	struct str line;
	size_t size;

	if (!next_line(p, &line, &size))
		return false;
	if (!scenario_fits(p->act->text, line))
		wrong(p, line);
	buf_consume(&p->got, size);
	return true;
}

static bool take_content(struct played *p)
{
	struct str line;
	size_t size;

	while (next_line(p, &line, &size)) {
		bool dot = str_eq(line, S("."));

		buf_consume(&p->got, size);
		if (dot)
			return true;
	}
	return false;
}

/* Many lines of one reply, and its last one. */
static void flood(struct played *p, const struct scenario_act *a)
{
	struct buf b = BUF_INIT(11 * MiB);

	while (b.len < a->number)
		buf_addf(&b, "%.*s-a reply may be long, but not so long\r\n",
		    STR_ARG(a->text));
	buf_addf(&b, "%.*s at last\r\n", STR_ARG(a->text));
	stream_write(p->stream, buf_str(&b));
	buf_release(&b);
}

enum done { NOT_YET, GO_ON, GONE };

static enum done act(struct played *p)
{
	const struct scenario_act *a = p->act;
	struct str v[2] = {a->text, S("\r\n")};

	switch (a->kind) {
	case SCENARIO_EXPECT: return take_expected(p) ? GO_ON : NOT_YET;
	case SCENARIO_CONTENT: return take_content(p) ? GO_ON : NOT_YET;
	case SCENARIO_SAY: stream_writev(p->stream, v, 2); return GO_ON;
	case SCENARIO_RAW: stream_write(p->stream, a->text); return GO_ON;
	case SCENARIO_FLOOD: flood(p, a); return GO_ON;
	case SCENARIO_WAIT:
		p->waiting = true;
		loop_timer_start(&p->timer, a->wait);
		return GO_ON;
	case SCENARIO_TLS:
		stream_start_tls(p->stream, p->script->tls, STR_NONE, false);
		return GO_ON;
	case SCENARIO_CLOSE: played_free(p); return GONE;
	}
	return GONE;
}

static void play(struct played *p)
{
	while (p->act && !p->waiting) {
		enum done d = act(p);

		if (d != GO_ON)
			return;
		p->act = p->act->next;
	}
}

static void on_timer(void *arg)
{
	struct played *p = arg;

	p->waiting = false;
	play(p);
}

static void on_stream(struct stream *s, enum stream_event event, void *arg)
{
	struct played *p = arg;
	struct str in = stream_input(s);

	if (p->act)
		buf_add(&p->got, in);
	stream_consume(s, in.n);
	if (event == STREAM_EOF || event == STREAM_ERROR || p->got.over)
		played_free(p);
	else
		play(p);
}

static void on_accept(struct listener *l, struct stream *s, void *arg)
{
	struct script *all = arg;
	const struct scenario_script *x = all->place->scripts;
	struct played *p = mem_zalloc(sizeof(*p));

	(void)l;
	for (size_t i = 0; i < all->connections && x->next; i++)
		x = x->next;
	all->connections++;
	p->script = all;
	p->next = all->all;
	p->prev = &all->all;
	if (p->next)
		p->next->prev = &p->next;
	all->all = p;
	p->stream = s;
	p->act = x->acts;
	buf_init(&p->got, GOT_MAX);
	loop_timer_init(&p->timer, network_loop(all->net), on_timer, p);
	stream_set_handler(s, on_stream, p);
}

struct script *script_new(struct network *n, const struct scenario_place *p,
    struct tls_context *tls, struct err *e)
{
	struct script *s = mem_zalloc(sizeof(*s));

	s->net = n;
	s->place = p;
	s->tls = tls;
	s->listener = network_listen(n, &p->at, on_accept, s, e);
	if (!s->listener) {
		free(s);
		return NULL;
	}
	return s;
}

void script_free(struct script *s)
{
	if (!s)
		return;
	while (s->all)
		played_free(s->all);
	listener_close(s->listener);
	free(s);
}

size_t script_connections(const struct script *s)
{
	return s->connections;
}

const char *script_wrong(const struct script *s)
{
	return s->wrong[0] ? s->wrong : NULL;
}
