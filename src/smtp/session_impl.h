/* session_impl: what the four files of the client session share.
 *
 *	session.c      life, events, timer, the calls of session.h
 *	pipeline.c     send queue, wait list, trace
 *	greeting.c     banner, EHLO, STARTTLS, AUTH, QUIT
 *	transaction.c  one mail: MAIL, RCPT, DATA, content, dot
 *
 * Everything runs in session_run(): deliver what is pending to the owner, then
 * read a reply, then write, until nothing more can be done.  Calls from the
 * owner only change the state and write; what they cause is delivered from the
 * loop.  Two rules keep a lying server from shifting replies: nothing is sent
 * while bytes of the server are unread and nothing is awaited, and a reply
 * with nothing awaited ends the session.
 */
#pragma once

#include "smtp/auth.h"
#include "smtp/ehlo.h"
#include "smtp/session.h"

enum smtp_verb {
	SMTP_VERB_BANNER, /* nothing is sent; a reply is awaited */
	SMTP_VERB_EHLO,
	SMTP_VERB_HELO,
	SMTP_VERB_STARTTLS,
	SMTP_VERB_AUTH, /* the command and each response */
	SMTP_VERB_RSET,
	SMTP_VERB_MAIL,
	SMTP_VERB_RCPT,
	SMTP_VERB_DATA,
	SMTP_VERB_DOT,
	SMTP_VERB_EMPTY_DOT, /* ends a refused mail that got its 354 */
	SMTP_VERB_QUIT,
};

#define SMTP_QUEUE_MAX 8u

struct smtp_queued {
	enum smtp_verb verb;
	size_t len; /* bytes in `out`, from the front */
};

struct smtp_pipeline {
	struct smtp_queued queue[SMTP_QUEUE_MAX]; /* to be sent */
	size_t queued;
	enum smtp_verb wait[SMTP_QUEUE_MAX]; /* sent, reply awaited */
	size_t waiting;
	struct buf out;
};

struct smtp_transaction {
	struct smtp_mail *mail; /* NULL: none in hand */
	struct smtp_result result;
	struct smtp_reply reply; /* result.reply points here */
	bool decided;            /* result holds */
	bool told;               /* `content` was called */
	bool released;
	bool dot;  /* the final dot was written */
	bool rset; /* the server may hold an envelope of ours */
	size_t size, written;
};

/* What waits to be told to the owner, in this order. */
#define SMTP_TELL_CONTENT 1u
#define SMTP_TELL_DONE    2u
#define SMTP_TELL_READY   4u
#define SMTP_TELL_ENDED   8u

struct smtp_session {
	struct smtp_session_config config; /* strings are ours */
	struct smtp_session_handler handler;
	void *arg;
	struct loop *loop;
	struct stream *stream; /* NULL: closed */
	struct loop_timer timer;
	struct loop_task task;

	enum smtp_stage stage;
	struct smtp_pipeline pipe;
	struct smtp_reply_parser parser;
	struct smtp_ehlo ehlo;
	struct smtp_auth auth;
	struct tls_facts tls;
	bool encrypted;
	struct smtp_transaction mail;
	size_t pending_before; /* in the stream, when the timer started */

	unsigned tell;
	struct smtp_failure failure;
	bool failed; /* `ended` follows */
	bool eof, ready_told, quit, abort;
	bool busy, dead; /* within session_run(); freed meanwhile */
};

/* ---- session.c */
/* The only change of stage; starts its timer. */
void smtp_session_enter(struct smtp_session *s, enum smtp_stage stage);
/* Ends: closes, `done` for a mail in hand, then `ended`. `reply` only with
 * SMTP_CAUSE_REPLY.  The first call counts. */
void smtp_session_fail(struct smtp_session *s, enum smtp_cause cause,
    const struct smtp_reply *reply, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* As with SMTP_CAUSE_REPLY; the sentence is made from the reply. */
void smtp_session_fail_reply(
    struct smtp_session *s, const struct smtp_reply *reply);
/* The reply breaks the protocol; `why` is the end of a sentence. */
void smtp_session_fail_protocol(
    struct smtp_session *s, const struct smtp_reply *r, const char *why);
/* "192.0.2.1:25" */
const char *smtp_session_peer_text(
    const struct smtp_session *s, char tmp[ENDPOINT_TEXT]);
/* "550 5.1.1 No such user", on one line, cut to fit. */
#define SMTP_REPLY_TEXT 160
const char *smtp_reply_text(
    const struct smtp_reply *r, char tmp[SMTP_REPLY_TEXT]);
void smtp_session_stop_timer(struct smtp_session *s);
void smtp_session_start_timer(struct smtp_session *s, usec_t delay);

/* ---- pipeline.c */
/* Where a mail or a session stands while `v` awaits its reply. */
enum smtp_stage smtp_verb_stage(enum smtp_verb v);
/* Appends to the queue what stands in pipe.out beyond what is queued. */
void smtp_pipeline_queue(struct smtp_session *s, enum smtp_verb v);
void smtp_pipeline_queue_line(
    struct smtp_session *s, enum smtp_verb v, struct str line);
/* Forgets what is queued and not sent. */
void smtp_pipeline_drop(struct smtp_session *s);
/* Nothing unread of the server while nothing is awaited. */
bool smtp_pipeline_may_send(struct smtp_session *s);
/* Sends what may be sent now, in one write. */
void smtp_pipeline_flush(struct smtp_session *s);
void smtp_pipeline_await(struct smtp_session *s, enum smtp_verb v);
enum smtp_verb smtp_pipeline_shift(struct smtp_session *s);
void smtp_session_trace(struct smtp_session *s, char dir, struct str bytes);
void smtp_session_note(struct smtp_session *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- greeting.c */
void smtp_greeting_connected(struct smtp_session *s);
void smtp_greeting_encrypted(struct smtp_session *s);
void smtp_greeting_reply(
    struct smtp_session *s, enum smtp_verb v, struct smtp_reply *r);
/* Best effort: QUIT without waiting for the answer. */
void smtp_greeting_goodbye(struct smtp_session *s);

/* ---- transaction.c */
void smtp_transaction_begin(struct smtp_session *s, struct smtp_mail *m);
void smtp_transaction_reply(
    struct smtp_session *s, enum smtp_verb v, const struct smtp_reply *r);
/* The session ends while a mail is in hand: fills its result unless decided. */
void smtp_transaction_fail(struct smtp_session *s);
/* Content and final dot, as far as released and as the stream takes it. */
void smtp_transaction_pump(struct smtp_session *s);
