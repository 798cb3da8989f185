/* server: the server side of one SMTP connection (RFC 5321, 2920, 1870, 6152,
 * 6531, 3461, 3207, 2034).  It speaks; its owner decides: every command that
 * matters is put to the owner, who answers now or later.
 *
 * Strict about line ends: only CRLF ends a line, only CRLF "." CRLF ends the
 * content; a bare CR or LF in the content is refused with 554 (SMTP
 * smuggling).  Feeding the bytes in any split gives the same dialogue.
 */
#pragma once

#include "net/stream.h"

struct smtp_server;

struct smtp_answer {
	int code;         /* 0: not yet; smtp_server_answer() follows */
	const char *text; /* "5.1.1 No such user"; lines split by '\n' */
	bool close;       /* hang up after it */
	bool drop;        /* hang up instead of it */
};

struct smtp_envelope {
	struct str sender, recipient; /* recipient: the latest RCPT */
	size_t recipients;            /* accepted so far */
	bool tls, smtputf8, eight_bit;
	uint64_t declared_size;
	struct str helo;
};

enum smtp_server_ask {
	SMTP_ASK_CONNECT,
	SMTP_ASK_EHLO,
	SMTP_ASK_STARTTLS,
	SMTP_ASK_MAIL,
	SMTP_ASK_RCPT,
	SMTP_ASK_DATA,
	SMTP_ASK_DOT,
	SMTP_ASK_AUTH, /* content: "user\0secret" */
};

struct smtp_server_handler {
	/* code 0 and neither close nor drop: held until smtp_server_answer();
	 * set code -1 for the usual answer */
	struct smtp_answer (*ask)(struct smtp_server *s,
	    enum smtp_server_ask what, const struct smtp_envelope *env,
	    struct str content /* SMTP_ASK_DOT: unstuffed */, void *arg);
	void (*ended)(struct smtp_server *s, void *arg); /* then free */
};

struct smtp_server_config {
	struct str name;
	unsigned extensions; /* SMTP_EXT_* of smtp/session.h offered */
	uint64_t size_limit;
	struct tls_context *tls; /* NULL: STARTTLS is not offered */
	bool tls_implicit;
	usec_t idle_timeout; /* 0: 5 minutes */
	void (*trace)(char dir, struct str bytes, void *arg);
	void *trace_arg;
};

struct smtp_server *smtp_server_new(struct stream *accepted,
    const struct smtp_server_config *c, const struct smtp_server_handler *h,
    void *arg);
void smtp_server_answer(struct smtp_server *s, struct smtp_answer a);
void smtp_server_free(struct smtp_server *s);
struct stream *smtp_server_stream(struct smtp_server *s);
