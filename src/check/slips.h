/* slips: domains written by mistake ("gmial.com"), and words likewise.
 *
 * data/domains/typos.tsv, its README is the format.  Pure but for loading.
 */
#pragma once

#include "base/arena.h"

struct slips;
/* `dir`/typos.tsv; ERR_INPUT names file and line. */
int slips_load(const char *dir, struct slips **ret, struct err *e);
int slips_parse(
    struct str text, const char *name, struct slips **ret, struct err *e);
void slips_free(struct slips *s); /* NULL is allowed */
/* What was probably meant by this domain (lower case); none: itself. */
struct str slips_meant(const struct slips *s, struct str domain);

/* Names that can not be on the public Internet: RFC 2606, 6761, 6762. */
bool domain_is_reserved(struct str domain);

/* Edits from `a` to `b`: a letter more, less, other, or two neighbours
 * swapped; case does not count.  At most `max` + 1. */
unsigned edit_distance(struct str a, struct str b, unsigned max);
/* The word of `words` (ends with NULL) nearest to `s`. */
struct str nearest_word(const char *const *words, struct str s);
