/* law_private: the pack in memory; nobody outside of this folder includes it.
 *
 *	pack.c            files in, struct law_pack out
 *	row.c, value.c    one line of laws.tsv, and the grammar of its deadlines
 *	keyword.c         keywords.tsv, required_elements, substitute_methods
 *	applicability.c   applicability.tsv, and facts against it
 *	deadline.c        the date of one term
 *	assess.c          all duties of some places
 */
#pragma once

#include "law/date.h"
#include "law/law.h"
#include "base/buf.h"
#include "base/limits.h"

/* Columns of laws.tsv, in order. */
enum law_column {
	COL_ID,
	COL_JURISDICTION,
	COL_NAME,
	COL_KIND,
	COL_REGIME,
	COL_TRIGGER,
	COL_INDIVIDUAL_DEADLINE,
	COL_DEADLINE_STARTS,
	COL_REGULATOR,
	COL_REGULATOR_DEADLINE,
	COL_REGULATOR_THRESHOLD,
	COL_CRA_THRESHOLD,
	COL_EMAIL_ALLOWED,
	COL_EMAIL_CONDITION,
	COL_SUBSTITUTE_COUNT,
	COL_SUBSTITUTE_COST,
	COL_SUBSTITUTE_METHODS,
	COL_REQUIRED,
	COL_LANGUAGE,
	COL_DELAY,
	COL_AS_OF,
	COL_CONFIDENCE,
	COL_CONFIDENCE_DEADLINE,
	COL_CONFIDENCE_CHANNEL,
	COL_CONFIDENCE_CONTENT,
	COL_SOURCE,
	COL_COUNT
};
extern const char *const law_column_names[COL_COUNT];

/* What a clock runs from. */
enum law_event {
	EVENT_DISCOVERY,
	EVENT_DETERMINATION,
	EVENT_AWARENESS,
	EVENT_CONFIRMATION,
	EVENT_ASSESSMENT,
	EVENT_DETECTION,
	EVENT_DISCOVERY_AND_SCOPE,
	EVENT_NOTICE_TO_REGULATOR,
	EVENT_MATERIALITY,
	EVENT_ORDER,
	EVENT_INITIATION,
	EVENT_CHANGE,
	EVENT_BEFORE_CHANGE,
	EVENT_PREVIOUS_NOTICE,
	/* of anchors only */
	EVENT_NOTICE_TO_INDIVIDUALS,
	EVENT_CALENDAR_YEAR_END,
	EVENT_REPORTABLE_INFORMATION,
	EVENT_COUNT
};
/* In words: "the discovery". */
const char *law_event_text(enum law_event e);
bool law_event_parse(struct str s, bool anchor, enum law_event *ret);

/* What may stand instead of a duration. */
enum law_word {
	WORD_DURATION, /* none of them */
	WORD_IMMEDIATELY,
	WORD_PROMPTLY,
	WORD_AS_SOON_AS_POSSIBLE,
	WORD_AS_SOON_AS_PRACTICABLE,
	WORD_AS_SOON_AS_FEASIBLE,
	WORD_WITHOUT_UNREASONABLE_DELAY,
	WORD_REASONABLY_PRACTICAL,
	WORD_UNSPECIFIED,
	WORD_AS_DIRECTED,
	WORD_BEFORE_CHANGE,
	WORD_AS_STATED_IN_POLICY,
	WORD_NONE,
	WORD_WITH_NOTICE, /* with-notice-to-individuals */
	WORD_BEFORE_NOTICE,
	WORD_COUNT
};
const char *law_word_text(enum law_word w);
/* Names no days, and "soon" is what it means: a house limit may stand in. */
bool law_word_takes_house_limit(enum law_word w);

/* One term of a deadline: "P14D:business" of "P14D:business;with-...". */
struct law_term {
	unsigned tier, step; /* from 0 */
	enum law_word word;
	struct law_duration duration;
	enum law_event from; /* the anchor, or deadline_starts */
	struct str text;     /* as written */
};
struct law_value {
	struct law_term *term; /* by tier, then step */
	size_t count;
	unsigned tiers;
};
/* `starts`: for terms without an anchor.  The reason of a refusal goes to
 * `e`. */
int law_value_parse(struct str s, bool regulator, enum law_event starts,
    struct arena *a, struct law_value *ret, struct err *e);
bool law_value_is_none(const struct law_value *v);
/* Steps of a tier. */
unsigned law_value_steps(const struct law_value *v, unsigned tier);

#define LAW_TIERS 4

/* "1 (significant harm; else 500)" */
struct law_number {
	bool given; /* else none, n/a */
	uint64_t value;
	uint64_t otherwise; /* the number behind "else"; 0: none */
	struct str text;    /* what stands in brackets; may be empty */
};

enum law_email {
	EMAIL_YES,
	EMAIL_CONSENT,
	EMAIL_PRIMARY_CHANNEL,
	EMAIL_CONDITIONAL,
	EMAIL_NO,
	EMAIL_NOT_ASKED, /* n/a: persons are told nothing */
	EMAIL_COUNT
};

struct law_keyword {
	struct str word;
	enum law_keyword_group {
		GROUP_ELEMENT,
		GROUP_FORBIDDEN,
		GROUP_SUBSTITUTE
	} group;
	const char *meaning;
};

enum law_fact {
	FACT_SECTOR,
	FACT_DATA_TYPES,
	FACT_ENCRYPTED,
	FACT_LISTED,
	FACT_ROLE,
	FACT_COUNT
};
/* One line of applicability.tsv. */
struct law_rule {
	struct str selector; /* an id, or JURISDICTION/KIND with `*` */
	enum law_fact fact;
	struct str words; /* list; "!w" excludes, "w?" leaves it open */
	struct str question;
};

struct law_row {
	struct str f[COL_COUNT];
	unsigned line;
	unsigned kind;       /* LAW_KIND_ bit */
	struct str trigger;  /* without its prefix */
	bool dated, unknown; /* effective:DATE, effective:unknown */
	usec_t effective;
	enum law_event starts;
	struct law_value individual, regulator, cra;
	struct law_number threshold[LAW_TIERS];
	struct law_number cra_from;
	bool cra_as_directed;
	enum law_email email;
	struct law_number substitute_count, substitute_cost;
	struct str substitute; /* in words; may be "" */
	bool delay_for_police;
	struct str *required;
	size_t required_count;
	bool wait_seven; /* CPNI: seven business days after the police */
	const struct law_rule **rule;
	size_t rules;
};

struct law_pack {
	struct arena arena;
	struct law_row *row;
	size_t rows;
	struct law_keyword *keyword;
	size_t keywords;
	struct law_rule *rule;
	size_t rules;
};

/* ---- keyword.c */
int law_keywords_parse(
    struct law_pack *p, struct str text, const char *name, struct err *e);
const struct law_keyword *law_keyword_find(
    const struct law_pack *p, struct str word, bool substitute);
/* "a;b;rec-c": every word is known; the reason goes to `e`. */
int law_required_parse(struct law_pack *p, struct law_row *r, struct err *e);
int law_substitute_check(
    const struct law_pack *p, struct str methods, struct err *e);
/* The methods in words; "" for none.  `if_no_contact`: it stands there. */
void law_substitute_text(const struct law_pack *p, struct str methods,
    struct buf *out, bool *ret_if_no_contact);

/* ---- row.c: `line` is without its end.  Errors have no file and line yet:
 * law_pack_parse adds them. */
int law_row_parse(
    struct law_pack *p, struct str line, struct law_row *r, struct err *e);

/* ---- applicability.c */
int law_rules_parse(
    struct law_pack *p, struct str text, const char *name, struct err *e);
enum law_applies law_applies_to(
    const struct law_row *r, const struct law_facts *f);
/* The same, with what decides, or why not. */
struct law_judgement {
	enum law_applies applies;
	struct str question;
};
/* What the facts say of one row; without numbers of people. */
struct law_judgement law_judge(
    const struct law_row *r, const struct law_facts *f, struct arena *a);

/* ---- facts.c */
/* Whether the list `words` holds `word`; letters of either case. */
bool law_list_has(struct str list, struct str word);
bool law_word_known(enum law_fact fact, struct str word);
/* A list's words, one after the other; false at its end. */
bool law_list_next(struct str *rest, struct str *ret_word);
extern const char *const law_fact_names[FACT_COUNT];
unsigned law_kinds_of(const struct law_facts *f); /* with the default */

/* ---- place.c */
/* "PR" -> "US-PR", "DE-BY" -> "DE"; others as they are. */
struct str law_place_canonical(struct str code);
bool law_place_is_eu(struct str country);

/* ---- deadline.c */
struct law_clock {
	const struct law_facts *facts;
	bool have_individual; /* their last day is known */
	usec_t individual;
	bool individual_house;
};
struct law_due {
	bool known, house;
	usec_t at;
	const struct law_term *term; /* that decided; never NULL */
	bool counted;                /* from `start` */
	usec_t start;
	bool from_last_day; /* the persons' last day stood for the notice */
	bool held;          /* moved: the police asked to wait */
};
/* The earliest of the terms of one step. */
void law_due(const struct law_value *v, unsigned tier, unsigned step,
    const struct law_clock *c, struct law_due *ret);

/* ---- words.c */
void law_rule_text(const struct law_value *v, unsigned tier, unsigned step,
    const struct law_due *due, const struct law_facts *f, struct buf *out);
/* As in the pack: one tier's step, "P14D:business;with-notice-..." */
struct str law_rule_of(
    const struct law_value *v, unsigned tier, unsigned step, struct arena *a);
void law_duration_text(const struct law_duration *d, struct buf *out);
/* When substitute notice is allowed and what it is; may be "". */
struct str law_substitute_words(
    const struct law_pack *p, const struct law_row *r, struct arena *a);
/* "2026-12-01", with the time where it is not midnight. */
void law_date_text(usec_t t, struct buf *out);
