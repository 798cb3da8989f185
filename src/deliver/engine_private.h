/* engine_private: the objects of one engine and who calls whom.
 *
 *	engine  ->  feed    feed_fill(group): letters into its queue
 *	engine  ->  site    site_pump(site): lanes for what waits
 *	site    ->  lane    lane_open(site)
 *	lane    ->  site    site_next_letter, site_lane_idle, site_lane_ended
 *	lane    ->  engine  engine_settle(letter, ...): the outcome, journaled
 */
#pragma once

#include "base/log.h"
#include "base/rand.h"
#include "deliver/engine.h"

#define GROUP_BATCH   256u /* letters loaded at a time */
#define GROUP_LOW     16u  /* load more below this */
#define GROUPS_ACTIVE 256u /* domains worked on at a time */
#define DUE_BATCH     128u
#define SITE_HOSTS    16u

/* One person in hand. */
struct letter {
	struct letter *next;
	struct store_due due; /* views into bytes[] */
	uint64_t settles;     /* journal number of the outcome */
	struct group *group;
	bool again; /* loaded as one to try again */
	char bytes[];
};

struct letter_list {
	struct letter *first, **last;
	size_t count;
};
void letter_list_init(struct letter_list *l);
void letter_list_add(struct letter_list *l, struct letter *x);
struct letter *letter_list_take(struct letter_list *l);

/* Letters of one recipient domain (with a relay: all). */
struct group {
	struct engine *engine;
	struct group *next_in_engine, *next_in_site;
	struct site *site;   /* NULL while the route is looked up */
	struct route *route; /* under way */
	struct letter_list queue;
	size_t in_hand; /* loaded and not yet settled */
	int64_t cursor; /* last fresh id loaded */
	bool fresh_done;
	char domain[256]; /* "" with a relay */
};

/* ---- route.c */
struct route_result {
	enum route_status {
		ROUTE_OK,
		ROUTE_NO_DOMAIN, /* NXDOMAIN, or neither MX nor address */
		ROUTE_NULL_MX,   /* RFC 7505 */
		ROUTE_LATER,     /* SERVFAIL, time-out */
	} status;
	char name[256]; /* the site: first name of the best MX set */
	struct route_host {
		char name[256];
		struct endpoint at;
	} host[SITE_HOSTS];
	size_t hosts;
	char text[400]; /* when not OK */
};
typedef void route_fn(const struct route_result *r, void *arg);
/* MX in order of preference (equal ones in an order drawn from `seed`), each
 * with its addresses; without MX the domain's own (RFC 5321 5.1). */
struct route *route_start(struct dns *dns, struct str domain, uint16_t port,
    uint64_t seed, route_fn *fn, void *arg);
void route_cancel(struct route *r);

/* ---- site.c */
struct site {
	struct engine *engine;
	struct site *next;
	struct group *groups, *turn; /* turn: whose letter is next */
	struct lane *lanes;
	size_t lane_count, lanes_up; /* up: have been ready */
	unsigned cap;                /* connections now */
	unsigned lane_number;
	struct route_result route;
	unsigned failures;             /* in a row, of all hosts */
	usec_t down_since, open_after; /* steady; 0: up */
	bool reached;                  /* ever, in this run */
	bool paused;                   /* by name */
	bool no_tls[SITE_HOSTS];       /* handshake failed: clear text */
	double tokens;                 /* for per_second */
	usec_t tokens_at;
	struct loop_timer timer; /* pump again */
	char last_trouble[300];
	uint64_t said; /* kinds of trouble the operator has been told of */
};
struct site *site_find(struct engine *g, const struct route_result *r);
void site_attach(struct site *s, struct group *gr);
void site_detach(struct site *s, struct group *gr);
/* Opens lanes and wakes idle ones as far as letters wait. */
void site_pump(struct site *s);
/* The next letter, loaded if need be; NULL: none now. */
struct letter *site_next_letter(struct site *s);
/* 0: go; else wait so long (pace). Takes a token when 0. */
usec_t site_take_token(struct site *s);
/* A session could not be brought to `ready`, or ended badly. */
void site_trouble(struct site *s, const char *text);
/* Tells the operator of a broken session, each kind once. */
void site_say(struct site *s, const char *host, const struct smtp_failure *f);
void site_free(struct site *s);

/* ---- lane.c */
enum lane_state { LANE_OPENING, LANE_IDLE, LANE_BUSY, LANE_CLOSING };
struct lane {
	struct site *site;
	struct lane *next, **prev;
	struct smtp_session *session;
	enum lane_state state;
	size_t host;    /* index in the site's route */
	unsigned mails; /* done on this connection */
	bool was_ready;
	struct letter *letter;
	struct composed mail;
	struct smtp_mail smtp;
	struct journal_ticket ticket;
	bool ticket_pending, intent_made, ready_waits, ended;
	int64_t attempt;
	struct loop_timer idle;
	char name[300];
};
void lane_open(struct site *s);
/* An idle lane looks for work. */
void lane_work(struct lane *l);
void lane_quit(struct lane *l);
void lane_abort(struct lane *l); /* Ctrl-C */
/* Without a word: only for a worker that ends, or once nothing is under way. */
void lane_free(struct lane *l);
void lane_drop(struct lane *l); /* second Ctrl-C */

/* ---- feed.c */
struct feed {
	int64_t *set; /* ids in hand: open addressing, 0 is empty */
	size_t set_size, set_used;
	struct letter_list settling; /* outcome given, not yet durable */
	char domain_after[256];
	bool domains_done;
	usec_t next_due; /* wall: when to ask the store again; 0: never */
	size_t due_in_hand, fresh_in_hand;
	int64_t held_after;
	bool held_done;
	/* gated.c */
	unsigned due_limit;  /* rows looked at to find someone due */
	size_t due_passed;   /* of them, those whose tranche is closed */
	bool full;           /* too much waits for the journal: load later */
	bool last_wave;      /* those who complained */
	bool first_is_over;  /* told the other workers */
	bool passed_someone; /* for the last wave */
};
void feed_init(struct feed *f);
void feed_release(struct feed *f);
/* More letters for this group, if it runs low. */
int feed_fill(struct engine *g, struct group *gr, struct err *e);
/* Persons to try again, and further domains. */
int feed_turn(struct engine *g, struct err *e);
/* Frees what has become durable. */
void feed_settled(struct engine *g);
/* Puts a person in hand. */
struct letter *feed_take_in(
    struct engine *g, struct group *gr, const struct store_due *d, bool again);
/* Of the address with this number. */
struct str feed_address_domain(struct str addresses, uint32_t number);
/* No fresh person is left to load. */
bool feed_walked(const struct engine *g);

/* ---- gated.c; only with a gate */
#define SETTLING_MAX 4096u /* then the journal is waited for */
/* Somebody never tried: into a queue, to another channel, or passed over. */
void gated_fresh(struct group *gr, const struct store_due *d);
/* May somebody who was tried be tried again? */
bool gated_lets_due(struct engine *g, const struct store_due *d);
/* When the next person who may be tried again is due; 0: nobody. */
int gated_earliest(struct engine *g, usec_t *ret, struct err *e);
/* The second wave, when everybody else has had a try, at all workers. */
void gated_tend_wave(struct engine *g);
/* This worker does not hold up the others any longer. */
void gated_leave(struct engine *g);

/* ---- engine.c */
struct engine {
	struct engine_config c;
	struct feed feed;
	struct group *groups;
	size_t group_count;
	struct site *sites;
	struct rand_seq random;
	struct loop_timer turn_timer;
	struct loop_task turn_task;
	unsigned busy;     /* lanes with a mail under way */
	uint64_t pauses;   /* journal_pauses() seen */
	unsigned stopping; /* 1: stop, 2: drop */
	bool paused, done, failed;
	struct err why;
	size_t in_hand;
};
usec_t engine_wall(struct engine *g);
/* Group of a domain, made if new; its route is looked up. */
struct group *engine_group(struct engine *g, struct str domain);
/* What a try came to: judged, journaled; the letter is no longer the
 * caller's. `o` has everything but ids, times and state. */
void engine_settle(struct engine *g, struct letter *x,
    const struct outcome_fact *f, struct outcome *o);
/* A state without a try (held, expired): journaled likewise. */
void engine_settle_as(struct engine *g, struct letter *x,
    enum person_status status, struct str site, const char *text);
/* Look again soon. */
void engine_poke(struct engine *g);
/* Nothing can go on: stops, and finished() gets this. */
void engine_fail(struct engine *g, const struct err *e);
