/* lure_words: the words that stand beside a brand in names made to deceive:
 * security, notice, login ...; trade (shop, outlet), countries, and numbers
 * such as years.
 */
#pragma once

#include "base/str.h"

enum lure { LURE_NONE, LURE_COMMON, LURE_STRONG };

/* A whole word of the list; a number is LURE_COMMON. */
enum lure lure_word(struct str s);

/* How `text` (letters and digits) divides into such words: sets head[i] if its
 * first i bytes do, tail[i] if its bytes from i on do.  Both have n + 1
 * places; nothing is divided into words, so head[0] and tail[n] are set. */
void lure_divide(struct str text, bool *head, bool *tail);
