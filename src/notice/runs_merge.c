#include "notice/runs_private.h"

#include <errno.h>
#include <unistd.h>

#define WRITE_SIZE (512 * KiB)

/* ---- writing */

int run_writer_flush(struct run_writer *w, struct err *e)
{
	size_t done = 0;

	while (done < w->n) {
		ssize_t n = pwrite(
		    w->fd, w->p + done, w->n - done, (off_t)(w->at + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_sys(e, n < 0 ? errno : ENOSPC,
			    "could not write the sorted rows");
		done += (size_t)n;
	}
	w->at += w->n;
	w->n = 0;
	return 0;
}

int run_writer_add(
    struct run_writer *w, uint64_t key, struct str bytes, struct err *e)
{
	uint32_t len = (uint32_t)bytes.n;
	int r = 0;

	if (!w->p)
		w->p = mem_alloc(WRITE_SIZE + RUN_HEAD + RUNS_RECORD);
	if (w->n >= WRITE_SIZE)
		r = run_writer_flush(w, e);
	if (r < 0)
		return r;
	memcpy(w->p + w->n, &key, 8);
	memcpy(w->p + w->n + 8, &len, 4);
	if (bytes.n)
		memcpy(w->p + w->n + RUN_HEAD, bytes.p, bytes.n);
	w->n += RUN_HEAD + bytes.n;
	return 0;
}

/* ---- reading */

/* At least `want` bytes at p + at, if the run holds them. */
static int fill(struct run_reader *r, size_t want, struct err *e)
{
	if (r->n - r->at >= want)
		return 0;
	if (r->at)
		memmove(r->p, r->p + r->at, r->n - r->at);
	r->n -= r->at;
	r->at = 0;
	if (want > r->cap) {
		r->cap = want > RUN_WINDOW ? want : RUN_WINDOW;
		r->p = mem_realloc(r->p, r->cap);
	}
	while (r->n < want && r->from < r->to) {
		size_t room = r->cap - r->n;
		ssize_t n;

		if (room > r->to - r->from)
			room = (size_t)(r->to - r->from);
		n = pread(r->fd, r->p + r->n, room, (off_t)r->from);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_sys(e, n < 0 ? errno : EIO,
			    "could not read the sorted rows back");
		r->n += (size_t)n;
		r->from += (uint64_t)n;
	}
	return 0;
}

/* 1: key and bytes are the next record; 0: the end. */
static int read_one(struct run_reader *r, struct err *e)
{
	uint32_t len;
	int rc = fill(r, RUN_HEAD, e);

	if (rc < 0 || r->n - r->at < RUN_HEAD)
		return rc;
	memcpy(&r->key, r->p + r->at, 8);
	memcpy(&len, r->p + r->at + 8, 4);
	if (len > RUNS_RECORD)
		return err_set(e, ERR_SYS, "the sorted rows are damaged");
	rc = fill(r, RUN_HEAD + len, e);
	if (rc < 0)
		return rc;
	if (r->n - r->at < RUN_HEAD + len)
		return err_set(e, ERR_SYS, "the sorted rows are cut off");
	r->bytes = str_make(r->p + r->at + RUN_HEAD, len);
	r->at += RUN_HEAD + len;
	return 1;
}

static bool before(const struct run_reader *a, const struct run_reader *b)
{
	return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static void sift(struct run_merge *m, size_t i)
{
	struct run_reader *x = m->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= m->left)
			break;
		if (child + 1 < m->left &&
		    before(m->heap[child + 1], m->heap[child]))
			child++;
		if (!before(m->heap[child], x))
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = x;
}

void run_merge_begin(
    struct run_merge *m, int fd, const struct run *run, size_t count)
{
	*m = (struct run_merge){.count = count};
	m->reader = mem_zalloc((count + 1) * sizeof(*m->reader));
	m->heap = mem_zalloc((count + 1) * sizeof(struct run_reader *));
	for (size_t i = 0; i < count; i++)
		m->reader[i] = (struct run_reader){
		    .fd = fd, .from = run[i].from, .to = run[i].to, .order = i};
}

static int begin_reading(struct run_merge *m, struct err *e)
{
	for (size_t i = 0; i < m->count; i++) {
		int r = read_one(&m->reader[i], e);

		if (r < 0)
			return r;
		if (r > 0)
			m->heap[m->left++] = &m->reader[i];
	}
	for (size_t i = m->left / 2; i-- > 0;)
		sift(m, i);
	m->begun = true;
	return 0;
}

/* The record handed out stays in its window until it is asked for more. */
static int step(struct run_merge *m, struct err *e)
{
	int r = read_one(m->heap[0], e);

	if (r == 0)
		m->heap[0] = m->heap[--m->left];
	if (r >= 0 && m->left)
		sift(m, 0);
	return r < 0 ? r : 0;
}

int run_merge_next(struct run_merge *m, uint64_t *ret_key,
    struct str *ret_bytes, struct err *e)
{
	int r = m->begun ? (m->left ? step(m, e) : 0) : begin_reading(m, e);

	if (r < 0 || !m->left)
		return r;
	*ret_key = m->heap[0]->key;
	*ret_bytes = m->heap[0]->bytes;
	return 1;
}

void run_merge_release(struct run_merge *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->reader[i].p);
	free(m->reader);
	free(m->heap);
	*m = (struct run_merge){0};
}
