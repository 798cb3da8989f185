#include "base/limits.h"
#include "auth/canon.h"
#include "t.h"

static void collect(void *arg, struct str piece)
{
	buf_add(arg, piece);
}

static struct str body(enum canon_kind kind, struct str s, struct buf *out)
{
	struct canon_body c;

	buf_reset(out);
	canon_body_begin(&c, kind, collect, out);
	canon_body_update(&c, s);
	canon_body_end(&c);
	assert_false(out->over);
	return buf_str(out);
}

/* RFC 6376 3.4.3 and 3.4.4 word by word, line by line, slow. */
static struct str naive_body(
    enum canon_kind kind, struct str s, struct buf *out)
{
	buf_reset(out);
	while (s.n) {
		ptrdiff_t end = str_find(s, S("\r\n"));
		struct str line = str_sub(s, 0, end < 0 ? s.n : (size_t)end);
		bool wsp = false;

		s = str_from(s, end < 0 ? s.n : (size_t)end + 2);
		for (size_t i = 0; i < line.n; i++) {
			if (kind == CANON_RELAXED && ascii_is_wsp(line.p[i])) {
				wsp = true;
				continue;
			}
			if (wsp)
				buf_addc(out, ' ');
			wsp = false;
			buf_addc(out, line.p[i]);
		}
		buf_add(out, S("\r\n"));
	}
	while (str_ends(buf_str(out), S("\r\n\r\n")))
		buf_truncate(out, out->len - 2);
	if (str_eq(buf_str(out), S("\r\n")))
		buf_truncate(out, 0);
	if (kind == CANON_SIMPLE && out->len == 0)
		buf_add(out, S("\r\n"));
	return buf_str(out);
}

static struct str naive_header(struct str field, struct buf *out)
{
	ptrdiff_t colon = str_chr(field, ':');
	bool wsp = false;
	size_t start;

	buf_reset(out);
	for (ptrdiff_t i = 0; i < colon; i++)
		buf_addc(out, ascii_lower(field.p[i]));
	while (out->len && ascii_is_wsp(out->p[out->len - 1]))
		buf_truncate(out, out->len - 1);
	buf_addc(out, ':');
	start = out->len;
	for (size_t i = (size_t)colon + 1; i < field.n; i++) {
		char c = field.p[i];

		if (c == '\r' && i + 1 < field.n && field.p[i + 1] == '\n') {
			i++;
			continue;
		}
		if (ascii_is_wsp(c)) {
			wsp = true;
			continue;
		}
		if (wsp && out->len > start)
			buf_addc(out, ' ');
		wsp = false;
		buf_addc(out, c);
	}
	return buf_str(out);
}

static void canonicalises_the_bodies_of_the_rfc(void **state)
{
	static const struct {
		const char *in, *simple, *relaxed;
	} rows[] = {
	    /* RFC 6376 3.4.5 */
	    {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
	    {"", "\r\n", ""},
	    {"\r\n", "\r\n", ""},
	    {"\r\n\r\n\r\n", "\r\n", ""},
	    {" \t \r\n\r\n", " \t \r\n", ""},
	    {"a", "a\r\n", "a\r\n"},
	    {"a ", "a \r\n", "a\r\n"},
	    {"\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
	    {"a\r\n \r\n\t\r\nb\r\n \r\n", "a\r\n \r\n\t\r\nb\r\n \r\n",
		"a\r\n\r\n\r\nb\r\n"},
	    {"a\tb  c\t\r\n", "a\tb  c\t\r\n", "a b c\r\n"},
	    /* a CR or LF alone is a byte */
	    {"a \rb\n\r\n", "a \rb\n\r\n", "a \rb\n\r\n"},
	    {"a\r", "a\r\r\n", "a\r\r\n"},
	    {"a\r\n\r", "a\r\n\r\r\n", "a\r\n\r\r\n"},
	    {"0123456789abcd\r\n\r\n\r\n\r\n", "0123456789abcd\r\n",
		"0123456789abcd\r\n"},
	    {"a long line that needs no change at all\r\nand one  that does\r\n",
		"a long line that needs no change at all\r\n"
		"and one  that does\r\n",
		"a long line that needs no change at all\r\n"
		"and one that does\r\n"},
	};
	struct buf out = BUF_INIT(KiB);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		t_str(body(CANON_SIMPLE, str_of(rows[i].in), &out),
		    rows[i].simple);
		t_str(body(CANON_RELAXED, str_of(rows[i].in), &out),
		    rows[i].relaxed);
	}
	buf_release(&out);
}

static void canonicalises_the_headers_of_the_rfc(void **state)
{
	static const struct {
		const char *in, *relaxed;
	} rows[] = {
	    /* RFC 6376 3.4.5 */
	    {"A: X", "a:X"},
	    {"B : Y\t\r\n\tZ  ", "b:Y Z"},
	    {"Subject:", "subject:"},
	    {"Subject: \t ", "subject:"},
	    {"Subject:\r\n folded at once", "subject:folded at once"},
	    {"SUBJECT\t : a  b\r\n\t  c\r\n ", "subject:a b c"},
	    {"X-Colon: a:b : c", "x-colon:a:b : c"},
	    {"X: a very long value with single spaces, left as it is",
		"x:a very long value with single spaces, left as it is"},
	};
	struct buf out = BUF_INIT(KiB);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_reset(&out);
		canon_header(CANON_RELAXED, str_of(rows[i].in), &out);
		t_str(buf_str(&out), rows[i].relaxed);
		buf_reset(&out);
		canon_header(CANON_SIMPLE, str_of(rows[i].in), &out);
		t_str(buf_str(&out), rows[i].in);
	}
	buf_release(&out);
}

/* Bytes from a small alphabet, so that the rare cases are common. */
static void random_text(struct rand_seq *r, struct buf *b, size_t max)
{
	static const char alphabet[] = "  \t\r\n\nab:c.";
	size_t n = rand_seq_below(r, max + 1);
	uint64_t smooth = rand_seq_below(r, 4);

	buf_reset(b);
	while (b->len < n) {
		uint64_t pick = rand_seq_below(r, sizeof(alphabet) + 3);

		if (smooth && pick % 4)
			buf_add(b, str_sub(S("quoted=20text of a letter"), 0,
				       rand_seq_below(r, 26)));
		else if (pick >= sizeof(alphabet) - 1)
			buf_add(b, S("\r\n"));
		else
			buf_addc(b, alphabet[pick]);
	}
}

static void any_split_of_a_body_gives_what_the_rfc_says(void **state)
{
	struct buf in = BUF_INIT(KiB), want = BUF_INIT(4 * KiB);
	struct buf got = BUF_INIT(4 * KiB);
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 40000; i++) {
		enum canon_kind kind = i % 2 ? CANON_RELAXED : CANON_SIMPLE;
		struct canon_body c;
		struct str rest;

		random_text(&r, &in, 200);
		naive_body(kind, buf_str(&in), &want);
		t_eq(body(kind, buf_str(&in), &got), buf_str(&want));
		buf_reset(&got);
		canon_body_begin(&c, kind, collect, &got);
		for (rest = buf_str(&in); rest.n;) {
			size_t n = rand_seq_below(&r, 20);

			canon_body_update(&c, str_sub(rest, 0, n));
			rest = str_from(rest, n);
		}
		canon_body_end(&c);
		t_eq(buf_str(&got), buf_str(&want));
	}
	buf_release(&in);
	buf_release(&want);
	buf_release(&got);
}

static void any_header_field_gives_what_the_rfc_says(void **state)
{
	struct buf in = BUF_INIT(KiB), want = BUF_INIT(4 * KiB);
	struct buf got = BUF_INIT(4 * KiB), field = BUF_INIT(KiB);
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 20000; i++) {
		random_text(&r, &in, 120);
		buf_reset(&field);
		buf_add(&field, S("X-Name:"));
		buf_add(&field, buf_str(&in));
		naive_header(buf_str(&field), &want);
		buf_reset(&got);
		canon_header(CANON_RELAXED, buf_str(&field), &got);
		t_eq(buf_str(&got), buf_str(&want));
	}
	buf_release(&in);
	buf_release(&field);
	buf_release(&want);
	buf_release(&got);
}

static void finds_the_first_line_end_that_is_not_whole(void **state)
{
	struct buf in = BUF_INIT(KiB);
	struct rand_seq r;

	t_int(canon_find_bare(S("")), 0);
	t_int(canon_find_bare(S("a\r\nb\r\n")), 6);
	t_int(canon_find_bare(S("\n")), 0);
	t_int(canon_find_bare(S("a\n")), 1);
	t_int(canon_find_bare(S("a\r")), 1);
	t_int(canon_find_bare(S("a\r\r\n")), 1);
	t_int(canon_find_bare(S("0123456789abcdefgh\r\n0123456789\nx")), 30);
	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 20000; i++) {
		size_t want = 0;

		random_text(&r, &in, 100);
		while (want < in.len) {
			bool crlf =
			    str_starts(str_from(buf_str(&in), want), S("\r\n"));

			if (!crlf && (in.p[want] == '\r' || in.p[want] == '\n'))
				break;
			want += crlf ? 2 : 1;
		}
		t_int(canon_find_bare(buf_str(&in)), want);
	}
	buf_release(&in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(canonicalises_the_bodies_of_the_rfc),
	    T(canonicalises_the_headers_of_the_rfc),
	    T(any_split_of_a_body_gives_what_the_rfc_says),
	    T(any_header_field_gives_what_the_rfc_says),
	    T(finds_the_first_line_end_that_is_not_whole),
	};

	return t_run("canon", tests);
}
