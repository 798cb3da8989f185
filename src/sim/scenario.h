/* scenario: a wire story as text (docs/formats/scn.md): who is owed mail, what
 * DNS says, how the providers behave, what is done, and what must come of it.
 * This is the parser only: bytes in, a struct out.  Whoever plays it (the wire
 * stories of tests/scenarios, a rehearsal) brings the sender.
 *
 *	scenario_parse(text, "greylist.scn", &s, &e);
 *	for (const struct scenario_step *x = s->steps; x; x = x->next)
 *		...
 *	scenario_free(s);
 *
 * Whatever is not understood is refused as FILE:LINE, never skipped; names of
 * providers and persons are resolved here, so that a player can trust them.
 * Zone text is handed on as it stands, each part behind as many empty lines as
 * the file has before it: the zone reader's line numbers are the file's.
 *
 * LIMITS: LIMIT_SCENARIO_FILE, SCENARIO_LINES; SCENARIO_PEOPLE persons,
 * SCENARIO_PLACES providers and peers, SCENARIO_ZONES zone parts.
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "sim/provider.h"
#include "smtp/session.h"
#include "store/store.h"

#define SCENARIO_LINES  20000u
#define SCENARIO_PEOPLE 20000u
#define SCENARIO_PLACES 32u
#define SCENARIO_ZONES  32u
#define SCENARIO_RELAYS 8u

struct scenario_config {
	struct str relay; /* its name; empty: direct, with the zone */
	struct endpoint relay_to[SCENARIO_RELAYS];
	size_t relays;
	enum smtp_tls_mode tls;               /* NEVER unless said */
	unsigned connections, per_connection; /* 0: as the sender has it */
	usec_t retry_for, not_after; /* 0: not said; not_after from the start */
	bool hold_uncertain;
	struct str auth_user, auth_secret;
	struct str profile; /* a relay profile's file, as text */
	struct str text;    /* message.md; empty: the player's */
	usec_t latency;     /* one way; 0: 1 ms */
	uint64_t chunk, seed;
};

struct scenario_person {
	struct scenario_person *next;
	struct str name, addresses; /* addresses by '\n' */
};

struct scenario_zone {
	struct scenario_zone *next;
	usec_t at; /* since the start */
	struct str text;
};

/* What a peer does, in order. */
enum scenario_act_kind {
	SCENARIO_EXPECT,  /* a line that fits `text` */
	SCENARIO_SAY,     /* `text` and CRLF */
	SCENARIO_RAW,     /* `text` */
	SCENARIO_CONTENT, /* takes lines until the one that is a dot */
	SCENARIO_FLOOD, /* `number` bytes of a reply that begins with `text` */
	SCENARIO_WAIT,
	SCENARIO_TLS,
	SCENARIO_CLOSE,
};
struct scenario_act {
	struct scenario_act *next;
	enum scenario_act_kind kind;
	size_t line;
	struct str text;
	uint64_t number;
	usec_t wait;
};
/* One connection's script; the last one serves all further connections. */
struct scenario_script {
	struct scenario_script *next;
	struct scenario_act *acts;
};

/* A provider, or (scripts != NULL) a peer that plays lines. */
struct scenario_place {
	struct scenario_place *next;
	size_t number; /* from 0 */
	struct str name;
	struct endpoint at;
	struct str tls_name; /* of its certificate; empty: no TLS */
	bool untrusted;      /* the sender does not know who issued it */
	struct provider_config provider; /* without tls, trace */
	struct scenario_script *scripts;
};

/* A provider's option that changes by itself. */
struct scenario_change {
	struct scenario_change *next;
	usec_t at;
	const struct scenario_place *place;
	struct str option, value; /* known to be right */
};

enum scenario_wire { SCENARIO_IN_ORDER, SCENARIO_NEVER, SCENARIO_TIMES };

enum scenario_expect_kind {
	SCENARIO_COUNTS,
	SCENARIO_PERSON,
	SCENARIO_WIRE,
	SCENARIO_TIME,        /* since the start, `number` */
	SCENARIO_MAILS,       /* at `place`, for `text` if any */
	SCENARIO_SAME,        /* all of these are the same bytes */
	SCENARIO_CONNECTIONS, /* made to `place` */
	SCENARIO_ENDED,       /* the sender, by itself or as asked */
	SCENARIO_ERROR,       /* the sender, with a sentence like `text` */
	SCENARIO_RUNNING,
};
enum scenario_compare { SCENARIO_EQ, SCENARIO_LE, SCENARIO_GE };

struct scenario_expect {
	enum scenario_expect_kind kind;
	struct str text;
	const struct scenario_place *place; /* WIRE: NULL is any */
	enum scenario_compare compare;
	int64_t number; /* TIME: usec; WIRE: times */
	/* COUNTS: what is not named must be 0 */
	uint64_t counts[PERSON_STATUS_COUNT], resent;
	/* PERSON: number from 1; what was not said is -1, or empty */
	unsigned person;
	int state, code, tries, address, again;
	/* WIRE */
	enum scenario_wire wire;
	unsigned connection; /* from 1; 0: any */
	char dir;            /* '>' from the sender, '<' to it, '!' a note */
};

enum scenario_step_kind {
	SCENARIO_RUN,  /* until the sender has nothing to do */
	SCENARIO_PASS, /* it runs for `wait` */
	SCENARIO_STOP,
	SCENARIO_KILL,
	SCENARIO_RESTART,
	SCENARIO_SILENT, /* connects to `place` are never answered */
	SCENARIO_REFUSE, /* refused */
	SCENARIO_RELEASE,
	SCENARIO_PAUSE, /* `text`: "*", or a site */
	SCENARIO_RESUME,
	SCENARIO_CHECK,
};
struct scenario_step {
	struct scenario_step *next;
	enum scenario_step_kind kind;
	size_t line;
	struct str source; /* as it stands in the file */
	usec_t wait;
	struct str text;
	const struct scenario_place *place;
	struct scenario_expect expect;
};

struct scenario {
	struct arena arena; /* owns all */
	struct str about;   /* the first comment */
	struct scenario_config config;
	struct scenario_person *people;
	size_t person_count;
	struct scenario_zone *zones; /* by time */
	struct scenario_place *places;
	size_t place_count;
	struct scenario_change *changes;
	struct scenario_step *steps;
};

/* `name` is for messages.  ERR_INPUT or ERR_LIMIT, as "NAME:LINE: ...". */
int scenario_parse(
    struct str text, const char *name, struct scenario **ret, struct err *e);
void scenario_free(struct scenario *s);

/* `*` is any bytes, `?` any one; letters by case. */
bool scenario_fits(struct str glob, struct str s);
