/* sink: imitated providers that run for a while: one a worker, each with its
 * own thread, loop and sockets, all at one endpoint; log and Maildir.
 */
#pragma once

#include "sim/provider.h"

#define SINK_WORKERS 64u

struct sink;

struct sink_options {
	struct endpoint at;
	struct provider_config config;
	const char *maildir, *log;
	const char *cert, *key, *cert_out;
	bool tls, implicit;
	uint64_t count, workers;
};

/* It listens when this returns.  Strings must stay. */
int sink_open(const struct sink_options *o, struct sink **ret, struct err *e);
void sink_endpoint(struct sink *s, struct endpoint *ret);
/* Until sink_stop(), or `count` mails were taken and answered.  `e` is set
 * when log or Maildir could not be written. */
void sink_serve(
    struct sink *s, struct provider_counts *ret_counts, struct err *e);
/* From any thread or signal handler. */
void sink_stop(struct sink *s);
void sink_close(struct sink *s); /* NULL is fine */
