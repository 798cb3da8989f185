#include "net/queue.h"
#include "base/arena.h"

/* An emptied queue larger than this gives its memory back. */
#define KEEP (128 * KiB)

void queue_init(struct queue *q, size_t max)
{
	*q = (struct queue){.max = max};
	/* the dropped front may be as large as what counts */
	buf_init(&q->buf, 2 * max);
}

void queue_release(struct queue *q)
{
	buf_release(&q->buf);
	q->head = 0;
}

struct str queue_str(const struct queue *q)
{
	return str_from(buf_str(&q->buf), q->head);
}

bool queue_add(struct queue *q, struct str s)
{
	size_t len = queue_len(q);

	if (s.n == 0)
		return true;
	if (s.n > q->max || len > q->max - s.n)
		return false;
	if (q->buf.len + s.n >= q->buf.cap && q->head >= len) {
		buf_consume(&q->buf, q->head);
		q->head = 0;
	}
	buf_add(&q->buf, s);
	if (!q->buf.over)
		return true;
	q->buf.over = false;
	return false;
}

void queue_drop(struct queue *q, size_t n)
{
	ENSURE(n <= queue_len(q));
	q->head += n;
	if (q->head == q->buf.len)
		queue_clear(q);
}

void queue_clear(struct queue *q)
{
	q->head = 0;
	buf_reset(&q->buf);
	if (q->buf.cap > KEEP)
		buf_release(&q->buf);
}
