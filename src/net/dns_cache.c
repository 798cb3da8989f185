#include "base/mem.h"
#include "net/dns_private.h"

/* Status, state and TTL only: for an answer no DNS message could carry. */
static const struct dns_answer too_large = {.status = DNS_SERVFAIL};

struct dns_entry *dns_entry_new(uint64_t hash, const struct dns_name *name,
    enum dns_type type, const struct dns_answer *a)
{
	size_t bytes = a->canonical.n, head;
	struct dns_entry *x;
	struct dns_rr *rr;
	char *p;

	for (size_t i = 0; i < a->rr_count; i++)
		bytes += a->rr[i].rdata.n;
	/* A record takes at least its 11 bytes of name, type, class, TTL and
	 * length. */
	if (bytes + 11 * a->rr_count > LIMIT_DNS_ANSWER)
		return dns_entry_new(hash, name, type, &too_large);
	head = sizeof(*x) + a->rr_count * sizeof(*rr);
	x = mem_try_zalloc(head + bytes);
	if (!x)
		return NULL;
	x->refs = 1;
	x->hash = hash;
	x->size = head + bytes;
	x->name = *name;
	x->type = type;
	x->answer = *a;
	rr = (struct dns_rr *)(void *)(x + 1);
	p = (char *)x + head;
	for (size_t i = 0; i < a->rr_count; i++) {
		struct str data = a->rr[i].rdata;

		rr[i].rdata = str_make(p, data.n);
		if (data.n)
			memcpy(p, data.p, data.n);
		p += data.n;
	}
	if (a->canonical.n)
		memcpy(p, a->canonical.p, a->canonical.n);
	x->answer.canonical = str_make(p, a->canonical.n);
	x->answer.rr = rr;
	return x;
}

void dns_entry_unref(struct dns_entry *x)
{
	if (x && --x->refs == 0)
		free(x);
}

bool dns_cache_init(struct dns_cache *c, size_t max)
{
	*c = (struct dns_cache){
	    .bucket = mem_try_zalloc(DNS_CACHE_BUCKETS * sizeof(*c->bucket)),
	    .max = max,
	};
	return c->bucket != NULL;
}

static struct dns_entry **bucket_of(struct dns_cache *c, uint64_t hash)
{
	return &c->bucket[hash % DNS_CACHE_BUCKETS];
}

static void unlink_use(struct dns_cache *c, struct dns_entry *x)
{
	*(x->newer ? &x->newer->older : &c->newest) = x->older;
	*(x->older ? &x->older->newer : &c->oldest) = x->newer;
	x->newer = x->older = NULL;
}

static void link_newest(struct dns_cache *c, struct dns_entry *x)
{
	x->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = x;
	c->newest = x;
}

static void drop(struct dns_cache *c, struct dns_entry *x)
{
	struct dns_entry **at = bucket_of(c, x->hash);

	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
	unlink_use(c, x);
	c->size -= x->size;
	dns_entry_unref(x);
}

void dns_cache_clear(struct dns_cache *c)
{
	while (c->oldest)
		drop(c, c->oldest);
}

void dns_cache_release(struct dns_cache *c)
{
	dns_cache_clear(c);
	free(c->bucket);
	c->bucket = NULL;
}

static struct dns_entry *find(struct dns_cache *c, uint64_t hash,
    const struct dns_name *name, enum dns_type type)
{
	struct dns_entry *x = *bucket_of(c, hash);

	while (x && (x->hash != hash || x->type != type ||
			!str_eq(dns_name_str(&x->name), dns_name_str(name))))
		x = x->next;
	return x;
}

struct dns_entry *dns_cache_find(struct dns_cache *c, uint64_t hash,
    const struct dns_name *name, enum dns_type type, usec_t now)
{
	struct dns_entry *x = find(c, hash, name, type);

	if (!x)
		return NULL;
	if (x->expires <= now) {
		drop(c, x);
		return NULL;
	}
	unlink_use(c, x);
	link_newest(c, x);
	x->refs++;
	return x;
}

void dns_cache_add(struct dns_cache *c, struct dns_entry *x, usec_t expires)
{
	struct dns_entry *old = find(c, x->hash, &x->name, x->type);
	struct dns_entry **at = bucket_of(c, x->hash);

	if (old)
		drop(c, old);
	x->refs++;
	x->expires = expires;
	x->next = *at;
	*at = x;
	link_newest(c, x);
	c->size += x->size;
	while (c->size > c->max)
		drop(c, c->oldest);
}
