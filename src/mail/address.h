/* address: mailbox addresses of RFC 5321 4.1.2 and RFC 6531 3.3.
 *
 * Valid: Dot-string or Quoted-string local part, domain with IDNA-valid labels
 * or an address literal; lengths of RFC 5321 4.5.3.1 (local part 64 octets,
 * domain 255, in the form that goes on the wire).  Case of the local part is
 * kept; only the domain's is folded.
 */
#pragma once

#include "base/buf.h"

struct address {
	struct str local;  /* as written, quotes included */
	struct str domain; /* ASCII form, lower case; or "[192.0.2.1]" */
	bool utf8_local;   /* needs SMTPUTF8 (RFC 6531) */
	bool literal;
};

/* Parses one bare address ("a@b"; no display name, no angle brackets, no
 * white space around).  The views point into `s` and into `scratch`, to which
 * the folded domain is appended.  On failure `e` says what and at which
 * character ("the domain has no dot", ...).  A domain of one label is refused
 * unless `allow_single_label`. */
int address_parse(struct str s, bool allow_single_label, struct buf *scratch,
    struct address *ret, struct err *e);
/* Fast path of the same rules: true only for a plain ASCII address with a
 * lower-case domain that is certainly valid, whose wire form is `s` itself;
 * false says "ask address_parse". */
bool address_is_plain(struct str s, size_t *ret_at);

/* "local@domain" as it goes into MAIL/RCPT. */
void address_format(const struct address *a, struct buf *out);
