#include "asked.h"

#include "base/codec.h"
#include "net/endpoint.h"

static void add_rr(struct buf *b, enum dns_type type, const struct dns_rr *rr)
{
	char tmp[ENDPOINT_TEXT];
	unsigned char ip[16];
	struct endpoint at;
	uint16_t preference;
	struct buf name = BUF_INIT(1024);
	struct dns_soa soa;
	bool ok = true;

	switch (type) {
	case DNS_A:
		ok = dns_rr_a(rr, ip);
		endpoint_from_v4(ip, 0, &at);
		buf_addz(b, endpoint_ip(&at, tmp));
		break;
	case DNS_AAAA:
		ok = dns_rr_aaaa(rr, ip);
		endpoint_from_v6(ip, 0, &at);
		buf_addz(b, endpoint_ip(&at, tmp));
		break;
	case DNS_MX:
		ok = dns_rr_mx(rr, &preference, &name);
		buf_addf(b, "%u/%s", preference, buf_cstr(&name));
		break;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR: ok = dns_rr_name(rr, b); break;
	case DNS_TXT:
	case DNS_SPF:
		buf_addc(b, '"');
		ok = dns_rr_txt(rr, b);
		buf_addc(b, '"');
		break;
	case DNS_SOA:
		ok = dns_rr_soa(rr, &soa, b, &name);
		buf_addf(b, "/%s/%u/%u/%u/%u/%u", buf_cstr(&name), soa.serial,
		    soa.refresh, soa.retry, soa.expire, soa.minimum);
		break;
	case DNS_TLSA:
	case DNS_CAA:
	default: codec_hex(b, rr->rdata); break;
	}
	t_true(ok, "the rdata can not be read");
	buf_release(&name);
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(buf_str(a), buf_str(b));
}

static void add_records(
    struct buf *b, enum dns_type type, const struct dns_answer *a)
{
	struct buf *text = mem_zalloc((a->rr_count + 1) * sizeof(*text));

	for (size_t i = 0; i < a->rr_count; i++) {
		buf_init(&text[i], MiB);
		add_rr(&text[i], type, &a->rr[i]);
	}
	qsort(text, a->rr_count, sizeof(*text), by_text);
	for (size_t i = 0; i < a->rr_count; i++) {
		buf_addz(b, i ? " " : ": ");
		buf_add(b, buf_str(&text[i]));
		buf_release(&text[i]);
	}
	free(text);
}

void asked_on_answer(const struct dns_answer *a, void *arg)
{
	static const char *const name[] = {
	    [DNS_OK] = "OK",
	    [DNS_NODATA] = "NODATA",
	    [DNS_NXDOMAIN] = "NXDOMAIN",
	    [DNS_SERVFAIL] = "SERVFAIL",
	    [DNS_TIMEOUT] = "TIMEOUT",
	};
	struct asked *q = arg;

	t_int(a->status == DNS_OK, a->rr_count > 0);
	buf_addz(&q->text, name[a->status]);
	if (a->secure)
		buf_addz(&q->text, " secure");
	if (a->bogus)
		buf_addz(&q->text, " bogus");
	if (a->ttl)
		buf_addf(&q->text, " %u", a->ttl);
	if (a->canonical.n)
		buf_addf(&q->text, " %.*s", STR_ARG(a->canonical));
	add_records(&q->text, q->type, a);
	q->query = NULL;
	q->done++;
	if (q->stop)
		loop_stop(q->stop);
}

void asked_start(
    struct asked *q, struct dns *d, const char *name, enum dns_type type)
{
	int before = q->done;

	buf_reset(&q->text);
	q->type = type;
	q->query = dns_start(d, str_of(name), type, asked_on_answer, q);
	t_int(q->done, before);
}

void asked_wait(struct asked *q, struct loop *l)
{
	int before = q->done;

	if (!q->query)
		return;
	q->stop = loop_is_sim(l) ? NULL : l;
	loop_run(l);
	t_int(q->done, before + 1);
	q->stop = NULL;
}

void asked_is(struct loop *l, struct dns *d, const char *name,
    enum dns_type type, const char *want)
{
	struct asked q = ASKED_INIT;

	asked_start(&q, d, name, type);
	asked_wait(&q, l);
	if (!str_eq(buf_str(&q.text), str_of(want)))
		print_error("# asked for type %d of %s\n", (int)type, name);
	t_str(buf_str(&q.text), want);
	t_int(q.done, 1);
	buf_release(&q.text);
}
