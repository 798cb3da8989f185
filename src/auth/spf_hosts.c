#include "auth/spf_private.h"

enum dns_type spf_hosts_type(const struct spf *s)
{
	return s->macros.v6 ? DNS_AAAA : DNS_A;
}

static bool same_network(
    const unsigned char *a, const unsigned char *b, unsigned bits)
{
	unsigned left = bits % 8;

	if (memcmp(a, b, bits / 8) != 0)
		return false;
	return left == 0 || (a[bits / 8] ^ b[bits / 8]) >> (8 - left) == 0;
}

bool spf_hosts_match(
    const struct spf *s, const struct spf_term *t, const struct dns_answer *a)
{
	unsigned char ip[16];

	for (size_t i = 0; i < a->rr_count; i++) {
		bool read = s->macros.v6 ? dns_rr_aaaa(&a->rr[i], ip)
					 : dns_rr_a(&a->rr[i], ip);

		if (read && same_network(ip, s->macros.ip,
				s->macros.v6 ? t->cidr6 : t->cidr4))
			return true;
	}
	return false;
}

bool spf_name_is_in(struct str name, struct str parent)
{
	size_t at, slashes = 0;

	if (!str_iends(name, parent))
		return false;
	if (name.n == parent.n)
		return true;
	at = name.n - parent.n;
	if (name.p[at - 1] != '.')
		return false;
	while (slashes + 1 < at && name.p[at - 2 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 0; /* else the dot is inside a label */
}

struct str spf_hosts_validated(const struct spf *s, struct str parent)
{
	struct str best = STR_NONE;
	int rank = 0;

	for (size_t i = 0; i < s->ptr_names; i++) {
		struct str name = s->ptr_name[i];
		int r = str_ieq(name, parent)          ? 3
			: spf_name_is_in(name, parent) ? 2
						       : 1;

		/* no host name, and its dots would not be where they were */
		if (str_chr(name, '\\') >= 0 || r <= rank)
			continue;
		rank = r;
		best = name;
	}
	return best;
}

void spf_hosts_cancel(struct spf *s)
{
	for (size_t i = 0; i < s->hosts; i++)
		if (s->host[i].query)
			dns_cancel(s->host[i].query);
	s->hosts = 0;
	s->validating = false;
}

/* In the order of preference, as if asked one after the other. */
static void judge_mx(struct spf *s)
{
	while (s->judged < s->hosts && s->host[s->judged].done) {
		struct spf_host *h = &s->host[s->judged++];

		if (h->status == DNS_SERVFAIL || h->status == DNS_TIMEOUT) {
			spf_conclude(s, SPF_TEMPERROR,
			    "the address of %.*s could not be looked up: %s",
			    STR_ARG(h->name), dns_status_name(h->status));
			spf_hosts_cancel(s);
			return;
		}
		if (h->status != DNS_OK && !spf_note_void(s)) {
			spf_hosts_cancel(s);
			return;
		}
		if (h->match) {
			spf_hosts_cancel(s);
			spf_term_done(s, true);
			return;
		}
	}
	if (s->judged < s->hosts)
		return;
	spf_hosts_cancel(s);
	spf_term_done(s, false);
}

static void judge_validated(struct spf *s)
{
	for (size_t i = 0; i < s->hosts; i++)
		if (!s->host[i].done)
			return;
	for (size_t i = 0; i < s->hosts; i++)
		if (s->host[i].match)
			s->ptr_name[s->ptr_names++] = s->host[i].name;
	spf_hosts_cancel(s);
	s->ptr_known = true;
	s->waiting = false;
}

static void judge(struct spf *s)
{
	if (s->validating)
		judge_validated(s);
	else
		judge_mx(s);
}

static void on_address(const struct dns_answer *a, void *arg)
{
	static const struct spf_term whole = {.cidr4 = 32, .cidr6 = 128};
	struct spf_host *h = arg;
	struct spf *s = h->spf;

	h->query = NULL;
	h->done = true;
	h->status = a->status;
	h->match =
	    spf_hosts_match(s, s->validating ? &whole : &spf_top(s)->term, a);
	judge(s);
	spf_run(s);
}

static void ask_all(struct spf *s)
{
	s->judged = 0;
	s->waiting = true;
	for (size_t i = 0; i < s->hosts; i++) {
		struct spf_host *h = &s->host[i];

		h->spf = s;
		h->query = dns_start(
		    s->dns, h->name, spf_hosts_type(s), on_address, h);
		if (!h->query) {
			spf_lose(s);
			return;
		}
		s->v.queries++;
	}
	judge(s);
}

static void add_mx(struct spf *s, uint16_t preference, struct str name)
{
	size_t at = s->hosts++;

	for (; at > 0 && s->host[at - 1].preference > preference; at--)
		s->host[at] = s->host[at - 1];
	s->host[at] = (struct spf_host){
	    .preference = preference, .name = arena_dup(&s->arena, name)};
}

void spf_hosts_mx(struct spf *s, const struct dns_answer *a)
{
	uint16_t preference;

	s->hosts = 0;
	if (a->rr_count > LIMIT_SPF_NAMES) {
		spf_conclude(s, SPF_PERMERROR,
		    "%.*s has %zu mail servers (MX), more than the %lu that "
		    "may be looked up (RFC 7208 4.6.4)",
		    STR_ARG(a->canonical), a->rr_count, LIMIT_SPF_NAMES);
		return;
	}
	for (size_t i = 0; i < a->rr_count; i++) {
		buf_reset(&s->scratch);
		/* "." says there is no server (RFC 7505) */
		if (dns_rr_mx(&a->rr[i], &preference, &s->scratch) &&
		    !str_eq(buf_str(&s->scratch), S(".")))
			add_mx(s, preference, buf_str(&s->scratch));
	}
	ask_all(s);
}

/* ---- the names of the client (RFC 7208 5.5) */

static void on_ptr(const struct dns_answer *a, void *arg)
{
	struct spf *s = arg;

	s->query = NULL;
	s->ptr_void = a->status == DNS_NODATA || a->status == DNS_NXDOMAIN;
	s->hosts = 0;
	s->validating = true;
	for (size_t i = 0; i < a->rr_count && i < LIMIT_SPF_NAMES; i++) {
		buf_reset(&s->scratch);
		if (dns_rr_name(&a->rr[i], &s->scratch))
			s->host[s->hosts++] = (struct spf_host){
			    .name = arena_dup(&s->arena, buf_str(&s->scratch))};
	}
	ask_all(s);
	spf_run(s);
}

void spf_hosts_validate(struct spf *s)
{
	buf_reset(&s->scratch);
	spf_macro_expand(S("%{ir}.%{v}.arpa"), &s->macros, &s->scratch);
	spf_ask(s, buf_str(&s->scratch), DNS_PTR, on_ptr);
}
