#include "auth/fold.h"

#define WIDTH 78UL

void fold_add(struct folded *f, bool spaced, struct str tag, struct str value,
    struct str end)
{
	size_t width = tag.n + value.n + end.n;

	if (f->column + spaced + width > WIDTH) {
		buf_add(f->out, S("\r\n "));
		f->column = 1;
	} else if (spaced) {
		buf_addc(f->out, ' ');
		f->column++;
	}
	buf_add(f->out, tag);
	buf_add(f->out, value);
	buf_add(f->out, end);
	f->column += width;
}

void fold_tag(struct folded *f, struct str tag, struct str value)
{
	fold_add(f, true, tag, value, S(";"));
}

void fold_number(struct folded *f, struct str tag, int64_t v)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%lld", (long long)v);

	fold_tag(f, tag, str_make(text, (size_t)n));
}

void fold_fill(struct folded *f, struct str s)
{
	while (s.n) {
		size_t room = f->column < WIDTH ? WIDTH - f->column : 0;
		struct str part = str_sub(s, 0, room);

		buf_add(f->out, part);
		f->column += part.n;
		s = str_from(s, part.n);
		if (s.n) {
			buf_add(f->out, S("\r\n "));
			f->column = 1;
		}
	}
}

void fold_open(struct folded *f, struct str tag)
{
	if (f->column + 8 > WIDTH)
		f->column = WIDTH;
	fold_add(f, true, tag, STR_NONE, STR_NONE);
}

void fold_words(struct folded *f, struct str text)
{
	while (text.n) {
		size_t n = 0;

		while (n < text.n && (unsigned char)text.p[n] > ' ' &&
		       text.p[n] != 0x7f)
			n++;
		if (n)
			fold_add(
			    f, true, str_sub(text, 0, n), STR_NONE, STR_NONE);
		text = str_from(text, n ? n : 1);
	}
}
