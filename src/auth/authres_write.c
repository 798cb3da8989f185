#include "auth/authres.h"
#include "base/limits.h"
#include "base/utf8.h"

#define FOLD_AT 78

/* token of RFC 2045 5.1 */
static bool is_token_char(char c)
{
	return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?=", c);
}

/* A token, or [[local]@]domain of such characters (RFC 8601 2.2, pvalue). */
static bool is_plain(struct str s)
{
	size_t ats = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '@')
			ats++;
		else if (!is_token_char(s.p[i]))
			return false;
	return s.n > 0 && ats <= 1 && s.p[s.n - 1] != '@';
}

/* Whole characters, LIMIT_AUTHRES_VALUE bytes at most. */
static struct str cut(struct str s)
{
	size_t n = LIMIT_AUTHRES_VALUE;

	if (s.n <= n)
		return s;
	while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

static void put(struct authres_writer *w, const char *before, struct str s)
{
	size_t n = strlen(before);

	if (n && before[n - 1] == ' ' && w->column + n + s.n > FOLD_AT) {
		buf_add(w->out, str_make(before, n - 1));
		buf_addz(w->out, "\r\n\t");
		w->column = 8;
	} else {
		buf_addz(w->out, before);
		w->column += n;
	}
	buf_add(w->out, s);
	w->column += s.n;
}

static void add_escaped(struct buf *out, struct str s, const char *special)
{
	struct buf clean = BUF_INIT(8 * LIMIT_AUTHRES_VALUE);

	utf8_add_clean(&clean, cut(s));
	for (size_t i = 0; i < clean.len; i++) {
		if (strchr(special, clean.p[i]))
			buf_addc(out, '\\');
		buf_addc(out, clean.p[i]);
	}
	buf_release(&clean);
}

static void add_value(struct buf *out, struct str s)
{
	s = cut(s);
	if (is_plain(s)) {
		buf_add(out, s);
		return;
	}
	buf_addc(out, '"');
	add_escaped(out, s, "\\\"");
	buf_addc(out, '"');
}

void authres_begin(struct authres_writer *w, struct buf *out, struct str id)
{
	struct buf text = BUF_INIT(32 * LIMIT_AUTHRES_VALUE);

	*w = (struct authres_writer){.out = out};
	add_value(&text, id);
	put(w, "Authentication-Results: ", buf_str(&text));
	buf_release(&text);
}

void authres_method(
    struct authres_writer *w, const char *method, const char *result)
{
	struct buf text = BUF_INIT(KiB);

	buf_addf(&text, "%s=%s", method, result);
	buf_addz(w->out, ";\r\n\t");
	w->column = 8;
	put(w, "", buf_str(&text));
	w->any = true;
	buf_release(&text);
}

void authres_reason(struct authres_writer *w, struct str reason)
{
	struct buf text = BUF_INIT(32 * LIMIT_AUTHRES_VALUE);

	if (!reason.n)
		return;
	buf_addz(&text, "reason=");
	add_value(&text, reason);
	put(w, " ", buf_str(&text));
	buf_release(&text);
}

void authres_comment(struct authres_writer *w, struct str comment)
{
	struct buf text = BUF_INIT(32 * LIMIT_AUTHRES_VALUE);

	if (!comment.n)
		return;
	buf_addc(&text, '(');
	add_escaped(&text, comment, "\\()");
	buf_addc(&text, ')');
	put(w, " ", buf_str(&text));
	buf_release(&text);
}

void authres_property(struct authres_writer *w, const char *type,
    const char *name, struct str value)
{
	struct buf text = BUF_INIT(32 * LIMIT_AUTHRES_VALUE);

	buf_addf(&text, "%s.%s=", type, name);
	add_value(&text, value);
	put(w, " ", buf_str(&text));
	buf_release(&text);
}

bool authres_end(struct authres_writer *w)
{
	if (!w->any)
		put(w, "; ", S("none"));
	buf_addz(w->out, "\r\n");
	return !w->out->over;
}
