#include "base/utf8.h"
#include "mail/header.h"
#include "t.h"

static void walks_the_fields_with_their_offsets(void **state)
{
	struct str m = S("From: a@b\r\nSubject: one\r\n two\r\nBad line\r\n"
			 "X : y\nEmpty:\r\n\r\nbody: no\r\n");
	static const struct {
		bool ok;
		const char *name, *value;
	} want[] = {
	    {true, "From", " a@b"},
	    {true, "Subject", " one\r\n two"},
	    {false, "", "Bad line"},
	    {true, "X", " y"},
	    {true, "Empty", ""},
	};
	struct header_reader r;
	struct header_field f;
	size_t at = 0;

	header_reader_init(&r, m);
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_true(header_next(&r, &f));
		t_int(f.is_field, want[i].ok);
		t_str(f.name, want[i].name);
		t_str(f.value, want[i].value);
		t_int(f.at, at);
		at = f.end;
	}
	assert_false(header_next(&r, &f));
	t_str(str_from(m, r.body), "body: no\r\n");
	assert_false(header_next(&r, &f));
}

static void finds_a_field_and_unfolds_it(void **state)
{
	struct buf b = BUF_INIT(KiB);
	struct header_field f;
	struct str m = S("A: x\r\nsubject: one\r\n two\n\tthree \r\n\r\nB: y");

	assert_true(header_find(m, S("Subject"), &f));
	header_unfold(f.value, &b);
	t_str(buf_str(&b), "one two\tthree");
	assert_false(header_find(m, S("B"), &f));
	buf_release(&b);
}

static void stops_at_the_limit(void **state)
{
	struct buf b = BUF_INIT(2 * LIMIT_HEADER_SECTION);
	struct header_reader r;
	struct header_field f;

	while (b.len <= LIMIT_HEADER_SECTION)
		buf_add(&b, S("X: 0123456789\r\n"));
	header_reader_init(&r, buf_str(&b));
	while (header_next(&r, &f))
		assert_true(f.end <= LIMIT_HEADER_SECTION);
	assert_true(r.truncated);
	buf_release(&b);
}

static void folds_where_it_can_and_refuses_what_it_can_not(void **state)
{
	struct buf b = BUF_INIT(8 * KiB), v = BUF_INIT(8 * KiB);

	assert_true(header_add(&b, S("X"), S("")));
	t_str(buf_str(&b), "X:\r\n");
	buf_reset(&b);
	assert_true(header_add(&b, S("X"), S(" a\r\nBcc: b ")));
	t_str(buf_str(&b), "X: a  Bcc: b\r\n");
	for (int i = 0; i < 996; i++)
		buf_addc(&v, 'y');
	buf_reset(&b);
	assert_false(header_add(&b, S("X"), buf_str(&v)));
	t_int(b.len, 0);
	buf_truncate(&v, 995);
	assert_true(header_add(&b, S("X"), buf_str(&v)));
	t_int(b.len, 1000);
	buf_release(&b);
	buf_release(&v);
}

static void what_is_folded_unfolds_to_the_same(void **state)
{
	static const char *const parts[] = {
	    " ", "  ", "\t", "word", "a,", "0123456789012345678901234567890"};
	struct buf in = BUF_INIT(16 * KiB), out = BUF_INIT(32 * KiB);
	struct buf back = BUF_INIT(16 * KiB);
	struct header_field f;
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 5000; i++) {
		buf_reset(&in);
		buf_reset(&out);
		buf_reset(&back);
		for (uint64_t n = rand_seq_below(&r, 30); n > 0; n--)
			buf_addz(
			    &in, parts[rand_seq_below(&r, ARRAY_SIZE(parts))]);
		assert_true(header_add(&out, S("Name"), buf_str(&in)));
		assert_true(header_find(buf_str(&out), S("Name"), &f));
		t_int(f.end, out.len);
		header_unfold(f.value, &back);
		t_eq(buf_str(&back), str_trim(buf_str(&in)));
	}
	buf_release(&in);
	buf_release(&out);
	buf_release(&back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(walks_the_fields_with_their_offsets),
	    T(finds_a_field_and_unfolds_it),
	    T(stops_at_the_limit),
	    T(folds_where_it_can_and_refuses_what_it_can_not),
	    T(what_is_folded_unfolds_to_the_same),
	};
	return t_run("header", tests);
}
