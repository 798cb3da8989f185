#include "base/mem.h"
#include "crypto/digest.h"
#include "crypto/pkey_public.h"

/* Found by the sum of the key's bytes, which nobody can make collide. */
struct kept {
	unsigned char sum[DIGEST_SIZE];
	struct pkey_public *key;
	struct kept *next; /* of the same slot */
	/* by use, the latest first */
	struct kept *newer, *older;
};

struct pkey_cache {
	struct kept *all; /* `max` of them, the first `count` in use */
	struct kept **slot;
	size_t count, max, slots;
	struct kept *newest, *oldest;
	struct digest *digest;
};

struct pkey_cache *pkey_cache_new(size_t max)
{
	struct pkey_cache *c = mem_try_zalloc(sizeof(*c));

	ENSURE(max > 0);
	if (!c)
		return NULL;
	c->max = max;
	c->slots = 2 * max;
	c->all = mem_try_zalloc(max * sizeof(*c->all));
	c->slot = mem_try_zalloc(c->slots * sizeof(struct kept *));
	c->digest = digest_new();
	if (c->all && c->slot && c->digest)
		return c;
	pkey_cache_free(c);
	return NULL;
}

void pkey_cache_free(struct pkey_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++)
		pkey_public_free(c->all[i].key);
	free(c->all);
	free(c->slot);
	digest_free(c->digest);
	free(c);
}

static struct kept **find_slot(struct pkey_cache *c, const unsigned char *sum)
{
	uint64_t h;

	memcpy(&h, sum, sizeof(h));
	return &c->slot[h % c->slots];
}

static void unlink_used(struct pkey_cache *c, struct kept *k)
{
	if (k->newer)
		k->newer->older = k->older;
	else
		c->newest = k->older;
	if (k->older)
		k->older->newer = k->newer;
	else
		c->oldest = k->newer;
}

static void link_newest(struct pkey_cache *c, struct kept *k)
{
	k->newer = NULL;
	k->older = c->newest;
	if (c->newest)
		c->newest->newer = k;
	else
		c->oldest = k;
	c->newest = k;
}

static struct kept *find(struct pkey_cache *c, const unsigned char *sum)
{
	struct kept *k = *find_slot(c, sum);

	while (k && memcmp(k->sum, sum, DIGEST_SIZE) != 0)
		k = k->next;
	return k;
}

/* An empty place, if need be that of the key not used for longest. */
static struct kept *make_place(struct pkey_cache *c)
{
	struct kept *k = c->oldest, **p;

	if (c->count < c->max)
		return &c->all[c->count++];
	unlink_used(c, k);
	for (p = find_slot(c, k->sum); *p != k;)
		p = &(*p)->next;
	*p = k->next;
	pkey_public_free(k->key);
	return k;
}

int pkey_cache_get(struct pkey_cache *c, enum pkey_kind kind, struct str der,
    struct pkey_public **ret_key, struct err *e)
{
	struct pkey_public *key;
	unsigned char sum[DIGEST_SIZE];
	struct kept *k, **slot;
	int rc;

	digest_begin(c->digest);
	digest_update(c->digest, der);
	digest_end(c->digest, sum);
	/* the same bytes as another kind are another key */
	sum[DIGEST_SIZE - 1] ^= (unsigned char)kind;
	k = find(c, sum);
	if (k) {
		unlink_used(c, k);
		link_newest(c, k);
		*ret_key = k->key;
		return 0;
	}
	rc = pkey_read_public(kind, der, &key, e);
	if (rc < 0)
		return rc;
	k = make_place(c);
	memcpy(k->sum, sum, sizeof(sum));
	k->key = key;
	slot = find_slot(c, sum);
	k->next = *slot;
	*slot = k;
	link_newest(c, k);
	*ret_key = key;
	return 0;
}
