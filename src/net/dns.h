/* dns: questions asynchronously, answers as facts.  Two sources keep this
 * contract: dns_unbound (libunbound on our loop) and dns_zone (a file, and
 * nothing else).
 *
 *	dns_zone_load(loop, "world.zone", &d, &e);
 *	q = dns_start(d, S("example.com"), DNS_MX, on_mx, me);
 *	...
 *	dns_free(d);
 *
 * Exactly one completion per start, never from inside it; dns_cancel() means
 * none, and is allowed only before the completion.  A completion may start,
 * cancel and free, also the dns itself.  Above both sources, starts for one
 * (name, type) that is being asked share that look-up, and answers are kept as
 * long as their TTL says (failures are not kept).  A look-up that takes longer
 * than the time-out completes as DNS_TIMEOUT.  A dns belongs to its loop's
 * thread.
 *
 * LIMITS: LIMIT_DNS_ANSWER a set of records, else DNS_SERVFAIL;
 * LIMIT_CNAME_CHAIN; LIMIT_DNS_CACHE, the least used go first, and at most
 * LIMIT_DNS_TTL.
 */
#pragma once

#include "base/buf.h"
#include "loop/loop.h"

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_TLSA = 52,
	DNS_SPF = 99, /* obsolete (RFC 7208 3.1): to say so, not to use */
	DNS_CAA = 257,
};

enum dns_status {
	DNS_OK,       /* at least one record */
	DNS_NODATA,   /* the name exists, this type does not */
	DNS_NXDOMAIN, /* no such name */
	DNS_SERVFAIL, /* also bogus DNSSEC: see `bogus` */
	DNS_TIMEOUT,
};
const char *dns_status_name(enum dns_status s);

struct dns_rr {
	struct str rdata; /* wire form, names uncompressed */
};
struct dns_answer {
	enum dns_status status;
	bool secure, bogus;
	uint32_t ttl;         /* seconds left, the smallest; for DNS_NODATA and
			       * DNS_NXDOMAIN as RFC 2308 section 5 says */
	struct str canonical; /* owner after CNAMEs, lower case, text without
			       * final dot ("." is the root) */
	const struct dns_rr *rr;
	size_t rr_count;
};

struct dns;
struct dns_query;
/* `a` is valid during the call only. */
typedef void dns_fn(const struct dns_answer *a, void *arg);

/* `resolver`: "192.0.2.1", "192.0.2.1@5353", several by comma; empty: the
 * system's.  `trust_anchor`: a file, or NULL/"" for the usual places, or none
 * (then nothing is ever `secure`).  An anchor that is named is enforced: a
 * resolver that drops signatures makes answers bogus.  One that was only found
 * in its usual place is used where the resolver hands signatures on.  Needs a
 * loop_event, and what is started on it keeps loop_run() busy for a while after
 * its answer (open connections): end with loop_stop().  On failure the loop may
 * only be freed. */
int dns_unbound_new(struct loop *l, struct str resolver,
    const char *trust_anchor, struct dns **ret, struct err *e);
/* Syntax: docs/formats/zone.md (`--zone`).  `name` is for error messages. */
int dns_zone_new(struct loop *l, struct str text, const char *name,
    struct dns **ret, struct err *e);
int dns_zone_load(
    struct loop *l, const char *path, struct dns **ret, struct err *e);
/* For a dns of dns_zone_new(): from now on it answers from `text`; nothing
 * kept of the old content is used.  On failure nothing changes. */
int dns_zone_replace(
    struct dns *d, struct str text, const char *name, struct err *e);
/* Cancels all; NULL is allowed. */
void dns_free(struct dns *d);

/* How long a look-up may take from its start; DNS_TIMEOUT_DEFAULT if not set.
 * For look-ups started later. */
#define DNS_TIMEOUT_DEFAULT (15 * USEC_PER_SEC)
void dns_set_timeout(struct dns *d, usec_t timeout);

/* `name`: text, with or without final dot, any case, ASCII (A-labels); a
 * backslash escapes as in a zone file.  A name that is not a domain name
 * completes as DNS_NXDOMAIN.  NULL: there is no memory to ask, nothing is under
 * way and nothing completes.  An answer that can not be kept for want of memory
 * completes as DNS_SERVFAIL. */
struct dns_query *dns_start(
    struct dns *d, struct str name, enum dns_type type, dns_fn *fn, void *arg);
void dns_cancel(struct dns_query *q);

/* Reading rdata; false when it is malformed.  Names are appended as text
 * without final dot, the root as "."; a dot or backslash inside a label gets a
 * backslash, an unprintable byte becomes \DDD. */
bool dns_rr_a(const struct dns_rr *rr, unsigned char ret_ip[4]);
bool dns_rr_aaaa(const struct dns_rr *rr, unsigned char ret_ip[16]);
bool dns_rr_mx(
    const struct dns_rr *rr, uint16_t *ret_preference, struct buf *ret_host);
/* NS, CNAME, PTR */
bool dns_rr_name(const struct dns_rr *rr, struct buf *ret_name);
/* All strings of the record, joined without anything between. */
bool dns_rr_txt(const struct dns_rr *rr, struct buf *ret_text);
struct dns_soa {
	uint32_t serial, refresh, retry, expire, minimum;
};
/* `ret_mname`, `ret_rname` may be NULL. */
bool dns_rr_soa(const struct dns_rr *rr, struct dns_soa *ret,
    struct buf *ret_mname, struct buf *ret_rname);
struct dns_tlsa { /* RFC 6698 section 2.1 */
	uint8_t usage, selector, matching;
	struct str data; /* into the rdata; never empty */
};
bool dns_rr_tlsa(const struct dns_rr *rr, struct dns_tlsa *ret);
