/* fold: writing the header fields of DKIM and ARC, token by token, in lines of
 * 78 characters (RFC 5322 2.1.1).  Relaxed canonicalisation sees one space
 * where a line was folded.
 */
#pragma once

#include "base/buf.h"

struct folded {
	struct buf *out;
	size_t column;
};

/* Appends the token `tag``value``end`, on a new line if it would not fit;
 * `spaced`: a space goes before it on the same line. */
void fold_add(struct folded *f, bool spaced, struct str tag, struct str value,
    struct str end);
/* " tag=value;" */
void fold_tag(struct folded *f, struct str tag, struct str value);
void fold_number(struct folded *f, struct str tag, int64_t v);
/* A tag whose value follows with fold_fill(); never alone at the end of a
 * line. */
void fold_open(struct folded *f, struct str tag);
/* Base64 may be folded anywhere (RFC 6376 3.5, b=). */
void fold_fill(struct folded *f, struct str s);
/* The words of `text`, one space between them; controls part words too. */
void fold_words(struct folded *f, struct str text);
