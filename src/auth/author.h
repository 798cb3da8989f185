/* author: the author domain of a message (RFC 9989 5.3.1), read from its From
 * field as strictly as RFC 5322 3.6.2 is written.
 *
 *	if (!author_find(message, &arena, &a))
 *		... a.reason: dmarc=permerror
 *
 * Programs that read one mail differently are how forgers get past DMARC: one
 * checks a domain, the other shows another.  So there is a domain only where
 * every reader must see the same: one From field, one mailbox or several of one
 * domain, written without the obsolete forms of RFC 5322 4 (but a dot in a
 * display name).  Refused are
 *  - no From field, several, one with blanks before the colon, a line that
 *    some reader may take for one, a header broken off before it;
 *  - addresses of different domains, a group, a source route, anything behind the address;
 *  - NUL and other controls, bytes that are not UTF-8, a line of blanks only;
 *  - comments or blanks within the address, a comment that holds an address;
 *  - an encoded word in the address; an address literal; a domain that is no
 *    domain name, or not in its canonical form (RFC 5890 2.3.2.1).
 * An address in quotes, as a display name or in a local part, is text: the
 * domain is the one behind the last "@".
 */
#pragma once

#include "base/arena.h"

struct author {
	struct str domain;  /* A-labels, lower case; none: no DMARC possible */
	struct str address; /* the first, as it stands in the field */
	struct str name;    /* the display name as it stands there, or none */
	const char *reason; /* without a domain: why */
};

/* False: no domain.  What `ret` points to is in `a`; the reason is static. */
bool author_find(struct str message, struct arena *a, struct author *ret);
/* The same for the value of a From field alone. */
bool author_parse(struct str value, struct arena *a, struct author *ret);
