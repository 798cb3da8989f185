#include "base/limits.h"
#include "mail/qp.h"
#include "t.h"

static void writes_text_as_quoted_printable(void **state)
{
	static const struct {
		const char *text, *want;
		bool more;
	} rows[] = {
	    {"", "", false},
	    {"plain\n", "plain\r\n", false},
	    {"a=b", "a=3Db", false},
	    {"J\xc3\xb6rg", "J=C3=B6rg", false},
	    {"a \nb\t\n", "a=20\r\nb=09\r\n", false},
	    {"a b ", "a b=20", false},
	    {"a b ", "a b ", true},
	    {" \n", "=20\r\n", true},
	    {"a\r\nb\r", "a=0D\r\nb=0D", false},
	    {".\n.a\nb.\n", "=2E\r\n=2Ea\r\nb.\r\n", false},
	    {"From a\nFr\nFrom\nFro", "=46rom a\r\nFr\r\nFrom\r\n=46ro", false},
	    {"a From b\n", "a From b\r\n", false},
	    {"\x01\x7f", "=01=7F", false},
	};
	struct buf out = BUF_INIT(KiB);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct qp q = {.out = &out};

		buf_reset(&out);
		qp_add(&q, str_of(rows[i].text), rows[i].more);
		t_str(buf_str(&out), rows[i].want);
	}
	buf_release(&out);
}

static void breaks_long_lines_at_76(void **state)
{
	struct buf out = BUF_INIT(KiB), text = BUF_INIT(KiB);
	struct qp q = {.out = &out};

	for (int i = 0; i < 100; i++)
		buf_addc(&text, 'x');
	qp_add(&q, buf_str(&text), false);
	t_int(str_find(buf_str(&out), S("=\r\n")), 75);
	t_int(q.column, 25);
	buf_release(&out);
	buf_release(&text);
}

static void measures_only_what_may_stand_in_a_body(void **state)
{
	static const char *const bad[] = {
	    "a\nb", "a\rb", "a\r", "\x80", "a\x01", "\x7f"};
	struct qp_run run;
	char line[80];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(qp_run_measure(str_of(bad[i]), &run));
	memset(line, 'x', sizeof(line));
	assert_false(qp_run_measure(str_make(line, 76), &run));
	assert_true(qp_run_measure(str_make(line, 75), &run));
	t_int(run.first, 75);
	assert_true(qp_run_measure(S("abc\r\nde\r\nf"), &run));
	t_int(run.first, 3);
	t_int(run.last, 1);
	assert_true(run.breaks);
}

static void decodes_what_others_write(void **state)
{
	static const struct {
		const char *in, *want;
		bool ok;
	} rows[] = {
	    {"a=3db=3D", "a=b=", true},
	    {"a=\r\nb=\nc", "abc", true},
	    {"a= \t\r\nb", "ab", true},
	    {"a  \r\nb \n", "a\nb\n", true},
	    {"a b  ", "a b", true},
	    {"a=", "a", true},
	    {"a=4", "a=4", false},
	    {"a=xyb", "a=xyb", false},
	    {"\r\r\n", "\r\n", true},
	};
	struct buf out = BUF_INIT(KiB);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_reset(&out);
		t_int(qp_decode(str_of(rows[i].in), &out), rows[i].ok);
		t_str(buf_str(&out), rows[i].want);
	}
	buf_release(&out);
}

/* ---- any pieces, joined in any way */

static void check_lines(struct str s)
{
	t_int(str_find(s, S("=_")), -1);
	while (s.n) {
		ptrdiff_t n = str_find(s, S("\r\n"));
		size_t len = n < 0 ? s.n : (size_t)n;
		struct str line = str_sub(s, 0, len);

		assert_true(len <= QP_LINE_MAX);
		assert_true(str_chr(line, '\r') < 0);
		assert_true(str_chr(line, '\n') < 0);
		assert_false(str_starts(line, S(".")));
		assert_false(str_starts(line, S("From ")));
		if (len)
			assert_false(ascii_is_wsp(line.p[len - 1]));
		for (size_t i = 0; i < len; i++)
			assert_true(line.p[i] == '\t' ||
				    (line.p[i] >= ' ' && line.p[i] <= '~'));
		s = str_from(s, len + 2);
	}
}

static void add_random(struct rand_seq *r, struct buf *b)
{
	static const char *const parts[] = {"\n", "\r\n", ".", "\r\n.\r\n",
	    "From ", " ", "\t", "=", "word", "\xc3\xa4", "F", "rom "};
	uint64_t n = rand_seq_below(r, 30);

	while (n-- > 0) {
		if (rand_seq_below(r, 3) == 0)
			buf_addc(b, (char)rand_seq_below(r, 256));
		else
			buf_addz(
			    b, parts[rand_seq_below(r, ARRAY_SIZE(parts))]);
		if (rand_seq_below(r, 40) == 0)
			for (int i = 0; i < 80; i++)
				buf_addc(b, 'y');
	}
}

static void joined_pieces_keep_their_bytes_and_short_lines(void **state)
{
	struct buf want = BUF_INIT(64 * KiB), out = BUF_INIT(256 * KiB);
	struct buf piece = BUF_INIT(16 * KiB), run = BUF_INIT(64 * KiB);
	struct buf back = BUF_INIT(64 * KiB);
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (int round = 0; round < 5000; round++) {
		struct qp q = {.out = &out};

		buf_reset(&want);
		buf_reset(&out);
		for (uint64_t n = rand_seq_below(&r, 6); n > 0; n--) {
			struct qp alone = {.out = &run};
			struct qp_run m;

			buf_reset(&piece);
			buf_reset(&run);
			add_random(&r, &piece);
			buf_add(&want, buf_str(&piece));
			qp_add(&alone, buf_str(&piece), false);
			assert_true(qp_run_measure(buf_str(&run), &m));
			if (n & 1)
				qp_add(&q, buf_str(&piece), false);
			else
				qp_add_run(&q, &m);
			assert_true(q.column < QP_LINE_MAX);
		}
		check_lines(buf_str(&out));
		buf_reset(&back);
		assert_true(qp_decode(buf_str(&out), &back));
		t_eq(buf_str(&back), buf_str(&want));
	}
	buf_release(&want);
	buf_release(&out);
	buf_release(&piece);
	buf_release(&run);
	buf_release(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(writes_text_as_quoted_printable),
	    T(breaks_long_lines_at_76),
	    T(measures_only_what_may_stand_in_a_body),
	    T(decodes_what_others_write),
	    T(joined_pieces_keep_their_bytes_and_short_lines),
	};
	return t_run("qp", tests);
}
