/* script: a peer of a scenario: the accepting side of connections, played from
 * literal lines, for lies that no honest server could tell.
 *
 * Connection n plays the nth script of its place, the last one all further
 * connections.  A script at its end waits for the other side to close.
 */
#pragma once

#include "sim/scenario.h"

struct script;

/* `tls` stays the caller's; NULL where no script starts it. */
struct script *script_new(struct network *n, const struct scenario_place *p,
    struct tls_context *tls, struct err *e);
void script_free(struct script *s); /* hangs up on all; NULL is fine */
/* Connections taken. */
size_t script_connections(const struct script *s);
/* The first line that came and did not fit what the script expects, as a
 * sentence; or NULL. */
const char *script_wrong(const struct script *s);
