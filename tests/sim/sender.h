/* sender: our client session against an imitated provider on the imitated
 * network.  What came of each mail is written in a line:
 *
 *	"250 550 closed? | MAIL reply 421"
 *
 * for each mail the code of the reply that decided it, or the cause, with '?'
 * where the final dot had left without an answer; then where and why the
 * session ended, or "quit".
 */
#pragma once

#include "sim/provider.h"
#include "smtp/session.h"

struct sender {
	struct loop *loop;
	struct network *net;
	struct provider *provider;
	struct endpoint at;
	struct smtp_session *session;
	struct smtp_mail mail;
	enum smtp_tls_mode tls;
	const char *user, *secret;
	struct str from, to; /* of the next mail */
	struct buf content;  /* not yet stuffed */
	struct buf stuffed, log, got, got_to;
	size_t left, kept, commits;
	bool refuse_commit;
	usec_t started, answered; /* the last mail: given, done */
};

void sender_tls_init(void);
void sender_tls_release(void);

/* `behaviours`: "name=value;name=value". */
void sender_init(struct sender *s, const char *behaviours, size_t chunk);
void sender_release(struct sender *s);
void sender_set(struct sender *s, const char *name, const char *value);
/* One session with `n` mails, to its end; returns the line. */
const char *sender_run(struct sender *s, size_t n);
