#include "world.h"
#include "base/limits.h"
#include "net/tls.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

/* ---- contexts: made once, in a folder that is removed at the end */

static char dir[64], mx_pem[128], ip_pem[128];
static struct tls_context *mx, *ip, *expired, *trusting, *trusting_ip,
    *trusting_expired, *wary;

static void path_of(char path[128], const char *file)
{
	snprintf(path, 128, "%s/%s", dir, file);
}

/* A certificate that ended an hour ago, for mx.example. */
static void make_expired(const char *cert, const char *key)
{
	EVP_PKEY *k = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	X509_EXTENSION *san = X509V3_EXT_conf_nid(
	    NULL, NULL, NID_subject_alt_name, "DNS:mx.example");
	FILE *f;

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -7200);
	X509_gmtime_adj(X509_getm_notAfter(x), -3600);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
	    (const unsigned char *)"old", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_set_pubkey(x, k);
	X509_add_ext(x, san, -1);
	X509_sign(x, k, EVP_sha256());
	f = fopen(cert, "w");
	PEM_write_X509(f, x);
	fclose(f);
	f = fopen(key, "w");
	PEM_write_PrivateKey(f, k, NULL, NULL, 0, NULL, NULL);
	fclose(f);
	X509_EXTENSION_free(san);
	X509_free(x);
	EVP_PKEY_free(k);
}

static int set_up(void **state)
{
	char cert[128], key[128];
	struct err e = {0};

	t_mkdir(dir);
	path_of(mx_pem, "mx.pem");
	path_of(ip_pem, "ip.pem");
	path_of(cert, "old.pem");
	path_of(key, "old.key");
	make_expired(cert, key);
	t_ok(tls_server_self_made("mx.example", mx_pem, &mx, &e), &e);
	t_ok(tls_server_self_made("127.0.0.1", ip_pem, &ip, &e), &e);
	t_ok(tls_server_new(cert, key, &expired, &e), &e);
	t_ok(tls_client_new(mx_pem, &trusting, &e), &e);
	t_ok(tls_client_new(ip_pem, &trusting_ip, &e), &e);
	t_ok(tls_client_new(cert, &trusting_expired, &e), &e);
	t_ok(tls_client_new(NULL, &wary, &e), &e);
	return 0;
}

static int tear_down(void **state)
{
	struct tls_context *all[] = {
	    mx, ip, expired, trusting, trusting_ip, trusting_expired, wary};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		tls_context_free(all[i]);
	t_rmdir(dir);
	return 0;
}

/* ---- one connection with TLS from the first byte */

static struct {
	struct tls_context *client, *server;
	const char *name;
	bool verify;
	struct tls_facts client_facts, server_facts;
} now;

static void tls_server(struct end *e, enum stream_event event)
{
	if (event == STREAM_CONNECTED)
		stream_start_tls(e->stream, now.server, STR_NONE, false);
	if (event == STREAM_TLS_READY)
		now.server_facts = *stream_tls(e->stream);
	if (event == STREAM_DATA) {
		stream_write(e->stream, buf_str(&e->got));
		buf_reset(&e->got);
	}
}

static void tls_client(struct end *e, enum stream_event event)
{
	if (event == STREAM_CONNECTED) {
		assert_null(stream_tls(e->stream));
		stream_start_tls(
		    e->stream, now.client, str_of(now.name), now.verify);
		assert_null(stream_tls(e->stream));
	}
	if (event == STREAM_TLS_READY) {
		now.client_facts = *stream_tls(e->stream);
		stream_write(e->stream, S("hello"));
	}
	if (event == STREAM_DATA && e->got.len == 5)
		end_close(e);
}

static void shake(struct world *w, struct tls_context *client,
    struct tls_context *server, const char *name, bool verify)
{
	memset(&now, 0, sizeof(now));
	now.client = client;
	now.server = server;
	now.name = name;
	now.verify = verify;
	end_reset(&w->client);
	end_reset(&w->server);
	w->client.act = tls_client;
	w->server.act = tls_server;
	world_run(w);
}

static void shake_fails(struct world *w, struct tls_context *client,
    struct tls_context *server, const char *name, const char *message)
{
	shake(w, client, server, name, true);
	t_str(str_of(w->client.events), "CX");
	t_str(str_of(w->client.error.msg), message);
	t_int(w->client.error.code, ERR_NET);
	/* and the server hears of it */
	t_int(w->server.events[w->server.event_count - 1], 'X');
	t_has(str_of(w->server.error.msg), "TLS handshake with 127.0.0.1:");
	t_has(str_of(w->server.error.msg), " failed: ");
}

static void a_good_name_verifies(void **state)
{
	struct world *w = *state;

	shake(w, trusting, mx, "mx.example", true);
	t_str(buf_str(&w->client.got), "hello");
	t_str(str_of(w->client.events), "CTRD");
	t_str(str_of(w->server.events), "CTDRE");
	assert_true(now.client_facts.verified);
	t_str(str_of(now.client_facts.why_not), "");
	t_str(str_of(now.client_facts.version), "TLSv1.3");
	t_has(str_of(now.client_facts.cipher), "TLS_");
	assert_false(now.server_facts.verified);
	t_has(str_of(now.server_facts.why_not), "not asked");
}

static void case_and_final_dot_of_a_name_do_not_matter(void **state)
{
	shake(*state, trusting, mx, "MX.Example.", true);
	assert_true(now.client_facts.verified);
}

static void an_address_verifies_as_an_address(void **state)
{
	struct world *w = *state;

	shake(w, trusting_ip, ip, "127.0.0.1", true);
	assert_true(now.client_facts.verified);
	shake_fails(w, trusting_ip, ip, "127.0.0.2",
	    "TLS handshake with 127.0.0.2 failed: IP address mismatch");
}

static void a_wrong_name_fails(void **state)
{
	shake_fails(*state, trusting, mx, "other.example",
	    "TLS handshake with other.example failed: hostname mismatch");
}

static void an_untrusted_certificate_fails(void **state)
{
	shake_fails(*state, wary, mx, "mx.example",
	    "TLS handshake with mx.example failed: self-signed certificate");
}

static void an_expired_certificate_fails(void **state)
{
	shake_fails(*state, trusting_expired, expired, "mx.example",
	    "TLS handshake with mx.example failed: certificate has expired");
}

static void unasked_verification_is_still_told(void **state)
{
	shake(*state, wary, mx, "mx.example", false);
	assert_false(now.client_facts.verified);
	t_str(str_of(now.client_facts.why_not), "self-signed certificate");
	shake(*state, trusting, mx, "other.example", false);
	assert_false(now.client_facts.verified);
	t_str(str_of(now.client_facts.why_not), "hostname mismatch");
	shake(*state, trusting, mx, "", false);
	assert_false(now.client_facts.verified);
	t_has(str_of(now.client_facts.why_not), "no name");
}

static void names_that_are_none_fail(void **state)
{
	struct world *w = *state;
	char name[400];

	shake(w, trusting, mx, "", true);
	t_has(str_of(w->client.error.msg), "no name to verify");
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	shake(w, trusting, mx, name, true);
	t_str(str_of(w->client.events), "CX");
	t_has(str_of(w->client.error.msg), "not a host name");
}

static void sessions_are_resumed_by_name(void **state)
{
	struct world *w = *state;
	struct tls_context *c;
	struct err e = {0};

	t_ok(tls_client_new(mx_pem, &c, &e), &e);
	shake(w, c, mx, "mx.example", true);
	assert_false(now.client_facts.resumed);
	shake(w, c, mx, "mx.example", true);
	assert_true(now.client_facts.resumed);
	assert_true(now.server_facts.resumed);
	assert_true(now.client_facts.verified);
	shake(w, c, mx, "mx2.example", false);
	assert_false(now.client_facts.resumed);
	tls_context_free(c);
}

static void a_session_not_verified_never_counts_as_verified(void **state)
{
	struct world *w = *state;
	struct tls_context *c;
	struct err e = {0};

	t_ok(tls_client_new(NULL, &c, &e), &e);
	shake(w, c, mx, "mx.example", false);
	shake(w, c, mx, "mx.example", false);
	assert_true(now.client_facts.resumed);
	assert_false(now.client_facts.verified);
	t_str(str_of(now.client_facts.why_not), "self-signed certificate");
	shake_fails(w, c, mx, "mx.example",
	    "TLS handshake with mx.example failed: self-signed certificate");
	tls_context_free(c);
}

/* ---- STARTTLS */

static void starttls_server(struct end *e, enum stream_event event)
{
	struct str in = stream_input(e->stream);

	if (event != STREAM_DATA)
		return;
	if (e->step == 0) {
		if (str_find(in, S("\n")) < 0)
			return;
		assert_true(str_starts(in, S("STARTTLS\r\n")));
		stream_consume(e->stream, 10);
		/* what a man in the middle adds for the client */
		stream_write(e->stream, S("220 go on\r\n250 injected\r\n"));
		stream_start_tls(e->stream, mx, STR_NONE, false);
		t_int(stream_input(e->stream).n, 0);
		e->step = 1;
		return;
	}
	buf_add(&e->got, in);
	stream_consume(e->stream, in.n);
	if (str_ends(buf_str(&e->got), S("\n")))
		stream_write(e->stream, S("250 inside\r\n"));
}

static void starttls_client(struct end *e, enum stream_event event)
{
	struct str in = stream_input(e->stream);

	if (event == STREAM_CONNECTED)
		/* what a man in the middle adds for the server */
		stream_write(e->stream,
		    S("STARTTLS\r\nMAIL FROM:<injected@example>\r\n"));
	if (event == STREAM_TLS_READY) {
		t_int(in.n, 0);
		stream_write(e->stream, S("EHLO a.example\r\n"));
	}
	if (event != STREAM_DATA)
		return;
	if (e->step == 0) {
		if (!str_ends(in, S("injected\r\n")))
			return;
		stream_consume(e->stream, 11);
		stream_start_tls(e->stream, trusting, S("mx.example"), true);
		t_int(stream_input(e->stream).n, 0);
		e->step = 1;
		return;
	}
	buf_add(&e->got, in);
	stream_consume(e->stream, in.n);
	if (str_ends(buf_str(&e->got), S("\n")))
		end_close(e);
}

/* The whole plain text comes in one piece (the client waits for all of its
 * own), so this runs without chunks. */
static void plain_text_before_tls_is_dropped(void **state)
{
	struct world *w = *state;

	w->client.keep = w->server.keep = true;
	w->client.act = starttls_client;
	w->server.act = starttls_server;
	world_run(w);
	t_str(buf_str(&w->server.got), "EHLO a.example\r\n");
	t_str(buf_str(&w->client.got), "250 inside\r\n");
}

/* ---- more than hello */

#define LONG (2 * MiB)

static struct buf text;

static void talker(struct end *e, enum stream_event event)
{
	bool client = e == &e->world->client;

	if (event == STREAM_CONNECTED) {
		if (client)
			stream_start_tls(
			    e->stream, trusting, S("mx.example"), true);
		else
			stream_start_tls(e->stream, mx, STR_NONE, false);
		/* held until there is TLS */
		stream_write(e->stream, str_sub(buf_str(&text), 0, 100));
		t_int(stream_pending(e->stream), 100);
	}
	if (event == STREAM_TLS_READY) {
		for (size_t at = 100, n = 1; at < text.len; at += n, n++) {
			struct str v[2];

			v[0] = str_sub(buf_str(&text), at, n / 2);
			v[1] = str_sub(buf_str(&text), at + n / 2, n - n / 2);
			stream_writev(e->stream, v, 2);
		}
	}
	if (event == STREAM_DATA && e->got.len == text.len && client)
		e->step = 1;
	if (e->world->client.got.len == text.len &&
	    e->world->server.got.len == text.len) {
		end_close(&e->world->client);
		end_close(&e->world->server);
	}
}

static void talk(struct world *w, size_t n)
{
	buf_init(&text, n);
	pattern_make(&text, n);
	w->client.act = w->server.act = talker;
	world_run(w);
	pattern_check(buf_str(&w->client.got), n);
	pattern_check(buf_str(&w->server.got), n);
	buf_release(&text);
}

static void much_goes_both_ways_at_once(void **state)
{
	talk(*state, LONG);
}

static void every_chunk_size_gives_the_same_bytes(void **state)
{
	for (size_t chunk = 1; chunk <= 20; chunk++) {
		struct world *w = world_new(true, 100, chunk);

		talk(w, 20000);
		world_free(w);
	}
}

static struct loop_timer late;

static void read_late(void *arg)
{
	struct end *e = arg;
	struct str in = str_sub(stream_input(e->stream), 0, 50000);

	t_true(stream_input(e->stream).n <= LIMIT_STREAM_IN, "too much");
	buf_add(&e->got, in);
	stream_consume(e->stream, in.n);
	if (!strchr(e->events, 'E') || stream_input(e->stream).n)
		loop_timer_start(&late, USEC_PER_MSEC);
}

static void late_client(struct end *e, enum stream_event event)
{
	if (event == STREAM_CONNECTED)
		stream_start_tls(e->stream, trusting, S("mx.example"), true);
	if (event == STREAM_TLS_READY) {
		loop_timer_init(&late, e->world->loop, read_late, e);
		loop_timer_start(&late, 200 * USEC_PER_MSEC);
	}
}

static void long_server(struct end *e, enum stream_event event)
{
	if (event == STREAM_CONNECTED)
		stream_start_tls(e->stream, mx, STR_NONE, false);
	if (event == STREAM_TLS_READY)
		stream_write(e->stream, buf_str(&text));
	if (event == STREAM_DRAINED)
		end_close(e);
}

static void a_late_reader_gets_all_and_then_the_end(void **state)
{
	struct world *w = *state;

	buf_init(&text, LONG);
	pattern_make(&text, LONG);
	w->client.keep = w->client.stay = true;
	w->client.act = late_client;
	w->server.act = long_server;
	world_run(w);
	pattern_check(buf_str(&w->client.got), LONG);
	t_str(str_of(w->client.events), "CTDE");
	buf_release(&text);
}

/* ---- peers that do not speak TLS */

static void plain_server(struct end *e, enum stream_event event)
{
	if (event == STREAM_CONNECTED)
		stream_write(e->stream, S("220 mx.example ESMTP\r\n"));
}

static void hanging_server(struct end *e, enum stream_event event)
{
	if (event == STREAM_DATA)
		end_close(e);
}

static void a_plain_answer_fails_the_handshake(void **state)
{
	struct world *w = *state;

	now.client = trusting;
	now.name = "mx.example";
	w->client.act = tls_client;
	w->server.act = plain_server;
	world_run(w);
	t_str(str_of(w->client.error.msg),
	    "TLS handshake with mx.example failed: wrong version number");
}

static void a_close_fails_the_handshake(void **state)
{
	struct world *w = *state;

	now.client = trusting;
	now.name = "mx.example";
	w->client.act = tls_client;
	w->server.act = hanging_server;
	world_run(w);
	t_str(str_of(w->client.events), "CX");
	t_has(str_of(w->client.error.msg), "mx.example");
}

static void garbage_client(struct end *e, enum stream_event event)
{
	struct rand_seq r;
	char junk[3000];

	if (event != STREAM_CONNECTED)
		return;
	rand_seq_init(&r, (uint64_t)e->step);
	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = (char)rand_seq_next(&r);
	if (e->step & 1) /* the head of a record */
		memcpy(
		    junk, "\x16\x03\x01\x01\x00\x01\x00\x00\xfc\x03\x03", 11);
	stream_write(e->stream, str_make(junk, sizeof(junk)));
	stream_write(e->stream, S("end"));
}

static void garbage_never_becomes_tls(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 50; i++) {
		memset(&now, 0, sizeof(now));
		now.server = mx;
		end_reset(&w->client);
		end_reset(&w->server);
		w->client.step = i;
		w->client.act = garbage_client;
		w->server.act = tls_server;
		world_run(w);
		t_str(str_of(w->server.events), "CX");
		t_has(str_of(w->server.error.msg), "TLS handshake with");
	}
}

/* ---- files */

static void bad_files_are_named(void **state)
{
	struct tls_context *c = NULL;
	struct err e = {0};
	char path[128];

	path_of(path, "absent.pem");
	t_fails(tls_client_new(path, &c, &e), &e, ERR_NOENT, path);
	t_write(dir, "junk.pem", S("-----BEGIN CERTIFICATE-----\nA\n"));
	path_of(path, "junk.pem");
	t_fails(tls_client_new(path, &c, &e), &e, ERR_NET, path);
	t_fails(tls_server_new(path, path, &c, &e), &e, ERR_NET,
	    "cannot use the certificate in");
	path_of(path, "old.key");
	t_fails(tls_server_new(mx_pem, path, &c, &e), &e, ERR_NET,
	    "key values mismatch");
	t_fails(tls_server_self_made("a.example", "/nonexistent/x.pem", &c, &e),
	    &e, ERR_NOENT, "/nonexistent/x.pem");
	assert_null(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WORLD_BOTH(a_good_name_verifies),
	    WORLD_BOTH(case_and_final_dot_of_a_name_do_not_matter),
	    WORLD_BOTH(an_address_verifies_as_an_address),
	    WORLD_BOTH(a_wrong_name_fails),
	    WORLD_BOTH(an_untrusted_certificate_fails),
	    WORLD_BOTH(an_expired_certificate_fails),
	    WORLD_BOTH(unasked_verification_is_still_told),
	    WORLD_BOTH(names_that_are_none_fail),
	    WORLD_BOTH(sessions_are_resumed_by_name),
	    WORLD_BOTH(a_session_not_verified_never_counts_as_verified),
	    WORLD_SOCKETS(plain_text_before_tls_is_dropped),
	    WORLD_SIM(plain_text_before_tls_is_dropped),
	    WORLD_BOTH(much_goes_both_ways_at_once),
	    WORLD_BOTH(a_late_reader_gets_all_and_then_the_end),
	    WORLD_BOTH(a_plain_answer_fails_the_handshake),
	    WORLD_BOTH(a_close_fails_the_handshake),
	    WORLD_BOTH(garbage_never_becomes_tls),
	    T(every_chunk_size_gives_the_same_bytes),
	    T(bad_files_are_named),
	};

	alarm(120);
	return cmocka_run_group_tests_name("tls", tests, set_up, tear_down);
}
