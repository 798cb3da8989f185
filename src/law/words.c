#include "law/law_private.h"

void law_date_text(usec_t t, struct buf *out)
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(t, iso);
	if (t % USEC_PER_DAY == 0)
		iso[10] = '\0';
	buf_addz(out, iso);
}

static void add_part(struct buf *out, uint64_t n, const char *unit, bool *first)
{
	if (!n)
		return;
	buf_addf(out, "%s%llu %s%s", *first ? "" : " ", (unsigned long long)n,
	    unit, n == 1 ? "" : "s");
	*first = false;
}

void law_duration_text(const struct law_duration *d, struct buf *out)
{
	bool first = true;
	uint64_t seconds = (uint64_t)(d->time / USEC_PER_SEC);

	add_part(out, d->years, "year", &first);
	add_part(out, d->months, "month", &first);
	add_part(out, d->days, d->business ? "business day" : "day", &first);
	add_part(out, seconds / 3600, "hour", &first);
	add_part(out, seconds / 60 % 60, "minute", &first);
	add_part(out, seconds % 60, "second", &first);
	if (first)
		buf_addz(out, "0 days");
}

static void add_term(const struct law_term *t, struct buf *out)
{
	if (t->word != WORD_DURATION) {
		buf_addz(out, law_word_text(t->word));
		return;
	}
	if (t->from == EVENT_BEFORE_CHANGE) {
		law_duration_text(&t->duration, out);
		buf_addz(out, " before the change");
		return;
	}
	buf_addz(out, "within ");
	law_duration_text(&t->duration, out);
	buf_addf(out, " of %s", law_event_text(t->from));
}

/* What the date rests on. */
static void add_start(
    const struct law_due *due, const struct law_facts *f, struct buf *out)
{
	if (due->house && !due->from_last_day) {
		buf_addz(out, "; the law names no days: a house limit of ");
		law_duration_text(
		    &(struct law_duration){
			.days = (unsigned)(f->house_limit / USEC_PER_DAY),
			.time = f->house_limit % USEC_PER_DAY},
		    out);
		buf_addz(out, " from ");
		law_date_text(due->start, out);
	} else if (due->from_last_day) {
		buf_addz(out, "; counted from the persons' last day, ");
		law_date_text(due->start, out);
		if (due->house)
			buf_addz(out, " (a house limit)");
	} else if (due->counted) {
		buf_addz(out, due->term->from == EVENT_BEFORE_CHANGE
				  ? "; counted back from "
				  : "; counted from ");
		law_date_text(due->start, out);
	}
}

void law_rule_text(const struct law_value *v, unsigned tier, unsigned step,
    const struct law_due *due, const struct law_facts *f, struct buf *out)
{
	unsigned terms = 0;

	for (size_t i = 0; i < v->count; i++) {
		if (v->term[i].tier != tier || v->term[i].step != step)
			continue;
		if (terms++)
			buf_addz(out, " or ");
		add_term(&v->term[i], out);
	}
	if (terms > 1)
		buf_addz(out, ", whichever is first");
	add_start(due, f, out);
	if (due->held) {
		buf_addz(out, "; moved to ");
		law_date_text(f->held_until, out);
		buf_addz(out, ": law enforcement asked to wait");
	}
}

struct str law_rule_of(
    const struct law_value *v, unsigned tier, unsigned step, struct arena *a)
{
	struct buf b = BUF_INIT(LIMIT_LAW_FIELD + LIMIT_LAW_LIST);
	struct str s;

	for (size_t i = 0; i < v->count; i++) {
		if (v->term[i].tier != tier || v->term[i].step != step)
			continue;
		if (b.len)
			buf_addc(&b, ';');
		buf_add(&b, v->term[i].text);
	}
	s = arena_dup(a, buf_str(&b));
	buf_release(&b);
	return s;
}

/* ---- substitute notice */

static void add_ground(struct buf *b, const char *text, bool *first)
{
	buf_addz(b, *first ? "Allowed " : ", or ");
	buf_addz(b, text);
	*first = false;
}

static void add_count(const struct law_row *r, struct buf *b, bool *first)
{
	char text[160];

	if (!r->substitute_count.given)
		return;
	if (r->kind == LAW_KIND_HEALTH)
		snprintf(text, sizeof(text),
		    "when the details of %llu or more persons are "
		    "insufficient",
		    (unsigned long long)r->substitute_count.value);
	else
		snprintf(text, sizeof(text), "from %llu persons",
		    (unsigned long long)r->substitute_count.value);
	add_ground(b, text, first);
	if (r->substitute_count.text.n)
		buf_addf(b, " (%.*s)", STR_ARG(r->substitute_count.text));
}

static void add_cost(const struct law_row *r, struct buf *b, bool *first)
{
	char text[96];

	if (r->substitute_cost.given) {
		snprintf(text, sizeof(text),
		    "if direct notice costs more than USD %llu",
		    (unsigned long long)r->substitute_cost.value);
		add_ground(b, text, first);
	} else if (r->substitute_cost.text.n) {
		add_ground(b, "under a condition", first);
	}
	if (r->substitute_cost.text.n)
		buf_addf(b, " (%.*s)", STR_ARG(r->substitute_cost.text));
}

struct str law_substitute_words(
    const struct law_pack *p, const struct law_row *r, struct arena *a)
{
	struct buf methods = BUF_INIT(LIMIT_LAW_TEXT), b = methods;
	bool no_contact, first = true;
	struct str s = S("");

	law_substitute_text(
	    p, r->f[COL_SUBSTITUTE_METHODS], &methods, &no_contact);
	if (methods.len) {
		add_count(r, &b, &first);
		add_cost(r, &b, &first);
		if (no_contact)
			add_ground(&b, "where contact details are insufficient",
			    &first);
		buf_addz(&b, first ? "" : ": ");
		buf_add(&b, buf_str(&methods));
		s = arena_dup(a, buf_str(&b));
	}
	buf_release(&methods);
	buf_release(&b);
	return s;
}
