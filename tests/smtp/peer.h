/* peer: the accepting side of a connection, played from a script.
 *
 * A script is lines:
 *	> TEXT	the peer sends TEXT and CRLF
 *	= TEXT	the peer sends TEXT as it is (\r, \n, \0 and \xHH are bytes)
 *	< TEXT	the peer waits for a line that is exactly TEXT
 *	*	the peer takes lines until the one that is a dot
 *	?	(last) the peer takes whatever comes until the other closes
 *	!close, !tls, !wait SECONDS, !flood (100 kB of reply lines)
 * Lines that came differ: the first one is in peer.wrong.  At its end the
 * script waits for the other side to close.
 */
#pragma once

#include "base/limits.h"
#include "net/stream.h"

struct peer {
	struct listener *listener;
	struct stream *stream;
	struct tls_context *tls;
	struct loop_timer timer;
	struct str script;
	struct buf got;  /* every byte received */
	size_t at;       /* of `got`, read so far */
	size_t arrivals; /* pieces it came in */
	bool waiting, closed;
	char wrong[300];
};

/* Listens at `at`; plays `script` to the first that connects. */
void peer_init(struct peer *p, struct network *n, const struct endpoint *at,
    struct tls_context *tls, struct str script);
void peer_release(struct peer *p);
/* True when all of the script was played. */
bool peer_finished(const struct peer *p);
