/* relay: what a smarthost or ESP does to our mail, as data (requirements E-01,
 * E-02, E-09).  The files and their keys: data/relays/README.md.
 *
 * Without a profile: 20 connections, no rate cap, nothing rewritten.
 */
#pragma once

#include "notice/notice.h"

struct relay_profile {
	struct arena arena; /* owns the strings */
	struct str name, source;
	struct str rewrites; /* header names, by comma */
	struct str id_after; /* "": the last word of the reply */
	struct str auth;     /* "", "plain", "login", "xoauth2" */
	unsigned esp; /* 1: a provider's (kind = provider), not one's own */
	unsigned connections, per_connection, per_minute, per_day; /* 0: no
	                        * limit; connections: 20 by default */
};

#define RELAY_CONNECTIONS 20u

/* `name`: of a file in `data_dir`/relays without .ini, or a path (has a '/').
 * Empty: the defaults. Unknown: ERR_INPUT, says where it looked. */
int relay_profile_load(struct str name, const char *data_dir,
    struct relay_profile **ret, struct err *e);
void relay_profile_free(struct relay_profile *p);
/* True when the relay replaces this header field, which we then do not sign. */
bool relay_rewrites(const struct relay_profile *p, struct str header);
/* The relay's own id in the text of its 250, or empty. */
struct str relay_reply_id(const struct relay_profile *p, struct str text);
