/* auth: the client's words in an AUTH dialogue (RFC 4954; PLAIN is RFC 4616,
 * LOGIN and XOAUTH2 are what Microsoft and Google document).
 *
 * Pure: given the mechanism and how many challenges came, it writes the next
 * line.  An initial response goes with the AUTH command where that stays
 * within the 512 bytes of a command line, else after the first 334.
 */
#pragma once

#include "smtp/session.h"

struct smtp_auth {
	enum smtp_auth_mechanism mechanism;
	unsigned step; /* responses sent so far */
	bool initial;  /* the first went with the command */
};

/* The mechanism to use among SMTP_OFFER_* flags, or SMTP_AUTH_ANY for none.
 * Wanting any takes PLAIN, then LOGIN, then XOAUTH2. */
enum smtp_auth_mechanism smtp_auth_choose(
    enum smtp_auth_mechanism wanted, unsigned offered);
const char *smtp_auth_name(enum smtp_auth_mechanism m);

/* False when user and secret can not be said in this mechanism (a NUL, or for
 * XOAUTH2 a 0x01, would end them early). */
bool smtp_auth_sayable(
    enum smtp_auth_mechanism m, struct str user, struct str secret);

/* Appends the AUTH command line with CRLF. */
void smtp_auth_start(struct smtp_auth *a, enum smtp_auth_mechanism m,
    struct str user, struct str secret, struct buf *out);
/* After a 334: appends the next line, or returns false when this mechanism
 * has nothing more to say. */
bool smtp_auth_respond(
    struct smtp_auth *a, struct str user, struct str secret, struct buf *out);

/* True when `text` repeats the secret, plain or in any of the forms sent. */
bool smtp_auth_leaks(const struct smtp_auth *a, struct str user,
    struct str secret, struct str text);
