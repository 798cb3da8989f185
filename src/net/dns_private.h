/* dns_private: what the front (dns.c: sharing, cache, completions) and its
 * sources (a zone, libunbound) agree on.  Only files of this folder, and
 * tests, include it.
 *
 * The front gives a source one look-up for each (name, type); the source calls
 * dns_lookup_done() once, later or from inside start(), unless the front
 * stop()s it before.
 */
#pragma once

#include "base/limits.h"
#include "base/siphash.h"
#include "net/dns.h"
#include "net/dns_name.h"

/* ---- an answer that is kept */

struct dns_entry {
	unsigned refs;
	uint64_t hash;
	struct dns_entry *next;          /* in its bucket */
	struct dns_entry *newer, *older; /* by use */
	usec_t expires;
	size_t size;
	struct dns_name name;
	enum dns_type type;
	struct dns_answer answer;
};

/* A copy of `a`; one too large becomes DNS_SERVFAIL.  NULL: no memory. */
struct dns_entry *dns_entry_new(uint64_t hash, const struct dns_name *name,
    enum dns_type type, const struct dns_answer *a);
void dns_entry_unref(struct dns_entry *x);

#define DNS_CACHE_BUCKETS 8192u
struct dns_cache {
	struct dns_entry **bucket;
	struct dns_entry *newest, *oldest;
	size_t size, max;
};
/* False: no memory. */
bool dns_cache_init(struct dns_cache *c, size_t max);
void dns_cache_clear(struct dns_cache *c);
void dns_cache_release(struct dns_cache *c);
/* The caller's own reference, or NULL. */
struct dns_entry *dns_cache_find(struct dns_cache *c, uint64_t hash,
    const struct dns_name *name, enum dns_type type, usec_t now);
/* Takes a reference; keeps `x` until `expires`. */
void dns_cache_add(struct dns_cache *c, struct dns_entry *x, usec_t expires);

/* ---- sources */

struct dns_lookup;
struct dns_source {
	void (*start)(struct dns_lookup *k);
	/* Only between start() and dns_lookup_done(). */
	void (*stop)(struct dns_lookup *k);
	void (*free)(struct dns *d);
};

struct dns_lookup {
	struct dns *dns;
	struct dns_name name; /* lower case */
	enum dns_type type;
	int id;     /* the source's */
	void *impl; /* the source's */

	/* the front's */
	uint64_t hash;
	bool asking; /* the source is at work */
	struct dns_lookup *next, **prev;
	struct dns_lookup *bucket_next, **bucket_prev; /* NULL: not shared */
	struct dns_query *queries, **queries_end;
	bool answered;
	struct dns_entry *entry; /* NULL: there was no memory to keep it */
	uint32_t ttl;
	struct loop_task deliver;
	struct loop_timer timer;
};

#define DNS_LOOKUP_BUCKETS 1024u
struct dns {
	struct loop *loop;
	const struct dns_source *source;
	void *impl; /* the source's */
	usec_t timeout;
	struct siphash_key key;
	struct dns_lookup *lookups;
	struct dns_lookup *bucket[DNS_LOOKUP_BUCKETS];
	struct dns_cache cache;
	bool delivering, dead;
};

/* NULL: no memory, and the source is the caller's to free. */
struct dns *dns_new(
    struct loop *l, const struct dns_source *source, void *impl);
/* Views of `a` need live only during the call. */
void dns_lookup_done(struct dns_lookup *k, const struct dns_answer *a);
/* What is answered already is not used for later starts. */
void dns_forget(struct dns *d);

/* ---- records */

/* Whether rdata is what `type` wants; types without a reader always are. */
bool dns_rr_is_sound(unsigned type, struct str rdata);

/* Reads a whole response of a resolver to (name, type): follows CNAMEs, writes
 * out compressed names, finds the negative TTL.  The answer's views are into
 * `a` and `packet`.  False: it is malformed, and nothing promised of `ret`. */
bool dns_message_read(struct str packet, const struct dns_name *name,
    enum dns_type type, struct arena *a, struct dns_answer *ret);
