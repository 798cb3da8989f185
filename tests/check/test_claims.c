#include "check/claims.h"
#include "t.h"

static struct arena arena = {.max = 64 * MiB};

static struct claims find(const char *text)
{
	struct claims c;

	t_int(claims_find(str_of(text), &arena, &c), 0);
	return c;
}

/* Every claim of `kind` in `text`, by blanks. */
static void finds(const char *text, enum claim_kind kind, const char *want)
{
	struct claims c = find(text);
	struct buf b = BUF_INIT(64 * KiB);

	for (size_t i = 0; i < c.count; i++) {
		if (c.v[i].kind != kind)
			continue;
		if (b.len)
			buf_addc(&b, ' ');
		buf_add(&b, c.v[i].value);
	}
	if (!str_eq(buf_str(&b), str_of(want)))
		print_error("# in: %s\n", text);
	t_eq(b.len ? buf_str(&b) : S(""), str_of(want));
	buf_release(&b);
}

static void reads_web_addresses(void **state)
{
	finds("Read <https://www.Example.com/Notice>.", CLAIM_URL,
	    "www.example.com/Notice");
	finds("[here](https://www.example.com/notice/) or "
	      "http://example.com/a?b=c.",
	    CLAIM_URL, "www.example.com/notice example.com/a?b=c");
	finds("Go to example.com/notice, or www.example.com.", CLAIM_URL,
	    "example.com/notice");
	finds("Go to example.com/notice, or www.example.com.", CLAIM_HOST,
	    "www.example.com");
	finds("https://www.example.com@evil.org/notice", CLAIM_URL,
	    "evil.org/notice");
}

static void reads_bare_names(void **state)
{
	finds("Visit equifaxsecurity2017.com today", CLAIM_HOST,
	    "equifaxsecurity2017.com");
	finds("**EquifaxSecurity2017.com**!", CLAIM_HOST,
	    "equifaxsecurity2017.com");
	finds("e.g. the U.S. file notice.pdf, version 1.2 of Acme Inc.",
	    CLAIM_HOST, "");
	finds("Write to notice@example.com.", CLAIM_HOST, "example.com");
	t_true(find("Write to notice@example.com.").v[0].mail, "of a mail");
	finds("first.last@example.com", CLAIM_HOST, "example.com");
}

static void reads_telephone_numbers(void **state)
{
	finds("Call +1 (800) 555-0199 now.", CLAIM_PHONE, "18005550199");
	finds("Call 1-800-555-0199.", CLAIM_PHONE, "18005550199");
	finds("Tel. 030 / 123 456-78, +49 30 12345678", CLAIM_PHONE,
	    "03012345678 493012345678");
	finds("0049 30 12345678", CLAIM_PHONE, "493012345678");
	finds("Text STOP to 12345. ZIP 02108-1512. Order A8005550199x.",
	    CLAIM_PHONE, "");
	finds("On 2026-11-03 10:15 we wrote to 1,200,000,000 people",
	    CLAIM_PHONE, "");
	finds("https://example.com/8005550199", CLAIM_PHONE, "");
	finds("Call 8005550199 about case 2026110042.", CLAIM_PHONE,
	    "8005550199");
}

static void reads_days(void **state)
{
	finds("on 3 November 2026, 3. November 2026, Nov. 3, 2026", CLAIM_DAY,
	    "2026-11-03");
	finds("November 3rd, 2026", CLAIM_DAY, "2026-11-03");
	finds("the 3rd of November, 2026", CLAIM_DAY, "2026-11-03");
	finds("am 3. M\xc3\xa4rz 2026", CLAIM_DAY, "2026-03-03");
	finds("le 1er ao\xc3\xbbt 2026", CLAIM_DAY, "2026-08-01");
	finds("el 3 de noviembre de 2026", CLAIM_DAY, "2026-11-03");
	finds("03.11.2026 and 2026-11-04", CLAIM_DAY, "2026-11-03 2026-11-04");
	finds("11/30/2026, 30/11/2026", CLAIM_DAY, "2026-11-30");
	finds("03/04/2026 May 2026, 99 November 2026, in May", CLAIM_DAY, "");
}

static void reads_counts_of_people(void **state)
{
	finds("It concerns 1,200 people.", CLAIM_COUNT, "1200");
	finds("1.200 Personen, 40 of our customers", CLAIM_COUNT, "1200 40");
	finds("12 345 personnes", CLAIM_COUNT, "12345");
	finds("1200 of the very many other people", CLAIM_COUNT, "");
	finds("3 rooms and 2 cats", CLAIM_COUNT, "");
}

static void reads_lots(void **state)
{
	finds("Lot number A-1234 and batch B77", CLAIM_LOT, "A-1234 B77");
	finds("Charge: 4711, Model No. X/9", CLAIM_LOT, "4711 X/9");
	finds("a lot of people, the model works", CLAIM_LOT, "");
}

static void remembers_where_it_stood(void **state)
{
	struct claims c = find("one\ntwo\nCall 1-800-555-0199\n");

	t_int(c.count, 1);
	t_int(c.v[0].line, 3);
	t_str(c.v[0].shown, "1-800-555-0199");
}

static bool same(const char *a, const char *b)
{
	struct claims x = find(a), y = find(b);

	t_int(x.count, 1);
	t_int(y.count, 1);
	return claim_same(&x.v[0], &y.v[0]);
}

static void compares_what_is_meant(void **state)
{
	t_true(same("https://www.example.com/notice", "example.com/notice/"),
	    "scheme, www and slash");
	t_true(!same("example.com/notice", "example.com/notices"), "path");
	t_true(same("+1 800 555 0199", "(800) 555-0199"), "country code");
	t_true(same("+49 30 12345678", "030 12345678"), "trunk zero");
	t_true(!same("+1 800 555 0199", "+1 800 555 0198"), "a digit");
	t_true(same("Lot a-77", "Lot A-77"), "case");
	t_str(claim_host(&find("https://www.example.com:8443/x").v[0]),
	    "example.com");
}

static void stops_at_its_limit(void **state)
{
	struct buf b = BUF_INIT(MiB);
	struct claims c;

	for (unsigned i = 0; i < CLAIMS_MAX + 10; i++)
		buf_addf(&b, "d%u.com\n", i);
	t_int(claims_find(buf_str(&b), &arena, &c), 0);
	t_int(c.count, CLAIMS_MAX);
	t_true(c.more, "and says so");
	buf_release(&b);
}

static void measures_an_sms(void **state)
{
	char text[320];
	struct sms_size s;

	memset(text, 'x', sizeof(text));
	s = sms_measure(str_make(text, 160));
	t_true(s.parts == 1 && s.characters == 160 && !s.ucs2, "fits");
	t_int(sms_measure(str_make(text, 161)).parts, 2);
	t_int(sms_measure(str_make(text, 306)).parts, 2);
	t_int(sms_measure(str_make(text, 307)).parts, 3);
	t_int(sms_measure(S("")).parts, 0);
	t_int(sms_measure(S("caf\xc3\xa9 \xe2\x82\xac")).characters, 7);
	s = sms_measure(S("\xe2\x80\x9cquotes\xe2\x80\x9d"));
	t_true(s.ucs2 && s.characters == 8 && s.parts == 1, "UCS-2");
	text[0] = '`';
	t_int(sms_measure(str_make(text, 70)).parts, 1);
	t_int(sms_measure(str_make(text, 71)).parts, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(reads_web_addresses),
	    T(reads_bare_names),
	    T(reads_telephone_numbers),
	    T(reads_days),
	    T(reads_counts_of_people),
	    T(reads_lots),
	    T(remembers_where_it_stood),
	    T(compares_what_is_meant),
	    T(stops_at_its_limit),
	    T(measures_an_sms),
	};
	int rc = t_run("claims", tests);

	arena_release(&arena);
	return rc;
}
