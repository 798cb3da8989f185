/* Any bytes: the fields cover the section without gap or overlap, all views
 * lie inside; what is written folded reads back as it was; decoded words are
 * fit to be shown. */
#include "fuzz.h"

#include "base/utf8.h"
#include "mail/header.h"
#include "mail/words.h"

static void check_inside(struct str all, struct str part)
{
	ENSURE(part.n == 0 ||
	       (part.p >= all.p && part.p + part.n <= all.p + all.n));
}

/* unfold(fold(x)) == x, for an x without controls. */
static void check_folding(struct str x)
{
	struct buf out = BUF_INIT(4 * MiB), back = BUF_INIT(4 * MiB);
	struct header_field f;

	if (header_add(&out, S("X-Name"), x)) {
		ENSURE(header_find(buf_str(&out), S("x-name"), &f));
		ENSURE(f.at == 0 && f.end == out.len);
		header_unfold(f.value, &back);
		ENSURE(str_eq(buf_str(&back), str_trim(x)));
	}
	buf_release(&out);
	buf_release(&back);
}

static void check_words(struct str x)
{
	struct buf text = BUF_INIT(16 * MiB), out = BUF_INIT(16 * MiB);
	struct buf flat = BUF_INIT(16 * MiB), again = BUF_INIT(16 * MiB);
	size_t column = 9;

	words_decode(x, &text);
	ENSURE(utf8_is_clean(buf_str(&text)));
	words_add_text(&out, &column, buf_str(&text));
	ENSURE(!out.over && column <= 78 && utf8_is_ascii(buf_str(&out)));
	header_unfold(buf_str(&out), &flat);
	words_decode(buf_str(&flat), &again);
	buf_reset(&out);
	column = 9;
	words_add_text(&out, &column, buf_str(&again));
	buf_reset(&text);
	header_unfold(buf_str(&out), &text);
	ENSURE(str_eq(buf_str(&text), buf_str(&flat)));
	buf_release(&text);
	buf_release(&out);
	buf_release(&flat);
	buf_release(&again);
}

void fuzz_one(struct str in)
{
	struct header_reader r;
	struct header_field f;
	size_t at = 0;

	header_reader_init(&r, in);
	while (header_next(&r, &f)) {
		struct buf flat = BUF_INIT(2 * MiB), clean = BUF_INIT(6 * MiB);

		ENSURE(f.at == at && f.end > f.at && f.end <= in.n);
		at = f.end;
		check_inside(in, f.name);
		check_inside(in, f.value);
		ENSURE(f.is_field == (f.name.n > 0));
		header_unfold(f.value, &flat);
		ENSURE(str_chr(buf_str(&flat), '\n') < 0);
		utf8_add_clean(&clean, buf_str(&flat));
		check_folding(buf_str(&clean));
		check_words(buf_str(&flat));
		buf_release(&flat);
		buf_release(&clean);
	}
	ENSURE(r.body >= at && r.body <= in.n);
}
