#include "net/dns_private.h"

#define HEADER 12u
/* Pointers in one name; a sound one has no more than its labels. */
#define HOPS_MAX 128u

struct cursor {
	const unsigned char *p;
	size_t n, at;
	bool bad;
};

struct record {
	struct dns_name owner; /* lower case */
	uint16_t type, class;
	uint32_t ttl;
	size_t rdata; /* where it begins */
	size_t len;
};

static unsigned get(struct cursor *c, unsigned bytes)
{
	unsigned v = 0;

	if (c->bad || c->n - c->at < bytes) {
		c->bad = true;
		return 0;
	}
	while (bytes--)
		v = v << 8 | c->p[c->at++];
	return v;
}

/* RFC 1035 section 4.1.4; pointers lead back only. */
static void get_name(struct cursor *c, struct dns_name *ret)
{
	size_t at = c->at, hops = 0, limit = c->at;
	bool jumped = false;

	ret->n = 0;
	while (!c->bad && at < c->n) {
		unsigned n = c->p[at];

		if (n >= 0xc0 && c->n - at >= 2) {
			if (!jumped)
				c->at = at + 2;
			jumped = true;
			at = (n & 0x3fu) << 8 | c->p[at + 1];
			if (at >= limit || ++hops > HOPS_MAX)
				break;
			limit = at;
			continue;
		}
		if (n > LIMIT_LABEL || c->n - at < 1 + n ||
		    ret->n + 1 + n > DNS_NAME_MAX)
			break;
		memcpy(ret->p + ret->n, c->p + at, 1 + n);
		ret->n = (uint8_t)(ret->n + 1 + n);
		at += 1 + n;
		if (n == 0) {
			if (!jumped)
				c->at = at;
			return;
		}
	}
	c->bad = true;
}

static bool get_record(struct cursor *c, struct record *r)
{
	get_name(c, &r->owner);
	dns_name_lower(&r->owner);
	r->type = (uint16_t)get(c, 2);
	r->class = (uint16_t)get(c, 2);
	r->ttl = get(c, 4);
	if (r->ttl > INT32_MAX) /* RFC 2181 section 8 */
		r->ttl = 0;
	r->len = get(c, 2);
	r->rdata = c->at;
	if (c->bad || c->n - c->at < r->len)
		c->bad = true;
	else
		c->at += r->len;
	return !c->bad;
}

/* The rdata with its names written out; none when it is malformed. */
static struct str rdata_of(
    const struct cursor *c, const struct record *r, struct arena *a)
{
	struct cursor in = {.p = c->p, .n = r->rdata + r->len, .at = r->rdata};
	struct buf out = BUF_INIT(KiB);
	struct dns_name name;
	size_t lead = r->type == DNS_MX ? 2 : 0, names = 0;
	struct str ret;

	if (r->type == DNS_SOA)
		names = 2;
	else if (r->type == DNS_MX || r->type == DNS_NS ||
		 r->type == DNS_CNAME || r->type == DNS_PTR)
		names = 1;
	if (!names) {
		ret = str_make((const char *)c->p + r->rdata, r->len);
	} else {
		while (lead--)
			buf_addc(&out, (char)get(&in, 1));
		while (names--) {
			get_name(&in, &name);
			if (!in.bad)
				buf_add(&out, dns_name_str(&name));
		}
		if (!in.bad)
			buf_add(&out,
			    str_make((const char *)in.p + in.at, in.n - in.at));
		ret =
		    arena_dup(a, in.bad || out.over ? STR_NONE : buf_str(&out));
		buf_release(&out);
	}
	return dns_rr_is_sound(r->type, ret) ? ret : STR_NONE;
}

static bool is_of(
    const struct record *r, const struct dns_name *owner, unsigned type)
{
	return r->type == type && r->class == 1 &&
	       str_eq(dns_name_str(&r->owner), dns_name_str(owner));
}

static void lower_ttl(struct dns_answer *a, uint32_t ttl)
{
	if (ttl < a->ttl)
		a->ttl = ttl;
}

/* From `name` along the CNAMEs; true: one was followed. */
static bool follow(struct cursor c, unsigned count, struct dns_name *name,
    struct dns_answer *ret)
{
	struct record r;

	while (count-- && get_record(&c, &r)) {
		struct cursor in = {
		    .p = c.p, .n = r.rdata + r.len, .at = r.rdata};

		if (!is_of(&r, name, DNS_CNAME))
			continue;
		get_name(&in, name);
		dns_name_lower(name);
		lower_ttl(ret, r.ttl);
		return !in.bad;
	}
	return false;
}

static bool collect(struct cursor *c, unsigned count,
    const struct dns_name *name, enum dns_type type, struct arena *a,
    struct dns_answer *ret)
{
	struct dns_rr *rr = arena_array(a, count + 1u, sizeof(*rr));
	struct record r;

	if (!rr)
		return false;
	ret->rr = rr;
	while (count-- && get_record(c, &r)) {
		struct str data;

		if (!is_of(&r, name, type))
			continue;
		data = rdata_of(c, &r, a);
		if (!data.p)
			return false;
		rr[ret->rr_count++].rdata = data;
		lower_ttl(ret, r.ttl);
	}
	return !c->bad;
}

/* The negative TTL (RFC 2308 section 5): of the SOA in the authority part. */
static bool read_authority(
    struct cursor *c, unsigned count, struct arena *a, struct dns_answer *ret)
{
	bool found = false;
	struct record r;

	while (count-- && get_record(c, &r)) {
		struct dns_rr rr;
		struct dns_soa soa;

		if (r.type != DNS_SOA || r.class != 1 || found)
			continue;
		rr.rdata = rdata_of(c, &r, a);
		if (!rr.rdata.p || !dns_rr_soa(&rr, &soa, NULL, NULL))
			return false;
		lower_ttl(ret, r.ttl);
		lower_ttl(ret, soa.minimum);
		found = true;
	}
	if (!found)
		ret->ttl = 0;
	return !c->bad;
}

/* False: no memory. */
static bool format_canonical(
    const struct dns_name *name, struct arena *a, struct dns_answer *ret)
{
	struct buf text = BUF_INIT(4 * DNS_NAME_MAX);
	bool ok;

	dns_name_format(dns_name_str(name), &text);
	ret->canonical = arena_dup(a, buf_str(&text));
	ok = !text.over;
	buf_release(&text);
	return ok;
}

static bool servfail(struct dns_answer *ret)
{
	*ret = (struct dns_answer){.status = DNS_SERVFAIL};
	return true;
}

bool dns_message_read(struct str packet, const struct dns_name *name,
    enum dns_type type, struct arena *a, struct dns_answer *ret)
{
	struct cursor c = {.p = (const unsigned char *)packet.p, .n = packet.n};
	struct dns_name at = *name;
	unsigned flags, rcode, questions, answers, authority;

	if (packet.n < HEADER || packet.n > LIMIT_DNS_ANSWER)
		return false;
	c.at = 2;
	flags = get(&c, 2);
	questions = get(&c, 2);
	answers = get(&c, 2);
	authority = get(&c, 2);
	c.at = HEADER;
	rcode = flags & 15;
	/* A response, and not cut short */
	if (!(flags & 0x8000) || flags & 0x0200)
		return false;
	if (answers + authority > packet.n / 11)
		return false;
	if (rcode != 0 && rcode != 3)
		return servfail(ret);
	while (questions-- && !c.bad) {
		struct dns_name asked;

		get_name(&c, &asked);
		get(&c, 4);
	}
	*ret = (struct dns_answer){.ttl = UINT32_MAX};
	for (size_t links = 0;
	     type != DNS_CNAME && follow(c, answers, &at, ret); links++)
		if (links == LIMIT_CNAME_CHAIN)
			return servfail(ret);
	if (!at.n || !collect(&c, answers, &at, type, a, ret) ||
	    !format_canonical(&at, a, ret))
		return false;
	if (ret->rr_count)
		ret->status = DNS_OK;
	else
		ret->status = rcode == 3 ? DNS_NXDOMAIN : DNS_NODATA;
	if (ret->status != DNS_OK && !read_authority(&c, authority, a, ret))
		return false;
	return !a->failed;
}
