/* codec: bytes as text.  base64 is RFC 4648 section 4, base32 lower case
 * without padding (fit for a local part), hex lower case.
 */
#pragma once

#include "base/buf.h"

void codec_hex(struct buf *b, struct str s);
/* False for odd length or a strange character; nothing promised of `b`. */
bool codec_unhex(struct buf *b, struct str s);

void codec_base64(struct buf *b, struct str s); /* no line breaks */
/* `strict`: padding required, no white space.  Otherwise SP, HTAB, CR, LF are
 * skipped and padding may be absent (as in DKIM tags, RFC 6376 2.10).  Spare
 * bits must be zero in both. */
bool codec_unbase64(struct buf *b, struct str s, bool strict);

void codec_base32(struct buf *b, struct str s);
bool codec_unbase32(struct buf *b, struct str s);
