#include "t.h"

#include "base/codec.h"
#include "net/dns_private.h"

#define RR(lit) (&(struct dns_rr){S(lit)})

/* Every rdata cut short, or with a byte more, is malformed. */
static void exact(unsigned type, struct str good)
{
	char *longer = mem_zalloc(good.n + 1);

	t_true(dns_rr_is_sound(type, good), "sound");
	for (size_t i = 0; i < good.n; i++)
		t_true(!dns_rr_is_sound(type, str_sub(good, 0, i)),
		    "type %u cut at %zu", type, i);
	memcpy(longer, good.p, good.n);
	t_true(!dns_rr_is_sound(type, str_make(longer, good.n + 1)),
	    "type %u with a byte more", type);
	free(longer);
}

static void rdata_has_exact_bounds(void **state)
{
	exact(DNS_A, S("\xc0\x00\x02\x01"));
	exact(DNS_AAAA, S("0123456789abcdef"));
	exact(DNS_MX, S("\0\012\2mx\1x\0"));
	exact(DNS_NS, S("\2ns\1x\0"));
	exact(DNS_CNAME, S("\0"));
	exact(DNS_PTR, S("\1a\0"));
	exact(DNS_SOA, S("\1a\0\1b\0aaaabbbbccccddddeeee"));
	t_true(!dns_rr_is_sound(DNS_TXT, S("")), "no string");
	t_true(!dns_rr_is_sound(DNS_TXT, S("\3ab")), "a string cut short");
	t_true(!dns_rr_is_sound(DNS_TXT, S("\2ab\1")), "the second one");
	t_true(!dns_rr_is_sound(DNS_TLSA, S("\3\1\1")), "no data");
	t_true(!dns_rr_is_sound(DNS_CAA, S("\0\0x")), "no tag");
	t_true(!dns_rr_is_sound(DNS_CAA, S("\0\3ab")), "the tag cut short");
	t_true(dns_rr_is_sound(DNS_CAA, S("\0\2ab")), "no value is allowed");
}

static void fields_are_read(void **state)
{
	struct buf b = BUF_INIT(256), b2 = BUF_INIT(256);
	struct dns_tlsa tlsa;
	struct dns_soa soa;
	uint16_t preference;

	t_true(dns_rr_mx(RR("\x01\x02\2Mx\1x\0"), &preference, &b), "MX");
	t_int(preference, 258);
	t_str(buf_str(&b), "Mx.x");
	buf_reset(&b);
	t_true(dns_rr_mx(RR("\0\0\0"), &preference, &b), "null MX");
	t_str(buf_str(&b), ".");
	buf_reset(&b);
	t_true(dns_rr_soa(RR("\1a\0\1b\0\0\0\0\1\0\0\1\0\0\1\0\0\1\0\0\0\xff"
			     "\xff\xff\xff"),
		   &soa, &b, &b2),
	    "SOA");
	t_str(buf_str(&b), "a");
	t_str(buf_str(&b2), "b");
	t_int(soa.serial, 1);
	t_int(soa.refresh, 256);
	t_int(soa.retry, 65536);
	t_int(soa.expire, 16777216);
	t_int(soa.minimum, 4294967295);
	t_true(dns_rr_tlsa(RR("\3\1\2xyz"), &tlsa), "TLSA");
	t_int(tlsa.usage * 100 + tlsa.selector * 10 + tlsa.matching, 312);
	t_str(tlsa.data, "xyz");
	buf_reset(&b);
	t_true(dns_rr_txt(RR("\2ab\0\1c"), &b), "TXT");
	t_str(buf_str(&b), "abc");
	buf_release(&b);
	buf_release(&b2);
}

static void names_are_escaped_and_parse_to_the_same(void **state)
{
	static const struct str label = S("\012a.b\\c d\0\x7f\xff\0");
	struct buf b = BUF_INIT(256);
	struct dns_name n;

	t_true(dns_rr_name(&(struct dns_rr){label}, &b), "readable");
	t_str(buf_str(&b), "a\\.b\\\\c\\032d\\000\\127\\255");
	t_true(dns_name_parse(buf_str(&b), NULL, &n) == NULL, "a name");
	t_eq(dns_name_str(&n), label);
	buf_release(&b);
}

static void a_name_that_does_not_fit_is_refused(void **state)
{
	struct buf b = BUF_INIT(3), wire = BUF_INIT(300);

	t_true(!dns_rr_name(RR("\4four\0"), &b), "four bytes in three");
	buf_release(&b);
	/* 127 labels are a name, 128 are not; nor is a label of 64 */
	for (int i = 0; i < 127; i++)
		buf_add(&wire, S("\1a"));
	buf_addc(&wire, 0);
	t_int(dns_name_wire_len(buf_str(&wire)), 255);
	buf_reset(&wire);
	for (int i = 0; i < 128; i++)
		buf_add(&wire, S("\1a"));
	buf_addc(&wire, 0);
	t_int(dns_name_wire_len(buf_str(&wire)), 0);
	buf_reset(&wire);
	buf_addf(&wire, "\x40%064d", 1);
	buf_addc(&wire, 0);
	t_int(dns_name_wire_len(buf_str(&wire)), 0);
	t_int(dns_name_wire_len(S("\xc0\x00")), 0);
	buf_release(&wire);
}

/* ---- messages */

#define HEAD(flags, an, ns) "\0\0" flags "\0\1" an ns "\0\0\1x\0\0\1\0\1"
#define X                   "\xc0\x0c" /* the question's name */
#define IN5                 "\0\1\0\0\0\5"

static void message_is(struct str packet, enum dns_type type, const char *want)
{
	struct dns_name x = {.n = 3, .p = "\1x"};
	struct arena a = ARENA_INIT(MiB);
	struct dns_answer got = {0};
	struct buf b = BUF_INIT(1024);

	if (dns_message_read(packet, &x, type, &a, &got)) {
		buf_addf(&b, "%s %u %.*s", dns_status_name(got.status), got.ttl,
		    STR_ARG(got.canonical));
		for (size_t i = 0; i < got.rr_count; i++) {
			buf_addc(&b, ' ');
			codec_hex(&b, got.rr[i].rdata);
		}
	} else {
		buf_addz(&b, "malformed");
	}
	t_str(buf_str(&b), want);
	arena_release(&a);
	buf_release(&b);
}
#define MESSAGE(lit, type, want) message_is(S(lit), type, want)

static void messages_are_read(void **state)
{
	MESSAGE(HEAD("\x81\x80", "\0\2", "\0\0") X "\0\1" IN5 "\0\4abcd" X
						   "\0\1\0\1\0\0\0\4\0\4ABCD",
	    DNS_A, "found 4 x 61626364 41424344");
	/* a CNAME behind what it leads to; case; another class */
	MESSAGE(HEAD("\x81\x80", "\0\3",
		    "\0\0") "\1y\0\0\1" IN5 "\0\4abcd\1X\0\0\5\0\1\0\0\0"
			    "\3\0\3\1Y\0" X "\0\1\0\3\0\0\0\1\0\4zzzz",
	    DNS_A, "found 3 y 61626364");
	/* a compressed MX */
	MESSAGE(HEAD("\x81\x80", "\0\1", "\0\0") X "\0\x0f" IN5
						   "\0\6\0\7\1m\xc0\x0c",
	    DNS_MX, "found 5 x 0007016d017800");
	MESSAGE(HEAD("\x81\x83", "\0\0", "\0\1") X "\0\6" IN5
						   "\0\x18\xc0\x0c\xc0\x0c"
						   "aaaabbbbccccdddd\0\0\0\2",
	    DNS_A, "no such name 2 x");
	MESSAGE(HEAD("\x81\x80", "\0\0", "\0\0"), DNS_A,
	    "no record of this type 0 x");
	MESSAGE(HEAD("\x81\x82", "\0\0", "\0\0"), DNS_A, "server failure 0 ");
	MESSAGE(HEAD("\x81\x80", "\0\1", "\0\0") X "\0\5" IN5 "\0\2\xc0\x0c",
	    DNS_A, "server failure 0 ");
	/* a TTL with its highest bit set is 0 */
	MESSAGE(HEAD("\x81\x80", "\0\1", "\0\0") X "\0\1\0\1\x80\0\0\5\0\4abcd",
	    DNS_A, "found 0 x 61626364");
}

static void malformed_messages_are_refused(void **state)
{
	static const char sound[] =
	    HEAD("\x81\x80", "\0\1", "\0\0") X "\0\1" IN5 "\0\4abcd";

	for (size_t n = 0; n < sizeof(sound) - 1; n++)
		message_is(str_make(sound, n), DNS_A, "malformed");
	/* a query; one cut short; a pointer to itself, one forward */
	MESSAGE(HEAD("\x01\x80", "\0\0", "\0\0"), DNS_A, "malformed");
	MESSAGE(HEAD("\x83\x80", "\0\0", "\0\0"), DNS_A, "malformed");
	MESSAGE(HEAD("\x81\x80", "\0\1", "\0\0") "\xc0\x13\0\1" IN5 "\0\4abcd",
	    DNS_A, "malformed");
	MESSAGE(HEAD("\x81\x80", "\0\1", "\0\0") "\xc0\x20\0\1" IN5 "\0\4abcd",
	    DNS_A, "malformed");
	/* an A record of three bytes; a CNAME of no name */
	MESSAGE(HEAD("\x81\x80", "\0\1", "\0\0") X "\0\1" IN5 "\0\3abc", DNS_A,
	    "malformed");
	MESSAGE(HEAD("\x81\x80", "\0\1", "\0\0") X "\0\5" IN5 "\0\1\7", DNS_A,
	    "malformed");
	/* more records than bytes */
	MESSAGE(HEAD("\x81\x80", "\xff\xff", "\0\0"), DNS_A, "malformed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(rdata_has_exact_bounds),
	    T(fields_are_read),
	    T(names_are_escaped_and_parse_to_the_same),
	    T(a_name_that_does_not_fit_is_refused),
	    T(messages_are_read),
	    T(malformed_messages_are_refused),
	};

	return t_run("dns_rr", tests);
}
