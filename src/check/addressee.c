#include "check/addressee.h"
#include "base/utf8.h"

#define NAME_WORDS    5u
#define TOP_BLOCKS    40u /* a greeting stands in these */
#define ADDRESS_WORDS 16u
#define NEARBY_WORDS  12u /* an office stands so near to its name */

struct look {
	const struct phrases *p;
	const struct prose *t;
	struct prose ours; /* words of the company's names */
};

static bool fits(const struct look *l, const char *section, size_t word)
{
	struct phrase_hit hit;

	return phrases_find_in(
	    l->p, section, STR_NONE, l->t, word, word + 1, &hit);
}

static bool is_ours(const struct look *l, size_t word)
{
	for (size_t i = 0; i < l->ours.words; i++)
		if (str_eq(l->ours.word[i].s, l->t->word[word].s))
			return true;
	return false;
}

/* "Maria": a letter that differs when folded. */
static bool is_capital(const struct prose_word *w)
{
	uint32_t a = 0, b = 0;

	utf8_next(w->written, &a);
	utf8_next(w->s, &b);
	return a != b && !w->date &&
	       !(w->flags & (PROSE_NUMBER | PROSE_EMAIL | PROSE_DOMAIN |
				PROSE_DATE | PROSE_PHONE));
}

/* What stands between a word and the next one of its block. */
static struct str between(const struct look *l, size_t word)
{
	const struct prose_word *w = &l->t->word[word];
	const struct prose_block *b = &l->t->block[w->block];
	const char *end = w->written.p + w->written.n;
	const char *next =
	    word + 1 < b->to ? w[1].written.p : b->text.p + b->text.n;

	return str_make(end, next > end ? (size_t)(next - end) : 0);
}

/* A name goes on over blanks, a hyphen, and the full stop of "J." */
static bool goes_on(const struct look *l, size_t word)
{
	struct str s = between(l, word);

	if (l->t->word[word].s.n == 1 && str_starts(s, S(".")))
		s = str_from(s, 1);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '-')
			return false;
	return true;
}

/* At `from`: the words of a name, or 0.  `ret_person`: a given name is first. */
static size_t name_at(
    const struct look *l, size_t from, size_t end, bool *ret_person)
{
	size_t n = 0;

	*ret_person = false;
	for (size_t i = from; i < end; i++, n++) {
		if (n == NAME_WORDS || fits(l, "addressee", i) || is_ours(l, i))
			return 0;
		if (!is_capital(&l->t->word[i]) && !fits(l, "particle", i))
			return 0;
		if (!goes_on(l, i)) {
			n++;
			break;
		}
	}
	if (n)
		*ret_person = fits(l, "given-name", from);
	return n && is_capital(&l->t->word[from + n - 1]) ? n : 0;
}

static void keep(const struct look *l, struct addressee *ret,
    enum addressee_where where, size_t from, size_t n, bool person)
{
	const struct prose *t = l->t;
	size_t lo = from > NEARBY_WORDS ? from - NEARBY_WORDS : 0;
	size_t hi = from + n + NEARBY_WORDS;
	struct phrase_hit hit;

	*ret = (struct addressee){.where = where,
	    .name = prose_text(t, from, from + n),
	    .person = person};
	ret->official = phrases_find_in(l->p, "office", STR_NONE, t, lo,
	    hi < t->words ? hi : t->words, &hit);
}

/* Behind "Dear", "Mrs.", or both. */
static bool greeting(
    const struct look *l, const struct prose_block *b, struct addressee *ret)
{
	struct phrase_hit hit;
	size_t at = b->from, n;
	bool title = false, person;

	if (phrases_find_in(
		l->p, "salutation", STR_NONE, l->t, b->from, b->to, &hit) &&
	    hit.from == b->from)
		at = hit.to;
	else if (b->to - b->from > NAME_WORDS)
		return false;
	for (; at < b->to && fits(l, "honorific", at); at++) {
		if (str_find(between(l, at), S(",")) >= 0)
			return false; /* Madame, Monsieur, */
		title = true;
	}
	if (at == b->from || at >= b->to)
		return false;
	n = name_at(l, at, b->to, &person);
	if (n)
		keep(l, ret, ADDRESSEE_GREETING, at, n, person || title);
	return n > 0;
}

static bool begins_with_salutation(
    const struct look *l, const struct prose_block *b)
{
	struct phrase_hit hit;

	return phrases_find_in(
		   l->p, "salutation", STR_NONE, l->t, b->from, b->to, &hit) &&
	       hit.from == b->from;
}

static void begin(struct look *l, const struct phrases *p,
    const struct prose *t, struct str ours)
{
	*l = (struct look){.p = p, .t = t};
	prose_of(&l->ours, t->arena, ours);
}

static size_t find_greeting(const struct look *l, struct addressee *ret)
{
	const struct prose *t = l->t;

	*ret = (struct addressee){.where = ADDRESSEE_NONE};
	for (size_t i = 0; i < t->blocks && i < TOP_BLOCKS; i++) {
		if (greeting(l, &t->block[i], ret) ||
		    begins_with_salutation(l, &t->block[i]))
			return i;
	}
	return t->blocks;
}

bool addressee_greeted(const struct phrases *p, const struct prose *t,
    struct str ours, struct addressee *ret)
{
	struct look l;

	begin(&l, p, t, ours);
	find_greeting(&l, ret);
	return ret->where != ADDRESSEE_NONE;
}

/* "Maria Lopez", and below it a line that begins with the number of a house, or
 * has one: in the same block, or in a short one behind. */
static bool address_block(
    const struct look *l, size_t block, struct addressee *ret)
{
	const struct prose *t = l->t;
	const struct prose_block *b = &t->block[block];
	bool person, number = false;
	size_t n = b->from < b->to ? name_at(l, b->from, b->to, &person) : 0;
	size_t end = b->to;

	if (n < 2)
		return false;
	if (b->from + n == b->to && block + 1 < t->blocks &&
	    (!b[1].heading || b[1].heading == PROSE_LOOKS) &&
	    b[1].to - b[1].from <= ADDRESS_WORDS)
		end = b[1].to;
	else if (str_chr(between(l, b->from + n - 1), '\n') < 0)
		return false;
	for (size_t i = b->from + n; i < end; i++) {
		number |= (t->word[i].flags & PROSE_NUMBER) > 0;
		if (is_ours(l, i) ||
		    t->word[i].flags &
			(PROSE_PHONE | PROSE_EMAIL | PROSE_DATE | PROSE_DOMAIN))
			return false;
	}
	if (number)
		keep(l, ret, ADDRESSEE_BLOCK, b->from, n, person);
	return number;
}

/* A name anywhere in a block, or behind a label. */
static bool name_in(const struct look *l, const struct prose_block *b,
    size_t *at, struct addressee *ret)
{
	for (size_t i = *at; i < b->to; i++) {
		bool person, label = i > b->from &&
				     str_starts(between(l, i - 1), S(":")) &&
				     fits(l, "person-label", i - 1);
		size_t n = name_at(l, i, b->to, &person);

		if (n < 2 || n > 4)
			continue;
		keep(l, ret, label ? ADDRESSEE_LABEL : ADDRESSEE_TEXT, i, n,
		    person);
		*at = i + n;
		return true;
	}
	return false;
}

size_t addressee_find(const struct phrases *p, const struct prose *t,
    struct str ours, struct addressee *ret)
{
	struct look l;
	size_t greets, n = 0;

	begin(&l, p, t, ours);
	greets = find_greeting(&l, &ret[0]);
	n = ret[0].where != ADDRESSEE_NONE;
	for (size_t i = 0; i < t->blocks && n < ADDRESSEE_MAX; i++) {
		const struct prose_block *b = &t->block[i];
		size_t at = b->from;

		if (i == greets || (b->heading && b->heading < PROSE_LOOKS))
			continue;
		if (i < greets && address_block(&l, i, &ret[n])) {
			n++;
			continue;
		}
		while (n < ADDRESSEE_MAX && name_in(&l, b, &at, &ret[n]))
			n++;
	}
	return n;
}
