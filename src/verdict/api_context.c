#include "base/limits.h"
#include "base/mem.h"
#include "verdict/api.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* ---- lists; all under the lock */

static void list_init(struct check_list *l)
{
	l->first = NULL;
	l->tail = &l->first;
}

static void list_add(struct check_list *l, struct tocsin_check *k)
{
	k->in = l;
	k->next = NULL;
	k->prev = l->tail;
	*l->tail = k;
	l->tail = &k->next;
}

static void list_take(struct tocsin_check *k)
{
	*k->prev = k->next;
	if (k->next)
		k->next->prev = k->prev;
	else
		k->in->tail = k->prev;
	k->in = NULL;
}

static void check_free(struct tocsin_check *k)
{
	auth_report_free(k->report);
	free(k->result);
	free(k->copy);
	free(k);
}

/* ---- the context's thread */

static void on_report(struct auth_report *r, void *arg)
{
	struct tocsin_check *k = arg;
	struct tocsin_context *c = k->context;

	pthread_mutex_lock(&c->lock);
	k->check = NULL;
	k->report = r;
	k->finished = true;
	if (!k->cancelled) {
		list_take(k);
		if (k->waited_for) {
			pthread_cond_broadcast(&c->finished);
		} else {
			list_add(&c->done, k);
			eventfd_write(c->fd, 1);
		}
	}
	pthread_mutex_unlock(&c->lock);
}

/* Outside the lock: only this thread looks at `check`, and a check that is
 * cancelled meanwhile comes round again. */
static void begin_or_cancel(struct tocsin_check *k, bool cancelled)
{
	if (!cancelled) {
		k->check = auth_verify_start(
		    k->context->verifier, &k->request, on_report, k);
		if (!k->check)
			on_report(NULL, k);
		return;
	}
	if (k->check)
		auth_verify_cancel(k->check);
	check_free(k);
}

static struct tocsin_check *next_asked(
    struct tocsin_context *c, bool *ret_cancelled)
{
	struct tocsin_check *k;

	pthread_mutex_lock(&c->lock);
	k = c->asked.first;
	if (k) {
		list_take(k);
		*ret_cancelled = k->cancelled;
		if (!k->cancelled)
			list_add(&c->running, k);
	}
	if (c->stop)
		loop_stop(c->loop);
	pthread_mutex_unlock(&c->lock);
	return k;
}

static void on_wake(void *arg)
{
	struct tocsin_context *c = arg;
	struct tocsin_check *k;
	bool cancelled;

	while ((k = next_asked(c, &cancelled)))
		begin_or_cancel(k, cancelled);
}

static void *run(void *arg)
{
	struct tocsin_context *c = arg;

	loop_run(c->loop);
	return NULL;
}

/* ---- life */

static void drop_list(struct check_list *l)
{
	while (l->first) {
		struct tocsin_check *k = l->first;

		list_take(k);
		if (k->check)
			auth_verify_cancel(k->check);
		check_free(k);
	}
}

static void release(struct tocsin_context *c)
{
	drop_list(&c->asked);
	drop_list(&c->running);
	drop_list(&c->done);
	auth_verifier_free(c->verifier);
	dns_free(c->dns);
	if (c->wake.impl)
		loop_wake_release(&c->wake);
	if (c->loop)
		loop_free(c->loop);
	psl_close(c->psl);
	if (c->fd >= 0)
		close(c->fd);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->finished);
	free(c->receiver);
	free(c);
}

static int start_thread(struct tocsin_context *c, struct err *e)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&c->thread, NULL, run, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc ? err_sys(e, rc, "the thread of the context") : 0;
}

static int open_world(
    struct tocsin_context *c, const struct tocsin_options *o, struct err *e)
{
	unsigned long failures = mem_failures();
	int rc;

	c->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->fd < 0)
		return err_sys(e, errno, "the descriptor of the context");
	c->loop = loop_event_new(e);
	if (!c->loop)
		return e->code;
	if (o->zone_file)
		rc = dns_zone_load(c->loop, o->zone_file, &c->dns, e);
	else
		rc = dns_unbound_new(
		    c->loop, str_of(o->resolver), o->trust_anchor, &c->dns, e);
	if (rc < 0)
		return rc;
	rc = loop_wake_init(&c->wake, c->loop, on_wake, c, e);
	if (rc < 0)
		return rc;
	loop_wake_hold(&c->wake, true);
	c->verifier = auth_verifier_new(c->loop, c->dns);
	if (o->rfc7489)
		c->psl = psl_open();
	if (o->receiver)
		c->receiver = mem_try_strdup(o->receiver);
	if (mem_failures() != failures)
		return err_set(e, ERR_NOMEM, "there is no memory");
	return start_thread(c, e);
}

static int read_options(const struct tocsin_options *o,
    struct tocsin_options *ret, struct tocsin_error *e)
{
	*ret = (struct tocsin_options){.size = sizeof(*ret)};
	if (!o)
		return 0;
	if (o->size < sizeof(o->size) || o->size > KiB)
		return api_fail_with(e, TOCSIN_ERR_INPUT,
		    "the options have no size: set .size = sizeof(struct "
		    "tocsin_options)");
	memcpy(ret, o, o->size < sizeof(*ret) ? o->size : sizeof(*ret));
	if (ret->timeout_ms < 0)
		return api_fail_with(
		    e, TOCSIN_ERR_INPUT, "timeout_ms is negative");
	return 0;
}

int tocsin_context_new(const struct tocsin_options *given,
    struct tocsin_context **ret, struct tocsin_error *e)
{
	struct tocsin_context *c;
	struct tocsin_options o;
	struct err why = {0};
	int rc = read_options(given, &o, e);

	*ret = NULL;
	if (rc < 0)
		return rc;
	c = mem_try_zalloc(sizeof(*c));
	if (!c)
		return api_no_memory(e);
	c->fd = -1;
	c->time = o.timeout_ms * USEC_PER_MSEC;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->finished, NULL);
	list_init(&c->asked);
	list_init(&c->running);
	list_init(&c->done);
	if (open_world(c, &o, &why) < 0) {
		release(c);
		return api_fail(e, &why);
	}
	*ret = c;
	return 0;
}

void tocsin_context_free(struct tocsin_context *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_mutex_unlock(&c->lock);
	loop_wake_signal(&c->wake);
	pthread_join(c->thread, NULL);
	release(c);
}

int tocsin_context_fd(const struct tocsin_context *c)
{
	return c->fd;
}

/* ---- the caller's side */

static void ask(struct tocsin_context *c, struct tocsin_check *k)
{
	pthread_mutex_lock(&c->lock);
	list_add(&c->asked, k);
	pthread_mutex_unlock(&c->lock);
	loop_wake_signal(&c->wake);
}

static struct str put(char **to, const void *from, size_t n)
{
	struct str s = {*to, n};

	if (n)
		memcpy(*to, from, n);
	*to += n;
	return s;
}

static void copy_request(struct tocsin_check *k, char *to)
{
	struct auth_request *r = &k->request;
	bool known = r->facts.mail_from.p != NULL;

	r->message = put(&to, r->message.p, r->message.n);
	r->facts.helo = put(&to, r->facts.helo.p, r->facts.helo.n);
	r->facts.mail_from =
	    put(&to, r->facts.mail_from.p, r->facts.mail_from.n);
	if (!known)
		r->facts.mail_from = STR_NONE;
}

static int make_check(struct tocsin_context *c, struct str message,
    const struct tocsin_facts *f, int64_t at, struct tocsin_check **ret,
    struct tocsin_error *e)
{
	struct tocsin_check *k;
	struct auth_request r = {.message = message,
	    .at = at,
	    .psl = c->psl,
	    .budget.time = c->time};

	if (message.n > LIMIT_MESSAGE_FILE)
		return api_fail_with(e, TOCSIN_ERR_LIMIT,
		    "the message is larger than %lu MiB",
		    LIMIT_MESSAGE_FILE / MiB);
	if (at < -API_AT_MAX || at > API_AT_MAX)
		return api_fail_with(
		    e, TOCSIN_ERR_INPUT, "`at` is not a time of this era");
	if (f && f->ip && !endpoint_parse_ip(str_of(f->ip), 0, &r.facts.ip))
		return api_fail_with(
		    e, TOCSIN_ERR_INPUT, "%.100s: is not an IP address", f->ip);
	r.facts.receiver = str_of(c->receiver);
	if (f) {
		r.facts.helo = str_sub(str_of(f->helo), 0, LIMIT_SPF_IDENTITY);
		r.facts.mail_from = str_of(f->mail_from);
	}
	if (r.facts.mail_from.n > LIMIT_SPF_IDENTITY)
		return api_fail_with(
		    e, TOCSIN_ERR_LIMIT, "MAIL FROM is too long");
	k = mem_try_zalloc(sizeof(*k));
	if (!k || !(k->result = mem_try_zalloc(sizeof(*k->result)))) {
		free(k);
		return api_no_memory(e);
	}
	k->context = c;
	k->request = r;
	*ret = k;
	return 0;
}

int tocsin_verify_start(struct tocsin_context *c, const void *message,
    size_t size, const struct tocsin_facts *f, int64_t at, tocsin_verify_fn *fn,
    void *arg, struct tocsin_check **ret, struct tocsin_error *e)
{
	struct tocsin_check *k;
	const struct auth_facts *own;
	int rc = make_check(c, str_make(message, size), f, at, &k, e);

	if (rc < 0)
		return rc;
	own = &k->request.facts;
	k->copy = mem_try_alloc(size + own->helo.n + own->mail_from.n + 1);
	if (!k->copy) {
		check_free(k);
		return api_fail_with(e, TOCSIN_ERR_NOMEM,
		    "no memory for a message of %zu bytes", size);
	}
	copy_request(k, k->copy);
	k->fn = fn;
	k->arg = arg;
	if (ret)
		*ret = k;
	ask(c, k);
	return 0;
}

void tocsin_verify_cancel(struct tocsin_check *k)
{
	struct tocsin_context *c = k->context;
	bool over;

	pthread_mutex_lock(&c->lock);
	over = k->finished;
	list_take(k);
	if (!over) {
		k->cancelled = true;
		list_add(&c->asked, k);
	}
	pthread_mutex_unlock(&c->lock);
	if (over)
		check_free(k);
	else
		loop_wake_signal(&c->wake);
}

/* The result takes the report over. */
static struct tocsin_result *take_result(struct tocsin_check *k)
{
	struct tocsin_result *r = k->result;

	if (!k->report)
		auth_forget_all(&r->lost);
	r->report = k->report ? k->report : &r->lost;
	k->report = NULL;
	k->result = NULL;
	return r;
}

int tocsin_context_process(struct tocsin_context *c)
{
	struct tocsin_check *k;
	eventfd_t seen;
	int n = 0;

	eventfd_read(c->fd, &seen);
	for (;; n++) {
		struct tocsin_result *r;

		pthread_mutex_lock(&c->lock);
		k = c->done.first;
		if (k)
			list_take(k);
		pthread_mutex_unlock(&c->lock);
		if (!k)
			return n;
		r = take_result(k);
		k->fn(r, k->arg);
		check_free(k);
	}
}

int tocsin_verify_sync(struct tocsin_context *c, const void *message,
    size_t size, const struct tocsin_facts *f, int64_t at,
    struct tocsin_result **ret, struct tocsin_error *e)
{
	struct tocsin_check *k;
	int rc = make_check(c, str_make(message, size), f, at, &k, e);

	*ret = NULL;
	if (rc < 0)
		return rc;
	k->waited_for = true;
	ask(c, k);
	pthread_mutex_lock(&c->lock);
	while (!k->finished)
		pthread_cond_wait(&c->finished, &c->lock);
	pthread_mutex_unlock(&c->lock);
	*ret = take_result(k);
	check_free(k);
	return 0;
}
