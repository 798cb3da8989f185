/* mask: no page shows a recipient's whole address, whatever a finding quotes.
 *
 * "anna.b@gmail.com" becomes "a***@gmail.com".  Addresses of the settings
 * (sender, answers, bounces, seeds) stay, and offices such as postmaster@ at the
 * organisation's own domains; whoever else is there may be a recipient.  Pure.
 */
#pragma once

#include "base/buf.h"
#include "notice/notice.h"

/* `text` appended with every other address masked. */
void mask_addresses(const struct notice *n, struct str text, struct buf *out);
