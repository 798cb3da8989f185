#include "cli/deadlines.h"

/* RFC 5545 3.1: 75 octets a line, without the CRLF; never inside a
 * character. */
static void add_line(struct buf *out, struct str line)
{
	size_t room = 75;

	while (line.n > room) {
		size_t n = room;

		while (n && ((unsigned char)line.p[n] & 0xC0) == 0x80)
			n--;
		buf_add(out, str_sub(line, 0, n));
		buf_addz(out, "\r\n ");
		line = str_from(line, n);
		room = 74; /* the space counts */
	}
	buf_add(out, line);
	buf_addz(out, "\r\n");
}

/* RFC 5545 3.3.11 */
static void escape(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\n')
			buf_addz(b, "\\n");
		else if (c == '\\' || c == ';' || c == ',')
			buf_addf(b, "\\%c", c);
		else if ((unsigned char)c >= ' ')
			buf_addc(b, c);
	}
}

static void add_text(struct buf *out, const char *name, struct buf *text)
{
	struct buf line = BUF_INIT(256 * KiB);

	buf_addf(&line, "%s:", name);
	escape(&line, buf_str(text));
	add_line(out, buf_str(&line));
	buf_release(&line);
	buf_reset(text);
}

/* "20261201T000000Z"; with `day` only its first half. */
static void add_time(struct buf *b, usec_t t, bool day)
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(t, iso);
	for (size_t i = 0; iso[i]; i++)
		if (iso[i] != '-' && iso[i] != ':' && !(day && i >= 10))
			buf_addc(b, iso[i]);
}

static void add_times(
    const struct deadlines *d, const struct law_duty *y, struct buf *out)
{
	bool day = deadlines_is_day(y);

	buf_addz(out, "DTSTAMP:");
	add_time(out, d->facts.now, false);
	buf_addz(out, day ? "\r\nDTSTART;VALUE=DATE:" : "\r\nDTSTART:");
	add_time(out, y->deadline, day);
	buf_addz(out, "\r\n");
}

static void describe(const struct law_duty *y, struct buf *b)
{
	buf_addf(b, "%.*s: %.*s (%llu people).", STR_ARG(y->name),
	    STR_ARG(y->regime), (unsigned long long)y->people);
	if (y->regulator.n)
		buf_addf(b, "\nTo: %.*s.", STR_ARG(y->regulator));
	buf_addf(b, "\nRule: %.*s.", STR_ARG(y->rule_text));
	if (y->applies == LAW_IF)
		buf_addf(b, "\nApplies if: %.*s", STR_ARG(y->question));
	buf_addf(b,
	    "\nAs of %.*s, confidence of the date: %.*s. Source: %.*s\n"
	    "Not legal advice: counsel must confirm it.",
	    STR_ARG(y->as_of), STR_ARG(y->confidence_deadline),
	    STR_ARG(y->source));
}

static void add_event(
    const struct deadlines *d, const struct law_duty *y, struct buf *out)
{
	static const char *const whom[] = {
	    [LAW_INDIVIDUALS] = "tell the persons",
	    [LAW_REGULATOR] = "tell the regulator",
	    [LAW_CRA] = "tell the consumer reporting agencies"};
	struct buf b = BUF_INIT(256 * KiB);

	buf_addz(out, "BEGIN:VEVENT\r\n");
	/* the same duty of the same breach keeps its UID when dates move */
	buf_addf(&b, "UID:%.*s-%s-%u-", STR_ARG(y->id), law_who_name(y->who),
	    y->step);
	add_time(&b, d->facts.discovered, false);
	buf_addz(&b, "@tocsin.invalid");
	add_line(out, buf_str(&b));
	buf_reset(&b);
	add_times(d, y, out);
	buf_addf(&b, "%s%.*s: %s",
	    y->applies == LAW_IF ? "If it applies: " : "", STR_ARG(y->name),
	    whom[y->who]);
	if (y->step > 1)
		buf_addf(&b, " (report %u)", y->step);
	add_text(out, "SUMMARY", &b);
	describe(y, &b);
	add_text(out, "DESCRIPTION", &b);
	buf_addz(out, "TRANSP:TRANSPARENT\r\nBEGIN:VALARM\r\n"
		      "ACTION:DISPLAY\r\n");
	buf_addf(
	    out, "TRIGGER:%s\r\n", deadlines_is_day(y) ? "-P3D" : "-PT12H");
	buf_addf(&b, "%.*s: %s", STR_ARG(y->name), whom[y->who]);
	add_text(out, "DESCRIPTION", &b);
	buf_addz(out, "END:VALARM\r\nEND:VEVENT\r\n");
	buf_release(&b);
}

void deadlines_ics(const struct deadlines *d, struct buf *out)
{
	buf_addz(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
		      "PRODID:-//tocsin//deadlines//EN\r\n"
		      "CALSCALE:GREGORIAN\r\n");
	for (size_t i = 0; i < d->duties.count; i++) {
		const struct law_duty *y = &d->duties.d[i];

		if (y->has_deadline && y->applies != LAW_NO)
			add_event(d, y, out);
	}
	buf_addz(out, "END:VCALENDAR\r\n");
}
