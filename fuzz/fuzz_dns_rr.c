/* dns_rr: every reader of rdata on any bytes; what one accepts is sound, and a
 * name it hands out parses to the bytes it came from.
 */
#include "fuzz.h"

#include "net/dns_private.h"

static void check_name(struct str text, struct str wire)
{
	struct dns_name n;

	ENSURE(text.n >= 1 && text.n <= 4 * DNS_NAME_MAX);
	ENSURE(dns_name_parse(text, NULL, &n) == NULL);
	ENSURE(str_eq(dns_name_str(&n), wire));
}

static void names(const struct dns_rr *rr, struct buf *b)
{
	struct str in = rr->rdata;
	struct buf b2 = BUF_INIT(4 * DNS_NAME_MAX);
	struct dns_soa soa;
	uint16_t preference;

	if (dns_rr_name(rr, b)) {
		ENSURE(dns_rr_is_sound(DNS_CNAME, in));
		check_name(buf_str(b), in);
	}
	buf_reset(b);
	if (dns_rr_mx(rr, &preference, b)) {
		ENSURE(dns_rr_is_sound(DNS_MX, in));
		check_name(buf_str(b), str_from(in, 2));
	}
	buf_reset(b);
	if (dns_rr_soa(rr, &soa, b, &b2)) {
		size_t n = dns_name_wire_len(in);

		ENSURE(dns_rr_is_sound(DNS_SOA, in));
		check_name(buf_str(b), str_sub(in, 0, n));
		check_name(buf_str(&b2), str_sub(in, n, in.n - 20 - n));
	}
	buf_release(&b2);
}

void fuzz_one(struct str in)
{
	static const unsigned types[] = {DNS_A, DNS_AAAA, DNS_NS, DNS_CNAME,
	    DNS_SOA, DNS_PTR, DNS_MX, DNS_TXT, DNS_SPF, DNS_TLSA, DNS_CAA};
	const struct dns_rr rr = {in};
	struct buf b = BUF_INIT(4 * DNS_NAME_MAX), text = BUF_INIT(64 * KiB);
	struct dns_tlsa tlsa;
	unsigned char ip[16];

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		(void)dns_rr_is_sound(types[i], in);
	names(&rr, &b);
	ENSURE(dns_rr_a(&rr, ip) == (in.n == 4));
	ENSURE(dns_rr_aaaa(&rr, ip) == (in.n == 16));
	if (dns_rr_txt(&rr, &text))
		ENSURE(text.len < in.n && dns_rr_is_sound(DNS_TXT, in));
	if (dns_rr_tlsa(&rr, &tlsa))
		ENSURE(tlsa.data.n == in.n - 3);
	buf_release(&b);
	buf_release(&text);
}
