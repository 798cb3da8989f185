#include "cli/duties.h"

/* One duty of one tranche. */
struct entry {
	const struct obligation *in;
	const struct law_duty *duty;
	const struct duty_event *event; /* NULL: nothing was recorded */
	const struct duty_bar *bar;     /* NULL: it bars nothing now */
};

static const char *const applies[] = {
    [LAW_YES] = "yes", [LAW_IF] = "if", [LAW_NO] = "no"};

static enum duty_state state_of(const struct entry *x)
{
	return x->event ? x->event->state : DUTY_OPEN;
}

/* Whether the send has to wait for such a duty. */
static bool gates(const struct law_duty *d)
{
	return d->before_individuals && d->applies != LAW_NO;
}

static int by_deadline(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;
	const struct law_duty *x = a->duty, *y = b->duty;
	int c;

	if (x->has_deadline != y->has_deadline)
		return x->has_deadline ? -1 : 1;
	if (x->has_deadline && x->deadline != y->deadline)
		return x->deadline < y->deadline ? -1 : 1;
	if ((c = str_cmp(x->id, y->id)) != 0)
		return c;
	if (x->who != y->who)
		return x->who < y->who ? -1 : 1;
	if (x->step != y->step)
		return x->step < y->step ? -1 : 1;
	return a->in < b->in ? -1 : a->in > b->in;
}

static const struct duty_bar *bar_of(
    const struct obligation *o, const struct law_duty *d)
{
	for (size_t i = 0; i < o->bars; i++)
		if (o->bar[i].duty == d)
			return &o->bar[i];
	return NULL;
}

static size_t collect(
    const struct obligations *all, struct arena *a, struct entry **ret)
{
	size_t n = 0, max = 1;

	for (size_t i = 0; i < all->count; i++)
		max += all->v[i].duties.count;
	*ret = arena_array(a, max, sizeof(**ret));
	for (size_t i = 0; *ret && i < all->count; i++) {
		const struct obligation *o = &all->v[i];

		for (size_t k = 0; k < o->duties.count; k++) {
			const struct law_duty *d = &o->duties.d[k];

			(*ret)[n++] = (struct entry){o, d,
			    duty_last(&o->log, d->id, d->step, d->who),
			    bar_of(o, d)};
		}
	}
	if (n)
		qsort(*ret, n, sizeof(**ret), by_deadline);
	return n;
}

/* The hold, or what lifted it, or NULL: there never was one. */
static const struct duty_event *last_hold(const struct obligations *all)
{
	const struct duty_event *hold = duty_hold(&all->log);

	return hold ? hold
		    : duty_last(&all->log, S(DUTY_HOLD), 1, LAW_INDIVIDUALS);
}

/* ---- JSON */

static void put_moment(struct json *j, const char *key, bool known, usec_t t)
{
	char iso[CLOCK_ISO_SIZE];

	json_key(j, key);
	if (!known) {
		json_null(j);
		return;
	}
	clock_iso(t, iso);
	json_str(j, str_of(iso));
}

static void put_event(struct json *j, const struct duty_event *ev)
{
	json_put_str(j, "by", ev ? ev->by : S(""));
	put_moment(j, "at", ev != NULL, ev ? ev->at : 0);
	json_put_str(j, "note", ev ? ev->note : S(""));
	put_moment(j, "recorded", ev != NULL, ev ? ev->recorded : 0);
}

static void put_confidence(struct json *j, const struct law_duty *d)
{
	json_put_str(j, "as_of", d->as_of);
	json_key(j, "confidence");
	json_object(j);
	json_put_str(j, "deadline", d->confidence_deadline);
	json_put_str(j, "channel", d->confidence_channel);
	json_put_str(j, "content", d->confidence_content);
	json_end(j);
	json_put_str(j, "source", d->source);
}

static void put_duty(struct json *j, const struct entry *x)
{
	const struct law_duty *d = x->duty;

	json_object(j);
	json_put_str(j, "id", d->id);
	json_put_u64(j, "step", d->step);
	json_put_str(j, "who", str_of(law_who_name(d->who)));
	json_put_str(j, "tranche", x->in->tranche);
	json_put_str(j, "jurisdiction", d->jurisdiction);
	json_put_str(j, "name", d->name);
	json_put_str(j, "regime", d->regime);
	json_put_str(j, "kind", d->kind);
	json_put_str(j, "applies", str_of(applies[d->applies]));
	json_put_str(j, "question", d->question);
	json_put_u64(j, "people", d->people);
	json_put_str(j, "regulator", d->regulator);
	put_moment(j, "deadline", d->has_deadline, d->deadline);
	json_put_bool(j, "passed", d->passed);
	json_put_str(j, "rule", d->rule);
	json_put_str(j, "rule_text", d->rule_text);
	json_put_str(j, "state", str_of(duty_state_name(state_of(x))));
	put_event(j, x->event);
	json_put_bool(j, "gates", gates(d));
	json_put_bool(j, "bars", x->bar != NULL);
	put_moment(j, "not_before", x->bar && x->bar->not_before,
	    x->bar ? x->bar->not_before : 0);
	json_put_str(j, "why", x->bar ? x->bar->why : S(""));
	put_confidence(j, d);
	json_end(j);
}

static void put_hold(struct json *j, const struct obligations *all)
{
	const struct duty_event *ev = last_hold(all);
	const struct duty_bar *bar = obligations_bar(all);
	bool bars = bar && !bar->duty;

	json_object(j);
	json_put_str(j, "id", S(DUTY_HOLD));
	json_put_u64(j, "step", 1);
	json_put_str(j, "who", S("individuals"));
	json_put_str(j, "tranche", S(""));
	json_put_str(j, "jurisdiction", S(""));
	json_put_str(j, "regime", S("request of law enforcement"));
	json_put_str(j, "applies", S("yes"));
	json_put_str(j, "question", S(""));
	put_moment(j, "deadline", false, 0);
	json_put_str(j, "state", str_of(duty_state_name(ev->state)));
	put_event(j, ev);
	json_put_bool(j, "gates", true);
	json_put_bool(j, "bars", bars);
	put_moment(j, "not_before", ev->state == DUTY_OPEN, ev->at);
	json_put_str(j, "why", bars ? bar->why : S(""));
	json_end(j);
}

void duties_json(
    const struct obligations *all, struct arena *a, struct buf *out)
{
	struct entry *x;
	size_t n = collect(all, a, &x);
	struct json j;

	json_begin(&j, out);
	json_array(&j);
	if (last_hold(all))
		put_hold(&j, all);
	for (size_t i = 0; i < n; i++)
		put_duty(&j, &x[i]);
	json_end(&j);
}

/* ---- text */

static void put_name(struct buf *out, const struct law_duty *d)
{
	buf_addf(out, "%.*s:%s", STR_ARG(d->id), law_who_name(d->who));
	if (d->step > 1)
		buf_addf(out, ":%u", d->step);
}

static void say_state(struct buf *out, const struct duty_event *ev)
{
	char iso[CLOCK_ISO_SIZE];

	if (!ev || ev->state == DUTY_OPEN)
		return;
	clock_iso(ev->at, iso);
	buf_addf(out, "    %s by %.*s, %s%s%.*s\n", duty_state_name(ev->state),
	    STR_ARG(ev->by), iso, ev->note.n ? ": " : "", STR_ARG(ev->note));
}

static void say_duty(struct buf *out, const struct entry *x, bool tranches)
{
	const struct law_duty *d = x->duty;
	char iso[CLOCK_ISO_SIZE] = "no date";

	if (d->has_deadline)
		clock_iso(d->deadline, iso);
	buf_addf(out, "%-20s  %-6s  ", iso, duty_state_name(state_of(x)));
	put_name(out, d);
	buf_addf(out, "%s%s%s\n", x->bar ? "  BARS THE SEND" : "",
	    d->passed && state_of(x) == DUTY_OPEN ? "  the date has passed"
						  : "",
	    d->house ? "  (your house limit)" : "");
	buf_addf(out, "    %.*s, %.*s%s%.*s; %llu people", STR_ARG(d->name),
	    STR_ARG(d->regime), d->regulator.n ? ": " : "",
	    STR_ARG(d->regulator), (unsigned long long)d->people);
	if (tranches)
		buf_addf(out, " of %s%.*s",
		    x->in->tranche.n ? "tranche " : "the first import",
		    STR_ARG(x->in->tranche));
	buf_addf(out, "; %.*s\n", STR_ARG(d->rule_text));
	if (d->applies == LAW_IF)
		buf_addf(out, "    applies if: %.*s\n", STR_ARG(d->question));
	if (d->applies == LAW_NO)
		buf_addf(
		    out, "    does not apply: %.*s\n", STR_ARG(d->question));
	say_state(out, x->event);
	if (x->bar)
		buf_addf(out, "    %.*s\n", STR_ARG(x->bar->why));
	buf_addf(out,
	    "    as of %.*s, confidence of the deadline: %.*s; %.*s\n",
	    STR_ARG(d->as_of), STR_ARG(d->confidence_deadline),
	    STR_ARG(d->source));
}

static void say_hold(struct buf *out, const struct obligations *all)
{
	const struct duty_event *ev = last_hold(all);
	const struct duty_bar *bar = obligations_bar(all);
	char iso[CLOCK_ISO_SIZE];

	if (!ev)
		return;
	clock_iso(ev->at, iso);
	buf_addf(out, "%-20s  %-6s  " DUTY_HOLD "%s\n    %s by %.*s: %.*s\n",
	    iso, duty_state_name(ev->state),
	    bar && !bar->duty ? "  BARS THE SEND" : "",
	    ev->state == DUTY_OPEN ? "until then, recorded" : "lifted",
	    STR_ARG(ev->by), STR_ARG(ev->note));
}

void duties_text(
    const struct obligations *all, bool every, struct arena *a, struct buf *out)
{
	struct entry *x;
	size_t n = collect(all, a, &x), hidden = 0;

	say_hold(out, all);
	for (size_t i = 0; i < n; i++) {
		if (x[i].duty->applies == LAW_NO && !every && !x[i].event)
			hidden++;
		else
			say_duty(out, &x[i], all->count > 1);
	}
	if (!n)
		buf_addz(out, "No law of the pack sets a duty here.\n");
	if (hidden)
		buf_addf(out,
		    "%zu more do not apply; --all shows them and why.\n",
		    hidden);
	buf_addz(out, "Not legal advice: counsel must confirm each row.");
}
