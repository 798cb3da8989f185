#include "auth/spf.h"
#include "base/limits.h"
#include "net/dns_private.h"
#include "t.h"

/* ---- one evaluation, as a line: "pass mx 1/0" (result, mechanism, look-ups,
 * void ones) */

struct judged {
	struct loop *loop;
	unsigned done, queries;
	char line[256], reason[1024], explanation[5000];
	char domain[1024], record[5000];
	bool explained;
	usec_t at;
};

static void copy(char *to, size_t size, struct str s)
{
	snprintf(to, size, "%.*s", STR_ARG(s));
}

static void on_verdict(const struct spf_verdict *v, void *arg)
{
	struct judged *j = arg;

	j->done++;
	j->queries = v->queries;
	j->explained = v->explained;
	j->at = loop_now(j->loop);
	snprintf(j->line, sizeof(j->line), "%s %.*s %u/%u",
	    spf_result_name(v->result),
	    STR_ARG(v->mechanism.n ? v->mechanism : S("-")), v->lookups,
	    v->void_lookups);
	copy(j->reason, sizeof(j->reason), v->reason);
	copy(j->explanation, sizeof(j->explanation), v->explanation);
	copy(j->domain, sizeof(j->domain), v->domain);
	copy(j->record, sizeof(j->record), v->record);
	t_true(v->queries <= LIMIT_SPF_QUERIES);
	t_true(v->lookups <= LIMIT_SPF_TERMS);
	t_true(v->reason.n > 0);
	t_true((v->result == SPF_FAIL) == (v->explanation.n > 0));
}

static struct judged judge(
    struct str zone, const char *ip, struct str helo, struct str from)
{
	struct judged j = {.loop = loop_sim_new(0)};
	struct spf_request r = {.helo = helo,
	    .mail_from = from,
	    .receiver = S("mx.here.example"),
	    .now = 7 * USEC_PER_SEC};
	struct err e = {0};
	struct dns *d;

	t_true(endpoint_parse_ip(str_of(ip), 0, &r.ip));
	t_ok(dns_zone_new(j.loop, zone, "z", &d, &e), &e);
	spf_start(j.loop, d, &r, on_verdict, &j);
	t_int(j.done, 0);
	loop_run(j.loop);
	t_int(j.done, 1);
	dns_free(d);
	loop_free(j.loop);
	return j;
}

#define FROM(zone, ip, from) \
	judge(str_of(zone), ip, S("mail.helo.example"), from)
#define IS(zone, ip, from, want) \
	t_str(str_of(FROM(zone, ip, S(from)).line), want)

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
		spf_start(j.loop, d, &r, on_verdict, &j);
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

static void mail_servers_are_judged_in_the_order_of_preference(void **state)
{
	const char *slow_last = "x.com TXT \"v=spf1 mx -all\"\n"
				"x.com MX 20 slow.x.com.\n"
				"x.com MX 10 m.x.com.\n"
				";!timeout slow.x.com\n"
				"m.x.com A 192.0.2.1\n";
	const char *slow_first = "x.com TXT \"v=spf1 mx -all\"\n"
				 "x.com MX 5 slow.x.com.\n"
				 "x.com MX 10 m.x.com.\n"
				 ";!servfail slow.x.com\n"
				 "m.x.com A 192.0.2.1\n";

	IS(slow_last, "192.0.2.1", "a@x.com", "pass mx 1/0");
	IS(slow_last, "192.0.2.2", "a@x.com", "temperror - 1/0");
	IS(slow_first, "192.0.2.1", "a@x.com", "temperror - 1/0");
	/* a null MX names nobody, and is found */
	IS("x.com TXT \"v=spf1 mx -all\"\nx.com MX 0 .\n. A 192.0.2.1\n",
	    "192.0.2.1", "a@x.com", "fail -all 1/0");
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

static void a_name_of_the_client_must_lead_back_and_lie_below(void **state)
{
#define PTR_ZONE(name)                                \
	"x.com TXT \"v=spf1 ptr -all\"\n"             \
	"1.2.0.192.in-addr.arpa PTR " name ".\n" name \
	". A 192.0.2.1\n2.2.0.192.in-addr.arpa PTR " name ".\n"
	IS(PTR_ZONE("h.X.com"), "192.0.2.1", "a@x.com", "pass ptr 1/0");
	IS(PTR_ZONE("x.COM"), "192.0.2.1", "a@X.com", "pass ptr 1/0");
	IS(PTR_ZONE("h.x.com"), "192.0.2.2", "a@x.com", "fail -all 1/0");
	IS(PTR_ZONE("hx.com"), "192.0.2.1", "a@x.com", "fail -all 1/0");
	IS(PTR_ZONE("h\\.x.com"), "192.0.2.1", "a@x.com", "fail -all 1/0");
	IS(PTR_ZONE("h\\\\.x.com"), "192.0.2.1", "a@x.com", "pass ptr 1/0");
	/* trouble with the PTR is no match, never a temperror (5.5) */
	IS("x.com TXT \"v=spf1 ptr -all\"\n;!timeout 1.2.0.192.in-addr.arpa\n",
	    "192.0.2.1", "a@x.com", "fail -all 1/0");
	IS("x.com TXT \"v=spf1 ptr -all\"\n", "192.0.2.1", "a@x.com",
	    "fail -all 1/1");
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

static void includes_match_as_rfc_7208_5_2_says(void **state)
{
#define INCLUDE(inner)                               \
	"x.com TXT \"v=spf1 ?include:i.com -all\"\n" \
	"i.com TXT \"v=spf1 " inner "\"\n"
	IS(INCLUDE("+all"), "192.0.2.1", "a@x.com",
	    "neutral ?include:i.com 1/0");
	IS(INCLUDE("-all"), "192.0.2.1", "a@x.com", "fail -all 1/0");
	IS(INCLUDE("~all"), "192.0.2.1", "a@x.com", "fail -all 1/0");
	IS(INCLUDE("?all"), "192.0.2.1", "a@x.com", "fail -all 1/0");
	IS(INCLUDE(""), "192.0.2.1", "a@x.com", "fail -all 1/0");
	IS(INCLUDE("moo"), "192.0.2.1", "a@x.com", "permerror - 1/0");
	IS("x.com TXT \"v=spf1 include:i.com -all\"\n", "192.0.2.1", "a@x.com",
	    "permerror - 1/1");
	IS("x.com TXT \"v=spf1 include:i.com -all\"\n;!servfail i.com\n",
	    "192.0.2.1", "a@x.com", "temperror - 1/0");
	IS("x.com TXT \"v=spf1 include:%{h1} -all\"\n", "192.0.2.1", "a@x.com",
	    "permerror - 1/0");
}

static void the_macro_d_is_the_record_at_work(void **state)
{
	const char *zone = "x.com TXT \"v=spf1 include:i.com redirect=r.com\"\n"
			   "i.com TXT \"v=spf1 exists:%{d}.%{o}.in.z\"\n"
			   "r.com TXT \"v=spf1 exists:%{d}.%{o}.re.z -all "
			   "exp=e.z\"\n"
			   "e.z TXT \"%{d}/%{o}/%{r}/%{t}/%{h}\"\n"
			   "i.com.y.com.in.z A 127.0.0.2\n";
	struct judged j = FROM(zone, "192.0.2.1", S("a@x.com"));

	t_str(str_of(j.line), "fail -all 4/2");
	t_str(str_of(j.explanation),
	    "r.com/x.com/mx.here.example/7/mail.helo.example");
}

static void bytes_of_the_sender_are_data(void **state)
{
	const char *zone = "x.com TXT \"v=spf1 exists:%{l}.%{d} -all\"\n"
			   "a\\\\.b.x.com A 127.0.0.2\n"
			   "\\009\\127.x.com A 127.0.0.2\n";

	/* a dot parts labels, a backslash does nothing */
	IS(zone, "192.0.2.1", "a\\.b@x.com", "pass exists:%{l}.%{d} 1/0");
	IS(zone, "192.0.2.1", "\t\x7f@x.com", "pass exists:%{l}.%{d} 1/0");
	IS(zone, "192.0.2.1", "a.b@x.com", "fail -all 1/1");
	IS(zone, "192.0.2.1", "a@b@x.com", "fail -all 1/1");
}

static void internationalised_senders_are_those_of_rfc_8616(void **state)
{
	const char *zone =
	    "xn--bcher-kva.example TXT \"v=spf1 exists:%{l}.y.com "
	    "exists:%{s}.y.com include:%{s}.z.com ?exists:%{o}.o.com -all\"\n"
	    "*.y.com A 127.0.0.1\n*.z.com TXT \"v=spf1 +all\"\n"
	    "xn--bcher-kva.example.o.com A 127.0.0.1\n";

	IS(zone, "192.0.2.1",
	    "j\xc3\xbc@B\xc3\xbc"
	    "cher.example",
	    "neutral ?exists:%{o}.o.com 4/0");
	IS(zone, "192.0.2.1",
	    "ju@b\xc3\xbc"
	    "cher.example",
	    "pass exists:%{l}.y.com 1/0");
	IS("_x.xn--bcher-kva.example TXT \"v=spf1 +all\"\n", "192.0.2.1",
	    "j@_x.b\xc3\xbc"
	    "cher.example",
	    "pass +all 0/0");
	IS("x.com TXT \"v=spf1 redirect=%{l}.y.com\"\n", "192.0.2.1",
	    "\xc3\xbc@x.com", "permerror - 1/0");
	IS("", "192.0.2.1", "j@\xff\xfe.example", "none - 0/0");
}

static void what_names_no_domain_is_none(void **state)
{
	static const char *const from[] = {"a@com", "a@", "@", "a@.",
	    "a@x..com", "a@.x.com", "a@[192.0.2.1]", "a@[IPv6:::1]",
	    "a@x.com.."};
	const char *zone = "*. TXT \"v=spf1 +all\"\n*.com TXT \"v=spf1 +all\"\n"
			   "*.helo.example TXT \"v=spf1 -all\"\n";
	char label[100];

	for (size_t i = 0; i < ARRAY_SIZE(from); i++)
		t_str(str_of(FROM(zone, "::1", str_of(from[i])).line),
		    "none - 0/0");
	snprintf(label, sizeof(label), "a@%064d.x.com", 0);
	t_str(str_of(FROM(zone, "::1", str_of(label)).line), "none - 0/0");
	snprintf(label, sizeof(label), "a@%063d.x.com", 0);
	t_str(str_of(FROM(zone, "::1", str_of(label)).line), "pass +all 0/0");
	IS(zone, "::1", "a@x.com.", "pass +all 0/0");
	IS(zone, "::1", "x.com", "pass +all 0/0");
	IS(zone, "::1", "", "fail -all 0/0");
	t_str(str_of(judge(str_of(zone), "::1", S(""), S("")).line),
	    "none - 0/0");
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
	t_str(str_of(
		  judge(S(""), "::1", str_make(name, 5000), S("a@x.com")).line),
	    "none - 0/0");
}

static void trouble_is_temperror_and_absence_is_none(void **state)
{
	IS(";!timeout x.com\n", "::1", "a@x.com", "temperror - 0/0");
	IS(";!servfail x.com\n", "::1", "a@x.com", "temperror - 0/0");
	IS(";!bogus x.com\nx.com TXT \"v=spf1 +all\"\n", "::1", "a@x.com",
	    "temperror - 0/0");
	IS("x.com A 192.0.2.1\n", "::1", "a@x.com", "none - 0/0");
	IS("x.com TXT \"v=spf1 a -all\"\n;!timeout x.com\n", "::1", "a@x.com",
	    "temperror - 1/0");
	IS("x.com TXT \"v=spf1 exists:y.com -all\"\n;!servfail y.com\n", "::1",
	    "a@x.com", "temperror - 1/0");
	IS("x.com TXT \"v=spf1 mx -all\"\n;!servfail x.com\n", "::1", "a@x.com",
	    "temperror - 1/0");
}

static void networks_are_compared_bit_by_bit(void **state)
{
	const char *zone =
	    "x.com TXT \"v=spf1 ip4:192.0.2.128/25 ?ip4:192.0.2.64/27 "
	    "~ip6:2001:db8:8000::/33 a//127 -all\"\nx.com A 192.0.2.1\n"
	    "x.com AAAA 2001:db8::2\n";

	IS(zone, "192.0.2.128", "a@x.com", "pass ip4:192.0.2.128/25 0/0");
	IS(zone, "192.0.2.127", "a@x.com", "fail -all 1/0");
	IS(zone, "192.0.2.95", "a@x.com", "neutral ?ip4:192.0.2.64/27 0/0");
	IS(zone, "192.0.2.96", "a@x.com", "fail -all 1/0");
	IS(zone, "192.0.2.1", "a@x.com", "pass a//127 1/0");
	IS(zone, "192.0.2.0", "a@x.com", "fail -all 1/0");
	IS(zone, "2001:db8:ffff::", "a@x.com",
	    "softfail ~ip6:2001:db8:8000::/33 0/0");
	IS(zone, "2001:db8::3", "a@x.com", "pass a//127 1/0");
	IS(zone, "2001:db8::1", "a@x.com", "fail -all 1/0");
	IS(zone, "::ffff:192.0.2.1", "a@x.com", "pass a//127 1/0");
	IS("x.com TXT \"v=spf1 ip4:0.0.0.0/0 -all\"\n", "::1", "a@x.com",
	    "fail -all 0/0");
	IS("x.com TXT \"v=spf1 ip6:::/0 -all\"\n", "::ffff:1.2.3.4", "a@x.com",
	    "fail -all 0/0");
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

/* ---- explanations */

static void explanation_is(const char *txt, struct str from, const char *want)
{
	struct buf zone = BUF_INIT(64 * KiB);
	struct judged j;

	buf_addz(&zone, "x.com TXT \"v=spf1 -all exp=e.com\"\n");
	buf_addf(&zone, "%s\n", txt);
	j = FROM(buf_cstr(&zone), "192.0.2.1", from);
	t_str(str_of(j.line), "fail -all 0/0");
	t_true(j.explained == (want != NULL), "%s: %s", txt, j.explanation);
	t_str(str_of(j.explanation),
	    want ? want : "192.0.2.1 is not allowed to send mail for x.com");
	buf_release(&zone);
}

static void an_explanation_that_is_not_sound_is_ours(void **state)
{
	struct str from = S("a@x.com");

	explanation_is("e.com TXT \"No, \" \"%{s}.\"", from, "No, a@x.com.");
	explanation_is("", from, NULL);
	explanation_is("e.com A 192.0.2.1", from, NULL);
	explanation_is(";!timeout e.com", from, NULL);
	explanation_is(";!servfail e.com", from, NULL);
	explanation_is("e.com TXT a\ne.com TXT b", from, NULL);
	explanation_is("e.com TXT \"\"", from, NULL);
	explanation_is("e.com TXT \"%{x}\"", from, NULL);
	explanation_is("e.com TXT \"a\\010b\"", from, NULL);
	explanation_is("e.com TXT \"\\195\\188\"", from, NULL);
	explanation_is("e.com TXT \"%{l}\"", S("\xc3\xbc@x.com"), NULL);
	explanation_is("e.com TXT \"%{L}\"", S("\xc3\xbc@x.com"), "%C3%BC");
	/* no line of the sender's becomes one of ours */
	explanation_is(
	    "e.com TXT \"%{l}\"", S("a\r\n250 ok@x.com"), "a  250 ok");
	explanation_is(
	    "e.com TXT \"%{p}\"\n1.2.0.192.in-addr.arpa PTR h.x.com\n"
	    "h.x.com A 192.0.2.1",
	    from, "h.x.com");
}

static void an_explanation_is_not_longer_than_its_limit(void **state)
{
	struct buf zone = BUF_INIT(64 * KiB);
	char want[LIMIT_SPF_EXPLANATION + 1];

	for (int over = 0; over < 2; over++) {
		buf_reset(&zone);
		buf_addz(&zone, "e.com TXT ");
		for (int i = 0; i < 16; i++)
			buf_addf(&zone, "\"%0255d\" ", 0);
		buf_addz(&zone,
		    over ? "\"01234567890123456\"" : "\"0123456789012345\"");
		memset(want, '0', sizeof(want));
		snprintf(want + 4080, 17, "0123456789012345");
		explanation_is(
		    buf_cstr(&zone), S("a@x.com"), over ? NULL : want);
	}
	buf_release(&zone);
}

static void the_p_macro_prefers_the_domain_then_below_it(void **state)
{
#define P_ZONE(ptrs)                                                          \
	"x.com TXT \"v=spf1 -all exp=e.com\"\ne.com TXT \"%{p}\"\n" ptrs "\n" \
	"x.com A 192.0.2.1\nh.x.com A 192.0.2.1\ny.com A 192.0.2.1\n"
#define P "1.2.0.192.in-addr.arpa PTR "
	struct str a = S("a@x.com");

	t_str(str_of(FROM(
		  P_ZONE(P "y.com\n" P "h.x.com\n" P "x.com"), "192.0.2.1", a)
			 .explanation),
	    "x.com");
	t_str(str_of(FROM(P_ZONE(P "y.com\n" P "h.x.com"), "192.0.2.1", a)
			 .explanation),
	    "h.x.com");
	t_str(str_of(FROM(P_ZONE(P "y.com\n" P "no.com"), "192.0.2.1", a)
			 .explanation),
	    "y.com");
	t_str(str_of(FROM(P_ZONE(P "no.com"), "192.0.2.1", a).explanation),
	    "unknown");
	t_str(str_of(FROM(
		  P_ZONE(";!timeout 1.2.0.192.in-addr.arpa"), "192.0.2.1", a)
			 .explanation),
	    "unknown");
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
	spf_start(l, d, &r, on_verdict, &j);
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
		spf = spf_start(l, d, &r, on_verdict, &j);
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
	    T(mail_servers_are_judged_in_the_order_of_preference),
	    T(only_ten_names_of_the_client_are_looked_at),
	    T(a_name_of_the_client_must_lead_back_and_lie_below),
	    T(loops_end_at_the_limit),
	    T(includes_match_as_rfc_7208_5_2_says),
	    T(the_macro_d_is_the_record_at_work),
	    T(bytes_of_the_sender_are_data),
	    T(internationalised_senders_are_those_of_rfc_8616),
	    T(what_names_no_domain_is_none),
	    T(long_identities_are_none),
	    T(trouble_is_temperror_and_absence_is_none),
	    T(networks_are_compared_bit_by_bit),
	    T(a_record_of_64_kb_is_read),
	    T(an_explanation_that_is_not_sound_is_ours),
	    T(an_explanation_is_not_longer_than_its_limit),
	    T(the_p_macro_prefers_the_domain_then_below_it),
	    T(the_time_is_up_after_20_seconds),
	    T(cancelled_at_any_time_it_is_silent),
	};

	return t_run("spf", tests);
}
