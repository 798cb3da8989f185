/* words: text in header fields (RFC 2047): encoded words, in UTF-8, B or Q
 * whichever is shorter, 75 characters at most, no character split; and the
 * display name as the phrase of RFC 5322 3.2.5.
 *
 * Lines are folded at 76 (RFC 2047 2); a word that could not be folded is
 * encoded, which can, so no line grows with what it holds.  What is ASCII and
 * short enough stays as it is.
 *
 * Controls become a space, bad UTF-8 becomes U+FFFD, blanks at both ends go:
 * nothing can end the field.
 */
#pragma once

#include "base/buf.h"

/* Appends `text` as unstructured text (a Subject). `*column`: characters on
 * the line so far ("Subject: " is 9); moved on. */
void words_add_text(struct buf *out, size_t *column, struct str text);
/* Appends `name` as a phrase: atoms, a quoted string, or encoded words. */
void words_add_phrase(struct buf *out, size_t *column, struct str name);

/* Appends `raw` (unfolded) with its encoded words decoded; between two of them
 * white space goes (RFC 2047 6.2).  Knows UTF-8, US-ASCII and ISO-8859-1;
 * others, and broken ones, stay as they are.  Controls become a space: fit to
 * be shown. */
void words_decode(struct str raw, struct buf *out);
