#include "world.h"
#include "base/limits.h"

#include <unistd.h>

/* ---- plain talk */

static void echo_server(struct end *e, enum stream_event event)
{
	if (event != STREAM_DATA)
		return;
	stream_write(e->stream, buf_str(&e->got));
	buf_reset(&e->got);
}

static void hello_client(struct end *e, enum stream_event event)
{
	if (event == STREAM_CONNECTED)
		stream_write(e->stream, S("hello"));
	if (event == STREAM_DATA && e->got.len == 5)
		end_close(e);
}

static void what_is_said_comes_back(void **state)
{
	struct world *w = *state;

	w->server.act = echo_server;
	w->client.act = hello_client;
	world_run(w);
	t_str(buf_str(&w->client.got), "hello");
	t_has(str_of(w->client.events), "CRD");
	t_int(w->server.events[w->server.event_count - 1], 'E');
	t_int(w->accepted, 1);
}

static void stop_when_both(struct end *e, enum stream_event event)
{
	if (e->world->client.event_count && e->world->server.event_count)
		loop_stop(e->world->loop);
}

static void the_peers_know_each_other(void **state)
{
	struct world *w = *state;
	struct endpoint source;
	char tmp[ENDPOINT_TEXT];

	assert_true(endpoint_parse(S("127.0.0.2"), 0, &source));
	w->client.stay = w->server.stay = true;
	world_listen(w);
	w->client.stream =
	    network_connect(w->net, &w->at, &source, end_handler, &w->client);
	w->client.act = w->server.act = stop_when_both;
	loop_run(w->loop);
	assert_true(endpoint_eq(stream_peer(w->client.stream), &w->at));
	t_str(str_of(endpoint_ip(stream_peer(w->server.stream), tmp)),
	    "127.0.0.2");
	assert_true(stream_loop(w->server.stream) == w->loop);
	assert_true(network_loop(w->net) == w->loop);
	assert_null(stream_tls(w->client.stream));
}

static void early_client(struct end *e, enum stream_event event)
{
	if (event == STREAM_DRAINED)
		end_close(e);
}

static void bytes_written_before_the_connection_are_sent(void **state)
{
	struct world *w = *state;

	world_listen(w);
	world_connect(w);
	stream_write(w->client.stream, S("early "));
	stream_write(w->client.stream, S("bird"));
	t_int(stream_pending(w->client.stream), 10);
	w->client.act = early_client;
	loop_run(w->loop);
	t_str(buf_str(&w->server.got), "early bird");
	t_str(str_of(w->client.events), "CR");
	t_str(str_of(w->server.events), "CDE");
}

static void pieces_client(struct end *e, enum stream_event event)
{
	struct str v[40];
	static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyzABCD";

	if (event == STREAM_DRAINED)
		end_close(e);
	if (event != STREAM_CONNECTED)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		v[i] = i % 3 == 1 ? STR_NONE : str_make(text + i, 1);
	stream_writev(e->stream, v, ARRAY_SIZE(v));
	stream_writev(e->stream, v, 0);
}

static void many_pieces_arrive_in_order(void **state)
{
	struct world *w = *state;

	w->client.act = pieces_client;
	world_run(w);
	t_str(buf_str(&w->server.got), "0235689bcefhiklnoqrtuwxzACD");
}

/* ---- size */

/* More than the kernel's buffers hold. */
#define BIG_SOCKETS (16 * MiB)
#define BIG_SIM     (1 * MiB)

static struct buf big;
static size_t big_size;
static size_t most_input;

static void big_start(struct end *e)
{
	size_t at = 0;

	/* many writes: some go at once, the rest waits */
	while (at < big_size) {
		struct str v[3];

		for (int i = 0; i < 3; i++) {
			v[i] = str_sub(buf_str(&big), at, 10000);
			at += v[i].n;
		}
		stream_writev(e->stream, v, 3);
	}
	t_true(stream_pending(e->stream) > 0, "all was taken at once");
}

static struct loop_timer slow_timer[2];

static void slow_read(void *arg)
{
	struct end *e = arg;
	struct str in;

	if (!e->stream)
		return;
	in = str_sub(stream_input(e->stream), 0, 100000);
	buf_add(&e->got, in);
	stream_consume(e->stream, in.n);
	loop_timer_start(
	    &slow_timer[e == &e->world->server], USEC_PER_MSEC / 4);
	if (e->world->client.got.len == big_size &&
	    e->world->server.got.len == big_size) {
		end_close(&e->world->client);
		end_close(&e->world->server);
		loop_timer_stop(&slow_timer[0]);
		loop_timer_stop(&slow_timer[1]);
	}
}

static void big_end(struct end *e, enum stream_event event)
{
	size_t n = stream_input(e->stream).n;

	if (n > most_input)
		most_input = n;
	if (event == STREAM_CONNECTED) {
		struct loop_timer *t = &slow_timer[e == &e->world->server];

		loop_timer_init(t, e->world->loop, slow_read, e);
		loop_timer_start(t, 5 * USEC_PER_MSEC);
		big_start(e);
	}
	if (event == STREAM_DRAINED)
		t_int(stream_pending(e->stream), 0);
}

static void slow_readers_hold_fast_writers_both_ways(void **state)
{
	struct world *w = *state;

	big_size = loop_is_sim(w->loop) ? BIG_SIM : BIG_SOCKETS;
	buf_init(&big, big_size);
	pattern_make(&big, big_size);
	most_input = 0;
	w->client.keep = w->server.keep = true;
	w->client.act = w->server.act = big_end;
	world_run(w);
	pattern_check(buf_str(&w->client.got), big_size);
	pattern_check(buf_str(&w->server.got), big_size);
	t_true(most_input <= LIMIT_STREAM_IN, "read ahead %zu", most_input);
	t_has(str_of(w->client.events), "R");
	t_has(str_of(w->server.events), "R");
	buf_release(&big);
}

static void too_much_client(struct end *e, enum stream_event event)
{
	if (event == STREAM_ERROR)
		end_close(&e->world->server);
	if (event != STREAM_CONNECTED)
		return;
	for (int i = 0; i < 70; i++)
		stream_write(e->stream, buf_str(&big));
	t_str(str_of(e->events), "C"); /* nothing from inside a call */
	stream_write(e->stream, S("more"));
}

static void too_much_server(struct end *e, enum stream_event event)
{
	if (event == STREAM_CONNECTED)
		e->keep = true;
}

static void a_peer_that_takes_nothing_ends_with_an_error(void **state)
{
	struct world *w = *state;

	buf_init(&big, MiB);
	pattern_make(&big, MiB);
	w->client.act = too_much_client;
	w->server.act = too_much_server;
	world_run(w);
	t_has(str_of(w->client.error.msg), "takes too slowly");
	t_int(w->client.error.code, ERR_LIMIT);
	buf_release(&big);
}

/* ---- ends */

#define LONG_REST (600 * 1000)

static void speak_and_close(struct end *e, enum stream_event event)
{
	if (event == STREAM_CONNECTED)
		stream_write(e->stream, buf_str(&big));
	if (event == STREAM_DRAINED)
		end_close(e);
}

static void the_rest_is_readable_after_the_end(void **state)
{
	struct world *w = *state;

	buf_init(&big, 100);
	pattern_make(&big, 100);
	w->server.act = speak_and_close;
	w->client.keep = w->client.stay = true;
	world_run(w);
	t_str(str_of(w->client.events), "CDE");
	pattern_check(stream_input(w->client.stream), 100);
	stream_write(w->client.stream, S("into the void"));
	loop_run(w->loop);
	t_str(str_of(w->client.events), "CDE");
	buf_release(&big);
}

static struct loop_timer late;

static void read_late(void *arg)
{
	struct end *e = arg;
	struct str in = stream_input(e->stream);

	t_true(in.n <= LIMIT_STREAM_IN, "read ahead %zu", in.n);
	buf_add(&e->got, in);
	stream_consume(e->stream, in.n);
	if (!strchr(e->events, 'E'))
		loop_timer_start(&late, 3 * USEC_PER_MSEC);
}

static void the_end_waits_for_a_reader_that_is_full(void **state)
{
	struct world *w = *state;

	buf_init(&big, LONG_REST);
	pattern_make(&big, LONG_REST);
	w->server.act = speak_and_close;
	w->client.keep = w->client.stay = true;
	loop_timer_init(&late, w->loop, read_late, &w->client);
	loop_timer_start(&late, 100 * USEC_PER_MSEC);
	world_run(w);
	buf_add(&w->client.got, stream_input(w->client.stream));
	pattern_check(buf_str(&w->client.got), LONG_REST);
	t_str(str_of(w->client.events), "CDE");
	buf_release(&big);
}

static void last_words_server(struct end *e, enum stream_event event)
{
	if (event != STREAM_CONNECTED)
		return;
	stream_write(e->stream, S("421 4.3.2 closing\r\n"));
	usleep(20000); /* the client's bytes lie unread in the kernel */
	end_close(e);
}

static void talking_client(struct end *e, enum stream_event event)
{
	if (event == STREAM_CONNECTED)
		stream_write(e->stream, S("EHLO client.example\r\n"));
	if (event == STREAM_DRAINED && e->step++ == 0) {
		usleep(60000);
		/* by now the server has hung up */
		stream_write(e->stream, S("MAIL FROM:<>\r\n"));
		usleep(20000);
		stream_write(e->stream, S("RCPT TO:<a@example>\r\n"));
	}
}

static void last_words_are_heard_before_the_error(void **state)
{
	struct world *w = *state;

	w->client.act = talking_client;
	w->server.act = last_words_server;
	world_run(w);
	t_str(buf_str(&w->client.got), "421 4.3.2 closing\r\n");
	assert_non_null(strpbrk(w->client.events, "EX"));
}

static enum stream_event close_at;
static bool closed_there;

static void close_on_event(struct end *e, enum stream_event event)
{
	if (event == STREAM_CONNECTED)
		stream_write(e->stream, S("some bytes"));
	if (event == close_at && e == &e->world->client) {
		closed_there = true;
		end_close(e);
	}
	if (event == STREAM_DATA && e == &e->world->server &&
	    close_at == STREAM_EOF)
		end_close(e);
}

static void an_owner_may_close_in_every_event(void **state)
{
	static const enum stream_event all[] = {
	    STREAM_CONNECTED, STREAM_DATA, STREAM_DRAINED, STREAM_EOF};
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		close_at = all[i];
		closed_there = false;
		end_reset(&w->client);
		end_reset(&w->server);
		w->client.act = w->server.act = close_on_event;
		world_run(w);
		t_true(closed_there, "event %d never came", (int)all[i]);
	}
}

static void a_stream_closed_while_connecting_is_silent(void **state)
{
	struct world *w = *state;

	world_listen(w);
	world_connect(w);
	end_close(&w->client);
	t_int(w->client.event_count, 0);
	w->server.stay = false;
	if (loop_is_sim(w->loop)) {
		loop_run(w->loop);
		t_int(w->accepted, 0);
	}
}

/* ---- trouble */

static void a_refused_connection_is_an_error(void **state)
{
	struct world *w = *state;

	world_listen(w);
	listener_close(w->listener);
	w->listener = NULL;
	world_connect(w);
	loop_run(w->loop);
	t_str(str_of(w->client.events), "X");
	t_has(str_of(w->client.error.msg), "cannot connect to 127.0.0.1:");
	t_has(str_of(w->client.error.msg), "Connection refused");
	t_int(w->client.error.code, ERR_NET);
}

static void a_source_that_is_not_ours_is_an_error(void **state)
{
	struct world *w = *state;
	struct endpoint source;

	assert_true(endpoint_parse(S("192.0.2.77"), 0, &source));
	world_listen(w);
	w->client.stream =
	    network_connect(w->net, &w->at, &source, end_handler, &w->client);
	t_int(w->client.event_count, 0);
	listener_close(w->listener);
	w->listener = NULL;
	loop_run(w->loop);
	t_str(str_of(w->client.events), "X");
	t_has(str_of(w->client.error.msg), "cannot send from 192.0.2.77");
}

static void an_address_in_use_can_not_be_listened_at(void **state)
{
	struct world *w = *state;
	struct err e = {0};

	world_listen(w);
	assert_null(network_listen(w->net, &w->at, NULL, NULL, &e));
	t_has(str_of(e.msg), "cannot listen at 127.0.0.1:");
	t_has(str_of(e.msg), "in use");
}

static void imitated_faults_hold_until_lifted(void **state)
{
	struct world *w = *state;

	w->busy = true;
	world_listen(w);
	network_sim_fault(w->net, &w->at, NETWORK_FAULT_SILENT);
	world_connect(w);
	loop_run_until(w->loop, USEC_PER_HOUR);
	t_int(w->client.event_count, 0);
	t_int(w->accepted, 0);
	end_close(&w->client);
	network_sim_fault(w->net, &w->at, NETWORK_FAULT_REFUSE);
	world_connect(w);
	loop_run(w->loop);
	t_str(str_of(w->client.events), "X");
	t_has(str_of(w->client.error.msg), "refused");
	network_sim_fault(w->net, &w->at, NETWORK_FAULT_NONE);
	end_reset(&w->client);
	w->client.act = hello_client;
	w->server.act = echo_server;
	world_connect(w);
	loop_run(w->loop);
	t_str(buf_str(&w->client.got), "hello");
}

static void virtual_latency_is_kept(void **state)
{
	struct world *w = *state;

	w->client.act = hello_client;
	w->server.act = echo_server;
	w->client.stay = true;
	world_run(w);
	/* SYN, SYN+ACK, hello, hello */
	t_int(w->client.at, 4 * 20 * USEC_PER_MSEC);
}

static void a_listener_for_every_address_is_found(void **state)
{
	struct world *w = *state;

	assert_true(endpoint_parse(S("0.0.0.0:25"), 0, &w->at));
	world_listen(w);
	assert_true(endpoint_parse(S("198.51.100.9:25"), 0, &w->at));
	w->client.act = hello_client;
	w->server.act = echo_server;
	world_connect(w);
	loop_run(w->loop);
	t_str(buf_str(&w->client.got), "hello");
}

/* The dialogue of both ends, cut into every size. */
static void every_chunk_size_gives_the_same_bytes(void **state)
{
	for (size_t chunk = 0; chunk <= 20; chunk++) {
		struct world *w = world_new(true, USEC_PER_MSEC, chunk);

		buf_init(&big, 5000);
		pattern_make(&big, 5000);
		w->client.act = speak_and_close;
		world_run(w);
		pattern_check(buf_str(&w->server.got), 5000);
		t_str(str_of(w->client.events), "CR");
		t_str(str_of(w->server.events), "CDE");
		buf_release(&big);
		world_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_BOTH(what_is_said_comes_back),
	    WORLD_BOTH(the_peers_know_each_other),
	    WORLD_BOTH(bytes_written_before_the_connection_are_sent),
	    WORLD_BOTH(many_pieces_arrive_in_order),
	    WORLD_BOTH(slow_readers_hold_fast_writers_both_ways),
	    WORLD_BOTH(a_peer_that_takes_nothing_ends_with_an_error),
	    WORLD_BOTH(the_rest_is_readable_after_the_end),
	    WORLD_BOTH(the_end_waits_for_a_reader_that_is_full),
	    WORLD_BOTH(an_owner_may_close_in_every_event),
	    WORLD_BOTH(a_stream_closed_while_connecting_is_silent),
	    WORLD_BOTH(a_refused_connection_is_an_error),
	    WORLD_BOTH(an_address_in_use_can_not_be_listened_at),
	    WORLD_SOCKETS(last_words_are_heard_before_the_error),
	    WORLD_SOCKETS(a_source_that_is_not_ours_is_an_error),
	    WORLD_SIM(imitated_faults_hold_until_lifted),
	    WORLD_SIM(virtual_latency_is_kept),
	    WORLD_SIM(a_listener_for_every_address_is_found),
	    T(every_chunk_size_gives_the_same_bytes),
	};

	alarm(120);
	return t_run("stream", tests);
}
