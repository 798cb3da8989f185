#include "report/prenotice_text.h"
#include "t.h"

static void a_domain_has_a_provider(void **state)
{
	static const struct {
		const char *domain;
		enum prenotice_provider want;
	} c[] = {
	    {"gmail.com", PRENOTICE_GOOGLE},
	    {"googlemail.com", PRENOTICE_GOOGLE},
	    {"gmail.com.example", PRENOTICE_OTHER},
	    {"notgmail.com", PRENOTICE_OTHER},
	    {"yahoo.com", PRENOTICE_YAHOO},
	    {"yahoo.de", PRENOTICE_YAHOO},
	    {"yahoo.co.uk", PRENOTICE_YAHOO},
	    {"yahoo.com.br", PRENOTICE_YAHOO},
	    {"yahoo.co.jp", PRENOTICE_OTHER},
	    {"yahoo.example", PRENOTICE_OTHER},
	    {"yahoo.attacker.com", PRENOTICE_OTHER},
	    {"aol.com", PRENOTICE_YAHOO},
	    {"hotmail.fr", PRENOTICE_MICROSOFT},
	    {"live.co.uk", PRENOTICE_MICROSOFT},
	    {"outlook.com", PRENOTICE_MICROSOFT},
	    {"msn.com", PRENOTICE_MICROSOFT},
	    {"icloud.com", PRENOTICE_APPLE},
	    {"me.com", PRENOTICE_APPLE},
	    {"mac.com", PRENOTICE_APPLE},
	    {"privaterelay.appleid.com", PRENOTICE_APPLE},
	    {"example.com", PRENOTICE_OTHER},
	    {"", PRENOTICE_OTHER},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		t_true(prenotice_provider_of(str_of(c[i].domain)) == c[i].want,
		    "%s", c[i].domain);
}

static void a_draft_names_law_day_and_numbers(void **state)
{
	const struct notice n = {
	    .kind = NOTICE_BREACH,
	    .org_name = S("Example"),
	    .discovered = S("2026-11-03"),
	    .from_address = S("notice@example.com"),
	};
	struct obligation in[] = {
	    {.people = 12000}, {.tranche = S("second/.."), .people = 345}};
	const struct prenotice p = {.notice = &n,
	    .people = 12345,
	    .no_address = 345,
	    .owed = {.v = in, .count = 2}};
	struct law_duty d = {
	    .id = S("us-md"),
	    .step = 2,
	    .who = LAW_REGULATOR,
	    .applies = LAW_IF,
	    .question = S("Is it so?"),
	    .name = S("Maryland"),
	    .regime = S("Md. Code"),
	    .regulator = S("Attorney General"),
	    .people = 1200,
	    .has_deadline = true,
	    .passed = true,
	    .before_individuals = true,
	    .as_of = S("2026-01-23"),
	    .source = S("s. 3504"),
	    .confidence_deadline = S("high"),
	};
	struct buf out = BUF_INIT(MiB);

	t_true(clock_parse_iso(S("2026-11-20"), &d.deadline));
	t_true(clock_parse_iso(S("2026-11-03"), &in[0].facts.discovered));
	t_true(clock_parse_iso(S("2026-12-09"), &in[1].facts.discovered));
	prenotice_put_name(&p, &in[0], &d, &out);
	t_str(buf_str(&out), "regulators/us-md-step2.txt");
	buf_reset(&out);
	prenotice_put_regulator(&p, &in[0], &d, &out);
	t_has(buf_str(&out), "To:          Attorney General\n");
	t_has(buf_str(&out), "By when:     20 November 2026 (PASSED: say why");
	t_has(buf_str(&out), "BEFORE the people are told");
	t_has(buf_str(&out), "Only if:     Is it so?");
	t_has(buf_str(&out), "as of 2026-01-23; confidence high");
	t_has(buf_str(&out), "Discovered:    3 November 2026");
	t_has(buf_str(&out), "Here:          1,200 with residence");
	t_has(buf_str(&out), "mail to 12,000; another way for 345");
	t_has(buf_str(&out), "Kinds of data: CHANGE ME");
	t_true(str_find(buf_str(&out), S("added later")) < 0, "no tranche");
	/* people added later have their own day, and a draft of their own */
	buf_reset(&out);
	prenotice_put_name(&p, &in[1], &d, &out);
	t_str(buf_str(&out), "regulators/us-md-step2-tranche2.txt");
	buf_reset(&out);
	prenotice_put_regulator(&p, &in[1], &d, &out);
	t_has(buf_str(&out), "Discovered:    9 December 2026");
	t_has(buf_str(&out), "people added later: 'second/..', discovered 9 ");
	t_has(
	    buf_str(&out), "In all:        12,345, of whom this is about 345");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_domain_has_a_provider),
	    T(a_draft_names_law_day_and_numbers),
	};

	return t_run("prenotice", tests);
}
