/* Whom a letter names, taken from its words. */
#include "check/addressee.h"
#include "t.h"

#include <stdlib.h>

static void a_greeting_names_a_person_or_nobody(void **state)
{
	static const struct {
		const char *text, *name; /* NULL: nobody */
		bool person;
	} c[] = {
	    {"Dear Maria Lopez,", "Maria Lopez", true},
	    {"Hi Jennifer,\n\nWe write.", "Jennifer", true},
	    {"Dear Mr. Okonkwo:", "Okonkwo", true},
	    {"Dear Xqz Okonkwo,", "Xqz Okonkwo", false},
	    {"Sehr geehrte Frau von Bergen,", "von Bergen", true},
	    {"Ch\xc3\xa8re Madame Dupont,", "Dupont", true},
	    {"Estimada Carmen Ruiz:", "Carmen Ruiz", true},
	    {"Dear Valued Customer,", NULL, false},
	    {"Dear customer,", NULL, false},
	    {"Dear Harbor Books Member,", NULL, false},
	    {"Dear Harbor,", NULL, false},
	    {"Dear Virginia Resident,", NULL, false},
	    {"Dear Sir or Madam:", NULL, false},
	    {"Madame, Monsieur,", NULL, false},
	    {"Sehr geehrte Damen und Herren,", NULL, false},
	    {"Liebe Mieterinnen und Mieter,", NULL, false},
	    {"Guten Tag,\n\nMaria Lopez hat", NULL, false},
	    {"Dear parents of Maria,", NULL, false},
	};
	struct phrases *p = NULL;
	struct buf dir = BUF_INIT(4 * KiB);
	struct err e = {0};

	buf_addf(&dir, "%s/phrases", getenv("TOCSIN_DATA"));
	t_ok(phrases_load(buf_cstr(&dir), &p, &e), &e);
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct arena a = ARENA_INIT(1 * MiB);
		struct prose t;
		struct addressee who;
		bool found;

		prose_of(&t, &a, str_of(c[i].text));
		found = addressee_greeted(p, &t, S("Harbor Books Inc."), &who);
		t_true(found == (c[i].name != NULL), "%s: %.*s", c[i].text,
		    STR_ARG(who.name));
		if (c[i].name) {
			t_str(who.name, c[i].name);
			t_true(who.person == c[i].person, "%s", c[i].text);
		}
		arena_release(&a);
	}
	phrases_free(p);
	buf_release(&dir);
}

static void names_of_officers_are_known_as_such(void **state)
{
	static const char text[] =
	    "Maria Lopez\n12 Elm Street\nFresno, CA 93650\n\nDear customer,"
	    "\n\nPatient: Ben Ortiz\n\nThe gap was in one program only, and "
	    "it is closed now, so that nobody can come in by it any more.\n\n"
	    "Our data protection officer is Petra Kern.";
	struct phrases *p = NULL;
	struct buf dir = BUF_INIT(4 * KiB);
	struct arena a = ARENA_INIT(1 * MiB);
	struct addressee all[ADDRESSEE_MAX];
	struct prose t;
	struct err e = {0};

	buf_addf(&dir, "%s/phrases", getenv("TOCSIN_DATA"));
	t_ok(phrases_load(buf_cstr(&dir), &p, &e), &e);
	prose_of(&t, &a, S(text));
	t_int(addressee_find(p, &t, S("Harbor Books"), all), 3);
	t_int(all[0].where, ADDRESSEE_BLOCK);
	t_str(all[0].name, "Maria Lopez");
	t_int(all[1].where, ADDRESSEE_LABEL);
	t_true(!all[1].official, "a patient");
	t_int(all[2].where, ADDRESSEE_TEXT);
	t_true(all[2].official, "an officer");
	arena_release(&a);
	phrases_free(p);
	buf_release(&dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_greeting_names_a_person_or_nobody),
	    T(names_of_officers_are_known_as_such),
	};
	return t_run("addressee", tests);
}
