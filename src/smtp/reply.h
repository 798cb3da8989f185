/* reply: SMTP replies (RFC 5321 4.2, enhanced codes RFC 3463/2034), parsed
 * from any split of the bytes.
 *
 * Strict where safety asks (three digits, one code for all lines, bounded),
 * lenient where servers are sloppy (bare LF ends a line, text may be missing,
 * 8-bit text kept with control bytes turned into '?').
 */
#pragma once

#include "base/buf.h"
#include "base/limits.h"

struct smtp_status {
	unsigned char class; /* 0: none was given */
	unsigned short subject, detail;
};

struct smtp_reply {
	int code;                  /* 200..599 */
	struct smtp_status status; /* of the last line that has one; one whose
				    * class is not the code's is none */
	struct buf text;           /* lines joined by '\n', codes removed (the
				    * enhanced ones too, where valid) */
	size_t lines;
};

struct smtp_reply_parser {
	struct smtp_reply reply;
	struct buf line;
	bool in_reply;
};

void smtp_reply_parser_init(struct smtp_reply_parser *p);
void smtp_reply_parser_release(struct smtp_reply_parser *p);

/* Takes bytes from `*in` (moved forward).  1: p->reply is complete and valid
 * until the next call; 0: more bytes needed; negative: the peer breaks the
 * protocol (says how, RFC and section) and no more may be fed. */
int smtp_reply_feed(struct smtp_reply_parser *p, struct str *in, struct err *e);

/* True when a reply has begun and its end has not come. */
bool smtp_reply_begun(const struct smtp_reply_parser *p);

/* "5.1.1" or "" */
#define SMTP_STATUS_TEXT 16
const char *smtp_status_format(
    struct smtp_status s, char tmp[SMTP_STATUS_TEXT]);
