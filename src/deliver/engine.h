/* engine: one worker's delivery, on one loop.
 *
 * Life of one person's mail: feed loads them from the store (those to try
 * again first, then those never tried) into the queue of their group (a
 * domain; with a relay all are one group); the group belongs to a site (an MX
 * set, or the relay); the site keeps lanes (connections), and a lane that is
 * free takes the next letter: compose, sign, MAIL RCPT DATA, 354, intent to
 * the journal, and when it is durable the content with the final dot; the
 * reply is judged (outcome.h), goes to the journal, and the lane takes the
 * next.
 *
 *	feed.c   whom to load, who is in hand
 *	gated.c  who may be loaded in a gated notice, and in which wave
 *	route.c  a domain's MX hosts and their addresses
 *	site.c   lanes wanted, trouble and cooling down
 *	lane.c   one connection and the letter on it
 *
 * Everyone loaded stays "in hand" until their outcome is durable, so that the
 * store can not offer them a second time.  Nothing grows with the audience.
 * Workers share the journal and nothing else.
 *
 * LIMITS: in a direct send the connection cap of a site is divided among the
 * workers; how long a site has been down is forgotten at a restart.
 */
#pragma once

#include "notice/composer.h"
#include "deliver/gate.h"
#include "deliver/journal.h"
#include "deliver/outcome.h"
#include "net/dns.h"

#include <stdatomic.h>

struct engine;

/* Written by the engine's thread, read by any. */
struct engine_figures {
	atomic_ullong final;    /* persons who got a final state */
	atomic_ullong deferred; /* tries that ended in later */
	atomic_ullong resent;   /* tried again after an uncertain attempt */
	atomic_ullong sent;     /* mails accepted or handed */
	atomic_ullong routed;   /* to another channel, by reason (S-44) */
	atomic_uint lanes;      /* connections open */
	atomic_uint busy;       /* mails under way */
	atomic_bool reached;    /* some server took a session */
};

/* Shared by the workers of a gated send: how many still have people in hand who
 * come before those who complained. */
struct engine_wave {
	atomic_uint open;
};

struct engine_config {
	struct loop *loop;
	struct network *network;
	struct dns *dns;         /* direct only */
	struct tls_context *tls; /* NULL: never TLS (tests) */
	struct store *store;     /* STORE_READ, this thread's own */
	struct journal *journal;
	struct journal_port *port;
	struct composer *composer;
	struct outcome_policy policy;
	struct str helo;
	struct endpoint source;
	uint16_t mx_port; /* 0: 25 */
	/* relay: everyone to one place */
	bool relay;
	struct endpoint relay_to[8];
	size_t relay_to_count;
	struct str relay_name; /* for the certificate and for messages */
	const struct relay_profile *profile;
	struct str auth_user, auth_secret;
	enum smtp_auth_mechanism auth;
	enum smtp_tls_mode tls_mode;
	bool tls_verify;
	/* pace, until each provider has its own */
	unsigned connections;    /* a site, this worker's share */
	unsigned per_connection; /* mails; 0: no limit */
	double per_second;       /* a site; 0: no limit */
	unsigned part, parts;
	int64_t epoch;
	/* a gated notice: whom to pass over, route or send to last */
	const struct gate *gate;     /* NULL: ungated */
	const struct notice *notice; /* with gate */
	struct people *people;       /* with gate; this thread's own */
	struct engine_wave *wave;    /* with gate; NULL: alone */
	uint64_t seed;               /* for jitter */
	struct engine_figures *figures;
	/* wire trace of every session, "site#lane"; NULL: none */
	void (*trace)(const char *lane, char dir, struct str bytes, void *arg);
	void *trace_arg;
	/* nothing left to do, or stopped, or failed (`why` != NULL).  From the
	 * loop; the engine is idle then and may be freed. */
	void (*finished)(struct engine *g, const struct err *why, void *arg);
	void *arg;
};

struct engine *engine_new(const struct engine_config *c);
void engine_start(struct engine *g);
/* Ctrl-C: gives up what is before the dot, waits for what is after it. Again:
 * leaves that uncertain. */
void engine_stop(struct engine *g);
void engine_free(struct engine *g);
