/* dns: questions asynchronously, answers as facts.  Two sources keep this
 * contract: dns_unbound (libunbound on our loop) and dns_zone (a file, and
 * nothing else).  Exactly one completion per start, never from inside it.
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
	uint32_t ttl;         /* seconds, the smallest */
	struct str canonical; /* owner after CNAMEs, text without final dot */
	const struct dns_rr *rr;
	size_t rr_count;
};

struct dns;
struct dns_query;
/* `a` is valid during the call only. */
typedef void dns_fn(const struct dns_answer *a, void *arg);

/* `resolver`: "192.0.2.1", "192.0.2.1@5353", several by comma; empty: the
 * system's.  `trust_anchor`: a file, or NULL/"" for the usual places, or none
 * (then nothing is ever `secure`). */
int dns_unbound_new(struct loop *l, struct str resolver,
    const char *trust_anchor, struct dns **ret, struct err *e);
/* Syntax: design section 6 (`--zone`).  `name` is for error messages. */
int dns_zone_new(struct loop *l, struct str text, const char *name,
    struct dns **ret, struct err *e);
int dns_zone_load(
    struct loop *l, const char *path, struct dns **ret, struct err *e);
void dns_free(struct dns *d);

/* `name`: text, with or without final dot, any case, ASCII (A-labels). A name
 * that is not a domain name completes as DNS_NXDOMAIN. */
struct dns_query *dns_start(
    struct dns *d, struct str name, enum dns_type type, dns_fn *fn, void *arg);
void dns_cancel(struct dns_query *q);

/* Reading rdata; false when it is malformed. */
bool dns_rr_mx(
    const struct dns_rr *rr, uint16_t *ret_preference, struct buf *ret_host);
bool dns_rr_name(const struct dns_rr *rr, struct buf *ret_name);
bool dns_rr_txt(const struct dns_rr *rr, struct buf *ret_text);
