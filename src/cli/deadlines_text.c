#include "cli/deadlines.h"

#include "cli/cli.h"

#define WIDTH 79

/* Words of `s` from column `at` on, broken before WIDTH, later lines indented
 * to `indent`; ends the line. */
static void wrap(struct buf *out, size_t at, size_t indent, struct str s)
{
	while (s.p) {
		struct str word = str_cut(&s, ' ');

		if (at > indent && at + 1 + word.n > WIDTH) {
			buf_addf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			buf_addc(out, ' ');
			at++;
		}
		buf_add(out, word);
		at += word.n;
	}
	buf_addc(out, '\n');
}

__attribute__((format(printf, 3, 4))) static void say(
    struct buf *out, size_t indent, const char *fmt, ...)
{
	struct buf b = BUF_INIT(64 * KiB);
	char *tmp = mem_alloc(32 * KiB);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(tmp, 32 * KiB, fmt, ap);
	va_end(ap);
	buf_addf(&b, "%*s", (int)indent, "");
	buf_add(out, buf_str(&b));
	wrap(out, indent, indent, str_of(tmp));
	buf_release(&b);
	free(tmp);
}

static void add_weekday(struct buf *out, usec_t t)
{
	time_t s = (time_t)(t / USEC_PER_SEC);
	struct tm tm;
	static const char *const names[] = {
	    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

	gmtime_r(&s, &tm);
	buf_addz(out, names[tm.tm_wday]);
}

/* "2026-12-01 Tue" or "2026-11-04 Wed 00:00Z" */
static void add_date(struct buf *out, const struct law_duty *y)
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(y->deadline, iso);
	buf_addf(out, "%.10s ", iso);
	add_weekday(out, y->deadline);
	if (!deadlines_is_day(y))
		buf_addf(out, " %.5sZ", iso + 11);
}

static void add_left(
    struct buf *out, const struct deadlines *d, const struct law_duty *y)
{
	int64_t days = deadlines_days_left(d, y->deadline);

	if (days < 0)
		buf_addf(out, "PASSED %lldd ago", (long long)-days);
	else if (days == 0)
		buf_addz(out, y->passed && !deadlines_is_day(y) ? "PASSED today"
								: "TODAY");
	else
		buf_addf(out, "in %lld day%s", (long long)days,
		    days == 1 ? "" : "s");
}

static const char *who_text(enum law_who w)
{
	static const char *const names[] = {[LAW_INDIVIDUALS] = "the persons",
	    [LAW_REGULATOR] = "regulator",
	    [LAW_CRA] = "credit bureaus"};

	return names[w];
}

/* The date of the knowledge; the pack's rule for what is over a year old. */
#define AS_OF_SIZE 64
static const char *as_of(
    const struct deadlines *d, const struct law_duty *y, char tmp[AS_OF_SIZE])
{
	usec_t t;
	bool old =
	    clock_parse_iso(y->as_of, &t) && deadlines_days_left(d, t) < -366;

	snprintf(tmp, AS_OF_SIZE, "%.*s%s", STR_ARG(y->as_of),
	    old ? ", over a year old: take as low" : "");
	return tmp;
}

/* The few lines of one duty. */
static void add_duty(
    struct buf *out, const struct deadlines *d, const struct law_duty *y)
{
	char people[CLI_NUMBER], tmp[AS_OF_SIZE];
	struct buf when = BUF_INIT(128), left = when;

	if (y->has_deadline) {
		add_date(&when, y);
		add_left(&left, d, y);
	}
	if (y->has_deadline)
		buf_addf(
		    out, "  %-21s %-15s ", buf_cstr(&when), buf_cstr(&left));
	else
		buf_addz(out, "  ");
	buf_addf(out, "%-14s %-5.*s %12s\n", who_text(y->who),
	    STR_ARG(y->jurisdiction), cli_number(y->people, people));
	if (y->step > 1)
		say(out, 6, "%.*s, report %u", STR_ARG(y->regime), y->step);
	else
		say(out, 6, "%.*s", STR_ARG(y->regime));
	if (y->regulator.n)
		say(out, 6, "to %.*s", STR_ARG(y->regulator));
	say(out, 6, "%.*s.%s%s", STR_ARG(y->rule_text),
	    y->house ? " HOUSE LIMIT, not the law's." : "",
	    y->before_individuals ? " The persons may be told only after it."
				  : "");
	if (y->wait_business_days)
		say(out, 6, "Then wait %u full business days.",
		    y->wait_business_days);
	say(out, 6, "Confidence of the date: %.*s (as of %s).",
	    STR_ARG(y->confidence_deadline), as_of(d, y, tmp));
	buf_release(&when);
	buf_release(&left);
}

static void add_list(
    struct buf *out, const struct deadlines *d, const char *title, bool dated)
{
	bool any = false;

	for (size_t i = 0; i < d->duties.count; i++) {
		const struct law_duty *y = &d->duties.d[i];

		if (y->applies != LAW_YES || y->has_deadline != dated)
			continue;
		if (!any)
			buf_addf(out, "\n%s\n\n", title);
		any = true;
		add_duty(out, d, y);
	}
}

/* ---- one entry a law, its duties beneath */

/* Whether no duty before this one is of the same law and shown alike. */
static bool is_first(const struct deadlines *d, size_t at)
{
	const struct law_duty *y = &d->duties.d[at];

	for (size_t i = 0; i < at; i++)
		if (str_eq(d->duties.d[i].id, y->id) &&
		    d->duties.d[i].applies == y->applies)
			return false;
	return true;
}

static void add_brief(
    struct buf *out, const struct deadlines *d, const struct law_duty *y)
{
	struct buf b = BUF_INIT(64 * KiB);
	char tmp[AS_OF_SIZE];

	buf_addf(&b, "%s: ", who_text(y->who));
	if (y->has_deadline) {
		buf_addz(&b, "by ");
		add_date(&b, y);
		buf_addz(&b, ", ");
		add_left(&b, d, y);
		buf_addz(&b, "; ");
	}
	buf_addf(&b, "%.*s%s. Confidence %.*s (as of %s).",
	    STR_ARG(y->rule_text), y->house ? " (house limit)" : "",
	    STR_ARG(y->confidence_deadline), as_of(d, y, tmp));
	say(out, 6, "%.*s", STR_ARG(buf_str(&b)));
	buf_release(&b);
}

static void add_by_law(struct buf *out, const struct deadlines *d,
    const char *title, enum law_applies which)
{
	char people[CLI_NUMBER];
	bool any = false;

	for (size_t i = 0; i < d->duties.count; i++) {
		const struct law_duty *y = &d->duties.d[i];

		if (y->applies != which || !is_first(d, i))
			continue;
		if (!any)
			buf_addf(out, "\n%s\n\n", title);
		any = true;
		say(out, 2, "%.*s, %.*s (%s people)", STR_ARG(y->name),
		    STR_ARG(y->regime), cli_number(y->people, people));
		say(out, 4, "%.*s", STR_ARG(y->question));
		for (size_t k = i; which == LAW_IF && k < d->duties.count; k++)
			if (str_eq(d->duties.d[k].id, y->id) &&
			    d->duties.d[k].applies == which)
				add_brief(out, d, &d->duties.d[k]);
	}
}

static void add_not(struct buf *out, const struct deadlines *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->duties.count; i++)
		n += d->duties.d[i].applies == LAW_NO;
	if (d->all)
		add_by_law(out, d, "Does not apply:", LAW_NO);
	else if (n)
		buf_addf(out, "\n%zu dut%s do%s not apply; --all shows why.\n",
		    n, n == 1 ? "y" : "ies", n == 1 ? "es" : "");
}

/* ---- what the notice must say, and how it may go */

static const char *email_text(struct str email)
{
	static const struct {
		const char *word, *text;
	} words[] = {
	    {"yes", "E-mail may be the notice"},
	    {"consent", "E-mail only with consent"},
	    {"primary-channel", "E-mail only where it is the usual channel"},
	    {"conditional", "E-mail only under a condition"},
	    {"no", "E-mail only beside a letter"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (str_eq(email, str_of(words[i].word)))
			return words[i].text;
	return "E-mail is not asked about";
}

static void add_keywords(
    struct buf *out, const struct deadlines *d, const struct law_duty *y)
{
	for (size_t i = 0; i < y->required_count; i++) {
		struct str word = y->required[i];
		bool rec = str_starts(word, S("rec-"));
		const char *text = law_keyword_text(d->pack, word);

		say(out, 6, "- %s%.*s: %s", rec ? "recommended: " : "",
		    STR_ARG(rec ? str_from(word, 4) : word), text ? text : "");
	}
}

static void add_content(
    struct buf *out, const struct deadlines *d, const struct law_duty *y)
{
	char tmp[AS_OF_SIZE];

	as_of(d, y, tmp);
	say(out, 2, "%.*s, %.*s%s", STR_ARG(y->name), STR_ARG(y->regime),
	    y->applies == LAW_IF ? " (if it applies)" : "");
	say(out, 4, "Content, confidence %.*s (as of %s), language %.*s:",
	    STR_ARG(y->confidence_content), tmp, STR_ARG(y->language));
	add_keywords(out, d, y);
	say(out, 4, "%s, confidence %.*s (as of %s): %.*s.",
	    email_text(y->email), STR_ARG(y->confidence_channel), tmp,
	    STR_ARG(y->email_condition));
	if (y->substitute.n)
		say(out, 4,
		    "Substitute notice%s, confidence %.*s (as of %s): "
		    "%.*s.",
		    y->substitute_allowed ? " (the number of people allows it)"
					  : "",
		    STR_ARG(y->confidence_channel), tmp,
		    STR_ARG(y->substitute));
}

static void add_contents(struct buf *out, const struct deadlines *d)
{
	bool any = false;

	for (size_t i = 0; i < d->duties.count; i++) {
		const struct law_duty *y = &d->duties.d[i];

		if (y->who != LAW_INDIVIDUALS || y->step > 1 ||
		    y->applies == LAW_NO)
			continue;
		if (!any)
			buf_addz(out, "\nWhat the notice must hold, and how it "
				      "may go:\n\n");
		any = true;
		add_content(out, d, y);
	}
}

/* ---- warnings */

void deadlines_gaps(const struct deadlines *d, struct buf *out)
{
	char n[CLI_NUMBER];

	for (size_t i = 0; i < d->duties.not_covered_count; i++) {
		const struct law_place *p = &d->duties.not_covered[i];

		buf_addf(out,
		    "No row for %.*s (%s people): the pack does not cover it; "
		    "ask counsel.\n",
		    STR_ARG(p->code), cli_number(p->people, n));
	}
	if (d->duties.unknown_state)
		buf_addf(out,
		    "The state of %s people in the United States is unknown: "
		    "they count for federal law only.\n",
		    cli_number(d->duties.unknown_state, n));
	if (d->unknown)
		buf_addf(out,
		    "The residence of %s people is unknown: no law was looked "
		    "up for them.\n",
		    cli_number(d->unknown, n));
}

static bool counts_business_days(const struct deadlines *d)
{
	for (size_t i = 0; i < d->duties.count; i++)
		if (str_find(d->duties.d[i].rule, S(":business")) >= 0)
			return true;
	return false;
}

static void add_notes(struct buf *out, const struct deadlines *d)
{
	size_t start;

	buf_addc(out, '\n');
	start = out->len;
	deadlines_gaps(d, out);
	if (counts_business_days(d))
		buf_addz(out, "Business days are Monday to Friday; no holidays "
			      "are known.\n");
	if (out->len > start)
		buf_addc(out, '\n');
	buf_addz(out,
	    "Days are counted in UTC, from the day after the start; a date is "
	    "the last day.\n"
	    "Not legal advice: counsel must confirm every row used.");
}

void deadlines_text(const struct deadlines *d, struct buf *out)
{
	char iso[CLOCK_ISO_SIZE], n[CLI_NUMBER];
	uint64_t people = d->unknown;

	for (size_t i = 0; i < d->places; i++)
		people += d->place[i].people;
	if (d->facts.discovered) {
		clock_iso(d->facts.discovered, iso);
		buf_addf(out, "Discovered %s, ", iso);
		add_weekday(out, d->facts.discovered);
		buf_addz(out, ". ");
	}
	buf_addf(out, "%s people in %zu place%s.\n", cli_number(people, n),
	    d->places, d->places == 1 ? "" : "s");
	add_list(out, d, "Due, the earliest first:", true);
	add_list(out, d, "Due, with no date in the law:", false);
	add_by_law(out, d, "Applies if:", LAW_IF);
	add_not(out, d);
	add_contents(out, d);
	add_notes(out, d);
}
