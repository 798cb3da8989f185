/* spf: RFC 7208 (and 8616): may this address send mail for that domain?
 *
 *	const struct spf_request r = {.ip = client, .helo = S("mail.x.com"),
 *	    .mail_from = S("a@example.com"), .now = arrival};
 *	spf = spf_start(loop, dns, &r, on_result, me);
 *
 * Exactly one completion per start, never from inside it; spf_cancel() means
 * none, and is allowed only before the completion.  A verdict is data: trouble
 * with the DNS is `temperror`, a mistake of the domain's owner `permerror`.
 *
 * LIMITS: of RFC 7208 section 4.6.4, named LIMIT_SPF_ in base/limits.h.  Terms
 * that look something up (include, a, mx, ptr, exists, redirect; one that uses
 * %{p} counts twice, for its PTR) are 10 in all.  A term is void, once, when a
 * query of its own finds nothing (names that PTR records claim do not count: a
 * stranger wrote those).  An evaluation asks the DNS LIMIT_SPF_QUERIES
 * questions at most, and what it keeps is in one arena.
 */
#pragma once

#include "base/clock.h"
#include "net/dns.h"
#include "net/endpoint.h"

/* ---- records, as bytes (RFC 7208 sections 4.5, 4.6.1, 12) */

enum spf_result {
	SPF_NONE,
	SPF_NEUTRAL,
	SPF_PASS,
	SPF_FAIL,
	SPF_SOFTFAIL,
	SPF_TEMPERROR,
	SPF_PERMERROR,
};
const char *spf_result_name(enum spf_result r);

enum spf_kind {
	SPF_ALL,
	SPF_INCLUDE,
	SPF_A,
	SPF_MX,
	SPF_PTR,
	SPF_IP4,
	SPF_IP6,
	SPF_EXISTS,
	SPF_REDIRECT,
	SPF_EXP,
	SPF_UNKNOWN, /* a modifier to be ignored */
};

struct spf_term {
	struct str text; /* as written */
	enum spf_kind kind;
	enum spf_result qualifier; /* of a directive */
	struct str domain;         /* domain-spec; p == NULL: none given */
	unsigned char ip[16];      /* ip4 (4 bytes), ip6 */
	unsigned cidr4, cidr6;
};

struct spf_record {
	struct str text;
	struct str terms;              /* behind the version */
	struct spf_term redirect, exp; /* text.p == NULL: none */
	unsigned lookups;              /* of LIMIT_SPF_TERMS, its own */
};

/* Whether a TXT record is one of SPF: "v=spf1", in any case, then a space or
 * the end. */
bool spf_is_record(struct str txt);
/* Views are into `text`.  ERR_INPUT: a permerror; `e` says which term, and
 * why. */
int spf_record_parse(struct str text, struct spf_record *ret, struct err *e);
/* Takes the next term off `rest`: 1, 0 at the end, or ERR_INPUT. */
int spf_term_next(struct str *rest, struct spf_term *ret, struct err *e);
/* How much of LIMIT_SPF_TERMS it takes. */
unsigned spf_term_lookups(const struct spf_term *t);

/* ---- macros (RFC 7208 section 7) */

struct spf_macros {
	struct str sender; /* local@domain */
	struct str local, sender_domain;
	struct str domain; /* checked now: %{d} */
	struct str helo;
	struct str validated; /* %{p}; empty: "unknown" */
	struct str receiver;  /* %{r}; empty: "unknown" */
	unsigned char ip[16];
	bool v6;
	usec_t now;
};

/* What a string may hold. */
enum spf_place {
	SPF_IN_DOMAIN, /* without c, r, t; no space */
	SPF_IN_TEXT,   /* an explanation */
};
/* The reason why `s` is no macro-string (explain-string), or NULL. */
const char *spf_macro_check(struct str s, enum spf_place place);
/* The reason why `s` is no domain-spec, or NULL. */
const char *spf_domain_spec_check(struct str s);
/* Whether `s` holds a macro with one of `letters` (lower case). */
bool spf_macro_uses(struct str s, const char *letters);
/* Appends the expansion of a checked string. */
void spf_macro_expand(
    struct str s, const struct spf_macros *m, struct buf *out);
/* A name out of an expansion: dots part it into labels, every other byte is
 * data.  Cut to 253 bytes from the left (7.3), without the final dot, and with
 * the escapes of net/dns.h; `ret_cut` (may be NULL) is the same as bytes.  False:
 * it is no domain name. */
bool spf_name_text(struct str expanded, struct str *ret_cut, struct buf *out);

/* ---- check_host() (RFC 7208 section 4) */

struct spf_request {
	struct endpoint ip; /* of the client; its port is not looked at */
	struct str helo;
	struct str mail_from; /* without angle brackets; empty: <> */
	struct str receiver;  /* our own name, for %{r}; may be empty */
	usec_t now;           /* arrival, for %{t} */
	usec_t budget;        /* 0: SPF_BUDGET_DEFAULT */
	unsigned void_max;    /* 0: LIMIT_SPF_VOID */
};
#define SPF_BUDGET_DEFAULT (20 * USEC_PER_SEC)

struct spf_verdict {
	enum spf_result result;
	bool helo;         /* the HELO name was judged: MAIL FROM is empty */
	struct str domain; /* judged; A-labels, lower case */
	/* The directive that matched, of the domain's own record (or the one it
	 * redirects to), "default" when none did; empty without a match. */
	struct str mechanism;
	/* Of a fail: what exp= gives, else words of ours. */
	struct str explanation;
	bool explained;    /* by exp= */
	struct str record; /* that decided, printable; empty: none */
	struct str record_domain;
	struct str reason; /* a sentence */
	unsigned lookups, void_lookups, queries;
};

struct spf;
/* `v` is valid during the call only. */
typedef void spf_fn(const struct spf_verdict *v, void *arg);

/* Views of `r` need live only during the call.  NULL: no memory, and no
 * completion; without memory later on, the verdict is a temperror. */
struct spf *spf_start(struct loop *l, struct dns *d,
    const struct spf_request *r, spf_fn *fn, void *arg);
void spf_cancel(struct spf *s);
