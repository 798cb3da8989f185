#include "t.h"

#include <tocsin/tocsin.h>

#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>

#define MAIL "From: a@example.com\r\nTo: b@example.net\r\n\r\nHello.\r\n"
#define ZONE                                              \
	"example.com TXT \"v=spf1 ip4:192.0.2.1 -all\"\n" \
	"_dmarc.example.com TXT \"v=DMARC1; p=reject\"\n"
#define AT 1767225600

static char dir[64], zone[128];
static struct tocsin_context *context;
static const struct tocsin_facts facts = {
    "192.0.2.1", "mail.example.com", "a@example.com"};

static int open_context(void **state)
{
	struct tocsin_options o = {.size = sizeof(o), .zone_file = zone};
	struct tocsin_error e;

	t_mkdir(dir);
	t_write(dir, "zone", S(ZONE));
	snprintf(zone, sizeof(zone), "%s/zone", dir);
	if (tocsin_context_new(&o, &context, &e) < 0)
		fail_msg("%s", e.text);
	return 0;
}

static int close_context(void **state)
{
	tocsin_context_free(context);
	t_rmdir(dir);
	return 0;
}

static struct tocsin_result *judge(const struct tocsin_facts *f)
{
	struct tocsin_result *r;
	struct tocsin_error e;

	if (tocsin_verify_sync(context, MAIL, sizeof(MAIL) - 1, f, AT, &r, &e) <
	    0)
		fail_msg("%s", e.text);
	return r;
}

static void z(const char *got, const char *want)
{
	t_str(str_of(got), want);
}

static void judges_at_once(void **state)
{
	struct tocsin_result *r = judge(&facts);

	t_int(tocsin_result_dmarc(r), TOCSIN_PASS);
	t_int(tocsin_result_spf(r), TOCSIN_PASS);
	t_int(tocsin_result_arc(r), TOCSIN_NONE);
	t_int(tocsin_result_spf_aligned(r), 1);
	t_int(tocsin_result_dkim_aligned(r), 0);
	t_int(tocsin_result_policy(r), TOCSIN_POLICY_REJECT);
	t_int(tocsin_result_disposition(r), TOCSIN_POLICY_NONE);
	t_int(tocsin_result_signatures(r), 0);
	t_int(tocsin_signature_dkim(r, 0), TOCSIN_NONE);
	z(tocsin_signature_text(r, 7, TOCSIN_SIGNATURE_DOMAIN), "");
	z(tocsin_result_text(r, TOCSIN_FROM_DOMAIN), "example.com");
	z(tocsin_result_text(r, TOCSIN_SPF_MECHANISM), "ip4:192.0.2.1");
	z(tocsin_result_text(r, TOCSIN_DMARC_RECORD), "v=DMARC1; p=reject");
	tocsin_result_free(r);
	r = judge(NULL);
	t_int(tocsin_result_dmarc(r), TOCSIN_FAIL);
	t_int(tocsin_result_spf(r), TOCSIN_NONE);
	t_int(tocsin_result_disposition(r), TOCSIN_POLICY_REJECT);
	tocsin_result_free(r);
}

/* ---- completions */

static int seen;

static void on_result(struct tocsin_result *r, void *arg)
{
	t_int(tocsin_result_dmarc(r), TOCSIN_PASS);
	seen += *(int *)arg;
	tocsin_result_free(r);
}

static void wait_for(int want)
{
	struct pollfd p = {tocsin_context_fd(context), POLLIN, 0};

	while (seen < want) {
		t_int(poll(&p, 1, 20000), 1);
		tocsin_context_process(context);
	}
}

static struct tocsin_check *start(int *weight)
{
	struct tocsin_check *k;
	char mail[sizeof(MAIL)] = MAIL;
	struct tocsin_error e;

	if (tocsin_verify_start(context, mail, sizeof(mail) - 1, &facts, AT,
		on_result, weight, &k, &e) < 0)
		fail_msg("%s", e.text);
	memset(mail, 'x', sizeof(mail)); /* it was copied */
	return k;
}

static void completes_in_the_thread_that_processes(void **state)
{
	int one = 1;

	seen = 0;
	for (int i = 0; i < 100; i++)
		start(&one);
	t_int(seen, 0);
	wait_for(100);
	t_int(tocsin_context_process(context), 0);
	t_int(seen, 100);
}

static void completes_no_check_that_was_cancelled(void **state)
{
	int one = 1, never = 100000;

	seen = 0;
	for (int i = 0; i < 200; i++) {
		struct tocsin_check *k = start(&never);

		start(&one);
		if (i % 3 == 0) /* now and then it is done already */
			poll(NULL, 0, 1);
		tocsin_verify_cancel(k);
	}
	wait_for(200);
	/* whatever was under way is over then */
	tocsin_result_free(judge(&facts));
	tocsin_context_process(context);
	t_int(seen, 200);
}

static void frees_a_context_with_checks_under_way(void **state)
{
	struct tocsin_context *kept = context;
	struct tocsin_options o = {.size = sizeof(o), .zone_file = zone};
	int never = 1;

	seen = 0;
	for (int i = 0; i < 20; i++) {
		t_int(tocsin_context_new(&o, &context, NULL), 0);
		for (int k = 0; k < i; k++)
			start(&never);
		tocsin_context_free(context);
	}
	context = kept;
	t_int(seen, 0);
}

static void *judge_many(void *arg)
{
	for (int i = 0; i < 50; i++) {
		struct tocsin_result *r = judge(&facts);

		if (tocsin_result_dmarc(r) == TOCSIN_PASS)
			++*(int *)arg;
		tocsin_result_free(r);
	}
	return NULL;
}

static void serves_several_threads(void **state)
{
	pthread_t thread[4];
	int passed[4] = {0};

	for (int i = 0; i < 4; i++)
		t_int(pthread_create(&thread[i], NULL, judge_many, &passed[i]),
		    0);
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], NULL);
		t_int(passed[i], 50);
	}
}

/* ---- the rest */

static void refuses_what_can_not_be_used(void **state)
{
	struct tocsin_options o = {.size = sizeof(o), .zone_file = "/none/x"};
	struct tocsin_facts f = {.ip = "192.0.2"};
	struct tocsin_key key = {"example.com", "s", "/none/key"};
	struct tocsin_context *c;
	struct tocsin_result *r;
	struct tocsin_error e;
	char *text;

	t_int(tocsin_context_new(&o, &c, &e), TOCSIN_ERR_INPUT);
	t_has(str_of(e.text), "/none/x");
	t_true(!c);
	o = (struct tocsin_options){.zone_file = zone};
	t_int(tocsin_context_new(&o, &c, &e), TOCSIN_ERR_INPUT);
	t_has(str_of(e.text), ".size");
	t_int(tocsin_verify_sync(context, "", 0, &f, AT, &r, &e),
	    TOCSIN_ERR_INPUT);
	t_has(str_of(e.text), "192.0.2");
	t_int(tocsin_verify_sync(context, "", 0, NULL, INT64_MAX, &r, NULL),
	    TOCSIN_ERR_INPUT);
	t_int(tocsin_sign(MAIL, sizeof(MAIL) - 1, &key, AT, &text, &e),
	    TOCSIN_ERR_INPUT);
	t_true(!text);
	t_int(tocsin_sign(MAIL, sizeof(MAIL) - 1, &(struct tocsin_key){0}, AT,
		  &text, &e),
	    TOCSIN_ERR_INPUT);
}

static void takes_the_options_of_an_older_caller(void **state)
{
	struct tocsin_options o = {
	    .size = offsetof(struct tocsin_options, trust_anchor),
	    .zone_file = zone,
	    .timeout_ms = -1};
	struct tocsin_context *c;

	t_int(tocsin_context_new(&o, &c, NULL), 0);
	tocsin_context_free(c);
}

static void writes_and_reads_results(void **state)
{
	struct tocsin_result *r = judge(&facts);
	struct buf mail = BUF_INIT(64 * 1024);
	struct tocsin_authres *a;
	char *field;

	t_int(tocsin_authres_write(r, "mx.here.example", &field, NULL), 0);
	buf_addz(&mail, field);
	buf_addz(&mail, "Received: from x (x [192.0.2.1]) by mx.here.example; "
			"Tue, 24 Nov 2026 04:17:09 +0000\r\n");
	buf_addz(&mail, "Authentication-Results: mx.here.example; dkim=pass "
			"header.d=forged.example\r\n" MAIL);
	t_int(tocsin_authres_read(
		  mail.p, mail.len, "mx.here.example", 1, &a, NULL),
	    0);
	t_int(tocsin_authres_count(a), 4);
	z(tocsin_authres_method(a, 0), "spf");
	z(tocsin_authres_result(a, 0), "pass");
	z(tocsin_authres_property(a, 0, "smtp", "mailfrom"), "a@example.com");
	z(tocsin_authres_method(a, 2), "dmarc");
	z(tocsin_authres_property(a, 2, "header", "from"), "example.com");
	z(tocsin_authres_property(a, 2, "header", "d"), "");
	z(tocsin_authres_method(a, 99), "");
	tocsin_authres_free(a);
	tocsin_free(field);
	tocsin_result_free(r);
	buf_release(&mail);
}

static void signs(void **state)
{
	static const char pem[] =
	    "-----BEGIN PRIVATE KEY-----\n"
	    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
	    "-----END PRIVATE KEY-----\n";
	char path[128], *field;
	struct tocsin_key key = {"example.com", "ed", path};
	struct tocsin_error e = {0};

	snprintf(path, sizeof(path), "%s/key", dir);
	t_write(dir, "key", S(pem));
	t_int(chmod(path, 0600), 0);
	if (tocsin_sign(MAIL, sizeof(MAIL) - 1, &key, AT, &field, &e) < 0)
		fail_msg("%s", e.text);
	t_has(str_of(field), "DKIM-Signature: v=1; a=ed25519-sha256;");
	t_true(str_ends(str_of(field), S("\r\n")));
	tocsin_free(field);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(judges_at_once),
	    T(completes_in_the_thread_that_processes),
	    T(completes_no_check_that_was_cancelled),
	    T(frees_a_context_with_checks_under_way),
	    T(serves_several_threads),
	    T(refuses_what_can_not_be_used),
	    T(takes_the_options_of_an_older_caller),
	    T(writes_and_reads_results),
	    T(signs),
	};

	return cmocka_run_group_tests_name(
	    "api", tests, open_context, close_context);
}
