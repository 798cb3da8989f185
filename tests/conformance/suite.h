/* suite: what the runners of public suites share: TAP, the count, files.
 *
 *	suite_begin("psl", argv[1]);
 *	text = suite_text("psl/tests.txt");
 *	suite_case(got_is_want, "www.ck", "got %s", got);
 *	return suite_end(82);
 *
 * A case that our reading of the newest standard contradicts is listed by its
 * runner as a ruling: it must come out as the ruling says.
 */
#pragma once

#include "base/buf.h"

#include <jansson.h>

void suite_begin(const char *name, const char *folder);
/* Both end the program when the file can not be read.  The text is the
 * caller's to free; JSON, too. */
struct buf suite_text(const char *file);
json_t *suite_json(const char *file);
/* `name` is the case's; what is behind is told only when it failed. */
void suite_case(bool ok, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Prints plan and count; the exit status: 0 when exactly `golden` cases
 * passed and none failed. */
int suite_end(unsigned golden);
