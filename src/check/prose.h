/* prose: a text as words, to be searched for phrases.
 *
 *	prose_begin(&p, &arena);
 *	prose_add(&p, S("We will never ask for your password."), 0);
 *	prose_end(&p);
 *
 * Words are folded to lower case (Latin, Greek and Cyrillic letters), curly
 * apostrophes are straight, a hyphen parts words.  What is more than a word is
 * one word with a class: a telephone number, a date, a mail address, a domain.
 * Each word knows its block (paragraph, heading, item) and its sentence, which
 * ends with . ! ? or its block, but not with "Inc." or "P.O.".
 *
 * LIMITS: PROSE_WORDS_MAX; what is beyond is not read.
 */
#pragma once

#include "base/arena.h"

#define PROSE_WORDS_MAX 200000UL

#define PROSE_NUMBER    1u
#define PROSE_PHONE     2u
#define PROSE_TOLL_FREE 4u /* with PROSE_PHONE */
#define PROSE_DATE      8u /* `date` is set if the day is known */
#define PROSE_EMAIL     16u
#define PROSE_DOMAIN    32u /* also a URL */
#define PROSE_CAPITALS  64u /* as written, two letters or more */

struct prose_word {
	struct str s;       /* folded */
	struct str written; /* as it stood there */
	unsigned flags;
	uint32_t block, sentence;
	uint32_t date;  /* 20261103, or 0 */
	uint8_t bucket; /* prose_bucket() of `s` */
};

/* 0 to 63: two words of different buckets are different. */
static inline uint8_t prose_bucket(struct str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return (uint8_t)((h ^ (h >> 15)) & 63);
}

/* How a block is a heading: 0 no, 1 to 6 its level, bold, or by its looks only
 * (a line of few words). */
#define PROSE_BOLD  7u
#define PROSE_LOOKS 8u

struct prose_block {
	struct str text;
	unsigned heading;
	size_t from, to; /* words */
};

struct prose {
	struct arena *arena;
	struct prose_word *word;
	size_t words, room;
	struct prose_block *block;
	size_t blocks, block_room;
	uint32_t sentences;
};

void prose_begin(struct prose *p, struct arena *a);
void prose_add(struct prose *p, struct str text, unsigned heading);
/* Finds dates that are more than one word ("3 November 2026"). */
void prose_end(struct prose *p);
/* begin, add each paragraph (between empty lines), end. */
void prose_of(struct prose *p, struct arena *a, struct str text);

/* Where the `n`th sentence stands: its words, and its text as written. */
bool prose_sentence(
    const struct prose *p, uint32_t n, size_t *ret_from, size_t *ret_to);
struct str prose_text(const struct prose *p, size_t from, size_t to);

/* Appends `s` in lower case, with straight apostrophes and quotes. */
struct buf;
void prose_fold(struct str s, struct buf *out);
