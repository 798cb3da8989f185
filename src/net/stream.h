/* stream: a connected byte stream, plain or TLS, over a network that is either
 * the real one (sockets on loop_event) or an imitated one (on loop_sim).
 *
 *	struct stream *s = network_connect(net, &to, NULL, on_event, me);
 *	...
 *	case STREAM_CONNECTED: stream_write(s, S("EHLO a\r\n"));
 *	case STREAM_DATA:      n = parse(stream_input(s)); stream_consume(s, n);
 *
 * Every event arrives from the loop, never from inside a call made here.
 * After STREAM_EOF or STREAM_ERROR no further event comes; the owner closes.
 * stream_close() may be called at any time, also inside the callback: it frees
 * at once and no event follows.  Bytes written before a clean close are sent
 * as far as the kernel takes them at once; call it after STREAM_DRAINED when
 * they matter.
 */
#pragma once

#include "loop/loop.h"
#include "net/endpoint.h"
#include "net/tls.h"

struct network;
struct stream;
struct listener;

struct network *network_socket_new(struct loop *l);
/* Listeners made from now on share their endpoint with those of other networks
 * that said the same: the kernel spreads connections over them. */
void network_socket_share(struct network *n);
/* Imitated network on loop_sim: a listener's endpoint is reached by connects
 * to it; others are refused.  `latency` is one way; writes may arrive cut into
 * pieces of at most `chunk` bytes (0: whole). */
struct network *network_sim_new(struct loop *sim, usec_t latency, size_t chunk);
/* imitated trouble: connects to `to` are refused, or never answered */
enum network_fault {
	NETWORK_FAULT_NONE,
	NETWORK_FAULT_REFUSE,
	NETWORK_FAULT_SILENT
};
void network_sim_fault(
    struct network *n, const struct endpoint *to, enum network_fault fault);
void network_free(struct network *n); /* after its streams and listeners */
struct loop *network_loop(struct network *n);

enum stream_event {
	STREAM_CONNECTED, /* TCP is up (also first event of accepted streams) */
	STREAM_TLS_READY, /* after stream_start_tls() */
	STREAM_DATA,      /* stream_input() has grown */
	STREAM_DRAINED,   /* everything written has left */
	STREAM_EOF,       /* the peer closed; rest of input still readable */
	STREAM_ERROR,     /* stream_error() says what */
};
typedef void stream_fn(struct stream *s, enum stream_event event, void *arg);

/* Never NULL: trouble comes as STREAM_ERROR.  No time-out of its own: the
 * owner keeps a timer. `source` may be NULL. */
struct stream *network_connect(struct network *n, const struct endpoint *to,
    const struct endpoint *source, stream_fn *fn, void *arg);

typedef void listener_fn(struct listener *l, struct stream *s, void *arg);
/* `fn` gets each accepted stream and calls stream_set_handler() on it at once
 * (or stream_close()). */
struct listener *network_listen(struct network *n, const struct endpoint *at,
    listener_fn *fn, void *arg, struct err *e);
void listener_endpoint(struct listener *l, struct endpoint *ret);
void listener_close(struct listener *l);

void stream_set_handler(struct stream *s, stream_fn *fn, void *arg);

/* What has been received and not yet consumed.  Valid until the next call on
 * `s`.  At most LIMIT_STREAM_IN bytes are read ahead; then the peer waits. */
struct str stream_input(struct stream *s);
void stream_consume(struct stream *s, size_t n);

/* Sends, in one system call where possible; what the kernel does not take is
 * kept and sent later, at most LIMIT_STREAM_OUT (beyond: STREAM_ERROR). */
void stream_write(struct stream *s, struct str bytes);
void stream_writev(struct stream *s, const struct str *v, size_t n);
size_t stream_pending(struct stream *s); /* written, not yet left */

/* Client when made by connect, server when accepted.  Input received in clear
 * and not consumed before is thrown away (no command injection, CVE-2011-0411).
 * `name` is the server name for SNI and, if `verify`, for the certificate. */
void stream_start_tls(
    struct stream *s, struct tls_context *ctx, struct str name, bool verify);
/* NULL before STREAM_TLS_READY. */
const struct tls_facts *stream_tls(struct stream *s);

const struct endpoint *stream_peer(struct stream *s);
const struct err *stream_error(struct stream *s);
struct loop *stream_loop(struct stream *s);

void stream_close(struct stream *s); /* NULL is fine */
