#include "asked.h"
#include "nsd.h"

#include <pthread.h>
#include <unistd.h>

static struct nsd server;

static int start_server(void **state)
{
	nsd_start(&server);
	return 0;
}

static int stop_server(void **state)
{
	nsd_stop(&server);
	return 0;
}

struct bench {
	struct loop *loop;
	struct dns *d;
};

static const char *anchor_file(char tmp[512])
{
	const char *data = getenv("TOCSIN_TEST_DATA");

	snprintf(tmp, 512, "%s/dns/signed.anchor", data ? data : "tests/data");
	return tmp;
}

static int open_on(void **state, uint16_t port)
{
	struct bench *w = mem_zalloc(sizeof(*w));
	struct err e = {0};
	char resolver[64], tmp[512];

	snprintf(resolver, sizeof(resolver), "127.0.0.1@%u", port);
	w->loop = loop_event_new(&e);
	t_true(w->loop, "%s", e.msg);
	t_ok(dns_unbound_new(
		 w->loop, str_of(resolver), anchor_file(tmp), &w->d, &e),
	    &e);
	*state = w;
	return 0;
}

static int with_server(void **state)
{
	return open_on(state, server.port);
}

static int done(void **state)
{
	struct bench *w = *state;

	dns_free(w->d);
	loop_free(w->loop);
	free(w);
	return 0;
}

static void is(
    struct bench *w, const char *name, enum dns_type type, const char *want)
{
	asked_is(w->loop, w->d, name, type, want);
}

static void records_of_every_type_are_found(void **state)
{
	is(*state, "plain.example", DNS_MX,
	    "OK 300 plain.example: 10/mail.plain.example "
	    "20/mail2.plain.example");
	is(*state, "Mail.PLAIN.example.", DNS_AAAA,
	    "OK 300 mail.plain.example: 2001:db8::1");
	is(*state, "plain.example", DNS_TXT,
	    "OK 300 plain.example: \"v=spf1 mx -all\"");
	is(*state, "null.plain.example", DNS_MX,
	    "OK 300 null.plain.example: 0/.");
	is(*state, "x.wild.plain.example", DNS_TXT,
	    "OK 300 x.wild.plain.example: \"wild\"");
	is(*state, "_25._tcp.mail.plain.example", DNS_TLSA,
	    "OK 300 _25._tcp.mail.plain.example: 030101"
	    "00000000000000000000000000000000"
	    "00000000000000000000000000000000");
	is(*state, "a\\.b.plain.example", DNS_A,
	    "OK 300 a\\.b.plain.example: 192.0.2.3");
	is(*state, "plain.example", DNS_SOA,
	    "OK 300 plain.example: ns.plain.example/root.plain.example/"
	    "1/3600/900/86400/30");
	is(*state, "big.plain.example", DNS_NS, "NODATA 30 big.plain.example");
}

static void cnames_are_followed(void **state)
{
	is(*state, "alias.plain.example", DNS_AAAA,
	    "OK 300 mail.plain.example: 2001:db8::1");
	is(*state, "alias.plain.example", DNS_TXT,
	    "NODATA 30 mail.plain.example");
	is(*state, "alias.plain.example", DNS_CNAME,
	    "OK 300 alias.plain.example: mail.plain.example");
}

static void absence_is_told_with_its_ttl(void **state)
{
	is(*state, "mail.plain.example", DNS_MX,
	    "NODATA 30 mail.plain.example");
	is(*state, "no.plain.example", DNS_A, "NXDOMAIN 30 no.plain.example");
}

/* The names libunbound would answer by itself */
static void reserved_names_are_the_resolvers(void **state)
{
	is(*state, "null.plain.test", DNS_MX, "OK 300 null.plain.test: 0/.");
}

static void an_answer_from_inside_libunbound_still_waits(void **state)
{
	/* local data, and a failure it remembers */
	is(*state, "localhost", DNS_A, "OK 10800 localhost: 127.0.0.1");
	is(*state, "elsewhere.example", DNS_A, "SERVFAIL");
	is(*state, "elsewhere.example", DNS_A, "SERVFAIL");
}

static void a_large_answer_comes_by_tcp(void **state)
{
	struct bench *w = *state;
	struct asked q = ASKED_INIT;

	asked_start(&q, w->d, "big.plain.example", DNS_TXT);
	asked_wait(&q, w->loop);
	t_int(q.done, 1);
	t_int(q.text.len, strlen("OK 300 big.plain.example: \"\"") + 20 * 200);
	buf_release(&q.text);
}

static void a_zone_the_server_refuses_is_a_failure(void **state)
{
	is(*state, "elsewhere.example", DNS_A, "SERVFAIL");
}

static void signatures_make_answers_secure_or_bogus(void **state)
{
	is(*state, "signed.example", DNS_MX,
	    "OK secure 60 signed.example: 10/mail.signed.example");
	is(*state, "alias.signed.example", DNS_A,
	    "OK secure 60 mail.signed.example: 192.0.2.25");
	is(*state, "mail.signed.example", DNS_AAAA,
	    "NODATA secure 60 mail.signed.example");
	is(*state, "no.signed.example", DNS_A,
	    "NXDOMAIN secure 60 no.signed.example");
	is(*state, "bad.signed.example", DNS_A, "SERVFAIL bogus");
}

static void many_questions_run_at_once(void **state)
{
	struct bench *w = *state;
	struct asked q[500];
	char name[64];

	for (size_t i = 0; i < ARRAY_SIZE(q); i++) {
		q[i] = ASKED_INIT;
		snprintf(name, sizeof(name), "n%zu.wild.plain.example", i);
		asked_start(&q[i], w->d, name, DNS_TXT);
	}
	for (size_t i = 0; i < ARRAY_SIZE(q); i += 3)
		dns_cancel(q[i].query);
	for (size_t i = 0; i < ARRAY_SIZE(q); i++) {
		if (i % 3)
			asked_wait(&q[i], w->loop);
		t_int(q[i].done, i % 3 ? 1 : 0);
		if (i % 3)
			t_has(buf_str(&q[i].text), ": \"wild\"");
		buf_release(&q[i].text);
	}
}

/* ---- workers */

struct worker {
	pthread_t thread;
	size_t found, left;
	struct loop *loop;
};

static void on_found(const struct dns_answer *a, void *arg)
{
	struct worker *w = arg;

	w->found += a->status == DNS_OK && a->secure;
	if (--w->left == 0)
		loop_stop(w->loop);
}

/* cmocka's checks are for the main thread only. */
static void *worker_run(void *arg)
{
	struct worker *w = arg;
	char resolver[64], tmp[512];
	struct dns *d;

	snprintf(resolver, sizeof(resolver), "127.0.0.1@%u", server.port);
	w->loop = loop_event_new(NULL);
	if (!w->loop || dns_unbound_new(w->loop, str_of(resolver),
			    anchor_file(tmp), &d, NULL) < 0)
		return NULL;
	w->left = 2;
	dns_start(d, S("signed.example"), DNS_MX, on_found, w);
	dns_start(d, S("mail.signed.example"), DNS_A, on_found, w);
	loop_run(w->loop);
	dns_free(d);
	loop_free(w->loop);
	return NULL;
}

static void workers_ask_at_the_same_time(void **state)
{
	struct worker w[6] = {0};

	for (size_t i = 0; i < ARRAY_SIZE(w); i++)
		t_int(pthread_create(&w[i].thread, NULL, worker_run, &w[i]), 0);
	for (size_t i = 0; i < ARRAY_SIZE(w); i++) {
		t_int(pthread_join(w[i].thread, NULL), 0);
		t_int(w[i].found, 2);
	}
}

static void what_waits_may_be_freed(void **state)
{
	struct bench *w = *state;
	struct asked q = ASKED_INIT;

	asked_start(&q, w->d, "mail.plain.example", DNS_A);
	asked_start(&q, w->d, "mail.plain.example", DNS_AAAA);
	dns_free(w->d);
	w->d = NULL;
	loop_run(w->loop);
	t_int(q.done, 0);
	buf_release(&q.text);
}

static void a_server_that_is_silent_is_a_time_out(void **state)
{
	struct asked q = ASKED_INIT;
	struct bench *w;
	int fd;

	open_on(state, nsd_silent_port(&fd));
	w = *state;
	dns_set_timeout(w->d, 200 * USEC_PER_MSEC);
	asked_start(&q, w->d, "plain.example", DNS_MX);
	asked_wait(&q, w->loop);
	t_str(buf_str(&q.text), "TIMEOUT");
	buf_release(&q.text);
	close(fd);
}

static void settings_that_are_wrong_are_told(void **state)
{
	struct err e = {0};
	struct loop *l = loop_event_new(&e);
	static const char *const bad[] = {"resolver.example", "192.0.2.1@",
	    "192.0.2.1@0", "192.0.2.1@70000", "192.0.2.1,", ",",
	    "192.0.2.1:53"};
	char dir[64], path[128];
	struct dns *d;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		t_fails(dns_unbound_new(l, str_of(bad[i]), NULL, &d, &e), &e,
		    ERR_INPUT, "is not an address like 192.0.2.1");
	t_fails(dns_unbound_new(l, S("192.0.2.1"), "/none.key", &d, &e), &e,
	    ERR_NOENT, "trust_anchor: cannot read /none.key");
	t_mkdir(dir);
	t_write(dir, "key", S("this is no key\n"));
	snprintf(path, sizeof(path), "%s/key", dir);
	t_fails(dns_unbound_new(l, S("192.0.2.1"), path, &d, &e), &e, ERR_INPUT,
	    "is this a trust anchor?");
	t_rmdir(dir);
	t_ok(dns_unbound_new(l, S(" 192.0.2.1 , 2001:db8::1@5353"), "", &d, &e),
	    &e);
	dns_free(d);
	t_ok(dns_unbound_new(l, S(""), NULL, &d, &e), &e);
	dns_free(d);
	loop_free(l);
}

#define ON(fn) T_WITH(fn, with_server, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    ON(records_of_every_type_are_found),
	    ON(cnames_are_followed),
	    ON(absence_is_told_with_its_ttl),
	    ON(reserved_names_are_the_resolvers),
	    ON(an_answer_from_inside_libunbound_still_waits),
	    ON(a_large_answer_comes_by_tcp),
	    ON(a_zone_the_server_refuses_is_a_failure),
	    ON(signatures_make_answers_secure_or_bogus),
	    ON(many_questions_run_at_once),
	    T(workers_ask_at_the_same_time),
	    ON(what_waits_may_be_freed),
	    T_WITH(a_server_that_is_silent_is_a_time_out, NULL, done),
	    T(settings_that_are_wrong_are_told),
	};

	if (!nsd_is_there())
		return t_skip_all("nsd is not installed");
	return cmocka_run_group_tests_name(
	    "dns_unbound", tests, start_server, stop_server);
}
