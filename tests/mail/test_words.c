#include "base/limits.h"
#include "base/utf8.h"
#include "mail/words.h"
#include "t.h"

static struct str encode(
    struct buf *out, size_t column, struct str s, bool phrase)
{
	buf_reset(out);
	if (phrase)
		words_add_phrase(out, &column, s);
	else
		words_add_text(out, &column, s);
	return buf_str(out);
}

static void leaves_short_ascii_as_it_is(void **state)
{
	struct buf b = BUF_INIT(64 * KiB);

	t_str(encode(&b, 9, S("Your data: what happened"), false),
	    "Your data: what happened");
	t_str(encode(&b, 9, S("  two  blanks\r\nBcc: x@y "), false),
	    "two blanks Bcc: x@y");
	t_str(encode(&b, 9, S(""), false), "");
	buf_release(&b);
}

static void encodes_by_what_is_shorter(void **state)
{
	struct buf b = BUF_INIT(64 * KiB);

	t_str(encode(&b, 9, S("Re: M\xc3\xbcller Inc"), false),
	    "Re: =?UTF-8?Q?M=C3=BCller?= Inc");
	t_str(encode(&b, 9, S("\xd0\x9f\xd1\x80\xd0\xb8"), false),
	    "=?UTF-8?B?0J/RgNC4?=");
	t_str(encode(&b, 9, S("what =?UTF-8?Q?x?= is"), false),
	    "what =?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?= is");
	buf_release(&b);
}

static void writes_names_as_phrases(void **state)
{
	static const struct {
		const char *name, *want;
	} rows[] = {
	    {"Anna Smith", "Anna Smith"},
	    {"Smith, Anna", "\"Smith, Anna\""},
	    {"J. \"Jo\" \\ Doe", "\"J. \\\"Jo\\\" \\\\ Doe\""},
	    {"a@b.example", "\"a@b.example\""},
	    {"J\xc3\xb6rg Doe", "=?UTF-8?B?SsO2cmcgRG9l?="},
	    {"", ""},
	};
	struct buf b = BUF_INIT(64 * KiB);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_str(encode(&b, 4, str_of(rows[i].name), true), rows[i].want);
	buf_release(&b);
}

static void decodes_what_others_write(void **state)
{
	static const struct {
		const char *raw, *want;
	} rows[] = {
	    {"=?utf-8?q?a_b?= =?UTF-8?B?Yw==?=", "a bc"},
	    {"x =?utf-8?q?a?= y", "x a y"},
	    {"=?iso-8859-1?Q?J=F6rg?=", "J\xc3\xb6rg"},
	    {"=?utf-8*de?Q?J=C3=B6rg?=", "J\xc3\xb6rg"},
	    {"=?utf-8?B?w7Y?= =?koi8-r?Q?x?=", "\xc3\xb6 =?koi8-r?Q?x?="},
	    {"=?utf-8?Q?=C3?= =?utf-8?Q?=B6?=", "\xc3\xb6"},
	    {"=?utf-8?Q?=0D=0ABcc:?=", "  Bcc:"},
	    {"=?utf-8?Q?=4?= =?x =?utf-8?X?a?=",
		"=?utf-8?Q?=4?= =?x =?utf-8?X?a?="},
	    {"=?utf-8?Q?unfinished", "=?utf-8?Q?unfinished"},
	};
	struct buf b = BUF_INIT(KiB);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_reset(&b);
		words_decode(str_of(rows[i].raw), &b);
		t_str(buf_str(&b), rows[i].want);
	}
	buf_release(&b);
}

/* ---- any text */

static void add_random(struct rand_seq *r, struct buf *b)
{
	static const char *const parts[] = {" ", "  ", "\r\n", "\r\nBcc: a@b",
	    "=?UTF-8?Q?", "?=", "word", "\"", "\\", "(", ",", "\xc3\xa4",
	    "\xf0\x9f\x94\x94", "\xe2\x80\xae", "\xff", "\t", "<a@b>"};
	uint64_t n = rand_seq_below(r, 40);

	while (n-- > 0) {
		buf_addz(b, parts[rand_seq_below(r, ARRAY_SIZE(parts))]);
		if (rand_seq_below(r, 60) == 0)
			for (int i = 0; i < 1100; i++)
				buf_addc(b, 'y');
	}
}

/* What must come back: clean, with one blank between words. */
static struct str tidied(struct buf *b, struct str s)
{
	size_t to = 0;

	buf_reset(b);
	utf8_add_clean(b, s);
	for (size_t i = 0; i < b->len; i++)
		if (b->p[i] != ' ' || (to && b->p[to - 1] != ' '))
			b->p[to++] = b->p[i];
	buf_truncate(b, to);
	return str_trim(buf_str(b));
}

/* Checks the lines and gives the value as it reads, unfolded. */
static struct str check_lines(struct str s, size_t column, struct buf *flat)
{
	buf_reset(flat);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r') {
			assert_true(str_starts(str_from(s, i), S("\r\n ")));
			assert_true(i + 3 < s.n && s.p[i + 3] != ' ');
			i += 2;
			column = 1;
			buf_addc(flat, ' ');
			continue;
		}
		assert_true(s.p[i] >= ' ' && s.p[i] <= '~');
		assert_true(++column <= 78);
		buf_addc(flat, s.p[i]);
	}
	return buf_str(flat);
}

static size_t count_bad(struct str s)
{
	size_t n = 0;
	ptrdiff_t at;

	while ((at = str_find(s, S("\xef\xbf\xbd"))) >= 0) {
		s = str_from(s, (size_t)at + 3);
		n++;
	}
	return n;
}

/* Each encoded word holds whole characters; returns how many bad ones. */
static size_t check_words(struct str flat)
{
	size_t bad = 0;

	while (flat.n) {
		struct str w = str_cut(&flat, ' ');
		struct buf one = BUF_INIT(KiB);

		if (!str_starts(w, S("=?")))
			continue;
		assert_true(w.n <= 75);
		words_decode(w, &one);
		assert_true(one.len > 0);
		bad += count_bad(buf_str(&one));
		buf_release(&one);
	}
	return bad;
}

static void any_text_comes_back_and_stays_in_its_field(void **state)
{
	struct buf in = BUF_INIT(64 * KiB), out = BUF_INIT(512 * KiB);
	struct buf flat = BUF_INIT(512 * KiB), back = BUF_INIT(512 * KiB);
	struct buf want = BUF_INIT(512 * KiB);
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 4000; i++) {
		size_t bad;

		buf_reset(&in);
		add_random(&r, &in);
		encode(&out, 9, buf_str(&in), false);
		bad = check_words(check_lines(buf_str(&out), 9, &flat));
		buf_reset(&back);
		words_decode(buf_str(&flat), &back);
		t_eq(buf_str(&back), tidied(&want, buf_str(&in)));
		t_int(bad, count_bad(buf_str(&back)));
	}
	buf_release(&in);
	buf_release(&out);
	buf_release(&flat);
	buf_release(&back);
	buf_release(&want);
}

/* A phrase read as RFC 5322 does: quotes and escapes taken away. */
static struct str unquoted(struct buf *b, struct str s)
{
	bool quoted = str_starts(s, S("\""));

	buf_reset(b);
	if (!quoted) {
		words_decode(s, b);
		return buf_str(b);
	}
	assert_true(s.n >= 2 && s.p[s.n - 1] == '"');
	for (size_t i = 1; i + 1 < s.n; i++) {
		assert_true(s.p[i] != '"');
		i += s.p[i] == '\\';
		assert_true(i + 1 < s.n);
		buf_addc(b, s.p[i]);
	}
	return buf_str(b);
}

static void any_name_is_one_phrase(void **state)
{
	struct buf in = BUF_INIT(64 * KiB), out = BUF_INIT(512 * KiB);
	struct buf flat = BUF_INIT(512 * KiB), back = BUF_INIT(512 * KiB);
	struct buf want = BUF_INIT(512 * KiB);
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 4000; i++) {
		struct str s;

		buf_reset(&in);
		add_random(&r, &in);
		encode(&out, 4, buf_str(&in), true);
		s = check_lines(buf_str(&out), 4, &flat);
		t_eq(unquoted(&back, s), tidied(&want, buf_str(&in)));
		for (size_t k = 0; k < s.n && s.p[0] != '"'; k++)
			assert_null(memchr("\"\\()<>,;:@[]", s.p[k], 12));
	}
	buf_release(&in);
	buf_release(&out);
	buf_release(&flat);
	buf_release(&back);
	buf_release(&want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(leaves_short_ascii_as_it_is),
	    T(encodes_by_what_is_shorter),
	    T(writes_names_as_phrases),
	    T(decodes_what_others_write),
	    T(any_text_comes_back_and_stays_in_its_field),
	    T(any_name_is_one_phrase),
	};
	return t_run("words", tests);
}
