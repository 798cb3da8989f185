/* gate: whether what is found now stops a send.  Approvals are asked beside
 * (notice/approval.h); both answers together make the value that deliver takes.
 */
#pragma once

#include "check/check.h"

/* Runs the checks again.  ERR_REFUSED: something blocks that nobody overrode,
 * the first of it named; ERR_NET: nothing does, but a question that could block
 * got no answer: safe to retry. */
int check_gate(const struct check_options *o, struct err *e);
