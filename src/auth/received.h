/* received: whom a message came from, as the edge of the own network wrote it
 * down (RFC 5321 4.4): for mail that is judged after it was delivered.
 *
 *	if (received_find(message, S("mx.example.org"), &arena, &r, &e) == 0)
 *		... r.ip, r.helo, r.mail_from
 *
 * Only the topmost Received field that says "by HOST" counts: whatever is
 * below came in with the mail, and anybody can write it.  If that one can not
 * be read, no other is looked for.  Read is
 *
 *	from HELO ([NAME] [ADDRESS] ...) ... by HOST ...
 *
 * with the client's address in square brackets in the first comment (Postfix,
 * Sendmail, Gmail), alone in it (Exchange), or with "helo=NAME" behind it
 * (Exim).  A second address before "by" makes the field unreadable.
 * MAIL FROM is taken from a Return-Path that stands above that field.
 */
#pragma once

#include "base/arena.h"
#include "net/endpoint.h"

struct received {
	struct endpoint ip;
	struct str helo;
	struct str mail_from; /* p == NULL: there is no Return-Path; empty: <>
			       */
};

/* What `ret` points to is in `a`.  ERR_NOENT: no field of that host;
 * ERR_INPUT: it can not be read; `e` says why. */
int received_find(struct str message, struct str host, struct arena *a,
    struct received *ret, struct err *e);
/* The same for the value of one Received field. */
int received_parse(struct str value, struct str host, struct arena *a,
    struct received *ret, struct err *e);
