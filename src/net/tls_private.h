/* tls_private: what the files of tls share. */
#pragma once

#include "base/limits.h"
#include "net/tls_filter.h"

#include <openssl/ssl.h>

/* Sessions kept by a client context: one place a name, a newer or another name
 * with the same hash takes it. */
#define TLS_SESSIONS 1024u

struct tls_session {
	char name[LIMIT_DOMAIN + 1];
	SSL_SESSION *session;
};

struct tls_context {
	SSL_CTX *ctx;
	BIO_METHOD *bio;
	bool server;
	struct tls_session *sessions; /* client only */
	uint64_t seed0, seed1;
};

/* What the system said, or ERR_NET with the reason OpenSSL gives. */
int tls_error(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

BIO_METHOD *tls_filter_bio(void);
/* What an SSL of a client context calls with a fresh session. */
int tls_filter_new_session(SSL *ssl, SSL_SESSION *session);
/* The place of `name` in the cache. */
struct tls_session *tls_session_of(struct tls_context *c, struct str name);

/* A fresh key and certificate for `name` in `ctx`; PEM to `cert_out`. */
int tls_self_made_use(
    SSL_CTX *ctx, const char *name, const char *cert_out, struct err *e);
