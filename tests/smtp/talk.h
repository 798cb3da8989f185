/* talk: one who says given bytes to our server over the imitated network, and
 * writes down the codes of what it answers and what its owner was asked.
 *
 *	"220 250 250 250 354 250 221 closed"
 *	"mail a@b; rcpt c@d; data; dot 12; "
 */
#pragma once

#include "smtp/server.h"
#include "smtp/session.h"

enum talk_tls { TALK_CLEAR, TALK_STARTTLS, TALK_IMPLICIT };

struct talk_options {
	size_t chunk;
	enum talk_tls tls;
	unsigned without; /* SMTP_EXT_* not offered */
	uint64_t size_limit;
	bool hold;    /* answers come a second later */
	bool discard; /* content is not kept */
	usec_t wait;  /* how long to look; 0: a minute */
	/* answers to MAIL, RCPT, the dot and the banner; code 0: yes */
	struct smtp_answer mail, rcpt, dot, connect;
};

struct talk {
	struct talk_options options;
	struct loop *loop;
	struct network *net;
	struct listener *listener;
	struct stream *client;
	struct smtp_server *server;
	struct loop_timer timer;
	enum smtp_server_ask held;
	struct str says; /* over TLS: said when it is up */
	struct buf got, asked, content;
	char codes[400];
	size_t dots;
	bool closed, ended;
};

/* Contexts made once a program. */
void talk_tls_init(void);
void talk_tls_release(void);

void talk_start(struct talk *t, const struct talk_options *o);
/* Says `bytes`; with STARTTLS `inside` when TLS is up. */
void talk_say(struct talk *t, struct str bytes, struct str inside);
void talk_stop(struct talk *t);
