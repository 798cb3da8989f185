/* A letter read again, to be shown. */
#include "notice/template.h"
#include "mail/header.h"

bool letter_part(struct str message, bool html, struct buf *out)
{
	struct str line = S("\r\n--" TEMPLATE_BOUNDARY), type;
	struct header_field f;
	struct header_reader r;
	ptrdiff_t at;

	type = html ? S(" text/html;") : S(" text/plain;");
	while ((at = str_find(message, line)) >= 0) {
		message = str_from(message, (size_t)at + line.n + 2);
		if (!header_find(message, S("Content-Type"), &f) ||
		    !str_istarts(f.value, type))
			continue;
		header_reader_init(&r, message);
		while (header_next(&r, &f))
			;
		message = str_from(message, r.body);
		at = str_find(message, line);
		return at >= 0 &&
		       qp_decode(str_sub(message, 0, (size_t)at), out);
	}
	return false;
}
