/* canon: the two canonical forms of DKIM (RFC 6376 3.4), for signing and for
 * verifying.
 *
 * A body streams: canon_body_begin(), any number of canon_body_update() with
 * the bytes split anywhere, canon_body_end(); the canonical bytes come out of
 * `sink` in pieces.  Any split gives the same bytes.  Stretches that are
 * canonical already pass as one piece, found 16 bytes at a time, so that a
 * body of our own making costs about one pass of reading.
 *
 * A header field is at hand whole: canon_header() appends its canonical form.
 *
 * Only CRLF ends a line.  A CR or LF alone is a byte like any other.  State is
 * a few hundred bytes; nothing grows with the body.
 */
#pragma once

#include "base/buf.h"

enum canon_kind { CANON_SIMPLE, CANON_RELAXED };

/* `piece` is valid during the call. */
typedef void canon_sink(void *arg, struct str piece);

#define CANON_JOIN 256

struct canon_body {
	enum canon_kind kind;
	canon_sink *sink;
	void *arg;
	/* seen but not yet given on, in this order */
	uint64_t crlfs; /* line ends that count only if more follows */
	bool wsp;       /* relaxed: white space */
	bool cr;
	bool any; /* something was given on */
	/* short pieces are joined before the sink sees them */
	size_t joined;
	char join[CANON_JOIN];
};

void canon_body_begin(
    struct canon_body *c, enum canon_kind kind, canon_sink *sink, void *arg);
void canon_body_update(struct canon_body *c, struct str s);
/* Ends the body: the last line gets its CRLF; an empty body is CRLF when
 * simple (3.4.3) and nothing when relaxed (3.4.4). */
void canon_body_end(struct canon_body *c);

/* Appends the canonical form of one header field.  `field` runs from the name
 * to before the CRLF that ends it, folds included; must hold a colon.  No CRLF
 * is appended (the DKIM-Signature field itself is hashed without, 3.7). */
void canon_header(enum canon_kind kind, struct str field, struct buf *out);

/* Offset of the first CR or LF that is not part of a CRLF, or s.n. */
size_t canon_find_bare(struct str s);
