/* libtocsin: mail authentication: SPF (RFC 7208), DKIM (6376, 8301, 8463),
 * ARC (8617), DMARC (9989), Authentication-Results (8601).
 *
 *	struct tocsin_context *c;  struct tocsin_result *r;
 *	struct tocsin_facts from = {.ip = "192.0.2.1", .helo = "mx.example",
 *	    .mail_from = "a@example.com"};
 *	tocsin_context_new(NULL, &c, NULL);
 *	tocsin_verify_sync(c, mail, strlen(mail), &from, time(NULL), &r, NULL);
 *	puts(tocsin_verdict_name(tocsin_result_dmarc(r)));
 *
 * A context has a thread of its own that asks the DNS, and a descriptor for
 * the loop of the caller (poll it for reading, then call
 * tocsin_context_process()).  Completions run in the thread that calls that,
 * and nowhere else.  A context may be used by several threads at once; a
 * result belongs to whoever got it, one thread at a time.  A child of fork()
 * must not use its parent's contexts.
 *
 * A verdict is data; an error (negative) means that nothing was judged.  What
 * the DNS did not answer, or there was no memory for, is TOCSIN_TEMPERROR: try
 * again later, never refuse.  DMARC is the verdict on a mail.  An SPF or DKIM
 * pass alone may be a stranger's: it only says which domain to hold
 * responsible.
 *
 * LIMITS: a message of 512 MiB, of which a copy is kept while it is judged; a
 * header of 1 MiB; 10 signatures; 50 ARC sets; the time of the options.
 *
 * Without memory: a call that can fail returns TOCSIN_ERR_NOMEM, with nothing
 * begun and nothing held; a check that was started completes, and its report
 * is TOCSIN_TEMPERROR throughout, also when only a part of it was lost, and
 * for all that are under way in the context at that time.  No other verdict
 * ever comes of it.  Later calls of the same context are as ever.  The process
 * is never ended for want of memory; abort(), after a line on standard error,
 * is left for a broken invariant of the library's own.  What the libraries
 * beneath it do is theirs: OpenSSL, libidn2, libpsl and libevent report (and
 * libevent may warn on standard error); libunbound 1.17 is known to lose memory
 * and in a few places to crash, which contexts with a zone file never meet.
 *
 * Names that begin with tocsin_ or TOCSIN_ are the library's.  Enumerations may
 * grow.  Texts are UTF-8 on one line, without control characters, end in NUL,
 * are never NULL, and live as long as what they were asked of.
 */
#ifndef TOCSIN_H
#define TOCSIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default)
#endif

#define TOCSIN_VERSION_MAJOR 0
#define TOCSIN_VERSION_MINOR 1
/* Of the library that is linked: "0.1.0". */
const char *tocsin_version(void);

/* ---- errors */

enum tocsin_code {
	TOCSIN_OK = 0,
	TOCSIN_ERR_INPUT = -1,  /* what was given can not be used */
	TOCSIN_ERR_LIMIT = -2,  /* it is too large */
	TOCSIN_ERR_SYSTEM = -3, /* files, threads, resolver */
	TOCSIN_ERR_NOMEM = -4,
};
/* Filled by functions that return a negative code; NULL is taken too. */
struct tocsin_error {
	int code;
	char text[512]; /* a sentence */
};

/* ---- contexts */

struct tocsin_options {
	size_t size; /* sizeof(struct tocsin_options) */
	/* "192.0.2.1", "192.0.2.1@5353", several by comma; NULL: the system's
	 */
	const char *resolver;
	const char *zone_file;    /* answer the DNS from it and nothing else */
	const char *trust_anchor; /* of DNSSEC, a file; NULL: the usual */
	const char *receiver;     /* own name, for SPF's %{r}; may be NULL */
	int timeout_ms;           /* for one message; 0: 30000 */
	int rfc7489; /* not 0: organizational domains by the Public Suffix
		      * List, as before RFC 9989 */
};

struct tocsin_context;
/* `o` may be NULL: all defaults.  Strings are copied. */
int tocsin_context_new(const struct tocsin_options *o,
    struct tocsin_context **ret, struct tocsin_error *e);
/* Checks under way are cancelled.  Not from inside a completion, and not while
 * another thread uses it.  NULL is allowed. */
void tocsin_context_free(struct tocsin_context *c);

/* Readable when a check is done.  It is the context's: only poll it. */
int tocsin_context_fd(const struct tocsin_context *c);
/* Runs the completions that are due; returns how many.  Never blocks. */
int tocsin_context_process(struct tocsin_context *c);

/* ---- verifying */

struct tocsin_facts {   /* of the connection; NULL for what is not known */
	const char *ip; /* NULL: SPF is not judged */
	const char *helo;
	const char *mail_from; /* without angle brackets; "" for <> */
};

struct tocsin_result;
void tocsin_result_free(struct tocsin_result *r); /* NULL is allowed */

/* `message`: as on the wire, with CRLF line ends.  `at`: when it arrived,
 * seconds since 1970.  `f` may be NULL.  TOCSIN_ERR_INPUT: `ip` is not an IP
 * address. */
int tocsin_verify_sync(struct tocsin_context *c, const void *message,
    size_t size, const struct tocsin_facts *f, int64_t at,
    struct tocsin_result **ret, struct tocsin_error *e);

struct tocsin_check;
/* `r` is yours: tocsin_result_free().  May start, and cancel others. */
typedef void tocsin_verify_fn(struct tocsin_result *r, void *arg);
/* The same without waiting; message and facts are copied.  `fn` is called
 * exactly once, from tocsin_context_process(), unless it is cancelled.
 * `ret` may be NULL. */
int tocsin_verify_start(struct tocsin_context *c, const void *message,
    size_t size, const struct tocsin_facts *f, int64_t at, tocsin_verify_fn *fn,
    void *arg, struct tocsin_check **ret, struct tocsin_error *e);
/* Before its completion, in the thread that processes: `fn` is not called. */
void tocsin_verify_cancel(struct tocsin_check *k);

/* ---- what was found */

enum tocsin_verdict {
	TOCSIN_NONE,
	TOCSIN_PASS,
	TOCSIN_FAIL,
	TOCSIN_SOFTFAIL,
	TOCSIN_NEUTRAL,
	TOCSIN_POLICY,
	TOCSIN_TEMPERROR,
	TOCSIN_PERMERROR,
};
/* "none", "pass", ... as in Authentication-Results. */
const char *tocsin_verdict_name(enum tocsin_verdict v);

enum tocsin_verdict tocsin_result_dmarc(const struct tocsin_result *r);
enum tocsin_verdict tocsin_result_spf(const struct tocsin_result *r);
enum tocsin_verdict tocsin_result_arc(const struct tocsin_result *r);
unsigned tocsin_result_arc_instances(const struct tocsin_result *r);

enum tocsin_policy {
	TOCSIN_POLICY_UNKNOWN, /* there is no record, or no answer */
	TOCSIN_POLICY_NONE,
	TOCSIN_POLICY_QUARANTINE,
	TOCSIN_POLICY_REJECT,
};
/* What the owner of the domain asks for; and what for this message, which is
 * TOCSIN_POLICY_NONE unless DMARC is TOCSIN_FAIL. */
enum tocsin_policy tocsin_result_policy(const struct tocsin_result *r);
enum tocsin_policy tocsin_result_disposition(const struct tocsin_result *r);
/* Whether one passed for a domain of the author's organization: 0 or 1. */
int tocsin_result_spf_aligned(const struct tocsin_result *r);
int tocsin_result_dkim_aligned(const struct tocsin_result *r);

enum tocsin_text {          /* "" when there is none */
	TOCSIN_FROM_DOMAIN, /* A-labels */
	TOCSIN_FROM_ADDRESS,
	TOCSIN_ORGANIZATIONAL_DOMAIN,
	TOCSIN_POLICY_DOMAIN,
	TOCSIN_DMARC_RECORD,
	TOCSIN_DMARC_REASON,
	TOCSIN_SPF_DOMAIN,
	TOCSIN_SPF_MECHANISM,
	TOCSIN_SPF_EXPLANATION,
	TOCSIN_SPF_RECORD,
	TOCSIN_SPF_REASON,
	TOCSIN_ARC_REASON,
};
const char *tocsin_result_text(
    const struct tocsin_result *r, enum tocsin_text what);

/* DKIM signatures, from the top of the header. */
size_t tocsin_result_signatures(const struct tocsin_result *r);
enum tocsin_verdict tocsin_signature_dkim(
    const struct tocsin_result *r, size_t i);
unsigned tocsin_signature_key_bits(const struct tocsin_result *r, size_t i);
#define TOCSIN_KEY_TESTING   1u  /* t=y in the key: the domain only tries */
#define TOCSIN_BODY_UNSIGNED 4u  /* l= leaves the end of the body unsigned */
#define TOCSIN_FROM_FUTURE   8u  /* t= lies after `at` */
#define TOCSIN_FIELD_ADDED   16u /* a signed field stands there once more */
unsigned tocsin_signature_flags(const struct tocsin_result *r, size_t i);
enum tocsin_signature_part {
	TOCSIN_SIGNATURE_DOMAIN,
	TOCSIN_SIGNATURE_SELECTOR,
	TOCSIN_SIGNATURE_IDENTITY,
	TOCSIN_SIGNATURE_ALGORITHM,
	TOCSIN_SIGNATURE_RECORD, /* of the key */
	TOCSIN_SIGNATURE_REASON,
};
const char *tocsin_signature_text(
    const struct tocsin_result *r, size_t i, enum tocsin_signature_part what);

/* ---- signing */

struct tocsin_key {
	const char *domain;   /* d= */
	const char *selector; /* s= */
	/* a PEM file that only its owner may read, or an OpenSSL store URI */
	const char *key;
};
/* The DKIM-Signature field of one key, with CRLF, to stand on top of `message`
 * (which has CRLF line ends).  From, Reply-To and Subject are signed once more
 * than they occur.  `ret` is freed by tocsin_free(). */
int tocsin_sign(const void *message, size_t size, const struct tocsin_key *k,
    int64_t at, char **ret, struct tocsin_error *e);

/* ---- Authentication-Results */

/* The whole field with CRLF line ends, in the name of host `id`; freed by
 * tocsin_free(). */
int tocsin_authres_write(const struct tocsin_result *r, const char *id,
    char **ret, struct tocsin_error *e);

/* The fields of a message that can be believed: those of `id` that stand above
 * the Received field which the edge of the own network wrote, the last of the
 * `hops` (at least 1) that the own network writes (RFC 8601 5). */
struct tocsin_authres;
int tocsin_authres_read(const void *message, size_t size, const char *id,
    unsigned hops, struct tocsin_authres **ret, struct tocsin_error *e);
void tocsin_authres_free(struct tocsin_authres *a); /* NULL is allowed */
size_t tocsin_authres_count(const struct tocsin_authres *a);
/* "dkim", "pass", the value of header.d; "" when there is none.  `i` is below
 * the count. */
const char *tocsin_authres_method(const struct tocsin_authres *a, size_t i);
const char *tocsin_authres_result(const struct tocsin_authres *a, size_t i);
const char *tocsin_authres_property(const struct tocsin_authres *a, size_t i,
    const char *type, const char *name);

void tocsin_free(char *text); /* NULL is allowed */

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif
#endif
