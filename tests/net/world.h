/* world: two ends of a connection on either network, for the tests here.  Each
 * end writes down its events as letters (C connected, T TLS, D data, R drained,
 * E end, X error) and what it read.
 */
#pragma once

#include "t.h"
#include "net/stream.h"

struct world;
struct end {
	struct world *world;
	struct stream *stream;
	const char *name;
	/* Acts on an event after it was noted; may be NULL. */
	void (*act)(struct end *e, enum stream_event event);
	bool keep;         /* does not consume */
	bool stay;         /* does not close after EOF or ERROR */
	char events[4096]; /* runs of one letter are one */
	size_t event_count;
	struct buf got;
	struct err error;
	int step;
	usec_t at; /* of the last event */
};

struct world {
	struct loop *loop;
	struct network *net;
	struct listener *listener;
	struct endpoint at;
	struct end client, server;
	int accepted;
	bool busy; /* the listener stays open */
};

int world_on_sockets(void **state);
int world_on_sim(void **state);
int world_on_sim_in_chunks(void **state); /* of 7 bytes */
int world_done(void **state);
struct world *world_new(bool sim, usec_t latency, size_t chunk);
void world_free(struct world *w);

/* Listens; the first accepted is w->server; then the listener closes. */
void world_listen(struct world *w);
void world_connect(struct world *w);
/* Both, and runs until nothing is left. */
void world_run(struct world *w);
void end_close(struct end *e);
void end_reset(struct end *e);
void end_handler(struct stream *s, enum stream_event event, void *arg);

/* The byte at `i` of the test pattern. */
static inline char pattern(size_t i)
{
	return (char)(i * 31 + i / 251 + i / 65521);
}
void pattern_make(struct buf *b, size_t n);
void pattern_check(struct str got, size_t n);

#define WORLD_BOTH(fn)                                                        \
	{#fn " (sockets)", fn, world_on_sockets, world_done, NULL},           \
	    {#fn " (sim)", fn, world_on_sim, world_done, NULL},               \
	{                                                                     \
#fn " (sim, chunks)", fn, world_on_sim_in_chunks, world_done, \
		    NULL                                                      \
	}
#define WORLD_SOCKETS(fn) T_WITH(fn, world_on_sockets, world_done)
#define WORLD_SIM(fn)     T_WITH(fn, world_on_sim, world_done)
