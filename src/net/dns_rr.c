#include "net/dns_private.h"

static uint16_t get16(const char *p)
{
	return (uint16_t)((unsigned char)p[0] << 8 | (unsigned char)p[1]);
}

static uint32_t get32(const char *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

/* Takes a name from the front. */
static bool take_name(struct str *rest, struct buf *ret)
{
	size_t n = dns_name_wire_len(*rest);

	if (n == 0)
		return false;
	if (ret)
		dns_name_format(str_sub(*rest, 0, n), ret);
	*rest = str_from(*rest, n);
	return !ret || !ret->over;
}

bool dns_rr_a(const struct dns_rr *rr, unsigned char ret_ip[4])
{
	if (rr->rdata.n != 4)
		return false;
	memcpy(ret_ip, rr->rdata.p, 4);
	return true;
}

bool dns_rr_aaaa(const struct dns_rr *rr, unsigned char ret_ip[16])
{
	if (rr->rdata.n != 16)
		return false;
	memcpy(ret_ip, rr->rdata.p, 16);
	return true;
}

bool dns_rr_mx(
    const struct dns_rr *rr, uint16_t *ret_preference, struct buf *ret_host)
{
	struct str rest = rr->rdata;

	if (rest.n < 3)
		return false;
	*ret_preference = get16(rest.p);
	rest = str_from(rest, 2);
	return take_name(&rest, ret_host) && rest.n == 0;
}

bool dns_rr_name(const struct dns_rr *rr, struct buf *ret_name)
{
	struct str rest = rr->rdata;

	return take_name(&rest, ret_name) && rest.n == 0;
}

bool dns_rr_txt(const struct dns_rr *rr, struct buf *ret_text)
{
	struct str rest = rr->rdata;

	if (rest.n == 0)
		return false;
	while (rest.n) {
		size_t n = (unsigned char)rest.p[0];

		if (rest.n < 1 + n)
			return false;
		if (ret_text)
			buf_add(ret_text, str_sub(rest, 1, n));
		rest = str_from(rest, 1 + n);
	}
	return !ret_text || !ret_text->over;
}

bool dns_rr_soa(const struct dns_rr *rr, struct dns_soa *ret,
    struct buf *ret_mname, struct buf *ret_rname)
{
	struct str rest = rr->rdata;

	if (!take_name(&rest, ret_mname) || !take_name(&rest, ret_rname) ||
	    rest.n != 20)
		return false;
	*ret = (struct dns_soa){
	    .serial = get32(rest.p),
	    .refresh = get32(rest.p + 4),
	    .retry = get32(rest.p + 8),
	    .expire = get32(rest.p + 12),
	    .minimum = get32(rest.p + 16),
	};
	return true;
}

bool dns_rr_tlsa(const struct dns_rr *rr, struct dns_tlsa *ret)
{
	struct str r = rr->rdata;

	if (r.n < 4)
		return false;
	*ret = (struct dns_tlsa){
	    .usage = (uint8_t)r.p[0],
	    .selector = (uint8_t)r.p[1],
	    .matching = (uint8_t)r.p[2],
	    .data = str_from(r, 3),
	};
	return true;
}

/* RFC 8659 section 4.1 */
static bool caa_is_sound(struct str r)
{
	size_t tag = r.n >= 2 ? (unsigned char)r.p[1] : 0;

	return tag > 0 && r.n >= 2 + tag;
}

bool dns_rr_is_sound(unsigned type, struct str rdata)
{
	const struct dns_rr rr = {rdata};
	struct str rest = rdata;
	struct dns_soa soa;
	struct dns_tlsa tlsa;

	switch (type) {
	case DNS_A: return rdata.n == 4;
	case DNS_AAAA: return rdata.n == 16;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR: return take_name(&rest, NULL) && rest.n == 0;
	case DNS_MX:
		rest = str_from(rdata, 2);
		return rdata.n > 2 && take_name(&rest, NULL) && rest.n == 0;
	case DNS_SOA: return dns_rr_soa(&rr, &soa, NULL, NULL);
	case DNS_TXT:
	case DNS_SPF: return dns_rr_txt(&rr, NULL);
	case DNS_TLSA: return dns_rr_tlsa(&rr, &tlsa);
	case DNS_CAA: return caa_is_sound(rdata);
	default: return true;
	}
}
