#include "asked.h"

#include "base/limits.h"

struct want {
	const char *name;
	enum dns_type type;
	const char *answer;
};

static struct loop *l;

static struct dns *zone(const char *text)
{
	struct err e = {0};
	struct dns *d;

	t_ok(dns_zone_new(l, str_of(text), "z", &d, &e), &e);
	return d;
}

static void answers(const char *text, const struct want *w, size_t n)
{
	struct dns *d = zone(text);

	for (size_t i = 0; i < n; i++)
		asked_is(l, d, w[i].name, w[i].type, w[i].answer);
	dns_free(d);
}
#define ANSWERS(text, ...)                                \
	answers(text, (const struct want[]){__VA_ARGS__}, \
	    sizeof((const struct want[]){__VA_ARGS__}) / sizeof(struct want))

static void every_type_is_read(void **state)
{
	ANSWERS("$TTL 60\n"
		"x A 192.0.2.1\n"
		"x AAAA 2001:db8::1\n"
		"x NS ns.x\n"
		"x MX 10 mx.x\nx MX 65535 .\n"
		"x TXT \"v=spf1\" \" -all\"\n"
		"x SPF plain\n"
		"x SOA ns.x. root.x. 7 1h 15m 1w 1d2h3m4s\n"
		"x TLSA 3 1 1 0a0B (\n 0c ) ; in pieces\n"
		"x CAA 128 issue \"ca;x=y\"\n"
		"4.x PTR host.x\n"
		"c.x CNAME x\n",
	    {"x", DNS_A, "OK 60 x: 192.0.2.1"},
	    {"x", DNS_AAAA, "OK 60 x: 2001:db8::1"},
	    {"x", DNS_NS, "OK 60 x: ns.x"},
	    {"x", DNS_MX, "OK 60 x: 10/mx.x 65535/."},
	    {"x", DNS_TXT, "OK 60 x: \"v=spf1 -all\""},
	    {"x", DNS_SPF, "OK 60 x: \"plain\""},
	    {"x", DNS_SOA, "OK 60 x: ns.x/root.x/7/3600/900/604800/93784"},
	    {"x", DNS_TLSA, "OK 60 x: 0301010a0b0c"},
	    {"x", DNS_CAA,
		"OK 60 x: 80056973737565"
		"63613b783d79"},
	    {"4.x", DNS_PTR, "OK 60 4.x: host.x"},
	    {"c.x", DNS_CNAME, "OK 60 c.x: x"});
}

static void the_master_file_syntax_is_that_of_rfc_1035(void **state)
{
	ANSWERS("\xef\xbb\xbf; a comment\r\n"
		"\r\n"
		"  ; another\n"
		"$ORIGIN example.\n"
		"@ 5 IN A 192.0.2.1\r\n"
		"  IN 6 A 192.0.2.2 ; same owner\n"
		"\ta 192.0.2.3\n"
		"www in a 192.0.2.4\n"
		"$ORIGIN sub\n"
		"www A ( ; open\n"
		"\n"
		"   192.0.2.5 ) \n"
		"(p\n A) 192.0.2.6\n"
		"full.example. A 192.0.2.7\n"
		"q TXT \"a;b (c) \\\"d\\\" \\\\ \\065\\000\" e\\;f\\ g \"\"\n"
		"A A 192.0.2.8\n"
		"n MX 0 @\n",
	    {"example", DNS_A, "OK 5 example: 192.0.2.1 192.0.2.2 192.0.2.3"},
	    {"www.example.", DNS_A, "OK 6 www.example: 192.0.2.4"},
	    {"www.sub.example", DNS_A, "OK 6 www.sub.example: 192.0.2.5"},
	    {"p.sub.example", DNS_A, "OK 6 p.sub.example: 192.0.2.6"},
	    {"full.example", DNS_A, "OK 6 full.example: 192.0.2.7"},
	    {"a.sub.example", DNS_A, "OK 6 a.sub.example: 192.0.2.8"},
	    {"n.sub.example", DNS_MX, "OK 6 n.sub.example: 0/sub.example"});
}

static void strings_keep_every_byte(void **state)
{
	struct dns *d =
	    zone("q TXT \"a;b (c) \\\"d\\\" \\\\ \\065\\000\" e\\;f\\ g \"\"");
	struct asked q = ASKED_INIT;

	asked_start(&q, d, "q", DNS_TXT);
	loop_run(l);
	t_eq(buf_str(&q.text), S("OK 3600 q: \"a;b (c) \"d\" \\ A\0e;f g\""));
	buf_release(&q.text);
	dns_free(d);
}

static void ttls_come_from_the_record_the_default_or_the_last(void **state)
{
	ANSWERS("a A 192.0.2.1\n"
		"b 7 A 192.0.2.1\n"
		"c A 192.0.2.1\n"
		"$TTL 1h30m\n"
		"d A 192.0.2.1\n"
		"e 0 A 192.0.2.1\n"
		"f A 192.0.2.1\nf 9 A 192.0.2.2\n",
	    {"a", DNS_A, "OK 3600 a: 192.0.2.1"},
	    {"b", DNS_A, "OK 7 b: 192.0.2.1"},
	    {"c", DNS_A, "OK 7 c: 192.0.2.1"},
	    {"d", DNS_A, "OK 5400 d: 192.0.2.1"},
	    {"e", DNS_A, "OK e: 192.0.2.1"},
	    {"f", DNS_A, "OK 9 f: 192.0.2.1 192.0.2.2"});
}

static void names_are_compared_without_case(void **state)
{
	ANSWERS("WwW.ExAmple A 192.0.2.1\nwww.example A 192.0.2.2\n"
		"c CNAME WWW.example\n"
		"a\\.b.x A 192.0.2.3\na\\032b.x A 192.0.2.4\n",
	    {"wWw.eXample", DNS_A, "OK 3600 www.example: 192.0.2.1 192.0.2.2"},
	    {"C.", DNS_A, "OK 3600 www.example: 192.0.2.1 192.0.2.2"},
	    {"c", DNS_CNAME, "OK 3600 c: WWW.example"},
	    {"a\\.b.x", DNS_A, "OK 3600 a\\.b.x: 192.0.2.3"},
	    {"a.b.x", DNS_A, "NXDOMAIN a.b.x"},
	    {"a b.x", DNS_A, "OK 3600 a\\032b.x: 192.0.2.4"});
}

static void absent_is_nxdomain_but_a_name_with_names_below_exists(void **state)
{
	ANSWERS("a.b.c.example A 192.0.2.1\n",
	    {"a.b.c.example", DNS_MX, "NODATA a.b.c.example"},
	    {"b.c.example", DNS_A, "NODATA b.c.example"},
	    {"example", DNS_A, "NODATA example"}, {".", DNS_A, "NODATA ."},
	    {"x.b.c.example", DNS_A, "NXDOMAIN x.b.c.example"},
	    {"z.a.b.c.example", DNS_A, "NXDOMAIN z.a.b.c.example"},
	    {"com", DNS_A, "NXDOMAIN com"});
	ANSWERS("", {"example", DNS_A, "NXDOMAIN example"},
	    {".", DNS_NS, "NODATA ."});
}

static void what_is_no_name_is_nxdomain(void **state)
{
	char label[70] = "", name[300] = "";

	memset(label, 'a', 64);
	for (int i = 0; i < 128; i++)
		memcpy(name + 2 * i, "a.", 2);
	name[255] = 0;
	ANSWERS("*. A 192.0.2.1\n", {"", DNS_A, "NXDOMAIN"},
	    {"a..b", DNS_A, "NXDOMAIN"}, {".a", DNS_A, "NXDOMAIN"},
	    {"a..", DNS_A, "NXDOMAIN"}, {label, DNS_A, "NXDOMAIN"},
	    {name, DNS_A, "NXDOMAIN"}, {"b\xc3\xbc.x", DNS_A, "NXDOMAIN"},
	    {"a\n", DNS_A, "NXDOMAIN"}, {"a\\", DNS_A, "NXDOMAIN"},
	    {"a\\999", DNS_A, "NXDOMAIN"},
	    {"fine", DNS_A, "OK 3600 fine: 192.0.2.1"});
}

/* The zone and the questions of RFC 4592 section 2.2.1. */
static void wildcards_are_those_of_rfc_4592(void **state)
{
	ANSWERS("$ORIGIN example.\n$TTL 3600\n"
		"@ SOA ns.example.com. x. 1 2 3 4 5\n"
		"@ NS ns.example.com.\n"
		"* TXT \"this is a wildcard\"\n"
		"* MX 10 host1.example.\n"
		"sub.*.example. TXT \"this is not a wildcard\"\n"
		"host1 A 192.0.2.1\n"
		"_ssh._tcp.host1 SRV 0 0 22 host1\n",
	    {"host3.example", DNS_MX,
		"OK 3600 host3.example: 10/host1.example"},
	    {"host3.example", DNS_A, "NODATA 5 host3.example"},
	    {"foo.bar.example", DNS_TXT,
		"OK 3600 foo.bar.example: \"this is a wildcard\""},
	    {"host1.example", DNS_MX, "NODATA 5 host1.example"},
	    {"sub.*.example", DNS_MX, "NODATA 5 sub.*.example"},
	    {"_telnet._tcp.host1.example", DNS_TXT,
		"NXDOMAIN 5 _telnet._tcp.host1.example"},
	    {"ghost.*.example", DNS_MX, "NXDOMAIN 5 ghost.*.example"},
	    {"_tcp.host1.example", DNS_TXT, "NODATA 5 _tcp.host1.example"},
	    {"*.example", DNS_TXT,
		"OK 3600 *.example: \"this is a wildcard\""});
}

static void a_wildcard_may_be_a_cname(void **state)
{
	ANSWERS("*.a CNAME t.b\n*.b A 192.0.2.9\n",
	    {"x.y.a", DNS_A, "OK 3600 t.b: 192.0.2.9"},
	    {"x.y.a", DNS_MX, "NODATA t.b"}, {"a", DNS_A, "NODATA a"});
}

static void cnames_are_followed_as_far_as_the_limit(void **state)
{
	ANSWERS("c0 CNAME c1\nc1 CNAME c2\nc2 CNAME c3\nc3 CNAME c4\n"
		"c4 CNAME c5\nc5 CNAME c6\nc6 CNAME c7\nc7 CNAME c8\n"
		"c8 10 CNAME c9\nc9 20 TXT end\n"
		"loop1 CNAME loop2\nloop2 CNAME loop1\nself CNAME self\n"
		"gone CNAME nowhere\n",
	    {"c1", DNS_TXT, "OK 10 c9: \"end\""},
	    {"c0", DNS_TXT, "SERVFAIL c9"}, {"c1", DNS_A, "NODATA c9"},
	    {"loop1", DNS_A, "SERVFAIL loop2"},
	    {"self", DNS_A, "SERVFAIL self"},
	    {"gone", DNS_A, "NXDOMAIN nowhere"},
	    {"c0", DNS_CNAME, "OK 3600 c0: c1"});
}

static void failing_names_fail_for_what_is_not_listed(void **state)
{
	ANSWERS("$ORIGIN x.\n"
		";!servfail bad\n"
		";!timeout slow.x. ; and a comment\n"
		" ;!TIMEOUT *.w\n"
		"bad TXT here\n"
		"b CNAME slow\n"
		"*.v A 192.0.2.1\n"
		";!servfail f.v\n",
	    {"bad.x", DNS_TXT, "OK 3600 bad.x: \"here\""},
	    {"bad.x", DNS_A, "SERVFAIL bad.x"},
	    {"BAD.x", DNS_MX, "SERVFAIL bad.x"},
	    {"slow.x", DNS_A, "TIMEOUT slow.x"},
	    {"b.x", DNS_A, "TIMEOUT slow.x"},
	    {"below.slow.x", DNS_A, "NXDOMAIN below.slow.x"},
	    {"a.w.x", DNS_A, "TIMEOUT a.w.x"}, {"w.x", DNS_A, "NODATA w.x"},
	    {"e.v.x", DNS_A, "OK 3600 e.v.x: 192.0.2.1"},
	    {"f.v.x", DNS_A, "SERVFAIL f.v.x"});
}

static void names_have_a_dnssec_state(void **state)
{
	ANSWERS(";!secure s\n;!secure none\n;!bogus b\n;!bogus x.w\n"
		";!secure *.w\n"
		"s A 192.0.2.1\ni A 192.0.2.2\nb A 192.0.2.3\n"
		"cs CNAME s\n;!secure cs\nci CNAME s\ncb CNAME b\n"
		";!secure si\nsi CNAME i\n*.w A 192.0.2.4\n",
	    {"s", DNS_A, "OK secure 3600 s: 192.0.2.1"},
	    {"s", DNS_MX, "NODATA secure s"},
	    {"none", DNS_A, "NXDOMAIN secure none"},
	    {"i", DNS_A, "OK 3600 i: 192.0.2.2"},
	    {"b", DNS_A, "SERVFAIL bogus b"}, {"b", DNS_MX, "SERVFAIL bogus b"},
	    {"cb", DNS_A, "SERVFAIL bogus b"},
	    {"cs", DNS_A, "OK secure 3600 s: 192.0.2.1"},
	    {"ci", DNS_A, "OK 3600 s: 192.0.2.1"},
	    {"si", DNS_A, "OK 3600 i: 192.0.2.2"},
	    {"y.w", DNS_A, "OK secure 3600 y.w: 192.0.2.4"},
	    {"x.w", DNS_A, "SERVFAIL bogus x.w"});
}

static void types_without_a_reader_make_the_name_exist(void **state)
{
	ANSWERS("a SRV 0 0 22 host\nb DNSKEY 257 3 13 ( abc\n def )\n"
		"c TYPE65534 \\# 3 abcd ef\nd TYPE1 \\# 4 C0000201\n"
		"e A \\# 4 C0 00 02 02\n"
		"g MX \\# 5 000A 016D 00\nh TYPE1 192.0.2.3\n",
	    {"a", DNS_A, "NODATA a"}, {"b", DNS_A, "NODATA b"},
	    {"c", DNS_A, "NODATA c"},
	    {"c", (enum dns_type)65534, "OK 3600 c: abcdef"},
	    {"d", DNS_A, "OK 3600 d: 192.0.2.1"},
	    {"e", DNS_A, "OK 3600 e: 192.0.2.2"},
	    {"g", DNS_MX, "OK 3600 g: 10/m"},
	    {"h", DNS_A, "OK 3600 h: 192.0.2.3"});
}

static void the_same_record_twice_is_one(void **state)
{
	ANSWERS("a A 192.0.2.1\na A 192.0.2.2\na A 192.0.2.1\n",
	    {"a", DNS_A, "OK 3600 a: 192.0.2.1 192.0.2.2"});
}

static void the_negative_ttl_is_the_soas(void **state)
{
	ANSWERS("x 100 SOA . . 1 2 3 4 50\nx 100 A 192.0.2.1\n"
		"y.x 30 SOA . . 1 2 3 4 50\n",
	    {"x", DNS_MX, "NODATA 50 x"}, {"a.x", DNS_MX, "NXDOMAIN 50 a.x"},
	    {"y.x", DNS_MX, "NODATA 30 y.x"},
	    {"z.y.x", DNS_MX, "NXDOMAIN 30 z.y.x"},
	    {"z", DNS_MX, "NXDOMAIN z"});
}

static const struct {
	const char *text, *want;
} bad[] = {
    {"a A 192.0.2.1\nb A 1.2.3\n", "z:2: A: '1.2.3' is not an IPv4 address"},
    {"a AAAA 192.0.2.1", "z:1: AAAA: '192.0.2.1' is not an IPv6"},
    {"\n\na A\n", "z:3: A: too little: it wants one address"},
    {"a A 192.0.2.1 192.0.2.2", "z:1: A: too much"},
    {"a MX mx.x", "z:1: MX: too little: it wants a preference"},
    {"a MX 65536 mx.x", "preference: '65536' is not a number from 0"},
    {"a MX 10 b..c", "'b..c': the name has an empty label"},
    {"a CNAME", "wants one name"},
    {"a TXT", "wants at least one string"},
    {"a TXT \"x\ny\"", "z:1: a quoted string has no end"},
    {"a TXT \"x", "z:1: a quoted string has no end"},
    {"a TXT \\300", "a backslash wants"},
    {"a TXT \\1", "a backslash wants"},
    {"a TXT x\\", "a backslash wants"},
    {"\n(\n\n", "z:2: a '(' without its ')'"},
    {"a A 192.0.2.1 )", "z:1: a ')' without its '('"},
    {"a FOO x", "z:1: 'FOO' is not a record type known here"},
    {"a TYPE77 x", "TYPE77 wants \\# <length> <hex>"},
    {"a TYPE1 \\# 3 000102", "these bytes are no record"},
    {"a TYPE99999 \\# 0", "is not a record type known here"},
    {"a TYPE77 \\# 3 0001", "\\# says 3 bytes, but there are 2"},
    {"a TYPE77 \\# 3 00010", "not hexadecimal"},
    {"a CH A 192.0.2.1", "class CH: only IN"},
    {"a 2147483648 A 192.0.2.1", "'2147483648' is not a TTL"},
    {"a 5x A 192.0.2.1", "'5x' is not a TTL"},
    {"a 5 6 A 192.0.2.1", "'6' is not a record type"},
    {"a 5 IN", "z:1: a record without a type"},
    {"a", "z:1: a record without a type"},
    {" A 192.0.2.1", "z:1: the first record begins with a blank"},
    {"$INCLUDE x", "$INCLUDE is not supported"},
    {"$TTL", "$TTL wants one value"},
    {"$TTL x", "$TTL wants seconds"},
    {"$ORIGIN a..b", "z:1: 'a..b': the name has an empty label"},
    {"b\xc3\xbc A 192.0.2.1", "write it as A-labels (xn--...)"},
    {";!servfial x", "z:1: ';!' wants servfail, timeout, secure"},
    {";!secure", "';!secure' wants one name"},
    {";!secure a b", "';!secure' wants one name"},
    {"a TLSA 3 1 1", "wants three numbers and hexadecimal"},
    {"a TLSA 3 1 1 0", "not hexadecimal"},
    {"a TLSA 3 1 1 \"\"", "holds too little"},
    {"a TLSA 300 1 1 00", "usage: '300'"},
    {"a SOA a b 1 2 3 4 x", "minimum: 'x' is not a time"},
    {"a SOA a b -1 2 3 4 5", "serial: '-1'"},
    {"a CAA 0 \"\" x", "the tag is empty"},
};

static void a_mistake_is_told_with_file_and_line(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct err e = {0};
		struct dns *d;

		if (dns_zone_new(l, str_of(bad[i].text), "z", &d, &e) == 0)
			fail_msg("read: %s", bad[i].text);
		t_int(e.code, ERR_INPUT);
		t_has(str_of(e.msg), bad[i].want);
	}
}

static void strings_end_at_255_bytes_and_records_at_64_kb(void **state)
{
	struct buf text = BUF_INIT(MiB);
	struct err e = {0};
	struct dns *d;
	struct asked q = ASKED_INIT;

	buf_addf(&text, "a TXT %0255d\n", 7);
	t_ok(dns_zone_new(l, buf_str(&text), "z", &d, &e), &e);
	dns_free(d);
	buf_reset(&text);
	buf_addf(&text, "a TXT %0256d\n", 7);
	t_fails(dns_zone_new(l, buf_str(&text), "z", &d, &e), &e, ERR_LIMIT,
	    "z:1: TXT: a string of 256 bytes; 255 are allowed");
	buf_reset(&text);
	buf_addz(&text, "a TXT");
	for (int i = 0; i < 255; i++)
		buf_addf(&text, " %0255d", 7);
	t_ok(dns_zone_new(l, buf_str(&text), "z", &d, &e), &e);
	asked_start(&q, d, "a", DNS_TXT);
	loop_run(l);
	t_int(q.text.len, strlen("OK 3600 a: \"\"") + 255 * 255);
	buf_release(&q.text);
	dns_free(d);
	buf_addf(&text, " %0255d", 7);
	t_fails(dns_zone_new(l, buf_str(&text), "z", &d, &e), &e, ERR_LIMIT,
	    "z:1: TXT: a record has at most 65535 bytes");
	buf_release(&text);
}

static void a_set_no_message_could_carry_is_a_failure(void **state)
{
	struct buf text = BUF_INIT(4 * MiB);
	struct err e = {0};
	struct dns *d;

	for (int i = 0; i < 5000; i++)
		buf_addf(&text, "a A 10.1.%d.%d\n", i / 250, i % 250);
	t_ok(dns_zone_new(l, buf_str(&text), "z", &d, &e), &e);
	asked_is(l, d, "a", DNS_A, "SERVFAIL a");
	asked_is(l, d, "a", DNS_MX, "NODATA a");
	dns_free(d);
	buf_release(&text);
}

static void a_hundred_thousand_names_are_found(void **state)
{
	struct buf text = BUF_INIT(16 * MiB);
	struct err e = {0};
	struct dns *d;
	char name[64], want[128];

	for (int i = 0; i < 100000; i++)
		buf_addf(&text, "d%d.example MX 10 mx%d\n", i, i % 100);
	t_ok(dns_zone_new(l, buf_str(&text), "z", &d, &e), &e);
	for (int i = 0; i < 100000; i += 997) {
		snprintf(name, sizeof(name), "d%d.example", i);
		snprintf(
		    want, sizeof(want), "OK 3600 %s: 10/mx%d", name, i % 100);
		asked_is(l, d, name, DNS_MX, want);
	}
	asked_is(l, d, "d100000.example", DNS_MX, "NXDOMAIN d100000.example");
	dns_free(d);
	buf_release(&text);
}

static void replacing_changes_all_answers_at_once(void **state)
{
	struct dns *d = zone("a A 192.0.2.1\nb CNAME a\n");
	struct asked before = ASKED_INIT, after = ASKED_INIT;
	struct err e = {0};

	asked_is(l, d, "a", DNS_A, "OK 3600 a: 192.0.2.1");
	asked_start(&before, d, "b", DNS_A);
	t_ok(dns_zone_replace(d, S("a A 192.0.2.2\nb A 192.0.2.3"), "z", &e),
	    &e);
	asked_start(&after, d, "b", DNS_A);
	loop_run(l);
	t_str(buf_str(&before.text), "OK 3600 a: 192.0.2.1");
	t_str(buf_str(&after.text), "OK 3600 b: 192.0.2.3");
	asked_is(l, d, "a", DNS_A, "OK 3600 a: 192.0.2.2");
	t_fails(dns_zone_replace(d, S("a A x"), "new", &e), &e, ERR_INPUT,
	    "new:1: A: 'x'");
	asked_is(l, d, "a", DNS_A, "OK 3600 a: 192.0.2.2");
	dns_free(d);
	buf_release(&before.text);
	buf_release(&after.text);
}

static void a_zone_is_loaded_from_a_file(void **state)
{
	char dir[64], path[128];
	struct err e = {0};
	struct dns *d;

	t_mkdir(dir);
	t_write(dir, "w.zone", S("a A 192.0.2.1\n"));
	t_write(dir, "bad.zone", S("a A\n"));
	snprintf(path, sizeof(path), "%s/w.zone", dir);
	t_ok(dns_zone_load(l, path, &d, &e), &e);
	asked_is(l, d, "a", DNS_A, "OK 3600 a: 192.0.2.1");
	dns_free(d);
	snprintf(path, sizeof(path), "%s/bad.zone", dir);
	t_fails(dns_zone_load(l, path, &d, &e), &e, ERR_INPUT, "bad.zone:1: A");
	snprintf(path, sizeof(path), "%s/none.zone", dir);
	t_fails(dns_zone_load(l, path, &d, &e), &e, ERR_NOENT, "none.zone");
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(every_type_is_read),
	    T(the_master_file_syntax_is_that_of_rfc_1035),
	    T(strings_keep_every_byte),
	    T(ttls_come_from_the_record_the_default_or_the_last),
	    T(names_are_compared_without_case),
	    T(absent_is_nxdomain_but_a_name_with_names_below_exists),
	    T(what_is_no_name_is_nxdomain),
	    T(wildcards_are_those_of_rfc_4592),
	    T(a_wildcard_may_be_a_cname),
	    T(cnames_are_followed_as_far_as_the_limit),
	    T(failing_names_fail_for_what_is_not_listed),
	    T(names_have_a_dnssec_state),
	    T(types_without_a_reader_make_the_name_exist),
	    T(the_same_record_twice_is_one),
	    T(the_negative_ttl_is_the_soas),
	    T(a_mistake_is_told_with_file_and_line),
	    T(strings_end_at_255_bytes_and_records_at_64_kb),
	    T(a_set_no_message_could_carry_is_a_failure),
	    T(a_hundred_thousand_names_are_found),
	    T(replacing_changes_all_answers_at_once),
	    T(a_zone_is_loaded_from_a_file),
	};
	int r;

	l = loop_sim_new(0);
	r = t_run("dns_zone", tests);
	loop_free(l);
	return r;
}
