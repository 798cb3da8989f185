/* utf8: RFC 3629, strict (no overlong forms, surrogates, above U+10FFFF). */
#pragma once

#include "base/buf.h"

/* Length of the first character (1 to 4) and its code point, or 0 when the
 * bytes at the start of `s` are none. */
size_t utf8_next(struct str s, uint32_t *ret_code);
bool utf8_valid(struct str s);
bool utf8_is_ascii(struct str s);
/* Offset of the first byte that breaks the rules, or s.n. */
size_t utf8_first_bad(struct str s);
/* Characters, counting each bad byte as one. */
size_t utf8_count(struct str s);
/* Appends `code` (must be a valid scalar value). */
void utf8_add(struct buf *b, uint32_t code);
/* Text for one line, from a stranger: valid, and without what could end the
 * line or turn it round: controls, line separators, bidi embeddings, overrides
 * and isolates; nor noncharacters. */
bool utf8_is_clean(struct str s);
/* Appends `s` made so: each of those becomes a space, each bad byte U+FFFD. */
void utf8_add_clean(struct buf *b, struct str s);
