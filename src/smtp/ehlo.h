/* ehlo: what a server says of itself in its answer to EHLO (RFC 5321 4.1.1.1),
 * as flags and numbers.  Keywords are compared without case; what is unknown
 * or malformed is skipped, never an error: the server then merely offers less.
 */
#pragma once

#include "smtp/reply.h"

#define SMTP_OFFER_PLAIN   1u
#define SMTP_OFFER_LOGIN   2u
#define SMTP_OFFER_XOAUTH2 4u

struct smtp_ehlo {
	unsigned extensions; /* SMTP_EXT_* */
	unsigned mechanisms; /* SMTP_OFFER_* */
	uint64_t size;       /* 0: no limit was named */
	size_t name_len;
	char name[LIMIT_DOMAIN];
};

/* The name is the first word of the first line, cut to LIMIT_DOMAIN. `helo`:
 * a reply to HELO, where nothing but the name counts. */
void smtp_ehlo_parse(
    const struct smtp_reply *r, bool helo, struct smtp_ehlo *ret);
