/* header: the header section of a message (RFC 5322 2.2), written and read.
 *
 * Reading takes any bytes: it walks field by field, with offsets into the
 * message, copies nothing, looks at every byte once, and stops at
 * LIMIT_HEADER_SECTION.  A line may end with LF alone; a line that is no field
 * is handed out as such, not dropped.
 *
 *	struct header_reader r;
 *	struct header_field f;
 *	header_reader_init(&r, message);
 *	while (header_next(&r, &f))
 *		if (f.is_field && str_ieq(f.name, S("Subject"))) ...
 *	body = str_from(message, r.body);
 */
#pragma once

#include "base/buf.h"
#include "base/limits.h"

#define HEADER_FOLD_AT 78UL /* RFC 5322 2.1.1 */

/* ---- writing */
/* Appends "Name: value" and CRLF, folded before white space at 78 characters
 * where that is possible.  Controls in `value` become spaces.  False, and
 * nothing appended, when a line would pass 998. */
bool header_add(struct buf *out, struct str name, struct str value);

/* ---- reading */
struct header_field {
	bool is_field;    /* else: a line without a proper name and colon */
	struct str name;  /* without blanks before the colon (obs-optional) */
	struct str value; /* behind the colon, folded as it came, without the
			   * last line end */
	size_t at, end;   /* in the message, with the last line end */
};

struct header_reader {
	struct str message;
	size_t at;
	size_t body;    /* offset behind the empty line, or the end; right when
			 * header_next() has said false */
	bool truncated; /* the section is longer than the limit */
};

void header_reader_init(struct header_reader *r, struct str message);
bool header_next(struct header_reader *r, struct header_field *ret);
/* The first field of this name; false: there is none. */
bool header_find(struct str message, struct str name, struct header_field *ret);
/* Appends `value` without line ends (RFC 5322 2.2.3), trimmed. */
void header_unfold(struct str value, struct buf *out);
