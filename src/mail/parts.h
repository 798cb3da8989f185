/* parts: what a received message says, its parts found and decoded (RFC 2045,
 * 2046): 7bit, 8bit, quoted-printable, base64; UTF-8, ASCII and Latin 1.
 *
 * Reads any bytes.  A broken encoding is read as far as it goes; an attachment
 * and a message within the message are passed over.
 *
 * LIMITS: PARTS_DEPTH, PARTS_MAX; what is beyond is not read.
 */
#pragma once

#include "base/buf.h"

#define PARTS_DEPTH 8u
#define PARTS_MAX   100u

/* Appends every text/plain part, or every text/html part, in order, with an
 * empty line between them; lines end with LF.  False: there is none. */
bool parts_text(struct str message, bool html, struct buf *out);
/* A parameter of a field's value: parts_parameter(type, "boundary", &b). */
bool parts_parameter(struct str value, const char *name, struct buf *out);
