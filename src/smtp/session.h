/* session: the client side of one SMTP connection (RFC 5321), mail after mail.
 *
 * Life of one session: connect, banner, EHLO (HELO where EHLO is refused),
 * STARTTLS and EHLO again, AUTH; then `ready`.  The owner gives it one mail
 * with smtp_session_send(); the session pipelines MAIL, RCPT and DATA where
 * PIPELINING was offered (a send queue and a wait list, no special case for
 * servers without), calls `content` when the 354 came, and keeps back the last
 * piece of the mail, with the final dot, until smtp_session_release(): *the
 * final dot waits for the journal*.  Then `done` with what the reply proved,
 * and `ready` again, or `ended`.
 *
 * Every mail given gets exactly one `done`, never from inside a call made
 * here; after `ended` no further call comes and the owner frees.  A reply that
 * came before its command was sent, a 421 or a close at any moment, a time-out
 * and a broken protocol end the session; what they mean for the mail in hand
 * is in smtp_result.
 */
#pragma once

#include "net/stream.h"
#include "smtp/reply.h"

struct smtp_session;

enum smtp_tls_mode {
	SMTP_TLS_OPPORTUNISTIC, /* STARTTLS if offered; clear text on failure
				 * is the owner's choice: see smtp_failure */
	SMTP_TLS_REQUIRED,      /* no mail without TLS */
	SMTP_TLS_IMPLICIT,      /* TLS from the first byte (smtps) */
	SMTP_TLS_NEVER,
};

struct smtp_timeouts { /* RFC 5321 4.5.3.2; 0 means the RFC's */
	usec_t connect, banner, ehlo, mail, rcpt, data, block, dot, quit;
};

enum smtp_auth_mechanism {
	SMTP_AUTH_ANY,
	SMTP_AUTH_PLAIN,
	SMTP_AUTH_LOGIN,
	SMTP_AUTH_XOAUTH2
};

struct smtp_session_config {
	struct network *network;
	struct endpoint to, source; /* source.len 0: any */
	struct str helo;            /* FQDN or address literal */
	enum smtp_tls_mode tls;
	struct tls_context *tls_context; /* may be NULL with NEVER */
	struct str tls_name;             /* SNI, certificate name */
	bool tls_verify;
	/* AUTH only over TLS that verified; user.n == 0: none */
	struct str auth_user, auth_secret;
	enum smtp_auth_mechanism auth;
	struct smtp_timeouts timeouts;
	/* wire trace: dir '>' or '<' or '!', secrets blanked; NULL: none */
	void (*trace)(char dir, struct str bytes, void *arg);
	void *trace_arg;
};

/* extensions of RFC 1870, 2920, 3461, 6152, 6531, 2034, 3207, 4954 */
#define SMTP_EXT_SIZE       1u
#define SMTP_EXT_PIPELINING 2u
#define SMTP_EXT_DSN        4u
#define SMTP_EXT_8BITMIME   8u
#define SMTP_EXT_SMTPUTF8   16u
#define SMTP_EXT_ENHANCED   32u
#define SMTP_EXT_STARTTLS   64u
#define SMTP_EXT_AUTH       128u

/* Where something happened; also what a time-out was waiting for. */
enum smtp_stage {
	SMTP_STAGE_CONNECT,
	SMTP_STAGE_BANNER,
	SMTP_STAGE_EHLO,
	SMTP_STAGE_STARTTLS,
	SMTP_STAGE_TLS,
	SMTP_STAGE_AUTH,
	SMTP_STAGE_IDLE,
	SMTP_STAGE_MAIL,
	SMTP_STAGE_RCPT,
	SMTP_STAGE_DATA,
	SMTP_STAGE_CONTENT, /* 354 came, final dot not yet sent */
	SMTP_STAGE_DOT,     /* final dot sent, reply awaited */
	SMTP_STAGE_QUIT,
};
const char *smtp_stage_name(enum smtp_stage s); /* fit for users */

enum smtp_cause {
	SMTP_CAUSE_REPLY,  /* the server's words decide: see reply */
	SMTP_CAUSE_CLOSED, /* the server closed, or the network failed */
	SMTP_CAUSE_TIMEOUT,
	SMTP_CAUSE_PROTOCOL,    /* it broke the protocol: see text */
	SMTP_CAUSE_TLS,         /* handshake or certificate: see text */
	SMTP_CAUSE_UNSUPPORTED, /* it lacks what this mail or we need: SMTPUTF8,
				 * STARTTLS (required), AUTH, SIZE: see text */
	SMTP_CAUSE_CANCELLED,   /* by smtp_session_free() or _abort() */
};

/* Why a session ended. cause REPLY: banner 5xx, EHLO refused, 421, ... */
struct smtp_failure {
	enum smtp_stage stage;
	enum smtp_cause cause;
	const struct smtp_reply *reply; /* cause REPLY, else NULL */
	char text[240];                 /* a sentence */
};

struct smtp_result {
	enum smtp_stage stage; /* how far it got */
	enum smtp_cause cause;
	const struct smtp_reply *reply; /* cause REPLY, else NULL */
	bool dot_sent; /* the final dot left us: with a cause other than REPLY
			* the outcome is uncertain */
	bool session_continues; /* false: `ended` follows */
	char text[240];
};

struct smtp_mail {
	struct str sender;    /* "" is the null sender <> */
	struct str recipient; /* wire form, A-label domain */
	bool needs_utf8;      /* local part beyond ASCII (RFC 6531) */
	/* content: one or more pieces, CRLF lines, dot-stuffed already, ending
	 * in CRLF, without the final dot; must stay until `done` */
	struct str piece[2];
	size_t pieces;
	bool eight_bit; /* BODY=8BITMIME wanted */
	/* DSN (RFC 3461), used where offered: RET=HDRS, ENVID, NOTIFY, ORCPT;
	 * empty: not sent. Already xtext-encoded. */
	struct str envid, orcpt, notify;
	/* the 354 came: make the intent durable, then release */
	void (*content)(struct smtp_mail *m, void *arg);
	void (*done)(
	    struct smtp_mail *m, const struct smtp_result *r, void *arg);
	void *arg;
};

struct smtp_session_handler {
	void (*ready)(struct smtp_session *s, void *arg);
	void (*ended)(struct smtp_session *s, const struct smtp_failure *f,
	    void *arg); /* f == NULL: after QUIT, as asked */
};

/* Starts to connect.  Strings of the configuration are copied. */
struct smtp_session *smtp_session_new(const struct smtp_session_config *c,
    const struct smtp_session_handler *h, void *arg);
/* Only when ready and no mail is in hand. */
void smtp_session_send(struct smtp_session *s, struct smtp_mail *m);
/* The intent is durable: the rest of the content and the final dot may leave.
 */
void smtp_session_release(struct smtp_session *s);
/* QUIT when the mail in hand is done; then `ended` with NULL. */
void smtp_session_quit(struct smtp_session *s);
/* Gives up at once if the final dot has not left (`done` CANCELLED, then
 * `ended`); if it has, waits for the reply. */
void smtp_session_abort(struct smtp_session *s);
/* Closes and frees without any callback; NULL is fine. */
void smtp_session_free(struct smtp_session *s);

unsigned smtp_session_extensions(const struct smtp_session *s);
uint64_t smtp_session_size_limit(const struct smtp_session *s); /* 0: none */
const struct tls_facts *smtp_session_tls(const struct smtp_session *s);
const struct endpoint *smtp_session_peer(const struct smtp_session *s);
/* What the server called itself in its EHLO reply. */
struct str smtp_session_server_name(const struct smtp_session *s);
