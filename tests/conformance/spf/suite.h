/* suite: rfc7208-tests.yml as cases, each with the zone file it runs in. */
#pragma once

#include "base/buf.h"

#define SUITE_RESULTS 3

struct suite_case {
	char *name; /* "scenario: case" */
	char *zone; /* shared by the cases of a scenario */
	struct str host, helo, mail_from;
	struct str result[SUITE_RESULTS];
	size_t results;
	struct str explanation; /* p == NULL: not told; "DEFAULT": not exp='s */
};

struct suite {
	struct suite_case *all;
	size_t count;
};

/* Aborts with a message when the file is not what it should be.  All lives
 * until suite_release(). */
void suite_load(struct suite *s, const char *path);
void suite_release(struct suite *s);
