#include "sim/tally.h"
#include "base/rand.h"

void tally_init(struct tally *t)
{
	unsigned char bytes[16];

	*t = (struct tally){0};
	rand_bytes(bytes, sizeof(bytes));
	t->key = siphash_key_make(bytes);
}

void tally_release(struct tally *t)
{
	free(t->entries);
	t->entries = NULL;
	t->used = t->cap = 0;
}

/* 0 marks a free place. */
static uint64_t hash_of(const struct tally *t, struct str s)
{
	uint64_t h = siphash(t->key, s);

	return h ? h : 1;
}

static struct tally_entry *place(const struct tally *t, uint64_t hash)
{
	size_t at = hash & (t->cap - 1);

	while (t->entries[at].hash && t->entries[at].hash != hash)
		at = (at + 1) & (t->cap - 1);
	return &t->entries[at];
}

static void grow(struct tally *t)
{
	struct tally old = *t;

	t->cap = old.cap ? 2 * old.cap : 1024;
	t->entries = mem_zalloc(t->cap * sizeof(*t->entries));
	for (size_t i = 0; i < old.cap; i++)
		if (old.entries[i].hash)
			*place(t, old.entries[i].hash) = old.entries[i];
	free(old.entries);
}

uint64_t *tally_at(struct tally *t, struct str s)
{
	uint64_t hash = hash_of(t, s);
	struct tally_entry *e;

	if (2 * t->used >= t->cap && t->used < TALLY_MAX)
		grow(t);
	e = place(t, hash);
	if (!e->hash) {
		if (t->used == TALLY_MAX)
			return NULL;
		t->used++;
		*e = (struct tally_entry){hash, 0};
	}
	return &e->value;
}

uint64_t tally_get(const struct tally *t, struct str s)
{
	return t->cap ? place(t, hash_of(t, s))->value : 0;
}
