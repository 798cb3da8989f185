#include "check/phrases.h"
#include "t.h"

#include <stdlib.h>

#define HEAD "# origin: test\n# date: 2026-11-25\n# language: en\n"

static bool finds(const char *pattern, const char *text)
{
	struct phrases *p = phrases_new();
	struct arena a = ARENA_INIT(1 * MiB);
	struct buf b = BUF_INIT(4 * KiB);
	struct prose s;
	struct phrase_hit hit;
	struct err e = {0};
	bool r;

	buf_addf(&b, HEAD "[x]\n%s\n", pattern);
	t_ok(phrases_parse(p, buf_str(&b), "x.txt", &e), &e);
	prose_begin(&s, &a);
	prose_add(&s, S("The Heading"), 1);
	prose_add(&s, str_of(text), 0);
	prose_end(&s);
	r = phrases_find(p, "x", S("en-US"), &s, 0, &hit);
	phrases_free(p);
	buf_release(&b);
	arena_release(&a);
	return r;
}

static void patterns_match_words(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool is;
	} c[] = {
	    {"data breach", "A Data-Breach happened.", true},
	    {"data breach", "The data. Breach of trust.", false},
	    {"a|b|c word", "b word", true},
	    {"unauthori*", "Unauthorised access", true},
	    {"*daten", "Kundendaten", true},
	    {"*equifax.com*", "see www.equifax.com/x", true},
	    {"enter .. pin", "Enter on the first page your PIN", true},
	    {"enter .. pin", "Enter here. The PIN is ours.", false},
	    {"enter .. pin", "enter a b c d e f g h i j pin", false},
	    {"call <phone>", "Call 1-800-555-0100", true},
	    {"call <phone>", "Call me", false},
	    {"^heading", "text", true},
	    {"^text", "text", false},
	    {"one & three", "one two. Three.", true},
	    {"one & four", "one two. Three.", false},
	    {"über", "ÜBER", true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		t_true(finds(c[i].pattern, c[i].text) == c[i].is, "%s in %s",
		    c[i].pattern, c[i].text);
}

static void the_language_decides(void **state)
{
	struct phrases *p = phrases_new();
	struct err e = {0};

	t_ok(phrases_parse(p, S(HEAD "[x]\na\n"), "x.txt", &e), &e);
	t_true(phrases_has(p, "x", S("en-GB")), "en-GB");
	t_true(!phrases_has(p, "x", S("enm")), "enm");
	t_true(!phrases_has(p, "x", S("de")), "de");
	t_true(phrases_has(p, "x", STR_NONE), "any");
	t_true(!phrases_has(p, "y", STR_NONE), "y");
	phrases_free(p);
}

static void hosts_are_listed_with_what_is_below(void **state)
{
	struct phrases *p = phrases_new();
	struct err e = {0};

	t_ok(
	    phrases_parse(p, S(HEAD "[h]\n*.gov\nexperian.com\n"), "x.txt", &e),
	    &e);
	t_true(phrases_lists_host(p, "h", S("www.FTC.gov")), "below gov");
	t_true(phrases_lists_host(p, "h", S("www.experian.com")), "www");
	t_true(!phrases_lists_host(p, "h", S("notexperian.com")), "not");
	t_true(!phrases_lists_host(p, "h", S("gov")), "gov");
	t_true(!phrases_lists_host(p, "h", S("x.gov.evil")), "evil");
	phrases_free(p);
}

static void what_is_not_understood_is_refused(void **state)
{
	static const struct {
		const char *text, *say;
	} c[] = {
	    {"[x]\na\n", "x.txt:1: before the first section"},
	    {"# origin: x\n# date: soon\n", "x.txt:2: 'soon' is no date"},
	    {HEAD "a\n", "x.txt:4: 'a' stands before any [section]"},
	    {HEAD "[x\na\n", "is no section"},
	    {HEAD "[x y]\na\n", "a section's name"},
	    {HEAD "[x]\na||b\n", "x.txt:5: 'a||b' an alternative is empty"},
	    {HEAD "[x]\n<fax>\n", "is no class of words"},
	    {HEAD "[x]\na*b\n", "* may begin or end a word"},
	    {HEAD "[x]\n*\n", "* may begin or end a word"},
	    {HEAD "[x]\na ..\n", ".. and & stand between words"},
	    {HEAD "[x]\n& a\n", ".. and & stand between words"},
	    {HEAD "[x]\n^\n", ".. and & stand between words"},
	    {HEAD "[x]\n1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 "
		  "22 23 24 25\n",
		"too many words"},
	    {HEAD "[x]\n\xff\n", "is not UTF-8"},
	    {"", "has no [section]"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct phrases *p = phrases_new();
		struct err e = {0};

		t_fails(phrases_parse(p, str_of(c[i].text), "x.txt", &e), &e,
		    ERR_INPUT, c[i].say);
		phrases_free(p);
	}
}

static void the_lists_of_the_program_are_whole(void **state)
{
	static const char *const need[] = {"matter", "legal-form",
	    "official-host", "marketing-strong", "ask-verb", "ask-data",
	    "what-happened", "data-types", "what-we-do", "what-you-can-do",
	    "contact", "hazard", "remedy", "what-changed", "hedge", "we-write"};
	static const char *const language[] = {"en", "de", "fr", "es"};
	struct buf dir = BUF_INIT(4 * KiB);
	struct phrases *p = NULL;
	struct err e = {0};

	buf_addf(&dir, "%s/phrases", getenv("TOCSIN_DATA"));
	t_ok(phrases_load(buf_cstr(&dir), &p, &e), &e);
	for (size_t i = 0; i < ARRAY_SIZE(need); i++)
		for (size_t k = 0; k < ARRAY_SIZE(language); k++)
			t_true(phrases_has(p, need[i], str_of(language[k])),
			    "%s %s", need[i], language[k]);
	phrases_free(p);
	t_fails(phrases_load("/nonexistent", &p, &e), &e, ERR_NOENT,
	    "/nonexistent");
	buf_release(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(patterns_match_words),
	    T(the_language_decides),
	    T(hosts_are_listed_with_what_is_below),
	    T(what_is_not_understood_is_refused),
	    T(the_lists_of_the_program_are_whole),
	};
	return t_run("phrases", tests);
}
