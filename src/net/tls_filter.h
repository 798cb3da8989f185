/* tls_filter: one TLS connection between two byte queues, for stream.c.  It
 * touches no descriptor: `raw` holds what came from the peer, `out` what shall
 * go to it; so TLS is the same on sockets and on the imitated network.
 */
#pragma once

#include "net/queue.h"
#include "net/tls.h"

#include <limits.h>

struct tls_filter;

struct tls_filter_config {
	struct tls_context *context;
	bool server;
	struct str name; /* client: SNI and certificate name; may be empty */
	bool verify;
	struct queue *raw, *out; /* outlive the filter */
};

/* NULL: the error says why (a name that can not be one). */
struct tls_filter *tls_filter_new(
    const struct tls_filter_config *c, struct err *e);
void tls_filter_free(struct tls_filter *f);

/* 1: done, and the facts are filled; 0: more input is needed; negative: it
 * failed (`out` may hold an alert); the error is the reason alone. */
int tls_filter_handshake(struct tls_filter *f, struct err *e);
const struct tls_facts *tls_filter_facts(const struct tls_filter *f);

/* Bytes read into `p` (n > 0); 0: more input is needed; TLS_FILTER_EOF: the
 * peer said goodbye; else negative with an error. */
#define TLS_FILTER_EOF INT_MIN
int tls_filter_read(struct tls_filter *f, char *p, size_t n, struct err *e);
int tls_filter_write(struct tls_filter *f, struct str s, struct err *e);
/* Puts our goodbye into `out`. */
void tls_filter_shutdown(struct tls_filter *f);
