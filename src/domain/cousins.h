/* cousins: the names an impostor would register, to register or to watch them
 * first.
 *
 *	n = cousins_make(psl, S("brand.com"), 200, &arena, &names);
 *
 * The likeliest first: words beside the label, the label under other suffixes,
 * letters that look alike, hyphens, then typing errors.  The same input gives
 * the same list.  No name twice, never the domain itself, each one a cousin to
 * lookalike_judge().
 */
#pragma once

#include "base/arena.h"
#include "domain/psl.h"

/* `domain`: a registrable domain, lower case, A-labels.  Returns how many (at
 * most `max`) and sets `*ret` to them, in the arena; 0 also when `domain` is
 * not registrable or the arena is full. */
size_t cousins_make(const struct psl *psl, struct str domain, size_t max,
    struct arena *a, struct str **ret);
