/* spf_private: one evaluation, as its files share it: spf_eval.c (records and
 * terms), spf_hosts.c (addresses of names), spf_verdict.c (identities and
 * words).
 *
 * spf_run() does steps until something is asked (`waiting`) or all is said
 * (`ended`); each answer does its part and calls spf_run() again.
 */
#pragma once

#include "auth/spf.h"
#include "base/limits.h"

enum spf_phase {
	SPF_BEGIN,
	SPF_RECORD,  /* of the innermost frame's domain */
	SPF_TERMS,   /* of the innermost frame */
	SPF_EXPLAIN, /* the result is known */
};

/* A record at work: the domain's own, or one that is included. */
struct spf_frame {
	struct str name;   /* for the DNS */
	struct str domain; /* the same as bytes: %{d} */
	struct str text;   /* of the record; NULL: not read yet */
	struct spf_record record;
	struct str rest;      /* terms not looked at yet */
	struct spf_term term; /* at work */
	bool in_term, redirected;
};

struct spf_host {
	struct spf *spf;
	struct dns_query *query;
	struct str name;
	uint16_t preference;
	bool done, match;
	enum dns_status status;
};

struct spf {
	struct loop *loop;
	struct dns *dns;
	spf_fn *fn;
	void *arg;
	struct arena arena;
	struct loop_task begin;
	struct loop_timer timer;
	usec_t budget;
	unsigned void_max;

	unsigned long mem_failures; /* of the thread, at the start */

	enum spf_phase phase;
	bool waiting, ended;
	struct spf_macros macros;
	bool utf8_local; /* RFC 8616: %{s} and %{l} match nothing */
	struct str identity_trouble;

	struct spf_frame frame[LIMIT_SPF_TERMS + 1];
	size_t depth;
	bool term_void;   /* the term at work is counted as void */
	struct str inner; /* term that matched in an included record */

	struct dns_query *query;
	struct spf_host host[LIMIT_SPF_NAMES];
	size_t hosts, judged;
	bool validating; /* the hosts are those of the client's PTR */

	/* names of the client; known after the first that asks */
	bool ptr_known, ptr_void;
	struct str ptr_name[LIMIT_SPF_NAMES];
	size_t ptr_names;

	struct str exp_text;
	struct buf scratch, name;
	struct spf_verdict v;
};

static inline struct spf_frame *spf_top(struct spf *s)
{
	return &s->frame[s->depth];
}

/* ---- spf_eval.c */
void spf_run(struct spf *s);
/* The term at work is answered. */
void spf_term_done(struct spf *s, bool match);
/* A query of the term found nothing; false: that was one too many, and the
 * evaluation is over. */
bool spf_note_void(struct spf *s);
void spf_ask(struct spf *s, struct str name, enum dns_type type, dns_fn *fn);

/* ---- spf_hosts.c */
void spf_hosts_mx(struct spf *s, const struct dns_answer *mx);
/* Finds the names of the client that lead back to it, then runs on. */
void spf_hosts_validate(struct spf *s);
void spf_hosts_cancel(struct spf *s);
bool spf_hosts_match(
    const struct spf *s, const struct spf_term *t, const struct dns_answer *a);
enum dns_type spf_hosts_type(const struct spf *s);
/* `name` is `parent` or below it, both as text of net/dns.h. */
bool spf_name_is_in(struct str name, struct str parent);
/* For %{p} where `parent` is %{d}; or none. */
struct str spf_hosts_validated(const struct spf *s, struct str parent);

/* ---- spf_verdict.c */
/* Fills the macros, the first frame and v.domain; trouble that ends it at once
 * is in identity_trouble. */
void spf_take_request(struct spf *s, const struct spf_request *r);
/* Ends the evaluation, or goes on to SPF_EXPLAIN. */
void spf_conclude(struct spf *s, enum spf_result r, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Ends it for want of memory, whatever was found. */
void spf_lose(struct spf *s);
/* The sentence for a result that a directive, or none, gives. */
void spf_conclude_matched(struct spf *s, enum spf_result r);
/* Ends it with what exp= says; none: with our own words. */
void spf_explain(struct spf *s, struct str text);
