#include "net/stream_private.h"

/* The imitated network.  Each stream owns what is on its way to it: bytes, and
 * for each arrival its time and length.  A sender may have WINDOW bytes on the
 * way or waiting before the receiver takes them; then it is blocked.
 */
#define WINDOW     (256 * KiB)
#define BUCKETS    1024u
#define FIRST_PORT 32768u

struct arrival {
	usec_t at;
	size_t len;
};

struct sim_stream {
	struct stream stream; /* first */
	struct sim_stream *peer;
	unsigned want;
	struct endpoint source;
	/* connecting: first to the listener, then back */
	bool answered, refused;
	struct loop_timer connect;
	/* on the way to us */
	struct queue bytes;
	struct arrival *arrivals;
	size_t first, count, cap; /* a ring */
	bool fin;
	usec_t fin_at;
	struct loop_timer arrive;
	struct loop_task writable;
	bool *gone;
};

struct sim_listener {
	struct listener listener; /* first */
	struct sim_listener *next;
};

struct sim_fault {
	struct endpoint to;
	enum network_fault fault;
	struct sim_fault *next;
};

struct sim_network {
	struct network network; /* first */
	usec_t latency;
	size_t chunk;
	uint16_t port;
	struct sim_listener *listeners[BUCKETS];
	struct sim_fault *faults[BUCKETS];
};

static struct sim_stream *of(struct stream *s)
{
	return (struct sim_stream *)(void *)s;
}

static struct sim_network *net_of(struct network *n)
{
	return (struct sim_network *)(void *)n;
}

static unsigned bucket(const struct endpoint *a)
{
	const unsigned char *p = endpoint_is_v6(a)
				     ? a->u.v6.sin6_addr.s6_addr
				     : (const unsigned char *)&a->u.v4.sin_addr;
	uint32_t h = 2166136261u ^ endpoint_port(a);

	for (size_t i = 0; i < (endpoint_is_v6(a) ? 16u : 4u); i++)
		h = (h ^ p[i]) * 16777619u;
	return (h ^ h >> 16) % BUCKETS;
}

/* ---- bytes on their way */

static void arrival_add(struct sim_stream *x, usec_t at, size_t len)
{
	if (x->count == x->cap) {
		size_t cap = x->cap ? 2 * x->cap : 16;
		struct arrival *a = mem_alloc(cap * sizeof(*a));

		for (size_t i = 0; i < x->count; i++)
			a[i] = x->arrivals[(x->first + i) % x->cap];
		free(x->arrivals);
		x->arrivals = a;
		x->first = 0;
		x->cap = cap;
	}
	x->arrivals[(x->first + x->count++) % x->cap] =
	    (struct arrival){at, len};
}

static void arm(struct sim_stream *x)
{
	usec_t now = loop_now(x->stream.net->loop), at;

	if (!(x->want & LOOP_READ) || x->arrive.active)
		return;
	if (x->count)
		at = x->arrivals[x->first].at;
	else if (x->fin)
		at = x->fin_at;
	else
		return;
	loop_timer_start(&x->arrive, at - now);
}

static void on_writable(void *arg)
{
	struct sim_stream *x = arg;

	if (x->want & LOOP_WRITE)
		stream_on_writable(&x->stream);
}

/* One piece a turn. */
static void on_arrive(void *arg)
{
	struct sim_stream *x = arg;
	struct arrival *a;
	size_t n = stream_room(&x->stream);
	char *scratch = x->stream.net->scratch;
	bool gone = false;

	if (!(x->want & LOOP_READ) || (x->count && n == 0))
		return;
	x->gone = &gone;
	if (x->count == 0) {
		x->fin = false;
		stream_on_eof(&x->stream);
	} else {
		a = &x->arrivals[x->first];
		if (n > a->len)
			n = a->len;
		if (n > STREAM_SCRATCH)
			n = STREAM_SCRATCH;
		memcpy(scratch, queue_str(&x->bytes).p, n);
		queue_drop(&x->bytes, n);
		a->len -= n;
		if (a->len == 0) {
			x->first = (x->first + 1) % x->cap;
			x->count--;
		}
		if (x->peer && x->peer->want & LOOP_WRITE)
			loop_post(x->stream.net->loop, &x->peer->writable);
		stream_on_bytes(&x->stream, str_make(scratch, n));
	}
	if (gone)
		return;
	x->gone = NULL;
	arm(x);
}

static ssize_t sim_send(struct stream *s, const struct iovec *v, int n,
    struct err *e, bool *ret_dead)
{
	struct sim_network *net = net_of(s->net);
	struct sim_stream *to = of(s)->peer;
	usec_t at = loop_now(s->net->loop) + net->latency;
	ssize_t sent = 0;

	(void)e;
	(void)ret_dead;
	for (int i = 0; i < n; i++) {
		struct str rest = str_make(v[i].iov_base, v[i].iov_len);
		size_t room = to ? WINDOW - queue_len(&to->bytes) : rest.n;
		bool all = room >= rest.n;

		/* to one that has closed: lost on the way */
		rest = str_sub(rest, 0, room);
		sent += (ssize_t)rest.n;
		while (to && rest.n) {
			size_t len = net->chunk && net->chunk < rest.n
					 ? net->chunk
					 : rest.n;

			ENSURE(queue_add(&to->bytes, str_sub(rest, 0, len)));
			arrival_add(to, at, len);
			rest = str_from(rest, len);
		}
		if (!all)
			break;
	}
	if (to)
		arm(to);
	return sent;
}

static void sim_watch(struct stream *s, unsigned want)
{
	struct sim_stream *x = of(s);

	x->want = want;
	if (want & LOOP_WRITE && x->peer && queue_len(&x->peer->bytes) < WINDOW)
		loop_post(s->net->loop, &x->writable);
	if (x->peer || x->count || x->fin)
		arm(x);
}

static void sim_free(struct stream *s)
{
	struct sim_stream *x = of(s);

	if (x->gone)
		*x->gone = true;
	if (x->peer) {
		x->peer->peer = NULL;
		x->peer->fin = true;
		x->peer->fin_at =
		    loop_now(s->net->loop) + net_of(s->net)->latency;
		arm(x->peer);
		if (x->peer->want & LOOP_WRITE)
			loop_post(s->net->loop, &x->peer->writable);
	}
	loop_timer_release(&x->connect);
	loop_timer_release(&x->arrive);
	loop_task_cancel(&x->writable);
	queue_release(&x->bytes);
	free(x->arrivals);
	free(x);
}

static const struct stream_backend stream_ops = {
    .send = sim_send,
    .watch = sim_watch,
    .free = sim_free,
};

static struct sim_stream *sim_stream_new(
    struct network *n, const struct endpoint *peer, bool server)
{
	struct sim_stream *x = mem_zalloc(sizeof(*x));

	stream_init(&x->stream, &stream_ops, n, server);
	x->stream.peer = *peer;
	queue_init(&x->bytes, WINDOW);
	loop_timer_init(&x->arrive, n->loop, on_arrive, x);
	loop_task_init(&x->writable, on_writable, x);
	return x;
}

/* ---- connecting */

static enum network_fault fault_at(
    struct sim_network *n, const struct endpoint *to)
{
	for (struct sim_fault *f = n->faults[bucket(to)]; f; f = f->next)
		if (endpoint_eq(&f->to, to))
			return f->fault;
	return NETWORK_FAULT_NONE;
}

static struct sim_listener *find(
    struct sim_network *n, const struct endpoint *at)
{
	for (struct sim_listener *l = n->listeners[bucket(at)]; l; l = l->next)
		if (endpoint_eq(&l->listener.at, at))
			return l;
	return NULL;
}

/* The listener of `to`, or of every address at its port. */
static struct sim_listener *find_for(
    struct sim_network *n, const struct endpoint *to)
{
	static const unsigned char any[16];
	struct sim_listener *l = find(n, to);
	struct endpoint at;

	if (l)
		return l;
	if (endpoint_is_v6(to))
		endpoint_from_v6(any, endpoint_port(to), &at);
	else
		endpoint_from_v4(any, endpoint_port(to), &at);
	return find(n, &at);
}

static void set_port(struct endpoint *a, uint16_t port)
{
	if (endpoint_is_v6(a))
		a->u.v6.sin6_port = htons(port);
	else
		a->u.v4.sin_port = htons(port);
}

static uint16_t next_port(struct sim_network *n)
{
	if (n->port < FIRST_PORT)
		n->port = FIRST_PORT;
	return n->port++;
}

/* At the listener. */
static void arrive_there(struct sim_stream *x)
{
	struct sim_network *n = net_of(x->stream.net);
	struct endpoint *to = &x->stream.peer;
	struct sim_listener *l = find_for(n, to);
	enum network_fault fault = fault_at(n, to);
	struct sim_stream *far;

	if (fault == NETWORK_FAULT_SILENT)
		return;
	x->answered = true;
	x->refused = fault == NETWORK_FAULT_REFUSE || !l;
	loop_timer_start(&x->connect, n->latency);
	if (x->refused)
		return;
	far = sim_stream_new(&n->network, &x->source, true);
	far->peer = x;
	x->peer = far;
	stream_accepted(&far->stream);
	l->listener.fn(&l->listener, &far->stream, l->listener.arg);
}

static void on_connect(void *arg)
{
	struct sim_stream *x = arg;
	char tmp[ENDPOINT_TEXT];

	if (!x->answered) {
		arrive_there(x);
	} else if (x->refused) {
		err_set(&x->stream.error, ERR_NET,
		    "cannot connect to %s: Connection refused",
		    endpoint_format(&x->stream.peer, tmp));
		stream_on_error(&x->stream);
	} else {
		stream_on_connected(&x->stream);
	}
}

static struct stream *sim_connect(struct network *n, const struct endpoint *to,
    const struct endpoint *source, stream_fn *fn, void *arg)
{
	static const unsigned char v4[4] = {127, 0, 0, 1}, v6[16] = {[15] = 1};
	struct sim_stream *x = sim_stream_new(n, to, false);

	stream_set_handler(&x->stream, fn, arg);
	if (source)
		x->source = *source;
	else if (endpoint_is_v6(to))
		endpoint_from_v6(v6, 0, &x->source);
	else
		endpoint_from_v4(v4, 0, &x->source);
	if (endpoint_port(&x->source) == 0)
		set_port(&x->source, next_port(net_of(n)));
	loop_timer_init(&x->connect, n->loop, on_connect, x);
	loop_timer_start(&x->connect, net_of(n)->latency);
	return &x->stream;
}

static struct listener *sim_listen(struct network *n, const struct endpoint *at,
    listener_fn *fn, void *arg, struct err *e)
{
	struct sim_listener *l = mem_zalloc(sizeof(*l)), **b;
	char tmp[ENDPOINT_TEXT];

	l->listener = (struct listener){n, *at, fn, arg};
	if (endpoint_port(at) == 0)
		set_port(&l->listener.at, next_port(net_of(n)));
	if (find(net_of(n), &l->listener.at)) {
		err_set(e, ERR_SYS,
		    "cannot listen at %s: Address already in use",
		    endpoint_format(at, tmp));
		free(l);
		return NULL;
	}
	b = &net_of(n)->listeners[bucket(&l->listener.at)];
	l->next = *b;
	*b = l;
	n->users++;
	return &l->listener;
}

static void sim_listener_close(struct listener *listener)
{
	struct sim_network *n = net_of(listener->net);
	struct sim_listener **at = &n->listeners[bucket(&listener->at)];

	while (&(*at)->listener != listener)
		at = &(*at)->next;
	*at = (*at)->next;
	n->network.users--;
	free(listener);
}

static void sim_network_free(struct network *network)
{
	struct sim_network *n = net_of(network);

	for (size_t i = 0; i < BUCKETS; i++) {
		while (n->faults[i]) {
			struct sim_fault *f = n->faults[i];

			n->faults[i] = f->next;
			free(f);
		}
	}
	network_release(network);
	free(n);
}

static const struct network_backend network_ops = {
    .connect = sim_connect,
    .listen = sim_listen,
    .listener_close = sim_listener_close,
    .free = sim_network_free,
};

struct network *network_sim_new(struct loop *sim, usec_t latency, size_t chunk)
{
	struct sim_network *n = mem_zalloc(sizeof(*n));

	ENSURE(loop_is_sim(sim) && latency >= 0);
	network_init(&n->network, sim, &network_ops);
	n->latency = latency;
	n->chunk = chunk;
	return &n->network;
}

void network_sim_fault(struct network *network, const struct endpoint *to,
    enum network_fault fault)
{
	struct sim_network *n = net_of(network);
	struct sim_fault *f;

	ENSURE(network->backend == &network_ops);
	for (f = n->faults[bucket(to)]; f; f = f->next)
		if (endpoint_eq(&f->to, to))
			break;
	if (!f) {
		f = mem_zalloc(sizeof(*f));
		f->to = *to;
		f->next = n->faults[bucket(to)];
		n->faults[bucket(to)] = f;
	}
	f->fault = fault;
}
