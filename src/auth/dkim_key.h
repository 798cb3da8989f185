/* dkim_key: the public half of a DKIM key as DNS knows it (RFC 6376 3.6.1,
 * RFC 8463 4), and the names it stands under.
 *
 *	record name   mail2026._domainkey.example.com
 *	record        v=DKIM1; k=rsa; p=MIIBIjANBg...
 *	zone line     mail2026._domainkey.example.com. IN TXT "v=DKIM1; ..." "..."
 *
 * A TXT string holds 255 bytes at most (RFC 1035 3.3.14), so the zone line is
 * split into several; receivers join them without a space (RFC 6376 3.6.2.2).
 */
#pragma once

#include "crypto/pkey.h"

/* d= of RFC 6376 3.5: at least two A-labels of letters, digits and hyphens.
 * 0 or ERR_INPUT with what is wrong. */
int dkim_check_domain(struct str domain, struct err *e);
/* s=: one or more labels.  An underscore is taken too: RFC 6376 has none, but
 * selectors in use have. */
int dkim_check_selector(struct str selector, struct str domain, struct err *e);

/* "SELECTOR._domainkey.DOMAIN"; without a domain "SELECTOR._domainkey". */
void dkim_key_name(struct str selector, struct str domain, struct buf *out);
/* "v=DKIM1; k=rsa; p=..." of the public half of `k`. */
int dkim_key_record(const struct pkey *k, struct buf *out, struct err *e);
/* The zone-file line (RFC 1035 5.1), no line end.  Without a domain the name
 * is relative to the zone it will stand in. */
void dkim_key_zone_line(
    struct str selector, struct str domain, struct str record, struct buf *out);
