#include "net/dns_zone.h"

#include "base/mem.h"
#include "base/rand.h"

/* ---- names and records */

static struct str node_name(const struct zone *z, const struct zone_node *n)
{
	return str_make(z->data.p + n->at, n->n);
}

static uint64_t hash_of(const struct zone *z, struct str name)
{
	return siphash(z->key, name);
}

/* The slot where `name` is, or would be. */
static uint32_t *find_slot(const struct zone *z, struct str name)
{
	size_t i = (size_t)hash_of(z, name) & (z->slots - 1);

	while (z->slot[i] != ZONE_NONE &&
	       !str_eq(node_name(z, &z->node[z->slot[i]]), name))
		i = (i + 1) & (z->slots - 1);
	return &z->slot[i];
}

static const struct zone_node *find(const struct zone *z, struct str name)
{
	uint32_t n = z->slots ? *find_slot(z, name) : ZONE_NONE;

	return n == ZONE_NONE ? NULL : &z->node[n];
}

/* False: no memory; it is as before. */
static bool grow(struct zone *z)
{
	size_t slots = z->slots ? 2 * z->slots : 64;
	void *p = mem_try_realloc(z->slot, slots * sizeof(*z->slot));

	if (!p)
		return false;
	z->slot = p;
	p = mem_try_realloc(z->node, slots / 2 * sizeof(*z->node));
	if (!p)
		return false;
	z->node = p;
	z->slots = slots;
	for (size_t i = 0; i < z->slots; i++)
		z->slot[i] = ZONE_NONE;
	for (size_t i = 0; i < z->nodes; i++)
		*find_slot(z, node_name(z, &z->node[i])) = (uint32_t)i;
	return true;
}

static uint32_t new_node(struct zone *z, uint32_t at, size_t n, unsigned flags)
{
	if (z->nodes == LIMIT_ZONE_RECORDS)
		return ZONE_NONE;
	if (z->nodes == z->slots / 2 && !grow(z))
		return ZONE_NONE;
	*find_slot(z, str_make(z->data.p + at, n)) = (uint32_t)z->nodes;
	z->node[z->nodes] = (struct zone_node){
	    .at = at,
	    .first = ZONE_NONE,
	    .last = ZONE_NONE,
	    .n = (uint8_t)n,
	    .flags = (uint8_t)flags,
	};
	return (uint32_t)z->nodes++;
}

/* The names above the one at `at` exist, too. */
static bool put_parents(struct zone *z, uint32_t at, size_t n)
{
	while (n > 1) {
		size_t label = (unsigned char)z->data.p[at] + 1u;
		uint32_t node;

		at += (uint32_t)label;
		n -= label;
		node = *find_slot(z, str_make(z->data.p + at, n));
		if (node == ZONE_NONE)
			node = new_node(z, at, n, 0);
		if (node == ZONE_NONE)
			return false;
		if (z->node[node].flags & ZONE_EXISTS)
			return true;
		z->node[node].flags |= ZONE_EXISTS;
	}
	return true;
}

uint32_t zone_put(struct zone *z, const struct dns_name *name, unsigned flags)
{
	uint32_t node;
	bool known;

	if (!z->slots) {
		rand_bytes(&z->key, sizeof(z->key));
		if (!grow(z))
			return ZONE_NONE;
	}
	node = *find_slot(z, dns_name_str(name));
	if (node == ZONE_NONE) {
		uint32_t at = (uint32_t)z->data.len;

		buf_add(&z->data, dns_name_str(name));
		if (z->data.over)
			return ZONE_NONE;
		node = new_node(z, at, name->n, 0);
		if (node == ZONE_NONE)
			return ZONE_NONE;
	}
	known = z->node[node].flags & ZONE_EXISTS;
	z->node[node].flags |= (uint8_t)flags;
	if ((flags & ZONE_EXISTS) && !known &&
	    !put_parents(z, z->node[node].at, name->n))
		return ZONE_NONE;
	return node;
}

bool zone_add(struct zone *z, uint32_t node, unsigned type, uint32_t ttl,
    struct str rdata)
{
	struct zone_node *n = &z->node[node];
	uint32_t at = (uint32_t)z->data.len, i = (uint32_t)z->records;

	buf_add(&z->data, rdata);
	if (z->data.over || z->records == LIMIT_ZONE_RECORDS)
		return false;
	if (!mem_try_grow(
		&z->record, &z->record_cap, z->records, 64, sizeof(*z->record)))
		return false;
	z->record[z->records++] = (struct zone_record){
	    .next = ZONE_NONE,
	    .ttl = ttl,
	    .at = at,
	    .n = (uint16_t)rdata.n,
	    .type = (uint16_t)type,
	};
	if (n->first == ZONE_NONE)
		n->first = i;
	else
		z->record[n->last].next = i;
	n->last = i;
	return true;
}

void zone_free(struct zone *z)
{
	if (!z)
		return;
	buf_release(&z->data);
	free(z->record);
	free(z->node);
	free(z->slot);
	free(z);
}

/* ---- answers */

struct answering {
	const struct zone *z;
	struct arena *a;
	struct dns_name name; /* what is looked for now */
	enum dns_type type;
	struct dns_answer *ret;
};

static struct str rdata_of(const struct zone *z, const struct zone_record *r)
{
	return str_make(z->data.p + r->at, r->n);
}

static const struct zone_record *next_of(
    const struct zone *z, uint32_t from, unsigned type)
{
	for (; from != ZONE_NONE; from = z->record[from].next)
		if (z->record[from].type == type)
			return &z->record[from];
	return NULL;
}

static struct str parent_of(struct str name)
{
	return str_from(name, (unsigned char)name.p[0] + 1u);
}

/* RFC 4592 section 3.3: the wildcard just below the closest name that exists.
 */
static const struct zone_node *find_wildcard(
    const struct zone *z, struct str name)
{
	struct dns_name w = {.n = 2, .p = "\1*"};
	const struct zone_node *n = NULL;

	if (name.n == 1)
		return NULL;
	while (name.n > 1 && !(n && n->flags & ZONE_EXISTS)) {
		name = parent_of(name);
		n = find(z, name);
	}
	if (name.n + 2 > DNS_NAME_MAX)
		return NULL;
	memcpy(w.p + 2, name.p, name.n);
	w.n = (uint8_t)(2 + name.n);
	n = find(z, dns_name_str(&w));
	return n && n->flags & ZONE_EXISTS ? n : NULL;
}

static void lower_ttl(struct dns_answer *a, uint32_t ttl)
{
	if (ttl < a->ttl)
		a->ttl = ttl;
}

/* RFC 2308 section 5: by the nearest SOA; without one it can not be kept. */
static void deny(struct answering *g, enum dns_status status)
{
	struct str name = dns_name_str(&g->name);

	g->ret->status = status;
	for (;; name = parent_of(name)) {
		const struct zone_node *n = find(g->z, name);
		const struct zone_record *r =
		    n ? next_of(g->z, n->first, DNS_SOA) : NULL;
		struct dns_rr rr;
		struct dns_soa soa;

		if (r) {
			rr.rdata = rdata_of(g->z, r);
			ENSURE(dns_rr_soa(&rr, &soa, NULL, NULL));
			lower_ttl(g->ret, r->ttl);
			lower_ttl(g->ret, soa.minimum);
			return;
		}
		if (name.n == 1)
			break;
	}
	g->ret->ttl = 0;
}

static void fail(struct answering *g, enum dns_status status)
{
	g->ret->status = status;
	g->ret->secure = false;
	g->ret->rr_count = 0;
	g->ret->ttl = 0;
}

static bool has(const struct dns_rr *rr, size_t n, struct str rdata)
{
	while (n--)
		if (str_eq(rr[n].rdata, rdata))
			return true;
	return false;
}

/* All of one type; the same rdata twice is one record (RFC 2181 section 5). */
static void collect(struct answering *g, const struct zone_record *r)
{
	const struct zone *z = g->z;
	size_t size = 0, n = 0;
	const struct zone_record *i;
	struct dns_rr *rr;

	for (i = r; i; i = next_of(z, i->next, r->type)) {
		size += 11u + i->n;
		n++;
		if (size > LIMIT_DNS_ANSWER) {
			fail(g, DNS_SERVFAIL);
			return;
		}
	}
	rr = arena_array(g->a, n, sizeof(*rr));
	if (!rr) {
		fail(g, DNS_SERVFAIL);
		return;
	}
	g->ret->status = DNS_OK;
	g->ret->rr = rr;
	for (i = r; i; i = next_of(z, i->next, r->type)) {
		if (has(rr, g->ret->rr_count, rdata_of(z, i)))
			continue;
		rr[g->ret->rr_count++].rdata = rdata_of(z, i);
		lower_ttl(g->ret, i->ttl);
	}
}

/* True: follow g->name, else it is answered. */
static bool step(struct answering *g)
{
	struct str name = dns_name_str(&g->name);
	const struct zone_node *exact = find(g->z, name), *n = exact;
	const struct zone_record *r;
	unsigned state = exact ? exact->flags : 0;

	if (!n || !(n->flags & ZONE_EXISTS))
		n = find_wildcard(g->z, name);
	if (n)
		state |= n->flags;
	if (!(state & ZONE_SECURE))
		g->ret->secure = false;
	if (state & ZONE_BOGUS) {
		fail(g, DNS_SERVFAIL);
		g->ret->bogus = true;
	} else if (!n) {
		/* The root is there, whatever the file says. */
		deny(g, name.n == 1 ? DNS_NODATA : DNS_NXDOMAIN);
	} else if ((r = next_of(g->z, n->first, g->type)) != NULL) {
		collect(g, r);
	} else if (n->flags & (ZONE_SERVFAIL | ZONE_TIMEOUT)) {
		fail(g, n->flags & ZONE_TIMEOUT ? DNS_TIMEOUT : DNS_SERVFAIL);
	} else if ((r = next_of(g->z, n->first, DNS_CNAME)) != NULL) {
		g->name.n = (uint8_t)r->n;
		memcpy(g->name.p, rdata_of(g->z, r).p, r->n);
		dns_name_lower(&g->name);
		lower_ttl(g->ret, r->ttl);
		return true;
	} else {
		deny(g, DNS_NODATA);
	}
	return false;
}

void zone_answer(const struct zone *z, const struct dns_name *name,
    enum dns_type type, struct arena *a, struct dns_answer *ret)
{
	struct answering g = {
	    .z = z, .a = a, .name = *name, .type = type, .ret = ret};
	struct buf text = BUF_INIT(4 * DNS_NAME_MAX);
	size_t links = 0;

	*ret = (struct dns_answer){.secure = true, .ttl = UINT32_MAX};
	while (step(&g))
		if (++links > LIMIT_CNAME_CHAIN) {
			fail(&g, DNS_SERVFAIL);
			break;
		}
	dns_name_format(dns_name_str(&g.name), &text);
	ret->canonical = arena_dup(a, buf_str(&text));
	if (text.over || a->failed)
		fail(&g, DNS_SERVFAIL);
	buf_release(&text);
}

/* ---- as a source */

static void start(struct dns_lookup *k)
{
	struct arena a = ARENA_INIT(4 * LIMIT_DNS_ANSWER);
	struct dns_answer answer;

	zone_answer(k->dns->impl, &k->name, k->type, &a, &answer);
	dns_lookup_done(k, &answer);
	arena_release(&a);
}

static void stop(struct dns_lookup *k)
{
	BUG("a zone answers at once");
}

static void zone_source_free(struct dns *d)
{
	zone_free(d->impl);
}

static const struct dns_source source = {start, stop, zone_source_free};

int dns_zone_new(struct loop *l, struct str text, const char *name,
    struct dns **ret, struct err *e)
{
	struct zone *z;
	int r = zone_read(text, name, &z, e);

	if (r < 0)
		return r;
	*ret = dns_new(l, &source, z);
	if (*ret)
		return 0;
	zone_free(z);
	return err_set(e, ERR_NOMEM, "%s: there is no memory for it", name);
}

int dns_zone_load(
    struct loop *l, const char *path, struct dns **ret, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_ZONE_FILE);
	int r = buf_read_file(&text, path, e);

	if (r == 0)
		r = dns_zone_new(l, buf_str(&text), path, ret, e);
	buf_release(&text);
	return r;
}

int dns_zone_replace(
    struct dns *d, struct str text, const char *name, struct err *e)
{
	struct zone *z;
	int r;

	ENSURE(d->source == &source);
	r = zone_read(text, name, &z, e);
	if (r < 0)
		return r;
	zone_free(d->impl);
	d->impl = z;
	dns_forget(d);
	return 0;
}
