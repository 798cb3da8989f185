/* mailing_private: prepare.c fills what mailing.c runs. */
#pragma once

#include "deliver/mailing.h"

#include <pthread.h>

struct worker {
	struct mailing *mailing;
	unsigned number;
	pthread_t thread;
	bool started;
	struct loop *loop;
	struct network *network;
	struct dns *dns;
	struct tls_context *tls;
	struct store *store;
	struct people *people;
	struct composer *composer;
	struct journal_port *port;
	struct engine *engine;
	struct loop_wake stop;
	struct engine_figures figures;
	struct err why; /* code 0: ended by itself */
	atomic_bool ended;
};

struct mailing {
	struct notice *notice;
	struct mailing_options o;
	struct arena arena;
	unsigned char secret[STORE_SECRET_SIZE];
	struct store *store; /* the journal's */
	struct people *people;
	struct letter_variants *variants;
	struct segment_rules *rules;
	int64_t *template_ids;
	struct relay_profile *profile;
	struct store_lease lease;
	bool has_lease, clean; /* clean: nothing failed */
	/* relay */
	bool relay, implicit_tls;
	struct endpoint relay_to[8];
	size_t relay_to_count;
	struct str relay_name, relay_host;
	struct buf auth_secret;
	struct endpoint source;
	struct str helo;
	struct outcome_policy policy;
	struct journal *journal;
	struct journal_figures journal_figures;
	struct worker *worker;
	struct engine_wave wave;
	unsigned workers;
	unsigned stops;
};

struct composer_config mailing_composer(
    const struct mailing *m, struct store *store, struct people *people);
/* "host:port", "host", "smtps://host": fills relay_*. */
int mailing_read_relay(struct mailing *m, struct str relay, struct err *e);
int mailing_read_secret(struct mailing *m, struct err *e);
