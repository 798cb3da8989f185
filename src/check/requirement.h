/* requirement: what is asked of such mail that no rule of `check` judges, and
 * which command keeps it today; so that --explain has an honest answer for
 * every number.
 */
#pragma once

#include "base/str.h"

enum requirement_state {
	REQUIREMENT_OPEN,   /* not built yet */
	REQUIREMENT_PARTLY, /* built, and the text says what is missing */
	REQUIREMENT_KEPT,
};
const char *requirement_state_name(enum requirement_state s);

struct requirement {
	const char *id; /* "S-49" */
	enum requirement_state state;
	const char *asks; /* what it asks, a sentence */
	const char *kept; /* "'tocsin approve' ..."; OPEN: NULL */
};

extern const struct requirement requirements[];
extern const size_t requirement_count;

/* By id, without regard to case; NULL: none, or a rule judges it. */
const struct requirement *requirement_find(struct str id);
