#include "check/readability.h"

static bool is_vowel(char c)
{
	return c && strchr("aeiouy", c) != NULL;
}

unsigned readability_syllables(struct str w)
{
	unsigned n = 0;
	bool in = false;

	for (size_t i = 0; i < w.n; i++) {
		bool v = is_vowel(w.p[i]) || (w.p[i] & 0x80);

		n += v && !in;
		in = v;
	}
	/* "take", "names", "involved", but "table" and "needed" */
	if (n > 1 && str_ends(w, S("e")) &&
	    !(str_ends(w, S("le")) && w.n > 2 && !is_vowel(w.p[w.n - 3])))
		n--;
	else if (n > 1 && str_ends(w, S("ed")) && w.n > 3 &&
		 !strchr("td", w.p[w.n - 3]) && !is_vowel(w.p[w.n - 3]))
		n--;
	return n ? n : 1;
}

static bool counts(const struct prose_word *w)
{
	return !(w->flags &
		 (PROSE_NUMBER | PROSE_PHONE | PROSE_EMAIL | PROSE_DOMAIN));
}

void readability_measure(
    const struct prose *p, size_t limit, struct readability *ret)
{
	*ret = (struct readability){0};
	for (uint32_t s = 0; s < p->sentences; s++) {
		size_t from, to, words = 0, syllables = 0;

		if (!prose_sentence(p, s, &from, &to) ||
		    p->block[p->word[from].block].heading)
			continue;
		for (size_t i = from; i < to; i++)
			if (counts(&p->word[i])) {
				words++;
				syllables +=
				    readability_syllables(p->word[i].s);
			}
		if (words < 4)
			continue;
		ret->sentences++;
		ret->words += words;
		ret->syllables += syllables;
		ret->long_count += words > limit;
		if (words > ret->longest) {
			ret->longest = words;
			ret->longest_no = s;
		}
	}
	if (ret->words >= 50)
		ret->grade =
		    0.39 * (double)ret->words / (double)ret->sentences +
		    11.8 * (double)ret->syllables / (double)ret->words - 15.59;
}
