/* segment: rules that say who reads which variant.
 *
 * DIR/segments.ini, one section a segment, in the order they are tried:
 *
 *	[ma]
 *	jurisdiction = US-MA, US-IL
 *	[minor]
 *	role = guardian, representative
 *	[ssn]
 *	jurisdiction = US
 *	data_types = ssn
 *
 * Keys of one section must all fit, words of one key any; "US" fits US-MA too,
 * "EU" every Member State.  The first that fits decides; a `segment` cell of
 * the list comes before all rules; who fits nowhere is in the segment "" (the
 * plain message.md).  So everyone is in exactly one.  Pure but for loading.
 */
#pragma once

#include "notice/letter.h"
#include "notice/person.h"

struct segment_rules;

/* No file: no rules, which is not an error. Refused with file, line, reason. */
int segment_rules_load(
    const struct notice *n, struct segment_rules **ret, struct err *e);
int segment_rules_parse(struct str text, const char *name,
    struct segment_rules **ret, struct err *e);
void segment_rules_free(struct segment_rules *r);
/* Names of the segments that have rules, in order. */
size_t segment_rules_count(const struct segment_rules *r);
struct str segment_rules_name(const struct segment_rules *r, size_t i);

/* Which segment a person is in; a view into the row or the rules.  `layout` is
 * that of the row (its `role` and `data_types` cells are looked up there). */
struct str segment_of(const struct segment_rules *r,
    const struct people_layout *layout, const struct people_row *row);
