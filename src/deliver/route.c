#include "base/limits.h"
#include "base/rand.h"
#include "deliver/engine_private.h"

struct mx_host {
	uint16_t preference;
	uint64_t order;
	char name[256];
	struct dns_query *a, *aaaa;
	struct route *route;
	struct endpoint at[8];
	size_t addresses;
};

struct route {
	struct dns *dns;
	struct dns_query *mx;
	route_fn *fn;
	void *arg;
	uint16_t port;
	uint64_t seed;
	struct mx_host host[SITE_HOSTS];
	size_t hosts, waiting;
	bool trouble; /* some look-up failed for now */
	char domain[256];
	struct route_result result;
};

static void finish(struct route *r, enum route_status status,
    const char *before, const char *after)
{
	r->result.status = status;
	snprintf(r->result.text, sizeof(r->result.text), "%s%s%s", before,
	    r->domain, after);
	r->fn(&r->result, r->arg);
	free(r);
}

static int by_preference(const void *x, const void *y)
{
	const struct mx_host *a = x, *b = y;

	if (a->preference != b->preference)
		return a->preference < b->preference ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

/* The site is named for the whole best set: its first name in the alphabet. */
static void name_site(struct route *r)
{
	const char *best = r->host[0].name;

	for (size_t i = 1; i < r->hosts; i++)
		if (r->host[i].preference == r->host[0].preference &&
		    strcmp(r->host[i].name, best) < 0)
			best = r->host[i].name;
	snprintf(r->result.name, sizeof(r->result.name), "%s", best);
}

static void addresses_known(struct route *r)
{
	struct route_result *out = &r->result;

	name_site(r);
	for (size_t i = 0; i < r->hosts; i++)
		for (size_t k = 0;
		     k < r->host[i].addresses && out->hosts < SITE_HOSTS; k++) {
			struct route_host *h = &out->host[out->hosts++];

			memcpy(h->name, r->host[i].name, sizeof(h->name));
			h->at = r->host[i].at[k];
		}
	if (out->hosts)
		finish(r, ROUTE_OK, "", "");
	else if (r->trouble)
		finish(r, ROUTE_LATER, "the mail servers of ",
		    " could not be looked up");
	else
		finish(r, ROUTE_NO_DOMAIN, "",
		    " has no mail server with an address");
}

static void got_address(const struct dns_answer *a, struct mx_host *h, bool v6)
{
	struct route *r = h->route;
	size_t want = v6 ? 16 : 4;

	if (a->status == DNS_SERVFAIL || a->status == DNS_TIMEOUT)
		r->trouble = true;
	for (size_t i = 0; i < a->rr_count && h->addresses < ARRAY_SIZE(h->at);
	     i++) {
		const unsigned char *ip =
		    (const unsigned char *)a->rr[i].rdata.p;

		if (a->status != DNS_OK || a->rr[i].rdata.n != want)
			continue;
		if (v6)
			endpoint_from_v6(ip, r->port, &h->at[h->addresses++]);
		else
			endpoint_from_v4(ip, r->port, &h->at[h->addresses++]);
	}
	if (--r->waiting == 0)
		addresses_known(r);
}

static void on_a(const struct dns_answer *a, void *arg)
{
	struct mx_host *h = arg;

	h->a = NULL;
	got_address(a, h, false);
}

static void on_aaaa(const struct dns_answer *a, void *arg)
{
	struct mx_host *h = arg;

	h->aaaa = NULL;
	got_address(a, h, true);
}

static void ask_addresses(struct route *r)
{
	qsort(r->host, r->hosts, sizeof(r->host[0]), by_preference);
	r->waiting = 2 * r->hosts;
	for (size_t i = 0; i < r->hosts; i++) {
		struct mx_host *h = &r->host[i];

		h->route = r;
		h->a = dns_start(r->dns, str_of(h->name), DNS_A, on_a, h);
		h->aaaa =
		    dns_start(r->dns, str_of(h->name), DNS_AAAA, on_aaaa, h);
	}
}

static void add_host(struct route *r, uint16_t preference, struct str name)
{
	struct mx_host *h = &r->host[r->hosts];
	struct rand_seq order;

	if (r->hosts == SITE_HOSTS || name.n == 0 || name.n > 255)
		return;
	rand_seq_init(&order, r->seed + r->hosts);
	*h = (struct mx_host){
	    .preference = preference, .order = rand_seq_next(&order)};
	for (size_t i = 0; i < name.n; i++)
		h->name[i] = ascii_lower(name.p[i]);
	r->hosts++;
}

static void read_mx(struct route *r, const struct dns_answer *a)
{
	struct buf name = BUF_INIT(256);

	for (size_t i = 0; i < a->rr_count; i++) {
		uint16_t preference;

		buf_reset(&name);
		if (dns_rr_mx(&a->rr[i], &preference, &name))
			add_host(r, preference, buf_str(&name));
	}
	buf_release(&name);
}

static bool is_null_mx(const struct dns_answer *a)
{
	struct buf name = BUF_INIT(256);
	uint16_t preference;
	bool null = a->rr_count == 1 &&
		    dns_rr_mx(&a->rr[0], &preference, &name) &&
		    (name.len == 0 || str_eq(buf_str(&name), S(".")));

	buf_release(&name);
	return null;
}

static void on_mx(const struct dns_answer *a, void *arg)
{
	struct route *r = arg;

	r->mx = NULL;
	switch (a->status) {
	case DNS_NXDOMAIN:
		finish(r, ROUTE_NO_DOMAIN, "there is no domain ", "");
		return;
	case DNS_SERVFAIL:
	case DNS_TIMEOUT:
		finish(r, ROUTE_LATER, "the mail servers of ",
		    a->status == DNS_TIMEOUT
			? " could not be looked up: no answer in time"
			: " could not be looked up: SERVFAIL");
		return;
	case DNS_OK:
		if (is_null_mx(a)) {
			finish(r, ROUTE_NULL_MX, "",
			    " takes no mail (null MX, RFC 7505)");
			return;
		}
		read_mx(r, a);
		break;
	case DNS_NODATA: break;
	}
	if (!r->hosts) /* RFC 5321 5.1: the implicit MX */
		add_host(r, 0, str_of(r->domain));
	ask_addresses(r);
}

struct route *route_start(struct dns *dns, struct str domain, uint16_t port,
    uint64_t seed, route_fn *fn, void *arg)
{
	struct route *r = mem_zalloc(sizeof(*r));

	r->dns = dns;
	r->fn = fn;
	r->arg = arg;
	r->port = port;
	r->seed = seed;
	snprintf(r->domain, sizeof(r->domain), "%.*s", STR_ARG(domain));
	r->mx = dns_start(dns, domain, DNS_MX, on_mx, r);
	return r;
}

void route_cancel(struct route *r)
{
	if (!r)
		return;
	if (r->mx)
		dns_cancel(r->mx);
	for (size_t i = 0; i < r->hosts; i++) {
		if (r->host[i].a)
			dns_cancel(r->host[i].a);
		if (r->host[i].aaaa)
			dns_cancel(r->host[i].aaaa);
	}
	free(r);
}
