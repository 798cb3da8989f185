#include "cli/sink.h"
#include "sim/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

/* After the last mail counted: how often, how long to look for its answer. */
#define DRAIN_EVERY (10 * USEC_PER_MSEC)
#define DRAIN_FOR   (5 * USEC_PER_SEC)

struct worker {
	struct sink *sink;
	struct loop *loop;
	struct network *net;
	struct provider *provider;
	struct maildir *maildir;
	struct loop_wake wake;
	struct loop_timer drain;
	usec_t drain_until;
	struct buf lines; /* of the log, not yet written */
	struct err error;
	pthread_t thread;
	bool has_wake, has_thread;
};

struct sink {
	struct sink_options options;
	struct tls_context *tls;
	int log;
	atomic_uint_fast64_t accepted;
	atomic_bool stop, full;
	size_t count;
	struct worker workers[SINK_WORKERS];
};

/* ---- mails */

static void wake_all(struct sink *s)
{
	for (size_t i = 0; i < s->count; i++)
		loop_wake_signal(&s->workers[i].wake);
}

static void log_mail(struct worker *w, const struct provider_mail *m)
{
	struct str rest = m->recipients;
	char time[CLOCK_ISO_SIZE];

	clock_iso(clock_wall(&clock_system), time);
	while (rest.p) {
		struct str rcpt = str_cut(&rest, '\n');

		buf_addf(&w->lines, "%s <%.*s> <%.*s> %llu\n", time,
		    STR_ARG(m->sender), STR_ARG(rcpt),
		    (unsigned long long)m->size);
	}
}

static bool on_accepted(const struct provider_mail *m, void *arg)
{
	struct worker *w = arg;
	struct sink *s = w->sink;

	if (w->maildir && maildir_add(w->maildir, m->content, &w->error) < 0)
		return false;
	if (s->log >= 0)
		log_mail(w, m);
	if (atomic_fetch_add(&s->accepted, 1) + 1 == s->options.count) {
		atomic_store(&s->full, true);
		wake_all(s);
	}
	return true;
}

/* One write, so that lines of several workers do not mix. */
static bool on_commit(void *arg)
{
	struct worker *w = arg;
	int fd = w->sink->log;
	ssize_t n = write(fd, w->lines.p, w->lines.len);
	bool ok =
	    !w->lines.over && n == (ssize_t)w->lines.len && fdatasync(fd) == 0;

	if (!ok) /* what was written short found no space */
		err_sys(&w->error,
		    n >= 0 && n < (ssize_t)w->lines.len ? ENOSPC : errno, "%s",
		    w->sink->options.log);
	buf_reset(&w->lines);
	return ok;
}

/* ---- workers */

static void on_drain(void *arg)
{
	struct worker *w = arg;

	if (provider_counts(w->provider)->open == 0 ||
	    loop_now(w->loop) >= w->drain_until)
		loop_stop(w->loop);
	else
		loop_timer_start(&w->drain, DRAIN_EVERY);
}

static void on_wake(void *arg)
{
	struct worker *w = arg;

	if (atomic_load(&w->sink->stop)) {
		loop_stop(w->loop);
	} else if (atomic_load(&w->sink->full) && !w->drain.active) {
		w->drain_until = loop_now(w->loop) + DRAIN_FOR +
				 w->sink->options.config.dot_latency;
		loop_timer_start(&w->drain, 0);
	}
}

static int worker_open(
    struct worker *w, struct sink *s, struct endpoint *at, struct err *e)
{
	struct sink_options *o = &s->options;
	struct provider_handler h = {.accepted = on_accepted};
	int rc;

	w->sink = s;
	buf_init(&w->lines, 16 * MiB);
	w->loop = loop_event_new(e);
	if (!w->loop)
		return e->code;
	w->net = network_socket_new(w->loop);
	loop_timer_init(&w->drain, w->loop, on_drain, w);
	rc = loop_wake_init(&w->wake, w->loop, on_wake, w, e);
	if (rc < 0)
		return rc;
	w->has_wake = true;
	loop_wake_hold(&w->wake, true);
	if (o->workers > 1)
		network_socket_share(w->net);
	if (o->maildir) {
		rc = maildir_open(
		    o->maildir, (unsigned)(w - s->workers), &w->maildir, e);
		if (rc < 0)
			return rc;
	}
	if (s->log >= 0)
		h.commit = on_commit;
	w->provider = provider_new(w->net, at, &o->config, &h, w, e);
	if (!w->provider)
		return e->code;
	provider_endpoint(w->provider, at);
	return 0;
}

static void worker_close(struct worker *w)
{
	provider_free(w->provider);
	maildir_close(w->maildir);
	if (w->loop)
		loop_timer_release(&w->drain);
	if (w->has_wake)
		loop_wake_release(&w->wake);
	network_free(w->net);
	loop_free(w->loop);
	buf_release(&w->lines);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;

	loop_run(w->loop);
	return NULL;
}

/* ---- the sink */

static int open_tls(struct sink *s, struct err *e)
{
	struct sink_options *o = &s->options;
	char ip[ENDPOINT_TEXT];
	int rc;

	if (!o->tls)
		return 0;
	if (o->cert)
		rc = tls_server_new(o->cert, o->key, &s->tls, e);
	else
		rc = tls_server_self_made(
		    endpoint_ip(&o->at, ip), o->cert_out, &s->tls, e);
	o->config.tls = s->tls;
	o->config.tls_implicit = o->implicit;
	return rc;
}

static int open_log(struct sink *s, struct err *e)
{
	const char *path = s->options.log;

	if (!path)
		return 0;
	s->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	return s->log < 0 ? err_sys(e, errno, "%s", path) : 0;
}

int sink_open(const struct sink_options *o, struct sink **ret, struct err *e)
{
	struct sink *s = mem_zalloc(sizeof(*s));
	struct endpoint at = o->at;
	int rc;

	s->options = *o;
	s->options.config.discard_content = !o->maildir;
	s->log = -1;
	rc = open_tls(s, e);
	if (rc == 0)
		rc = open_log(s, e);
	while (rc == 0 && s->count < o->workers)
		rc = worker_open(&s->workers[s->count++], s, &at, e);
	if (rc < 0)
		sink_close(s);
	else
		*ret = s;
	return rc;
}

void sink_endpoint(struct sink *s, struct endpoint *ret)
{
	provider_endpoint(s->workers[0].provider, ret);
}

/* Signals come to the thread that called sink_serve(). */
static int start_threads(struct sink *s, struct err *e)
{
	sigset_t all, was;
	int rc = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &was);
	for (size_t i = 1; i < s->count && rc == 0; i++) {
		struct worker *w = &s->workers[i];

		rc = pthread_create(&w->thread, NULL, worker_main, w);
		w->has_thread = rc == 0;
	}
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return rc ? err_sys(e, rc, "cannot start a worker") : 0;
}

static void add(struct provider_counts *to, const struct provider_counts *n)
{
	to->connections += n->connections;
	to->tls += n->tls;
	to->accepted += n->accepted;
	to->recipients += n->recipients;
	to->rejected += n->rejected;
	to->deferred += n->deferred;
	to->turned_away += n->turned_away;
	to->bytes += n->bytes;
}

void sink_serve(
    struct sink *s, struct provider_counts *ret_counts, struct err *e)
{
	*ret_counts = (struct provider_counts){0};
	if (start_threads(s, e) < 0)
		sink_stop(s);
	else
		loop_run(s->workers[0].loop);
	for (size_t i = 0; i < s->count; i++) {
		struct worker *w = &s->workers[i];

		if (w->has_thread)
			pthread_join(w->thread, NULL);
		w->has_thread = false;
		add(ret_counts, provider_counts(w->provider));
		if (w->error.code && !e->code)
			*e = w->error;
	}
}

void sink_stop(struct sink *s)
{
	atomic_store(&s->stop, true);
	wake_all(s);
}

void sink_close(struct sink *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		worker_close(&s->workers[i]);
	tls_context_free(s->tls);
	if (s->log >= 0)
		close(s->log);
	free(s);
}
