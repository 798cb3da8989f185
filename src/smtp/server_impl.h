/* server_impl: what the files of the server side share.
 *
 *	server.c           life, events, answers, what is written
 *	server_command.c   lines in, commands, what they may follow
 *	server_envelope.c  MAIL and RCPT: paths and parameters
 *	server_auth.c      AUTH
 *	server_content.c   DATA
 *
 * Everything runs in server.c's run(): take input step by step until something
 * is held or nothing is left, write all replies at once, then tell the end.
 */
#pragma once

#include "base/limits.h"
#include "smtp/server.h"
#include "smtp/session.h"

enum smtp_server_state {
	SMTP_SERVER_CONNECT, /* before the banner, or in the handshake */
	SMTP_SERVER_COMMAND,
	SMTP_SERVER_AUTH, /* the next line is a response */
	SMTP_SERVER_CONTENT,
	SMTP_SERVER_DOOMED,  /* counts bytes, then cuts the line */
	SMTP_SERVER_CLOSING, /* last words are leaving */
	SMTP_SERVER_ENDED,
};

struct smtp_server_content {
	struct buf kept;
	uint64_t size;
	bool line_start; /* the next byte follows CRLF, or is the first */
	bool bare;       /* a CR or an LF stood alone */
	bool too_big;
};

struct smtp_server_auth {
	enum smtp_auth_mechanism mechanism;
	struct buf user; /* LOGIN: its first response */
	bool has_user;
};

struct smtp_server {
	struct smtp_server_config config; /* name is ours */
	struct smtp_server_handler handler;
	void *arg;
	struct loop *loop;
	struct stream *stream; /* NULL: closed */
	struct loop_timer timer;
	struct loop_task task;

	enum smtp_server_state state;
	enum smtp_server_ask asked;
	bool held, asking;
	bool hello, barred, authenticated, in_mail;
	struct smtp_envelope env;
	struct smtp_server_content content;
	struct smtp_server_auth auth;
	uint64_t doom; /* bytes until the line is cut */
	struct buf out, line, helo, sender, recipient, parameters;

	bool busy, told, dead;
};

/* ---- server.c */
/* The only change of state. */
void smtp_server_enter(struct smtp_server *s, enum smtp_server_state state);
/* A reply of our own, not asked about; lines of `text` split by '\n'. */
void smtp_server_reply(struct smtp_server *s, int code, const char *text);
/* The same, then hangs up. */
void smtp_server_reply_last(struct smtp_server *s, int code, const char *text);
void smtp_server_ask(
    struct smtp_server *s, enum smtp_server_ask what, struct str content);
/* Forgets the mail in hand (RSET, EHLO, after the dot). */
void smtp_server_reset(struct smtp_server *s);
void smtp_server_trace(struct smtp_server *s, char dir, struct str bytes);

/* ---- server_command.c */
/* Takes the next line; false: it is not complete. */
bool smtp_server_take_line(struct smtp_server *s);
bool smtp_server_starttls_offered(const struct smtp_server *s);
bool smtp_server_auth_offered(const struct smtp_server *s);

/* ---- server_envelope.c: `arg` is what follows the verb */
void smtp_server_mail(struct smtp_server *s, struct str arg);
void smtp_server_rcpt(struct smtp_server *s, struct str arg);

/* ---- server_auth.c */
void smtp_server_auth_start(struct smtp_server *s, struct str arg);
void smtp_server_auth_line(struct smtp_server *s, struct str line);

/* ---- server_content.c */
void smtp_server_content_begin(struct smtp_server *s);
/* False: more is needed. */
bool smtp_server_take_content(struct smtp_server *s);
