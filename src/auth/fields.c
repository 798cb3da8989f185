#include "auth/fields.h"
#include "base/rand.h"
#include "mail/header.h"

#define NONE UINT32_MAX

struct str fields_name(const struct fields *f, size_t i)
{
	return str_sub(f->message, f->field[i].at, f->field[i].name_n);
}

struct str fields_raw(const struct fields *f, size_t i)
{
	return str_sub(
	    f->message, f->field[i].at, f->field[i].end - f->field[i].at);
}

struct str fields_value(const struct fields *f, size_t i)
{
	struct str raw = fields_raw(f, i);

	str_cut(&raw, ':');
	return raw;
}

bool fields_is(const struct fields *f, size_t i, struct str name)
{
	return f->field[i].name_n == name.n && str_ieq(fields_name(f, i), name);
}

/* ---- names */

/* Keyed, so that nobody can make names that fall together.  NULL: longer than
 * any name there is. */
static uint32_t *find_slot(struct fields *f, struct str name)
{
	if (name.n > f->longest)
		return NULL;
	for (size_t i = 0; i < name.n; i++)
		f->lower[i] = ascii_lower(name.p[i]);
	return &f->slot[siphash(f->key, str_make(f->lower, name.n)) % f->slots];
}

static struct field_group *find_group(struct fields *f, struct str name)
{
	uint32_t *slot = f->slots ? find_slot(f, name) : NULL;

	for (uint32_t g = slot ? *slot : NONE; g != NONE; g = f->group[g].next)
		if (fields_is(f, f->group[g].lowest, name))
			return &f->group[g];
	return NULL;
}

static void add_to_group(struct fields *f, uint32_t i)
{
	struct str name = fields_name(f, i);
	struct field_group *g = find_group(f, name);
	uint32_t *slot;

	f->field[i].above = NONE;
	if (g) {
		f->field[i].above = g->lowest;
		g->lowest = i;
		g->count++;
	} else {
		slot = find_slot(f, name);
		g = &f->group[f->groups];
		*g = (struct field_group){
		    .lowest = i, .next = *slot, .count = 1};
		*slot = (uint32_t)f->groups++;
	}
}

/* ---- reading */

static size_t count_fields(struct str message, size_t *ret_longest)
{
	struct header_reader r;
	struct header_field h;
	size_t n = 0;

	*ret_longest = 0;
	header_reader_init(&r, message);
	while (header_next(&r, &h)) {
		n += h.is_field;
		if (h.name.n > *ret_longest)
			*ret_longest = h.name.n;
	}
	return n;
}

/* One a thread: asking the system for every message would cost more than
 * reading its header, and a table lives no longer than its message. */
static struct siphash_key thread_key(void)
{
	static _Thread_local struct siphash_key key;
	static _Thread_local bool made;
	unsigned char bytes[16];

	if (!made) {
		rand_bytes(bytes, sizeof(bytes));
		key = siphash_key_make(bytes);
		made = true;
	}
	return key;
}

static bool make_room(struct fields *f, size_t n, struct arena *a)
{
	f->slots = n;
	f->field = arena_array(a, n, sizeof(*f->field));
	f->group = arena_array(a, n, sizeof(*f->group));
	f->slot = arena_array(a, n, sizeof(*f->slot));
	f->lower = arena_alloc(a, f->longest);
	if (a->failed)
		return false;
	for (size_t i = 0; i < n; i++)
		f->slot[i] = NONE;
	f->key = thread_key();
	return true;
}

/* Of the field [at, end): where its CRLF stands, or `end`. */
static size_t without_crlf(struct str message, size_t at, size_t end)
{
	return str_ends(str_sub(message, at, end - at), S("\r\n")) ? end - 2
								   : end;
}

/* What is left of the message behind the last line `at` of the header. */
static struct str find_body(struct str message, size_t at, size_t body)
{
	bool crlf = str_starts(str_from(message, at), S("\r\n"));

	return str_from(message, crlf ? body : at);
}

int fields_read(struct str message, struct arena *a, struct fields *ret)
{
	struct header_reader r;
	struct header_field h;
	size_t n;

	*ret = (struct fields){.message = message};
	n = count_fields(message, &ret->longest);
	if (!make_room(ret, n, a))
		return ERR_LIMIT;
	header_reader_init(&r, message);
	while (header_next(&r, &h)) {
		struct field_entry *f = &ret->field[ret->count];

		if (!h.is_field)
			continue;
		f->at = (uint32_t)h.at;
		f->end = (uint32_t)without_crlf(message, h.at, h.end);
		f->name_n = (uint32_t)h.name.n;
		add_to_group(ret, (uint32_t)ret->count++);
	}
	ret->truncated = r.truncated;
	ret->body = find_body(message, r.at, r.body);
	return 0;
}

/* ---- choosing */

void fields_begin(struct fields *f)
{
	f->turn++;
}

static void enter_turn(struct fields *f, struct field_group *g)
{
	if (g->turn != f->turn) {
		g->turn = f->turn;
		g->taken = g->lowest;
	}
}

bool fields_take(
    struct fields *f, struct str name, size_t skip, struct str *ret_raw)
{
	struct field_group *g = find_group(f, name);

	if (!g)
		return false;
	enter_turn(f, g);
	if (g->taken != NONE && g->taken == skip)
		g->taken = f->field[g->taken].above;
	if (g->taken == NONE)
		return false;
	*ret_raw = fields_raw(f, g->taken);
	g->taken = f->field[g->taken].above;
	return true;
}

size_t fields_left(struct fields *f, struct str name, size_t skip)
{
	struct field_group *g = find_group(f, name);
	size_t n = 0;

	if (!g)
		return 0;
	enter_turn(f, g);
	for (uint32_t i = g->taken; i != NONE; i = f->field[i].above)
		n += i != skip;
	return n;
}
