/* stage: the real engine on an imitated network and virtual time, for wire
 * stories and fault tests.  A folder with an audience and a text is all it
 * needs; providers are the test's own (sim/provider).
 *
 *	stage_folder(dir, people, STAGE_TEXT);    once a folder
 *	stage_open(&s, dir, &options);            a sender starts
 *	provider_new(s.net, ...)
 *	stage_run(&s);                            until it has nothing to do
 *	stage_close(&s);                          it ends, or has crashed
 */
#pragma once

#include "deliver/engine.h"
#include "net/dns.h"
#include "t.h"

#define STAGE_WALL (1795000000 * USEC_PER_SEC)
#define STAGE_TEXT "Dear {{name|customer}},\n\nsomething has happened.\n"

struct stage_person {
	const char *name, *addresses; /* addresses by '\n' */
	uint32_t flags;               /* PEOPLE_FLAG_* */
	const char *tranche;          /* NULL: the first import */
};

/* What goes over the wire: '>' from us, '<' to us, '!' a change of state. */
typedef void stage_trace_fn(
    const char *lane, char dir, struct str bytes, void *arg);

struct stage_options {
	/* both or none; they stay the caller's, and outlive the sender */
	struct loop *loop;
	struct network *net;
	const char *vfs;        /* of the writer; NULL: the usual */
	const char *relay;      /* "192.0.2.1:25", several by comma; NULL:
				 * direct, with `zone` */
	const char *relay_name; /* NULL: relay.test */
	struct str zone;        /* DNS, as text */
	const char *zone_name;  /* for messages; NULL: zone */
	const char *profile;    /* a relay profile's file; NULL: none */
	const char *auth_user, *auth_secret; /* then TLS is required */
	enum smtp_tls_mode tls;              /* NEVER unless said */
	struct tls_context *tls_context;
	unsigned connections;    /* 0: the profile's, or 20 */
	unsigned per_connection; /* 0: the profile's, or no limit */
	size_t chunk;            /* of the network: pieces of so many bytes */
	usec_t latency;          /* one way; 0: 1 ms */
	usec_t retry_for;        /* 0: 72 h */
	usec_t not_after;        /* wall; 0: none */
	bool hold_uncertain;
	bool take_over;
	const struct gate *gate; /* NULL: ungated */
	usec_t wall;             /* when it starts; 0: STAGE_WALL */
	uint64_t seed;
	stage_trace_fn *trace;
	void *trace_arg;
	/* after the store is open, before anything is written */
	void (*opened)(struct store *writer, void *arg);
	void *opened_arg;
};

struct stage {
	bool borrowed; /* loop and net */
	struct loop *loop;
	struct network *net;
	struct dns *dns;
	struct store *writer, *reader;
	struct people *people;
	struct notice *notice;
	struct relay_profile *profile;
	struct letter_variants *variants;
	int64_t template_ids[16];
	unsigned char secret[STORE_SECRET_SIZE];
	struct store_lease lease;
	struct journal *journal;
	struct journal_port *port;
	struct composer *composer;
	struct engine *engine;
	struct engine_figures figures;
	struct str helo;
	bool finished;
	struct err why; /* code 0: it ended by itself */
	char dir[256];
};

/* Makes a folder under $TMPDIR with an audience; ids are 16, 32, ... in the
 * order given. */
void stage_folder(
    char dir[64], const struct stage_person *p, size_t n, const char *text);
/* As many people at so many domains: p1@d1.example, p2@d2.example, ... */
void stage_crowd(char dir[64], size_t people, size_t domains);
/* Negative: as mailing_prepare() would refuse it. */
int stage_open(struct stage *s, const char *dir, const struct stage_options *o,
    struct err *e);
/* Until the engine has finished, or someone stopped the loop. */
void stage_run(struct stage *s);
/* Frees everything.  An engine that has not finished is dropped as a crash
 * would, except that what it told the journal is still committed. */
void stage_close(struct stage *s);
/* SIGKILL: nothing more is written, then as stage_close(). */
void stage_kill(struct stage *s);
/* The sweep, with the folder's own reader. */
void stage_counts(const char *dir, struct store_counts *ret);
