#include "net/dns_private.h"

#include "base/mem.h"
#include "base/rand.h"

struct dns_query {
	struct dns_lookup *lookup;
	struct dns_query *next, **prev;
	dns_fn *fn;
	void *arg;
};

static const struct dns_answer no_such_name = {.status = DNS_NXDOMAIN};
/* Without memory nothing is known. */
static const struct dns_answer lost = {.status = DNS_SERVFAIL};

const char *dns_status_name(enum dns_status s)
{
	switch (s) {
	case DNS_OK: return "found";
	case DNS_NODATA: return "no record of this type";
	case DNS_NXDOMAIN: return "no such name";
	case DNS_SERVFAIL: return "server failure";
	case DNS_TIMEOUT: return "no answer in time";
	}
	BUG("dns status %d", (int)s);
}

struct dns *dns_new(struct loop *l, const struct dns_source *source, void *impl)
{
	struct dns *d = mem_try_zalloc(sizeof(*d));
	unsigned char key[16];

	if (!d || !dns_cache_init(&d->cache, LIMIT_DNS_CACHE)) {
		free(d);
		return NULL;
	}
	rand_bytes(key, sizeof(key));
	d->loop = l;
	d->source = source;
	d->impl = impl;
	d->timeout = DNS_TIMEOUT_DEFAULT;
	d->key = siphash_key_make(key);
	return d;
}

void dns_set_timeout(struct dns *d, usec_t timeout)
{
	d->timeout = timeout;
}

/* ---- look-ups */

static void lookup_unshare(struct dns_lookup *k)
{
	if (!k->bucket_prev)
		return;
	*k->bucket_prev = k->bucket_next;
	if (k->bucket_next)
		k->bucket_next->bucket_prev = k->bucket_prev;
	k->bucket_prev = NULL;
}

static void query_free(struct dns_query *q)
{
	*q->prev = q->next;
	if (q->next)
		q->next->prev = q->prev;
	else
		q->lookup->queries_end = q->prev;
	free(q);
}

static void lookup_free(struct dns_lookup *k)
{
	lookup_unshare(k);
	if (k->asking)
		k->dns->source->stop(k);
	while (k->queries)
		query_free(k->queries);
	loop_task_cancel(&k->deliver);
	loop_timer_release(&k->timer);
	dns_entry_unref(k->entry);
	*k->prev = k->next;
	if (k->next)
		k->next->prev = k->prev;
	free(k);
}

static void destroy(struct dns *d)
{
	d->source->free(d);
	dns_cache_release(&d->cache);
	free(d);
}

static void deliver(void *arg)
{
	struct dns_lookup *k = arg;
	struct dns *d = k->dns;

	/* What a completion starts is asked anew, or found in the cache. */
	lookup_unshare(k);
	d->delivering = true;
	while (k->queries) {
		struct dns_answer a = k->entry ? k->entry->answer : lost;
		dns_fn *fn = k->queries->fn;
		void *fn_arg = k->queries->arg;

		a.ttl = k->ttl;
		query_free(k->queries);
		fn(&a, fn_arg);
	}
	d->delivering = false;
	lookup_free(k);
	if (d->dead)
		destroy(d);
}

static void on_timeout(void *arg)
{
	struct dns_lookup *k = arg;

	k->dns->source->stop(k);
	dns_lookup_done(k, &(struct dns_answer){.status = DNS_TIMEOUT});
}

static struct dns_lookup *lookup_new(
    struct dns *d, const struct dns_name *name, enum dns_type type)
{
	struct dns_lookup *k = mem_try_zalloc(sizeof(*k));

	if (!k)
		return NULL;
	k->dns = d;
	k->name = *name;
	k->type = type;
	k->queries_end = &k->queries;
	loop_task_init(&k->deliver, deliver, k);
	loop_timer_init(&k->timer, d->loop, on_timeout, k);
	k->next = d->lookups;
	k->prev = &d->lookups;
	if (k->next)
		k->next->prev = &k->next;
	d->lookups = k;
	return k;
}

static void lookup_ready(
    struct dns_lookup *k, struct dns_entry *x, uint32_t ttl)
{
	k->answered = true;
	k->entry = x;
	k->ttl = ttl;
	loop_post_soon(k->dns->loop, &k->deliver);
}

void dns_lookup_done(struct dns_lookup *k, const struct dns_answer *a)
{
	struct dns *d = k->dns;
	struct dns_entry *x;
	uint32_t keep = 0;

	ENSURE(k->asking);
	k->asking = false;
	loop_timer_stop(&k->timer);
	x = dns_entry_new(k->hash, &k->name, k->type, a);
	if (x && x->answer.status <= DNS_NXDOMAIN)
		keep = x->answer.ttl < LIMIT_DNS_TTL ? x->answer.ttl
						     : LIMIT_DNS_TTL;
	if (keep)
		dns_cache_add(
		    &d->cache, x, loop_now(d->loop) + keep * USEC_PER_SEC);
	lookup_ready(k, x, x ? x->answer.ttl : 0);
}

void dns_forget(struct dns *d)
{
	dns_cache_clear(&d->cache);
	for (struct dns_lookup *k = d->lookups; k; k = k->next)
		if (!k->asking)
			lookup_unshare(k);
}

static uint64_t hash_of(
    const struct dns *d, const struct dns_name *name, enum dns_type type)
{
	return siphash(d->key, dns_name_str(name)) + (uint64_t)type;
}

/* The look-up that asks this already, or a new one; NULL: no memory. */
static struct dns_lookup *lookup_share(
    struct dns *d, uint64_t hash, const struct dns_name *n, enum dns_type type)
{
	struct dns_lookup **bucket = &d->bucket[hash % DNS_LOOKUP_BUCKETS], *k;

	for (k = *bucket; k; k = k->bucket_next)
		if (k->hash == hash && k->type == type &&
		    str_eq(dns_name_str(&k->name), dns_name_str(n)))
			return k;
	k = lookup_new(d, n, type);
	if (!k)
		return NULL;
	if (!loop_timer_start(&k->timer, d->timeout)) {
		lookup_free(k);
		return NULL;
	}
	k->hash = hash;
	k->bucket_next = *bucket;
	k->bucket_prev = bucket;
	if (*bucket)
		(*bucket)->bucket_prev = &k->bucket_next;
	*bucket = k;
	k->asking = true;
	d->source->start(k);
	return k;
}

static struct dns_lookup *lookup_for(
    struct dns *d, struct str text, enum dns_type type)
{
	usec_t now = loop_now(d->loop);
	struct dns_name n;
	struct dns_entry *x;
	struct dns_lookup *k;
	uint64_t hash;

	if (dns_name_parse(text, NULL, &n) != NULL) {
		n = (struct dns_name){.n = 0};
		k = lookup_new(d, &n, type);
		if (k)
			lookup_ready(
			    k, dns_entry_new(0, &n, type, &no_such_name), 0);
		return k;
	}
	dns_name_lower(&n);
	hash = hash_of(d, &n, type);
	x = dns_cache_find(&d->cache, hash, &n, type, now);
	if (!x)
		return lookup_share(d, hash, &n, type);
	k = lookup_new(d, &n, type);
	if (k)
		lookup_ready(
		    k, x, (uint32_t)((x->expires - now) / USEC_PER_SEC));
	else
		dns_entry_unref(x);
	return k;
}

struct dns_query *dns_start(
    struct dns *d, struct str name, enum dns_type type, dns_fn *fn, void *arg)
{
	struct dns_query *q = mem_try_zalloc(sizeof(*q));
	struct dns_lookup *k;

	ENSURE(!d->dead);
	k = q ? lookup_for(d, name, type) : NULL;
	if (!k) {
		free(q);
		return NULL;
	}
	q->lookup = k;
	q->fn = fn;
	q->arg = arg;
	q->prev = k->queries_end;
	*q->prev = q;
	k->queries_end = &q->next;
	return q;
}

void dns_cancel(struct dns_query *q)
{
	struct dns_lookup *k = q->lookup;
	/* The look-up being delivered frees itself. */
	bool delivered = k->answered && !k->deliver.prev;

	query_free(q);
	if (!k->queries && !delivered)
		lookup_free(k);
}

void dns_free(struct dns *d)
{
	struct dns_lookup *k, *next;

	if (!d)
		return;
	d->dead = true;
	for (k = d->lookups; k; k = next) {
		next = k->next;
		if (k->answered && !k->deliver.prev)
			while (k->queries)
				query_free(k->queries);
		else
			lookup_free(k);
	}
	if (!d->delivering)
		destroy(d);
}
