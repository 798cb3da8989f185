/* dot: the content of DATA (RFC 5321 4.5.2).  A line that starts with a dot
 * gets a second one, so that the line of one dot alone can end the mail.
 *
 * Content here has CRLF line ends and does not hold the final dot line.  Only
 * CRLF starts a new line: what stands behind an LF alone is left as it is.
 */
#pragma once

#include "base/buf.h"

/* Appends `message` with its dots doubled, and CRLF if the last line lacks it.
 * What is too long sets out->over. */
void dot_stuff(struct str message, struct buf *out);

/* True when some line starts with a dot, or the last line has no CRLF: then the
 * content is not yet fit for the wire. */
bool dot_needed(struct str message);

/* Takes the doubled dots away again; appends to `out`. */
void dot_unstuff(struct str content, struct buf *out);
