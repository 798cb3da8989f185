/* tls: contexts for net/stream; the only user of OpenSSL's SSL.  TLS 1.2 and
 * later.  A client's context may be shared by all streams of one thread, a
 * server's by those of several.
 */
#pragma once

#include "base/str.h"

struct tls_context;

/* `ca_file` NULL: the system's roots.  Verification itself is asked for at
 * stream_start_tls(). Keeps recent sessions by name for resumption. */
int tls_client_new(
    const char *ca_file, struct tls_context **ret, struct err *e);
int tls_server_new(const char *cert_file, const char *key_file,
    struct tls_context **ret, struct err *e);
/* A fresh P-256 key and a certificate signed by itself for `name`, in memory.
 * `cert_out` (may be NULL) is a path the certificate is written to as PEM. */
int tls_server_self_made(const char *name, const char *cert_out,
    struct tls_context **ret, struct err *e);
void tls_context_free(struct tls_context *c);

struct tls_facts {
	char version[16]; /* "TLSv1.3" */
	char cipher[48];
	bool resumed;
	bool verified;     /* chain and name hold */
	char why_not[120]; /* when not verified */
};
