#include "mail/dot.h"

/* Offset of the first dot that starts a line, not before `from`; or s.n. */
static size_t next_dot(struct str s, size_t from)
{
	if (from == 0 && s.n && s.p[0] == '.')
		return 0;
	while (from + 1 < s.n) {
		const char *nl = memchr(s.p + from, '\n', s.n - 1 - from);
		size_t at;

		if (!nl)
			break;
		at = (size_t)(nl - s.p);
		if (nl[1] == '.' && at > 0 && nl[-1] == '\r')
			return at + 1;
		from = at + 1;
	}
	return s.n;
}

void dot_stuff(struct str message, struct buf *out)
{
	size_t done = 0;

	while (done < message.n) {
		/* the dot at `done` is written already */
		size_t dot = next_dot(message, done);

		buf_add(out, str_sub(message, done, dot - done));
		if (dot == message.n)
			break;
		buf_add(out, S(".."));
		done = dot + 1;
	}
	if (!str_ends(message, S("\r\n")))
		buf_add(out, S("\r\n"));
}

bool dot_needed(struct str message)
{
	return next_dot(message, 0) < message.n ||
	       !str_ends(message, S("\r\n"));
}

void dot_unstuff(struct str content, struct buf *out)
{
	size_t done = 0;

	while (done < content.n) {
		size_t dot = next_dot(content, done);

		buf_add(out, str_sub(content, done, dot - done));
		done = dot + 1;
		/* what follows the dot stays, a second dot too */
		if (done < content.n) {
			buf_addc(out, content.p[done]);
			done++;
		}
	}
}
