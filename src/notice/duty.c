#include "notice/duty.h"

#include "notice/tsv.h"

#define FILE_NAME "duties.tsv"
#define DAY       (24 * USEC_PER_HOUR)
#define WHY_MAX   (4 * KiB)

enum field {
	FIELD_TIME,
	FIELD_TRANCHE,
	FIELD_ID,
	FIELD_STEP,
	FIELD_WHO,
	FIELD_STATE,
	FIELD_BY,
	FIELD_AT,
	FIELD_NOTE,
	FIELD_COUNT
};

static const char *const states[] = {
    [DUTY_OPEN] = "open",
    [DUTY_DONE] = "done",
    [DUTY_WAIVED] = "waived",
};

const char *duty_state_name(enum duty_state s)
{
	return states[s];
}

bool duty_state_parse(struct str s, enum duty_state *ret)
{
	for (unsigned i = 0; i < ARRAY_SIZE(states); i++)
		if (str_eq(s, str_of(states[i]))) {
			*ret = (enum duty_state)i;
			return true;
		}
	return false;
}

static bool who_parse(struct str s, enum law_who *ret)
{
	static const enum law_who all[] = {
	    LAW_INDIVIDUALS, LAW_REGULATOR, LAW_CRA};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (str_eq(s, str_of(law_who_name(all[i])))) {
			*ret = all[i];
			return true;
		}
	return false;
}

/* ---- the file */

struct reader {
	struct arena *arena;
	struct duty_log *log;
	size_t room;
};

static int make_room(struct reader *r, struct err *e)
{
	struct duty_event *v;
	size_t room = 2 * r->room + 64;

	if (r->log->count < r->room)
		return 0;
	if (r->log->count == DUTY_EVENTS)
		return err_set(
		    e, ERR_LIMIT, "more than %u events", DUTY_EVENTS);
	v = arena_array(r->arena, room, sizeof(*v));
	if (!v)
		return err_set(e, ERR_LIMIT, "there are too many events");
	if (r->log->count)
		memcpy(v, r->log->v, r->log->count * sizeof(*v));
	r->log->v = v;
	r->room = room;
	return 0;
}

/* What must hold of every event, read or about to be written. */
static int check_event(const struct duty_event *ev, struct err *e)
{
	if (!ev->id.n)
		return err_set(e, ERR_INPUT, "the id of the law is missing");
	if (!str_trim(ev->by).n)
		return err_set(
		    e, ERR_INPUT, "the name of who decided it is missing");
	if (ev->state == DUTY_WAIVED && !str_trim(ev->note).n)
		return err_set(
		    e, ERR_INPUT, "a waiver needs a note that says why");
	return 0;
}

static int on_line(const struct str *f, void *arg, struct err *e)
{
	struct reader *r = arg;
	struct duty_event ev = {.tranche = f[FIELD_TRANCHE],
	    .id = f[FIELD_ID],
	    .by = f[FIELD_BY],
	    .note = f[FIELD_NOTE]};
	uint64_t step;
	int rc;

	if (!clock_parse_iso(f[FIELD_TIME], &ev.recorded) ||
	    !clock_parse_iso(f[FIELD_AT], &ev.at))
		return err_set(e, ERR_INPUT,
		    "a date such as 2026-11-03T14:00:00Z is wanted in the "
		    "fields 1 and 8");
	if (!str_to_u64(f[FIELD_STEP], 99, &step) || !step)
		return err_set(
		    e, ERR_INPUT, "the step, field 4, is no number from 1");
	if (!who_parse(f[FIELD_WHO], &ev.who))
		return err_set(e, ERR_INPUT,
		    "field 5 must be individuals, regulator or cra");
	if (!duty_state_parse(f[FIELD_STATE], &ev.state))
		return err_set(
		    e, ERR_INPUT, "field 6 must be open, done or waived");
	ev.step = (unsigned)step;
	if ((rc = check_event(&ev, e)) < 0 || (rc = make_room(r, e)) < 0)
		return rc;
	r->log->v[r->log->count++] = ev;
	return 0;
}

int duty_log_parse(struct str text, const char *name, struct arena *a,
    struct duty_log *ret, struct err *e)
{
	struct reader r = {.arena = a, .log = ret};

	*ret = (struct duty_log){0};
	return tsv_parse(text, name, FIELD_COUNT, on_line, &r, e);
}

int duty_log_load(
    const char *dir, struct arena *a, struct duty_log *ret, struct err *e)
{
	struct reader r = {.arena = a, .log = ret};

	*ret = (struct duty_log){0};
	return tsv_load(dir, FILE_NAME, FIELD_COUNT, a, on_line, &r, e);
}

int duty_record(const char *dir, const struct duty_event *ev, struct err *e)
{
	char recorded[CLOCK_ISO_SIZE], at[CLOCK_ISO_SIZE], step[12];
	int lock, rc = check_event(ev, e);

	if (rc == 0)
		rc = tsv_lock(dir, &lock, e);
	if (rc < 0)
		return rc;
	clock_iso(ev->recorded, recorded);
	clock_iso(ev->at, at);
	snprintf(step, sizeof(step), "%u", ev->step);
	rc = tsv_append(lock, dir, FILE_NAME,
	    (const struct str[FIELD_COUNT]){[FIELD_TIME] = str_of(recorded),
		[FIELD_TRANCHE] = ev->tranche,
		[FIELD_ID] = ev->id,
		[FIELD_STEP] = str_of(step),
		[FIELD_WHO] = str_of(law_who_name(ev->who)),
		[FIELD_STATE] = str_of(duty_state_name(ev->state)),
		[FIELD_BY] = ev->by,
		[FIELD_AT] = str_of(at),
		[FIELD_NOTE] = ev->note},
	    FIELD_COUNT, e);
	tsv_unlock(lock);
	return rc;
}

/* ---- looking things up */

static bool is_hold(const struct duty_event *ev)
{
	return str_eq(ev->id, S(DUTY_HOLD));
}

int duty_log_of(const struct duty_log *l, struct str tranche, struct arena *a,
    struct duty_log *ret, struct err *e)
{
	const struct duty_log all = *l; /* may be `ret` */

	*ret = (struct duty_log){
	    .v = arena_array(a, all.count + 1, sizeof(*ret->v))};
	if (!ret->v)
		return err_set(e, ERR_LIMIT, "there are too many events");
	for (size_t i = 0; i < all.count; i++) {
		const struct duty_event *ev = &all.v[i];

		if (!is_hold(ev) && !str_eq(ev->tranche, tranche))
			continue;
		ret->v[ret->count] = *ev;
		ret->v[ret->count++].tranche = STR_NONE;
	}
	return 0;
}

const struct duty_event *duty_last(
    const struct duty_log *l, struct str id, unsigned step, enum law_who who)
{
	for (size_t i = l->count; i > 0; i--) {
		const struct duty_event *ev = &l->v[i - 1];

		if (!ev->tranche.n && ev->step == step && ev->who == who &&
		    str_eq(ev->id, id))
			return ev;
	}
	return NULL;
}

/* Two authorities may ask: who asks for less lifts nobody's longer hold. */
const struct duty_event *duty_hold(const struct duty_log *l)
{
	const struct duty_event *longest = NULL;

	for (size_t i = l->count; i > 0; i--) {
		const struct duty_event *ev = &l->v[i - 1];

		if (!is_hold(ev))
			continue;
		if (ev->state != DUTY_OPEN)
			break;
		if (!longest || ev->at > longest->at)
			longest = ev;
	}
	return longest;
}

usec_t duty_hold_until(const struct duty_log *l)
{
	const struct duty_event *hold = duty_hold(l);

	return hold ? hold->at : 0;
}

/* ---- what closes the gate */

/* The end of the last of N full business days after the day of `done`. */
static usec_t end_of_wait(usec_t done, unsigned days)
{
	char text[32];
	usec_t last;

	snprintf(text, sizeof(text), "P%uD:business", days);
	if (law_date_add(done - done % DAY, str_of(text), false, &last, NULL) <
	    0)
		return INT64_MAX; /* beyond the year 9999 */
	return last + DAY;
}

static struct str sentence(struct arena *a, struct buf *b)
{
	struct str s = arena_dup(a, buf_str(b));

	buf_release(b);
	return s;
}

static struct str who_text(const struct law_duty *d)
{
	if (d->who == LAW_REGULATOR && d->regulator.n)
		return d->regulator;
	return d->who == LAW_CRA ? S("the consumer reporting agencies")
				 : S("the authority");
}

static struct str why_open(const struct law_duty *d, struct arena *a)
{
	struct buf b = BUF_INIT(WHY_MAX);

	buf_addf(&b, "%.*s (%.*s): %.*s must be told before the persons",
	    STR_ARG(d->name), STR_ARG(d->regime), STR_ARG(who_text(d)));
	if (d->wait_business_days)
		buf_addf(&b, ", and then %u full business days must pass",
		    d->wait_business_days);
	if (d->applies == LAW_IF)
		buf_addf(&b,
		    "; this applies if: %.*s Record it as done, or "
		    "waive it with the reason",
		    STR_ARG(d->question));
	else
		buf_addz(&b, "; record it when it is done, or waive it with "
			     "the reason");
	return sentence(a, &b);
}

static struct str why_wait(
    const struct law_duty *d, usec_t done, usec_t until, struct arena *a)
{
	struct buf b = BUF_INIT(WHY_MAX);
	char from[CLOCK_ISO_SIZE], to[CLOCK_ISO_SIZE];

	clock_iso(done, from);
	clock_iso(until, to);
	buf_addf(&b,
	    "%.*s (%.*s): %.*s was told on %s; %u full business days must "
	    "pass, until %s",
	    STR_ARG(d->name), STR_ARG(d->regime), STR_ARG(who_text(d)), from,
	    d->wait_business_days, to);
	return sentence(a, &b);
}

static struct str why_hold(const struct duty_event *hold, struct arena *a)
{
	struct buf b = BUF_INIT(WHY_MAX);
	char to[CLOCK_ISO_SIZE];

	clock_iso(hold->at, to);
	buf_addf(&b, "law enforcement asked to wait until %s (%.*s)", to,
	    STR_ARG(hold->note));
	return sentence(a, &b);
}

/* Whether one duty bars, and how. */
static bool bar_of(const struct law_duty *d, const struct duty_log *l,
    usec_t now, struct arena *a, struct duty_bar *ret)
{
	const struct duty_event *ev;
	usec_t until;

	if (!d->before_individuals || d->applies == LAW_NO)
		return false;
	ev = duty_last(l, d->id, d->step, d->who);
	if (!ev || ev->state == DUTY_OPEN) {
		*ret = (struct duty_bar){.duty = d, .why = why_open(d, a)};
		return true;
	}
	if (ev->state == DUTY_WAIVED || !d->wait_business_days)
		return false;
	until = end_of_wait(ev->at, d->wait_business_days);
	if (now >= until)
		return false;
	*ret = (struct duty_bar){.duty = d,
	    .not_before = until,
	    .why = why_wait(d, ev->at, until, a)};
	return true;
}

size_t duty_bars(const struct law_duties *d, const struct duty_log *l,
    usec_t now, struct arena *a, struct duty_bar **ret)
{
	const struct duty_event *hold = duty_hold(l);
	size_t n = 0;

	*ret = arena_array(a, d->count + 1, sizeof(**ret));
	if (!*ret)
		BUG("no memory for %zu bars", d->count);
	if (hold && now < hold->at)
		(*ret)[n++] = (struct duty_bar){
		    .not_before = hold->at, .why = why_hold(hold, a)};
	for (size_t i = 0; i < d->count; i++)
		if (bar_of(&d->d[i], l, now, a, &(*ret)[n]))
			n++;
	return n;
}
