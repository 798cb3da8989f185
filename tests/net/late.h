/* late: a source of answers that come after a while, for tests of the front.
 * It answers A with 192.0.2.1 and the canonical name asked; a name that begins
 * with "no" is NXDOMAIN, one with "fail" SERVFAIL.
 */
#pragma once

#include "net/dns_private.h"

struct late {
	struct rand_seq
	    *random;  /* delays up to `delay`; NULL: exactly `delay` */
	usec_t delay; /* negative: from inside start() */
	uint32_t ttl;
	size_t started, stopped, busy;
	bool freed;
};

struct dns *late_new(struct loop *l, struct late *s);
