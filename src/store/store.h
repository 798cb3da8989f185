/* store: what has been decided and done, DIR/state.db.  The audience is
 * immutable (people.h); state is only the journal: intents, outcomes, and for
 * each person touched the state that follows from them.
 *
 * This header is the contract; sqlite.c keeps it (WAL, synchronous=FULL);
 * postgres.c will.  One struct store is one connection for one thread.
 *
 * Life of one attempt:
 *	intent   committed before the final dot may leave (store_commit)
 *	outcome  committed after the reply; keyed by attempt, always recorded
 * A try that ends before its final dot needs no intent: its outcome carries
 * the attempt (intent_made false) and both rows are written at once.
 * An intent without outcome whose sender is dead is `uncertain`.
 *
 * Fences: store_commit() refuses intents of an older epoch (ERR_LEASE) and
 * records outcomes of any.
 *
 * LIMITS: a rolled-back virtual machine (same machine-id, device and inode) is
 * not detected.
 */
#pragma once

#include "base/clock.h"
#include "store/people.h"

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/* STORE_WRITE makes the database if there is none (with its secret); READ
 * without one: ERR_NOENT. Another schema version: ERR_DB, says which. */
int store_open(
    const char *dir, enum store_mode mode, struct store **ret, struct err *e);
void store_close(struct store *s);

/* 32 random bytes made with the database; person ids, Message-IDs and bounce
 * tokens derive from them (HMAC with a purpose). */
#define STORE_SECRET_SIZE 32
int store_secret(
    struct store *s, unsigned char ret[STORE_SECRET_SIZE], struct err *e);

/* Small named values (paused, template in use, ...). 1 found, 0 not. */
int store_control_get(
    struct store *s, const char *key, struct buf *ret, struct err *e);
int store_control_set(
    struct store *s, const char *key, struct str value, struct err *e);
/* True if another connection has committed since the last call, and at the
 * first one. Cheap: reads no table. */
int store_changed(struct store *s, bool *ret, struct err *e);

/* ---- one sender at a time */
struct store_lease {
	int64_t epoch;
	uint64_t uncertain; /* open intents found and marked */
	bool unclean;       /* the last sender did not end by itself */
};
/* Takes the operating-system lock DIR/state.lock (dies with the process),
 * checks machine-id, device and inode (a copied folder or restored backup:
 * ERR_LEASE unless `take_over`), raises the epoch, makes the ballast file, and
 * marks every open intent `uncertain`. Held by another: ERR_LEASE, with its
 * pid and start time. */
int store_lease_take(
    struct store *s, bool take_over, struct store_lease *ret, struct err *e);
void store_lease_drop(struct store *s, bool clean);
/* True while some process holds the lease (asks without taking it). */
bool store_lease_held(const char *dir);
/* The same lock for a command that must not run beside a sender (import);
 * touches neither epoch nor state. */
int store_guard_take(const char *dir, int *ret_fd, struct err *e);
void store_guard_drop(int fd);

/* ---- states */
enum person_status {
	PERSON_PENDING = 0, /* never tried, or next address due */
	PERSON_SENDING = 1, /* an open intent */
	PERSON_ACCEPTED = 2,
	PERSON_HANDED = 3,
	PERSON_DEFERRED = 4,
	PERSON_REJECTED = 5,
	PERSON_BOUNCED = 6,
	PERSON_COMPLAINED = 7,
	PERSON_EXPIRED = 8,
	PERSON_UNCERTAIN = 9,
	PERSON_HELD = 10,
	PERSON_OTHER_CHANNEL = 11, /* owed another channel from the start */
	PERSON_EXCLUDED = 12,
	PERSON_STATUS_COUNT
};
const char *person_status_name(enum person_status s); /* "other_channel" */

/* What a person's state becomes. */
struct person_state {
	enum person_status status;
	uint32_t address_no; /* which address is next or was last */
	uint32_t tries;      /* of this address */
	usec_t due;          /* wall; when to try again */
	usec_t first_try;    /* wall; 0 before; the retry window counts here */
	bool resent;         /* was tried again after an uncertain attempt */
};

/* What would differ if the mail were composed again: kept in the intent. */
struct letter_record {
	int64_t date;             /* seconds since 1970: Date, t= */
	int64_t template;         /* store_template_put() */
	uint32_t address_no;      /* which address stands in To */
	struct str code;          /* one-time code, or empty */
	struct str sig[2];        /* signature bytes, in the signer's order */
	unsigned char sha256[32]; /* of the mail as sent, before dot-stuffing */
};

struct intent {
	int64_t attempt; /* id, from the journal: ascending, never reused */
	int64_t person;
	int64_t epoch;
	usec_t at; /* wall */
	struct str site;
	struct letter_record letter;
	struct person_state state; /* status PERSON_SENDING */
};

struct outcome {
	int64_t attempt, person, epoch;
	bool intent_made;       /* false: write the attempt row too */
	usec_t at;              /* wall */
	uint8_t stage;          /* enum smtp_stage */
	uint8_t cause;          /* enum smtp_cause */
	int32_t code;           /* SMTP code, 0: none */
	struct str status_code; /* "5.1.1" */
	struct str text;        /* reply text or sentence, bounded */
	struct str site, host, ip, tls, relay_id;
	struct person_state state; /* what the person is now */
};

/* One group commit: all or nothing, in the order given, one sync. */
struct store_record {
	bool is_intent;
	union {
		struct intent intent;
		struct outcome outcome;
	} u;
};
int store_commit(
    struct store *s, const struct store_record *r, size_t n, struct err *e);
/* The highest attempt id in use. */
int store_last_attempt(struct store *s, int64_t *ret, struct err *e);

/* Frees the ballast so that what is known can still be committed; then the
 * process must end with exit 3. */
void store_ballast_free(struct store *s);

/* ---- who is next (reads audience.db beside state.db) */
struct store_due {
	struct people_row row;
	struct person_state state;
	bool has_letter; /* an intent was made before: compose that again */
	struct letter_record letter;
};
typedef int store_due_fn(const struct store_due *d, void *arg);
/* Persons with an address and no state row, id > after, in id order (one
 * domain only if domain.p); at most `limit`; only ids with
 * (id >> 4) % parts == part. Returns how many, or negative. */
int store_next_fresh(struct store *s, int64_t after, struct str domain,
    unsigned part, unsigned parts, unsigned limit, store_due_fn *fn, void *arg,
    struct err *e);
/* Persons to try again with due <= now: uncertain first, then by due. */
int store_next_due(struct store *s, usec_t now, struct str domain,
    unsigned part, unsigned parts, unsigned limit, store_due_fn *fn, void *arg,
    struct err *e);
/* Persons held by an earlier sender: what held them may have been mended. */
int store_next_held(struct store *s, int64_t after, unsigned part,
    unsigned parts, unsigned limit, store_due_fn *fn, void *arg, struct err *e);
/* When the next of those due is due (wall); 0: nobody waits. */
int store_earliest_due(struct store *s, usec_t *ret, struct err *e);
/* Domains (of first addresses) after `after`, ascending; needs
 * people_index_domains(). */
typedef int store_domain_fn(struct str domain, void *arg);
int store_next_domains(struct store *s, struct str after, unsigned limit,
    store_domain_fn *fn, void *arg, struct err *e);
/* One person's row and state. 1 found, 0 unknown. */
int store_get(struct store *s, int64_t person, struct arena *a,
    struct store_due *ret, struct err *e);
/* Where everybody stands who was ever tried, id > after, in id order; at most
 * `room`. Returns how many, or negative. */
struct store_standing {
	int64_t person;
	enum person_status status;
	bool resent;
	usec_t first_try; /* wall */
};
int store_standings(struct store *s, int64_t after, struct store_standing *ret,
    size_t room, struct err *e);
/* Everyone in one status, for lists (held, rejected ...). */
struct store_listed {
	int64_t person;
	struct person_state state;
	struct str person_id, name, addresses;
	int32_t code;
	struct str text; /* of the last outcome */
};
typedef int store_listed_fn(const struct store_listed *l, void *arg);
int store_list(struct store *s, enum person_status status, store_listed_fn *fn,
    void *arg, struct err *e);

/* ---- templates: compiled once, immutable */
/* The id of these bytes, stored if new. */
int store_template_put(struct store *s, struct str name, struct str compiled,
    int64_t *ret_id, struct err *e);
int store_template_get(
    struct store *s, int64_t id, struct buf *ret, struct err *e);

/* ---- one-time codes */
/* Gives everyone with an address and no code the next line's code; `next`
 * returns 1 and a code, or 0 at the end of the file. Shortage: ERR_INPUT with
 * both numbers, nothing changed. Deterministic once given. */
typedef int store_code_fn(struct buf *ret_code, void *arg, struct err *e);
int store_codes_assign(
    struct store *s, store_code_fn *next, void *arg, struct err *e);
/* 1 found, 0 none */
int store_code_get(
    struct store *s, int64_t person, struct buf *ret, struct err *e);

/* ---- the sweep */
struct store_counts {
	uint64_t audience;
	uint64_t by_status[PERSON_STATUS_COUNT];
	uint64_t resent;
	uint64_t attempts, open_intents;
};
/* Counted from the rows, never kept.  SENDING under a living lease counts as
 * pending, else as uncertain. */
int store_count(struct store *s, struct store_counts *ret, struct err *e);
/* Per site: name, and counts by status. */
struct store_site {
	struct str name;
	uint64_t by_status[PERSON_STATUS_COUNT];
};
typedef int store_site_fn(const struct store_site *site, void *arg);
int store_each_site(
    struct store *s, store_site_fn *fn, void *arg, struct err *e);
/* Proves that the states add up to the audience and that every state agrees
 * with its attempts and outcomes. ERR_DB with the first person (masked) that
 * does not. */
int store_sweep(struct store *s, struct store_counts *ret, struct err *e);
