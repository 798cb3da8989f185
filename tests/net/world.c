#include "world.h"

#define LATENCY (20 * USEC_PER_MSEC)

static const char letters[] = "CTDREX";

void end_reset(struct end *e)
{
	struct world *w = e->world;
	const char *name = e->name;

	buf_release(&e->got);
	*e = (struct end){.world = w, .name = name};
	buf_init(&e->got, 64u << 20);
}

struct world *world_new(bool sim, usec_t latency, size_t chunk)
{
	struct world *w = mem_zalloc(sizeof(*w));
	struct err e = {0};

	w->loop = sim ? loop_sim_new(USEC_PER_SEC) : loop_event_new(&e);
	if (!w->loop)
		fail_msg("%s", e.msg);
	w->net = sim ? network_sim_new(w->loop, latency, chunk)
		     : network_socket_new(w->loop);
	t_true(endpoint_parse(S("127.0.0.1:0"), 0, &w->at), "parse");
	w->client.world = w->server.world = w;
	w->client.name = "client";
	w->server.name = "server";
	end_reset(&w->client);
	end_reset(&w->server);
	return w;
}

void world_free(struct world *w)
{
	end_close(&w->client);
	end_close(&w->server);
	listener_close(w->listener);
	network_free(w->net);
	loop_free(w->loop);
	buf_release(&w->client.got);
	buf_release(&w->server.got);
	free(w);
}

int world_on_sockets(void **state)
{
	*state = world_new(false, 0, 0);
	return 0;
}

int world_on_sim(void **state)
{
	*state = world_new(true, LATENCY, 0);
	return 0;
}

int world_on_sim_in_chunks(void **state)
{
	*state = world_new(true, LATENCY, 7);
	return 0;
}

int world_done(void **state)
{
	world_free(*state);
	return 0;
}

void end_close(struct end *e)
{
	stream_close(e->stream);
	e->stream = NULL;
}

void end_handler(struct stream *s, enum stream_event event, void *arg)
{
	struct end *e = arg;
	char letter = letters[event];
	bool over = event == STREAM_EOF || event == STREAM_ERROR;

	t_true(
	    e->stream == s, "%s: event %c of a closed stream", e->name, letter);
	t_true(!e->event_count || (e->events[e->event_count - 1] != 'E' &&
				      e->events[e->event_count - 1] != 'X'),
	    "%s: event %c after the last", e->name, letter);
	if (!e->event_count || e->events[e->event_count - 1] != letter)
		e->events[e->event_count++] = letter;
	t_true(e->event_count < sizeof(e->events) - 1, "too many events");
	e->at = loop_now(e->world->loop);
	if (event == STREAM_ERROR)
		e->error = *stream_error(s);
	if (!e->keep) {
		struct str in = stream_input(s);

		buf_add(&e->got, in);
		stream_consume(s, in.n);
	}
	if (e->act)
		e->act(e, event);
	if (over && !e->stay)
		end_close(e);
}

static void on_accept(struct listener *l, struct stream *s, void *arg)
{
	struct world *w = arg;

	w->accepted++;
	t_true(!w->server.stream, "a second connection");
	w->server.stream = s;
	stream_set_handler(s, end_handler, &w->server);
	if (!w->busy) {
		listener_close(l);
		w->listener = NULL;
	}
}

void world_listen(struct world *w)
{
	struct err e = {0};

	w->listener = network_listen(w->net, &w->at, on_accept, w, &e);
	t_true(w->listener, "%s", e.msg);
	listener_endpoint(w->listener, &w->at);
	t_true(endpoint_port(&w->at) != 0, "no port");
}

void world_connect(struct world *w)
{
	w->client.stream =
	    network_connect(w->net, &w->at, NULL, end_handler, &w->client);
	t_true(w->client.event_count == 0, "an event from inside a call");
}

void world_run(struct world *w)
{
	world_listen(w);
	world_connect(w);
	loop_run(w->loop);
}

void pattern_make(struct buf *b, size_t n)
{
	char *p = buf_room(b, n);

	for (size_t i = 0; i < n; i++)
		p[i] = pattern(i);
	buf_commit(b, n);
}

void pattern_check(struct str got, size_t n)
{
	t_int(got.n, n);
	for (size_t i = 0; i < n; i++)
		if (got.p[i] != pattern(i))
			fail_msg("byte %zu of %zu differs", i, n);
}
