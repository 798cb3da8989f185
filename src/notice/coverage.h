/* coverage: whether everyone has a text, and every text somebody.
 *
 * Streams over the groups of the audience; over its people only where a rule
 * of segments.ini looks into their cells.
 */
#pragma once

#include "notice/letter.h"
#include "notice/segment.h"

/* ERR_INPUT: how many people have no text, in which segment and language (the
 * first such), and which file to write. */
int coverage_check(const struct letter_variants *v,
    const struct segment_rules *rules, struct people *p, struct err *e);

/* A text that nobody can get: no rule and no cell of the audience names its
 * segment.  `name` is that of the file. */
typedef void coverage_unused_fn(struct str name, struct str segment, void *arg);
int coverage_unused(const struct letter_variants *v,
    const struct segment_rules *rules, struct people *p, coverage_unused_fn *fn,
    void *arg, struct err *e);
