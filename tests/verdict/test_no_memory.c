/* Without memory: nothing ends the process, nothing leaks (the sanitizer
 * looks), every start has its one completion, and a verdict is the one with
 * memory or a temperror throughout.
 */
#include "fault.h"
#include "made.h"

#include <tocsin/tocsin.h>

#include <poll.h>
#include <sys/stat.h>

#define AT MADE_AT
#define ZONE                                                            \
	"$TTL 0\n"                                                      \
	"example.com TXT \"v=spf1 include:inc.example.com mx ptr "      \
	"exists:%{ir}.x.example.com ip4:192.0.2.1 -all "                \
	"exp=why.example.com\"\n"                                       \
	"inc.example.com TXT \"v=spf1 ip4:198.51.100.0/24 ?all\"\n"     \
	"example.com MX 10 mx.example.com\n"                            \
	"example.com MX 20 alias.example.com\n"                         \
	"alias.example.com CNAME mx.example.com\n"                      \
	"mx.example.com A 203.0.113.9\n"                                \
	"1.2.0.192.in-addr.arpa PTR host.example.net\n"                 \
	"host.example.net A 192.0.2.1\n"                                \
	"why.example.com TXT \"no mail from %{i} (%{p}), says %{d}\"\n" \
	"_dmarc.example.com TXT \"v=DMARC1; p=reject; sp=quarantine; "  \
	"np=reject; rua=mailto:r@example.com\"\n"                       \
	"xn--bcher-kva.example TXT \"v=spf1 redirect=example.com\"\n"   \
	"_dmarc.xn--bcher-kva.example TXT \"v=DMARC1; p=none; adkim=s\"\n"

static struct case_of {
	const char *name;
	struct str mail;
	struct tocsin_facts facts;
	struct buf want;
} cases[] = {
    {"signed and sealed", {0}, {"192.0.2.1", "mx.example.com", "a@example.com"},
	BUF_INIT(MiB)},
    {"of a stranger",
	S("From: \"A, b\" <a@none.example.com>\r\nTo: b@example.net\r\n\r\n"
	  "Hi\r\n"),
	{"192.0.2.77", "x.example", "a@example.com"}, BUF_INIT(MiB)},
    {"international",
	S("From: a@b\xc3\xbc"
	  "cher.example\r\n\r\nHi\r\n"),
	{"2001:db8::1", "x.example",
	    "a@b\xc3\xbc"
	    "cher.example"},
	BUF_INIT(MiB)},
    {"without a sender", S("From: a@example.com\r\n\r\nHi\r\n"),
	{"203.0.113.9", "mx.example.com", ""}, BUF_INIT(MiB)},
};

static const char lost[] = "spf=temperror arc=temperror/0 dmarc=temperror/0/1 "
			   "0 0 dkim=temperror/0";
static char dir[64], zone[128], key_path[128];
static struct buf sealed = BUF_INIT(MiB);

/* ---- a verdict as a line */

static void tell_texts(const struct tocsin_result *r, struct buf *out)
{
	for (int i = TOCSIN_FROM_DOMAIN; i <= TOCSIN_ARC_REASON; i++)
		buf_addf(
		    out, "\n%s", tocsin_result_text(r, (enum tocsin_text)i));
	for (size_t k = 0; k < tocsin_result_signatures(r); k++)
		for (int i = 0; i <= TOCSIN_SIGNATURE_REASON; i++)
			buf_addf(out, "\n%s",
			    tocsin_signature_text(
				r, k, (enum tocsin_signature_part)i));
}

static bool is_lost(const struct buf *told)
{
	return str_starts(buf_str(told), S(lost)) &&
	       told->p[sizeof(lost) - 1] == '\n';
}

static void tell(const struct tocsin_result *r, struct buf *out)
{
	buf_reset(out);
	buf_addf(out, "spf=%s arc=%s/%u dmarc=%s/%d/%d %d %d dkim=",
	    tocsin_verdict_name(tocsin_result_spf(r)),
	    tocsin_verdict_name(tocsin_result_arc(r)),
	    tocsin_result_arc_instances(r),
	    tocsin_verdict_name(tocsin_result_dmarc(r)),
	    (int)tocsin_result_policy(r), (int)tocsin_result_disposition(r),
	    tocsin_result_spf_aligned(r), tocsin_result_dkim_aligned(r));
	for (size_t i = 0; i < tocsin_result_signatures(r); i++)
		buf_addf(out, "%s%s/%u", i ? "," : "",
		    tocsin_verdict_name(tocsin_signature_dkim(r, i)),
		    tocsin_signature_flags(r, i));
	tell_texts(r, out);
}

/* The verdict with memory, or all temperror. */
static void agrees(const struct tocsin_result *r, const struct case_of *c)
{
	struct buf got = BUF_INIT(MiB);

	tell(r, &got);
	if (!is_lost(&got))
		t_eq(buf_str(&got), buf_str(&c->want));
	buf_release(&got);
}

static int verify(struct tocsin_context *c, const struct case_of *k,
    struct tocsin_result **ret)
{
	return tocsin_verify_sync(
	    c, k->mail.p, k->mail.n, &k->facts, AT, ret, NULL);
}

static struct tocsin_context *context(void)
{
	struct tocsin_options o = {.size = sizeof(o), .zone_file = zone};
	struct tocsin_context *c;
	struct tocsin_error e;

	if (tocsin_context_new(&o, &c, &e) < 0)
		fail_msg("%s", e.text);
	return c;
}

/* With memory again, all is as ever. */
static void still_right(struct tocsin_context *c, const struct case_of *k)
{
	struct buf got = BUF_INIT(MiB);
	struct tocsin_result *r;

	t_int(verify(c, k, &r), 0);
	tell(r, &got);
	t_eq(buf_str(&got), buf_str(&k->want));
	tocsin_result_free(r);
	buf_release(&got);
}

/* ---- the world */

static void seal(struct made *m)
{
	struct buf set = BUF_INIT(MiB);
	struct arc_seal_options o = {.domain = S("example.com"),
	    .selector = S("r"),
	    .key = m->rsa,
	    .authserv_id = S("mx.example.com"),
	    .results = S("spf=pass smtp.mfrom=example.com"),
	    .at = MADE_AT};
	struct made_arc was;
	struct err e = {0};

	made_arc_verify(m, buf_str(&sealed), &was);
	t_ok(
	    arc_seal(buf_str(&sealed), was.result, was.instances, &o, &set, &e),
	    &e);
	buf_add(&set, buf_str(&sealed));
	buf_release(&sealed);
	sealed = set;
}

static int open_world(void **state)
{
	static const char mail[] =
	    "From: A <a@example.com>\r\nTo: b@example.net\r\nSubject: One\r\n"
	    "\r\nHello,  world\r\n";
	struct tocsin_context *c;
	struct buf pem = BUF_INIT(8 * KiB);
	struct err e = {0};
	struct made m;

	made_open(&m);
	made_sign(&m, S(mail), &sealed);
	seal(&m);
	seal(&m);
	made_add(&m, ZONE);
	t_mkdir(dir);
	t_write(dir, "zone", buf_str(&m.zone));
	snprintf(zone, sizeof(zone), "%s/zone", dir);
	t_ok(pkey_write_private(m.rsa, &pem, &e), &e);
	t_write(dir, "key", buf_str(&pem));
	snprintf(key_path, sizeof(key_path), "%s/key", dir);
	chmod(key_path, 0600);
	buf_release(&pem);
	made_close(&m);
	cases[0].mail = buf_str(&sealed);
	c = context();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tocsin_result *r;

		t_int(verify(c, &cases[i], &r), 0);
		tell(r, &cases[i].want);
		tocsin_result_free(r);
	}
	tocsin_context_free(c);
	return 0;
}

static int close_world(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		buf_release(&cases[i].want);
	buf_release(&sealed);
	t_rmdir(dir);
	return 0;
}

/* ---- every allocation of it, one after the other */

#define ROUNDS_MAX 100000ul

static struct {
	unsigned who;
	bool after;
	unsigned long n, failed;
} plan;

/* What is tried stands between these two. */
static void begin(void)
{
	fault_arm(plan.who, plan.n, plan.after);
}

static void done(void)
{
	plan.failed = fault_disarm();
}

/* `once` false: it said that it could not. */
static void each(unsigned who, bool after, bool (*once)(void *arg), void *arg,
    const char *name)
{
	unsigned long without = 0;

	plan.who = who;
	plan.after = after;
	for (plan.n = 1;; plan.n++) {
		bool ok = once(arg);

		without += !ok;
		t_true(plan.n < ROUNDS_MAX, "it never ends");
		if (!plan.failed) {
			t_true(ok, "it fails with memory");
			break;
		}
	}
	print_message("# %s%s%s: %lu allocations, %lu runs without result\n",
	    name, who == FAULT_THEIRS ? ", of others" : "",
	    after ? ", and all behind" : "", plan.n - 1, without);
	t_true(plan.n > 1 || who == FAULT_THEIRS, "nothing was tried");
}

static void each_way(bool (*once)(void *arg), void *arg, const char *name)
{
	each(FAULT_OURS, false, once, arg, name);
	each(FAULT_OURS, true, once, arg, name);
	each(FAULT_THEIRS, false, once, arg, name);
	each(FAULT_THEIRS, true, once, arg, name);
}

static void no_memory(int rc, const struct tocsin_error *e)
{
	if (rc != TOCSIN_ERR_NOMEM || e->code != rc || !e->text[0])
		fail_msg("%d: %s", rc, e->text);
}

/* ---- contexts */

static bool open_once(void *arg)
{
	const struct tocsin_options *o = arg;
	struct tocsin_context *c = NULL;
	struct tocsin_error e = {0};
	int rc;

	begin();
	rc = tocsin_context_new(o, &c, &e);
	if (plan.n % 2) /* every second is freed without memory, too */
		done();
	if (rc == 0 && plan.n % 2 && o->zone_file && !o->rfc7489)
		still_right(c, &cases[0]);
	tocsin_context_free(c);
	done();
	if (rc < 0)
		no_memory(rc, &e);
	t_true(!rc == !!c, "an error and a context");
	return rc == 0;
}

static void opens_a_context_or_says_that_it_can_not(void **state)
{
	struct tocsin_options o = {.size = sizeof(o),
	    .zone_file = zone,
	    .receiver = "mx.here.example"};

	each_way(open_once, &o, "zone");
	o.rfc7489 = 1;
	each(FAULT_OURS, false, open_once, &o, "list");
	o.zone_file = NULL;
	o.resolver = "127.0.0.1@9";
	each_way(open_once, &o, "resolver");
}

/* ---- verdicts */

static bool verify_once(void *arg)
{
	const struct case_of *k = arg;
	struct tocsin_context *c = context();
	struct tocsin_result *r = NULL;
	struct tocsin_error e = {0};
	int rc;

	begin();
	rc = tocsin_verify_sync(c, k->mail.p, k->mail.n, &k->facts, AT, &r, &e);
	done();
	t_true(!rc == !!r, "an error and a result");
	if (rc < 0)
		no_memory(rc, &e);
	else
		agrees(r, k);
	tocsin_result_free(r);
	still_right(c, k);
	tocsin_context_free(c);
	return rc == 0;
}

static void gives_the_verdict_with_memory_or_a_temperror(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		each_way(verify_once, &cases[i], cases[i].name);
}

/* ---- several at once, without waiting */

#define CHECKS 3

static unsigned completed;
static struct {
	struct tocsin_result *r;
	struct case_of *of;
} told[CHECKS + 1];

static void on_result(struct tocsin_result *r, void *arg)
{
	t_true(completed < CHECKS, "one too many");
	told[completed].r = r;
	told[completed++].of = arg;
}

static void wait_for(struct tocsin_context *c, unsigned want)
{
	struct pollfd p = {tocsin_context_fd(c), POLLIN, 0};

	while (completed < want) {
		t_int(poll(&p, 1, 20000), 1);
		tocsin_context_process(c);
	}
}

static bool start_once(void *arg)
{
	struct tocsin_context *c = context();
	struct tocsin_check *k = NULL;
	unsigned started = 0;

	completed = 0;
	begin();
	for (size_t i = 0; i < CHECKS + 1; i++) {
		struct case_of *of = &cases[i % ARRAY_SIZE(cases)];
		struct tocsin_error e = {0};
		int rc = tocsin_verify_start(c, of->mail.p, of->mail.n,
		    &of->facts, AT, on_result, of, &k, &e);

		if (rc < 0)
			no_memory(rc, &e);
		else if (i == CHECKS)
			tocsin_verify_cancel(k);
		else
			started++;
	}
	wait_for(c, started);
	done();
	t_int(tocsin_context_process(c), 0);
	still_right(c, &cases[0]);
	t_int(tocsin_context_process(c), 0);
	t_int(completed, started);
	for (unsigned i = 0; i < completed; i++) {
		agrees(told[i].r, told[i].of);
		tocsin_result_free(told[i].r);
	}
	tocsin_context_free(c);
	return started == CHECKS;
}

static void completes_every_check_once(void **state)
{
	each(FAULT_OURS, false, start_once, NULL, "several");
	each(FAULT_OURS, true, start_once, NULL, "several");
}

/* A context for long: what is kept (answers, keys) stays right. */
static bool verify_again(void *arg)
{
	struct tocsin_result *r = NULL;

	begin();
	verify(arg, &cases[0], &r);
	done();
	if (r)
		agrees(r, &cases[0]);
	tocsin_result_free(r);
	if (plan.n % 8 == 0 || !plan.failed)
		still_right(arg, &cases[0]);
	return r != NULL;
}

static void keeps_nothing_wrong(void **state)
{
	struct tocsin_context *c = context();

	each(FAULT_OURS, false, verify_again, c, "again");
	each(FAULT_OURS, true, verify_again, c, "again");
	tocsin_context_free(c);
}

/* ---- texts */

struct texts {
	struct tocsin_result *r;
	struct buf mail;
	char *want;
};

static bool write_once(void *arg)
{
	struct texts *t = arg;
	struct tocsin_error e = {0};
	char *field = NULL;
	int rc;

	begin();
	rc = tocsin_authres_write(t->r, "mx.here.example", &field, &e);
	done();
	if (rc < 0)
		no_memory(rc, &e);
	else
		t_str(str_of(field), t->want);
	tocsin_free(field);
	return rc == 0;
}

static bool read_once(void *arg)
{
	struct texts *t = arg;
	struct tocsin_authres *a = NULL;
	struct tocsin_error e = {0};
	int rc;

	begin();
	rc = tocsin_authres_read(
	    t->mail.p, t->mail.len, "mx.here.example", 1, &a, &e);
	if (rc == 0) {
		/* no text wants memory any more */
		t_int(tocsin_authres_count(a), 6);
		t_str(str_of(tocsin_authres_method(a, 0)), "spf");
		t_str(str_of(tocsin_authres_result(a, 1)), "pass");
		t_str(
		    str_of(tocsin_authres_property(a, 1, "header", "s")), "r");
		t_str(str_of(tocsin_authres_result(a, 5)), "fail");
		t_str(str_of(tocsin_authres_property(a, 5, "header", "d")),
		    "a\xef\xbf\xbd"
		    "b");
	}
	done();
	if (rc < 0)
		no_memory(rc, &e);
	tocsin_authres_free(a);
	return rc == 0;
}

static bool sign_once(void *arg)
{
	static const char mail[] = "From: a@example.com\r\n\r\nHello.\r\n";
	struct tocsin_key key = {"example.com", "r", key_path};
	struct tocsin_error e = {0};
	char **want = arg, *field = NULL;
	int rc;

	begin();
	rc = tocsin_sign(mail, sizeof(mail) - 1, &key, AT, &field, &e);
	done();
	if (rc < 0)
		no_memory(rc, &e);
	else if (*want)
		t_str(str_of(field), *want);
	if (rc == 0 && !*want && !plan.failed)
		*want = field;
	else
		tocsin_free(field);
	return rc == 0;
}

static void writes_texts_whole_or_not_at_all(void **state)
{
	struct tocsin_context *c = context();
	struct texts t = {.mail = BUF_INIT(64 * KiB)};
	char *field = NULL;

	t_int(verify(c, &cases[0], &t.r), 0);
	t_int(tocsin_authres_write(t.r, "mx.here.example", &t.want, NULL), 0);
	each_way(write_once, &t, "authres write");
	buf_addz(&t.mail, t.want);
	buf_addz(&t.mail, "Authentication-Results: mx.here.example; "
			  "dkim=fail header.d=\"a\xff"
			  "b\"\r\n"
			  "Received: from x (x [192.0.2.1]) by "
			  "mx.here.example; Tue, 24 Nov 2026 04:17:09 +0000\r\n"
			  "From: a@example.com\r\n\r\n");
	each_way(read_once, &t, "authres read");
	plan.n = ROUNDS_MAX;
	t_true(sign_once(&field), "not signed");
	each_way(sign_once, &field, "sign");
	tocsin_free(field);
	tocsin_free(t.want);
	tocsin_result_free(t.r);
	tocsin_context_free(c);
	buf_release(&t.mail);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(opens_a_context_or_says_that_it_can_not),
	    T(gives_the_verdict_with_memory_or_a_temperror),
	    T(completes_every_check_once),
	    T(keeps_nothing_wrong),
	    T(writes_texts_whole_or_not_at_all),
	};

	fault_take_theirs();
	t_filter();
	return cmocka_run_group_tests_name(
	    "no memory", tests, open_world, close_world);
}
