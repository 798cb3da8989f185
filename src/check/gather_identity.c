/* The sender's domains and hosts in the DNS. */
#include "check/gather_identity.h"
#include "base/conf.h"
#include "base/limits.h"
#include "domain/cousins.h"
#include "domain/idna.h"
#include "mail/address.h"

#include <unistd.h>

#define ASK_TIMEOUT (8 * USEC_PER_SEC)

/* ---- names */

static struct str to_ascii(struct check_context *c, struct str name)
{
	struct buf out = BUF_INIT(2 * LIMIT_DOMAIN);
	struct err ignored = {0};
	struct str kept = STR_NONE;

	if (name.n && idna_to_ascii(name, &out, &ignored) == 0)
		kept = arena_dup(c->arena, buf_str(&out));
	buf_release(&out);
	return kept;
}

static struct str org_of(const struct psl *psl, struct str name)
{
	struct str org;

	return name.n && psl_registrable(psl, name, &org) ? org : name;
}

bool identity_is_own(
    struct check_context *c, const struct psl *psl, struct str org)
{
	struct str rest = c->notice->own_domains, one;

	while (org.n && conf_list_next(&rest, &one)) {
		struct str name = to_ascii(c, one);

		if (name.n && str_eq(org_of(psl, name), org))
			return true;
	}
	return false;
}

static void fill_domain(
    struct gather_identity *g, struct str name, struct identity_domain *ret)
{
	*ret = (struct identity_domain){.name = to_ascii(g->c, name)};
	if (!ret->name.n)
		return;
	ret->org = org_of(g->psl, ret->name);
	ret->own = identity_is_own(g->c, g->psl, ret->org);
	ret->mx = ask_add(&g->ask, ret->name, DNS_MX);
	ret->a = ask_add(&g->ask, ret->name, DNS_A);
	ret->aaaa = ask_add(&g->ask, ret->name, DNS_AAAA);
}

static struct str domain_of(struct str address)
{
	ptrdiff_t at = str_rchr(address, '@');

	return at < 0 ? STR_NONE : str_from(address, (size_t)at + 1);
}

static void read_addresses(struct gather_identity *g)
{
	struct identity_facts *x = g->x;
	const struct notice *n = g->c->notice;
	struct buf scratch = BUF_INIT(2 * KiB);
	struct address a = {0};
	struct err e = {0};

	x->address = n->from_address;
	if (address_parse(n->from_address, false, &scratch, &a, &e) == 0 &&
	    !a.literal && !a.utf8_local) {
		x->address_ok = true;
		x->local = str_sub(
		    n->from_address, 0, (size_t)str_rchr(n->from_address, '@'));
		fill_domain(g, domain_of(n->from_address), &x->from);
	} else {
		x->address_error =
		    a.literal      ? S("write a domain, not an IP address.")
		    : a.utf8_local ? S("before the @ only ASCII can be "
				       "written to by every server.")
				   : arena_dup(g->c->arena, str_of(e.msg));
	}
	fill_domain(g, domain_of(n->bounce_address), &x->bounce);
	fill_domain(g, domain_of(n->reply_to), &x->reply);
	buf_release(&scratch);
	if (x->from.org.n) {
		x->soa = ask_add(&g->ask, x->from.org, DNS_SOA);
	}
}

/* "https://www.example.com/x" -> "www.example.com" */
static struct str host_of(struct str url)
{
	struct str host = url;
	ptrdiff_t at = str_find(url, S("://"));

	if (at < 0)
		return STR_NONE;
	host = str_from(url, (size_t)at + 3);
	for (size_t i = 0; i < host.n; i++)
		if (host.p[i] == '/' || host.p[i] == '?' || host.p[i] == '#' ||
		    host.p[i] == ':')
			return str_sub(host, 0, i);
	return host;
}

static void add_main(struct gather_identity *g, struct str name)
{
	struct identity_facts *x = g->x;
	struct str org = org_of(g->psl, to_ascii(g->c, name));

	if (!org.n || x->mains == ARRAY_SIZE(x->main))
		return;
	for (size_t i = 0; i < x->mains; i++)
		if (str_eq(x->main[i].name, org))
			return;
	x->main[x->mains].name = org;
	if (x->from.org.n)
		lookalike_judge(
		    g->psl, x->from.org, org, &x->main[x->mains].alike);
	x->mains++;
}

/* The domains people know: the first of the list, and that of the page. */
static void find_mains(struct gather_identity *g)
{
	struct str rest = g->c->notice->own_domains, first;

	if (conf_list_next(&rest, &first))
		add_main(g, first);
	if (str_find(g->c->notice->canonical_url, S(NOTICE_PLACEHOLDER)) < 0)
		add_main(g, host_of(g->c->notice->canonical_url));
}

/* ---- hosts that send */

static bool is_public(const struct endpoint *ip)
{
	const unsigned char *b;

	if (endpoint_is_v6(ip)) {
		b = ip->u.v6.sin6_addr.s6_addr;
		return (b[0] & 0xfe) != 0xfc &&
		       !(b[0] == 0xfe && b[1] >= 0x80) && (b[0] || b[1]);
	}
	b = (const unsigned char *)&ip->u.v4.sin_addr;
	return b[0] != 0 && b[0] != 10 && b[0] != 127 && b[0] < 224 &&
	       !(b[0] == 172 && (b[1] & 0xf0) == 16) &&
	       !(b[0] == 192 && b[1] == 168) && !(b[0] == 169 && b[1] == 254) &&
	       !(b[0] == 100 && (b[1] & 0xc0) == 64);
}

static void add_ip(struct gather_identity *g, const struct endpoint *ip)
{
	struct identity_facts *x = g->x;
	struct identity_ip *to = &x->ip[x->ips];

	if (!is_public(ip)) {
		x->source_private = true;
		return;
	}
	if (x->ips == ARRAY_SIZE(x->ip))
		return;
	*to = (struct identity_ip){.ip = *ip, .public = true};
	endpoint_ip(ip, to->text);
	x->ips++;
}

static void add_addresses(struct gather_identity *g, const struct dns_fact *f)
{
	for (size_t i = 0; dns_fact_has(f) && i < f->count; i++) {
		struct endpoint ip;
		unsigned char b[16];

		if (f->type == DNS_A && dns_rr_a(&f->rr[i], b))
			endpoint_from_v4(b, 0, &ip);
		else if (f->type == DNS_AAAA && dns_rr_aaaa(&f->rr[i], b))
			endpoint_from_v6(b, 0, &ip);
		else
			continue;
		add_ip(g, &ip);
	}
}

static void read_helo(struct gather_identity *g)
{
	struct identity_facts *x = g->x;
	struct str helo = g->c->notice->helo;

	x->helo = helo;
	x->helo_is_name = helo.n && helo.p[0] != '[' &&
			  to_ascii(g->c, helo).n && str_chr(helo, '.') > 0 &&
			  !str_ieq(helo, S("localhost.localdomain"));
	if (!x->helo_is_name)
		return;
	x->helo_a = ask_add(&g->ask, helo, DNS_A);
	x->helo_aaaa = ask_add(&g->ask, helo, DNS_AAAA);
}

/* After the first answers: the address set, else those of the HELO name. */
static void find_ips(struct gather_identity *g)
{
	const struct notice *n = g->c->notice;
	struct endpoint ip;

	if (n->relay.n)
		return;
	if (n->source.n) {
		if (endpoint_parse_ip(n->source, 0, &ip))
			add_ip(g, &ip);
		return;
	}
	add_addresses(g, g->x->helo_a);
	add_addresses(g, g->x->helo_aaaa);
}

static void reverse_name(const struct endpoint *ip, struct buf *out)
{
	const unsigned char *b;

	if (endpoint_is_v6(ip)) {
		b = ip->u.v6.sin6_addr.s6_addr;
		for (int i = 15; i >= 0; i--)
			buf_addf(out, "%x.%x.", b[i] & 15, b[i] >> 4);
		buf_addz(out, "ip6.arpa");
		return;
	}
	b = (const unsigned char *)&ip->u.v4.sin_addr;
	buf_addf(out, "%u.%u.%u.%u.in-addr.arpa", b[3], b[2], b[1], b[0]);
}

static void ask_ptrs(struct gather_identity *g)
{
	struct buf name = BUF_INIT(200);

	for (size_t i = 0; i < g->x->ips; i++) {
		buf_reset(&name);
		reverse_name(&g->x->ip[i].ip, &name);
		g->x->ip[i].ptr = ask_add(&g->ask, buf_str(&name), DNS_PTR);
	}
	buf_release(&name);
}

/* 16 and more: no digit. */
static unsigned digit_of(char c)
{
	if (ascii_is_digit(c))
		return (unsigned)(c - '0');
	return ascii_is_alpha(c) ? (unsigned)(ascii_lower(c) - 'a') + 10 : 99;
}

/* The digits (of `base`) of each run of them in a name, as numbers; runs that
 * are longer than `most` digits are none. */
static size_t numbers_in(
    struct str name, unsigned base, size_t most, unsigned *ret, size_t size)
{
	size_t n = 0, digits;

	for (size_t i = 0; i < name.n && n < size; i += digits + 1) {
		unsigned v = 0, d;

		for (digits = 0; i + digits < name.n; digits++) {
			d = digit_of(name.p[i + digits]);
			if (d >= base)
				break;
			if (digits < most)
				v = v * base + d;
		}
		if (digits && digits <= most)
			ret[n++] = v;
	}
	return n;
}

/* `part` of an address stands in it, in this order or backwards. */
static bool has_run(
    const unsigned *number, size_t n, const unsigned *part, size_t parts)
{
	for (size_t i = 0; i + parts <= n; i++) {
		bool forth = true, back = true;

		for (size_t k = 0; k < parts; k++) {
			forth &= number[i + k] == part[k];
			back &= number[i + k] == part[parts - 1 - k];
		}
		if (forth || back)
			return true;
	}
	return false;
}

/* "c0000219", "192000002025": the address as one word of a name. */
static bool has_word(const unsigned char *b, struct str name)
{
	char word[2][16];

	snprintf(word[0], sizeof(word[0]), "%02x%02x%02x%02x", b[0], b[1], b[2],
	    b[3]);
	snprintf(word[1], sizeof(word[1]), "%03u%03u%03u%03u", b[0], b[1], b[2],
	    b[3]);
	for (size_t i = 0; i < ARRAY_SIZE(word); i++)
		if (str_find(name, str_of(word[i])) >= 0)
			return true;
	return false;
}

/* A name made of the address: "ip-192-0-2-25.isp.example", or of all of an
 * IPv6 address: its eight groups, or its 32 digits as one word. */
static bool is_generic(const struct endpoint *ip, struct str name)
{
	unsigned number[64], part[8];
	const unsigned char *b;
	char word[40];

	if (!endpoint_is_v6(ip)) {
		b = (const unsigned char *)&ip->u.v4.sin_addr;
		for (size_t i = 0; i < 4; i++)
			part[i] = b[i];
		return has_word(b, name) ||
		       has_run(number,
			   numbers_in(name, 10, 3, number, ARRAY_SIZE(number)),
			   part, 4);
	}
	b = ip->u.v6.sin6_addr.s6_addr;
	for (size_t i = 0; i < 8; i++) {
		part[i] = (unsigned)b[2 * i] << 8 | b[2 * i + 1];
		snprintf(word + 4 * i, sizeof(word) - 4 * i, "%04x", part[i]);
	}
	return str_find(name, str_of(word)) >= 0 ||
	       has_run(number,
		   numbers_in(name, 16, 4, number, ARRAY_SIZE(number)), part,
		   8);
}

static bool leads_back(const struct dns_fact *f, const struct endpoint *ip)
{
	for (size_t i = 0; dns_fact_has(f) && i < f->count; i++) {
		struct endpoint at = {0};
		unsigned char b[16];

		if (f->type == DNS_A && dns_rr_a(&f->rr[i], b))
			endpoint_from_v4(b, 0, &at);
		else if (f->type == DNS_AAAA && dns_rr_aaaa(&f->rr[i], b))
			endpoint_from_v6(b, 0, &at);
		if (at.len && endpoint_eq(&at, ip))
			return true;
	}
	return false;
}

#define PTR_NAMES 4u

static size_t ptr_names(
    struct gather_identity *g, const struct dns_fact *f, struct str *ret)
{
	size_t n = 0;

	for (size_t i = 0; dns_fact_has(f) && i < f->count && n < PTR_NAMES;
	     i++) {
		struct buf name = BUF_INIT(2 * LIMIT_DOMAIN);

		if (dns_rr_name(&f->rr[i], &name) && name.len)
			ret[n++] = arena_dup(g->c->arena, buf_str(&name));
		buf_release(&name);
	}
	return n;
}

/* Each name of the address must lead back to it; one that does is enough. */
static void confirm_ptrs(struct gather_identity *g)
{
	struct str name[PTR_NAMES];

	for (size_t i = 0; i < g->x->ips; i++) {
		size_t n = ptr_names(g, g->x->ip[i].ptr, name);

		for (size_t k = 0; k < n; k++)
			ask_add(&g->ask, name[k],
			    endpoint_is_v6(&g->x->ip[i].ip) ? DNS_AAAA : DNS_A);
	}
	ask_run(&g->ask);
	for (size_t i = 0; i < g->x->ips; i++) {
		struct identity_ip *ip = &g->x->ip[i];
		size_t n = ptr_names(g, ip->ptr, name);

		for (size_t k = 0; k < n && !ip->confirmed; k++) {
			const struct dns_fact *f = ask_add(&g->ask, name[k],
			    endpoint_is_v6(&ip->ip) ? DNS_AAAA : DNS_A);

			ip->ptr_name = name[k];
			ip->ptr_trouble |= dns_fact_trouble(f);
			ip->confirmed = leads_back(f, &ip->ip);
		}
		ip->generic = is_generic(&ip->ip, ip->ptr_name);
	}
}

/* ---- neighbours */

static void ask_neighbours(
    struct gather_identity *g, struct str **ret, size_t *ret_count)
{
	*ret_count = 0;
	if (!g->x->mains)
		return;
	*ret_count = cousins_make(
	    g->psl, g->x->main[0].name, IDENTITY_NEIGHBOURS, g->c->arena, ret);
	for (size_t i = 0; i < *ret_count; i++) {
		ask_add(&g->ask, (*ret)[i], DNS_MX);
		ask_add(&g->ask, (*ret)[i], DNS_NS);
	}
}

static void read_neighbours(
    struct gather_identity *g, const struct str *name, size_t n)
{
	struct identity_facts *x = g->x;

	for (size_t i = 0; i < n; i++) {
		const struct dns_fact *mx = ask_add(&g->ask, name[i], DNS_MX);
		const struct dns_fact *ns = ask_add(&g->ask, name[i], DNS_NS);
		struct identity_neighbour *to;

		if (dns_fact_trouble(mx) || dns_fact_trouble(ns))
			x->neighbours_trouble = true;
		if (!mx || mx->status == DNS_NXDOMAIN || dns_fact_trouble(mx))
			continue;
		to = &x->neighbour[x->neighbours++];
		*to = (struct identity_neighbour){
		    .name = name[i],
		    .registered = true,
		    .mail = dns_fact_has(mx),
		    .own = identity_is_own(g->c, g->psl, name[i]),
		};
	}
}

/* ---- block lists */

static void load_lists(struct gather_identity *g)
{
	struct err e = {0};

	if (blocklists_load(
		g->c->o.data_dir, g->c->arena, &g->x->blocklists, &e) < 0) {
		g->x->blocklists.count = 0;
		g->x->blocklists_error = arena_dup(g->c->arena, str_of(e.msg));
	}
}

static void list_name(
    const struct endpoint *ip, struct str list, struct buf *out)
{
	const char *cut;

	buf_reset(out);
	reverse_name(ip, out);
	/* "25.2.0.192.in-addr.arpa" without its last two labels */
	cut = strstr(buf_cstr(out), endpoint_is_v6(ip) ? "ip6" : "in-addr");
	buf_truncate(out, (size_t)(cut - buf_cstr(out)));
	buf_add(out, list);
}

/* 127.0.0.0/8 is a yes (RFC 5782 2.1); 127.255.255.0/24: the list refuses our
 * resolver. */
static enum identity_listed read_list(
    const struct gather_identity *g, const struct dns_fact *f)
{
	unsigned char b[4];

	if (dns_fact_has(f) && dns_rr_a(&f->rr[0], b) && b[0] == 127 &&
	    !(b[1] == 255 && b[2] == 255))
		return LISTED_YES;
	/* a file knows only of what is listed */
	if (f && !g->x->offline &&
	    (f->status == DNS_NXDOMAIN || f->status == DNS_NODATA))
		return LISTED_NO;
	return LISTED_NO_ANSWER;
}

static void ask_lists(struct gather_identity *g, bool read)
{
	const struct blocklists *lists = &g->x->blocklists;
	struct buf name = BUF_INIT(2 * LIMIT_DOMAIN);

	for (size_t i = 0; i < g->x->ips; i++)
		for (size_t k = 0; k < lists->count; k++) {
			struct identity_ip *ip = &g->x->ip[i];
			const struct dns_fact *f;

			list_name(&ip->ip, lists->v[k].zone, &name);
			f = ask_add(&g->ask, buf_str(&name), DNS_A);
			if (read)
				ip->listed[k] = read_list(g, f);
		}
	buf_release(&name);
}

/* ---- all of it */

static void count_spf(struct gather_identity *g)
{
	const struct dns_fact *f = g->x->spf_txt;

	for (size_t i = 0; dns_fact_has(f) && i < f->count; i++) {
		struct buf text = BUF_INIT(LIMIT_SPF_RECORD);

		if (dns_rr_txt(&f->rr[i], &text))
			g->x->spf_records += spf_is_record(buf_str(&text));
		buf_release(&text);
	}
}

static void mark_null_mx(struct identity_domain *d)
{
	struct buf host = BUF_INIT(2 * LIMIT_DOMAIN);
	uint16_t preference;

	if (dns_fact_has(d->mx) && d->mx->count == 1 &&
	    dns_rr_mx(&d->mx->rr[0], &preference, &host))
		d->null_mx = str_eq(buf_str(&host), S("."));
	buf_release(&host);
}

static void read_relay(struct gather_identity *g)
{
	const struct notice *n = g->c->notice;
	const char *path = notice_path(n, n->esp.answers, g->c->arena);
	struct str relay = n->relay, host = host_of(relay);
	struct endpoint ip;
	ptrdiff_t colon;

	g->x->esp_profile = g->c->profile && g->c->profile->esp;
	g->x->answers_there =
	    n->esp.answers.n && path && access(path, R_OK) == 0;
	if (!relay.n)
		return;
	if (!host.n) {
		colon = str_rchr(relay, ':');
		host = colon < 0 ? relay : str_sub(relay, 0, (size_t)colon);
	}
	g->x->relay_own =
	    endpoint_parse(relay, 25, &ip) ||
	    endpoint_parse_ip(host, 25, &ip) || str_ieq(host, S("localhost")) ||
	    identity_is_own(g->c, g->psl, org_of(g->psl, to_ascii(g->c, host)));
}

int gather_identity(
    struct check_context *c, struct check_facts *x, struct err *e)
{
	struct gather_identity g = {
	    .c = c, .x = &x->identity, .ask = {.context = c}};
	struct str *neighbour = NULL;
	size_t neighbours;

	g.psl = psl_open();
	x->identity.offline = c->o.zone != NULL;
	dns_set_timeout(c->dns, ASK_TIMEOUT);
	read_addresses(&g);
	read_helo(&g);
	read_relay(&g);
	find_mains(&g);
	identity_tls_ask(&g);
	x->identity.spf_txt = ask_add(&g.ask, x->identity.bounce.name, DNS_TXT);
	ask_neighbours(&g, &neighbour, &neighbours);
	ask_run(&g.ask);
	mark_null_mx(&x->identity.from);
	mark_null_mx(&x->identity.bounce);
	mark_null_mx(&x->identity.reply);
	count_spf(&g);
	read_neighbours(&g, neighbour, neighbours);
	find_ips(&g);
	identity_servers_ask(&g);
	ask_ptrs(&g);
	load_lists(&g);
	ask_lists(&g, false);
	ask_run(&g.ask);
	ask_lists(&g, true);
	identity_tls_read(&g);
	confirm_ptrs(&g);
	rdap_ask(
	    c->o.rdap_dir, !c->o.zone, x->identity.from.org, &x->identity.rdap);
	gather_identity_keys(&g);
	gather_identity_mail(&g);
	gather_identity_copy(&g);
	psl_close(g.psl);
	return 0;
}
