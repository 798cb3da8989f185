#include "net/tls_private.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

struct tls_filter {
	SSL *ssl;
	struct tls_context *context;
	struct queue *raw, *out;
	char name[LIMIT_DOMAIN + 1]; /* without final dot; "" if none */
	bool verify, done;
	struct tls_facts facts;
};

/* ---- the BIO: reads from `raw`, writes to `out` */

static int bio_read(BIO *b, char *p, int n)
{
	struct tls_filter *f = BIO_get_data(b);
	struct str raw = str_sub(queue_str(f->raw), 0, n > 0 ? (size_t)n : 0);

	BIO_clear_retry_flags(b);
	if (raw.n == 0) {
		BIO_set_retry_read(b);
		return -1;
	}
	memcpy(p, raw.p, raw.n);
	queue_drop(f->raw, raw.n);
	return (int)raw.n;
}

static int bio_write(BIO *b, const char *p, int n)
{
	struct tls_filter *f = BIO_get_data(b);

	BIO_clear_retry_flags(b);
	if (n < 0 || !queue_add(f->out, str_make(p, (size_t)n)))
		return -1;
	return n;
}

static long bio_ctrl(BIO *b, int what, long n, void *p)
{
	(void)b;
	(void)n;
	(void)p;
	return what == BIO_CTRL_FLUSH;
}

BIO_METHOD *tls_filter_bio(void)
{
	BIO_METHOD *m =
	    BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "queues");

	if (m && (!BIO_meth_set_read(m, bio_read) ||
		     !BIO_meth_set_write(m, bio_write) ||
		     !BIO_meth_set_ctrl(m, bio_ctrl))) {
		BIO_meth_free(m);
		m = NULL;
	}
	return m;
}

/* ---- sessions */

int tls_filter_new_session(SSL *ssl, SSL_SESSION *session)
{
	struct tls_filter *f = SSL_get_app_data(ssl);
	struct str name = str_of(f->name);
	struct tls_session *place;

	if (name.n == 0 || !SSL_SESSION_is_resumable(session))
		return 0;
	place = tls_session_of(f->context, name);
	SSL_SESSION_free(place->session);
	memcpy(place->name, f->name, sizeof(place->name));
	place->session = session;
	return 1; /* it is ours now */
}

static void offer_session(struct tls_filter *f)
{
	struct tls_session *place = tls_session_of(f->context, str_of(f->name));

	if (!place->session || strcmp(place->name, f->name) != 0)
		return;
	SSL_set_session(f->ssl, place->session);
	/* A session keeps what its certificate was worth: one that was made
	 * without asking must not pass for verified. */
	if (f->verify && SSL_get_verify_result(f->ssl) != X509_V_OK)
		SSL_set_session(f->ssl, NULL);
}

/* ---- setting up */

static int set_name(struct tls_filter *f, struct str name, struct err *e)
{
	if (name.n && name.p[name.n - 1] == '.')
		name.n--;
	if (name.n >= sizeof(f->name) ||
	    (name.n && memchr(name.p, '\0', name.n)))
		return err_set(
		    e, ERR_INPUT, "the server's name is not a host name");
	if (name.n == 0 && f->verify)
		return err_set(e, ERR_INPUT,
		    "there is no name to verify the certificate against");
	for (size_t i = 0; i < name.n; i++)
		f->name[i] = ascii_lower(name.p[i]);
	return 0;
}

static int set_client(struct tls_filter *f, struct err *e)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(f->ssl);
	unsigned char ip[16];
	bool is_ip = inet_pton(AF_INET, f->name, ip) == 1 ||
		     inet_pton(AF_INET6, f->name, ip) == 1;
	bool ok = true;

	SSL_set_connect_state(f->ssl);
	SSL_set_verify(
	    f->ssl, f->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	if (f->name[0] == '\0')
		return 0;
	/* Checked even when not asked for: the facts tell. */
	if (is_ip) {
		ok = X509_VERIFY_PARAM_set1_ip_asc(param, f->name) == 1;
	} else {
		X509_VERIFY_PARAM_set_hostflags(
		    param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
		ok = X509_VERIFY_PARAM_set1_host(param, f->name, 0) == 1 &&
		     SSL_set_tlsext_host_name(f->ssl, f->name) == 1;
	}
	if (!ok)
		return tls_error(e, "the server's name cannot be used");
	offer_session(f);
	return 0;
}

static int set_up(
    struct tls_filter *f, const struct tls_filter_config *c, struct err *e)
{
	BIO *bio;

	ERR_clear_error();
	f->ssl = SSL_new(c->context->ctx);
	bio = f->ssl ? BIO_new(c->context->bio) : NULL;
	if (!bio)
		return tls_error(e, "OpenSSL gives no connection");
	BIO_set_data(bio, f);
	BIO_set_init(bio, 1);
	SSL_set_bio(f->ssl, bio, bio);
	SSL_set_app_data(f->ssl, f);
	if (c->server) {
		SSL_set_accept_state(f->ssl);
		return 0;
	}
	if (set_name(f, c->name, e) < 0)
		return e->code;
	return set_client(f, e);
}

struct tls_filter *tls_filter_new(
    const struct tls_filter_config *c, struct err *e)
{
	struct tls_filter *f = mem_zalloc(sizeof(*f));

	f->context = c->context;
	f->raw = c->raw;
	f->out = c->out;
	f->verify = c->verify && !c->server;
	if (c->server != c->context->server)
		BUG("a TLS context of the other side");
	if (set_up(f, c, e) < 0) {
		tls_filter_free(f);
		return NULL;
	}
	return f;
}

void tls_filter_free(struct tls_filter *f)
{
	if (!f)
		return;
	SSL_free(f->ssl);
	free(f);
}

/* ---- running */

static void fill_facts(struct tls_filter *f)
{
	struct tls_facts *t = &f->facts;
	long result = SSL_get_verify_result(f->ssl);
	const char *why = NULL;

	snprintf(t->version, sizeof(t->version), "%s", SSL_get_version(f->ssl));
	snprintf(
	    t->cipher, sizeof(t->cipher), "%s", SSL_get_cipher_name(f->ssl));
	t->resumed = SSL_session_reused(f->ssl);
	if (f->context->server)
		why = "clients are not asked for a certificate";
	else if (!SSL_get0_peer_certificate(f->ssl))
		why = "no certificate was sent";
	else if (result != X509_V_OK)
		why = X509_verify_cert_error_string(result);
	else if (f->name[0] == '\0')
		why = "there is no name to verify the certificate against";
	t->verified = !why;
	snprintf(t->why_not, sizeof(t->why_not), "%s", why ? why : "");
}

/* The last error of this connection, in words. */
static int reason(struct tls_filter *f, struct err *e)
{
	unsigned long code = ERR_peek_error();
	long result = SSL_get_verify_result(f->ssl);
	const char *text = ERR_reason_error_string(code);

	if (ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED &&
	    result != X509_V_OK)
		text = X509_verify_cert_error_string(result);
	ERR_clear_error();
	return err_set(e, ERR_NET, "%s", text ? text : "broken by the peer");
}

int tls_filter_handshake(struct tls_filter *f, struct err *e)
{
	int rc;

	ERR_clear_error();
	rc = SSL_do_handshake(f->ssl);
	if (rc != 1) {
		if (SSL_get_error(f->ssl, rc) == SSL_ERROR_WANT_READ)
			return 0;
		return reason(f, e);
	}
	/* A resumed session shows no certificate; what it was worth counts. */
	if (f->verify && SSL_get_verify_result(f->ssl) != X509_V_OK)
		return err_set(e, ERR_NET, "%s",
		    X509_verify_cert_error_string(
			SSL_get_verify_result(f->ssl)));
	f->done = true;
	fill_facts(f);
	return 1;
}

const struct tls_facts *tls_filter_facts(const struct tls_filter *f)
{
	return f->done ? &f->facts : NULL;
}

int tls_filter_read(struct tls_filter *f, char *p, size_t n, struct err *e)
{
	size_t got = 0;
	int rc;

	ERR_clear_error();
	rc = SSL_read_ex(f->ssl, p, n, &got);
	if (rc == 1)
		return (int)got;
	rc = SSL_get_error(f->ssl, rc);
	if (rc == SSL_ERROR_WANT_READ)
		return 0;
	if (rc == SSL_ERROR_ZERO_RETURN)
		return TLS_FILTER_EOF;
	return reason(f, e);
}

int tls_filter_write(struct tls_filter *f, struct str s, struct err *e)
{
	size_t done = 0;

	if (s.n == 0)
		return 0;
	ERR_clear_error();
	/* `out` takes all or nothing: no write is ever partial. */
	if (SSL_write_ex(f->ssl, s.p, s.n, &done) == 1 && done == s.n)
		return 0;
	return reason(f, e);
}

void tls_filter_shutdown(struct tls_filter *f)
{
	ERR_clear_error();
	SSL_shutdown(f->ssl);
	ERR_clear_error();
}
