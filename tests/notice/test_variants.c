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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(chooses_by_segment_and_nearest_language),
	    T(refuses_names_that_say_nothing_or_the_same),
	};
	return t_run("variants", tests);
}
