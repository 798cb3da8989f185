#include "t.h"
#include "deliver/outcome.h"

static const usec_t now = 1000 * USEC_PER_HOUR;

static struct person_state judge(struct outcome_fact f,
    struct person_state before, size_t addresses, bool relay)
{
	struct outcome_policy p = outcome_policy_defaults;

	p.relay = relay;
	return outcome_judge(&p, &f, &before, addresses, now, 7);
}

static void every_kind_of_end_has_its_state(void **state)
{
	static const struct {
		const char *story;
		struct outcome_fact f;
		size_t addresses;
		bool relay;
		enum person_status want;
		uint32_t want_address;
	} cases[] = {
	    {"250 after the dot", {SMTP_STAGE_DOT, SMTP_CAUSE_REPLY, 250, true},
		1, false, PERSON_ACCEPTED, 0},
	    {"250 from a relay", {SMTP_STAGE_DOT, SMTP_CAUSE_REPLY, 250, true},
		1, true, PERSON_HANDED, 0},
	    {"250 to RCPT proves nothing",
		{SMTP_STAGE_RCPT, SMTP_CAUSE_REPLY, 250, false}, 1, false,
		PERSON_DEFERRED, 0},
	    {"450 greylisted", {SMTP_STAGE_RCPT, SMTP_CAUSE_REPLY, 450}, 2,
		false, PERSON_DEFERRED, 0},
	    {"452 after the dot", {SMTP_STAGE_DOT, SMTP_CAUSE_REPLY, 452, true},
		1, false, PERSON_DEFERRED, 0},
	    {"550 unknown, another address",
		{SMTP_STAGE_RCPT, SMTP_CAUSE_REPLY, 550}, 2, false,
		PERSON_PENDING, 1},
	    {"550 unknown, no other", {SMTP_STAGE_RCPT, SMTP_CAUSE_REPLY, 550},
		1, false, PERSON_REJECTED, 0},
	    {"554 after the dot", {SMTP_STAGE_DOT, SMTP_CAUSE_REPLY, 554, true},
		1, false, PERSON_REJECTED, 0},
	    {"554 banner is no bounce",
		{SMTP_STAGE_BANNER, SMTP_CAUSE_REPLY, 554}, 2, false,
		PERSON_DEFERRED, 0},
	    {"lost before the dot",
		{SMTP_STAGE_CONTENT, SMTP_CAUSE_CLOSED, 0, false}, 2, false,
		PERSON_DEFERRED, 0},
	    {"lost after the dot, other address untouched",
		{SMTP_STAGE_DOT, SMTP_CAUSE_CLOSED, 0, true}, 2, false,
		PERSON_UNCERTAIN, 0},
	    {"silence after the dot",
		{SMTP_STAGE_DOT, SMTP_CAUSE_TIMEOUT, 0, true}, 2, true,
		PERSON_UNCERTAIN, 0},
	    {"no SMTPUTF8 there is no bad address",
		{SMTP_STAGE_MAIL, SMTP_CAUSE_UNSUPPORTED}, 1, false,
		PERSON_OTHER_CHANNEL, 0},
	    {"no SMTPUTF8 there, another address",
		{SMTP_STAGE_MAIL, SMTP_CAUSE_UNSUPPORTED}, 2, false,
		PERSON_PENDING, 1},
	    {"TLS required and missing",
		{SMTP_STAGE_STARTTLS, SMTP_CAUSE_UNSUPPORTED}, 2, false,
		PERSON_DEFERRED, 0},
	    {"null MX",
		{SMTP_STAGE_CONNECT, SMTP_CAUSE_UNSUPPORTED, 0, false, true}, 1,
		false, PERSON_REJECTED, 0},
	    {"we stopped", {SMTP_STAGE_DATA, SMTP_CAUSE_CANCELLED}, 1, false,
		PERSON_PENDING, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct person_state s =
		    judge(cases[i].f, (struct person_state){0},
			cases[i].addresses, cases[i].relay);

		t_true(s.status == cases[i].want, "%s: got %s", cases[i].story,
		    person_status_name(s.status));
		t_int(s.address_no, cases[i].want_address);
	}
}

static void stopping_ourselves_leaves_a_doubt_as_it_is(void **state)
{
	struct outcome_fact f = {SMTP_STAGE_RCPT, SMTP_CAUSE_CANCELLED};
	struct person_state s = {.status = PERSON_UNCERTAIN, .resent = true};

	s = judge(f, s, 1, false);
	t_int(s.status, PERSON_UNCERTAIN);
	t_true(s.resent && s.due == now && s.tries == 0, "nothing else moves");
}

static void uncertain_is_held_when_asked(void **state)
{
	struct outcome_policy p = outcome_policy_defaults;
	struct outcome_fact f = {SMTP_STAGE_DOT, SMTP_CAUSE_CLOSED, 0, true};
	struct person_state s = {0};

	p.hold_uncertain = true;
	s = outcome_judge(&p, &f, &s, 1, now, 0);
	t_int(s.status, PERSON_UNCERTAIN);
	assert_true(s.due == INT64_MAX);
}

static void after_three_doubts_somebody_must_look(void **state)
{
	struct outcome_fact f = {SMTP_STAGE_DOT, SMTP_CAUSE_CLOSED, 0, true};
	struct person_state s = {0};

	for (unsigned i = 1; i <= OUTCOME_DOUBTS; i++) {
		s = judge(f, s, 2, false);
		t_int(s.status, PERSON_UNCERTAIN);
		t_int(s.address_no, 0);
		assert_true((s.due == INT64_MAX) == (i == OUTCOME_DOUBTS));
		s.resent = true; /* as the engine says when it tries again */
	}
}

static void the_window_ends_a_persons_tries(void **state)
{
	struct outcome_fact f = {SMTP_STAGE_RCPT, SMTP_CAUSE_REPLY, 451};
	struct person_state s = {.first_try = now - 71 * USEC_PER_HOUR};

	t_int(judge(f, s, 1, false).status, PERSON_DEFERRED);
	s.first_try = now - 72 * USEC_PER_HOUR;
	t_int(judge(f, s, 1, false).status, PERSON_EXPIRED);
}

static void backoff_doubles_jitters_and_is_bounded(void **state)
{
	struct rand_seq r;

	rand_seq_init(&r, t_seed());
	for (uint32_t tries = 1; tries < 40; tries++) {
		usec_t d = outcome_backoff(
		    &outcome_policy_defaults, tries, rand_seq_next(&r));
		usec_t base = outcome_policy_defaults.retry_first;

		for (uint32_t i = 1; i < tries; i++)
			base = base * 2 < outcome_policy_defaults.retry_max
				   ? base * 2
				   : outcome_policy_defaults.retry_max;
		t_true(d >= base * 4 / 5 && d <= base * 6 / 5 + 1,
		    "try %u: %lld of %lld", tries, (long long)d,
		    (long long)base);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(every_kind_of_end_has_its_state),
	    T(stopping_ourselves_leaves_a_doubt_as_it_is),
	    T(uncertain_is_held_when_asked),
	    T(after_three_doubts_somebody_must_look),
	    T(the_window_ends_a_persons_tries),
	    T(backoff_doubles_jitters_and_is_bounded),
	};

	return t_run("outcome", tests);
}
