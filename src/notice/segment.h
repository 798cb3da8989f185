/* segment: rules that say who reads which variant.
 *
 * DIR/segments.ini, one section a segment, in the order they are tried:
 *
 *	[massachusetts]
 *	jurisdiction = US-MA, US-IL
 *	[minor]
 *	role = guardian, representative
 *	[tax-number]
 *	jurisdiction = US
 *	data_types = ssn
 *
 * Keys of one section must all fit, words of one key any; "US" fits US-MA too,
 * "EU" every Member State.  The first that fits decides; a `segment` cell of
 * the list comes before all rules; who fits nowhere is in the segment "" (the
 * plain message.md).  So everyone is in exactly one.  Pure but for loading.
 *
 * The form is that of notice.ini (base/conf.h).  Words are compared without
 * case, with space, `_` and `-` alike; a cell may hold several, by comma,
 * semicolon or bar.  Refused, with file and line: unknown keys, a rule that
 * asks nothing, doubles, places that do not exist, and a name that a language
 * would swallow ("ma": message.ma.md is the text in the language ma).
 *
 * LIMITS: LIMIT_SETTINGS_FILE, LIMIT_SETTINGS_LINE, LIMIT_SEGMENT,
 * SEGMENT_RULES, SEGMENT_WORDS.
 */
#pragma once

#include "notice/letter.h"
#include "notice/person.h"

#define SEGMENT_RULES 256UL  /* LIMIT: rules in one file */
#define SEGMENT_WORDS 1024UL /* LIMIT: words of one key */

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
/* Whether a rule looks into cells; if none does, all people of one group
 * (people_each_group) are in one segment. NULL: no rules. */
bool segment_rules_need_cells(const struct segment_rules *r);

/* Which segment a person is in; a view into the row or the rules.  `layout` is
 * that of the row (its `role` and `data_types` cells are looked up there).
 * Without rules (NULL) it is the cell. */
struct str segment_of(const struct segment_rules *r,
    const struct people_layout *layout, const struct people_row *row);
/* The same for a group; right where segment_rules_need_cells() is false. */
struct str segment_of_group(
    const struct segment_rules *r, const struct people_group *g);
