/* verify_text: what authentication says of a message, in words a help desk
 * understands; never more than was shown.
 */
#pragma once

#include "auth/verify.h"

void verify_text(const struct auth_report *r, struct buf *out);
