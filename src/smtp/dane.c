#include "smtp/dane.h"

#define USAGE_TA 2
#define USAGE_EE 3

#define MATCH_FULL   0
#define MATCH_SHA256 1
#define MATCH_SHA512 2

bool dane_is_usable(const struct dns_tlsa *t)
{
	if (t->usage != USAGE_TA && t->usage != USAGE_EE)
		return false;
	if (t->selector > 1)
		return false;
	switch (t->matching) {
	case MATCH_FULL: return t->data.n > 0;
	case MATCH_SHA256: return t->data.n == 32;
	case MATCH_SHA512: return t->data.n == 64;
	default: return false;
	}
}

static void read_records(const struct dns_answer *a, struct dane *ret)
{
	for (size_t i = 0; i < a->rr_count && i < LIMIT_DANE_RECORDS; i++) {
		struct dns_tlsa t;

		if (dns_rr_tlsa(&a->rr[i], &t) && dane_is_usable(&t))
			ret->record[ret->count++] = t;
		else
			ret->unusable++;
	}
	ret->need = ret->count ? DANE_NEED_MATCH : DANE_NEED_TLS;
}

void dane_read(const struct dns_answer *a, struct dane *ret)
{
	*ret = (struct dane){.need = DANE_NEED_NOTHING};
	switch (a->status) {
	case DNS_OK:
		if (a->secure)
			read_records(a, ret);
		return;
	case DNS_NODATA:
	case DNS_NXDOMAIN: return;
	case DNS_SERVFAIL:
	case DNS_TIMEOUT: ret->need = DANE_NEED_ANOTHER; return;
	}
	BUG("dns status %d", (int)a->status);
}

void dane_name(uint16_t port, struct str host, struct buf *out)
{
	buf_addf(out, "_%u._tcp.", (unsigned)port);
	buf_add(out, host);
}
