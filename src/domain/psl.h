/* psl: the Public Suffix List, through libpsl: under which names do
 * independent owners register theirs ("com", "co.uk")?
 *
 *	struct psl *p = psl_open();
 *	if (psl_registrable(p, S("mail.example.co.uk"), &org))
 *		... "example.co.uk"
 *	psl_close(p);
 *
 * Knows the list built into the library, or a newer copy of it.  The whole
 * list counts: its ICANN part and its private part.  A name under a top-level
 * domain that the list does not have is judged by the list's default rule "*":
 * the top-level domain is a public suffix.  Read only after opening: threads
 * may share one.
 */
#pragma once

#include "base/str.h"

struct psl;

/* The newer of the list built in and the one of the system's package.  NULL:
 * no memory. */
struct psl *psl_open(void);
/* The list of a file, as publicsuffix.org publishes it or compiled. */
int psl_load(const char *path, struct psl **ret, struct err *e);
void psl_close(struct psl *p); /* NULL is allowed */

/* The one label below the longest public suffix, and that suffix; a view into
 * `domain`, which must be in lower case, A-labels (or U-labels in NFC), without
 * final dot.  False: the name is itself a public suffix, or no name. */
bool psl_registrable(const struct psl *p, struct str domain, struct str *ret);
/* The longest public suffix; false: no name. */
bool psl_suffix(const struct psl *p, struct str domain, struct str *ret);
