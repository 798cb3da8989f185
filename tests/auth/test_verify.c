#include "late.h"
#include "made.h"

#include "auth/received.h"
#include "auth/verify.h"

#include <time.h>

#define TO   "To: b@example.net\r\nSubject: One\r\n\r\nHello,\r\nyou.\r\n"
#define MAIL "From: A <a@example.com>\r\n" TO
#define ZONE                                                         \
	"example.com TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"            \
	"_dmarc.example.com TXT \"v=DMARC1; p=reject\"\n"            \
	"b.example.com TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"          \
	"strict.com TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"             \
	"b.strict.com TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"           \
	"_dmarc.strict.com TXT \"v=DMARC1; p=quarantine; aspf=s\"\n" \
	"example.net TXT \"v=spf1 ip4:192.0.2.1 -all\"\n"            \
	";!timeout slow.example.com\n;!timeout slow.net\n"           \
	";!timeout k._domainkey.example.com\n"                       \
	";!timeout k._domainkey.example.net\n"                       \
	";!servfail _dmarc.broken.com\n"

static struct made made;
static struct auth_verifier *verifier;
static struct auth_report *got;
static unsigned completions;
static struct buf out, signed_mail;

static int open_world(void **state)
{
	made_open(&made);
	made_add(&made, ZONE);
	verifier = auth_verifier_new(made.loop, made.dns);
	out = BUF_INIT(64 * MiB);
	signed_mail = BUF_INIT(MiB);
	made_sign(&made, S(MAIL), &signed_mail);
	return 0;
}

static int close_world(void **state)
{
	auth_report_free(got);
	auth_verifier_free(verifier);
	made_close(&made);
	buf_release(&out);
	buf_release(&signed_mail);
	return 0;
}

static void on_report(struct auth_report *r, void *arg)
{
	completions++;
	auth_report_free(got);
	got = r;
	t_true(r->spf.reason.n && r->arc.reason.n && r->dmarc.reason.n,
	    "a result without a reason");
}

static struct auth_request request(struct str message, const char *from)
{
	struct auth_request r = {.message = message, .at = MADE_AT};

	if (from) {
		t_true(endpoint_parse_ip(S("192.0.2.1"), 0, &r.facts.ip));
		r.facts.helo = S("example.com");
		r.facts.mail_from = str_of(from);
	}
	return r;
}

static enum dmarc_verdict judge(const struct auth_request *r)
{
	completions = 0;
	auth_verify_start(verifier, r, on_report, NULL);
	t_int(completions, 0);
	loop_run(made.loop);
	t_int(completions, 1);
	return got->dmarc.result;
}

/* From 192.0.2.1 (example.com); `from` NULL: nothing is known. */
static enum dmarc_verdict mail(struct str message, const char *from)
{
	struct auth_request r = request(message, from);

	return judge(&r);
}

/* ---- alignment */

static void passes_what_is_aligned_and_nothing_else(void **state)
{
	static const struct {
		const char *author, *from;
		bool with_key;
		enum dmarc_verdict want;
		bool spf, dkim;
	} c[] = {
	    {"example.com", NULL, false, DMARC_VERDICT_FAIL, false, false},
	    {"example.com", NULL, true, DMARC_VERDICT_PASS, false, true},
	    {"example.com", "x@example.com", false, DMARC_VERDICT_PASS, true,
		false},
	    {"example.com", "x@example.com", true, DMARC_VERDICT_PASS, true,
		true},
	    {"example.com", "x@b.example.com", false, DMARC_VERDICT_PASS, true,
		false},
	    {"example.com", "x@example.net", false, DMARC_VERDICT_FAIL, false,
		false},
	    {"example.com", "x@example.net", true, DMARC_VERDICT_PASS, false,
		true},
	    {"sub.example.com", "x@b.example.com", false, DMARC_VERDICT_PASS,
		true, false},
	    {"sub.example.com", NULL, true, DMARC_VERDICT_PASS, false, true},
	    {"strict.com", "x@strict.com", false, DMARC_VERDICT_PASS, true,
		false},
	    {"strict.com", "x@b.strict.com", false, DMARC_VERDICT_FAIL, false,
		false},
	    {"strict.com", NULL, true, DMARC_VERDICT_FAIL, false, false},
	    {"example.net", "x@example.net", true, DMARC_VERDICT_NONE, false,
		false},
	    {"broken.com", NULL, false, DMARC_VERDICT_TEMPERROR, false, false},
	};
	struct buf plain = BUF_INIT(MiB);

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		buf_reset(&plain);
		buf_reset(&out);
		buf_addf(&plain, "From: a@%s\r\n" TO, c[i].author);
		if (c[i].with_key)
			made_sign(&made, buf_str(&plain), &out);
		else
			buf_add(&out, buf_str(&plain));
		print_message("# %zu: %s by %s\n", i, c[i].author,
		    c[i].from ? c[i].from : "nobody");
		t_int(mail(buf_str(&out), c[i].from), c[i].want);
		t_int(got->dmarc.spf_aligned, c[i].spf);
		t_int(got->dmarc.dkim_aligned, c[i].dkim);
		t_str(got->dmarc.from_domain, c[i].author);
	}
	buf_release(&plain);
}

static void tells_what_it_saw(void **state)
{
	t_int(mail(buf_str(&signed_mail), "x@example.com"), DMARC_VERDICT_PASS);
	t_str(got->from_name, "A");
	t_str(got->from_address, "a@example.com");
	t_str(got->ip, "192.0.2.1");
	t_str(got->helo, "example.com");
	t_str(got->spf.mechanism, "ip4:192.0.2.1");
	t_str(got->dmarc.record, "v=DMARC1; p=reject");
	t_int(got->dmarc.policy, DMARC_REJECT);
	t_int(got->dmarc.disposition, DMARC_NONE);
	t_int(got->dkim.count, 2);
	t_str(got->dkim.row[1].selector, "e");
	t_int(got->arc.result, ARC_NONE);
	t_int(mail(S(MAIL), NULL), DMARC_VERDICT_FAIL);
	t_int(got->spf.result, SPF_NONE);
	t_true(!got->spf_judged);
	t_int(got->dkim.count, 0);
	t_int(got->dmarc.disposition, DMARC_REJECT);
}

/* RFC 7208 2.4: postmaster at HELO is the MAIL FROM identity then. */
static void a_null_reverse_path_is_the_helo_name(void **state)
{
	struct auth_request r = request(S(MAIL), "");

	t_int(judge(&r), DMARC_VERDICT_PASS);
	t_true(got->spf.helo);
	/* but what is not known is nobody's */
	r.facts.mail_from = STR_NONE;
	t_int(judge(&r), DMARC_VERDICT_FAIL);
	t_int(got->spf.result, SPF_PASS);
}

/* ---- trouble */

static void trouble_in_a_part_counts_only_where_it_could_help(void **state)
{
	static const char key_of[] =
	    "DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=k; h=from; "
	    "bh=uoq1oCgLlTqpdDX/iUbLy7J1Wic5HKXHqxLMCSVhFEY=; b=AAAA\r\n" MAIL;

	t_int(mail(buf_str(&signed_mail), "x@slow.example.com"),
	    DMARC_VERDICT_PASS);
	t_int(got->spf.result, SPF_TEMPERROR);
	t_int(mail(S(MAIL), "x@slow.example.com"), DMARC_VERDICT_TEMPERROR);
	t_int(mail(S(MAIL), "x@slow.net"), DMARC_VERDICT_FAIL);
	buf_reset(&out);
	buf_addf(&out, key_of, "example.com");
	t_int(mail(buf_str(&out), NULL), DMARC_VERDICT_TEMPERROR);
	t_int(got->dkim.row[0].result, DKIM_TEMPERROR);
	t_int(mail(buf_str(&out), "x@example.com"), DMARC_VERDICT_PASS);
	buf_reset(&out);
	buf_addf(&out, key_of, "example.net");
	t_int(mail(buf_str(&out), NULL), DMARC_VERDICT_FAIL);
}

/* A DNS that answers too late. */
static void the_time_ends_what_is_under_way(void **state)
{
	struct loop *l = loop_sim_new(0);
	struct late late = {.delay = USEC_PER_HOUR};
	struct dns *d = late_new(l, &late);
	struct auth_verifier *v = auth_verifier_new(l, d);
	struct auth_request r = request(buf_str(&signed_mail), "x@example.com");

	dns_set_timeout(d, 2 * USEC_PER_HOUR);
	for (int i = 0; i < 3; i++) {
		usec_t before = loop_now(l);
		static const usec_t time[] = {
		    AUTH_TIME_DEFAULT, 7 * USEC_PER_SEC, 50 * USEC_PER_SEC};

		r.budget.time = i ? time[i] : 0;
		completions = 0;
		auth_verify_start(v, &r, on_report, NULL);
		loop_run_until(l, before + time[i] - 1);
		t_int(completions, 0);
		loop_run_until(l, before + time[i]);
		t_int(completions, 1);
		t_true(got->out_of_time);
		t_int(got->spf.result, SPF_TEMPERROR);
		t_int(got->dmarc.result, DMARC_VERDICT_TEMPERROR);
		t_int(got->dkim.count, 1);
		t_int(got->dkim.row[0].result, DKIM_TEMPERROR);
	}
	auth_verifier_free(v);
	dns_free(d);
	t_int(late.busy, 0);
	loop_free(l);
}

static void budgets_are_kept(void **state)
{
	struct auth_request r = request(buf_str(&signed_mail), NULL);

	r.budget.signatures = 1;
	t_int(judge(&r), DMARC_VERDICT_PASS);
	t_int(got->dkim.count, 2);
	t_int(got->dkim.row[0].result, DKIM_PASS);
	t_int(got->dkim.row[1].result, DKIM_POLICY);
	r.budget.header = 100;
	t_int(judge(&r), DMARC_VERDICT_PERMERROR);
	t_true(got->dkim.truncated);
	t_int(auth_unsigned_row(&got->dkim)->result, DKIM_NEUTRAL);
	r.budget.header = SIZE_MAX; /* beyond the maximum is the maximum */
	t_int(judge(&r), DMARC_VERDICT_PASS);
	buf_reset(&out);
	buf_addz(&out, "ARC-Seal: i=1\r\nARC-Seal: i=2\r\n" MAIL);
	r = request(buf_str(&out), NULL);
	r.budget.arc_sets = 1;
	judge(&r);
	t_int(got->arc.result, ARC_FAIL);
	t_int(got->arc.instances, 2);
}

/* ---- life */

struct canceller {
	struct loop_hook hook;
	struct auth_check *check;
	unsigned turns;
};

static void count_down(void *arg)
{
	struct canceller *x = arg;

	if (x->check && !completions && x->turns-- == 0) {
		auth_verify_cancel(x->check);
		x->check = NULL;
	}
}

static void is_cancelled_at_any_moment(void **state)
{
	struct auth_request r =
	    request(buf_str(&signed_mail), "x@b.example.com");
	struct canceller x = {0};
	unsigned n = 0;

	auth_verify_cancel(auth_verify_start(verifier, &r, on_report, NULL));
	loop_hook_add(made.loop, &x.hook, count_down, &x);
	do {
		/* nothing is remembered from one to the next */
		made_add(&made, "\n");
		completions = 0;
		x.turns = n++;
		x.check = auth_verify_start(verifier, &r, on_report, NULL);
		loop_run(made.loop);
		t_int(completions, x.check ? 1 : 0);
	} while (!x.check);
	loop_hook_remove(made.loop, &x.hook);
	t_true(n > 4, "over after %u turns", n);
}

static void many_at_a_time_share_the_look_ups(void **state)
{
	struct auth_request r =
	    request(buf_str(&signed_mail), "x@b.example.com");

	completions = 0;
	for (int i = 0; i < 50; i++)
		auth_verify_start(verifier, &r, on_report, NULL);
	loop_run(made.loop);
	t_int(completions, 50);
	t_int(got->dmarc.result, DMARC_VERDICT_PASS);
}

/* ---- hostile messages */

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Never a pass, and soon. */
static void refuse(const char *what)
{
	double before = seconds();
	enum dmarc_verdict v;

	t_true(!out.over, "%s: too long", what);
	v = mail(buf_str(&out), NULL);
	t_true(v != DMARC_VERDICT_PASS, "%s passes", what);
	t_true(seconds() - before < 10, "%s: %.1f s", what, seconds() - before);
}

static void again(const char *text, unsigned n)
{
	while (n-- > 0)
		buf_addz(&out, text);
}

static void refuses_the_enormous(void **state)
{
	buf_reset(&out);
	buf_addz(&out, "X: ");
	again("aaaaaaaaaa", 1000000);
	buf_addz(&out, "\r\n");
	buf_add(&out, buf_str(&signed_mail));
	refuse("a line of 10 MB");
	buf_reset(&out);
	again("X:\r\n", 1000000);
	buf_add(&out, buf_str(&signed_mail));
	refuse("a million fields");
	buf_reset(&out);
	again("From: a@example.com\r\n", 40000);
	buf_add(&out, buf_str(&signed_mail));
	refuse("40,000 From fields");
	buf_reset(&out);
	again("DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=r; h=from; "
	      "bh=AAAA; b=AAAA\r\n",
	    1000);
	buf_add(&out, buf_str(&signed_mail));
	refuse("1,000 signatures");
	t_int(got->dkim.count, 1002);
	t_int(got->dkim.row[1001].result, DKIM_POLICY);
	buf_reset(&out);
	again("ARC-Seal: i=1; cv=none\r\n", 30000);
	buf_add(&out, S(MAIL));
	refuse("30,000 seals");
	buf_reset(&out);
	again("\r\n", 1000000);
	buf_add(&out, buf_str(&signed_mail));
	refuse("a million empty lines");
}

static void refuses_several_authors(void **state)
{
	static const char *const before[] = {"From: b@example.net\r\n",
	    "from : b@example.net\r\n", "From: a@example.com\r\n",
	    "FROM:\r\n b@example.net\r\n", "X\rFrom: b@example.net\r\n",
	    "From : x@example.net\n",
	    "\xef\xbb\xbf"
	    "From: b@example.net\r\n"};

	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		buf_reset(&out);
		buf_addz(&out, before[i]);
		buf_add(&out, buf_str(&signed_mail));
		refuse(before[i]);
		t_int(got->dmarc.result, DMARC_VERDICT_PERMERROR);
		t_true(!got->dmarc.from_domain.n);
	}
}

/* Every byte of the field that DMARC is about, and of its line end. */
static void refuses_what_does_not_belong_into_from(void **state)
{
	static const char bad[] = {'\0', '\r', '\n', '\x7f', '\x01', '\xff'};
	struct str s = buf_str(&signed_mail);
	size_t from = (size_t)str_find(s, S("From: A"));
	size_t end = from + sizeof("From: A <a@example.com>\r\n") - 1;

	t_int(mail(s, NULL), DMARC_VERDICT_PASS);
	for (size_t at = from; at <= end; at++)
		for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
			buf_reset(&out);
			buf_add(&out, str_sub(s, 0, at));
			buf_addc(&out, bad[i]);
			buf_add(&out, str_from(s, at));
			if (mail(buf_str(&out), NULL) == DMARC_VERDICT_PASS)
				fail_msg("byte %02x at %zu passes", bad[i],
				    at - from);
		}
}

static void takes_every_cut_of_a_message(void **state)
{
	struct str s = buf_str(&signed_mail);

	for (size_t n = 0; n < s.n - 2; n++)
		t_true(mail(str_sub(s, 0, n), NULL) != DMARC_VERDICT_PASS,
		    "%zu bytes of it pass", n);
}

/* ---- Authentication-Results */

static void writes_a_field(void **state)
{
	buf_reset(&out);
	mail(buf_str(&signed_mail), "x\"\r\n;y@example.com");
	t_true(auth_report_authres(got, S("mx.here.example"), &out));
	t_has(buf_str(&out), "Authentication-Results: mx.here.example;");
	t_has(buf_str(&out), "dmarc=pass");
	t_has(buf_str(&out), "policy.dmarc=reject");
	t_has(buf_str(&out), "header.from=example.com");
	t_true(str_find(buf_str(&out), S("\r\n;y")) < 0);
}

/* ---- Received */

static void reads_what_the_edge_wrote(void **state)
{
	static const struct {
		const char *value, *line;
	} c[] = {
	    {"from h.x (r.x [192.0.2.1]) by MX.e with ESMTP id 1; date",
		"192.0.2.1 h.x"},
	    {"from h.x ([192.0.2.1])\r\n\tby mx.e. (Postfix)", "192.0.2.1 h.x"},
	    {"from [10.0.0.1] (unknown [IPv6:2001:db8::1])\r\n\t(using TLS "
	     "(256/256 bits))\r\n\tby mx.e; x",
		"2001:db8::1 [10.0.0.1]"},
	    {"from h.x (r.x [192.0.2.1] (may be forged)) by mx.e; x",
		"192.0.2.1 h.x"},
	    {"from h.x (192.0.2.1) by mx.e (10.0.0.1) with SMTP; x",
		"192.0.2.1 h.x"},
	    {"from r.x ([192.0.2.1]:4711 helo=h.x) by mx.e with esmtp; x",
		"192.0.2.1 h.x"},
	    {"FROM h.x (x [192.0.2.1]) BY mx.e", "192.0.2.1 h.x"},
	    {"from h.x (x [192.0.2.1]) (y [192.0.2.2]) by mx.e", NULL},
	    {"from h.x (x [192.0.2.1] [192.0.2.2]) by mx.e", NULL},
	    {"from h.x (x [192.0.2.1]) by mx.f by mx.e", NULL},
	    {"from h.x by mx.e", NULL},
	    {"from h.x [192.0.2.1] by mx.e", NULL},
	    {"from h.x (x) by mx.e", NULL},
	    {"from h.x (x [192.0.2.1] by mx.e", NULL},
	    {"from h.x y (x [192.0.2.1]) by mx.e", NULL},
	    {"from (x [192.0.2.1]) by mx.e", NULL},
	    {"by mx.e with LMTP", NULL},
	    {"from h.x (x [300.0.2.1]) by mx.e", NULL},
	    {"from h.x (x [[192.0.2.1]]) by mx.e", NULL},
	    {"", NULL},
	};
	struct arena a = ARENA_INIT(MiB);

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		char line[256] = "", tmp[ENDPOINT_TEXT];
		struct received r;
		struct err e = {0};
		int rc =
		    received_parse(str_of(c[i].value), S("mx.e"), &a, &r, &e);

		if (rc == 0)
			snprintf(line, sizeof(line), "%s %.*s",
			    endpoint_ip(&r.ip, tmp), STR_ARG(r.helo));
		else
			t_has(str_of(e.msg), "can not be read");
		t_str(str_of(line), c[i].line ? c[i].line : "");
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(passes_what_is_aligned_and_nothing_else),
	    T(tells_what_it_saw),
	    T(a_null_reverse_path_is_the_helo_name),
	    T(trouble_in_a_part_counts_only_where_it_could_help),
	    T(the_time_ends_what_is_under_way),
	    T(budgets_are_kept),
	    T(is_cancelled_at_any_moment),
	    T(many_at_a_time_share_the_look_ups),
	    T(refuses_the_enormous),
	    T(refuses_several_authors),
	    T(refuses_what_does_not_belong_into_from),
	    T(takes_every_cut_of_a_message),
	    T(writes_a_field),
	    T(reads_what_the_edge_wrote),
	};

	t_filter();
	return cmocka_run_group_tests_name(
	    "verify", tests, open_world, close_world);
}
