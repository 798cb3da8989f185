/* ask: many questions to the DNS at once, answered before it returns.
 *
 *	struct ask a = {.context = c};
 *	const struct dns_fact *mx = ask_add(&a, S("example.com"), DNS_MX);
 *	ask_run(&a);
 *	... mx->status, mx->rr ...
 *
 * Answers are kept in the check's arena; a question asked twice is one.
 */
#pragma once

#include "net/dns.h"

struct dns_fact {
	struct str name;
	enum dns_type type;
	enum dns_status status;
	bool secure, done;
	struct dns_rr *rr;
	size_t count;
	struct dns_fact *next;
	struct ask *ask;
};

struct check_context;
struct ask {
	struct check_context *context;
	struct dns_fact *first;
	size_t pending;
};

/* NULL for an empty name or when memory is short.  The answer stands there
 * after ask_run(). */
const struct dns_fact *ask_add(
    struct ask *a, struct str name, enum dns_type type);
/* Asks what was added since the last run. */
void ask_run(struct ask *a);

/* No answer: the DNS failed, which says nothing about the name. */
bool dns_fact_trouble(const struct dns_fact *f);
/* At least one record; false for NULL. */
bool dns_fact_has(const struct dns_fact *f);
