/* notice.ini of a correction: the first one's, line by line. */
#include "notice/correct.h"
#include "notice/letter.h"

struct edit {
	const struct notice *old;
	const char *place;
	struct str section;
	struct arena arena;
	struct buf *out;
};

/* Settings that name a file of the folder. */
static bool names_file(struct str section, struct str key)
{
	if (str_eq(section, S("dkim")) || str_starts(section, S("dkim.")))
		return str_eq(key, S("key"));
	return str_eq(section, S("send")) &&
	       (str_eq(key, S("relay_secret_file")) ||
		   str_eq(key, S("tls_ca_file")));
}

/* What was right for the first notice only. */
static bool is_spent(struct str section, struct str key)
{
	return (str_eq(section, S("message")) && str_eq(key, S("codes"))) ||
	       (str_eq(section, S("send")) && str_eq(key, S("not_after"))) ||
	       (str_eq(section, S("check")) && str_eq(key, S("start")));
}

/* A relative name is one of the old folder. */
static void put_file(struct edit *x, struct str key, struct str value)
{
	const char *path = notice_path(x->old, value, &x->arena);
	bool relative = path && !str_eq(str_of(path), value);

	buf_addf(x->out, "%.*s = %s%s%.*s\n", STR_ARG(key),
	    relative ? x->place : "", relative ? "/" : "", STR_ARG(value));
}

/* What stands before a subject, in its language; where we have no word for it
 * somebody must write one. */
static const char *correction_in(struct str language)
{
	static const struct {
		const char *language, *prefix;
	} known[] = {{"en", "Correction: "}, {"de", "Berichtigung: "},
	    {"fr", "Correction : "}, {"es", "Correcci\xc3\xb3n: "},
	    {"it", "Rettifica: "}, {"nl", "Rectificatie: "},
	    {"pt", "Corre\xc3\xa7\xc3\xa3o: "}};
	struct str first = language;

	first.n = 0;
	while (first.n < language.n && ascii_is_alpha(language.p[first.n]))
		first.n++;
	if (!first.n)
		return known[0].prefix;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (str_ieq(first, str_of(known[i].language)))
			return known[i].prefix;
	return NOTICE_PLACEHOLDER " (say that it is a correction): ";
}

/* "Correction: x" of a correction stays as it is. */
static bool has_prefix(struct str value, const char *prefix)
{
	struct str word = str_trim(str_of(prefix));

	word = str_trim(str_sub(word, 0, word.n - 1));
	return str_istarts(value, word) &&
	       str_starts(str_trim(str_from(value, word.n)), S(":"));
}

static void put_subject(
    struct edit *x, struct str key, const char *prefix, struct str value)
{
	buf_addf(x->out, "%.*s = %s%.*s\n", STR_ARG(key),
	    has_prefix(value, prefix) ? "" : prefix, STR_ARG(value));
}

/* [message] subject or subject.NAME: and the words to put before it. */
static bool is_subject(
    const struct edit *x, struct str key, const char **ret_prefix)
{
	struct str language = STR_NONE;
	ptrdiff_t dot = str_rchr(key, '.');

	if (!str_eq(x->section, S("message")) ||
	    (!str_eq(key, S("subject")) && !str_starts(key, S("subject."))))
		return false;
	if (dot >= 0 && letter_is_language(str_from(key, (size_t)dot + 1)))
		language = str_from(key, (size_t)dot + 1);
	*ret_prefix = correction_in(language);
	return true;
}

/* False: the line is kept as it is. */
static bool change_key(struct edit *x, struct str line)
{
	size_t at = 0;
	struct str key, value;
	const char *prefix;

	while (at < line.n && line.p[at] != '=' && line.p[at] != ':')
		at++;
	key = str_trim(str_sub(line, 0, at));
	value = str_trim(str_from(line, at + 1));
	if (str_eq(x->section, S("notice")) && str_eq(key, S("corrects")))
		return true;
	if (!value.n)
		return false;
	if (is_subject(x, key, &prefix))
		put_subject(x, key, prefix, value);
	else if (names_file(x->section, key))
		put_file(x, key, value);
	else if (is_spent(x->section, key))
		buf_addf(
		    x->out, "; of the first notice: %.*s\n", STR_ARG(line));
	else
		return false;
	return true;
}

static void edit_line(struct edit *x, struct str whole)
{
	struct str line = str_trim(whole);
	bool comment = line.n && (line.p[0] == ';' || line.p[0] == '#');

	if (line.n && line.p[0] == '[' && line.p[line.n - 1] == ']') {
		x->section = str_sub(line, 1, line.n - 2);
		buf_addf(x->out, "%.*s\n", STR_ARG(line));
		if (str_eq(x->section, S("notice")))
			buf_addf(x->out, "corrects = %.*s (%s)\n",
			    STR_ARG(x->old->title), x->place);
	} else if (!line.n || comment || !change_key(x, line)) {
		buf_addf(x->out, "%.*s\n", STR_ARG(line));
	}
}

int correct_settings(struct str text, const struct notice *old,
    const char *place, struct buf *out, struct err *e)
{
	struct edit x = {.old = old,
	    .place = place,
	    .arena = ARENA_INIT(LIMIT_SETTINGS_FILE),
	    .out = out};
	struct notice *made = NULL;
	int rc;

	if (str_starts(text, S("\xef\xbb\xbf")))
		text = str_from(text, 3);
	while (text.n)
		edit_line(&x, str_cut(&text, '\n'));
	arena_release(&x.arena);
	if (out->over)
		return err_set(e, ERR_LIMIT, "notice.ini: too long");
	rc =
	    notice_parse(buf_str(out), "the correction's notice.ini", &made, e);
	notice_free(made);
	return rc < 0 ? rc : 0;
}
