/* dmarc_uri: the reporting addresses of a DMARC record (RFC 9989 4.6, 4.8).
 */
#pragma once

#include "base/buf.h"

/* True: a URI of RFC 3986 as a report address may be; a mailto: has one whole
 * address.  An obsolete size ("!10m") is cut off `*uri`, and *ret_sized set. */
bool dmarc_uri_check(struct str *uri, bool *ret_sized);
