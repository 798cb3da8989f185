#include "law/law_private.h"

static bool is_determination(enum law_event event)
{
	return event == EVENT_DETERMINATION || event == EVENT_CONFIRMATION ||
	       event == EVENT_ASSESSMENT || event == EVENT_MATERIALITY;
}

/* When the event was.  If only the discovery is known it stands for all of
 * them, which is the cautious reading; 0: not known. */
static usec_t start_of(enum law_event event, const struct law_facts *f)
{
	if (is_determination(event) && f->determined)
		return f->determined;
	if (event == EVENT_NOTICE_TO_REGULATOR && f->regulator_told)
		return f->regulator_told;
	if (event == EVENT_BEFORE_CHANGE ||
	    (event == EVENT_CHANGE && f->effective))
		return f->effective;
	if (event == EVENT_CALENDAR_YEAR_END && f->discovered)
		return law_year_end(f->discovered);
	return f->discovered;
}

/* Counted from the day the persons were told, or from their last day. */
static bool start_at_notice(const struct law_clock *c, struct law_due *d)
{
	if (c->facts->notified) {
		d->start = c->facts->notified;
		return true;
	}
	if (!c->have_individual)
		return false;
	d->start = c->individual;
	d->from_last_day = true;
	d->house = c->individual_house;
	return true;
}

static void count_duration(
    const struct law_term *t, const struct law_clock *c, struct law_due *d)
{
	if (t->from == EVENT_NOTICE_TO_INDIVIDUALS) {
		if (!start_at_notice(c, d))
			return;
	} else {
		d->start = start_of(t->from, c->facts);
		if (!d->start)
			return;
	}
	d->counted = true;
	d->known = law_duration_add(
	    d->start, &t->duration, t->from == EVENT_BEFORE_CHANGE, &d->at);
}

/* Told already: that day; else their last day. */
static void count_with_notice(const struct law_clock *c, struct law_due *d)
{
	if (!start_at_notice(c, d))
		return;
	if (c->have_individual && c->individual < d->start) {
		d->start = c->individual;
		d->from_last_day = true;
		d->house = c->individual_house;
	}
	d->at = d->start;
	d->known = true;
}

static void count_term(
    const struct law_term *t, const struct law_clock *c, struct law_due *d)
{
	usec_t start = start_of(t->from, c->facts);

	*d = (struct law_due){.term = t};
	if (t->word == WORD_DURATION) {
		count_duration(t, c, d);
	} else if (t->word == WORD_WITH_NOTICE ||
		   t->word == WORD_BEFORE_NOTICE) {
		count_with_notice(c, d);
	} else if (t->word == WORD_BEFORE_CHANGE) {
		d->at = c->facts->effective;
		d->known = d->at != 0;
	} else if (law_word_takes_house_limit(t->word) &&
		   c->facts->house_limit && start) {
		d->start = start;
		d->counted = d->known = d->house = true;
		d->at = start + c->facts->house_limit;
	}
}

void law_due(const struct law_value *v, unsigned tier, unsigned step,
    const struct law_clock *c, struct law_due *ret)
{
	*ret = (struct law_due){.term = NULL};
	for (size_t i = 0; i < v->count; i++) {
		const struct law_term *t = &v->term[i];
		struct law_due d;

		if (t->tier != tier || t->step != step)
			continue;
		count_term(t, c, &d);
		if (!ret->term || (d.known && (!ret->known || d.at < ret->at)))
			*ret = d;
	}
}
