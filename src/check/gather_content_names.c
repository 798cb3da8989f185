/* Names that stand in a text for all, or in another person's greeting; and
 * whether somebody of the list has them. */
#include "check/addressee.h"
#include "check/gather_content.h"
#include "base/limits.h"

#define NAMES_MAX 200u

static struct str our_names(const struct check_context *c)
{
	struct buf b = BUF_INIT(64 * KiB);
	struct str s;

	buf_add(&b, c->notice->org_name);
	buf_addc(&b, ' ');
	buf_add(&b, c->notice->brands);
	buf_addc(&b, ' ');
	buf_add(&b, c->notice->from_name);
	s = arena_dup(c->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static void add(
    struct check_context *c, struct content_facts *f, struct content_named n)
{
	if (!f->named)
		f->named = arena_array(c->arena, NAMES_MAX, sizeof(*f->named));
	if (f->named && f->nameds < NAMES_MAX)
		f->named[f->nameds++] = n;
}

/* The made-up person's data are fields. */
static bool is_field(struct str name)
{
	return str_find(name, S(CONTENT_MARKER)) >= 0 ||
	       str_find(name, S(CONTENT_GIVEN " " CONTENT_FAMILY)) >= 0;
}

static void names_for_all(struct check_context *c, struct content_facts *f,
    const struct content_variant *v, struct str ours)
{
	struct addressee *all =
	    arena_array(c->arena, ADDRESSEE_MAX, sizeof(*all));
	size_t n = all && v->made
		       ? addressee_find(f->phrases, &v->made->prose, ours, all)
		       : 0;

	for (size_t i = 0; i < n; i++)
		if (!is_field(all[i].name))
			add(c, f,
			    (struct content_named){.file = v->file,
				.name = all[i].name,
				.where = all[i].where,
				.person = all[i].person,
				.official = all[i].official});
}

/* ---- greetings with another's name merged in */

static bool shares_word(struct str a, struct str b)
{
	while (a.p) {
		struct str one = str_cut(&a, ' '), rest = b;

		while (one.n && rest.p)
			if (str_ieq(one, str_cut(&rest, ' ')))
				return true;
	}
	return false;
}

void gather_content_greeting(struct check_context *c, struct content_facts *f,
    const struct content_variant *v, const struct content_letter *l,
    struct str reader)
{
	struct addressee who;

	if (!f->phrases || !reader.n || str_chr(reader, ' ') < 0 ||
	    !addressee_greeted(f->phrases, &l->prose, our_names(c), &who) ||
	    str_find(v->markdown, who.name) >= 0 ||
	    str_chr(who.name, ' ') < 0 || shares_word(who.name, reader))
		return;
	add(c, f,
	    (struct content_named){.file = v->file,
		.name = arena_dup(c->arena, who.name),
		.where = ADDRESSEE_GREETING,
		.reader = arena_dup(c->arena, l->who),
		.merged = true});
}

/* ---- the list */

static int look_at(const struct people_row *row, void *arg)
{
	struct content_facts *f = arg;

	for (size_t i = 0; i < f->nameds; i++)
		if (row->name.n == f->named[i].name.n &&
		    str_ieq(row->name, f->named[i].name))
			f->named[i].listed = true;
	return 0;
}

int gather_content_names(
    struct check_context *c, struct content_facts *f, struct err *e)
{
	struct str ours;

	if (!f->phrases)
		return 0;
	ours = our_names(c);
	for (size_t i = 0; i < f->variants; i++)
		names_for_all(c, f, &f->variant[i], ours);
	if (!f->nameds || !c->people)
		return 0;
	return people_each(c->people, 0, look_at, f, e);
}
