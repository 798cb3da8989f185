/* Whether two names are one person's, as far as letters can tell; and who
 * approved in several roles: pure. */
#include "notice/approval_private.h"

#include "base/utf8.h"
#include "domain/skeleton.h"

/* Capitals whose small letters look otherwise: Greek, Cyrillic; then what they
 * look like. */
static const struct {
	uint16_t code;
	char looks;
} capitals[] = {{0x391, 'a'}, {0x392, 'b'}, {0x395, 'e'}, {0x396, 'z'},
    {0x397, 'h'}, {0x399, 'i'}, {0x39a, 'k'}, {0x39c, 'm'}, {0x39d, 'n'},
    {0x39f, 'o'}, {0x3a1, 'p'}, {0x3a4, 't'}, {0x3a5, 'y'}, {0x3a7, 'x'},
    {0x405, 's'}, {0x406, 'i'}, {0x408, 'j'}, {0x410, 'a'}, {0x412, 'b'},
    {0x415, 'e'}, {0x41a, 'k'}, {0x41c, 'm'}, {0x41d, 'h'}, {0x41e, 'o'},
    {0x420, 'p'}, {0x421, 'c'}, {0x422, 't'}, {0x423, 'y'}, {0x425, 'x'}};

static bool is_space(uint32_t c)
{
	return c == 0xa0 || c == 0xad || c == 0x34f || c == 0x180e ||
	       (c >= 0x2000 && c <= 0x200f) || c == 0x202f || c == 0x205f ||
	       (c >= 0x2060 && c <= 0x2064) || c == 0x3000 || c == 0xfeff ||
	       (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0x2010 && c <= 0x2027);
}

/* Small letters of Latin-1, Greek and Cyrillic; full width becomes plain. */
static uint32_t small(uint32_t c)
{
	for (size_t i = 0; i < ARRAY_SIZE(capitals); i++)
		if (capitals[i].code == c)
			return (unsigned char)capitals[i].looks;
	if (c >= 0xff01 && c <= 0xff5e)
		return (unsigned char)ascii_lower((char)(c - 0xff01 + '!'));
	if ((c >= 0xc0 && c <= 0xde && c != 0xd7) ||
	    (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	if (c >= 0x400 && c <= 0x40f)
		return c + 0x50;
	if (c >= 0x100 && c <= 0x17f && c != 0x130 && c != 0x131)
		return (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e)
			   ? c + (c & 1)
			   : c | 1;
	return c;
}

/* Letters and digits, small, as they look. */
static void reduce(struct str name, struct buf *out)
{
	struct buf letters = BUF_INIT(8 * APPROVAL_NAME);

	while (name.n) {
		uint32_t c;
		size_t n = utf8_next(name, &c);

		name = str_from(name, n ? n : 1);
		if (!n || is_space(c))
			continue;
		c = small(c);
		if (c > 127)
			utf8_add(&letters, c);
		else if (ascii_is_alnum((char)c))
			buf_addc(&letters, ascii_lower((char)c));
	}
	skeleton_plain(buf_str(&letters), out);
	buf_release(&letters);
}

bool approval_same_person(struct str a, struct str b)
{
	struct buf x = BUF_INIT(16 * APPROVAL_NAME),
		   y = BUF_INIT(16 * APPROVAL_NAME);
	bool same = str_ieq(a, b);

	if (!same) {
		reduce(a, &x);
		reduce(b, &y);
		same = x.len && str_eq(buf_str(&x), buf_str(&y));
	}
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* ---- several roles */

static bool is_same(
    const struct approval_record *a, const struct approval_record *b)
{
	return memcmp(a->key, b->key, APPROVAL_KEY) == 0 ||
	       approval_same_person(a->name, b->name);
}

int approval_find_several(
    struct approval_state *s, struct arena *a, struct err *e)
{
	s->several = arena_array(a, s->valids + 1, sizeof(*s->several));
	for (size_t i = 0; s->several && i < s->valids; i++) {
		struct approval_several *x = &s->several[s->severals];
		bool told = false;

		for (size_t k = 0; k < i; k++)
			told |= is_same(&s->valid[k], &s->valid[i]);
		if (told)
			continue;
		*x = (struct approval_several){.name = s->valid[i].name,
		    .role = arena_array(a, s->valids, sizeof(*x->role))};
		for (size_t k = i; x->role && k < s->valids; k++)
			if (is_same(&s->valid[k], &s->valid[i]))
				x->role[x->roles++] = s->valid[k].role;
		s->severals += x->roles > 1;
	}
	return a->failed ? err_set(e, ERR_NOMEM, "no memory for the approvals")
			 : 0;
}

void approval_several_text(const struct approval_several *x, struct buf *out)
{
	buf_addf(
	    out, "%.*s approved in %zu roles (", STR_ARG(x->name), x->roles);
	for (size_t i = 0; i < x->roles; i++)
		buf_addf(out, "%s%.*s", i ? ", " : "", STR_ARG(x->role[i]));
	buf_addz(out, "): one person, or one key, where each role was to look "
		      "for itself");
}
