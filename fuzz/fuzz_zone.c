/* zone: a zone file of any bytes is refused with a sentence that names file
 * and line, or answers: names in it and below it, each once, within the
 * limits, and sound records only.
 */
#include "fuzz.h"

#include "net/dns_private.h"

#define NAMES_MAX 16

struct asked {
	enum dns_type type;
	size_t done;
};

static void on_answer(const struct dns_answer *a, void *arg)
{
	struct asked *q = arg;
	struct dns_name n;

	q->done++;
	ENSURE((a->status == DNS_OK) == (a->rr_count > 0));
	ENSURE(!a->bogus || a->status == DNS_SERVFAIL);
	ENSURE(!(a->secure && a->bogus));
	ENSURE(a->status <= DNS_NXDOMAIN || a->ttl == 0);
	ENSURE(a->ttl <= INT32_MAX || a->status != DNS_OK);
	if (a->canonical.n)
		ENSURE(dns_name_parse(a->canonical, NULL, &n) == NULL);
	for (size_t i = 0; i < a->rr_count; i++)
		ENSURE(dns_rr_is_sound(q->type, a->rr[i].rdata));
}

static void ask(struct loop *l, struct dns *d, struct str name)
{
	static const enum dns_type types[] = {
	    DNS_A, DNS_MX, DNS_CNAME, DNS_TXT, DNS_SOA, DNS_TLSA};
	struct asked q[ARRAY_SIZE(types)];

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		q[i] = (struct asked){.type = types[i]};
		dns_start(d, name, types[i], on_answer, &q[i]);
		ENSURE(q[i].done == 0);
	}
	loop_run(l);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		ENSURE(q[i].done == 1);
}

/* The first words of lines, as they are and with a label before them. */
static void ask_all(struct loop *l, struct dns *d, struct str text)
{
	struct buf below = BUF_INIT(64 * KiB);

	for (size_t n = 0; text.p && n < NAMES_MAX; n++) {
		struct str line = str_cut(&text, '\n');
		size_t end = 0;

		while (end < line.n && line.p[end] != ' ' &&
		       line.p[end] != '\t' && line.p[end] != '\r')
			end++;
		line = str_sub(line, 0, end);
		ask(l, d, line);
		buf_reset(&below);
		buf_add(&below, S("x."));
		buf_add(&below, line);
		ask(l, d, buf_str(&below));
	}
	buf_release(&below);
	ask(l, d, S("."));
}

void fuzz_one(struct str in)
{
	struct loop *l = loop_sim_new(0);
	struct err e = {0};
	struct dns *d;

	if (dns_zone_new(l, in, "z", &d, &e) == 0) {
		ENSURE(!e.code);
		ask_all(l, d, in);
		dns_free(d);
	} else {
		ENSURE(e.code == ERR_INPUT || e.code == ERR_LIMIT);
		ENSURE(str_starts(str_of(e.msg), S("z:")));
	}
	loop_free(l);
}
