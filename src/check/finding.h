/* finding: what a check found, and the rules that find.
 *
 * A rule has the number of its requirement ("S-22"); it may look at several
 * things, each with a name of its own ("link-host").  A finding says what and
 * where (`subject`), in one or two sentences what is wrong (`text`), and how it
 * is mended (`remedy`).  "Could not be checked" is a finding too, never an
 * "ok": `unchecked` says that the rule could not judge (not asked, or nothing
 * to judge from), `trouble` that it asked and got no answer (safe to retry),
 * `silent` the same where no answer could have blocked.
 *
 * Rules stand in families, one file each: table and judge.  A judge is pure:
 * facts in, findings out; no clock, no disk, no network.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

enum severity { SEVERITY_INFO, SEVERITY_WARN, SEVERITY_BLOCK };
const char *severity_name(enum severity s); /* "info", "warn", "block" */

struct rule {
	const char *id;         /* "S-22" */
	const char *title;      /* "Links lead to the company, and are few" */
	enum severity severity; /* the worst it says by itself */
	const char *source;     /* who asks for it */
	const char *why;        /* for --explain: what goes wrong without */
	const char *remedy;     /* where a finding says nothing better */
};

struct check_facts;
struct findings;
struct rule_family {
	const char *name;  /* "identity" */
	const char *title; /* "Who sends, and can receivers tell?" */
	const struct rule *rules;
	size_t count;
	void (*judge)(const struct check_facts *x, struct findings *out);
};
extern const struct rule_family family_identity, family_content, family_list,
    family_channel, family_plan;
/* All of them, in this order; ends with NULL. */
extern const struct rule_family *const rule_families[];
/* By id, without regard to case; NULL: there is none. `ret_family` may be NULL.
 */
const struct rule *rule_find(
    struct str id, const struct rule_family **ret_family);

struct finding {
	const struct rule *rule;
	const char *check; /* which thing of the rule: "link-host" */
	enum severity severity;
	bool unchecked, trouble, silent;
	bool overridden; /* two people decided to go on; it does not block */
	struct str subject, text, remedy;
};

struct findings {
	struct arena *arena; /* owns all strings */
	struct finding *v;
	size_t count, size;
	size_t dropped;       /* beyond FINDINGS_MAX */
	struct finding spill; /* where those were written */
	bool *judged; /* by rule_number(): looked at, whatever came of it */
};
/* More of them help nobody: what does not block is then only counted. */
#define FINDINGS_MAX 2000UL

struct findings *findings_new(struct arena *a);

/* The family's judge calls this once for each rule it can judge: a rule that
 * was judged and has no finding has passed. */
void finding_judged(struct findings *f, const char *rule);
/* Adds one; a rule that does not exist is a bug.  The text is printf-like. */
struct finding *finding_add(struct findings *f, const char *rule,
    const char *check, enum severity severity, struct str subject,
    const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* Adds "could not be checked: ..." with severity warn; `trouble`: it was asked
 * and there was no answer. */
struct finding *finding_unchecked(struct findings *f, const char *rule,
    const char *check, bool trouble, struct str subject, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* No answer to a question that could not have blocked: `check` says that it is
 * worth another run, `send` goes on. */
void finding_silent(struct finding *x);
/* A remedy better than the rule's. */
void finding_remedy(struct findings *f, struct finding *x, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

enum rule_state {
	RULE_NOT_JUDGED, /* does not apply here */
	RULE_PASSED,
	RULE_INFO,
	RULE_UNCHECKED,
	RULE_WARNS,
	RULE_OVERRIDDEN,
	RULE_BLOCKS
};
enum rule_state finding_state(const struct finding *x);
/* The worst that was said of it. */
enum rule_state findings_state(const struct findings *f, const struct rule *r);

struct findings_count {
	size_t blocks, warns, infos, unchecked, overridden;
	size_t troubles, silent;
};
struct findings_count findings_tally(const struct findings *f);
/* Worst first, then by family and rule, then as found. */
void findings_sort(struct findings *f);
