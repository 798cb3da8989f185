#include "t.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/json.h"
#include "base/log.h"
#include "base/siphash.h"
#include "base/utf8.h"

static void buf_stops_at_its_maximum(void **state)
{
	struct buf b = BUF_INIT(8);

	buf_addz(&b, "12345678");
	assert_false(b.over);
	buf_addc(&b, '9');
	assert_true(b.over);
	t_str(buf_str(&b), "12345678");
	buf_reset(&b);
	buf_addf(&b, "%d", 42);
	t_str(buf_str(&b), "42");
	assert_string_equal(buf_cstr(&b), "42");
	buf_consume(&b, 1);
	t_str(buf_str(&b), "2");
	buf_release(&b);
}

static void arena_gives_aligned_zeroed_bounded_memory(void **state)
{
	struct arena a = ARENA_INIT(64 * KiB);
	char *p = arena_alloc(&a, 3), *q = arena_alloc(&a, 5000);

	assert_non_null(p);
	assert_non_null(q);
	t_int((uintptr_t)p % 16, 0);
	t_int((uintptr_t)q % 16, 0);
	t_int(q[4999], 0);
	t_str(arena_dup(&a, S("abc")), "abc");
	assert_null(arena_alloc(&a, 64 * KiB));
	assert_true(a.failed);
	arena_reset(&a);
	assert_false(a.failed);
	assert_null(arena_array(&a, SIZE_MAX / 2, 4));
	arena_release(&a);
}

static int cleaned;
static void clean(void *arg)
{
	cleaned = cleaned * 10 + *(int *)arg;
}

static void arena_cleans_up_last_first(void **state)
{
	struct arena a = ARENA_INIT(KiB);
	int one = 1, two = 2;

	cleaned = 0;
	arena_cleanup(&a, clean, &one);
	arena_cleanup(&a, clean, &two);
	arena_release(&a);
	t_int(cleaned, 21);
}

static void str_cut_visits_every_piece(void **state)
{
	struct str rest = S("a,,b,"), got[5];
	size_t n = 0;

	while (rest.p && n < 5)
		got[n++] = str_cut(&rest, ',');
	t_int(n, 4);
	t_str(got[0], "a");
	t_str(got[1], "");
	t_str(got[2], "b");
	t_str(got[3], "");
}

static void numbers_are_read_strictly(void **state)
{
	uint64_t v;

	assert_true(str_to_u64(S("18446744073709551615"), UINT64_MAX, &v));
	assert_true(v == UINT64_MAX);
	assert_false(str_to_u64(S("18446744073709551616"), UINT64_MAX, &v));
	assert_false(str_to_u64(S("-1"), 9, &v));
	assert_false(str_to_u64(S(""), 9, &v));
	assert_false(str_to_u64(S("10"), 9, &v));
}

static void codecs_are_inverse_of_each_other(void **state)
{
	struct rand_seq r;
	struct buf x = BUF_INIT(400), y = BUF_INIT(400);

	rand_seq_init(&r, t_seed());
	for (size_t n = 0; n < 70; n++) {
		char raw[70];
		struct str s = str_make(raw, n);

		for (size_t i = 0; i < n; i++)
			raw[i] = (char)rand_seq_next(&r);
#define BOTH(enc, dec)    \
	buf_reset(&x);    \
	buf_reset(&y);    \
	enc(&x, s);       \
	assert_true(dec); \
	t_eq(buf_str(&y), s)
		BOTH(codec_hex, codec_unhex(&y, buf_str(&x)));
		BOTH(codec_base32, codec_unbase32(&y, buf_str(&x)));
		BOTH(codec_base64, codec_unbase64(&y, buf_str(&x), true));
		BOTH(codec_base64, codec_unbase64(&y, buf_str(&x), false));
	}
	buf_release(&x);
	buf_release(&y);
}

/* Folded anywhere, as in a header field, and longer than what is decoded at
 * once. */
static void base64_may_be_folded_anywhere(void **state)
{
	struct buf text = BUF_INIT(16 * KiB), folded = BUF_INIT(32 * KiB);
	struct buf y = BUF_INIT(16 * KiB);
	struct rand_seq r;
	char raw[3000];

	rand_seq_init(&r, t_seed());
	for (int round = 0; round < 200; round++) {
		struct str s =
		    str_make(raw, (size_t)rand_seq_below(&r, sizeof(raw)));
		uint64_t often = 1 + rand_seq_below(&r, 300);

		for (size_t i = 0; i < s.n; i++)
			raw[i] = (char)rand_seq_next(&r);
		buf_reset(&text);
		buf_reset(&folded);
		buf_reset(&y);
		codec_base64(&text, s);
		for (size_t i = 0; i < text.len; i++) {
			if (rand_seq_below(&r, often) == 0)
				buf_addz(&folded, "\r\n ");
			buf_addc(&folded, text.p[i]);
		}
		assert_true(codec_unbase64(&y, buf_str(&folded), false));
		t_eq(buf_str(&y), s);
		if (folded.len > text.len)
			assert_false(
			    codec_unbase64(&y, buf_str(&folded), true));
		/* any strange byte is found */
		if (text.len) {
			text.p[rand_seq_below(&r, text.len)] = '\x80';
			assert_false(codec_unbase64(&y, buf_str(&text), false));
		}
	}
	buf_release(&text);
	buf_release(&folded);
	buf_release(&y);
}

static void base64_refuses_what_is_not(void **state)
{
	struct buf y = BUF_INIT(400);

	assert_false(codec_unbase64(&y, S("YQ"), true));
	assert_false(codec_unbase64(&y,
	    S("YQ=="
	      "YQ=="),
	    true));
	assert_false(codec_unbase64(&y, S("YR=="), true));
	assert_false(codec_unbase64(&y, S("Y!=="), false));
	buf_reset(&y);
	assert_true(codec_unbase64(&y, S(" Y\tW\r\n I "), false));
	t_str(buf_str(&y), "ab");
	buf_release(&y);
}

static void utf8_is_strict(void **state)
{
	uint32_t c;

	assert_true(utf8_valid(S("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80")));
	t_int(utf8_next(S("\xe2\x82\xac"), &c), 3);
	t_int(c, 0x20ac);
	assert_false(utf8_valid(S("\xc0\x80")));
	assert_false(utf8_valid(S("\xed\xa0\x80")));
	assert_false(utf8_valid(S("\xf4\x90\x80\x80")));
	assert_false(utf8_valid(S("\xe2\x82")));
	t_int(utf8_first_bad(S("abcdefghij\xff")), 10);
	t_int(utf8_count(S("\xc3\xbc\xff"
			   "a")),
	    3);
}

static void siphash_matches_the_paper(void **state)
{
	unsigned char k[16];
	char in[15];

	for (int i = 0; i < 16; i++)
		k[i] = (unsigned char)i;
	for (int i = 0; i < 15; i++)
		in[i] = (char)i;
	assert_true(siphash(siphash_key_make(k), str_make(in, 15)) ==
		    0xa129ca6149be45e5u);
}

static void iso_times_are_checked(void **state)
{
	usec_t t;
	char tmp[CLOCK_ISO_SIZE];

	assert_true(clock_parse_iso(S("2026-11-24"), &t));
	clock_iso(t, tmp);
	assert_string_equal(tmp, "2026-11-24T00:00:00Z");
	assert_true(clock_parse_iso(S("2024-02-29T23:59:59Z"), &t));
	assert_false(clock_parse_iso(S("2026-02-29"), &t));
	assert_false(clock_parse_iso(S("2026-13-01"), &t));
	assert_false(clock_parse_iso(S("2026-11-24T24:00:00Z"), &t));
	assert_false(clock_parse_iso(S("2026-11-24 10:00:00Z"), &t));
}

static void json_is_valid_whatever_the_bytes(void **state)
{
	struct buf b = BUF_INIT(1000);
	struct json j;

	json_begin(&j, &b);
	json_object(&j);
	json_put_str(&j, "a", S("q\" \\ \n \x01 \xff \xc3\xbc"));
	json_key(&j, "b");
	json_array(&j);
	json_u64(&j, 1);
	json_null(&j);
	json_end(&j);
	json_put_bool(&j, "c", true);
	json_end(&j);
	t_str(buf_str(&b),
	    "{\"a\":\"q\\\" \\\\ \\n \\u0001 \xef\xbf\xbd \xc3\xbc\","
	    "\"b\":[1,null],\"c\":true}");
	buf_release(&b);
}

static void errors_name_place_and_reason(void **state)
{
	struct err e = {0};

	t_int(err_set(&e, ERR_INPUT, "line %d", 3), ERR_INPUT);
	t_int(err_wrap(&e, "a.csv"), ERR_INPUT);
	assert_string_equal(e.msg, "a.csv: line 3");
	t_int(err_exit_status(e.code), 2);
	t_int(err_sys(&e, 28, "x"), ERR_FULL);
	t_int(err_exit_status(e.code), 3);
}

static void addresses_are_masked_in_logs(void **state)
{
	char tmp[LOG_MASK_SIZE];

	assert_string_equal(
	    log_mask_address(S("jane@example.com"), tmp), "j***@example.com");
	assert_string_equal(log_mask_address(S("nobody"), tmp), "***");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(buf_stops_at_its_maximum),
	    T(arena_gives_aligned_zeroed_bounded_memory),
	    T(arena_cleans_up_last_first),
	    T(str_cut_visits_every_piece),
	    T(numbers_are_read_strictly),
	    T(codecs_are_inverse_of_each_other),
	    T(base64_may_be_folded_anywhere),
	    T(base64_refuses_what_is_not),
	    T(utf8_is_strict),
	    T(siphash_matches_the_paper),
	    T(iso_times_are_checked),
	    T(json_is_valid_whatever_the_bytes),
	    T(errors_name_place_and_reason),
	    T(addresses_are_masked_in_logs),
	};

	return t_run("base", tests);
}
