#include "net/stream_private.h"

#define IOV_BATCH 16

static void write_failed(struct stream *s, bool dead)
{
	s->blocked = false;
	queue_clear(&s->out);
	if (!dead)
		stream_fail(s);
	else
		s->dead = true;
	stream_watch(s);
}

/* Sends `v` as far as the network takes it; the number of bytes taken, or
 * negative when writing is over. */
static ssize_t send_now(struct stream *s, const struct iovec *v, int n)
{
	struct err e = {0};
	bool dead = false;
	ssize_t taken = s->backend->send(s, v, n, &e, &dead);

	if (taken < 0) {
		if (s->state != STREAM_STATE_ENDED && !s->dead)
			s->error = e;
		write_failed(s, dead);
	}
	return taken;
}

void stream_flush(struct stream *s)
{
	struct str out = queue_str(&s->out);
	struct iovec v = {(void *)(uintptr_t)out.p, out.n};
	ssize_t n = 0;

	if (s->state == STREAM_STATE_CONNECTING || s->dead || s->blocked)
		return;
	if (out.n) {
		n = send_now(s, &v, 1);
		if (n < 0)
			return;
		queue_drop(&s->out, (size_t)n);
		s->blocked = (size_t)n < out.n;
		if (s->blocked)
			stream_watch(s);
	}
	if (s->drain_owed && stream_pending(s) == 0 && stream_is_open(s)) {
		s->drain_owed = false;
		stream_due(s, STREAM_DUE_DRAINED);
	}
}

static void keep_pieces(
    struct stream *s, struct queue *q, const struct str *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		stream_keep(s, q, v[i]);
}

/* Small pieces share a record. */
static void encrypt(struct stream *s, const struct str *v, size_t n)
{
	char *record = s->net->record;
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		struct str rest = v[i];

		while (rest.n) {
			size_t part = STREAM_RECORD - used;

			if (part > rest.n)
				part = rest.n;
			memcpy(record + used, rest.p, part);
			used += part;
			rest = str_from(rest, part);
			if (used < STREAM_RECORD)
				continue;
			if (tls_filter_write(
				s->tls, str_make(record, used), &s->error) < 0)
				goto fail;
			used = 0;
		}
	}
	if (used == 0 ||
	    tls_filter_write(s->tls, str_make(record, used), &s->error) == 0)
		return;
fail:
	stream_tls_failed(s, "TLS connection with");
}

/* The queue is empty: the pieces go as they are, in one system call. */
static void write_clear(struct stream *s, const struct str *v, size_t n)
{
	while (n) {
		struct iovec iov[IOV_BATCH];
		size_t batch = n < IOV_BATCH ? n : IOV_BATCH, want = 0;
		ssize_t taken;

		for (size_t i = 0; i < batch; i++) {
			iov[i].iov_base = (void *)(uintptr_t)v[i].p;
			iov[i].iov_len = v[i].n;
			want += v[i].n;
		}
		taken = want ? send_now(s, iov, (int)batch) : 0;
		if (taken < 0)
			return;
		if ((size_t)taken == want) {
			v += batch;
			n -= batch;
			continue;
		}
		for (size_t skip = (size_t)taken; n; v++, n--) {
			stream_keep(s, &s->out, str_from(*v, skip));
			skip -= skip < v->n ? skip : v->n;
		}
		s->blocked = s->state != STREAM_STATE_ENDED;
		stream_watch(s);
	}
}

void stream_writev(struct stream *s, const struct str *v, size_t n)
{
	size_t total = stream_pending(s);
	char tmp[ENDPOINT_TEXT];

	if (s->state == STREAM_STATE_ENDED || s->dead)
		return;
	for (size_t i = 0; i < n; i++)
		if (total <= LIMIT_STREAM_OUT)
			total += v[i].n;
	if (total > LIMIT_STREAM_OUT) {
		err_set(&s->error, ERR_LIMIT,
		    "%s takes too slowly: more than %lu bytes wait for it",
		    endpoint_format(&s->peer, tmp), LIMIT_STREAM_OUT);
		stream_fail(s);
		return;
	}
	s->drain_owed = true;
	if (s->state == STREAM_STATE_HANDSHAKE)
		keep_pieces(s, &s->held, v, n);
	else if (s->state == STREAM_STATE_TLS)
		encrypt(s, v, n);
	else if (s->state == STREAM_STATE_CONNECTING || queue_len(&s->out))
		keep_pieces(s, &s->out, v, n);
	else
		write_clear(s, v, n);
	if (s->state != STREAM_STATE_ENDED)
		stream_flush(s);
}

void stream_write(struct stream *s, struct str bytes)
{
	stream_writev(s, &bytes, 1);
}

size_t stream_pending(struct stream *s)
{
	return queue_len(&s->out) + queue_len(&s->held);
}
