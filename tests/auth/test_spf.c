#include "judged.h"

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
	t_str(str_of(judged(str_of(zone), "::1", S(""), S("")).line),
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(mail_servers_are_judged_in_the_order_of_preference),
	    T(a_name_of_the_client_must_lead_back_and_lie_below),
	    T(includes_match_as_rfc_7208_5_2_says),
	    T(the_macro_d_is_the_record_at_work),
	    T(bytes_of_the_sender_are_data),
	    T(internationalised_senders_are_those_of_rfc_8616),
	    T(what_names_no_domain_is_none),
	    T(trouble_is_temperror_and_absence_is_none),
	    T(networks_are_compared_bit_by_bit),
	    T(an_explanation_that_is_not_sound_is_ours),
	    T(an_explanation_is_not_longer_than_its_limit),
	    T(the_p_macro_prefers_the_domain_then_below_it),
	};

	return t_run("spf", tests);
}
