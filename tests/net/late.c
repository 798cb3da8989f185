#include "t.h"
#include "late.h"

struct late_question {
	struct late *source;
	struct dns_lookup *lookup;
	struct loop_timer timer;
};

static void answer(struct late *s, struct dns_lookup *k)
{
	static const struct dns_rr rr = {{"\xc0\x00\x02\x01", 4}};
	struct dns_answer a = {.ttl = s->ttl};
	struct buf text = BUF_INIT(1024);

	dns_name_format(dns_name_str(&k->name), &text);
	a.canonical = buf_str(&text);
	if (str_starts(a.canonical, S("no"))) {
		a.status = DNS_NXDOMAIN;
	} else if (str_starts(a.canonical, S("fail"))) {
		a.status = DNS_SERVFAIL;
	} else {
		a.rr = &rr;
		a.rr_count = 1;
	}
	dns_lookup_done(k, &a);
	buf_release(&text);
}

static void on_timer(void *arg)
{
	struct late_question *q = arg;
	struct dns_lookup *k = q->lookup;

	q->source->busy--;
	loop_timer_release(&q->timer);
	answer(q->source, k);
	free(q);
}

static void start(struct dns_lookup *k)
{
	struct late *s = k->dns->impl;
	struct late_question *q;

	s->started++;
	if (s->delay < 0) {
		answer(s, k);
		return;
	}
	s->busy++;
	q = mem_zalloc(sizeof(*q));
	q->source = s;
	q->lookup = k;
	k->impl = q;
	loop_timer_init(&q->timer, k->dns->loop, on_timer, q);
	loop_timer_start(&q->timer,
	    s->random ? (usec_t)rand_seq_below(s->random, (uint64_t)s->delay)
		      : s->delay);
}

static void stop(struct dns_lookup *k)
{
	struct late_question *q = k->impl;

	q->source->stopped++;
	q->source->busy--;
	loop_timer_release(&q->timer);
	free(q);
}

static void late_free(struct dns *d)
{
	struct late *s = d->impl;

	s->freed = true;
}

static const struct dns_source source = {start, stop, late_free};

struct dns *late_new(struct loop *l, struct late *s)
{
	return dns_new(l, &source, s);
}
