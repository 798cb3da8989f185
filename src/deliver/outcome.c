#include "deliver/outcome.h"

const struct outcome_policy outcome_policy_defaults = {
    .retry_for = 72 * USEC_PER_HOUR,
    .retry_first = 60 * USEC_PER_SEC,
    .retry_max = 2 * USEC_PER_HOUR,
};

/* A person waiting for ever: only a human moves them on. */
static const usec_t never = INT64_MAX;

usec_t outcome_backoff(
    const struct outcome_policy *p, uint32_t tries, uint64_t random)
{
	usec_t d = p->retry_first;

	for (uint32_t i = 1; i < tries && d < p->retry_max; i++)
		d *= 2;
	if (d > p->retry_max)
		d = p->retry_max;
	return d * 4 / 5 + (usec_t)(random % (uint64_t)(d * 2 / 5 + 1));
}

bool outcome_is_expired(
    const struct outcome_policy *p, usec_t first_try, usec_t now)
{
	if (p->not_after && now >= p->not_after)
		return true;
	return first_try && now - first_try >= p->retry_for;
}

bool outcome_is_final(enum person_status s)
{
	switch (s) {
	case PERSON_ACCEPTED:
	case PERSON_HANDED:
	case PERSON_REJECTED:
	case PERSON_BOUNCED:
	case PERSON_COMPLAINED:
	case PERSON_EXPIRED:
	case PERSON_HELD:
	case PERSON_OTHER_CHANNEL:
	case PERSON_EXCLUDED: return true;
	case PERSON_PENDING:
	case PERSON_SENDING:
	case PERSON_DEFERRED:
	case PERSON_UNCERTAIN:
	case PERSON_STATUS_COUNT: return false;
	}
	return false;
}

static void later(const struct outcome_policy *p, struct person_state *s,
    usec_t now, uint64_t random)
{
	s->status = PERSON_DEFERRED;
	s->due = now + outcome_backoff(p, s->tries, random);
	if (outcome_is_expired(p, s->first_try, now)) {
		s->status = PERSON_EXPIRED;
		s->due = 0;
	}
}

/* This address is done with: the next one, or `otherwise`. */
static void next_address(struct person_state *s, size_t addresses, usec_t now,
    enum person_status otherwise)
{
	s->due = 0;
	if (s->address_no + 1 >= addresses) {
		s->status = otherwise;
		return;
	}
	s->status = PERSON_PENDING;
	s->address_no++;
	s->tries = 0;
	s->due = now;
}

static void judge_reply(const struct outcome_policy *p,
    const struct outcome_fact *f, struct person_state *s, size_t addresses,
    usec_t now, uint64_t random)
{
	if (f->code / 100 == 2 && f->stage == SMTP_STAGE_DOT) {
		s->status = p->relay ? PERSON_HANDED : PERSON_ACCEPTED;
		s->due = 0;
	} else if (f->code / 100 == 5 && f->stage >= SMTP_STAGE_MAIL) {
		next_address(s, addresses, now, PERSON_REJECTED);
	} else {
		/* 4xx anywhere; a 5xx to our connection is not about them */
		later(p, s, now, random);
	}
}

/* A server that takes the mail and never says so would be sent it for days:
 * after the third time somebody must look. */
static bool doubted_enough(
    const struct person_state *before, const struct person_state *now)
{
	return before->resent && now->tries >= OUTCOME_DOUBTS;
}

struct person_state outcome_judge(const struct outcome_policy *p,
    const struct outcome_fact *f, const struct person_state *before,
    size_t addresses, usec_t now, uint64_t random)
{
	struct person_state s = *before;

	if (f->cause == SMTP_CAUSE_CANCELLED && !f->dot_sent) {
		/* we stopped ourselves: as if never tried; a doubt about an
		 * earlier try stays */
		if (s.status != PERSON_UNCERTAIN)
			s.status = PERSON_PENDING;
		s.due = now;
		return s;
	}
	s.tries++;
	if (!s.first_try)
		s.first_try = now;
	if (f->no_mail_domain) {
		next_address(&s, addresses, now, PERSON_REJECTED);
	} else if (f->cause == SMTP_CAUSE_REPLY) {
		judge_reply(p, f, &s, addresses, now, random);
	} else if (f->dot_sent) {
		s.status = PERSON_UNCERTAIN;
		s.due = p->hold_uncertain || doubted_enough(before, &s)
			    ? never
			    : now + outcome_backoff(p, s.tries, random);
	} else if (f->cause == SMTP_CAUSE_UNSUPPORTED &&
		   f->stage >= SMTP_STAGE_MAIL) {
		next_address(&s, addresses, now, PERSON_OTHER_CHANNEL);
	} else {
		later(p, &s, now, random);
	}
	return s;
}
