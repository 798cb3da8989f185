#include "net/stream_private.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <unistd.h>

/* accept4() calls in one turn, so that a flood of connections leaves time for
 * those that are there; and the rest after EMFILE. */
#define ACCEPT_BATCH 64
#define ACCEPT_PAUSE (100 * USEC_PER_MSEC)

struct socket_stream {
	struct stream stream; /* first */
	struct loop_io io;
	bool reset; /* nothing is left to read */
	bool *gone; /* set while an event runs before another */
};

struct socket_listener {
	struct listener listener; /* first */
	struct loop_io io;
	struct loop_timer pause;
	bool *gone;
};

static struct socket_stream *of(struct stream *s)
{
	return (struct socket_stream *)(void *)s;
}

static int sys_error(struct stream *s, int sys, const char *what)
{
	char tmp[ENDPOINT_TEXT];

	err_sys(&s->error, sys, "%s %s", what, endpoint_format(&s->peer, tmp));
	return s->error.code = ERR_NET;
}

static void finish_connect(struct stream *s)
{
	int sys = 0;
	socklen_t len = sizeof(sys);

	if (getsockopt(of(s)->io.fd, SOL_SOCKET, SO_ERROR, &sys, &len) < 0)
		sys = errno;
	loop_io_want(&of(s)->io, 0);
	if (sys == 0) {
		stream_on_connected(s);
		return;
	}
	sys_error(s, sys, "cannot connect to");
	stream_on_error(s);
}

/* One read a turn; the loop says again when there is more. */
static void read_some(struct stream *s)
{
	size_t room = stream_room(s);
	ssize_t n;

	if (room > STREAM_SCRATCH)
		room = STREAM_SCRATCH;
	if (room == 0)
		return;
	do
		n = recv(of(s)->io.fd, s->net->scratch, room, 0);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		stream_on_bytes(s, str_make(s->net->scratch, (size_t)n));
	} else if (n == 0) {
		of(s)->reset = true;
		stream_on_eof(s);
	} else if (errno != EAGAIN && errno != EWOULDBLOCK) {
		of(s)->reset = true;
		if (!s->dead)
			sys_error(s, errno, "lost the connection with");
		stream_on_error(s);
	}
}

static void on_ready(unsigned ready, void *arg)
{
	struct stream *s = arg;
	bool gone = false;

	if (s->state == STREAM_STATE_CONNECTING) {
		finish_connect(s);
		return;
	}
	if (ready & LOOP_WRITE) {
		of(s)->gone = &gone;
		stream_on_writable(s);
		if (gone)
			return;
		of(s)->gone = NULL;
	}
	if (ready & LOOP_READ && of(s)->io.want & LOOP_READ)
		read_some(s);
}

static ssize_t socket_send(struct stream *s, const struct iovec *v, int n,
    struct err *e, bool *ret_dead)
{
	struct msghdr m = {
	    .msg_iov = (struct iovec *)(uintptr_t)v,
	    .msg_iovlen = (size_t)n,
	};
	char tmp[ENDPOINT_TEXT];
	ssize_t sent;

	do
		sent = sendmsg(of(s)->io.fd, &m, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		return sent;
	if (errno == EAGAIN || errno == EWOULDBLOCK)
		return 0;
	/* What the peer said before it hung up (a 421) can still be read. */
	*ret_dead = errno == EPIPE || errno == ECONNRESET;
	err_sys(e, errno, "lost the connection with %s",
	    endpoint_format(&s->peer, tmp));
	return e->code = ERR_NET;
}

static void socket_watch(struct stream *s, unsigned want)
{
	loop_io_want(&of(s)->io, want);
}

static void socket_free(struct stream *s)
{
	struct socket_stream *x = of(s);

	if (x->gone)
		*x->gone = true;
	/* Unread input would make the kernel send a reset, which may destroy
	 * our last words on their way. */
	if (x->io.impl && !x->reset && s->state != STREAM_STATE_CONNECTING)
		recv(x->io.fd, NULL, LIMIT_STREAM_IN, MSG_TRUNC | MSG_DONTWAIT);
	loop_io_release(&x->io);
	if (x->io.fd >= 0)
		close(x->io.fd);
	free(x);
}

static const struct stream_backend stream_ops = {
    .send = socket_send,
    .watch = socket_watch,
    .free = socket_free,
};

static struct socket_stream *socket_stream_new(
    struct network *n, int fd, const struct endpoint *peer, bool server)
{
	struct socket_stream *x = mem_zalloc(sizeof(*x));

	stream_init(&x->stream, &stream_ops, n, server);
	x->stream.peer = *peer;
	x->io.fd = -1;
	if (fd >= 0)
		loop_io_init(&x->io, n->loop, fd, on_ready, &x->stream);
	return x;
}

/* Negative: the error is set. */
static int start_connect(
    struct stream *s, int fd, const struct endpoint *source)
{
	int on = 1;

	if (fd < 0)
		return sys_error(s, errno, "cannot open a socket for");
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		return sys_error(s, errno, "cannot set up a socket for");
	if (source) {
		/* the port is chosen with the destination known */
		if (endpoint_port(source) == 0)
			setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,
			    sizeof(on));
		if (bind(fd, &source->u.any, source->len) < 0) {
			char tmp[ENDPOINT_TEXT];

			err_sys(&s->error, errno,
			    "cannot send from %s, is it an address of this "
			    "machine?",
			    endpoint_ip(source, tmp));
			return s->error.code = ERR_NET;
		}
	}
	if (connect(fd, &s->peer.u.any, s->peer.len) < 0 &&
	    errno != EINPROGRESS && errno != EINTR)
		return sys_error(s, errno, "cannot connect to");
	return 0;
}

static struct stream *socket_connect(struct network *n,
    const struct endpoint *to, const struct endpoint *source, stream_fn *fn,
    void *arg)
{
	int fd = socket(
	    to->u.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int sys = errno;
	struct socket_stream *x = socket_stream_new(n, fd, to, false);
	struct stream *s = &x->stream;

	stream_set_handler(s, fn, arg);
	errno = sys;
	if (start_connect(s, fd, source) < 0)
		stream_fail(s);
	else
		loop_io_want(&x->io, LOOP_WRITE);
	return s;
}

/* ---- listeners */

static struct socket_listener *listener_of(struct listener *l)
{
	return (struct socket_listener *)(void *)l;
}

static void accept_again(void *arg)
{
	struct socket_listener *l = arg;

	loop_io_want(&l->io, LOOP_READ);
}

static void on_acceptable(unsigned ready, void *arg)
{
	struct socket_listener *l = arg;
	bool gone = false;

	(void)ready;
	l->gone = &gone;
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		struct endpoint peer = {.len = sizeof(peer.u)};
		struct socket_stream *x;
		int fd = accept4(l->io.fd, &peer.u.any, &peer.len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0 && (errno == EMFILE || errno == ENFILE ||
				  errno == ENOBUFS || errno == ENOMEM)) {
			loop_io_want(&l->io, 0);
			loop_timer_start(&l->pause, ACCEPT_PAUSE);
			break;
		}
		if (fd < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			break;
		if (fd < 0)
			continue; /* that one is gone already */
		x = socket_stream_new(l->listener.net, fd, &peer, true);
		stream_accepted(&x->stream);
		l->listener.fn(&l->listener, &x->stream, l->listener.arg);
		if (gone)
			return;
	}
	l->gone = NULL;
}

static int open_listener(const struct network *n, const struct endpoint *at,
    struct endpoint *ret_at, struct err *e)
{
	char tmp[ENDPOINT_TEXT];
	int on = 1, sys;
	int fd = socket(
	    at->u.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    (n->shares && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on,
			      sizeof(on)) < 0) ||
	    /* accepted sockets inherit it */
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    (endpoint_is_v6(at) && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
				       &on, sizeof(on)) < 0) ||
	    bind(fd, &at->u.any, at->len) < 0 || listen(fd, SOMAXCONN) < 0)
		goto fail;
	*ret_at = (struct endpoint){.len = sizeof(ret_at->u)};
	if (getsockname(fd, &ret_at->u.any, &ret_at->len) == 0)
		return fd;
fail:
	sys = errno;
	if (fd >= 0)
		close(fd);
	return err_sys(e, sys, "cannot listen at %s", endpoint_format(at, tmp));
}

static struct listener *socket_listen(struct network *n,
    const struct endpoint *at, listener_fn *fn, void *arg, struct err *e)
{
	struct endpoint bound;
	struct socket_listener *l;
	int fd = open_listener(n, at, &bound, e);

	if (fd < 0)
		return NULL;
	l = mem_zalloc(sizeof(*l));
	l->listener = (struct listener){n, bound, fn, arg};
	loop_timer_init(&l->pause, n->loop, accept_again, l);
	loop_io_init(&l->io, n->loop, fd, on_acceptable, l);
	loop_io_want(&l->io, LOOP_READ);
	n->users++;
	return &l->listener;
}

static void socket_listener_close(struct listener *listener)
{
	struct socket_listener *l = listener_of(listener);

	if (l->gone)
		*l->gone = true;
	listener->net->users--;
	loop_timer_release(&l->pause);
	loop_io_release(&l->io);
	close(l->io.fd);
	free(l);
}

static void socket_network_free(struct network *n)
{
	network_release(n);
	free(n);
}

static const struct network_backend network_ops = {
    .connect = socket_connect,
    .listen = socket_listen,
    .listener_close = socket_listener_close,
    .free = socket_network_free,
};

struct network *network_socket_new(struct loop *l)
{
	struct network *n = mem_zalloc(sizeof(*n));

	ENSURE(!loop_is_sim(l));
	network_init(n, l, &network_ops);
	return n;
}

void network_socket_share(struct network *n)
{
	n->shares = true;
}
