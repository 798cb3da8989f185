/* suppression: whom a relay will drop by itself, without a word (E-04).
 *
 * Every file of DIR/suppression whose name ends in .txt or .csv is one list
 * that the relay handed out: each line has an address, or the MD5, SHA-1 or
 * SHA-256 (hex) of one in lower case.  In a CSV any cell may hold it, and one
 * that says why (bounce, complaint, unsubscribe) is understood.  A line with
 * neither is counted as bad, but for the first, which may be a header.
 *
 * Kept: 58 bits of each entry, so one audience in a billion is miscounted by
 * one.  LIMITS: SUPPRESSION_FILES, SUPPRESSION_ENTRIES.
 */
#pragma once

#include "check/facts_list.h"

#define SUPPRESSION_FILES   16u
#define SUPPRESSION_ENTRIES (4UL << 20) /* of all files */

struct suppressions;
/* No folder, or no list in it: `*ret` is NULL. */
int suppressions_load(
    const char *dir, struct suppressions **ret, struct err *e);
struct suppressions *suppressions_new(void);
/* One list; then, after the last, suppressions_ready(). */
int suppressions_add(
    struct suppressions *s, struct str text, const char *name, struct err *e);
void suppressions_ready(struct suppressions *s);
void suppressions_free(struct suppressions *s); /* NULL is allowed */

/* Counts a person with these addresses (split by '\n') in every list that has
 * one of them. */
void suppressions_count(struct suppressions *s, struct str addresses);
/* By file; names are copied into `a`. */
void suppressions_facts(const struct suppressions *s, struct arena *a,
    struct list_suppression **ret, size_t *ret_count);
