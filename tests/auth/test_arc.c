#include "made.h"

static struct made made;
static struct made_arc got;
static struct buf whole;

#define MESSAGE                                                             \
	"Authentication-Results: mx.example.com; spf=pass\r\n"              \
	" smtp.mfrom=a@example.com;\r\n"                                    \
	"Authentication-Results: other.example; dkim=pass\r\n"              \
	"Authentication-Results: (c) MX.example.com (d) 1 ; dmarc=pass\r\n" \
	"From: a@example.com\r\nSubject: One\r\n\r\nHello\r\n"

static void put_on_top(struct buf *fields)
{
	buf_add(fields, buf_str(&whole));
	buf_release(&whole);
	whole = *fields;
}

static int add_set(const char *selector, struct pkey *key, struct err *e)
{
	struct buf set = BUF_INIT(8 * MiB);
	struct arc_seal_options o = {.domain = S("example.com"),
	    .selector = str_of(selector),
	    .key = key,
	    .authserv_id = S("mx.example.com"),
	    .results = S("spf=pass smtp.mfrom=example.com;"),
	    .at = MADE_AT};
	int rc;

	made_arc_verify(&made, buf_str(&whole), &got);
	rc = arc_seal(buf_str(&whole), got.result, got.instances, &o, &set, e);
	if (rc == 0)
		put_on_top(&set);
	else
		buf_release(&set);
	return rc;
}

static void start(void)
{
	buf_release(&whole);
	whole = BUF_INIT(8 * MiB);
	buf_addz(&whole, MESSAGE);
}

static void judge(void)
{
	made_arc_verify(&made, buf_str(&whole), &got);
}

static void replace(const char *what, const char *by)
{
	ptrdiff_t at = str_find(buf_str(&whole), str_of(what));
	struct buf new = BUF_INIT(8 * MiB);

	t_true(at >= 0, "%s is not there", what);
	buf_add(&new, str_sub(buf_str(&whole), 0, (size_t)at));
	buf_addz(&new, by);
	buf_add(&new, str_from(buf_str(&whole), (size_t)at + strlen(what)));
	buf_release(&whole);
	whole = new;
}

static void passes_the_chains_we_seal(void **state)
{
	struct err e = {0};

	start();
	judge();
	t_int(got.result, ARC_NONE);
	for (unsigned i = 1; i <= ARC_SETS_MAX; i++) {
		if (i % 2)
			t_ok(add_set("r", made.rsa, &e), &e);
		else
			t_ok(add_set("e", made.ed25519, &e), &e);
	}
	judge();
	t_str(str_of(got.reason), "every seal holds, and the message is as "
				  "the newest signed it");
	t_int(got.result, ARC_PASS);
	t_int(got.instances, ARC_SETS_MAX);
	t_int(got.oldest_pass, 0);
	t_fails(add_set("r", made.rsa, &e), &e, ERR_REFUSED, "50 sets");
}

static void finds_the_oldest_signature_that_holds(void **state)
{
	struct err e = {0};

	start();
	t_ok(add_set("r", made.rsa, &e), &e);
	/* a list changes the subject and seals that */
	replace("Subject: One", "Subject: [list] One");
	judge();
	t_int(got.result, ARC_FAIL);
	start();
	t_ok(add_set("r", made.rsa, &e), &e);
	t_ok(add_set("r", made.rsa, &e), &e);
	judge();
	t_int(got.oldest_pass, 0);
	replace("Hello", "Changed");
	judge();
	t_int(got.result, ARC_FAIL);
	t_has(str_of(got.reason), "ARC-Message-Signature with i=2");
}

static void seals_a_broken_chain_as_broken_and_ends_it(void **state)
{
	struct err e = {0};

	start();
	t_ok(add_set("r", made.rsa, &e), &e);
	t_ok(add_set("e", made.ed25519, &e), &e);
	replace("Subject: One", "Subject: Two");
	t_ok(add_set("r", made.rsa, &e), &e);
	t_has(buf_str(&whole), "cv=fail");
	judge();
	t_int(got.result, ARC_FAIL);
	t_int(got.instances, 3);
	assert_true(got.ended);
}

static void refuses_what_is_no_whole_chain(void **state)
{
	static const char *const rows[][3] = {
	    {"ARC-Seal: i=2;", "X-Seal: i=2;", "ARC-Seal with i=2 is missing"},
	    {"ARC-Message-Signature: i=1;", "X: i=1;",
		"ARC-Message-Signature with i=1 is missing"},
	    {"ARC-Authentication-Results: i=1;", "X: i=1;",
		"ARC-Authentication-Results with i=1 is missing"},
	    {"ARC-Seal: i=2;", "ARC-Seal: i=1;", "two ARC-Seal"},
	    {"ARC-Seal: i=2;", "ARC-Seal: i=51;", "1 to 50"},
	    {"ARC-Seal: i=2;", "ARC-Seal: i=0;", "1 to 50"},
	    {"ARC-Seal: i=2;", "ARC-Seal: i=2; h=From;", "has an h="},
	    {"ARC-Seal: i=2;", "ARC-Seal: j=2;", "1 to 50"},
	    {"ARC-Authentication-Results: i=2;",
		"ARC-Authentication-Results: i=2", "1 to 50"},
	    {"cv=pass", "cv=none", "must say cv=pass"},
	    {"cv=none", "cv=pass", "must say cv=none"},
	    {"cv=none", "cv=good", "cv=good"},
	    {"cv=pass", "cv=fail", "broken before"},
	    {"mx.example.com; spf=pass", "mx.example.com; spf=fail",
		"ARC-Seal with i=2"},
	    {"s=r;", "s=gone;", "does not exist"},
	};
	struct err e = {0};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		start();
		t_ok(add_set("r", made.rsa, &e), &e);
		t_ok(add_set("r", made.rsa, &e), &e);
		replace(rows[i][0], rows[i][1]);
		judge();
		t_int(got.result, ARC_FAIL);
		t_has(str_of(got.reason), rows[i][2]);
	}
}

static void says_temperror_only_when_nothing_is_known_to_be_wrong(void **state)
{
	struct err e = {0};

	made_add(&made, ";!timeout slow._domainkey.example.com.\n");
	start();
	t_ok(add_set("slow", made.rsa, &e), &e);
	judge();
	t_int(got.result, ARC_TEMPERROR);
	t_fails(add_set("r", made.rsa, &e), &e, ERR_REFUSED, "now");
	replace("cv=none", "cv=pass");
	judge();
	t_int(got.result, ARC_FAIL);
}

static void collects_the_results_of_one_host(void **state)
{
	struct buf b = BUF_INIT(KiB);

	arc_collect_results(S(MESSAGE), S("mx.example.com"), &b);
	t_str(buf_str(&b), "spf=pass\r\n smtp.mfrom=a@example.com; dmarc=pass");
	buf_reset(&b);
	arc_collect_results(S(MESSAGE), S("nobody.example"), &b);
	t_str(buf_str(&b), "");
	buf_release(&b);
}

static void writes_no_line_of_a_strangers_making(void **state)
{
	struct buf set = BUF_INIT(MiB);
	struct arc_seal_options o = {.domain = S("example.com"),
	    .selector = S("r"),
	    .key = made.rsa,
	    .authserv_id = S("mx.example.com"),
	    .results = S("spf=pass\r\nBcc: x@example.org\r\n\r\nbody"),
	    .at = MADE_AT};
	struct err e = {0};

	t_ok(arc_seal(S(MESSAGE), ARC_NONE, 0, &o, &set, &e), &e);
	t_has(buf_str(&set), "; spf=pass Bcc: x@example.org\r\n body\r\n");
	t_true(str_ends(buf_str(&set), S("\r\n")), "no line end");
	t_true(str_find(buf_str(&set), S("\r\n\r\n")) < 0, "an empty line");
	o.authserv_id = S("mx\r\nBcc: x");
	t_fails(arc_seal(S(MESSAGE), ARC_NONE, 0, &o, &set, &e), &e, ERR_INPUT,
	    "no name of a host");
	o.authserv_id = S("mx.example.com");
	t_fails(arc_seal(S("To: a\r\n\r\n"), ARC_NONE, 0, &o, &set, &e), &e,
	    ERR_INPUT, "no From");
	t_fails(arc_seal(S("From: a\n\n"), ARC_NONE, 0, &o, &set, &e), &e,
	    ERR_INPUT, "alone");
	o.domain = S("com");
	t_fails(arc_seal(S(MESSAGE), ARC_NONE, 0, &o, &set, &e), &e, ERR_INPUT,
	    "no dot");
	buf_release(&set);
}

static void cancels_at_any_time(void **state)
{
	struct dkim_verify_options o = dkim_verify_defaults;
	struct err e = {0};
	struct arc_check *c;

	start();
	t_ok(add_set("r", made.rsa, &e), &e);
	c = arc_verify_start(made.verifier, buf_str(&whole), &o, NULL, NULL);
	arc_verify_cancel(c);
	loop_run(made.loop);
	judge();
	t_int(got.result, ARC_PASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(passes_the_chains_we_seal),
	    T(finds_the_oldest_signature_that_holds),
	    T(seals_a_broken_chain_as_broken_and_ends_it),
	    T(refuses_what_is_no_whole_chain),
	    T(says_temperror_only_when_nothing_is_known_to_be_wrong),
	    T(collects_the_results_of_one_host),
	    T(writes_no_line_of_a_strangers_making),
	    T(cancels_at_any_time),
	};
	int rc;

	made_open(&made);
	rc = t_run("arc", tests);
	made_close(&made);
	buf_release(&whole);
	return rc;
}
