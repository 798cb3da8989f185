#include "t.h"

#include "mail/address.h"
#include "base/limits.h"
#include "base/utf8.h"

#define L16 "abcdefghijklmnop"
#define L64 L16 L16 L16 L16
#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
#define L61 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi"

static void accepts_addresses(void **state)
{
	static const struct {
		const char *in, *wire; /* wire NULL: as written */
		bool plain, utf8, literal;
	} rows[] = {
	    {"jane@example.com", NULL, true},
	    {"jane.doe@example.com", NULL, true},
	    {"Jane.DOE@example.com", NULL, true},
	    {"jane+notices@example.co.uk", NULL, true},
	    {"o'hara@example.ie", NULL, true},
	    {"a@b.c", NULL, true},
	    {"1@2.de", NULL, true},
	    {"_@example.com", NULL, true},
	    {"-@example.com", NULL, true},
	    {"!#$%&'*+-/=?^_`{|}~@example.com", NULL, true},
	    {"user%other@example.com", NULL, true},
	    {"first-last@my-host-1.example", NULL, true},
	    {L64 "@example.com", NULL, true},
	    {"a@" L63 ".de", NULL, true},
	    {"a@" L63 "." L63 "." L63 "." L61 /* 253 */, "long"},
	    {"a@" L63 "." L63 "." L63 ".abcdefghijk.example", NULL, true},
	    {"a@3com.com", NULL, true},
	    {"a@127.example.com", NULL, true},
	    {"jane@EXAMPLE.com", "jane@example.com"},
	    {"Jane@Example.Com", "Jane@example.com"},
	    {"a@example.c0m", NULL, true},
	    {"a@example.0xyz", NULL},
	    {"a@ab--cd.com", NULL},
	    {"a@a---b.com", NULL},
	    {"a@a--b.com", NULL, true},
	    {"\"jane doe\"@example.com", NULL},
	    {"\"\"@example.com", NULL},
	    {"\" \"@example.com", NULL},
	    {"\"a@b\"@example.com", NULL},
	    {"\"..\"@example.com", NULL},
	    {"\"a\\\"b\"@example.com", NULL},
	    {"\"a\\\\\"@example.com", NULL},
	    {"\"a\\ b\"@EXAMPLE.com", "\"a\\ b\"@example.com"},
	    {"\"<>,;:[]()\"@example.com", NULL},
	    {"jürgen@example.com", NULL, false, true},
	    {"用户@example.com", NULL, false, true},
	    {"\"jürgen müller\"@example.com", NULL, false, true},
	    {"jane@bücher.example", "jane@xn--bcher-kva.example"},
	    {"jane@BÜCHER.example", "jane@xn--bcher-kva.example"},
	    {"jane@xn--bcher-kva.example", NULL},
	    {"用户@例え.テスト", "用户@xn--r8jz45g.xn--zckzah", false, true},
	    {"почта@почта.рф", "почта@xn--80a1acny.xn--p1ai", false, true},
	    {"a@straße.de", "a@xn--strae-oqa.de"},
	    {"क्‍ष@example.com", NULL, false, true}, /* with a joiner */
	    {"a@[192.0.2.1]", NULL, false, false, true},
	    {"a@[192.000.002.001]", "a@[192.0.2.1]", false, false, true},
	    {"a@[255.255.255.255]", NULL, false, false, true},
	    {"a@[IPv6:2001:db8::1]", NULL, false, false, true},
	    {"a@[ipv6:2001:DB8:0:0:0:0:0:1]", "a@[IPv6:2001:db8::1]", false,
		false, true},
	    {"a@[IPv6:::1]", NULL, false, false, true},
	    {"a@[IPv6:::]", NULL, false, false, true},
	    {"a@[IPv6:::ffff:192.0.2.1]", NULL, false, false, true},
	    {"a@[IPv6:1:2:3:4:5:6:7::]", "a@[IPv6:1:2:3:4:5:6:7:0]", false,
		false, true},
	    {"a@[X400:c=US;a=Tele]", "a@[x400:c=US;a=Tele]", false, false,
		true},
	    {"a@[x-y:z:9]", NULL, false, false, true},
	    {"\"a\"@[192.0.2.1]", NULL, false, false, true},
	};
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf scratch = BUF_INIT(KiB), out = BUF_INIT(KiB);
		const char *wire = rows[i].wire ? rows[i].wire : rows[i].in;
		struct address a;

		if (str_eq(str_of(wire), S("long"))) {
			/* a good domain, but too long as a path */
			t_fails(address_parse(str_of(rows[i].in), false,
				    &scratch, &a, &e),
			    &e, ERR_INPUT, "is 255 characters as sent");
			buf_release(&scratch);
			continue;
		}
		t_ok(address_parse(str_of(rows[i].in), false, &scratch, &a, &e),
		    &e);
		address_format(&a, &out);
		t_str(buf_str(&out), wire);
		t_true(a.utf8_local == rows[i].utf8, "%s", rows[i].in);
		t_true(a.literal == rows[i].literal, "%s", rows[i].in);
		t_true(
		    address_is_plain(str_of(rows[i].in), NULL) == rows[i].plain,
		    "%s", rows[i].in);
		buf_release(&scratch);
		buf_release(&out);
	}
}

static void refuses_and_tells_the_clerk_why(void **state)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
	    {"", "the address is empty"},
	    {"jane", "there is no @"},
	    {"jane.example.com", "there is no @"},
	    {"@", "there is nothing before the @"},
	    {"@example.com", "there is nothing before the @"},
	    {"jane@", "there is nothing after the @"},
	    {" jane@example.com", "there is a space at character 1"},
	    {"jane@example.com ", "there is a space at character 17"},
	    {"jane doe@example.com", "there is a space at character 5"},
	    {"jane@ example.com", "there is a space at character 6"},
	    {"jürgen x@example.com", "there is a space at character 7"},
	    {"jane@exam ple.com", "there is a space at character 10"},
	    {"jane\t@example.com", "there is a tab at character 5"},
	    {"jane@example.com\r\n", "a line break at character 17"},
	    {"jane\n@example.com", "a line break at character 5"},
	    {"jane@example.com\r\nRCPT TO:<x@y.z>", "a line break at"},
	    {"\"jane\r\n\"@example.com", "a line break at character 6"},
	    {"\"jane\\\r\"@example.com", "a line break at character 7"},
	    {"jane\x7f@example.com", "control character (0x7f) at character 5"},
	    {"jane\x01@example.com", "control character (0x01) at character 5"},
	    {"jane@exa\x01mple.com", "control character (0x01) at character 9"},
	    {"<jane@example.com>", "\"<\" at character 1; write the bare"},
	    {"jane@example.com>", "\">\" at character 17; write the bare"},
	    {"Jane <jane@example.com>", "there is a space at character 5"},
	    {"jane@example.com,joe@example.com", "\",\" at character 17"},
	    {"jane@example.com;joe@example.com", "\";\" at character 17"},
	    {"jane@example,com", "\",\" at character 13"},
	    {"jane@@example.com", "a second @ at character 6"},
	    {"jane@joe@example.com", "a second @ at character 9"},
	    {".jane@example.com", "the address starts with a dot"},
	    {"jane.@example.com", "a dot right before the @"},
	    {"jane..doe@example.com", "two dots in a row at character 5"},
	    {"jane(work)@example.com", "\"(\" at character 5 may not stand"},
	    {"ja\"ne@example.com", "\"\"\" at character 3 may not stand"},
	    {"ja\\ne@example.com", "\"\\\" at character 3 may not stand"},
	    {"mailto:jane@example.com", "\":\" at character 7"},
	    {"\"jane@example.com", "no closing \""},
	    {"\"jane\\", "no closing \""},
	    {"\"", "no closing \""},
	    {"\"jane\\\"@example.com", "no closing \""},
	    {"\"jane\"doe@example.com", "no @ right after the quoted part"},
	    {"\"jane\".doe@example.com", "no @ right after the quoted part"},
	    {"\"jane\"", "there is no @"},
	    {"\"j\\ü\"@example.com", "outside ASCII"},
	    {L64 "abcdefg@example.com",
		"the part before the @ is 71 characters, at most 64"},
	    {"ü" L64 "@example.com",
		"the part before the @ is 66 bytes, at most 64"},
	    {"a@example", "the domain has no dot: \"example\""},
	    {"a@.example.com", "the domain starts with a dot"},
	    {"a@example.com.", "the domain ends in a dot"},
	    {"a@example..com", "two dots in a row"},
	    {"a@example.com-", "the domain ends in a hyphen"},
	    {"a@-example.com", "starts with a hyphen"},
	    {"a@example-.com", "\"example-\" ends in a hyphen"},
	    {"a@exa_mple.com", "\"_\" at character 6 may not stand in the "
			       "domain"},
	    {"a@exam!ple.com", "\"!\" at character 7 may not stand"},
	    {"a@" L63 "x.com", "is 64 characters, at most 63"},
	    {"a@" L63 "." L63 "." L63 "." L63, "is 255 characters, at most"},
	    {"a@192.0.2.1", "ends in a number"},
	    {"a@example.123", "ends in a number"},
	    {"a@[192.0.2.1", "not closed"},
	    {"a@[", "not closed"},
	    {"a@[]", "\"\" is not an IPv4 address"},
	    {"a@[192.0.2]", "is not an IPv4 address"},
	    {"a@[192.0.2.1.1]", "is not an IPv4 address"},
	    {"a@[192.0.2.256]", "is not an IPv4 address"},
	    {"a@[192.0.2.0001]", "is not an IPv4 address"},
	    {"a@[192.0.2.1]x", "not closed at the end"},
	    {"a@[2001:db8::1]", NULL}, /* reads as the tag "2001" */
	    {"a@[IPv6:2001:db8:::1]", "is not an IPv6 address"},
	    {"a@[IPv6:]", "is not an IPv6 address"},
	    {"a@[IPv6:1:2:3:4:5:6:7:8:9]", "is not an IPv6 address"},
	    {"a@[IPv6:fe80::1%eth0]", "is not an IPv6 address"},
	    {"a@[:x]", "no IP address"},
	    {"a@[tag:]", "no IP address"},
	    {"a@[tag-:x]", "no IP address"},
	    {"a@[tag:a[b]", "no IP address"},
	    {"a@[tag:a b]", "there is a space at character 9"},
	    {"a@i❤.example", "not a valid international name"},
	    {"a@xn--999999999.com", "not a valid international name"},
	    {"jane\xc2\xa0@example.com", "(U+00A0) at character 5"},
	    {"jane\xe2\x80\x8b@example.com", "(U+200B) at character 5"},
	    {"jane@example.com\xe2\x80\x8b", "(U+200B) at character 17"},
	    {"\xef\xbb\xbfjane@example.com", "(U+FEFF) at character 1"},
	    {"\"\xc2\x85\"@example.com", "(U+0085) at character 2"},
	    {"j\xfcrgen@example.com", "character 2 is not valid UTF-8"},
	    {"jane@b\xfc"
	     "cher.example",
		"character 7 is not valid UTF-8"},
	    {"j\xed\xa0\x80@example.com", "character 2 is not valid UTF-8"},
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct buf scratch = BUF_INIT(KiB);
		struct address a;

		if (rows[i].why) {
			t_fails(address_parse(str_of(rows[i].in), false,
				    &scratch, &a, &e),
			    &e, ERR_INPUT, rows[i].why);
			t_int(scratch.len, 0);
		}
		t_true(!address_is_plain(str_of(rows[i].in), NULL), "%s",
		    rows[i].in);
		buf_release(&scratch);
	}
}

static void refuses_a_nul_anywhere(void **state)
{
	static const char text[] = "\"jane\"@example.com";
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		struct buf in = BUF_INIT(KiB), scratch = BUF_INIT(KiB);
		struct address a;

		buf_add(&in, str_make(text, i));
		buf_addc(&in, '\0');
		buf_addz(&in, text + i);
		t_true(address_parse(buf_str(&in), false, &scratch, &a, &e) < 0,
		    "at %zu", i);
		t_true(!address_is_plain(buf_str(&in), NULL), "at %zu", i);
		buf_release(&in);
		buf_release(&scratch);
	}
}

static void takes_one_label_only_when_allowed(void **state)
{
	struct buf scratch = BUF_INIT(KiB);
	struct err e = {0};
	struct address a;

	(void)state;
	t_ok(address_parse(S("root@LocalHost"), true, &scratch, &a, &e), &e);
	t_str(a.domain, "localhost");
	t_fails(address_parse(S("root@localhost"), false, &scratch, &a, &e), &e,
	    ERR_INPUT, "has no dot");
	t_true(!address_is_plain(S("root@localhost"), NULL), "one label");
	t_fails(address_parse(S("root@5"), true, &scratch, &a, &e), &e,
	    ERR_INPUT, "ends in a number");
	buf_release(&scratch);
}

static void keeps_earlier_views_in_a_shared_scratch(void **state)
{
	struct buf scratch = BUF_INIT(KiB);
	struct err e = {0};
	struct address a, b;

	(void)state;
	buf_addz(&scratch, "kept");
	t_ok(address_parse(S("x@A.example"), false, &scratch, &a, &e), &e);
	t_int(address_parse(S("x@B.exa mple"), false, &scratch, &b, &e),
	    ERR_INPUT);
	t_ok(address_parse(S("x@C.example"), false, &scratch, &b, &e), &e);
	t_str(buf_str(&scratch), "kepta.examplec.example");
	t_str(b.domain, "c.example");
	buf_release(&scratch);
}

static void says_so_when_the_scratch_is_full(void **state)
{
	struct buf scratch = BUF_INIT(6);
	struct address a;
	struct err e;

	(void)state;
	t_fails(address_parse(S("x@example.com"), false, &scratch, &a, &e), &e,
	    ERR_LIMIT, "no room");
	buf_release(&scratch);
}

static void bounds_its_work_on_a_monster(void **state)
{
	struct buf in = BUF_INIT(4 * MiB), scratch = BUF_INIT(KiB);
	struct address a;
	struct err e;

	(void)state;
	for (int i = 0; i < 500000; i++)
		buf_addz(&in, "\"\\ü@.");
	t_fails(address_parse(buf_str(&in), false, &scratch, &a, &e), &e,
	    ERR_INPUT, "at most 254");
	t_true(!address_is_plain(buf_str(&in), NULL), "monster");
	buf_release(&in);
	buf_release(&scratch);
}

/* Random strings over bytes that matter, often near to an address. */
static void random_text(struct rand_seq *r, struct buf *b)
{
	static const char near[] = "abzAZ019--..@@_!";
	static const char *const piece[] = {"@", ".", "-", "--", "xn--", "ü",
	    "example", ".com", "\"", "\\", "[", "]", "IPv6:", "1", "::", " ",
	    "\r\n", L63, "a@b.c", "\xe2\x80\x8b", "\xff"};
	size_t n = rand_seq_below(r, 12);

	if (rand_seq_below(r, 2)) {
		buf_addz(b, "a");
		for (size_t i = 0; i < n / 2; i++)
			buf_addc(b, near[rand_seq_below(r, 16)]);
		buf_addz(b, n & 1 ? "@a" : "b@");
		for (size_t i = 0; i < n / 2; i++)
			buf_addc(b, near[rand_seq_below(r, 13)]);
		buf_addz(b, n & 1 ? ".com" : ".c-0");
		return;
	}
	for (size_t i = 0; i < n; i++)
		buf_addz(b, piece[rand_seq_below(r, ARRAY_SIZE(piece))]);
	if (rand_seq_below(r, 3) == 0)
		buf_addz(b, "@example.com");
}

static void check_one(struct str s, int *good, int *plain)
{
	struct buf scratch = BUF_INIT(2 * KiB), out = BUF_INIT(KiB);
	struct buf again = BUF_INIT(KiB);
	struct address a = {0}, b;
	size_t at = 0;
	bool ok = address_parse(s, false, &scratch, &a, NULL) == 0;

	if (ok) {
		(*good)++;
		address_format(&a, &out);
		t_true(out.len <= 254, "too long");
		t_int(
		    address_parse(buf_str(&out), false, &scratch, &b, NULL), 0);
		address_format(&b, &again);
		t_eq(buf_str(&again), buf_str(&out));
	}
	if (address_is_plain(s, &at)) {
		(*plain)++;
		t_true(ok, "plain but refused: %.*s", STR_ARG(s));
		t_eq(buf_str(&out), s);
		t_int(at, a.local.n);
	}
	buf_release(&scratch);
	buf_release(&out);
	buf_release(&again);
}

static void plain_is_never_more_than_parse(void **state)
{
	struct rand_seq r;
	int good = 0, plain = 0;

	(void)state;
	rand_seq_init(&r, t_seed());
	for (int i = 0; i < 100000; i++) {
		struct buf in = BUF_INIT(4 * KiB);

		random_text(&r, &in);
		check_one(buf_str(&in), &good, &plain);
		buf_release(&in);
	}
	t_true(good > 2000 && plain > 1000, "good %d, plain %d", good, plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(accepts_addresses),
	    T(refuses_and_tells_the_clerk_why),
	    T(refuses_a_nul_anywhere),
	    T(takes_one_label_only_when_allowed),
	    T(keeps_earlier_views_in_a_shared_scratch),
	    T(says_so_when_the_scratch_is_full),
	    T(bounds_its_work_on_a_monster),
	    T(plain_is_never_more_than_parse),
	};

	return t_run("address", tests);
}
