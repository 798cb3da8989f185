#include "notice/runs_private.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#define BATCH  (8 * MiB)
#define FAN_IN 64u

struct entry {
	uint64_t key;
	uint32_t at, n; /* in the batch's bytes; `at` tells the order */
};

struct batch {
	char *p;
	size_t n, cap;
	struct entry *entry;
	size_t count, entry_cap;
};

struct runs {
	char *dir;
	size_t batch_size;
	unsigned fan_in;
	int fd;
	struct batch batch[2];
	unsigned filling;
	/* the thread that sorts and writes */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool started, busy, stop;
	struct err failed;
	/* its own, until it has ended */
	struct run *run;
	size_t runs;
	struct run_writer out;
	/* reading */
	bool in_memory;
	size_t next;
	struct run_merge merge;
};

struct runs *runs_new(const struct runs_options *o)
{
	struct runs *r = mem_zalloc(sizeof(*r));
	struct buf path = BUF_INIT(64 * KiB);

	r->dir = mem_strdup(o->dir);
	r->batch_size = o->batch ? o->batch : BATCH;
	r->fan_in = o->fan_in ? o->fan_in : FAN_IN;
	r->fd = -1;
	ENSURE(r->batch_size <= UINT32_MAX - RUNS_RECORD && r->fan_in >= 2);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	buf_addf(&path, "%s/%s", o->dir, RUNS_FILE);
	unlink(buf_cstr(&path)); /* of one that was killed */
	buf_release(&path);
	return r;
}

static int open_file(struct runs *r, struct err *e)
{
	struct buf path = BUF_INIT(64 * KiB);
	int rc = 0;

	r->fd = open(r->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (r->fd < 0) {
		buf_addf(&path, "%s/%s", r->dir, RUNS_FILE);
		r->fd = open(buf_cstr(&path),
		    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (r->fd < 0)
			rc = err_sys(
			    e, errno, "could not create %s", buf_cstr(&path));
		else
			unlink(buf_cstr(&path));
		buf_release(&path);
	}
	r->out.fd = r->fd;
	return rc;
}

/* ---- sorting and writing, in the thread */

static int by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static void sort_batch(struct batch *b)
{
	if (b->count)
		qsort(b->entry, b->count, sizeof(*b->entry), by_key);
}

static void push_run(struct runs *r, uint64_t from, unsigned level)
{
	r->run = mem_realloc(r->run, (r->runs + 1) * sizeof(*r->run));
	r->run[r->runs++] =
	    (struct run){.from = from, .to = r->out.at, .level = level};
}

/* Merges the last `count` runs into one; their space is given back. */
static int collapse(struct runs *r, size_t count, struct err *e)
{
	struct run *first = &r->run[r->runs - count];
	uint64_t from = first->from, end = r->out.at, key;
	unsigned level = first->level + 1;
	struct run_merge m;
	struct str bytes;
	int rc;

	run_merge_begin(&m, r->fd, first, count);
	while ((rc = run_merge_next(&m, &key, &bytes, e)) > 0) {
		rc = run_writer_add(&r->out, key, bytes, e);
		if (rc < 0)
			break;
	}
	if (rc == 0)
		rc = run_writer_flush(&r->out, e);
	run_merge_release(&m);
	if (rc < 0)
		return rc;
	r->runs -= count;
	push_run(r, end, level);
	/* a courtesy: where it is not supported the space stays taken */
	fallocate(r->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    (off_t)from, (off_t)(end - from));
	return 0;
}

static int write_batch(struct runs *r, struct batch *b, struct err *e)
{
	uint64_t from = r->out.at;
	int rc = 0;

	sort_batch(b);
	for (size_t i = 0; i < b->count && rc == 0; i++)
		rc = run_writer_add(&r->out, b->entry[i].key,
		    str_make(b->p + b->entry[i].at, b->entry[i].n), e);
	if (rc == 0)
		rc = run_writer_flush(&r->out, e);
	if (rc == 0)
		push_run(r, from, 0);
	b->n = b->count = 0;
	while (rc == 0) {
		size_t same = 1;

		while (same < r->runs && r->run[r->runs - 1 - same].level ==
					     r->run[r->runs - 1].level)
			same++;
		if (same < r->fan_in)
			break;
		rc = collapse(r, same, e);
	}
	return rc;
}

static void *work(void *arg)
{
	struct runs *r = arg;
	struct err e = {0};

	pthread_mutex_lock(&r->lock);
	for (;;) {
		int rc;

		while (!r->busy && !r->stop)
			pthread_cond_wait(&r->changed, &r->lock);
		if (!r->busy)
			break;
		pthread_mutex_unlock(&r->lock);
		rc = write_batch(r, &r->batch[!r->filling], &e);
		pthread_mutex_lock(&r->lock);
		if (rc < 0)
			r->failed = e;
		r->busy = false;
		pthread_cond_signal(&r->changed);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

static int start_thread(struct runs *r, struct err *e)
{
	int rc = open_file(r, e), sys;

	if (rc < 0)
		return rc;
	sys = pthread_create(&r->thread, NULL, work, r);
	if (sys)
		return err_sys(e, sys, "could not start a thread");
	r->started = true;
	return 0;
}

static void stop_thread(struct runs *r)
{
	if (!r->started)
		return;
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	r->started = false;
}

/* Gives the full batch to the thread and takes the other one. */
static int hand_over(struct runs *r, struct err *e)
{
	int rc = r->started ? 0 : start_thread(r, e);

	if (rc < 0)
		return rc;
	pthread_mutex_lock(&r->lock);
	while (r->busy)
		pthread_cond_wait(&r->changed, &r->lock);
	if (r->failed.code) {
		rc = r->failed.code;
		*e = r->failed;
	} else {
		r->filling = !r->filling;
		r->busy = true;
		pthread_cond_signal(&r->changed);
	}
	pthread_mutex_unlock(&r->lock);
	return rc;
}

/* ---- adding */

static void grow(struct batch *b, size_t n, size_t size)
{
	if (b->count == b->entry_cap) {
		b->entry_cap = b->entry_cap ? b->entry_cap * 2 : 1024;
		b->entry =
		    mem_realloc(b->entry, b->entry_cap * sizeof(*b->entry));
	}
	if (b->n + n > b->cap) {
		b->cap = b->cap ? b->cap * 2 : 64 * KiB;
		if (b->cap > size + RUNS_RECORD)
			b->cap = size + RUNS_RECORD;
		if (b->cap < b->n + n)
			b->cap = b->n + n;
		b->p = mem_realloc(b->p, b->cap);
	}
}

int runs_add(struct runs *r, uint64_t key, struct str bytes, struct err *e)
{
	struct batch *b = &r->batch[r->filling];

	ENSURE(bytes.n <= RUNS_RECORD);
	if (b->n + b->count * sizeof(*b->entry) >= r->batch_size) {
		int rc = hand_over(r, e);

		if (rc < 0)
			return rc;
		b = &r->batch[r->filling];
	}
	if (b->count == b->entry_cap || b->n + bytes.n > b->cap)
		grow(b, bytes.n, r->batch_size);
	b->entry[b->count++] =
	    (struct entry){key, (uint32_t)b->n, (uint32_t)bytes.n};
	if (bytes.n)
		memcpy(b->p + b->n, bytes.p, bytes.n);
	b->n += bytes.n;
	return 0;
}

static void release_batch(struct batch *b)
{
	free(b->p);
	free(b->entry);
	*b = (struct batch){0};
}

int runs_finish(struct runs *r, struct err *e)
{
	int rc = 0;

	if (!r->started) {
		r->in_memory = true;
		sort_batch(&r->batch[r->filling]);
		return 0;
	}
	if (r->batch[r->filling].count)
		rc = hand_over(r, e);
	stop_thread(r);
	if (rc == 0 && r->failed.code) {
		*e = r->failed;
		rc = r->failed.code;
	}
	release_batch(&r->batch[0]);
	release_batch(&r->batch[1]);
	free(r->out.p);
	r->out.p = NULL;
	if (rc == 0)
		run_merge_begin(&r->merge, r->fd, r->run, r->runs);
	return rc;
}

int runs_next(
    struct runs *r, uint64_t *ret_key, struct str *ret_bytes, struct err *e)
{
	struct batch *b = &r->batch[r->filling];

	if (!r->in_memory)
		return run_merge_next(&r->merge, ret_key, ret_bytes, e);
	if (r->next == b->count)
		return 0;
	*ret_key = b->entry[r->next].key;
	*ret_bytes = str_make(b->p + b->entry[r->next].at, b->entry[r->next].n);
	r->next++;
	return 1;
}

void runs_free(struct runs *r)
{
	if (!r)
		return;
	stop_thread(r);
	release_batch(&r->batch[0]);
	release_batch(&r->batch[1]);
	run_merge_release(&r->merge);
	if (r->fd >= 0)
		close(r->fd);
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->changed);
	free(r->out.p);
	free(r->run);
	free(r->dir);
	free(r);
}
