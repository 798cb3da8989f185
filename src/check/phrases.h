/* phrases: lists of words and phrases, kept as data (the files of data/phrases).
 *
 *	# What a notice is about: one of these stands in the subject.
 *	# origin: own list
 *	# date: 2026-11-25
 *	# language: en
 *	[matter]
 *	data breach
 *	notice of ..
 *	unauthori* access|use
 *
 * A file begins with comment lines; origin, date and language (a tag, or * for
 * all) must be among them.  Then sections, one pattern a line.  A pattern is
 * words, compared with a prose (see prose.h) word by word:
 *
 *	breach        this word            a|b    one of these
 *	unauthori*    begins so            *daten ends so
 *	..            up to eight words, or none, of the same sentence
 *	.             up to three words, or none, likewise
 *	<phone>       a word of this class: <number> <phone> <tollfree> <date>
 *	              <email> <domain>
 *	^ at the start: in a heading       a & b  both, wherever they stand
 *
 * What is not understood is refused with file and line, never skipped.
 *
 * LIMITS: PHRASES_FILE, PHRASES_MAX, PHRASE_WORDS_MAX.
 */
#pragma once

#include "base/buf.h"
#include "check/prose.h"

#define PHRASES_FILE     (256 * KiB)
#define PHRASES_MAX      20000UL
#define PHRASE_WORDS_MAX 24u

struct phrases;

struct phrases *phrases_new(void);
void phrases_free(struct phrases *p);
/* Every *.txt of a folder. ERR_NOENT: there is no such folder. */
int phrases_load(const char *dir, struct phrases **ret, struct err *e);
/* One file's text; `name` for messages. */
int phrases_parse(
    struct phrases *p, struct str text, const char *name, struct err *e);

/* Whether there is a section in this language (or in "*"). */
bool phrases_has(
    const struct phrases *p, const char *section, struct str language);

struct phrase_hit {
	struct str pattern; /* as it stands in the file */
	size_t from, to;    /* words of the prose */
};
/* The first place at or behind word `from` where a phrase of the section is;
 * phrases of `language` and of "*"; an empty language: of all. */
bool phrases_find(const struct phrases *p, const char *section,
    struct str language, const struct prose *text, size_t from,
    struct phrase_hit *ret);
/* The same, within one range of words only. */
bool phrases_find_in(const struct phrases *p, const char *section,
    struct str language, const struct prose *text, size_t from, size_t to,
    struct phrase_hit *ret);
/* Whether the words of one block are a heading of the section: one of its
 * patterns with ^, and without &, is in it. */
bool phrases_entitle(const struct phrases *p, const char *section,
    struct str language, const struct prose *text, size_t block);
/* Whether one of the patterns is exactly this word (hosts, keywords). */
bool phrases_lists(
    const struct phrases *p, const char *section, struct str word);
/* A host is listed: the pattern itself, a name below it, or by "*.gov". */
bool phrases_lists_host(
    const struct phrases *p, const char *section, struct str host);
