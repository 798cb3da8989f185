#include "made.h"
#include "t.h"

#include <unistd.h>

struct folder {
	char tmp[64];
	const char *dir;
	struct notice n;
};

static void folder_make(struct folder *f, const char *const *files, size_t n)
{
	f->dir = t_mkdir(f->tmp);
	f->n = made_notice("Hello");
	f->n.dir = str_of(f->dir);
	for (size_t i = 0; i < n; i++)
		t_write(f->dir, files[i], str_of(files[i]));
}

static int load(struct folder *f, struct letter_variants **v, struct err *e)
{
	return letter_variants_load(&f->n, made_columns, 3, v, e);
}

static const char *chosen(
    const struct letter_variants *v, const char *segment, const char *language)
{
	const struct letter_variant *x =
	    letter_variant_for(v, str_of(segment), str_of(language));

	return x ? x->file.p : "none";
}

static void chooses_by_segment_and_nearest_language(void **state)
{
	static const char *const files[] = {"message.md", "message.de.md",
	    "message.pt_BR.md", "message.minor.md", "message.minor.fr.md",
	    "message.us.en.md", "message.zh-Hant.md", "notes.md",
	    "message.de.md~"};
	static const struct {
		const char *segment, *language, *want;
	} rows[] = {
	    {"", "", "message.md"},
	    {"", "en", "message.md"},
	    {"", "de", "message.de.md"},
	    {"", "DE", "message.de.md"},
	    {"", "de-AT", "message.de.md"},
	    {"", "de_CH", "message.de.md"},
	    {"", "den", "message.md"},
	    {"", "pt-BR", "message.pt_BR.md"},
	    {"", "pt", "message.md"},
	    {"", "zh-Hant-TW", "message.zh-Hant.md"},
	    {"", "zh", "message.md"},
	    {"minor", "de", "message.minor.md"},
	    {"minor", "fr-CA", "message.minor.fr.md"},
	    {"us", "en", "message.us.en.md"},
	    {"us", "fr", "none"},
	    {"us", "", "none"},
	    {"adult", "", "none"},
	};
	struct letter_variants *v = NULL;
	struct err e = {0};
	struct folder f;

	folder_make(&f, files, ARRAY_SIZE(files));
	t_ok(load(&f, &v, &e), &e);
	t_int(v->count, 7);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		t_str(str_of(chosen(v, rows[i].segment, rows[i].language)),
		    rows[i].want);
	letter_variants_free(v);
	t_rmdir(f.dir);
}

static void refuses_names_that_say_nothing_or_the_same(void **state)
{
	static const struct {
		const char *files[2], *part;
	} rows[] = {
	    {{"message.de.md", "message.DE.md"}, "for the same people"},
	    {{"message.de-at.md", "message.de_AT.md"}, "for the same people"},
	    {{"message.Minor.md", "message.minor.md"}, "for the same people"},
	    {{"message.md", "message-old.md"}, "message-old.md: a text is"},
	    {{"message.md", "message.minor.german.md"}, "a text is called"},
	    {{"message.md", "message.a.b.de.md"}, "a text is called"},
	    {{"message.md", "message..md"}, "a text is called"},
	};
	struct letter_variants *v = NULL;
	struct err e = {0};
	struct folder f;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		folder_make(&f, rows[i].files, 2);
		t_fails(load(&f, &v, &e), &e, ERR_INPUT, rows[i].part);
		t_rmdir(f.dir);
	}
	folder_make(&f, rows[0].files, 0);
	t_fails(load(&f, &v, &e), &e, ERR_INPUT, "there is no message.md");
	t_write(f.dir, "message.de.md", S("{{nmae}}"));
	t_fails(load(&f, &v, &e), &e, ERR_INPUT, "message.de.md:1: {{nmae}}");
	t_rmdir(f.dir);
}

/* ---- subjects */

static void add_subject(struct folder *f, const char *name, unsigned long line)
{
	struct err e = {0};

	t_ok(letter_subject_add(&f->n, str_of(name), str_of(name), line, &e),
	    &e);
}

static void a_text_has_the_subject_nearest_to_it(void **state)
{
	static const char *const files[] = {"message.md", "message.fr.md",
	    "message.fr-CA.md", "message.de.md", "message.minor.md",
	    "message.minor.fr.md", "message.minor.pt-BR.md",
	    "message.adult.fr.md", "message.adult.md", "message.us.en.md"};
	static const char *const subjects[] = {
	    "fr", "minor", "minor.pt", "US.en"};
	static const struct {
		const char *segment, *language, *want;
	} rows[] = {
	    {"", "", "subject"},
	    {"", "fr", "subject.fr"},
	    {"", "fr-CA", "subject.fr"},
	    {"", "de", "subject"},
	    {"minor", "", "subject.minor"},
	    {"minor", "fr", "subject.minor"},
	    {"minor", "pt-BR", "subject.minor.pt"},
	    {"adult", "fr", "subject.fr"},
	    {"adult", "", "subject"},
	    {"us", "en", "subject.US.en"},
	};
	struct letter_variants *v = NULL;
	struct err e = {0};
	struct folder f;

	folder_make(&f, files, ARRAY_SIZE(files));
	f.n.arena = ARENA_INIT(1 * MiB);
	for (size_t i = 0; i < ARRAY_SIZE(subjects); i++)
		add_subject(&f, subjects[i], i + 1);
	t_ok(load(&f, &v, &e), &e);
	t_int(v->count, ARRAY_SIZE(rows));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct letter_variant *x = letter_variant_for(
		    v, str_of(rows[i].segment), str_of(rows[i].language));

		t_str(x->subject.key, rows[i].want);
	}
	letter_variants_free(v);
	arena_release(&f.n.arena);
	t_rmdir(f.dir);
}

/* Which one stands in the mail. */
static void the_mail_has_the_subject_of_its_text(void **state)
{
	static const char *const files[] = {"message.md", "message.fr.md"};
	static const char *const want[] = {
	    "\r\nSubject: Avis =?UTF-8?Q?=C3=A9tendu?= CODE\r\n",
	    "\r\nSubject: Hello\r\n"};
	struct letter_variants *v = NULL;
	struct err e = {0};
	struct folder f;

	folder_make(&f, files, 2);
	f.n.arena = ARENA_INIT(1 * MiB);
	t_ok(letter_subject_add(
		 &f.n, S("fr"), S("Avis \xc3\xa9tendu {{city|CODE}}"), 1, &e),
	    &e);
	t_ok(load(&f, &v, &e), &e);
	for (size_t i = 0; i < 2; i++) {
		struct buf out = BUF_INIT(LIMIT_LETTER);
		struct str missing;
		struct made m;

		made_person(
		    &m, S("A"), S("a@example.org"), S("R"), S("u"), S(""));
		t_int(
		    made_compose(v->v[i].template, &m, &out, &missing, &e), 1);
		t_true(str_find(buf_str(&out), str_of(want[i])) > 0, "%.*s",
		    STR_ARG(buf_str(&out)));
		made_release(&m);
		buf_release(&out);
	}
	letter_variants_free(v);
	arena_release(&f.n.arena);
	t_rmdir(f.dir);
}

static void a_subject_that_no_text_gets_is_refused(void **state)
{
	static const char *const files[] = {
	    "message.md", "message.minor.fr.md", "message.de-AT.md"};
	static const struct {
		const char *names[2], *part;
	} rows[] = {
	    {{"minor.fr", "de-AT"}, NULL},
	    {{"minor", "de"}, NULL}, /* nearest to a text */
	    {{"fr", NULL}, NULL},
	    {{"minor.fr", "es"},
		"n.ini:2: [message] subject.es: there is no message.es.md"},
	    {{"minor.de", NULL}, "there is no message.minor.de.md"},
	    {{"adult", NULL}, "there is no message.adult.md"},
	    {{"minor.fr", "minor"}, "there is no message.minor.md"},
	    {{"de-CH", NULL}, "there is no message.de-CH.md"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct letter_variants *v = NULL;
		struct err e = {0}, again = {0};
		struct folder f;

		folder_make(&f, files, 3);
		f.n.arena = ARENA_INIT(1 * MiB);
		f.n.settings = S("n.ini");
		for (size_t k = 0; k < 2 && rows[i].names[k]; k++)
			add_subject(&f, rows[i].names[k], k + 1);
		if (rows[i].part) {
			t_fails(load(&f, &v, &e), &e, ERR_INPUT, rows[i].part);
			t_fails(letter_subjects_check(&f.n, &again), &again,
			    ERR_INPUT, e.msg);
		} else {
			t_ok(load(&f, &v, &e), &e);
			t_ok(letter_subjects_check(&f.n, &again), &again);
		}
		letter_variants_free(v);
		arena_release(&f.n.arena);
		t_rmdir(f.dir);
	}
}

static void a_subject_is_told_by_its_key(void **state)
{
	static const char *const files[] = {"message.fr.md"};
	struct letter_variants *v = NULL;
	struct err e = {0};
	struct folder f;

	folder_make(&f, files, 1);
	f.n.arena = ARENA_INIT(1 * MiB);
	t_ok(letter_subject_add(&f.n, S("fr"), S("{{nmae}}"), 1, &e), &e);
	t_fails(
	    load(&f, &v, &e), &e, ERR_INPUT, "notice.ini [message] subject.fr");
	arena_release(&f.n.arena);
	t_rmdir(f.dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(chooses_by_segment_and_nearest_language),
	    T(refuses_names_that_say_nothing_or_the_same),
	    T(a_text_has_the_subject_nearest_to_it),
	    T(the_mail_has_the_subject_of_its_text),
	    T(a_subject_that_no_text_gets_is_refused),
	    T(a_subject_is_told_by_its_key),
	};
	return t_run("variants", tests);
}
