#include "base/limits.h"
#include "mail/dot.h"
#include "t.h"

static void doubles_the_dot_that_starts_a_line(void **state)
{
	static const struct {
		const char *message, *content;
	} rows[] = {
	    {"", "\r\n"},
	    {"a\r\n", "a\r\n"},
	    {"a", "a\r\n"},
	    {".\r\n", "..\r\n"},
	    {".", "..\r\n"},
	    {"..\r\n", "...\r\n"},
	    {"a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n"},
	    {"\r\n.\r\n.\r\n..a\r\n", "\r\n..\r\n..\r\n...a\r\n"},
	    {"a.\r\n b.c\r\n", "a.\r\n b.c\r\n"},
	    {"a\r\n.", "a\r\n..\r\n"},
	    /* not the start of a line */
	    {"a\n.b\r\n", "a\n.b\r\n"},
	    {"\n.b\r\n", "\n.b\r\n"},
	    {"a\r.b\r\n", "a\r.b\r\n"},
	};
	struct buf out = BUF_INIT(KiB);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_reset(&out);
		dot_stuff(str_of(rows[i].message), &out);
		t_str(buf_str(&out), rows[i].content);
	}
	buf_release(&out);
}

static void takes_the_first_dot_of_a_line_away(void **state)
{
	static const struct {
		const char *content, *message;
	} rows[] = {
	    {"..\r\n", ".\r\n"},
	    {"...\r\n", "..\r\n"},
	    /* a client that did not double: RFC 5321 4.5.2 still drops it */
	    {".a\r\n", "a\r\n"},
	    {"a\r\n.b\r\n..c\r\n", "a\r\nb\r\n.c\r\n"},
	    {"", ""},
	    {".", ""},
	    {".\r\n.\r\n..\r\n", "\r\n\r\n.\r\n"},
	    {"a\n.b", "a\n.b"},
	};
	struct buf out = BUF_INIT(KiB);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		buf_reset(&out);
		dot_unstuff(str_of(rows[i].content), &out);
		t_str(buf_str(&out), rows[i].message);
	}
	buf_release(&out);
}

static void what_was_stuffed_comes_back_and_never_ends_early(void **state)
{
	struct buf in = BUF_INIT(KiB), mid = BUF_INIT(4 * KiB);
	struct buf out = BUF_INIT(4 * KiB);
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 20000; i++) {
		static const char *const parts[] = {
		    ".", "..", "\r\n", "\r\n", "\n", "\r", "a", "b.c"};

		buf_reset(&in);
		for (uint64_t n = rand_seq_below(&r, 12); n > 0; n--)
			buf_addz(
			    &in, parts[rand_seq_below(&r, ARRAY_SIZE(parts))]);
		buf_reset(&mid);
		dot_stuff(buf_str(&in), &mid);
		assert_true(str_ends(buf_str(&mid), S("\r\n")));
		assert_false(str_starts(buf_str(&mid), S(".\r\n")));
		t_int(str_find(buf_str(&mid), S("\r\n.\r\n")), -1);
		buf_reset(&out);
		dot_unstuff(buf_str(&mid), &out);
		if (!str_ends(buf_str(&in), S("\r\n")))
			buf_add(&in, S("\r\n"));
		t_eq(buf_str(&out), buf_str(&in));
	}
	buf_release(&in);
	buf_release(&mid);
	buf_release(&out);
}

static void says_when_there_is_no_room(void **state)
{
	struct buf out = BUF_INIT(4);

	dot_stuff(S("..ab\r\n"), &out);
	assert_true(out.over);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(doubles_the_dot_that_starts_a_line),
	    T(takes_the_first_dot_of_a_line_away),
	    T(what_was_stuffed_comes_back_and_never_ends_early),
	    T(says_when_there_is_no_room),
	};

	return t_run("dot", tests);
}
