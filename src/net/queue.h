/* queue: bytes that come in at the end and leave at the front.  Dropping from
 * the front is cheap; the rest is moved only when it is smaller than what was
 * dropped, so no pattern of use costs more than linear time.
 */
#pragma once

#include "base/buf.h"

struct queue {
	struct buf buf;
	size_t head; /* first byte that counts */
	size_t max;
};

void queue_init(struct queue *q, size_t max);
void queue_release(struct queue *q);
static inline size_t queue_len(const struct queue *q)
{
	return q->buf.len - q->head;
}
struct str queue_str(const struct queue *q);
/* False: more than `max` or no memory; nothing was added. */
bool queue_add(struct queue *q, struct str s);
void queue_drop(struct queue *q, size_t n);
void queue_clear(struct queue *q);
