#include "base/limits.h"
#include "mail/verp.h"
#include "t.h"

static const unsigned char secret[VERP_SECRET_SIZE] = {1, 2, 3};
static const unsigned char other[VERP_SECRET_SIZE] = {1, 2, 4};

static struct verp make(const char *base)
{
	struct verp v;
	struct err e = {0};

	t_ok(verp_init(&v, str_of(base), secret, &e), &e);
	return v;
}

static struct str format(const struct verp *v, int64_t person, struct buf *b)
{
	buf_reset(b);
	verp_format(v, person, b);
	assert_false(b->over);
	return buf_str(b);
}

static void a_token_is_the_same_for_ever(void **state)
{
	struct verp v = make("bounce@example.com");
	struct buf b = BUF_INIT(KiB);

	/* computed apart, with Python's hmac and base64 */
	t_str(format(&v, 12, &b), "bounce+br3geims7d5n4da@example.com");
	t_str(format(&v, INT64_MAX, &b),
	    "bounce+p777777777776qukrcbspwau5m@example.com");
	buf_release(&b);
}

static void gives_back_the_person_it_was_made_for(void **state)
{
	struct verp v = make("bounce+news@example.com");
	struct buf b = BUF_INIT(KiB);
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 2000; i++) {
		int64_t person =
		    (int64_t)(rand_seq_next(&r) >> (1 + i % 63)) | 1;
		int64_t got = 0;

		t_int(verp_parse(&v, format(&v, person, &b), &got), VERP_OK);
		t_int(got, person);
		for (size_t k = 0; k < b.len; k++)
			if (ascii_is_alpha(b.p[k]))
				b.p[k] = (char)(b.p[k] & ~0x20);
		t_int(verp_parse(&v, buf_str(&b), &got), VERP_OK);
		t_int(got, person);
	}
	buf_release(&b);
}

static void any_changed_byte_of_a_token_is_forged(void **state)
{
	struct verp v = make("b@example.com"), w = v;
	struct buf b = BUF_INIT(KiB);
	int64_t got = 77;

	format(&v, 123456789, &b);
	for (size_t i = 2; b.p[i] != '@'; i++) {
		char was = b.p[i];

		for (const char *c = "abcdz27018._+-="; *c; c++) {
			b.p[i] = *c;
			if (*c != was)
				t_int(verp_parse(&v, buf_str(&b), &got),
				    VERP_FORGED);
		}
		b.p[i] = was;
	}
	memcpy(w.secret, other, sizeof(other));
	t_int(verp_parse(&w, buf_str(&b), &got), VERP_FORGED);
	t_int(verp_parse(&v, S("b+a@example.com"), &got), VERP_FORGED);
	t_int(verp_parse(&v,
		  S("b+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.com"), &got),
	    VERP_FORGED);
	t_int(got, 77);
	buf_release(&b);
}

static void other_addresses_are_not_ours(void **state)
{
	static const char *const rows[] = {"", "@", "b", "b@example.com",
	    "b+@example.com", "b+btgq@example.org", "c+btgq@example.com",
	    "bb+btgq@example.com", "b+btgq@", "b-btgq@example.com",
	    "b+btgq@example.com.", "@example.com", "<b+btgq@example.com>"};
	struct verp v = make("b@example.com");
	int64_t got;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_int(verp_parse(&v, str_of(rows[i]), &got), VERP_OTHER);
}

static void refuses_a_base_that_takes_no_token(void **state)
{
	static const struct {
		const char *base, *why;
	} rows[] = {
	    {"", "plain address"},
	    {"bounce", "plain address"},
	    {"@example.com", "plain address"},
	    {"bounce@", "plain address"},
	    {"\"b b\"@example.com", "plain address"},
	    {"b..c@example.com", "plain address"},
	    {"b@example.com\r\nRCPT TO:<x@y>", "plain address"},
	    {"b\r\n@example.com", "plain address"},
	    {"b@c@example.com", "plain address"},
	    {"b\xc3\xbc@example.com", "plain address"},
	    {"a23456789012345678901234567890123456789@example.com",
		"has 39 bytes; at most 37"},
	};
	struct buf b = BUF_INIT(KiB);
	struct err e = {0};
	struct verp v;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_fails(verp_init(&v, str_of(rows[i].base), secret, &e), &e,
		    ERR_INPUT, rows[i].why);
	/* the longest base and the longest token: exactly 64 */
	v = make("a234567890123456789012345678901234567@example.com");
	t_int(str_chr(format(&v, INT64_MAX, &b), '@'), LIMIT_LOCAL_PART);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_token_is_the_same_for_ever),
	    T(gives_back_the_person_it_was_made_for),
	    T(any_changed_byte_of_a_token_is_forged),
	    T(other_addresses_are_not_ours),
	    T(refuses_a_base_that_takes_no_token),
	};

	return t_run("verp", tests);
}
