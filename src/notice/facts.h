/* facts: a notice as the laws ask about it (law/law.h).  Pure. */
#pragma once

#include "law/law.h"
#include "notice/duty.h"

/* A kind that no row of the pack is of: what a notice of kind `legal` asks. */
#define FACTS_NO_LAW (1u << 31)

/* Which laws a kind of notice asks: LAW_KIND_ bits. */
unsigned facts_kinds(enum notice_kind kind);
/* Strings are the notice's.  What the log shows as done counts: the regulator
 * told, the persons told, a police hold.  A list of [facts] with a word that no
 * law knows counts as not said, which is the cautious reading; `ret_unknown`
 * (may be NULL, else empty) then names it, and the nearest. */
int notice_law_facts(const struct notice *n, usec_t now,
    const struct duty_log *log, struct law_facts *ret, struct err *ret_unknown,
    struct err *e);
