#include "mail/tags.h"
#include "t.h"

static struct tags t;

static void reads_names_and_values_without_the_space_around(void **state)
{
	struct str s = S(" v = 1 ;a=rsa-sha256;\r\n\th=From : To;b=\r\n AA\r\n "
			 "BB \t; x_9=; _no=1");
	struct err e = {0};

	t_int(tags_parse(s, &t, &e), ERR_INPUT); /* _no */
	t_has(str_of(e.msg), "starts with a letter");
	t_int(t.count, 5);
	t_str(tags_value(&t, S("v")), "1");
	t_str(tags_value(&t, S("a")), "rsa-sha256");
	t_str(tags_value(&t, S("h")), "From : To");
	t_str(tags_value(&t, S("b")), "AA\r\n BB");
	t_str(tags_value(&t, S("x_9")), "");
	assert_non_null(tags_value(&t, S("x_9")).p);
	assert_null(tags_value(&t, S("V")).p);
	assert_null(tags_find(&t, S("bh")));
}

static void tells_where_a_value_stands(void **state)
{
	struct str s = S("a=1; b = \r\n xy \t;c=2");
	const struct tag *b;
	struct err e = {0};

	t_ok(tags_parse(s, &t, &e), &e);
	b = tags_find(&t, S("b"));
	t_int(b->at, 5);
	t_str(
	    str_sub(s, b->value_at, b->value_end - b->value_at), " \r\n xy \t");
	t_str(str_sub(s, b->at, b->end - b->at), "b = \r\n xy");
}

static void allows_one_semicolon_at_the_end(void **state)
{
	struct err e = {0};

	t_ok(tags_parse(S("a=1; b=2;"), &t, &e), &e);
	t_int(t.count, 2);
	t_ok(tags_parse(S("a=1;\r\n  "), &t, &e), &e);
	t_int(t.count, 1);
}

static void refuses_what_is_no_tag_list(void **state)
{
	static const struct {
		struct str in;
		const char *part;
	} rows[] = {
	    {S(""), "byte 1, the end: a tag is empty"},
	    {S("  "), "a tag is empty"},
	    {S(";"), "a tag is empty"},
	    {S("a=1;;"), "byte 5, \";\": a tag is empty"},
	    {S("a=1; ; b=2"), "byte 6, \";\": a tag is empty"},
	    {S("a"), "byte 2, the end: \"=\""},
	    {S("a b=1"), "byte 3, \"b\": \"=\""},
	    {S("1a=1"), "a letter"},
	    {S("=1"), "a letter"},
	    {S("a-b=1"), "\"=\""},
	    {S("a=1\x01"), "byte 4, 0x01"},
	    {S("a=1\x7f"), "0x7f"},
	    {S("a=\0"), "0x00"},
	    {S("a=1\n b=2"), "0x0a"},
	    {S("a=1\r\nb=2"), "0x0d"},
	    {S("a=1\r b"), "0x0d"},
	    {S("a=\xff"), "0xff"},
	    {S("a=\xc3"), "0xc3"},
	    {S("a=1; b=2; a=1"), "byte 11: the tag a= occurs twice"},
	};
	struct err e = {0};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_fails(tags_parse(rows[i].in, &t, &e), &e, ERR_INPUT,
		    rows[i].part);
}

static void takes_names_that_differ_in_case_for_two(void **state)
{
	struct err e = {0};

	t_ok(tags_parse(S("a=1; A=2; i=@b\xc3\xbc"
			  "cher.example"),
		 &t, &e),
	    &e);
	t_str(tags_value(&t, S("a")), "1");
	t_str(tags_value(&t, S("A")), "2");
	t_str(tags_value(&t, S("i")), "@b\xc3\xbc"
				      "cher.example");
}

static void goes_on_behind_a_bad_piece_when_asked_one_by_one(void **state)
{
	struct tags_reader r;
	struct tag tag;
	struct err e = {0};

	tags_reader_init(&r, S("a=1; b c; d=2;; e=3;"));
	t_int(tags_next(&r, &tag, &e), 1);
	t_str(tag.name, "a");
	t_fails(tags_next(&r, &tag, &e), &e, ERR_INPUT, "byte 8");
	t_int(tags_next(&r, &tag, &e), 1);
	t_str(tag.name, "d");
	t_fails(tags_next(&r, &tag, &e), &e, ERR_INPUT, "empty");
	t_int(tags_next(&r, &tag, &e), 1);
	t_str(tag.value, "3");
	t_int(tags_next(&r, &tag, &e), 0);
	t_int(tags_next(&r, &tag, &e), 0);
}

static void stops_at_the_limit(void **state)
{
	struct buf b = BUF_INIT(4 * KiB);
	struct err e = {0};

	for (size_t i = 0; i < LIMIT_TAGS; i++)
		buf_addf(&b, "t%zu=1;", i);
	t_ok(tags_parse(buf_str(&b), &t, &e), &e);
	t_int(t.count, LIMIT_TAGS);
	buf_addz(&b, "more=1");
	t_fails(tags_parse(buf_str(&b), &t, &e), &e, ERR_LIMIT, "64 tags");
	buf_release(&b);
}

static void cuts_lists_at_colons(void **state)
{
	struct str rest = S("From :\r\n To:: Subject ");

	t_str(tags_cut_item(&rest), "From");
	t_str(tags_cut_item(&rest), "To");
	t_str(tags_cut_item(&rest), "");
	t_str(tags_cut_item(&rest), "Subject");
	assert_null(rest.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(reads_names_and_values_without_the_space_around),
	    T(tells_where_a_value_stands),
	    T(allows_one_semicolon_at_the_end),
	    T(refuses_what_is_no_tag_list),
	    T(takes_names_that_differ_in_case_for_two),
	    T(goes_on_behind_a_bad_piece_when_asked_one_by_one),
	    T(stops_at_the_limit),
	    T(cuts_lists_at_colons),
	};
	return t_run("tags", tests);
}
