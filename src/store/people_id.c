#include "store/people.h"

void people_cell_add(struct buf *cells, struct str value)
{
	size_t n = value.n;

	while (n >= 0x80) {
		buf_addc(cells, (char)(n | 0x80));
		n >>= 7;
	}
	buf_addc(cells, (char)n);
	buf_add(cells, value);
}

/* Cuts one cell off the front; false at the end or when it is damaged. */
static bool take_cell(struct str *cells, struct str *ret)
{
	size_t n = 0, at = 0;
	unsigned shift = 0;
	unsigned char c;

	do {
		if (at == cells->n || shift > 28)
			return false;
		c = (unsigned char)cells->p[at++];
		n |= (size_t)(c & 0x7f) << shift;
		shift += 7;
	} while (c & 0x80);
	if (n > cells->n - at)
		return false;
	*ret = str_make(cells->p + at, n);
	*cells = str_make(cells->p + at + n, cells->n - at - n);
	return true;
}

struct str people_cell(struct str cells, size_t index)
{
	struct str cell;

	for (;;) {
		if (!take_cell(&cells, &cell))
			return STR_NONE;
		if (index-- == 0)
			return cell;
	}
}

#define HASH_STACK 1024

/* Each part behind its length, so that no two triples read alike. */
static size_t put_part(char *p, struct str part)
{
	uint32_t n = (uint32_t)part.n;

	for (int i = 0; i < 4; i++)
		p[i] = (char)(n >> (8 * i));
	if (part.n)
		memcpy(p + 4, part.p, part.n);
	return 4 + part.n;
}

int64_t people_hash(struct siphash_key key, struct str person_id,
    struct str name, struct str address)
{
	char stack[HASH_STACK], *p = stack;
	size_t n = 0;
	uint64_t h;

	if (person_id.n) {
		name = STR_NONE;
		address = STR_NONE;
	}
	if (person_id.n + name.n + address.n + 12 > sizeof(stack))
		p = mem_alloc(person_id.n + name.n + address.n + 12);
	n += put_part(p + n, person_id);
	n += put_part(p + n, name);
	n += put_part(p + n, address);
	h = siphash(key, str_make(p, n)) & (uint64_t)INT64_MAX & ~15ull;
	if (p != stack)
		free(p);
	return h ? (int64_t)h : 16;
}
