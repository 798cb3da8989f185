#include "t.h"

#include "domain/idna.h"
#include "base/limits.h"
#include "base/utf8.h"

#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static void converts_names_to_ascii(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
	    {"example.com", "example.com"},
	    {"Example.COM", "example.com"},
	    {"example.com.", "example.com"},
	    {"com", "com"},
	    {"3com.com", "3com.com"},
	    {"r3---sn-4g5e6nl7.example", "r3---sn-4g5e6nl7.example"},
	    {"bücher.example", "xn--bcher-kva.example"},
	    {"BÜCHER.example", "xn--bcher-kva.example"},
	    /* u and a combining diaeresis */
	    {"bu\xcc\x88"
	     "cher.example",
		"xn--bcher-kva.example"},
	    /* non-transitional: the sharp s stays itself */
	    {"straße.de", "xn--strae-oqa.de"},
	    {"例え.テスト", "xn--r8jz45g.xn--zckzah"},
	    {"例え。テスト", "xn--r8jz45g.xn--zckzah"}, /* U+3002 is a dot */
	    {"ＥＸＡＭＰＬＥ.com", "example.com"},
	    {"xn--bcher-kva.example", "xn--bcher-kva.example"},
	    {"XN--BCHER-KVA.example", "xn--bcher-kva.example"},
	    {"почта.рф", "xn--80a1acny.xn--p1ai"},
	    {L63 ".example", L63 ".example"},
	};
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf out = BUF_INIT(LIMIT_DOMAIN);

		t_ok(idna_to_ascii(str_of(rows[i].in), &out, &e), &e);
		t_str(buf_str(&out), rows[i].want);
		buf_release(&out);
	}
}

static void refuses_what_is_no_name_and_says_why(void **state)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
	    {"", "is empty"},
	    {".", "starts with a dot"},
	    {".com", "starts with a dot"},
	    {"a..b", "two dots in a row"},
	    {"a.com..", "ends in two dots"},
	    {"-a.com", "\"-a\" starts with a hyphen"},
	    {"a-.com", "\"a-\" ends in a hyphen"},
	    {"a.com-", "the domain ends in a hyphen"},
	    {"a_b.com", "underscore"},
	    {"a b.com", "space"},
	    {"a\tb.com", "control character"},
	    {"a@b.com", "\"@\""},
	    {L63 "l.com", "is 64 characters, at most 63"},
	    {L63 "." L63 "." L63 "." L63, "is 255 characters, at most 253"},
	    {"\xff.com", "not valid UTF-8"},
	    {"xn--a.com", "international name"},
	    {"xn--999999999.com", "international name"},
	    /* IDNA 2008 has no symbols */
	    {"i❤.example", "international name"},
	    /* Hebrew after a digit breaks the Bidi rule (RFC 5893) */
	    {"1א.example", "international name"},
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf out = BUF_INIT(LIMIT_DOMAIN);

		t_fails(idna_to_ascii(str_of(rows[i].in), &out, &e), &e,
		    ERR_INPUT, rows[i].why);
		t_int(out.len, 0);
		buf_release(&out);
	}
}

static void refuses_a_nul_inside(void **state)
{
	struct buf out = BUF_INIT(LIMIT_DOMAIN);
	struct err e;

	(void)state;
	t_fails(idna_to_ascii(S("a\0b.com"), &out, &e), &e, ERR_INPUT,
	    "control character");
	t_fails(idna_to_ascii(S("\xc3\xbc\0.com"), &out, &e), &e, ERR_INPUT,
	    "control character");
	buf_release(&out);
}

static void bounds_what_the_library_sees(void **state)
{
	struct buf in = BUF_INIT(1 << 20), out = BUF_INIT(LIMIT_DOMAIN);
	struct err e;

	(void)state;
	for (int i = 0; i < 100000; i++)
		buf_addz(&in, "ü.");
	t_fails(idna_to_ascii(buf_str(&in), &out, &e), &e, ERR_INPUT,
	    "longer than 253");
	buf_release(&in);
	buf_release(&out);
}

static void reports_a_full_buffer(void **state)
{
	struct buf out = BUF_INIT(4);
	struct err e;

	(void)state;
	t_fails(idna_to_ascii(S("example.com"), &out, &e), &e, ERR_LIMIT,
	    "no room");
	buf_release(&out);
}

static void shows_names_to_people(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
	    {"xn--bcher-kva.example", "bücher.example"},
	    {"XN--BCHER-KVA.Example", "bücher.Example"},
	    {"xn--r8jz45g.xn--zckzah", "例え.テスト"},
	    {"example.com", "example.com"},
	    {"xn--999999999.com", "xn--999999999.com"},
	    {"xn--.com", "xn--.com"},
	    {"xn--a", "xn--a"},
	    {"", ""},
	    {"..", ".."},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf out = BUF_INIT(KiB);

		idna_to_unicode(str_of(rows[i].in), &out);
		t_str(buf_str(&out), rows[i].want);
		buf_release(&out);
	}
}

static uint32_t random_code(struct rand_seq *r)
{
	switch (rand_seq_below(r, 5)) {
	case 0: return (uint32_t)(0xc0 + rand_seq_below(r, 0x180));
	case 1: return (uint32_t)(0x400 + rand_seq_below(r, 0x300));
	case 2: return (uint32_t)(0x3040 + rand_seq_below(r, 0x1000));
	case 3: return (uint32_t)('a' + rand_seq_below(r, 26));
	default: return (uint32_t) "-.-.0129AZ"[rand_seq_below(r, 10)];
	}
}

static void a_result_converts_to_itself_and_back(void **state)
{
	struct rand_seq r;
	int good = 0;

	(void)state;
	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 20000; i++) {
		struct buf in = BUF_INIT(KiB), a = BUF_INIT(KiB);
		struct buf b = BUF_INIT(KiB), u = BUF_INIT(KiB);
		size_t n = 1 + rand_seq_below(&r, 8);

		while (n--)
			utf8_add(&in, random_code(&r));
		if (idna_to_ascii(buf_str(&in), &a, NULL) == 0) {
			good++;
			t_int(idna_to_ascii(buf_str(&a), &b, NULL), 0);
			t_eq(buf_str(&b), buf_str(&a));
			idna_to_unicode(buf_str(&a), &u);
			buf_reset(&b);
			t_int(idna_to_ascii(buf_str(&u), &b, NULL), 0);
			t_eq(buf_str(&b), buf_str(&a));
		}
		buf_release(&in);
		buf_release(&a);
		buf_release(&b);
		buf_release(&u);
	}
	t_true(good > 1000, "only %d names were good", good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(converts_names_to_ascii),
	    T(refuses_what_is_no_name_and_says_why),
	    T(refuses_a_nul_inside),
	    T(bounds_what_the_library_sees),
	    T(reports_a_full_buffer),
	    T(shows_names_to_people),
	    T(a_result_converts_to_itself_and_back),
	};

	return t_run("idna", tests);
}
