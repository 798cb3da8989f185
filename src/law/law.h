/* law: which laws ask that whom be told, by when, how and with which words.
 *
 *	law_pack_load("data/laws", &pack, &e);
 *	law_assess(pack, &facts, places, n, &arena, &duties, &e);
 *	law_channel_for(pack, &facts, S("US-CA"), S("consent"), true, &c);
 *
 * The pack (data/laws/laws.tsv, its README is the format) is data with its date
 * and sources; the rest is pure: facts and numbers of people in, duties out.
 * Nothing here is legal advice, and every screen that shows a duty says so,
 * with `as_of`, `source` and the confidence of the very field it rests on.
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

struct law_pack;

/* laws.tsv, keywords.tsv and applicability.tsv of `dir`.  A wrong line of any
 * is refused with file, line, column and reason: ERR_INPUT; a missing file
 * ERR_NOENT.  This is also the pack's linter. */
int law_pack_load(const char *dir, struct law_pack **ret, struct err *e);
/* The same from memory; the texts may go away afterwards. */
struct law_texts {
	struct str laws, keywords, applicability;
	const char *dir; /* for errors */
};
int law_pack_parse(
    const struct law_texts *t, struct law_pack **ret, struct err *e);
void law_pack_free(struct law_pack *p);

/* ---- what is known */
#define LAW_KIND_BREACH  1u
#define LAW_KIND_RECALL  2u
#define LAW_KIND_POLICY  4u
#define LAW_KIND_HEALTH  8u
#define LAW_KIND_TELECOM 16u
/* "breach,health" -> bits; ERR_INPUT names the word and what there is. */
int law_kinds_parse(struct str list, unsigned *ret, struct err *e);

enum law_answer { LAW_UNSAID, LAW_SAID_YES, LAW_SAID_NO };

/* People by residence; codes are ISO 3166 ("US-CA", "DE"). */
struct law_place {
	struct str code;
	uint64_t people;
};

struct law_facts {
	unsigned kinds;    /* LAW_KIND_ bits; 0: breach, health, telecom */
	struct str sector; /* lists by comma, words of law_facts_check() */
	struct str data_types;
	enum law_answer encrypted, listed;
	struct str role;       /* controller (owner), processor, ... */
	usec_t discovered;     /* wall; the start of most clocks; 0: unknown,
				* and nothing is counted from it */
	usec_t determined;     /* 0: as discovered */
	usec_t notified;       /* persons were told; 0: not yet */
	usec_t regulator_told; /* 0: not yet */
	usec_t effective;      /* a change takes effect (policy); 0: unknown */
	usec_t held_until;     /* law enforcement asked to wait; 0: no */
	usec_t now;            /* for "days left", laws not yet in force */
	usec_t house_limit;    /* for keyword deadlines; 0: none is computed */
	/* Of the same incident, found before these people: a law that asks
	 * something from 501 people on counts them too.  A code may come more
	 * than once. */
	const struct law_place *earlier;
	size_t earliers;
};
/* Unknown words of sector, data_types and role: ERR_INPUT, with the nearest. */
int law_facts_check(const struct law_facts *f, struct err *e);

/* "US-CA=1200,DE=40": unknown code, zero, doubles: ERR_USAGE.  Codes are ISO
 * 3166 as it stands: DE is Germany, US-DE Delaware. */
int law_places_parse(struct str text, struct arena *a, struct law_place **ret,
    size_t *ret_count, struct err *e);
/* Whether a code exists: a country, or a subdivision of the US or Canada. */
bool law_place_known(struct str code);
/* Whether `place` lies in `area`: itself, its country ("US" holds "US-MA"), or
 * "EU" for a Member State. */
bool law_place_within(struct str place, struct str area);

/* ---- what follows */
enum law_applies { LAW_YES, LAW_IF, LAW_NO };
enum law_who { LAW_INDIVIDUALS, LAW_REGULATOR, LAW_CRA };
const char *law_who_name(enum law_who w); /* "individuals" ... */

struct law_duty {
	struct str id; /* of laws.tsv */
	unsigned step; /* 1; 2, 3 of successive reports */
	enum law_who who;
	enum law_applies applies;
	struct str question;     /* what decides, or why not; may be empty */
	struct str jurisdiction; /* of the law: EU for a person in DE */
	struct str name, regime, kind;
	struct str trigger;   /* what sets the duty off */
	struct str regulator; /* its name, for LAW_REGULATOR */
	uint64_t people;
	bool has_deadline;
	usec_t deadline;      /* wall */
	bool house;           /* it is the house limit, not the law's */
	bool passed;          /* before facts.now */
	struct str rule;      /* as in the pack: "P15D@notice-to-individuals" */
	struct str rule_text; /* the same in plain words, with its start */
	struct str email, email_condition; /* as in the pack */
	struct str *required;              /* keywords, the row's */
	size_t required_count;
	struct str substitute;   /* when and what, in words; or empty */
	bool substitute_allowed; /* by the number of people alone */
	struct str language;
	struct str as_of, source;
	struct str confidence_deadline, confidence_channel, confidence_content;
	/* L-01: the persons may be told only after this one is done */
	bool before_individuals;
	unsigned wait_business_days; /* ... and so many full days later */
	bool delay_for_police;
};
struct law_duties {
	struct law_duty *d;
	size_t count;
	/* The pack says nothing of these, which is not the same as "no duty". */
	struct law_place *not_covered;
	size_t not_covered_count;
	/* People of "US", no state known: they count for federal law only. */
	uint64_t unknown_state;
};
/* Every regime of the pack for these places, sorted by deadline (none last),
 * then id, who, step. */
int law_assess(const struct law_pack *p, const struct law_facts *f,
    const struct law_place *place, size_t places, struct arena *a,
    struct law_duties *ret, struct err *e);

/* The meaning of a keyword of required_elements or substitute_methods. */
const char *law_keyword_text(const struct law_pack *p, struct str keyword);

/* ---- one person */
enum law_channel {
	LAW_CHANNEL_EMAIL,
	LAW_CHANNEL_POST,
	LAW_CHANNEL_BOTH,
	LAW_CHANNEL_SUBSTITUTE,
	LAW_CHANNEL_COUNT
};
const char *law_channel_name(enum law_channel c); /* "email" ... */
bool law_channel_parse(struct str s, enum law_channel *ret);

struct law_channel_choice {
	enum law_channel channel; /* of the legal notice */
	const char *why;          /* a clause; static */
	struct str id;            /* the strictest row, or none */
	struct str confidence;    /* of its channel fields */
};
/* `ground`: the cell legal_ground (consent, esign, primary-channel, contract,
 * own-procedure, statute ...; empty: none).  Facts decide which rows count;
 * rows that only may apply count too, which is the cautious reading. */
void law_channel_for(const struct law_pack *p, const struct law_facts *f,
    struct str jurisdiction, struct str ground, bool has_email, bool has_post,
    struct law_channel_choice *ret);
/* Words a legal_ground cell may hold; ends with NULL. */
extern const char *const law_grounds[];

/* ---- dates, exact */
/* Adds an ISO 8601 duration of the pack's grammar ("P30D", "PT72H", "P1M",
 * "P5D:business") to a moment; months end at the month's end; business days
 * are Monday to Friday, no holidays are known.  Negative if malformed. */
int law_date_add(usec_t from, struct str duration, bool backwards, usec_t *ret,
    struct err *e);
/* "YYYY-MM-DD", or "YYYY-MM-DDThh:mm:ss" with "Z" or an offset "-08:00"; false
 * for anything else, also for days that do not exist. */
bool law_moment_parse(struct str s, usec_t *ret);
