#include "judged.h"
#include "net/dns_private.h"

/* "v=spf1 " and `n` times `term` numbered, then `last`. */
static const char *record_of(
    char out[8192], const char *term, unsigned n, const char *last)
{
	struct buf b = BUF_INIT(8000);

	buf_addz(&b, "x.com TXT");
	buf_addz(&b, " \"v=spf1 \"");
	for (unsigned i = 0; i < n; i++) {
		buf_addz(&b, " \"");
		buf_addf(&b, "%s%u.x.com ", term, i);
		buf_addc(&b, '"');
	}
	buf_addf(&b, " \"%s\"\n", last);
	t_true(!b.over);
	snprintf(out, 8192, "%s", buf_cstr(&b));
	buf_release(&b);
	return out;
}

static void ten_terms_may_look_up_and_not_eleven(void **state)
{
	char zone[8192 + 200], record[8192];

	for (unsigned n = 9; n <= 11; n++) {
		snprintf(zone, sizeof(zone), "%s*.x.com A 192.0.2.1\n",
		    record_of(record, "a:h", n, "-all"));
		IS(zone, "192.0.2.9", "a@x.com",
		    n == 9    ? "fail -all 9/0"
		    : n == 10 ? "fail -all 10/0"
			      : "permerror - 10/0");
	}
	/* the eleventh is not reached */
	snprintf(zone, sizeof(zone), "%s*.x.com A 192.0.2.1\n",
	    record_of(record, "a:h", 11, "-all"));
	IS(zone, "192.0.2.1", "a@x.com", "pass a:h0.x.com 1/0");
	/* redirect is a term, exp is none */
	snprintf(zone, sizeof(zone),
	    "%s*.x.com A 192.0.2.1\ny.com TXT \"v=spf1 -all\"\n",
	    record_of(record, "a:h", 9, "redirect=y.com exp=y.com"));
	IS(zone, "192.0.2.9", "a@x.com", "fail -all 10/0");
	snprintf(zone, sizeof(zone),
	    "%s*.x.com A 192.0.2.1\ny.com TXT \"v=spf1 -all\"\n",
	    record_of(record, "a:h", 10, "redirect=y.com"));
	IS(zone, "192.0.2.9", "a@x.com", "permerror - 10/0");
	snprintf(zone, sizeof(zone), "%s*.x.com A 192.0.2.1\n",
	    record_of(record, "a:h", 10, "-all exp=h0.x.com"));
	IS(zone, "192.0.2.9", "a@x.com", "fail -all 10/0");
}

static void the_terms_of_included_records_count_too(void **state)
{
	char zone[8192 + 300], record[8192];

	for (unsigned n = 9; n <= 10; n++) {
		snprintf(zone, sizeof(zone),
		    "%s*.x.com A 192.0.2.1\n"
		    "top.com TXT \"v=spf1 include:x.com -all\"\n",
		    record_of(record, "a:h", n, "?all"));
		IS(zone, "192.0.2.9", "a@top.com",
		    n == 9 ? "fail -all 10/0" : "permerror - 10/0");
	}
}

static void the_p_macro_counts_as_a_look_up(void **state)
{
	IS("x.com TXT \"v=spf1 exists:%{p}.x.com exists:%{p}.y.com "
	   "exists:%{p}.z.com exists:%{p}.w.com ?exists:%{p}.v.com a ?all\"\n"
	   "1.2.0.192.in-addr.arpa PTR h.x.com\nh.x.com A 192.0.2.1\n"
	   "h.x.com.v.com A 127.0.0.1\nh.x.com.w.com TXT x\n"
	   "*.x.com TXT x\n*.y.com CNAME h.x.com\n",
	    "192.0.2.1", "a@x.com", "pass exists:%{p}.y.com 4/1");
}

static void two_terms_may_be_void_and_not_three(void **state)
{
	char zone[8192];

	for (unsigned n = 1; n <= 3; n++)
		IS(record_of(zone, "a:h", n, "-all"), "192.0.2.1", "a@x.com",
		    n == 1   ? "fail -all 1/1"
		    : n == 2 ? "fail -all 2/2"
			     : "permerror - 3/3");
	for (unsigned n = 2; n <= 3; n++)
		IS(record_of(zone, "mx:h", n, "-all"), "192.0.2.1", "a@x.com",
		    n == 2 ? "fail -all 2/2" : "permerror - 3/3");
	for (unsigned n = 2; n <= 3; n++)
		IS(record_of(zone, "exists:h", n, "-all"), "192.0.2.1",
		    "a@x.com", n == 2 ? "fail -all 2/2" : "permerror - 3/3");
	/* a name that can not be asked is no look-up that found nothing */
	IS("x.com TXT \"v=spf1 a:a..b.com a:..c.com a:d...com -all\"\n",
	    "192.0.2.1", "a@x.com", "fail -all 3/0");
	/* exp= is outside all limits */
	IS("x.com TXT \"v=spf1 a:b.com a:c.com -all exp=d.com\"\n", "192.0.2.1",
	    "a@x.com", "fail -all 2/2");
}

static void void_terms_may_be_allowed(void **state)
{
	struct judged j = {.loop = loop_sim_new(0)};
	struct spf_request r = {.mail_from = S("x.com"), .void_max = 5};
	struct err e = {0};
	struct dns *d;
	char zone[8192];

	for (unsigned n = 5; n <= 6; n++) {
		t_true(endpoint_parse_ip(S("192.0.2.1"), 0, &r.ip));
		t_ok(
		    dns_zone_new(j.loop,
			str_of(record_of(zone, "a:h", n, "-all")), "z", &d, &e),
		    &e);
		spf_start(j.loop, d, &r, judged_on_verdict, &j);
		loop_run(j.loop);
		t_str(str_of(j.line),
		    n == 5 ? "fail -all 5/5" : "permerror - 6/6");
		dns_free(d);
	}
	loop_free(j.loop);
}

/* An IPv6 client and mail servers with IPv4 only: one term is void, however
 * many hosts there are. */
static void an_mx_is_void_once(void **state)
{
	IS("x.com TXT \"v=spf1 mx ip6:2001:db8::/32 -all\"\n"
	   "x.com MX 1 a.x.com.\nx.com MX 2 b.x.com.\nx.com MX 3 c.x.com.\n"
	   "a.x.com A 192.0.2.1\nb.x.com A 192.0.2.2\nc.x.com A 192.0.2.3\n",
	    "2001:db8::1", "a@x.com", "pass ip6:2001:db8::/32 1/1");
}

static void ten_mail_servers_may_be_looked_up_and_not_eleven(void **state)
{
	char zone[4096];

	for (unsigned n = 10; n <= 11; n++) {
		struct buf b = BUF_INIT(4000);

		buf_addz(&b, "x.com TXT \"v=spf1 mx -all\"\n");
		for (unsigned i = 0; i < n; i++)
			buf_addf(&b,
			    "x.com MX 1 m%u.x.com.\n"
			    "m%u.x.com A 192.0.2.%u\n",
			    i, i, i);
		snprintf(zone, sizeof(zone), "%s", buf_cstr(&b));
		buf_release(&b);
		IS(zone, "192.0.2.9", "a@x.com",
		    n == 10 ? "pass mx 1/0" : "permerror - 1/0");
		IS(zone, "192.0.2.99", "a@x.com",
		    n == 10 ? "fail -all 1/0" : "permerror - 1/0");
	}
}

static void only_ten_names_of_the_client_are_looked_at(void **state)
{
	for (unsigned n = 10; n <= 11; n++) {
		struct buf b = BUF_INIT(4000);

		buf_addz(&b, "x.com TXT \"v=spf1 ptr -all\"\n"
			     "h.x.com A 192.0.2.1\n");
		for (unsigned i = 1; i < n; i++)
			buf_addf(
			    &b, "1.2.0.192.in-addr.arpa PTR n%u.y.com.\n", i);
		buf_addz(&b, "1.2.0.192.in-addr.arpa PTR h.x.com.\n");
		IS(buf_cstr(&b), "192.0.2.1", "a@x.com",
		    n == 10 ? "pass ptr 1/0" : "fail -all 1/0");
		buf_release(&b);
	}
}

static void loops_end_at_the_limit(void **state)
{
	IS("x.com TXT \"v=spf1 include:x.com -all\"\n", "192.0.2.1", "a@x.com",
	    "permerror - 10/0");
	IS("x.com TXT \"v=spf1 redirect=x.com\"\n", "192.0.2.1", "a@x.com",
	    "permerror - 10/0");
	IS("x.com TXT \"v=spf1 include:y.com ?all\"\n"
	   "y.com TXT \"v=spf1 redirect=x.com\"\n",
	    "192.0.2.1", "a@x.com", "permerror - 10/0");
	IS("x.com CNAME y.com\ny.com CNAME x.com\n", "192.0.2.1", "a@x.com",
	    "temperror - 0/0");
	IS("x.com TXT \"v=spf1 a:c.com -all\"\nc.com CNAME d.com\n"
	   "d.com CNAME e.com\ne.com A 192.0.2.1\n",
	    "192.0.2.1", "a@x.com", "pass a:c.com 1/0");
}

static void a_record_of_64_kb_is_read(void **state)
{
	struct buf zone = BUF_INIT(1 * MiB);
	struct judged j;

	/* 255 strings of 255 bytes, each with 17 terms of 15 */
	buf_addz(&zone, "x.com TXT \"v=spf1 \"");
	for (int i = 0; i < 250; i++) {
		buf_addz(&zone, " \"");
		for (int k = 0; k < 17; k++)
			buf_addz(&zone, "ip4:10.0.0.255 ");
		buf_addc(&zone, '"');
	}
	buf_addz(&zone, " \"+ip4:192.0.2.1\"\n");
	j = FROM(buf_cstr(&zone), "192.0.2.1", S("a@x.com"));
	t_str(str_of(j.line), "pass +ip4:192.0.2.1 0/0");
	t_int(strlen(j.record), LIMIT_SPF_RECORD_SHOWN);
	buf_truncate(&zone, zone.len - 2);
	buf_addz(&zone, "23 moo\"\n");
	j = FROM(buf_cstr(&zone), "10.0.0.255", S("a@x.com"));
	t_str(str_of(j.line), "permerror - 0/0");
	buf_release(&zone);
}

static void long_identities_are_none(void **state)
{
	char name[5000];

	memset(name, 'a', sizeof(name));
	for (size_t i = 60; i < sizeof(name); i += 61)
		name[i] = '.';
	for (size_t n = 250; n <= 258; n++) {
		struct judged j = FROM("*. TXT \"v=spf1 +all\"\n", "::1",
		    str_make(name + sizeof(name) - n, n));

		t_str(
		    str_of(j.line), n <= 253 ? "pass +all 0/0" : "none - 0/0");
	}
	t_str(str_of(FROM("", "::1", str_make(name, sizeof(name))).line),
	    "none - 0/0");
	t_str(
	    str_of(
		judged(S(""), "::1", str_make(name, 5000), S("a@x.com")).line),
	    "none - 0/0");
}

/* ---- time */

#define SLOW_MAX 16
struct slow {
	struct loop *loop;
	usec_t delay;
	struct slow_question {
		struct loop_timer timer;
		struct dns_lookup *lookup;
	} q[SLOW_MAX];
	size_t used, stopped;
};

/* TXT: two terms, one of them slow as well; everything else: no such name. */
static void on_slow(void *arg)
{
	static const struct dns_rr rr = {
	    {"\x25v=spf1 a:a.com a:b.com -all exp=e.com ", 38}};
	struct slow_question *q = arg;
	struct dns_answer a = {.status = DNS_NXDOMAIN};

	if (q->lookup->type == DNS_TXT)
		a = (struct dns_answer){.rr = &rr, .rr_count = 1};
	dns_lookup_done(q->lookup, &a);
}

static void slow_start(struct dns_lookup *k)
{
	struct slow *s = k->dns->impl;
	struct slow_question *q = &s->q[s->used++];

	t_true(s->used <= SLOW_MAX);
	q->lookup = k;
	k->impl = q;
	loop_timer_init(&q->timer, s->loop, on_slow, q);
	loop_timer_start(&q->timer, s->delay);
}

static void slow_stop(struct dns_lookup *k)
{
	struct slow *s = k->dns->impl;
	struct slow_question *q = k->impl;

	s->stopped++;
	loop_timer_stop(&q->timer);
}

static void slow_free(struct dns *d)
{
	struct slow *s = d->impl;

	for (size_t i = 0; i < s->used; i++)
		loop_timer_release(&s->q[i].timer);
}

static const struct dns_source slow_source = {slow_start, slow_stop, slow_free};

static struct judged judge_slowly(usec_t delay, usec_t budget, size_t *stopped)
{
	struct loop *l = loop_sim_new(0);
	struct slow s = {.loop = l, .delay = delay};
	struct judged j = {.loop = l};
	struct dns *d = dns_new(l, &slow_source, &s);
	struct spf_request r = {.mail_from = S("a@x.com"), .budget = budget};

	t_true(endpoint_parse_ip(S("192.0.2.1"), 0, &r.ip));
	spf_start(l, d, &r, judged_on_verdict, &j);
	loop_run(l);
	t_int(j.done, 1);
	*stopped = s.stopped;
	dns_free(d);
	loop_free(l);
	return j;
}

static void the_time_is_up_after_20_seconds(void **state)
{
	size_t stopped;
	struct judged j = judge_slowly(9 * USEC_PER_SEC, 0, &stopped);

	t_str(str_of(j.line), "temperror - 2/1");
	t_has(str_of(j.reason), "longer than 20 seconds");
	t_int(j.at, 20 * USEC_PER_SEC);
	t_int(stopped, 1);
	j = judge_slowly(9 * USEC_PER_SEC, 30 * USEC_PER_SEC, &stopped);
	/* the verdict was there, only its explanation was not */
	t_str(str_of(j.line), "fail -all 2/2");
	t_int(j.at, 30 * USEC_PER_SEC);
	t_int(stopped, 1);
	j = judge_slowly(4 * USEC_PER_SEC, 0, &stopped);
	t_str(str_of(j.line), "fail -all 2/2");
	t_true(j.explained);
	t_int(j.at, 16 * USEC_PER_SEC);
	t_int(stopped, 0);
	/* one answer that does not come is the time-out of dns.h */
	j = judge_slowly(16 * USEC_PER_SEC, 0, &stopped);
	t_str(str_of(j.line), "temperror - 0/0");
	t_int(j.at, 15 * USEC_PER_SEC);
}

static void cancelled_at_any_time_it_is_silent(void **state)
{
	for (usec_t at = 0; at < 20; at += 3) {
		struct loop *l = loop_sim_new(0);
		struct slow s = {.loop = l, .delay = 4 * USEC_PER_SEC};
		struct judged j = {.loop = l};
		struct dns *d = dns_new(l, &slow_source, &s);
		struct spf_request r = {.mail_from = S("a@x.com")};
		struct spf *spf;

		t_true(endpoint_parse_ip(S("192.0.2.1"), 0, &r.ip));
		spf = spf_start(l, d, &r, judged_on_verdict, &j);
		if (at < 16)
			loop_run_until(l, at * USEC_PER_SEC);
		if (at < 16)
			spf_cancel(spf);
		loop_run(l);
		t_int(j.done, at < 16 ? 0 : 1);
		dns_free(d);
		loop_free(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(ten_terms_may_look_up_and_not_eleven),
	    T(the_terms_of_included_records_count_too),
	    T(the_p_macro_counts_as_a_look_up),
	    T(two_terms_may_be_void_and_not_three),
	    T(void_terms_may_be_allowed),
	    T(an_mx_is_void_once),
	    T(ten_mail_servers_may_be_looked_up_and_not_eleven),
	    T(only_ten_names_of_the_client_are_looked_at),
	    T(loops_end_at_the_limit),
	    T(a_record_of_64_kb_is_read),
	    T(long_identities_are_none),
	    T(the_time_is_up_after_20_seconds),
	    T(cancelled_at_any_time_it_is_silent),
	};

	return t_run("spf_limits", tests);
}
