/* S-48: each date that the law sets, against the projected end. */
#include "check/rules_plan.h"
#include "check/say.h"

#define DAY   (24 * USEC_PER_HOUR)
#define SOON  (7 * DAY)
#define SHOWN 5u

/* How a date stands. */
enum standing {
	STANDING_NONE,   /* no date, or it is done */
	STANDING_LATE,   /* passed already */
	STANDING_MISSED, /* the send would end after it */
	STANDING_SOON,
	STANDING_FINE,
	STANDINGS
};

struct clock_side {
	const struct check_facts *x;
	const struct plan_tranche *t;
	enum law_who who; /* LAW_INDIVIDUALS, or the others together */
};

static bool is_settled(const struct plan_tranche *t, const struct law_duty *d)
{
	const struct duty_event *e = duty_last(&t->log, d->id, d->step, d->who);

	return e && e->state != DUTY_OPEN;
}

static enum standing stand(const struct clock_side *s, const struct law_duty *d)
{
	bool persons = d->who == LAW_INDIVIDUALS;
	usec_t now = s->x->now;

	if (persons != (s->who == LAW_INDIVIDUALS) || d->applies != LAW_YES ||
	    !d->has_deadline || is_settled(s->t, d))
		return STANDING_NONE;
	if (d->deadline < now)
		return STANDING_LATE;
	if (persons && !d->house && s->x->plan.finish > d->deadline)
		return STANDING_MISSED;
	return d->deadline - now <= SOON ? STANDING_SOON : STANDING_FINE;
}

/* Laws of one standing, the earliest date first (duties are sorted so). */
static const struct law_duty *list_standing(
    const struct clock_side *s, enum standing what, struct buf *b)
{
	const struct law_duties *all = &s->t->duties;
	const struct law_duty *first = NULL;
	size_t n = 0, i = 0;
	char day[SAY_DAY];

	for (size_t k = 0; k < all->count; k++)
		n += stand(s, &all->d[k]) == what;
	for (size_t k = 0; k < all->count; k++) {
		const struct law_duty *d = &all->d[k];

		if (stand(s, d) != what)
			continue;
		if (!first)
			first = d;
		if (!say_next(b, i++, n, SHOWN))
			break;
		buf_addf(b, "%.*s%s%.*s by %s%s", STR_ARG(d->id),
		    d->who == LAW_REGULATOR && d->regulator.n ? " to " : "",
		    STR_ARG(d->who == LAW_REGULATOR
				? str_sub(d->regulator, 0, 60)
				: STR_NONE),
		    say_day(d->deadline, day),
		    d->house ? " (your own limit)" : "");
	}
	return first;
}

static const char *source_of_rate(const struct plan_facts *p)
{
	switch (p->rate) {
	case PLAN_RATE_SET: return "[check] rate";
	case PLAN_RATE_PROFILE: return "the relay's limits";
	case PLAN_RATE_GUESS: break;
	}
	return "a guess until there is a projection";
}

static void say_missed(const struct clock_side *s, const struct law_duty *first,
    const char *laws, struct findings *f)
{
	const struct plan_facts *p = &s->x->plan;
	usec_t left = first->deadline - p->start;
	char a[SAY_COUNT], end[SAY_DAY], start[SAY_DAY];
	struct finding *found = finding_add(f, "S-48", "too-late",
	    SEVERITY_BLOCK, rules_plan_tranche(s->t, f->arena),
	    "the send would end on %s, after a date that still can be kept: "
	    "%s. Counted: %s from %s, at %llu an hour%s (%s).",
	    say_day(p->finish, end), laws, say_people(p->mails, a),
	    say_day(p->start, start), (unsigned long long)p->per_hour,
	    p->per_day ? " and the relay's limit a day" : "",
	    source_of_rate(p));

	if (left < USEC_PER_HOUR)
		finding_remedy(f, found,
		    "Start earlier ([check] start), or reach these people "
		    "another way in time.");
	else
		finding_remedy(f, found,
		    "It takes %llu an hour from the planned start: a faster "
		    "way or a second relay ([check] rate), an earlier start "
		    "([check] start), those with the earliest date first, or "
		    "the post for some.",
		    (unsigned long long)(p->mails /
					     (uint64_t)(left / USEC_PER_HOUR) +
					 1));
}

static void judge_persons(const struct check_facts *x,
    const struct plan_tranche *t, struct findings *f)
{
	const struct clock_side s = {x, t, LAW_INDIVIDUALS};
	struct str subject = rules_plan_tranche(t, f->arena);
	struct buf b[STANDINGS];
	const struct law_duty *first[STANDINGS];
	char end[SAY_DAY];

	for (unsigned i = STANDING_LATE; i < STANDINGS; i++) {
		b[i] = BUF_INIT(SAY_TEXT);
		first[i] = list_standing(&s, (enum standing)i, &b[i]);
	}
	if (first[STANDING_LATE])
		finding_remedy(f,
		    finding_add(f, "S-48", "late", SEVERITY_WARN, subject,
			"the date to tell people has passed: %s.",
			buf_cstr(&b[STANDING_LATE])),
		    "Send as soon as it can be sent, and have counsel write "
		    "down why it is late; some laws ask for the reason in the "
		    "notice.");
	if (first[STANDING_MISSED])
		say_missed(&s, first[STANDING_MISSED],
		    buf_cstr(&b[STANDING_MISSED]), f);
	if (first[STANDING_SOON])
		finding_add(f, "S-48", "soon", SEVERITY_WARN, subject,
		    "a week or less is left to tell people: %s. The send "
		    "would end on %s.",
		    buf_cstr(&b[STANDING_SOON]), say_day(x->plan.finish, end));
	if (first[STANDING_FINE])
		say_info(
		    f, finding_add(f, "S-48", "dates", SEVERITY_INFO, subject,
			   "people must be told: %s. The send would end on %s.",
			   buf_cstr(&b[STANDING_FINE]),
			   say_day(x->plan.finish, end)));
	for (unsigned i = STANDING_LATE; i < STANDINGS; i++)
		buf_release(&b[i]);
}

static void judge_authorities(const struct check_facts *x,
    const struct plan_tranche *t, struct findings *f)
{
	static const struct {
		enum standing what;
		enum severity severity;
		const char *check, *text;
	} say[] = {
	    {STANDING_LATE, SEVERITY_WARN, "authority-late",
		"the date to tell authorities or credit bureaus has passed"},
	    {STANDING_SOON, SEVERITY_WARN, "authority-soon",
		"a week or less is left to tell authorities or credit "
		"bureaus"},
	    {STANDING_FINE, SEVERITY_INFO, "authority",
		"authorities and credit bureaus must be told"},
	};
	const struct clock_side s = {x, t, LAW_REGULATOR};

	for (size_t i = 0; i < ARRAY_SIZE(say); i++) {
		struct buf b = BUF_INIT(SAY_TEXT);

		if (list_standing(&s, say[i].what, &b))
			finding_remedy(f,
			    finding_add(f, "S-48", say[i].check,
				say[i].severity,
				rules_plan_tranche(t, f->arena), "%s: %s.",
				say[i].text, buf_cstr(&b)),
			    "Tell them, then record it: 'tocsin duties %.*s'.",
			    STR_ARG(x->notice->dir));
		buf_release(&b);
	}
}

void rules_plan_clock(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->plan.tranches; i++) {
		judge_persons(x, &x->plan.tranche[i], f);
		judge_authorities(x, &x->plan.tranche[i], f);
	}
}
