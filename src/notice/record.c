#include "notice/record.h"

struct head {
	uint64_t line;
	uint32_t cells;
	uint16_t person_id, name, addresses, key;
	uint8_t language, segment, jurisdiction, flags;
};

static void put(char **p, struct str s)
{
	if (s.n)
		memcpy(*p, s.p, s.n);
	*p += s.n;
}

void record_put(const struct record *r, struct buf *out)
{
	const struct head h = {.line = r->line,
	    .cells = (uint32_t)r->cells.n,
	    .person_id = (uint16_t)r->person_id.n,
	    .name = (uint16_t)r->name.n,
	    .addresses = (uint16_t)r->addresses.n,
	    .key = (uint16_t)r->key.n,
	    .language = (uint8_t)r->language.n,
	    .segment = (uint8_t)r->segment.n,
	    .jurisdiction = (uint8_t)r->jurisdiction.n,
	    .flags = (uint8_t)r->flags};
	size_t n = sizeof(h) + r->person_id.n + r->name.n + r->addresses.n +
		   r->key.n + r->language.n + r->segment.n + r->jurisdiction.n +
		   r->cells.n;
	char *p = buf_room(out, n), *at = p;

	if (!p)
		return;
	put(&at, str_make((const char *)&h, sizeof(h)));
	put(&at, r->person_id);
	put(&at, r->name);
	put(&at, r->addresses);
	put(&at, r->key);
	put(&at, r->language);
	put(&at, r->segment);
	put(&at, r->jurisdiction);
	put(&at, r->cells);
	buf_commit(out, n);
}

static struct str get(const char **p, size_t n)
{
	struct str s = {*p, n};

	*p += n;
	return s;
}

void record_get(struct str s, struct record *ret)
{
	struct head h;
	const char *p = s.p + sizeof(h);

	ENSURE(s.n >= sizeof(h));
	memcpy(&h, s.p, sizeof(h));
	*ret = (struct record){.line = h.line, .flags = h.flags};
	ret->person_id = get(&p, h.person_id);
	ret->name = get(&p, h.name);
	ret->addresses = get(&p, h.addresses);
	ret->key = get(&p, h.key);
	ret->language = get(&p, h.language);
	ret->segment = get(&p, h.segment);
	ret->jurisdiction = get(&p, h.jurisdiction);
	ret->cells = get(&p, h.cells);
	ENSURE(p == s.p + s.n);
}

struct str record_key(const struct record *r)
{
	struct str rest = r->addresses;

	return r->key.n ? r->key : str_cut(&rest, '\n');
}

bool record_same(const struct record *a, const struct record *b)
{
	if (a->person_id.n || b->person_id.n)
		return str_eq(a->person_id, b->person_id);
	return str_eq(a->name, b->name) && str_eq(record_key(a), record_key(b));
}
