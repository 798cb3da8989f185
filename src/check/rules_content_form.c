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

/* Between braces or brackets: what another program, or a person, was to fill
 * in.  In brackets also honest words stand: there it must sound like a blank. */
static bool is_blank(
    const struct phrases *p, struct str in, bool sure, struct arena *a)
{
	struct prose words;
	struct phrase_hit hit;

	if (in.n > 80 || str_chr(in, '\n') >= 0 || str_chr(in, '"') >= 0)
		return false;
	prose_of(&words, a, in);
	if (!words.words || words.words > 4)
		return false;
	return sure ||
	       (p && phrases_find(p, "blank", STR_NONE, &words, 0, &hit));
}

/* Marks of other programs that nobody fills in here. */
static struct str foreign_mark(
    const struct phrases *p, struct str text, struct arena *a)
{
	static const struct {
		const char *open, *close;
		bool sure;
	} all[] = {{"*|", "|*", true}, {"_|", "|_", true}, {"%%", "%%", true},
	    {"${", "}", true}, {"<<", ">>", true}, {"[[", "]]", true},
	    {"{%", "%}", true}, {"{", "}", false}, {"[", "]", false}};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct str rest = text;
		size_t open = strlen(all[i].open);
		ptrdiff_t at;

		while ((at = str_find(rest, str_of(all[i].open))) >= 0) {
			struct str in = str_from(rest, (size_t)at + open);
			ptrdiff_t end = str_find(in, str_of(all[i].close));

			if (end > 0 && is_blank(p, str_sub(in, 0, (size_t)end),
					   all[i].sure, a))
				return str_sub(rest, (size_t)at,
				    open + (size_t)end + strlen(all[i].close));
			rest = in;
		}
	}
	return STR_NONE;
}

/* <FirstName>: no tag of HTML, so a blank too. */
static bool is_html(struct str name)
{
	static const char *const all[] = {"a", "abbr", "address", "article",
	    "b", "big", "blockquote", "body", "br", "button", "caption",
	    "center", "cite", "code", "col", "div", "em", "font", "footer",
	    "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr",
	    "html", "i", "iframe", "img", "input", "ins", "del", "label", "li",
	    "link", "main", "meta", "nav", "ol", "option", "p", "pre", "q", "s",
	    "script", "section", "select", "small", "span", "strike", "strong",
	    "style", "sub", "sup", "svg", "table", "tbody", "td", "textarea",
	    "tfoot", "th", "thead", "title", "tr", "tt", "u", "ul", "video",
	    "wbr", "dl", "dt", "dd", "details", "summary", "figure", "mark",
	    "time", "aside", "audio", "canvas", "object", "embed", "noscript",
	    "template", "fieldset", "legend", "picture", "source", "base"};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (str_ieq(name, str_of(all[i])))
			return true;
	return str_chr(name, '-') >= 0;
}

static void judge_unresolved(const struct check_facts *x, struct findings *f,
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
	mark = at < 0 ? foreign_mark(x->content.phrases, l->text, f->arena)
		      : STR_NONE;
	if (!mark.n && v->source.raw.n && !is_html(v->source.raw))
		mark = v->source.raw;
	if (mark.n)
		finding_remedy(f,
		    finding_add(f, "S-35", "mark", SEVERITY_BLOCK, v->file,
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
			judge_unresolved(x, f, v, l);
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
