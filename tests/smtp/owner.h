/* owner: one who holds a client session, in the tests, and writes down all he
 * is told.  A story is a peer's script, what the owner does, and what he must
 * have heard:
 *
 *	ready; content; done final dot: reply 250 dot; ready; ended
 *
 * `done` and `ended` tell stage and cause, the code of a reply, "dot" when the
 * final dot had left, "last" when no more mail can follow.
 *
 * Options, words in a string: mails=N (1), big=BYTES, late (release after
 * 30 s), never (no release), early (release at once after send), utf8, 8bit,
 * dsn, noquit, idle=SECONDS before the quit; tls=opportunistic|required|
 * implicit, noverify, strangeca; auth=any|plain|login|xoauth2, longsecret;
 * abort=WHEN, free=WHEN, quit=WHEN where WHEN is start, ready, mail, content,
 * held (1 s after content), dot (1 s after release), done; sender=X, to=X,
 * dots (a content of dots).
 */
#pragma once

#include "smtp/session.h"
#include "peer.h"

struct story {
	const char *name, *options, *script, *want;
	const char *says; /* part of the last text told, or NULL */
	unsigned seconds; /* from connect to `ended`; 0: any */
};

struct owner {
	const struct story *story;
	struct loop *loop;
	struct network *net;
	struct peer peer;
	struct smtp_session *session;
	struct smtp_mail mail;
	struct buf content;
	struct loop_timer timer;
	size_t mails, given, done;
	bool told, released, ended, released_any, inside;
	usec_t started, ended_at;
	struct buf log, wire, seen, notes;
	char text[240], reply[600], name[64];
	unsigned dots_unreleased;
	char user[16], secret[700];
};

/* Contexts made once a program. */
void owner_tls_init(void);
void owner_tls_release(void);

/* Plays the story; all is quiet when it returns. `at`: the peer's endpoint. */
void owner_play(
    struct owner *o, const struct story *s, usec_t latency, size_t chunk);
void owner_release(struct owner *o);

/* Plays each story over uncut and cut streams and checks what was told, what
 * went over the wire, and that no dot left before its release. */
void owner_check(const struct story *stories, size_t n);
