/* qp: quoted-printable (RFC 2045 6.7), for text whose lines are ours.
 *
 * Encoding is a stream of pieces: text, and runs encoded before (the parts of
 * a letter that are the same for all), joined so that no line passes 76
 * characters whatever the pieces are:
 *
 *	struct qp q = {.out = &b};
 *	qp_add_run(&q, &hello);          bytes copied, not looked at
 *	qp_add(&q, name, false);         a value
 *	qp_add_run(&q, &rest);
 *
 * Beyond the RFC, what mail systems are known to hurt is written as =XX too: a
 * dot or "From " at the start of a line.  So no line of the result starts with
 * a dot, and "=_" does not occur in it (RFC 2045 6.7: fit for a boundary).
 */
#pragma once

#include "base/buf.h"

#define QP_LINE_MAX 76UL

struct qp {
	struct buf *out;
	size_t column; /* characters on the line so far, at most 75 */
};

/* Appends `text`; LF is a hard line break (CRLF), all else, CR too, is data.
 * A blank at the very end is written =20, because a line may end there, unless
 * `more` promises that something other than a line break follows. */
void qp_add(struct qp *q, struct str text, bool more);

/* What qp_add() wrote from column 0 on, measured once. */
struct qp_run {
	struct str bytes;
	size_t first, last; /* characters before the first, after the last
			     * line end */
	bool breaks;        /* has a line end */
};
/* False if `bytes` is nothing that may stand in a 7-bit body: a CR or LF
 * alone, an 8-bit byte, a control, a line above 76 (75 at the end). */
bool qp_run_measure(struct str bytes, struct qp_run *ret);
void qp_add_run(struct qp *q, const struct qp_run *run);

/* Appends the text; soft breaks go, hard ones become LF, and blanks before
 * them are dropped (RFC 2045 6.7 (3)).  Takes LF for CRLF.  False when an "="
 * is followed by neither hex digits nor a line end; it then stands as it is,
 * and decoding goes on. */
bool qp_decode(struct str s, struct buf *out);
