/* S-32, S-34 and S-35: the form of each letter, and whose data is in it. */
#include "check/rules_content.h"
#include "mail/header.h"

#define KILOBYTES 100u

/* ---- S-32 */

static size_t count_field(
    struct str message, const char *name, struct str *ret_first)
{
	struct header_reader r;
	struct header_field f;
	size_t n = 0;

	header_reader_init(&r, message);
	*ret_first = STR_NONE;
	while (header_next(&r, &f))
		if (f.is_field && str_ieq(f.name, str_of(name)) && !n++)
			*ret_first = str_trim(f.value);
	return n;
}

/* Addresses of a field: '@' outside quotes and comments. */
static size_t count_addresses(struct str s)
{
	size_t n = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		if (quoted && s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			quoted = !quoted;
		else if (!quoted && s.p[i] == '@')
			n++;
	}
	return n;
}

static void judge_one_reader(
    struct findings *f, struct str file, struct str message)
{
	struct str to, id, cc, bcc;
	size_t n = count_field(message, "To", &to);

	if (n != 1 || count_addresses(to) != 1)
		finding_add(f, "S-32", "to", SEVERITY_BLOCK, file,
		    "the mail has %zu To fields with %zu addresses; it must "
		    "be one of one",
		    n, count_addresses(to));
	if ((n = count_field(message, "Message-ID", &id)) != 1 || !id.n)
		finding_add(f, "S-32", "message-id", SEVERITY_BLOCK, file,
		    "the mail has %zu Message-ID fields", n);
	if (count_field(message, "Cc", &cc) ||
	    count_field(message, "Bcc", &bcc))
		finding_add(f, "S-32", "copies", SEVERITY_BLOCK, file,
		    "the mail has Cc or Bcc");
}

static bool is_feedback_id(struct str s)
{
	size_t parts = 1;
	ptrdiff_t last = str_rchr(s, ':');

	for (size_t i = 0; i < s.n; i++)
		parts += s.p[i] == ':';
	s = str_from(s, (size_t)(last + 1));
	return parts == 4 && s.n >= 5 && s.n <= 15;
}

static void judge_other_fields(
    struct findings *f, struct str file, struct str message)
{
	struct str s;

	if (!count_field(message, "Auto-Submitted", &s) ||
	    !str_istarts(s, S("auto-generated")))
		finding_add(f, "S-32", "auto-submitted", SEVERITY_WARN, file,
		    "the mail does not say Auto-Submitted: auto-generated");
	if (count_field(message, "Precedence", &s))
		finding_add(f, "S-32", "precedence", SEVERITY_WARN, file,
		    "the mail says Precedence: %.*s", STR_ARG(s));
	if (count_field(message, "List-Id", &s))
		finding_add(f, "S-32", "list-id", SEVERITY_WARN, file,
		    "the mail says it is of a mailing list: %.*s", STR_ARG(s));
	if (!count_field(message, "Feedback-ID", &s) || !is_feedback_id(s))
		finding_add(f, "S-32", "feedback-id", SEVERITY_WARN, file,
		    "the mail has no Feedback-ID of four parts, the last of 5 "
		    "to 15 characters");
	if (!count_field(message, "Date", &s) ||
	    !count_field(message, "MIME-Version", &s))
		finding_add(f, "S-32", "date", SEVERITY_WARN, file,
		    "the mail has no Date or no MIME-Version");
}

void content_judge_headers(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_variant *v = &x->content.variant[i];

		if (!v->made && !v->letters)
			continue;
		finding_judged(f, "S-32");
		for (size_t k = 0; k < v->letters; k++)
			judge_one_reader(f, v->file, v->letter[k]->message);
		if (!v->letters)
			judge_one_reader(f, v->file, v->made->message);
		judge_other_fields(f, v->file,
		    v->letters ? v->letter[0]->message : v->made->message);
	}
	if (x->content.twice.n)
		finding_add(f, "S-32", "message-id", SEVERITY_BLOCK,
		    S("message"), "two people get the same Message-ID, %.*s",
		    STR_ARG(x->content.twice));
}

/* ---- S-34 */

static const char *twice_there(struct str message)
{
	static const char *const once[] = {"From", "Sender", "Reply-To", "To",
	    "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
	    "Content-Transfer-Encoding"};
	struct str s;

	for (size_t i = 0; i < ARRAY_SIZE(once); i++)
		if (count_field(message, once[i], &s) > 1)
			return once[i];
	return NULL;
}

static size_t longest_line(struct str s)
{
	size_t max = 0;

	while (s.p) {
		struct str line = str_cut(&s, '\n');

		if (str_ends(line, S("\r")))
			line.n--;
		max = line.n > max ? line.n : max;
	}
	return max;
}

static bool is_seven_bit_body(struct str message)
{
	struct header_reader r;
	struct header_field f;

	header_reader_init(&r, message);
	while (header_next(&r, &f))
		;
	for (size_t i = r.body; i < message.n; i++)
		if ((unsigned char)message.p[i] & 0x80)
			return false;
	return true;
}

static void judge_letter(const struct check_facts *x, struct findings *f,
    const struct content_variant *v, const struct content_letter *l)
{
	unsigned max =
	    x->notice->check.kilobytes ? x->notice->check.kilobytes : KILOBYTES;
	const char *twice = twice_there(l->message);
	size_t line = longest_line(l->message);

	if (l->size > max * KiB)
		finding_add(f, "S-34", "size", SEVERITY_BLOCK, v->file,
		    "makes a mail of %zu kB; at most %u", l->size / KiB, max);
	if (twice)
		finding_remedy(f,
		    finding_add(f, "S-34", "twice", SEVERITY_BLOCK, v->file,
			"the mail has %s twice", twice),
		    "This is the program's part: please report it.");
	if (line > LIMIT_MAIL_LINE)
		finding_remedy(f,
		    finding_add(f, "S-34", "line", SEVERITY_BLOCK, v->file,
			"the mail has a line of %zu characters", line),
		    "This is the program's part: please report it.");
	if (!is_seven_bit_body(l->message))
		finding_remedy(f,
		    finding_add(f, "S-34", "seven-bit", SEVERITY_BLOCK, v->file,
			"the mail's body has bytes above 127"),
		    "This is the program's part: please report it.");
}

void content_judge_form(const struct check_facts *x, struct findings *f)
{
	for (size_t i = 0; i < x->content.variants; i++) {
		const struct content_variant *v = &x->content.variant[i];
		const struct content_letter *l =
		    v->letters ? v->letter[0] : v->made;

		if (l || v->made_error.n)
			finding_judged(f, "S-34");
		if (l)
			judge_letter(x, f, v, l);
		else if (v->made_error.n)
			finding_add(f, "S-34", "compose", SEVERITY_BLOCK,
			    v->file, "no mail can be made of it: %.*s",
			    STR_ARG(v->made_error));
	}
}

/* ---- S-35 */

/* Marks of other programs that nobody fills in here. */
static struct str foreign_mark(struct str text)
{
	static const struct {
		const char *open, *close;
	} all[] = {{"*|", "|*"}, {"%%", "%%"}, {"${", "}"}, {"<<", ">>"},
	    {"[[", "]]"}, {"[insert ", "]"}, {"[Insert ", "]"}, {"[Name", "]"},
	    {"[Company", "]"}, {"[Date", "]"}, {"[First", "]"},
	    {"[Describe", "]"}, {"[INSERT", "]"}, {"[NAME", "]"},
	    {"[name", "]"}, {"[date", "]"}};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		ptrdiff_t at = str_find(text, str_of(all[i].open));
		struct str rest = str_from(
		    text, at < 0 ? text.n : (size_t)at + strlen(all[i].open));
		ptrdiff_t end = str_find(rest, str_of(all[i].close));

		if (at >= 0 && end > 0 && end < 80)
			return str_sub(text, (size_t)at,
			    strlen(all[i].open) + (size_t)end +
				strlen(all[i].close));
	}
	return STR_NONE;
}

static void judge_unresolved(struct findings *f,
    const struct content_variant *v, const struct content_letter *l)
{
	ptrdiff_t at = str_find(l->text, S("{{"));
	struct str mark;

	if (at < 0)
		at = str_find(l->subject, S("{{")) < 0 ? -1 : 0;
	if (at >= 0)
		finding_remedy(f,
		    finding_add(f, "S-35", "unresolved", SEVERITY_BLOCK,
			v->file,
			"braces of a field stand in the mail itself: \"%.*s\"",
			STR_ARG(content_shown(
			    f->arena, str_sub(l->text, (size_t)at, 40)))),
		    "Write {{column}} for a field; take the braces out "
		    "else.");
	mark = foreign_mark(l->text);
	if (mark.n)
		finding_remedy(f,
		    finding_add(f, "S-35", "mark", SEVERITY_WARN, v->file,
			"\"%.*s\" looks like a blank that nobody filled in",
			STR_ARG(content_shown(f->arena, mark))),
		    "Write {{column}} for what differs from person to person, "
		    "and the words themselves for what does not.");
}

static void judge_leak(struct findings *f, const struct content_leak *l)
{
	if (l->in_text)
		finding_remedy(f,
		    finding_add(f, "S-35", "person-in-text", SEVERITY_BLOCK,
			l->file,
			"%.*s stands in the text for all, and is the address "
			"of a person on the list",
			STR_ARG(l->what)),
		    "Take the address out of the text.");
	else
		finding_add(f, "S-35", "leak", SEVERITY_BLOCK, l->file,
		    "the mail to %.*s holds what is of %.*s: %.*s",
		    STR_ARG(l->reader), STR_ARG(l->other), STR_ARG(l->what));
}

void content_judge_isolation(const struct check_facts *x, struct findings *f)
{
	const struct content_facts *c = &x->content;

	finding_judged(f, "S-35");
	if (c->unequal.n)
		finding_remedy(f,
		    finding_add(f, "S-35", "order", SEVERITY_BLOCK, c->unequal,
			"gets another mail when people are taken in another "
			"order"),
		    "This is the program's part: please report it.");
	for (size_t i = 0; i < c->leaks; i++)
		judge_leak(f, &c->leak[i]);
	for (size_t i = 0; i < c->variants; i++) {
		const struct content_variant *v = &c->variant[i];
		const struct content_letter *l = content_letter_of(x, v);

		if (l)
			judge_unresolved(f, v, l);
		if (v->held_field.n)
			finding_remedy(f,
			    finding_add(f, "S-35", "held", SEVERITY_WARN,
				v->file,
				"%.*s has no {{%.*s}}: such people are held, "
				"not sent to",
				STR_ARG(v->held_who), STR_ARG(v->held_field)),
			    "Give a default, {{%.*s|...}}, or import the "
			    "missing values.",
			    STR_ARG(v->held_field));
	}
}
