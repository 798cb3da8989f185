/* concealed: whether HTML hides the text in an element from its reader.
 *
 *	concealed_sheet(&sheet, S(".x { display: none }"));
 *	concealed_enter(&sheet, &outer, S("span class=x"), &inner);
 *	concealed_by(&inner) -> "display:none"
 *
 * Looks at style and attributes: not shown, no size, no opacity, letters of the
 * colour of their background, a place off the screen.  A sheet's rules count by
 * tag, class and id; what stands in @media is for other screens and is not read.
 * Pure; all views are of the bytes given.
 */
#pragma once

#include "base/str.h"

#define CONCEALED_RULES_MAX 200u
#define CONCEALED_NO_COLOR  0xffffffffu /* a picture, or not understood */

struct concealed_rule {
	struct str tag, mark; /* mark: ".class", "#id" or nothing */
	struct str declarations;
};

struct concealed_sheet {
	struct concealed_rule rule[CONCEALED_RULES_MAX];
	size_t rules;
};

/* How an element shows its text; what is in it inherits that. */
struct concealed_look {
	uint32_t ink, paper; /* 0xrrggbb */
	struct str by;       /* the declaration that hides it, or "" */
};

/* What hides the text here, the colours too, or "". */
struct str concealed_by(const struct concealed_look *l);

/* Black on white, hidden by nothing. */
void concealed_begin(struct concealed_look *ret);
/* Adds the rules of what stands between <style> and </style>. */
void concealed_sheet(struct concealed_sheet *s, struct str css);
/* `tag`: what stands between < and >. */
void concealed_enter(const struct concealed_sheet *s,
    const struct concealed_look *outer, struct str tag,
    struct concealed_look *ret);
/* Whether there is anything to read: a letter or a digit. */
bool concealed_has_words(struct str text);
