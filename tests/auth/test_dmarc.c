#include "t.h"

#include "auth/dmarc.h"

/* What the conformance suite can not say: the life of an evaluation, its
 * limits, and the way of RFC 7489. */

struct asked {
	struct loop *loop;
	struct dns *dns;
	int done;
	enum dmarc_verdict verdict;
	bool spf, dkim;
	struct buf org, policy_domain, reason;
	size_t names;
};

static void open_world(struct asked *a, const char *zone)
{
	struct err e = {0};

	*a = (struct asked){.loop = loop_sim_new(0),
	    .org = BUF_INIT(KiB),
	    .policy_domain = BUF_INIT(KiB),
	    .reason = BUF_INIT(KiB)};
	t_ok(dns_zone_new(a->loop, str_of(zone), "zone", &a->dns, &e), &e);
}

static void close_world(struct asked *a)
{
	dns_free(a->dns);
	loop_free(a->loop);
	buf_release(&a->org);
	buf_release(&a->policy_domain);
	buf_release(&a->reason);
}

static void on_dmarc(const struct dmarc_result *r, void *arg)
{
	struct asked *a = arg;

	a->done++;
	a->verdict = r->verdict;
	a->spf = r->spf_aligned;
	a->dkim = r->dkim_aligned;
	a->names = r->asked_count;
	buf_reset(&a->org);
	buf_reset(&a->policy_domain);
	buf_reset(&a->reason);
	buf_add(&a->org, r->organizational);
	buf_add(&a->policy_domain, r->policy_domain);
	buf_add(&a->reason, r->reason);
}

static struct dmarc *start(struct asked *a, const struct dmarc_request *r)
{
	struct dmarc *d = NULL;
	struct err e = {0};

	t_ok(dmarc_start(a->dns, r, on_dmarc, a, &d, &e), &e);
	return d;
}

#define ZONE                                                  \
	"_dmarc.example.co.uk. TXT \"v=DMARC1;p=reject\"\n"   \
	"_dmarc.a.example.co.uk. TXT \"v=DMARC1;p=none\"\n"   \
	"_dmarc.two.example.co.uk. TXT \"v=DMARC1;p=none\"\n" \
	"_dmarc.two.example.co.uk. TXT \"v=DMARC1;p=reject\"\n"

static void completes_once_and_never_at_once(void **state)
{
	struct dmarc_request r = {.author = S("x.example.co.uk")};
	struct asked a;

	(void)state;
	open_world(&a, ZONE);
	start(&a, &r);
	t_int(a.done, 0);
	loop_run(a.loop);
	t_int(a.done, 1);
	t_int(a.verdict, DMARC_VERDICT_FAIL);
	t_has(
	    buf_str(&a.reason), "policy of example.co.uk (sp) asks for reject");
	close_world(&a);
}

static void cancelled_it_says_nothing(void **state)
{
	struct dmarc_request r = {.author = S("x.y.example.co.uk")};
	struct asked a;

	(void)state;
	for (int turns = 0; turns < 4; turns++) {
		struct dmarc *d;

		open_world(&a, ZONE);
		d = start(&a, &r);
		/* a look-up a turn: stop it at each of them */
		for (int i = 0; i < turns; i++) {
			struct loop_task stop;

			loop_task_init(
			    &stop, (void (*)(void *))loop_stop, a.loop);
			loop_post(a.loop, &stop);
			loop_run(a.loop);
		}
		if (!a.done)
			dmarc_cancel(d);
		loop_run(a.loop);
		t_true(a.done <= 1, "completed after its end");
		t_true(turns || !a.done, "completed after being cancelled");
		close_world(&a);
	}
}

static void refuses_an_author_that_is_no_name(void **state)
{
	static const char *const rows[] = {"", ".", "a..b", "a b", "a@b.c",
	    "a\\.b", "[192.0.2.1]", "\xff.example"};
	struct dmarc *d;
	struct asked a;
	struct err e;

	(void)state;
	open_world(&a, ZONE);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct dmarc_request r = {.author = str_of(rows[i])};

		t_int(dmarc_start(a.dns, &r, on_dmarc, &a, &d, &e), ERR_INPUT);
	}
	loop_run(a.loop);
	t_int(a.done, 0);
	close_world(&a);
}

static void walks_for_a_bounded_number_of_identifiers(void **state)
{
	struct dmarc_identifier ids[100];
	struct dmarc_request r = {
	    .author = S("example.co.uk"), .identifier = ids};
	char name[100][64];
	struct asked a;

	(void)state;
	open_world(&a, ZONE "_dmarc.psd.example.co.uk. TXT "
			    "\"v=DMARC1;p=none;psd=y\"\n");
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		snprintf(name[i], sizeof(name[i]),
		    "a.b.c.d.n%zu.psd.example.co.uk", i);
		ids[i] = (struct dmarc_identifier){
		    DMARC_DKIM, DMARC_AUTH_PASS, str_of(name[i])};
	}
	r.identifier_count = ARRAY_SIZE(ids);
	start(&a, &r);
	loop_run(a.loop);
	t_int(a.verdict, DMARC_VERDICT_FAIL);
	t_true(a.names <= LIMIT_DMARC_WALK * (1 + LIMIT_DMARC_IDENTIFIERS),
	    "%zu names", a.names);
	/* one that needs no walk still counts */
	ids[99].domain = r.author;
	start(&a, &r);
	loop_run(a.loop);
	t_int(a.verdict, DMARC_VERDICT_PASS);
	close_world(&a);
}

static void the_older_way_goes_by_the_list(void **state)
{
	static const struct {
		const char *author, *dkim;
		enum dmarc_verdict verdict;
		const char *org, *policy_domain;
	} rows[] = {
	    {"x.y.example.co.uk", "z.example.co.uk", DMARC_VERDICT_PASS,
		"example.co.uk", "example.co.uk"},
	    {"a.example.co.uk", "other.co.uk", DMARC_VERDICT_FAIL,
		"example.co.uk", "a.example.co.uk"},
	    {"x.a.example.co.uk", "", DMARC_VERDICT_FAIL, "example.co.uk",
		"example.co.uk"},
	    /* RFC 7489 6.6.3: several records end it */
	    {"two.example.co.uk", "", DMARC_VERDICT_NONE, "example.co.uk", ""},
	    {"other.co.uk", "", DMARC_VERDICT_NONE, "other.co.uk", ""},
	    {"co.uk", "example.co.uk", DMARC_VERDICT_NONE, "co.uk", ""},
	};
	struct psl *psl = psl_open();
	struct asked a;

	(void)state;
	open_world(&a, ZONE);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct dmarc_identifier id = {
		    DMARC_DKIM, DMARC_AUTH_PASS, str_of(rows[i].dkim)};

		start(&a,
		    &(struct dmarc_request){.author = str_of(rows[i].author),
			.identifier = &id,
			.identifier_count = 1,
			.psl = psl});
		loop_run(a.loop);
		t_int(a.verdict, rows[i].verdict);
		t_str(buf_str(&a.org), rows[i].org);
		t_str(buf_str(&a.policy_domain), rows[i].policy_domain);
		t_true(a.names <= 2, "%zu names", a.names);
	}
	close_world(&a);
	psl_close(psl);
}

static void a_walk_of_any_length_is_bounded(void **state)
{
	struct buf name = BUF_INIT(KiB);
	struct asked a;

	(void)state;
	open_world(&a, ZONE);
	for (int labels = 1; labels <= 126; labels++) {
		buf_addz(&name, labels > 1 ? ".a" : "a");
		start(&a, &(struct dmarc_request){.author = buf_str(&name)});
		loop_run(a.loop);
		t_int(a.verdict, DMARC_VERDICT_NONE);
		t_int(a.names, labels < 8 ? labels : 8);
	}
	buf_release(&name);
	close_world(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(completes_once_and_never_at_once),
	    T(cancelled_it_says_nothing),
	    T(refuses_an_author_that_is_no_name),
	    T(walks_for_a_bounded_number_of_identifiers),
	    T(the_older_way_goes_by_the_list),
	    T(a_walk_of_any_length_is_bounded),
	};

	return t_run("dmarc", tests);
}
