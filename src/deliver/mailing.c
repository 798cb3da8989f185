#include "deliver/mailing.h"
#include "base/log.h"
#include "base/rand.h"
#include "deliver/mailing_private.h"

#include <errno.h>
#include <unistd.h>

static const char *dir_of(const struct mailing *m, struct arena *a)
{
	return arena_strz(a, m->notice->dir);
}

/* ---- one worker */
static void on_finished(struct engine *g, const struct err *why, void *arg)
{
	struct worker *w = arg;

	(void)g;
	if (why)
		w->why = *why;
	loop_wake_hold(&w->stop, false);
	loop_stop(w->loop);
}

static void on_stop(void *arg)
{
	struct worker *w = arg;

	engine_stop(w->engine);
}

/* TOCSIN_TRACE=smtp: every line on the wire, addresses and all. */
static void trace_wire(const char *lane, char dir, struct str bytes, void *arg)
{
	struct str rest = bytes;

	(void)arg;
	while (rest.p && rest.n) {
		struct str line = str_trim(str_cut(&rest, '\n'));

		log_line(LOG_TRACE, lane, "%c %.*s", dir, STR_ARG(line));
	}
}

static struct engine_config engine_settings(struct worker *w)
{
	const struct mailing *m = w->mailing;
	const struct notice *n = m->notice;
	const struct relay_profile *p = m->profile;
	unsigned connections =
	    m->o.connections ? m->o.connections : p->connections;
	struct engine_config c = {
	    .loop = w->loop,
	    .network = w->network,
	    .dns = w->dns,
	    .tls = w->tls,
	    .store = w->store,
	    .journal = m->journal,
	    .port = w->port,
	    .composer = w->composer,
	    .policy = m->policy,
	    .helo = m->helo,
	    .source = m->source,
	    .relay = m->relay,
	    .relay_to_count = m->relay_to_count,
	    .relay_name = m->relay_host,
	    .profile = p,
	    .auth_user = n->relay_user,
	    .auth_secret = buf_str(&m->auth_secret),
	    .tls_mode = SMTP_TLS_OPPORTUNISTIC,
	    .connections =
		(connections + m->workers - 1 - w->number) / m->workers,
	    .per_connection = m->relay ? p->per_connection : 100,
	    .per_second = m->relay ? p->per_minute / 60.0 / m->workers : 0,
	    .part = w->number,
	    .parts = m->workers,
	    .epoch = m->lease.epoch,
	    .gate = m->o.gate,
	    .notice = n,
	    .people = w->people,
	    .wave = &w->mailing->wave,
	    .figures = &w->figures,
	    .finished = on_finished,
	    .arg = w,
	};

	memcpy(c.relay_to, m->relay_to, sizeof(c.relay_to));
	rand_bytes(&c.seed, sizeof(c.seed));
	if (m->implicit_tls)
		c.tls_mode = SMTP_TLS_IMPLICIT;
	else if (n->tls == NOTICE_TLS_REQUIRED || m->auth_secret.len)
		c.tls_mode = SMTP_TLS_REQUIRED;
	if (log_traced("smtp"))
		c.trace = trace_wire;
	c.tls_verify = m->auth_secret.len > 0;
	if (str_eq(p->auth, S("plain")))
		c.auth = SMTP_AUTH_PLAIN;
	else if (str_eq(p->auth, S("login")))
		c.auth = SMTP_AUTH_LOGIN;
	else if (str_eq(p->auth, S("xoauth2")))
		c.auth = SMTP_AUTH_XOAUTH2;
	return c;
}

static int worker_dns(struct worker *w, struct err *e)
{
	const struct mailing *m = w->mailing;
	char *anchor;
	int rc;

	if (m->relay)
		return 0;
	if (m->o.zone)
		return dns_zone_load(w->loop, m->o.zone, &w->dns, e);
	anchor = str_dup(m->notice->trust_anchor);
	rc = dns_unbound_new(w->loop, m->notice->resolver, anchor, &w->dns, e);
	free(anchor);
	return rc;
}

static int worker_open(struct worker *w, struct err *e)
{
	struct mailing *m = w->mailing;
	struct arena a = ARENA_INIT(64 * KiB);
	const char *dir = dir_of(m, &a), *ca = NULL;
	struct composer_config cc;
	struct engine_config ec;
	int rc;

	if (m->notice->tls_ca_file.n)
		ca = notice_path(m->notice, m->notice->tls_ca_file, &a);
	w->loop = loop_event_new(e);
	if (!w->loop) {
		rc = e->code;
		goto out;
	}
	w->network = network_socket_new(w->loop);
	if ((rc = worker_dns(w, e)) < 0 ||
	    (rc = tls_client_new(ca, &w->tls, e)) < 0 ||
	    (rc = store_open(dir, STORE_READ, &w->store, e)) < 0 ||
	    (rc = people_open(dir, &w->people, e)) < 0)
		goto out;
	cc = mailing_composer(m, w->store, w->people);
	if ((rc = composer_new(&cc, &w->composer, e)) < 0)
		goto out;
	w->port = journal_port_new(m->journal, w->loop, e);
	if (!w->port) {
		rc = e->code;
		goto out;
	}
	if ((rc = loop_wake_init(&w->stop, w->loop, on_stop, w, e)) < 0)
		goto out;
	loop_wake_hold(&w->stop, true);
	ec = engine_settings(w);
	w->engine = engine_new(&ec);
out:
	arena_release(&a);
	return rc;
}

static void worker_close(struct worker *w)
{
	engine_free(w->engine);
	if (w->port)
		journal_port_free(w->port);
	if (w->loop)
		loop_wake_release(&w->stop);
	composer_free(w->composer);
	people_close(w->people);
	store_close(w->store);
	tls_context_free(w->tls);
	dns_free(w->dns);
	network_free(w->network);
	loop_free(w->loop);
}

static void *worker_run(void *arg)
{
	struct worker *w = arg;

	engine_start(w->engine);
	loop_run(w->loop);
	atomic_store(&w->ended, true);
	return NULL;
}

/* ---- all */
static unsigned choose_workers(const struct mailing *m)
{
	long n = m->o.workers ? m->o.workers : m->notice->workers;
	unsigned connections =
	    m->o.connections ? m->o.connections : m->profile->connections;

	if (!n)
		n = sysconf(_SC_NPROCESSORS_ONLN);
	if (n < 1)
		n = 1;
	if (n > 64)
		n = 64;
	return (unsigned)n > connections ? connections : (unsigned)n;
}

int mailing_start(struct mailing *m, struct err *e)
{
	int rc =
	    journal_start(m->store, m->lease.epoch, NULL, NULL, &m->journal, e);

	if (rc < 0)
		return rc;
	m->workers = choose_workers(m);
	m->worker = mem_zalloc(m->workers * sizeof(*m->worker));
	for (unsigned i = 0; i < m->workers; i++) {
		struct worker *w = &m->worker[i];

		w->mailing = m;
		w->number = i;
		atomic_store(&w->ended, true);
		if ((rc = worker_open(w, e)) < 0)
			return rc;
	}
	atomic_store(&m->wave.open, m->workers);
	for (unsigned i = 0; i < m->workers; i++) {
		struct worker *w = &m->worker[i];
		int sys;

		atomic_store(&w->ended, false);
		sys = pthread_create(&w->thread, NULL, worker_run, w);
		if (sys)
			BUG("pthread_create: %s", strerror(sys));
		w->started = true;
	}
	return 0;
}

void mailing_figures(const struct mailing *m, struct mailing_figures *ret)
{
	*ret = (struct mailing_figures){.paused = journal_paused(m->journal)};
	for (unsigned i = 0; i < m->workers; i++) {
		const struct engine_figures *f = &m->worker[i].figures;

		ret->final += atomic_load(&f->final);
		ret->sent += atomic_load(&f->sent);
		ret->deferred += atomic_load(&f->deferred);
		ret->resent += atomic_load(&f->resent);
		ret->routed += atomic_load(&f->routed);
		ret->lanes += atomic_load(&f->lanes);
		ret->busy += atomic_load(&f->busy);
		ret->reached |= atomic_load(&f->reached);
	}
}

bool mailing_running(const struct mailing *m)
{
	for (unsigned i = 0; i < m->workers; i++)
		if (!atomic_load(&m->worker[i].ended))
			return true;
	return false;
}

void mailing_stop(struct mailing *m)
{
	m->stops++;
	for (unsigned i = 0; i < m->workers; i++)
		if (m->worker[i].started)
			loop_wake_signal(&m->worker[i].stop);
}

int mailing_join(struct mailing *m, struct err *e)
{
	struct err first = {0};

	for (unsigned i = 0; i < m->workers; i++) {
		struct worker *w = &m->worker[i];

		if (w->started)
			pthread_join(w->thread, NULL);
		w->started = false;
		if (w->why.code && !first.code)
			first = w->why;
	}
	for (unsigned i = 0; i < m->workers; i++)
		worker_close(&m->worker[i]);
	free(m->worker);
	m->worker = NULL;
	m->workers = 0;
	if (m->journal) {
		if (journal_stop(m->journal, &m->journal_figures, e) < 0 &&
		    !first.code)
			first = *e;
		m->journal = NULL;
	}
	if (first.code)
		*e = first;
	m->clean = !first.code;
	return first.code;
}

int mailing_counts(struct mailing *m, struct store_counts *ret, struct err *e)
{
	return store_sweep(m->store, ret, e);
}

struct journal_figures mailing_journal(const struct mailing *m)
{
	return m->journal_figures;
}

void mailing_free(struct mailing *m)
{
	struct err e;

	if (!m)
		return;
	if (m->journal || m->worker)
		mailing_join(m, &e);
	if (m->has_lease)
		store_lease_drop(m->store, m->clean);
	store_close(m->store);
	letter_variants_free(m->variants);
	segment_rules_free(m->rules);
	people_close(m->people);
	relay_profile_free(m->profile);
	if (m->auth_secret.p)
		explicit_bzero(m->auth_secret.p, m->auth_secret.cap);
	buf_release(&m->auth_secret);
	notice_free(m->notice);
	arena_release(&m->arena);
	free(m);
}
