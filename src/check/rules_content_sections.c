/* S-29: a heading is no section; there must be words under it, and not only
 * those that say nothing. */
#include "check/rules_content.h"

struct section {
	const struct phrases *p;
	struct str language;
	const struct prose *t;
	const char *element; /* what its heading promises */
};

/* A heading for certain; what only looks so must be one that we know. */
static bool begins_section(const struct section *s, size_t block)
{
	static const char *const known[] = {"what-happened", "data-types",
	    "what-we-do", "what-you-can-do", "likely-consequences",
	    "contact-heading"};
	unsigned rank = s->t->block[block].heading;

	if (rank != PROSE_LOOKS)
		return rank > 0;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (phrases_entitle(s->p, known[i], s->language, s->t, block))
			return true;
	return false;
}

static bool has_part(
    const struct section *s, const char *name, size_t from, size_t to)
{
	struct phrase_hit hit;

	return phrases_find_in(s->p, name, s->language, s->t, from, to, &hit);
}

static bool has_figure(const struct prose *t, size_t from, size_t to)
{
	for (; from < to; from++)
		if (t->word[from].flags &
		    (PROSE_NUMBER | PROSE_PHONE | PROSE_DATE | PROSE_EMAIL |
			PROSE_DOMAIN))
			return true;
	return false;
}

/* "We take this very seriously." What stands beside it may say something. */
static bool is_filler(const struct section *s, size_t from, size_t to)
{
	struct phrase_hit hit;

	return phrases_find_in(
		   s->p, "filler", s->language, s->t, from, to, &hit) &&
	       !has_figure(s->t, from, to) &&
	       !has_part(s, s->element, from, hit.from) &&
	       !has_part(s, s->element, hit.to, to);
}

static bool says_something(const struct section *s, size_t block)
{
	const struct prose_block *b = &s->t->block[block];
	size_t from = b->from;

	while (from < b->to) {
		size_t to = from;

		while (to < b->to &&
		       s->t->word[to].sentence == s->t->word[from].sentence)
			to++;
		if (!is_filler(s, from, to))
			return true;
		from = to;
	}
	return false;
}

/* Up to the next heading of the same rank, or the farewell. */
static bool is_hollow(const struct section *s, size_t heading)
{
	const struct prose *t = s->t;
	unsigned rank = t->block[heading].heading;

	if (has_figure(t, t->block[heading].from, t->block[heading].to))
		return false;
	for (size_t i = heading + 1; i < t->blocks; i++) {
		const struct prose_block *b = &t->block[i];

		if (b->heading && b->heading <= rank && begins_section(s, i))
			return true;
		if (has_part(s, "farewell", b->from,
			b->to < b->from + 4 ? b->to : b->from + 4))
			return true;
		if (says_something(s, i))
			return false;
	}
	return true;
}

/* The title of all stands before the first section. */
static bool is_title(const struct section *s, size_t heading)
{
	for (size_t i = 0; i < heading; i++)
		if (s->t->block[i].heading)
			return false;
	return heading + 1 < s->t->blocks && begins_section(s, heading + 1);
}

bool content_is_hollow(const struct phrases *p, struct str language,
    const struct prose *t, const char *element, size_t *ret_heading)
{
	struct section s = {p, language, t, element};
	bool found = false;

	for (size_t i = 0; i < t->blocks; i++) {
		if (!t->block[i].heading || is_title(&s, i) ||
		    !phrases_entitle(p, element, language, t, i))
			continue;
		if (!is_hollow(&s, i))
			return false;
		if (!found)
			*ret_heading = i;
		found = true;
	}
	return found;
}

bool content_is_hollow_at(const struct phrases *p, struct str language,
    const struct prose *t, size_t heading)
{
	struct section s = {p, language, t, "none"};

	return t->block[heading].heading && is_hollow(&s, heading);
}
