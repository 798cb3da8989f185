#include "check/heavy.h"
#include "base/rand.h"
#include "base/siphash.h"

#define SAMPLE 1024u

struct slot {
	uint64_t hash; /* 0: free */
	uint64_t count;
	int64_t note;
};

struct heavy {
	struct siphash_key key;
	size_t slots, used;
	uint64_t error;
	struct slot *slot;
	unsigned char *name; /* a length and the bytes, by slot; or NULL */
};

#define NAME_ROOM (HEAVY_NAME + 1u)

struct heavy *heavy_new(size_t room, bool names)
{
	struct heavy *h = mem_zalloc(sizeof(*h));
	unsigned char bytes[16];

	rand_bytes(bytes, sizeof(bytes));
	h->key = siphash_key_make(bytes);
	for (h->slots = 64; h->slots * 3 / 4 < room; h->slots *= 2)
		;
	h->slot = mem_zalloc(h->slots * sizeof(h->slot[0]));
	if (names)
		h->name = mem_zalloc(h->slots * NAME_ROOM);
	return h;
}

void heavy_free(struct heavy *h)
{
	if (!h)
		return;
	free(h->slot);
	free(h->name);
	free(h);
}

static size_t find(const struct heavy *h, uint64_t hash)
{
	size_t i = hash & (h->slots - 1);

	while (h->slot[i].hash && h->slot[i].hash != hash)
		i = (i + 1) & (h->slots - 1);
	return i;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The middle one of some counts: about half are not above it, and never
 * none. */
static uint64_t middle(const struct heavy *h)
{
	uint64_t v[SAMPLE];
	size_t n = 0;

	for (size_t i = 0; i < h->slots && n < SAMPLE; i++)
		if (h->slot[i].hash)
			v[n++] = h->slot[i].count;
	qsort(v, n, sizeof(v[0]), by_value);
	return v[n / 2];
}

/* Takes as much from all, and those out of whom nothing is left. */
static void prune(struct heavy *h)
{
	uint64_t least = middle(h);
	struct slot *old = h->slot;
	unsigned char *name = h->name;

	h->slot = mem_zalloc(h->slots * sizeof(h->slot[0]));
	if (name)
		h->name = mem_zalloc(h->slots * NAME_ROOM);
	h->used = 0;
	h->error += least;
	for (size_t i = 0; i < h->slots; i++) {
		size_t to;

		if (old[i].count <= least)
			continue;
		to = find(h, old[i].hash);
		h->slot[to] = old[i];
		h->slot[to].count -= least;
		if (name)
			memcpy(h->name + to * NAME_ROOM, name + i * NAME_ROOM,
			    NAME_ROOM);
		h->used++;
	}
	free(old);
	free(name);
}

static uint64_t hash_of(const struct heavy *h, struct str key)
{
	uint64_t hash = siphash(h->key, key);

	return hash ? hash : 1;
}

int64_t *heavy_add(struct heavy *h, struct str key, bool *ret_fresh)
{
	uint64_t hash = hash_of(h, key);
	struct slot *s;
	size_t i = find(h, hash);

	if (!h->slot[i].hash && 4 * h->used >= 3 * h->slots) {
		prune(h);
		i = find(h, hash);
	}
	s = &h->slot[i];
	if (ret_fresh)
		*ret_fresh = !s->hash;
	if (!s->hash) {
		*s = (struct slot){.hash = hash};
		h->used++;
		if (h->name) {
			unsigned char *p = h->name + i * NAME_ROOM;
			size_t n = key.n < HEAVY_NAME ? key.n : HEAVY_NAME;

			p[0] = (unsigned char)n;
			if (n)
				memcpy(p + 1, key.p, n);
		}
	}
	s->count++;
	return &s->note;
}

uint64_t heavy_count(const struct heavy *h, struct str key)
{
	return h->slot[find(h, hash_of(h, key))].count;
}

uint64_t heavy_error(const struct heavy *h)
{
	return h->error;
}

static struct heavy_item item_at(const struct heavy *h, size_t i)
{
	struct heavy_item item = {
	    .name = S(""), .count = h->slot[i].count, .note = h->slot[i].note};

	if (h->name)
		item.name = str_make((const char *)h->name + i * NAME_ROOM + 1,
		    h->name[i * NAME_ROOM]);
	return item;
}

/* Whether `a` comes before `b`. */
static bool before(const struct heavy_item *a, const struct heavy_item *b)
{
	if (a->count != b->count)
		return a->count > b->count;
	return str_cmp(a->name, b->name) < 0;
}

static void sift(struct heavy_item *v, size_t n, size_t i)
{
	for (;;) {
		size_t last = i, l = 2 * i + 1, r = l + 1;
		struct heavy_item tmp = v[i];

		if (l < n && before(&v[last], &v[l]))
			last = l;
		if (r < n && before(&v[last], &v[r]))
			last = r;
		if (last == i)
			return;
		v[i] = v[last];
		v[last] = tmp;
		i = last;
	}
}

static int by_rank(const void *a, const void *b)
{
	return before(b, a) - before(a, b);
}

/* A heap of the best so far, the last of them at its root. */
size_t heavy_top(const struct heavy *h, size_t max, struct heavy_item *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < h->slots && max; i++) {
		struct heavy_item item = item_at(h, i);

		if (!h->slot[i].hash)
			continue;
		if (n < max) {
			ret[n++] = item;
			if (n == max)
				for (size_t k = n / 2; k-- > 0;)
					sift(ret, n, k);
		} else if (before(&item, &ret[0])) {
			ret[0] = item;
			sift(ret, n, 0);
		}
	}
	qsort(ret, n, sizeof(ret[0]), by_rank);
	return n;
}
