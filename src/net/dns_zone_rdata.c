#include "net/dns_zone.h"

#include "base/codec.h"

#include <arpa/inet.h>

#define RDATA_MAX 65535u

static const struct type {
	const char *name;
	uint16_t number;
	bool reads;
} types[] = {
    {"A", DNS_A, true},
    {"AAAA", DNS_AAAA, true},
    {"NS", DNS_NS, true},
    {"CNAME", DNS_CNAME, true},
    {"SOA", DNS_SOA, true},
    {"PTR", DNS_PTR, true},
    {"MX", DNS_MX, true},
    {"TXT", DNS_TXT, true},
    {"SPF", DNS_SPF, true},
    {"TLSA", DNS_TLSA, true},
    {"CAA", DNS_CAA, true},
    /* nobody here asks for these: their names exist, that is all */
    {"AFSDB", 18, false},
    {"CDNSKEY", 60, false},
    {"CDS", 59, false},
    {"CERT", 37, false},
    {"CSYNC", 62, false},
    {"DHCID", 49, false},
    {"DNSKEY", 48, false},
    {"DS", 43, false},
    {"HINFO", 13, false},
    {"HTTPS", 65, false},
    {"LOC", 29, false},
    {"NAPTR", 35, false},
    {"NSEC", 47, false},
    {"NSEC3", 50, false},
    {"NSEC3PARAM", 51, false},
    {"OPENPGPKEY", 61, false},
    {"RP", 17, false},
    {"RRSIG", 46, false},
    {"SMIMEA", 53, false},
    {"SRV", 33, false},
    {"SSHFP", 44, false},
    {"SVCB", 64, false},
    {"URI", 256, false},
};

unsigned zone_type(struct str name, bool *ret_reads)
{
	uint64_t number;

	*ret_reads = false;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (str_ieq(name, str_of(types[i].name))) {
			*ret_reads = types[i].reads;
			return types[i].number;
		}
	if (!str_istarts(name, S("TYPE")) ||
	    !str_to_u64(str_from(name, 4), UINT16_MAX, &number))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].number == number)
			*ret_reads = types[i].reads;
	return (unsigned)number;
}

bool zone_ttl(struct str s, uint32_t *ret)
{
	uint64_t total = 0;

	if (s.n == 0)
		return false;
	while (s.n) {
		size_t digits = 0;
		uint64_t v, unit = 1;

		while (digits < s.n && ascii_is_digit(s.p[digits]))
			digits++;
		if (!str_to_u64(str_sub(s, 0, digits), INT32_MAX, &v))
			return false;
		s = str_from(s, digits);
		if (s.n) {
			switch (ascii_lower(s.p[0])) {
			case 's': break;
			case 'm': unit = 60; break;
			case 'h': unit = 3600; break;
			case 'd': unit = 86400; break;
			case 'w': unit = 604800; break;
			default: return false;
			}
			s = str_from(s, 1);
		}
		total += v * unit;
		if (total > INT32_MAX)
			return false;
	}
	*ret = (uint32_t)total;
	return true;
}

static void add16(struct buf *out, unsigned v)
{
	buf_addc(out, (char)(v >> 8));
	buf_addc(out, (char)v);
}

static int add_number(struct buf *out, struct str s, unsigned bytes,
    const char *what, struct err *e)
{
	uint64_t max = (1ull << 8 * bytes) - 1, v;

	if (!str_to_u64(s, max, &v))
		return err_set(e, ERR_INPUT,
		    "%s: '%.*s' is not a number from 0 to %llu", what,
		    STR_ARG(s), (unsigned long long)max);
	while (bytes--)
		buf_addc(out, (char)(v >> 8 * bytes));
	return 0;
}

static int add_seconds(
    struct buf *out, struct str s, const char *what, struct err *e)
{
	uint32_t v;

	if (!zone_ttl(s, &v))
		return err_set(
		    e, ERR_INPUT, "%s: '%.*s' is not a time", what, STR_ARG(s));
	add16(out, v >> 16);
	add16(out, v & 0xffff);
	return 0;
}

static int add_name(struct buf *out, struct zone_word w,
    const struct dns_name *origin, struct err *e)
{
	struct dns_name n;
	const char *why;

	if (!w.quoted && str_eq(w.text, S("@")))
		n = *origin;
	else if ((why = dns_name_parse(w.text, origin, &n)) != NULL)
		return err_set(
		    e, ERR_INPUT, "'%.*s': %s", STR_ARG(w.text), why);
	buf_add(out, dns_name_str(&n));
	return 0;
}

/* The bytes of a word, its escapes undone. */
static int add_text(struct buf *out, struct str s, struct err *e)
{
	while (s.n) {
		size_t k = 1;
		unsigned v = (unsigned char)s.p[0];

		if (s.p[0] == '\\' && s.n >= 4 && ascii_is_digit(s.p[1]) &&
		    ascii_is_digit(s.p[2]) && ascii_is_digit(s.p[3])) {
			v = (unsigned)(s.p[1] - '0') * 100 +
			    (unsigned)(s.p[2] - '0') * 10 +
			    (unsigned)(s.p[3] - '0');
			k = 4;
		} else if (s.p[0] == '\\' && s.n >= 2 &&
			   !ascii_is_digit(s.p[1])) {
			v = (unsigned char)s.p[1];
			k = 2;
		}
		if (v > 255 || (k == 1 && v == '\\'))
			return err_set(e, ERR_INPUT,
			    "a backslash wants a character, or three digits "
			    "up to 255");
		buf_addc(out, (char)v);
		s = str_from(s, k);
	}
	return 0;
}

/* A character-string: its length, its bytes. */
static int add_string(struct buf *out, struct str s, struct err *e)
{
	size_t at = out->len, n;
	int r;

	buf_addc(out, 0);
	r = add_text(out, s, e);
	if (r < 0 || out->over)
		return r;
	n = out->len - at - 1;
	if (n > 255)
		return err_set(e, ERR_LIMIT,
		    "a string of %zu bytes; 255 are allowed, write several "
		    "(RFC 1035 3.3)",
		    n);
	out->p[at] = (char)(unsigned char)n;
	return 0;
}

static int add_hex(
    struct buf *out, const struct zone_word *w, size_t n, struct err *e)
{
	struct buf hex = BUF_INIT(2 * RDATA_MAX);
	int r = 0;

	for (size_t i = 0; i < n; i++)
		buf_add(&hex, w[i].text);
	if (hex.over || !codec_unhex(out, buf_str(&hex)))
		r = err_set(e, ERR_INPUT, "the data is not hexadecimal");
	buf_release(&hex);
	return r;
}

/* RFC 3597 section 5: \# LENGTH HEX... */
static int add_generic(unsigned type, const struct zone_word *w, size_t n,
    struct buf *out, struct err *e)
{
	uint64_t length;
	int r;

	if (n < 2 || !str_to_u64(w[1].text, RDATA_MAX, &length))
		return err_set(e, ERR_INPUT,
		    "\\# wants a length and hexadecimal data (RFC 3597 5)");
	if ((r = add_hex(out, w + 2, n - 2, e)) < 0)
		return r;
	if (out->len != length)
		return err_set(e, ERR_INPUT,
		    "\\# says %llu bytes, but there are %zu",
		    (unsigned long long)length, out->len);
	if (!dns_rr_is_sound(type, buf_str(out)))
		return err_set(
		    e, ERR_INPUT, "these bytes are no record of this type");
	return 0;
}

static int add_ip(int family, struct str s, struct buf *out, struct err *e)
{
	char text[INET6_ADDRSTRLEN] = "";
	unsigned char ip[16];

	if (s.n < sizeof(text))
		snprintf(text, sizeof(text), "%.*s", STR_ARG(s));
	if (inet_pton(family, text, ip) != 1)
		return err_set(e, ERR_INPUT, "'%.*s' is not an %s address",
		    STR_ARG(s), family == AF_INET ? "IPv4" : "IPv6");
	buf_add(out, str_make((char *)ip, family == AF_INET ? 4 : 16));
	return 0;
}

static int add_soa(const struct zone_word *w, const struct dns_name *origin,
    struct buf *out, struct err *e)
{
	static const char *const what[] = {
	    "refresh", "retry", "expire", "minimum"};
	int r;

	if ((r = add_name(out, w[0], origin, e)) < 0 ||
	    (r = add_name(out, w[1], origin, e)) < 0 ||
	    (r = add_number(out, w[2].text, 4, "serial", e)) < 0)
		return r;
	for (size_t i = 0; i < 4 && r == 0; i++)
		r = add_seconds(out, w[3 + i].text, what[i], e);
	return r;
}

static int add_tlsa(
    const struct zone_word *w, size_t n, struct buf *out, struct err *e)
{
	static const char *const what[] = {
	    "usage", "selector", "matching type"};
	int r = 0;

	for (size_t i = 0; i < 3 && r == 0; i++)
		r = add_number(out, w[i].text, 1, what[i], e);
	return r < 0 ? r : add_hex(out, w + 3, n - 3, e);
}

static int add_caa(const struct zone_word *w, struct buf *out, struct err *e)
{
	int r = add_number(out, w[0].text, 1, "flags", e);

	if (r == 0 && w[1].text.n == 0)
		r = err_set(e, ERR_INPUT, "the tag is empty");
	if (r == 0)
		r = add_string(out, w[1].text, e);
	if (r == 0)
		r = add_text(out, w[2].text, e);
	return r;
}

static int count(
    size_t n, size_t min, size_t max, const char *want, struct err *e)
{
	if (n < min)
		return err_set(e, ERR_INPUT, "too little: it wants %s", want);
	if (n > max)
		return err_set(e, ERR_INPUT, "too much: it wants %s", want);
	return 0;
}

static int add_plain(unsigned type, const struct zone_word *w, size_t n,
    const struct dns_name *origin, struct buf *out, struct err *e)
{
	int r;

	switch (type) {
	case DNS_A:
	case DNS_AAAA:
		r = count(n, 1, 1, "one address", e);
		return r < 0 ? r
			     : add_ip(type == DNS_A ? AF_INET : AF_INET6,
				   w[0].text, out, e);
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
		r = count(n, 1, 1, "one name", e);
		return r < 0 ? r : add_name(out, w[0], origin, e);
	case DNS_MX:
		if ((r = count(n, 2, 2, "a preference and a name", e)) < 0 ||
		    (r = add_number(out, w[0].text, 2, "preference", e)) < 0)
			return r;
		return add_name(out, w[1], origin, e);
	case DNS_SOA:
		r = count(n, 7, 7, "two names and five numbers", e);
		return r < 0 ? r : add_soa(w, origin, out, e);
	case DNS_TLSA:
		r = count(
		    n, 4, SIZE_MAX, "three numbers and hexadecimal data", e);
		return r < 0 ? r : add_tlsa(w, n, out, e);
	case DNS_CAA:
		r = count(n, 3, 3, "flags, a tag and a value", e);
		return r < 0 ? r : add_caa(w, out, e);
	default: /* TXT and SPF */
		r = count(n, 1, SIZE_MAX, "at least one string", e);
		for (size_t i = 0; i < n && r == 0 && !out->over; i++)
			r = add_string(out, w[i].text, e);
		return r;
	}
}

int zone_rdata(unsigned type, const struct zone_word *w, size_t n,
    const struct dns_name *origin, struct buf *out, struct err *e)
{
	int r;

	if (n && !w[0].quoted && str_eq(w[0].text, S("\\#")))
		r = add_generic(type, w, n, out, e);
	else
		r = add_plain(type, w, n, origin, out, e);
	if (r == 0 && (out->over || out->len > RDATA_MAX))
		return err_set(
		    e, ERR_LIMIT, "a record has at most 65535 bytes");
	if (r == 0 && !dns_rr_is_sound(type, buf_str(out)))
		return err_set(e, ERR_INPUT, "it holds too little");
	return r;
}
