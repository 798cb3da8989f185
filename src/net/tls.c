#include "base/rand.h"
#include "base/siphash.h"
#include "net/tls_private.h"

#include <openssl/err.h>

int tls_error(struct err *e, const char *fmt, ...)
{
	unsigned long code, last = 0;
	const char *reason;
	char what[320];
	int sys = 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	while ((code = ERR_get_error())) {
		if (ERR_SYSTEM_ERROR(code))
			sys = ERR_GET_REASON(code);
		last = code;
	}
	if (sys)
		return err_sys(e, sys, "%s", what);
	reason = ERR_reason_error_string(last);
	return err_set(e, ERR_NET, "%s%s%s", what, reason ? ": " : "",
	    reason ? reason : "");
}

void tls_context_free(struct tls_context *c)
{
	if (!c)
		return;
	for (size_t i = 0; c->sessions && i < TLS_SESSIONS; i++)
		SSL_SESSION_free(c->sessions[i].session);
	free(c->sessions);
	SSL_CTX_free(c->ctx);
	BIO_meth_free(c->bio);
	free(c);
}

static struct tls_context *context_new(bool server, struct err *e)
{
	struct tls_context *c = mem_zalloc(sizeof(*c));

	ERR_clear_error();
	c->server = server;
	c->ctx =
	    SSL_CTX_new(server ? TLS_server_method() : TLS_client_method());
	c->bio = tls_filter_bio();
	if (!c->ctx || !c->bio ||
	    !SSL_CTX_set_min_proto_version(c->ctx, TLS1_2_VERSION)) {
		tls_error(e, "OpenSSL gives no TLS context");
		tls_context_free(c);
		return NULL;
	}
	SSL_CTX_set_options(
	    c->ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	/* Idle connections hold no record buffers. */
	SSL_CTX_set_mode(c->ctx, SSL_MODE_RELEASE_BUFFERS);
	return c;
}

struct tls_session *tls_session_of(struct tls_context *c, struct str name)
{
	struct siphash_key k = {c->seed0, c->seed1};

	return &c->sessions[siphash(k, name) % TLS_SESSIONS];
}

int tls_client_new(const char *ca_file, struct tls_context **ret, struct err *e)
{
	struct tls_context *c = context_new(false, e);

	if (!c)
		return ERR_NET;
	if (ca_file ? !SSL_CTX_load_verify_file(c->ctx, ca_file)
		    : !SSL_CTX_set_default_verify_paths(c->ctx)) {
		int rc =
		    tls_error(e, "cannot read the trusted certificates%s%s",
			ca_file ? " in " : " of this system",
			ca_file ? ca_file : "");

		tls_context_free(c);
		return rc;
	}
	c->sessions = mem_zalloc(TLS_SESSIONS * sizeof(*c->sessions));
	rand_bytes(&c->seed0, sizeof(c->seed0));
	rand_bytes(&c->seed1, sizeof(c->seed1));
	SSL_CTX_set_session_cache_mode(
	    c->ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(c->ctx, tls_filter_new_session);
	*ret = c;
	return 0;
}

/* Sessions live in the tickets the clients hold: nothing grows here. */
static struct tls_context *server_new(struct err *e)
{
	struct tls_context *c = context_new(true, e);

	if (!c)
		return NULL;
	SSL_CTX_set_session_cache_mode(c->ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_num_tickets(c->ctx, 1);
	SSL_CTX_set_options(c->ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
	return c;
}

int tls_server_new(const char *cert_file, const char *key_file,
    struct tls_context **ret, struct err *e)
{
	struct tls_context *c = server_new(e);
	int rc;

	if (!c)
		return ERR_NET;
	if (SSL_CTX_use_certificate_chain_file(c->ctx, cert_file) != 1)
		rc =
		    tls_error(e, "cannot use the certificate in %s", cert_file);
	else if (SSL_CTX_use_PrivateKey_file(
		     c->ctx, key_file, SSL_FILETYPE_PEM) != 1)
		rc = tls_error(e,
		    "cannot use the private key in %s for the "
		    "certificate in %s",
		    key_file, cert_file);
	else
		rc = 0;
	if (rc < 0)
		tls_context_free(c);
	else
		*ret = c;
	return rc;
}

int tls_server_self_made(const char *name, const char *cert_out,
    struct tls_context **ret, struct err *e)
{
	struct tls_context *c = server_new(e);
	int rc;

	if (!c)
		return ERR_NET;
	rc = tls_self_made_use(c->ctx, name, cert_out, e);
	if (rc < 0)
		tls_context_free(c);
	else
		*ret = c;
	return rc;
}
