/* judged: one SPF evaluation, as a line: "pass mx 1/0" (result, mechanism,
 * look-ups, void ones), for the tests here.
 */
#pragma once

#include "auth/spf.h"
#include "base/limits.h"
#include "t.h"

struct judged {
	struct loop *loop;
	unsigned done, queries;
	char line[256], reason[1024], explanation[5000];
	char domain[1024], record[5000];
	bool explained;
	usec_t at;
};

/* Checks what holds for every verdict. */
void judged_on_verdict(const struct spf_verdict *v, void *arg);
struct judged judged(
    struct str zone, const char *ip, struct str helo, struct str from);

#define FROM(zone, ip, from) \
	judged(str_of(zone), ip, S("mail.helo.example"), from)
#define IS(zone, ip, from, want) \
	t_str(str_of(FROM(zone, ip, S(from)).line), want)
