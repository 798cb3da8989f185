#include "net/stream_private.h"

static void pump(struct stream *s);

void network_init(
    struct network *n, struct loop *l, const struct network_backend *backend)
{
	n->loop = l;
	n->backend = backend;
	n->users = 0;
	n->scratch = mem_alloc(STREAM_SCRATCH);
	n->record = mem_alloc(STREAM_RECORD);
}

void network_release(struct network *n)
{
	free(n->scratch);
	free(n->record);
}

void network_free(struct network *n)
{
	if (!n)
		return;
	ENSURE(n->users == 0);
	n->backend->free(n);
}

struct loop *network_loop(struct network *n)
{
	return n->loop;
}

struct stream *network_connect(struct network *n, const struct endpoint *to,
    const struct endpoint *source, stream_fn *fn, void *arg)
{
	return n->backend->connect(
	    n, to, source && source->len ? source : NULL, fn, arg);
}

struct listener *network_listen(struct network *n, const struct endpoint *at,
    listener_fn *fn, void *arg, struct err *e)
{
	return n->backend->listen(n, at, fn, arg, e);
}

void listener_endpoint(struct listener *l, struct endpoint *ret)
{
	*ret = l->at;
}

void listener_close(struct listener *l)
{
	if (l)
		l->net->backend->listener_close(l);
}

/* ---- giving events */

static void stream_enter(struct stream *s, enum stream_state state)
{
	s->state = state;
}

static enum stream_event event_of(unsigned bit)
{
	switch (bit) {
	case STREAM_DUE_CONNECTED: return STREAM_CONNECTED;
	case STREAM_DUE_TLS_READY: return STREAM_TLS_READY;
	case STREAM_DUE_DATA: return STREAM_DATA;
	case STREAM_DUE_DRAINED: return STREAM_DRAINED;
	case STREAM_DUE_EOF: return STREAM_EOF;
	default: return STREAM_ERROR;
	}
}

void stream_watch(struct stream *s)
{
	unsigned want = 0;

	if (stream_is_open(s)) {
		if (!s->full && !s->raw_eof)
			want |= LOOP_READ;
		if (s->blocked && !s->dead)
			want |= LOOP_WRITE;
	}
	s->backend->watch(s, want);
}

static void stop_io(struct stream *s)
{
	stream_enter(s, STREAM_STATE_ENDED);
	queue_clear(&s->out);
	queue_clear(&s->held);
	stream_watch(s);
}

/* Gives what is due.  What becomes due meanwhile waits for the task, so that
 * no owner can keep us here. */
static void deliver(struct stream *s)
{
	bool gone = false;

	loop_task_cancel(&s->task);
	if (s->due & STREAM_DUE_RESUME) {
		s->due &= ~STREAM_DUE_RESUME;
		pump(s);
		loop_task_cancel(&s->task);
	}
	s->now = s->due;
	s->due = 0;
	s->gone = &gone;
	while (s->now) {
		unsigned bit = s->now & -s->now;

		s->now &= ~bit;
		if (bit == STREAM_DUE_DRAINED && stream_pending(s))
			continue; /* more was written since; it comes later */
		if (bit == STREAM_DUE_EOF)
			stop_io(s);
		s->fn(s, event_of(bit), s->arg);
		if (gone)
			return;
	}
	s->gone = NULL;
}

static void on_task(void *arg)
{
	deliver(arg);
}

void stream_due(struct stream *s, unsigned bit)
{
	s->due |= bit;
	loop_post_soon(s->net->loop, &s->task);
}

void stream_fail(struct stream *s)
{
	if (s->state == STREAM_STATE_ENDED)
		return;
	stop_io(s);
	s->due &= ~STREAM_DUE_EOF;
	s->now &= ~STREAM_DUE_EOF;
	stream_due(s, STREAM_DUE_ERROR);
}

void stream_keep(struct stream *s, struct queue *q, struct str bytes)
{
	if (queue_add(q, bytes) || s->state == STREAM_STATE_ENDED)
		return;
	err_set(&s->error, ERR_NOMEM, "no memory for a connection's bytes");
	stream_fail(s);
}

void stream_init(struct stream *s, const struct stream_backend *backend,
    struct network *n, bool server)
{
	s->backend = backend;
	s->net = n;
	s->server = server;
	loop_task_init(&s->task, on_task, s);
	queue_init(&s->in, LIMIT_STREAM_IN);
	queue_init(&s->raw, LIMIT_STREAM_IN);
	queue_init(&s->out, LIMIT_STREAM_OUT + LIMIT_STREAM_OUT / 64 + KiB);
	queue_init(&s->held, LIMIT_STREAM_OUT);
	n->users++;
}

/* ---- from the backend */

void stream_accepted(struct stream *s)
{
	stream_enter(s, STREAM_STATE_CLEAR);
	stream_due(s, STREAM_DUE_CONNECTED);
	stream_watch(s);
}

void stream_on_connected(struct stream *s)
{
	stream_enter(s, STREAM_STATE_CLEAR);
	s->due |= STREAM_DUE_CONNECTED;
	stream_flush(s);
	stream_watch(s);
	deliver(s);
}

/* The peer sends no more; what it sent is in `raw` or `in`. */
static void finish_input(struct stream *s)
{
	char tmp[ENDPOINT_TEXT];

	s->raw_eof = true;
	if (s->dead) {
		stream_fail(s);
	} else if (s->state == STREAM_STATE_HANDSHAKE) {
		err_set(&s->error, ERR_NET,
		    "TLS handshake with %s failed: the peer closed the "
		    "connection",
		    s->tls_name[0] ? s->tls_name
				   : endpoint_format(&s->peer, tmp));
		stream_fail(s);
	} else if (!s->eof_due) {
		/* the owner may still answer what came before */
		s->eof_due = true;
		stream_due(s, STREAM_DUE_EOF);
	}
}

void stream_tls_failed(struct stream *s, const char *what)
{
	char tmp[ENDPOINT_TEXT];
	struct err e = {0};

	err_set(&e, ERR_NET, "%s %s failed: %.300s", what,
	    s->tls_name[0] ? s->tls_name : endpoint_format(&s->peer, tmp),
	    s->error.msg);
	stream_flush(s); /* the alert, as far as it goes */
	s->error = e;
	stream_fail(s);
}

static void write_held(struct stream *s)
{
	struct str held = queue_str(&s->held);

	if (held.n && tls_filter_write(s->tls, held, &s->error) < 0)
		stream_tls_failed(s, "TLS connection with");
	queue_clear(&s->held);
}

static void handshake(struct stream *s)
{
	int rc = tls_filter_handshake(s->tls, &s->error);

	if (rc < 0) {
		stream_tls_failed(s, "TLS handshake with");
	} else if (rc > 0) {
		stream_enter(s, STREAM_STATE_TLS);
		stream_due(s, STREAM_DUE_TLS_READY);
		write_held(s);
	}
}

/* Decrypts as far as there is input and room. */
static void decrypt(struct stream *s)
{
	while (s->state == STREAM_STATE_TLS) {
		size_t room = LIMIT_STREAM_IN - queue_len(&s->in);
		int n;

		if (room == 0) {
			s->full = true;
			return;
		}
		if (room > STREAM_RECORD)
			room = STREAM_RECORD;
		n = tls_filter_read(s->tls, s->net->record, room, &s->error);
		if (n == 0)
			return;
		if (n == TLS_FILTER_EOF) {
			finish_input(s);
			return;
		} else if (n < 0) {
			stream_tls_failed(s, "TLS connection with");
		} else {
			stream_keep(
			    s, &s->in, str_make(s->net->record, (size_t)n));
			stream_due(s, STREAM_DUE_DATA);
		}
	}
}

/* Goes on with what has arrived. */
static void pump(struct stream *s)
{
	s->full = false;
	if (s->state == STREAM_STATE_HANDSHAKE)
		handshake(s);
	decrypt(s);
	if (stream_is_open(s)) {
		if (stream_room(s) == 0)
			s->full = true;
		if (s->raw_eof && !s->full)
			finish_input(s);
	}
	stream_flush(s);
	stream_watch(s);
}

size_t stream_room(const struct stream *s)
{
	if (s->state == STREAM_STATE_CLEAR)
		return LIMIT_STREAM_IN - queue_len(&s->in);
	/* what is left over while the owner does not consume */
	return s->full ? 0 : LIMIT_STREAM_IN - queue_len(&s->raw);
}

void stream_on_bytes(struct stream *s, struct str bytes)
{
	if (!stream_is_open(s))
		return;
	if (s->state == STREAM_STATE_CLEAR) {
		stream_keep(s, &s->in, bytes);
		s->due |= STREAM_DUE_DATA;
		if (stream_room(s) == 0) {
			s->full = true;
			stream_watch(s);
		}
	} else {
		stream_keep(s, &s->raw, bytes);
		pump(s);
	}
	deliver(s);
}

void stream_on_writable(struct stream *s)
{
	s->blocked = false;
	stream_flush(s);
	stream_watch(s);
	deliver(s);
}

void stream_on_eof(struct stream *s)
{
	s->raw_eof = true;
	if (stream_is_open(s))
		pump(s);
	deliver(s);
}

void stream_on_error(struct stream *s)
{
	if (stream_is_open(s) && !s->full)
		pump(s);
	stream_fail(s);
	deliver(s);
}

/* ---- the owner's calls */

void stream_set_handler(struct stream *s, stream_fn *fn, void *arg)
{
	s->fn = fn;
	s->arg = arg;
}

struct str stream_input(struct stream *s)
{
	return queue_str(&s->in);
}

void stream_consume(struct stream *s, size_t n)
{
	queue_drop(&s->in, n);
	if (n && s->full && stream_is_open(s))
		stream_due(s, STREAM_DUE_RESUME);
}

void stream_start_tls(
    struct stream *s, struct tls_context *ctx, struct str name, bool verify)
{
	struct tls_filter_config c = {
	    .context = ctx,
	    .server = s->server,
	    .name = name,
	    .verify = verify,
	    .raw = &s->raw,
	    .out = &s->out,
	};

	if (s->state == STREAM_STATE_ENDED || s->dead)
		return;
	ENSURE(s->state == STREAM_STATE_CLEAR);
	/* What came in clear must not count as said under TLS. */
	queue_clear(&s->in);
	s->due &= ~STREAM_DUE_DATA;
	s->now &= ~STREAM_DUE_DATA;
	s->full = false;
	if (name.n < sizeof(s->tls_name) && name.n)
		memcpy(s->tls_name, name.p, name.n);
	stream_enter(s, STREAM_STATE_HANDSHAKE);
	s->tls = tls_filter_new(&c, &s->error);
	if (!s->tls) {
		stream_tls_failed(s, "TLS handshake with");
		return;
	}
	handshake(s);
	if (s->state != STREAM_STATE_ENDED)
		stream_flush(s);
	stream_watch(s);
}

const struct tls_facts *stream_tls(struct stream *s)
{
	return s->tls ? tls_filter_facts(s->tls) : NULL;
}

const struct endpoint *stream_peer(struct stream *s)
{
	return &s->peer;
}

const struct err *stream_error(struct stream *s)
{
	return &s->error;
}

struct loop *stream_loop(struct stream *s)
{
	return s->net->loop;
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	if (s->gone)
		*s->gone = true;
	if (s->state == STREAM_STATE_TLS && !s->dead) {
		tls_filter_shutdown(s->tls);
		stream_flush(s);
	}
	loop_task_cancel(&s->task);
	tls_filter_free(s->tls);
	queue_release(&s->in);
	queue_release(&s->raw);
	queue_release(&s->out);
	queue_release(&s->held);
	s->net->users--;
	s->backend->free(s);
}
