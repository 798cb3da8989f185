#include "check/tally.h"
#include "base/arena.h"
#include "base/rand.h"
#include "base/siphash.h"

struct entry {
	struct str key;
	uint64_t count;
};

struct tally {
	struct siphash_key key;
	struct arena arena; /* the keys */
	size_t max, count, room, slots;
	struct entry *entry;
	uint32_t *slot; /* 0: free; else an entry's number and 1 */
};

static struct siphash_key random_key(void)
{
	unsigned char bytes[16];

	rand_bytes(bytes, sizeof(bytes));
	return siphash_key_make(bytes);
}

struct tally *tally_new(size_t max)
{
	struct tally *t = mem_zalloc(sizeof(*t));

	ENSURE(max > 0 && max < UINT32_MAX / 4);
	t->key = random_key();
	t->max = max;
	t->slots = 64;
	t->slot = mem_zalloc(t->slots * sizeof(*t->slot));
	t->arena = ARENA_INIT((max + 64) * 2UL * TALLY_KEY);
	return t;
}

void tally_free(struct tally *t)
{
	if (!t)
		return;
	arena_release(&t->arena);
	free(t->entry);
	free(t->slot);
	free(t);
}

/* Where the key is, or the free slot where it would be. */
static size_t find(const struct tally *t, struct str key)
{
	size_t i = siphash(t->key, key) & (t->slots - 1);

	while (t->slot[i] && !str_eq(t->entry[t->slot[i] - 1].key, key))
		i = (i + 1) & (t->slots - 1);
	return i;
}

static void grow(struct tally *t)
{
	free(t->slot);
	t->slots *= 2;
	t->slot = mem_zalloc(t->slots * sizeof(*t->slot));
	for (size_t i = 0; i < t->count; i++)
		t->slot[find(t, t->entry[i].key)] = (uint32_t)i + 1;
}

size_t tally_add(struct tally *t, struct str key, uint64_t by)
{
	size_t i;

	if (key.n > TALLY_KEY)
		return TALLY_FULL;
	i = find(t, key);
	if (t->slot[i]) {
		t->entry[t->slot[i] - 1].count += by;
		return t->slot[i] - 1;
	}
	if (t->count == t->max)
		return TALLY_FULL;
	if (t->count == t->room) {
		t->room = t->room ? 2 * t->room : 16;
		t->entry = mem_realloc(t->entry, t->room * sizeof(t->entry[0]));
	}
	t->entry[t->count] =
	    (struct entry){.key = arena_dup(&t->arena, key), .count = by};
	ENSURE(!t->arena.failed);
	t->slot[i] = (uint32_t)++t->count;
	if (2 * t->count > t->slots)
		grow(t);
	return t->count - 1;
}

size_t tally_size(const struct tally *t)
{
	return t->count;
}

struct str tally_key(const struct tally *t, size_t i)
{
	return t->entry[i].key;
}

uint64_t tally_count(const struct tally *t, size_t i)
{
	return t->entry[i].count;
}
