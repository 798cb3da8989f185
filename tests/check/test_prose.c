#include "check/prose.h"
#include "check/readability.h"
#include "t.h"

static struct prose read_prose(struct arena *a, const char *s)
{
	struct prose p;

	prose_of(&p, a, str_of(s));
	return p;
}

static void words_are_folded_and_hyphens_part_them(void **state)
{
	struct arena a = ARENA_INIT(1 * MiB);
	struct prose p = read_prose(&a, "Toll-free: ÄRGER, don\xe2\x80\x99t");

	t_int(p.words, 4);
	t_str(p.word[0].s, "toll");
	t_str(p.word[2].s, "ärger");
	t_str(p.word[3].s, "don't");
	t_true(p.word[2].flags & PROSE_CAPITALS, "capitals");
	arena_release(&a);
}

static void what_is_more_than_a_word_has_a_class(void **state)
{
	static const struct {
		const char *s;
		unsigned flags;
		uint32_t date;
	} c[] = {
	    {"1-800-555-0100", PROSE_PHONE | PROSE_TOLL_FREE, 0},
	    {"(212) 555-0100", PROSE_PHONE, 0},
	    {"+49 30 1234567", PROSE_PHONE, 0},
	    {"0800 123 4567", PROSE_PHONE | PROSE_TOLL_FREE, 0},
	    {"2026-11-03", PROSE_DATE, 20261103},
	    {"03.11.2026", PROSE_DATE, 20261103},
	    {"11/03/2026", PROSE_DATE, 20261103},
	    {"a.b@c.example", PROSE_EMAIL, 0},
	    {"www.acme.example", PROSE_DOMAIN, 0},
	    {"https://acme.example/x", PROSE_DOMAIN, 0},
	    {"acme.com", PROSE_DOMAIN, 0},
	    {"1,234", PROSE_NUMBER, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct arena a = ARENA_INIT(1 * MiB);
		struct prose p = read_prose(&a, c[i].s);

		t_true(p.words == 1 &&
			   (p.word[0].flags & c[i].flags) == c[i].flags &&
			   p.word[0].date == c[i].date,
		    "%s", c[i].s);
		arena_release(&a);
	}
}

static void other_numbers_are_no_telephones(void **state)
{
	static const char *const c[] = {
	    "20580-1234", "94607", "12,400", "U.S.", "e.g.", "notice.ini"};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct arena a = ARENA_INIT(1 * MiB);
		struct prose p = read_prose(&a, c[i]);

		t_true(!(p.word[0].flags & (PROSE_PHONE | PROSE_DOMAIN)), "%s",
		    c[i]);
		arena_release(&a);
	}
}

static void dates_in_words_are_known(void **state)
{
	static const char *const c[] = {"November 3, 2026", "3 November 2026",
	    "3. November 2026", "3 novembre 2026", "3 de noviembre de 2026",
	    "Nov 3rd, 2026"};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct arena a = ARENA_INIT(1 * MiB);
		struct prose p = read_prose(&a, c[i]);
		uint32_t date = 0;

		for (size_t k = 0; k < p.words; k++)
			date = p.word[k].date ? p.word[k].date : date;
		t_true(date == 20261103, "%s: %u", c[i], date);
		arena_release(&a);
	}
}

static void sentences_end_where_they_end(void **state)
{
	struct arena a = ARENA_INIT(1 * MiB);
	struct prose p = read_prose(&a,
	    "Acme Inc. writes to P.O. Box 1. Is that so? Am 3. November.\n"
	    "\nA new block");
	size_t from, to;

	t_int(p.sentences, 4);
	t_true(prose_sentence(&p, 1, &from, &to), "the second");
	t_str(prose_text(&p, from, to), "Is that so");
	t_true(!prose_sentence(&p, 9, &from, &to), "none");
	arena_release(&a);
}

static void the_grade_is_about_right(void **state)
{
	static const struct {
		const char *s;
		unsigned syllables;
	} c[] = {{"take", 1}, {"table", 2}, {"needed", 2}, {"involved", 2},
	    {"information", 4}, {"the", 1}, {"security", 4}};
	struct arena a = ARENA_INIT(1 * MiB);
	struct readability easy, hard;
	struct buf b = BUF_INIT(64 * KiB);
	struct prose p;

	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		t_true(readability_syllables(str_of(c[i].s)) == c[i].syllables,
		    "%s", c[i].s);
	for (int i = 0; i < 12; i++)
		buf_add(&b, S("The cat sat on the red mat. "));
	prose_of(&p, &a, buf_str(&b));
	readability_measure(&p, 25, &easy);
	t_true(easy.grade < 2, "%f", easy.grade);
	buf_reset(&b);
	for (int i = 0; i < 4; i++)
		buf_add(&b,
		    S("The organisation subsequently implemented additional "
		      "administrative safeguards concerning unauthorised "
		      "disclosure of confidential information belonging to "
		      "numerous individuals participating in international "
		      "programmes and similar initiatives. "));
	prose_of(&p, &a, buf_str(&b));
	readability_measure(&p, 20, &hard);
	t_true(hard.grade > 15 && hard.long_count == 4, "%f", hard.grade);
	buf_release(&b);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(words_are_folded_and_hyphens_part_them),
	    T(what_is_more_than_a_word_has_a_class),
	    T(other_numbers_are_no_telephones),
	    T(dates_in_words_are_known),
	    T(sentences_end_where_they_end),
	    T(the_grade_is_about_right),
	};
	return t_run("prose", tests);
}
