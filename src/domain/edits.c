#include "domain/edits.h"

#define WHOLE  10U
#define SWAP   7U
#define VOWEL  6U
#define DOUBLE 5U
#define FIRST  4U /* more, at the first letter */

#define ROW (EDITS_MAX_LENGTH + 1)

static bool is_vowel(char c)
{
	return c && strchr("aeiouy", c);
}

/* Letter `i` of `s` left out (or added). */
static unsigned gap(struct str s, size_t i)
{
	bool doubled = (i > 0 && s.p[i - 1] == s.p[i]) ||
		       (i + 1 < s.n && s.p[i + 1] == s.p[i]);

	return doubled ? DOUBLE : i == 0 ? WHOLE + FIRST : WHOLE;
}

static unsigned replaced(char x, char y, bool first)
{
	if (x == y)
		return 0;
	return (is_vowel(x) && is_vowel(y) ? VOWEL : WHOLE) +
	       (first ? FIRST : 0);
}

static unsigned least(unsigned x, unsigned y)
{
	return x < y ? x : y;
}

struct rows {
	unsigned row[3][ROW]; /* of i, i-1, i-2, by i % 3 */
};

/* `weighted`: cost, else count.  All rows of the table by turns. */
static unsigned align(struct str a, struct str b, bool weighted)
{
	struct rows t;

	for (size_t i = 0; i <= a.n; i++) {
		unsigned *now = t.row[i % 3], *up = t.row[(i + 2) % 3];
		unsigned *upup = t.row[(i + 1) % 3];

		if (i == 0)
			now[0] = 0;
		else
			now[0] = up[0] + (weighted ? gap(a, i - 1) : 1);
		for (size_t k = 1; k <= b.n; k++) {
			unsigned best =
			    now[k - 1] + (weighted ? gap(b, k - 1) : 1);

			if (i > 0) {
				char x = a.p[i - 1], y = b.p[k - 1];

				best = least(best,
				    up[k] + (weighted ? gap(a, i - 1) : 1));
				best = least(best,
				    up[k - 1] + (weighted
							? replaced(x, y,
							      i == 1 && k == 1)
							: x != y));
			}
			if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] &&
			    a.p[i - 2] == b.p[k - 1])
				best = least(
				    best, upup[k - 2] + (weighted ? SWAP : 1));
			now[k] = best;
		}
	}
	return t.row[a.n % 3][b.n];
}

bool edits_between(struct str a, struct str b, unsigned most, struct edits *ret)
{
	size_t apart = a.n > b.n ? a.n - b.n : b.n - a.n;

	if (apart > most || a.n > EDITS_MAX_LENGTH || b.n > EDITS_MAX_LENGTH)
		return false;
	ret->count = align(a, b, false);
	if (ret->count > most)
		return false;
	ret->cost = align(a, b, true);
	return true;
}
