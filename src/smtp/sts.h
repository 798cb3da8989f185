/* sts: MTA-STS (RFC 8461): the TXT record that says there is a policy, the
 * text of the policy, and whether a mail server is one of those it names.
 * Read to the letter: a text that breaks the grammar is no policy.
 *
 * LIMITS: LIMIT_STS_POLICY bytes, LIMIT_STS_MX patterns (more: no policy).
 */
#pragma once

#include "base/arena.h"

/* A record is one of several texts at _mta-sts.DOMAIN; those that do not begin
 * with "v=STSv1;" are other things (3.1). */
bool sts_record_is(struct str text);
/* True: *ret_id is its id, a view into `text`. */
bool sts_record_parse(struct str text, struct str *ret_id, struct err *e);

enum sts_mode {
	STS_NONE,
	STS_TESTING,
	STS_ENFORCE,
};

struct sts_policy {
	enum sts_mode mode;
	uint32_t max_age; /* seconds, a year at most (3.2) */
	struct str *mx;   /* "mx.example.com", "*.example.com"; lower case */
	size_t mx_count;
};

/* ERR_INPUT: it is no policy, and why, with the line. */
int sts_policy_parse(
    struct str text, struct arena *a, struct sts_policy *ret, struct err *e);
/* `host`: A-labels, any case, without final dot.  A wildcard stands for exactly
 * one label (4.1). */
bool sts_mx_matches(const struct sts_policy *p, struct str host);
