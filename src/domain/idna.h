/* idna: domain names between Unicode and ASCII (IDNA 2008, UTS #46
 * non-transitional), through libidn2.
 */
#pragma once

#include "base/buf.h"

/* Appends the A-label form, lower case, without final dot.  Checks letters,
 * digits, hyphens, label and name length (RFC 1035 2.3.4, 5321 4.5.3.1.2), at
 * least one label.  Underscores are refused.  On failure says why. */
int idna_to_ascii(struct str domain, struct buf *out, struct err *e);
/* Appends the U-label form for people; a label that does not decode stays. */
void idna_to_unicode(struct str domain, struct buf *out);
