/* provider: an imitated mailbox provider: a listener on either kind of network
 * whose manners, limits and faults are plain numbers, and which counts what it
 * did.  The sink, the wire stories and rehearsals are this one.
 *
 *	struct provider_config c;
 *	provider_config_init(&c);
 *	provider_config_set(&c, S("dot-latency"), S("150"), &e);
 *	p = provider_new(net, &at, &c, &handler, me, &e);
 *	...
 *	provider_set(p, S("reject-match"), S("gone*:550 5.1.1 No"), &e);
 *
 * Every behaviour has a name in one table (provider_options); command line and
 * scenario files both set it through provider_config_set().  What is set while
 * it runs holds from the next command on; what is offered at EHLO, from the
 * next connection on.
 */
#pragma once

#include "base/limits.h"
#include "net/stream.h"
#include "smtp/server.h"

struct provider;

#define PROVIDER_RULES 32

/* An address pattern (* and ?, case is ignored) and what is said to it. */
struct provider_rule {
	char glob[LIMIT_PATH];
	int code;
	char text[200];
};

struct provider_rules {
	struct provider_rule rule[PROVIDER_RULES];
	size_t count;
};

enum provider_lie {
	PROVIDER_HONEST,
	PROVIDER_LIE_CLOSE,    /* hangs up when commands are pipelined */
	PROVIDER_LIE_DISORDER, /* answers them out of order */
};

struct provider_config {
	struct tls_context *tls; /* NULL: no TLS; stays the caller's */
	bool tls_implicit;
	bool discard_content; /* provider_mail.content is not wanted */
	bool count_recipients;
	void (*trace)(char dir, struct str bytes, void *arg);
	void *trace_arg;

	/* all below: see provider_options() */
	char name[LIMIT_DOMAIN + 1];
	uint64_t seed, size_limit;
	unsigned without;            /* SMTP_EXT_* not offered */
	struct provider_rule banner; /* code 0: the usual */
	bool no_ehlo, tls_required, tls_refuse, tls_broken, early_reply;
	char user[128], secret[128]; /* user "": no AUTH */
	usec_t banner_delay, latency, dot_latency, drip, idle;
	uint64_t connections, connection_mails, shutdown_after, rate;
	usec_t greylist;
	double reject_share, defer_share;
	struct provider_rules senders, recipients, mails;
	uint64_t drop_dot, cut_data;
	uint64_t reply_lines, reply_bytes;
	enum provider_lie lie;
};

struct provider_option {
	const char *name, *arg; /* arg NULL: a switch */
	const char *help;
	bool many; /* may be given several times */
	unsigned kind, bit;
	size_t at, size; /* within provider_config */
};

const struct provider_option *provider_options(size_t *ret_count);
void provider_config_init(struct provider_config *c);
/* A switch takes "", "on" or "off"; a list adds, "" empties it. */
int provider_config_set(struct provider_config *c, struct str name,
    struct str value, struct err *e);

struct provider_counts {
	uint64_t connections, open, tls; /* tls: handshakes done */
	uint64_t accepted;               /* mails, also where the reply was
					  * dropped */
	uint64_t recipients;             /* of these mails */
	uint64_t rejected, deferred;     /* replies 5xx and 4xx to MAIL, RCPT,
					  * DATA and the dot */
	uint64_t turned_away;            /* connections refused at the banner */
	uint64_t bytes;                  /* content accepted */
};

struct provider_mail {
	struct str sender;
	struct str recipients; /* one a line */
	size_t count;          /* of them */
	struct str content;
	uint64_t size;
	bool tls;
};

/* Each may be NULL; neither may free the provider or hang up. */
struct provider_handler {
	/* A mail is accepted; false: it can not be kept (451 is said). */
	bool (*accepted)(const struct provider_mail *m, void *arg);
	/* At the end of a turn in which mail was accepted, before any of it
	 * is answered; false: all of it is answered with 451. */
	bool (*commit)(void *arg);
};

/* The configuration is copied. */
struct provider *provider_new(struct network *n, const struct endpoint *at,
    const struct provider_config *c, const struct provider_handler *h,
    void *arg, struct err *e);
void provider_free(struct provider *p); /* hangs up on all; NULL is fine */
int provider_set(
    struct provider *p, struct str name, struct str value, struct err *e);
void provider_endpoint(struct provider *p, struct endpoint *ret);
const struct provider_counts *provider_counts(const struct provider *p);
/* Mails accepted for an address, with count_recipients. */
uint64_t provider_recipient(const struct provider *p, struct str address);
/* Hangs up on all who are connected. */
void provider_hang_up(struct provider *p);
