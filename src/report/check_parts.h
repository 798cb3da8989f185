/* check_parts: the pieces of the check page, one file a thing.  Each appends a
 * section; sections number their headings from h2. */
#pragma once

#include "notice/override.h"
#include "report/check_page.h"
#include "report/html.h"

struct check_part {
	const struct check *k;
	struct buf *out;
	struct findings_count n;
};

/* Text of a finding: escaped, addresses masked, URLs as they are. */
void check_put_text(const struct check_part *p, struct str text);

extern const char check_style[]; /* CSS */

/* A little square a rule, family by family, and what the marks mean. */
void check_put_summary(const struct check_part *p);
/* Deadlines on a line of time, and all of them as a table. */
void check_put_deadlines(const struct check_part *p);
void check_put_timeline(const struct check_part *p);
/* What blocks, what is to be read, ... */
void check_put_findings(const struct check_part *p);
/* Who decided to go on; from the folder's log. */
void check_put_overrides(const struct check_part *p);
void check_put_override_table(
    const struct check_part *p, const struct override *o, size_t n);
void check_put_passed(const struct check_part *p);
/* Texts and who reads them; people by place, and by the way of the legal notice.
 */
void check_put_people(const struct check_part *p);
void check_put_channels(const struct check_part *p);

/* ---- what stands in more than one of them */
/* "blocks", "to read", "not checked" ... */
const char *check_state_name(enum rule_state s);
/* CSS class: "block", "warn" ... */
const char *check_state_class(enum rule_state s);
/* "in 12 days", "today", "3 days ago" */
void check_put_distance(const struct check_part *p, usec_t t);
const char *check_who_text(enum law_who w);
/* What somebody wrote down about a duty. */
enum duty_state check_duty_state(
    const struct plan_tranche *t, const struct law_duty *d);
