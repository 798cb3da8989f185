/* orcpt: the recipient as we had them, for the ORCPT parameter of RCPT: a DSN
 * then names them whatever forwards changed on the way (RFC 3461 section 4.2).
 *
 *	ann+x@a.test    ->  rfc822;ann+2Bx@a.test
 *	jürgen@a.test   ->  utf-8;j\x{FC}rgen@a.test    (RFC 6533 section 3)
 *
 * Both forms are ASCII and go where SMTPUTF8 is not offered.
 */
#pragma once

#include "base/buf.h"

#define ORCPT_MAX 500u /* RFC 3461 section 4.2 */

/* Appends it.  False, and nothing appended, when it would be longer than
 * ORCPT_MAX or the address is not UTF-8. */
bool orcpt_format(struct buf *b, struct str address);
