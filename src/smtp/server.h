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
	bool close;       /* hang up after it; 421 always does */
	bool drop;        /* hang up instead of it */
	bool mute;        /* it counts, but is not said */
	const char *more; /* bytes said right behind it; NULL: none */
	/* after it nothing is understood any more, and after so many bytes
	 * the line is cut; 0: no */
	uint64_t drop_after;
};

struct smtp_envelope {
	struct str sender, recipient; /* recipient: the latest RCPT */
	struct str parameters;        /* of the MAIL or RCPT asked about */
	size_t recipients;            /* accepted so far */
	bool tls, smtputf8, eight_bit;
	bool esmtp; /* EHLO, not HELO */
	uint64_t declared_size;
	uint64_t content_size; /* SMTP_ASK_DOT: unstuffed */
	struct str helo;
};

enum smtp_server_ask {
	SMTP_ASK_CONNECT,
	SMTP_ASK_EHLO, /* HELO too; a text of one's own offers nothing */
	SMTP_ASK_STARTTLS,
	SMTP_ASK_MAIL,
	SMTP_ASK_RCPT,
	SMTP_ASK_DATA,
	SMTP_ASK_DOT,
	SMTP_ASK_AUTH, /* content: "user\0secret" */
};

struct smtp_server_handler {
	/* code 0 and neither close nor drop: held until smtp_server_answer();
	 * set code -1 for the usual answer, which is yes.  Content that must
	 * be refused (554, 552) is not asked about. */
	struct smtp_answer (*ask)(struct smtp_server *s,
	    enum smtp_server_ask what, const struct smtp_envelope *env,
	    struct str content /* SMTP_ASK_DOT: unstuffed */, void *arg);
	/* the connection is gone, and what was held needs no answer; free */
	void (*ended)(struct smtp_server *s, void *arg);
};

struct smtp_server_config {
	struct str name;
	unsigned extensions;     /* SMTP_EXT_* of smtp/session.h offered */
	uint64_t size_limit;     /* 0: LIMIT_SMTP_MESSAGE */
	struct tls_context *tls; /* NULL: STARTTLS is not offered */
	bool tls_implicit;
	usec_t idle_timeout;  /* 0: 5 minutes */
	bool discard_content; /* it is checked and counted, not kept */
	/* wire trace: dir '>' or '<'; secrets are blanked; NULL: none */
	void (*trace)(char dir, struct str bytes, void *arg);
	void *trace_arg;
};

/* Speaks from the loop on, never from inside.  The strings of the configuration
 * are copied. */
struct smtp_server *smtp_server_new(struct stream *accepted,
    const struct smtp_server_config *c, const struct smtp_server_handler *h,
    void *arg);
void smtp_server_answer(struct smtp_server *s, struct smtp_answer a);
/* Bytes as they are, behind all that was answered: for imitating servers that
 * speak out of turn. */
void smtp_server_say(struct smtp_server *s, struct str bytes);
/* Closes without `ended`; at any time; NULL is fine. */
void smtp_server_free(struct smtp_server *s);
/* NULL when the connection is gone. */
struct stream *smtp_server_stream(struct smtp_server *s);
