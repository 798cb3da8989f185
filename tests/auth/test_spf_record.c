#include "auth/spf.h"
#include "base/limits.h"
#include "t.h"

/* ---- records */

static const struct {
	const char *terms, *want; /* "": sound; else part of the reason */
} terms[] = {
    {"", ""},
    {"   ", ""},
    {"all", ""},
    {"+ALL ~all ?aLL -all", ""},
    {"all:x", "nothing may follow"},
    {"all/8", "nothing may follow"},
    {"all.", "no such mechanism"},
    {"--all", "no such mechanism"},
    {"-", "no such mechanism"},
    {"moo", "no such mechanism"},
    {"redirect:example.com", "no such mechanism"},
    {"a\tmx", "no such mechanism"},
    {"\x80"
     "all",
	"no such mechanism"},
    {"include:example.com", ""},
    {"include", "needs a colon and a domain"},
    {"include:", "the domain is missing"},
    {"include:example.com/24", "must end in"},
    {"include/24", "there must be a colon"},
    {"a a: ", "the domain is missing"},
    {"a a:example.com a/0 a/32 a//0 a//128 a/24//64", ""},
    {"a:example.com/24//64 a:%{d}/8 a:%{d}//8 a:x%{d2}", ""},
    {"a/33", "0 to 32"},
    {"a/032", "0 to 32"},
    {"a/00", "0 to 32"},
    {"a/99999999999999999999", "0 to 32"},
    {"a//129", "0 to 128"},
    {"a//064", "0 to 128"},
    {"a/24/64", "0 to 32"},
    {"a/24/8", "there must be a colon"},
    {"a/", "there must be a colon"},
    {"a//", "there must be a colon"},
    {"a///64", "there must be a colon"},
    {"a:/24", "the domain is missing"},
    {"a:example.com/", "must end in"},
    {"a:example.com/24/8", "must end in"},
    {"mx:example.com/24//64 mx", ""},
    {"ptr ptr:example.com", ""},
    {"ptr/24", "there must be a colon"},
    {"ptr:", "the domain is missing"},
    {"exists:%{i}.example.com", ""},
    {"exists", "needs a colon and a domain"},
    {"exists:example.com/24", "must end in"},
    {"ip4:192.0.2.1 ip4:192.0.2.0/24 ip4:0.0.0.0/0 IP4:192.0.2.1/32", ""},
    {"ip4", "needs a colon and an address"},
    {"ip4:", "not an IPv4 address"},
    {"ip4/24", "needs a colon and an address"},
    {"ip4:192.0.2", "not an IPv4 address"},
    {"ip4:192.0.2.1.", "not an IPv4 address"},
    {"ip4:192.0.2.01", "not an IPv4 address"},
    {"ip4:192.0.2.256", "not an IPv4 address"},
    {"ip4:192.0.2.1:25", "not an IPv4 address"},
    {"ip4:192.0.2.1/33", "0 to 32"},
    {"ip4:192.0.2.1/", "not an IPv4 address"},
    {"ip4:192.0.2.1//32", "not an IPv4 address"},
    {"ip4:2001:db8::1", "not an IPv4 address"},
    {"ip6:2001:db8::1 ip6:::/0 ip6:::1.2.3.4/128 ip6:2001:DB8::/32", ""},
    {"ip6:192.0.2.1", "not an IPv6 address"},
    {"ip6:::1%eth0", "not an IPv6 address"},
    {"ip6:[::1]", "not an IPv6 address"},
    {"ip6:::1/129", "0 to 128"},
    {"ip6:::1//64", "not an IPv6 address"},
    {"ip6::1::2", "not an IPv6 address"},
    /* domain-spec */
    {"a:example.com.", ""},
    {"a:example.com..", "must end in"},
    {"a:.com", ""},
    {"a:com", "must end in"},
    {"a:com.", "must end in"},
    {"a:192.0.2.1", "must end in"},
    {"a:x.12-3 a:x.a1 a:x.1a a:x.xn--p1ai", ""},
    {"a:x.-a", "must end in"},
    {"a:x.a-", "must end in"},
    {"a:x.a_b", "must end in"},
    {"a:_x.y@z!.example.com", ""},
    {"a:%{d} a:%%.%{d} a:x%% a:x%_ a:x%-", ""},
    {"a:%{d}.", "must end in"},
    {"a:%{d}com", "must end in"},
    {"a:%{d}.com", ""},
    {"a:x\x7f.example.com", "not visible ASCII"},
    /* macros */
    {"a:%{D} a:%{d1} a:%{d127r} a:%{dR.-+,/_=} a:%{d999999999999999}", ""},
    {"a:%{s}%{l}%{o}%{d}%{i}%{p}%{v}%{h}", ""},
    {"a:%{c}", "explanation only"},
    {"a:%{R}", "explanation only"},
    {"a:%{t}.x.com", "explanation only"},
    {"a:%{x}", "no such macro"},
    {"a:%{}", "no such macro"},
    {"a:%{", "no such macro"},
    {"a:%", "after %"},
    {"a:%a.com", "after %"},
    {"a:%(d).com", "after %"},
    {"a:%{d0}", "0 parts"},
    {"a:%{d00r}", "0 parts"},
    {"a:%{d01}", ""},
    {"a:%{drr}", "a macro is not as"},
    {"a:%{dr2}", "a macro is not as"},
    {"a:%{d:}", "a macro is not as"},
    {"a:%{d-", "a macro is not as"},
    /* modifiers */
    {"redirect=example.com exp=exp.example.com", ""},
    {"REDIRECT=%{d}.example.com", ""},
    {"redirect=", "the domain is missing"},
    {"exp=", "the domain is missing"},
    {"exp=%{c}.example.com", "explanation only"},
    {"redirect=a.com -all redirect=a.com", "may stand once"},
    {"exp=a.com all Exp=b.com", "may stand once"},
    {"moo=", ""},
    {"moo.cow-far_out=man:dog/cat%{d}", ""},
    {"ip4=192.0.2.1 all=x v=spf1", ""},
    {"moo=%", "after %"},
    {"moo=%{t}", "explanation only"},
    {"moo=\xc3\xbc", "not visible ASCII"},
    {"1up=x", "no such mechanism"},
    {"=x", "no such mechanism"},
    {"-exp=a.com", "no such mechanism"},
    {"mo/o=x", "no such mechanism"},
};

static void terms_are_those_of_the_grammar(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(terms); i++) {
		struct buf text = BUF_INIT(4096);
		struct spf_record r;
		struct err e = {0};
		int rc;

		buf_addf(&text, "v=spf1 %s", terms[i].terms);
		rc = spf_record_parse(buf_str(&text), &r, &e);
		if (*terms[i].want) {
			t_true(rc == ERR_INPUT, "%s", terms[i].terms);
			t_has(str_of(e.msg), terms[i].want);
		} else {
			t_true(rc == 0, "%s: %s", terms[i].terms, e.msg);
		}
		buf_release(&text);
	}
}

static void a_nul_is_not_skipped(void **state)
{
	struct spf_record r;
	struct err e;

	t_fails(spf_record_parse(S("v=spf1 a:x.com\0"), &r, &e), &e, ERR_INPUT,
	    "not visible");
	t_fails(spf_record_parse(S("v=spf1 ip4:192.0.2.1\0"), &r, &e), &e,
	    ERR_INPUT, "not an IPv4");
	t_fails(spf_record_parse(S("v=spf1 \0all"), &r, &e), &e, ERR_INPUT,
	    "no such mechanism");
	t_fails(spf_record_parse(S("v=spf1 a:%{d\0}"), &r, &e), &e, ERR_INPUT,
	    "a macro is not as");
}

static void the_version_is_a_word_of_its_own(void **state)
{
	t_true(spf_is_record(S("v=spf1")));
	t_true(spf_is_record(S("V=SPF1 -all")));
	t_true(!spf_is_record(S("v=spf10")));
	t_true(!spf_is_record(S("v=spf1\t-all")));
	t_true(!spf_is_record(S(" v=spf1")));
	t_true(!spf_is_record(S("v=spf")));
	t_true(!spf_is_record(S("")));
}

static void a_record_tells_its_parts(void **state)
{
	struct spf_record r;
	struct spf_term t;
	struct err e = {0};

	t_ok(spf_record_parse(S("v=spf1 ~MX:%{p}.x.com/8//9 ip4:192.0.2.7/30 "
				"exp=e.com redirect=r.com exists:%{p2} x=y"),
		 &r, &e),
	    &e);
	t_str(r.exp.domain, "e.com");
	t_str(r.redirect.text, "redirect=r.com");
	t_int(r.lookups, 2 + 1 + 2);
	t_int(spf_term_next(&r.terms, &t, &e), 1);
	t_int(t.kind, SPF_MX);
	t_int(t.qualifier, SPF_SOFTFAIL);
	t_str(t.text, "~MX:%{p}.x.com/8//9");
	t_str(t.domain, "%{p}.x.com");
	t_int(t.cidr4, 8);
	t_int(t.cidr6, 9);
	t_int(spf_term_next(&r.terms, &t, &e), 1);
	t_eq(str_make((char *)t.ip, 4), S("\xc0\x00\x02\x07"));
	t_int(t.cidr4, 30);
	t_true(t.domain.p == NULL);
}

/* ---- macros */

static const char *expand(
    const char *spec, const struct spf_macros *m, char out[1024])
{
	struct buf b = BUF_INIT(1000);

	t_true(spf_macro_check(str_of(spec), SPF_IN_TEXT) == NULL, "%s", spec);
	spf_macro_expand(str_of(spec), m, &b);
	snprintf(out, 1024, "%.*s", STR_ARG(buf_str(&b)));
	buf_release(&b);
	return out;
}

static void check_all(
    const struct spf_macros *m, const char *const (*cases)[2], size_t n)
{
	char out[1024];

	for (size_t i = 0; i < n; i++)
		t_str(str_of(expand(cases[i][0], m, out)), cases[i][1]);
}

static struct spf_macros strong_bad(void)
{
	return (struct spf_macros){
	    .sender = S("strong-bad@email.example.com"),
	    .local = S("strong-bad"),
	    .sender_domain = S("email.example.com"),
	    .domain = S("email.example.com"),
	    .helo = S("mx.example.org"),
	    .ip = {192, 0, 2, 3},
	    .now = 1234 * USEC_PER_SEC + 5,
	};
}

static void the_examples_of_rfc_7208_7_4_hold(void **state)
{
	static const char *const v4[][2] = {
	    {"%{s}", "strong-bad@email.example.com"},
	    {"%{o}", "email.example.com"},
	    {"%{d}", "email.example.com"},
	    {"%{d4}", "email.example.com"},
	    {"%{d3}", "email.example.com"},
	    {"%{d2}", "example.com"},
	    {"%{d1}", "com"},
	    {"%{dr}", "com.example.email"},
	    {"%{d2r}", "example.email"},
	    {"%{l}", "strong-bad"},
	    {"%{l-}", "strong.bad"},
	    {"%{lr}", "strong-bad"},
	    {"%{lr-}", "bad.strong"},
	    {"%{l1r-}", "strong"},
	    {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
	    {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
	    {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}",
		"bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
	    {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}",
		"3.2.0.192.in-addr.strong.lp._spf.example.com"},
	    {"%{d2}.trusted-domains.example.net",
		"example.com.trusted-domains.example.net"},
	};
	static const char *const v6[][2] = {
	    {"%{ir}.%{v}._spf.%{d2}",
		"1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0."
		"0.2.ip6._spf.example.com"},
	    {"%{c}", "2001:db8::cb01"},
	};
	struct spf_macros m = strong_bad();

	check_all(&m, v4, ARRAY_SIZE(v4));
	m.v6 = true;
	memcpy(m.ip, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\xcb\x01", 16);
	check_all(&m, v6, ARRAY_SIZE(v6));
}

static void macros_of_explanations_and_escapes_expand(void **state)
{
	static const char *const cases[][2] = {
	    {"%{c} %{r} %{t} %{p} %{h}",
		"192.0.2.3 unknown 1234 unknown mx.example.org"},
	    {"%% %_%-", "%  %20"},
	    {"%{S}", "strong-bad%40email.example.com"},
	    {"%{D2R}", "example.email"},
	    {"%{l9999999999999999999999}", "strong-bad"},
	    {"%{o1-.}", "com"},
	};
	struct spf_macros m = strong_bad();

	check_all(&m, cases, ARRAY_SIZE(cases));
	t_true(spf_macro_check(S("%{s@}"), SPF_IN_TEXT) != NULL);
	t_true(spf_macro_check(S("a b"), SPF_IN_TEXT) == NULL);
	t_true(spf_macro_check(S("a b"), SPF_IN_DOMAIN) != NULL);
	t_true(spf_macro_check(S("a\tb"), SPF_IN_TEXT) != NULL);
}

static void parts_are_cut_at_every_delimiter_named(void **state)
{
	static const char *const cases[][2] = {
	    {"%{l+-}", "foo..bar.zip.."},
	    {"%{lr+-}", "..zip.bar..foo"},
	    {"%{l2+-}", "."},
	    {"%{l3r+-}", "bar..foo"},
	    {"%{l3+-}", "zip.."},
	    {"%{l.}", "foo-+bar+zip-+"},
	    {"%{l7+-}", "foo..bar.zip.."},
	    {"%{l6+-}", "foo..bar.zip.."},
	    {"%{L+}", "foo-.bar.zip-."},
	};
	struct spf_macros m = strong_bad();

	m.local = S("foo-+bar+zip-+");
	check_all(&m, cases, ARRAY_SIZE(cases));
	m.local = S("");
	check_all(&m, (const char *const[][2]){{"<%{lr-}%{l1}>", "<>"}}, 1);
}

static const char *name(struct str s, char out[2048])
{
	struct buf b = BUF_INIT(1020);

	snprintf(out, 2048, "%s",
	    spf_name_text(s, NULL, &b) ? buf_cstr(&b) : "(none)");
	buf_release(&b);
	return out;
}

static void every_byte_of_an_expansion_but_the_dot_is_data(void **state)
{
	char out[2048];

	t_str(str_of(name(S("a.b.example.com."), out)), "a.b.example.com");
	t_str(str_of(name(S("a\\.b\\\\c.com"), out)), "a\\\\.b\\\\\\\\c.com");
	t_str(str_of(name(S("a b\0\t\xff\x7f.com"), out)),
	    "a\\032b\\000\\009\\255\\127.com");
	t_str(str_of(name(S("\"a\"@x;.com"), out)), "\"a\"@x;.com");
	t_str(str_of(name(S(""), out)), "(none)");
	t_str(str_of(name(S("."), out)), "(none)");
	t_str(str_of(name(S(".a"), out)), "(none)");
	t_str(str_of(name(S("a..b"), out)), "(none)");
	t_str(str_of(name(S("a.."), out)), "(none)");
}

static void names_are_cut_from_the_left_to_253_bytes(void **state)
{
	char in[400], out[2048];
	struct str cut;
	struct buf b = BUF_INIT(1020);

	memset(in, 'a', sizeof(in));
	for (size_t i = 9; i < sizeof(in); i += 10)
		in[i] = '.';
	/* 25 labels of 9 and their dots, and 3: 253 */
	t_true(spf_name_text(str_make(in, 253), &cut, &b));
	t_int(cut.n, 253);
	buf_reset(&b);
	t_true(spf_name_text(str_make(in, 254), &cut, &b));
	t_int(cut.n, 244);
	buf_reset(&b);
	t_true(spf_name_text(str_make(in, 400), &cut, &b));
	t_int(cut.n, 249);
	buf_release(&b);
	memset(in, 'a', sizeof(in));
	in[63] = '.';
	t_true(strcmp(name(str_make(in, 66), out), "(none)") != 0);
	in[63] = 'a';
	in[64] = '.';
	t_str(str_of(name(str_make(in, 66), out)), "(none)");
	in[64] = 'a';
	t_str(str_of(name(str_make(in, 300), out)), "(none)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(terms_are_those_of_the_grammar),
	    T(a_nul_is_not_skipped),
	    T(the_version_is_a_word_of_its_own),
	    T(a_record_tells_its_parts),
	    T(the_examples_of_rfc_7208_7_4_hold),
	    T(macros_of_explanations_and_escapes_expand),
	    T(parts_are_cut_at_every_delimiter_named),
	    T(every_byte_of_an_expansion_but_the_dot_is_data),
	    T(names_are_cut_from_the_left_to_253_bytes),
	};

	return t_run("spf_record", tests);
}
