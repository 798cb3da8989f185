/* stream_private: what stream.c and the two networks share.
 *
 * A backend embeds struct stream first in its own, calls the stream_on_*()
 * functions from the loop (never from inside a call of the owner), and touches
 * no stream after them: the owner may have closed it.
 */
#pragma once

#include "base/limits.h"
#include "net/queue.h"
#include "net/stream.h"
#include "net/tls_filter.h"

#include <sys/uio.h>

struct stream_backend {
	/* Bytes taken (0: none now, ask for LOOP_WRITE), or negative: the
	 * error is set.  *ret_dead: input may still be read until its end. */
	ssize_t (*send)(struct stream *s, const struct iovec *v, int n,
	    struct err *e, bool *ret_dead);
	void (*watch)(struct stream *s, unsigned want);
	void (*free)(struct stream *s); /* closes, and frees the whole */
};

/* TLS records hold at most 16 KiB. */
#define STREAM_RECORD  (16 * KiB)
#define STREAM_SCRATCH (64 * KiB)

struct network {
	struct loop *loop;
	const struct network_backend *backend;
	bool shares;   /* endpoints of listeners, with other networks */
	size_t users;  /* streams and listeners */
	char *scratch; /* STREAM_SCRATCH bytes, for one call */
	char *record;  /* STREAM_RECORD bytes, likewise */
};

struct network_backend {
	struct stream *(*connect)(struct network *n, const struct endpoint *to,
	    const struct endpoint *source, stream_fn *fn, void *arg);
	struct listener *(*listen)(struct network *n, const struct endpoint *at,
	    listener_fn *fn, void *arg, struct err *e);
	void (*listener_close)(struct listener *l);
	void (*free)(struct network *n);
};

struct listener {
	struct network *net;
	struct endpoint at;
	listener_fn *fn;
	void *arg;
};

enum stream_state {
	STREAM_STATE_CONNECTING,
	STREAM_STATE_CLEAR,
	STREAM_STATE_HANDSHAKE,
	STREAM_STATE_TLS,
	STREAM_STATE_ENDED, /* ERROR is due, or EOF or ERROR was given */
};

struct stream {
	const struct stream_backend *backend;
	struct network *net;
	stream_fn *fn;
	void *arg;
	enum stream_state state;
	bool server;
	struct endpoint peer;

	unsigned due, now; /* events to give: see stream.c */
	struct loop_task task;
	bool *gone; /* set while a callback runs */

	struct queue in, raw, out, held;
	bool full;    /* reading waits for stream_consume() */
	bool raw_eof; /* nothing more comes from the peer */
	bool blocked; /* the network takes nothing now */
	bool dead;    /* writing failed; `error` comes after the input */
	bool drain_owed, eof_due;

	struct tls_filter *tls;
	char tls_name[LIMIT_DOMAIN + 1];
	struct err error;
};

/* Events are bits, given in this order.  RESUME gives none: it goes on reading
 * after the owner made room. */
#define STREAM_DUE_CONNECTED 1u
#define STREAM_DUE_TLS_READY 2u
#define STREAM_DUE_RESUME    4u
#define STREAM_DUE_DATA      8u
#define STREAM_DUE_DRAINED   16u
#define STREAM_DUE_EOF       32u
#define STREAM_DUE_ERROR     64u

void network_init(
    struct network *n, struct loop *l, const struct network_backend *backend);
void network_release(struct network *n);

void stream_init(struct stream *s, const struct stream_backend *backend,
    struct network *n, bool server);
void stream_on_connected(struct stream *s);
/* How many bytes it would take now. */
size_t stream_room(const struct stream *s);
void stream_on_bytes(struct stream *s, struct str bytes);
void stream_on_writable(struct stream *s);
void stream_on_eof(struct stream *s);
/* Takes s->error, which the backend has set. */
void stream_on_error(struct stream *s);
/* An accepted stream: CONNECTED is given later. */
void stream_accepted(struct stream *s);

/* ---- between stream.c and stream_write.c */

static inline bool stream_is_open(const struct stream *s)
{
	return s->state == STREAM_STATE_CLEAR ||
	       s->state == STREAM_STATE_HANDSHAKE ||
	       s->state == STREAM_STATE_TLS;
}
void stream_due(struct stream *s, unsigned bit);
void stream_watch(struct stream *s);
/* ERROR is the last event, instead of EOF; DATA before it stands. */
void stream_fail(struct stream *s);
void stream_tls_failed(struct stream *s, const char *what);
/* Adds to a queue; without memory the stream fails. */
void stream_keep(struct stream *s, struct queue *q, struct str bytes);
/* Sends what waits; DRAINED when all is gone. */
void stream_flush(struct stream *s);
