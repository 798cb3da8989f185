/* The facts of real folders. */
#include "check/facts.h"
#include "notice/audience.h"
#include "t.h"

#include <stdlib.h>

struct folder {
	char dir[64];
	struct arena a;
	struct check_context *c;
	struct check_facts x;
};

static const char settings[] =
    "[notice]\nkind = breach\ntitle = Notice of Data Breach\n"
    "discovered = 2026-11-02\n[organisation]\nname = Acme\n"
    "own_domains = acme.example\n[from]\nname = Acme\n"
    "address = notice@acme.example\n[message]\n"
    "subject = Acme: Notice of Data Breach\n"
    "[bounce]\naddress = bounces@acme.example\n"
    "[facts]\ndata_types = ssn\nencrypted = no\nrole = controller\n";

static void folder_open(
    struct folder *f, const char *message, const char *people)
{
	static struct check_options o;
	struct audience_options how = {0};
	struct audience_result done = {0};
	struct err e = {0};
	char path[128], zone[128];

	memset(f, 0, sizeof(*f));
	f->a = ARENA_INIT(64 * MiB);
	t_mkdir(f->dir);
	t_write(f->dir, "notice.ini", S(settings));
	t_write(f->dir, "message.md", str_of(message));
	t_write(f->dir, "z", S(""));
	t_write(f->dir, "p.csv", str_of(people));
	snprintf(path, sizeof(path), "%s/p.csv", f->dir);
	snprintf(zone, sizeof(zone), "%s/z", f->dir);
	how.dir = f->dir;
	how.file = path;
	t_ok(audience_import(&how, &done, &e), &e);
	o = (struct check_options){.dir = f->dir,
	    .data_dir = getenv("TOCSIN_DATA"),
	    .zone = zone,
	    .now = 1795586828 * USEC_PER_SEC};
	t_ok(check_open(&o, &f->a, &f->c, &f->x, &e), &e);
	t_ok(gather_content(f->c, &f->x, &e), &e);
}

static void folder_close(struct folder *f)
{
	check_close(f->c);
	arena_release(&f->a);
	t_rmdir(f->dir);
}

#define PEOPLE                                     \
	"person_id,name,email,jurisdiction,ref\n"  \
	"1,Ada Moss,ada@mail.example,US-CA,R-1\n"  \
	"2,Ben Ortiz,ben@mail.example,US-CA,R-2\n" \
	"3,Cleo Park,cleo@mail.example,US-MA,R-3\n"

static void letters_readers_and_laws_are_there(void **state)
{
	struct folder f;
	const struct content_variant *v;
	bool headings = false, forbidden = false;

	folder_open(&f, "# Hello {{name}}\n\nThe file has {{ref}}.\n", PEOPLE);
	v = &f.x.content.variant[0];
	t_int(f.x.content.variants, 1);
	t_int(v->letters, 3);
	t_int(v->people, 3);
	t_int(v->places, 2);
	t_true(v->greets && v->made, "greets");
	t_true(!v->tracked.n, "no link");
	t_int(f.x.content.sampled, 3);
	t_int(f.x.content.unequal.n, 0);
	t_int(f.x.content.leaks, 0);
	t_has(v->letter[0]->text, "The file has R-");
	for (size_t i = 0; i < v->owes; i++) {
		headings |=
		    str_eq(v->owed[i].keyword, S("headings-california"));
		forbidden |=
		    str_eq(v->owed[i].keyword, S("no-nature-of-breach")) &&
		    v->owed[i].forbidden && v->owed[i].sure;
	}
	t_true(headings, "California's headings");
	t_true(forbidden, "what Massachusetts forbids");
	folder_close(&f);
}

static void another_persons_data_is_found(void **state)
{
	struct folder f;

	folder_open(&f, "# Hello {{name}}\n\nAbout {{ref}}.\n",
	    "person_id,name,email,jurisdiction,ref\n"
	    "1,Ada Moss,ada@mail.example,US-CA,ben@mail.example\n"
	    "2,Ben Ortiz,ben@mail.example,US-CA,R-2\n");
	t_int(f.x.content.leaks, 1);
	t_str(f.x.content.leak[0].reader, "ada@mail.example");
	t_str(f.x.content.leak[0].other, "ben@mail.example");
	t_true(!f.x.content.leak[0].in_text, "by the merge");
	folder_close(&f);
}

static void an_address_in_the_text_for_all_is_found(void **state)
{
	struct folder f;

	folder_open(&f, "# Hello\n\nCopy to ben@mail.example.\n", PEOPLE);
	t_int(f.x.content.leaks, 1);
	t_true(f.x.content.leak[0].in_text, "in the text");
	t_str(f.x.content.leak[0].what, "ben@mail.example");
	folder_close(&f);
}

static void a_field_in_a_link_is_found(void **state)
{
	static const char *const c[] = {
	    "# A\n\n[page](https://acme.example/?r={{ref}})\n",
	    "# A\n\n[page]({{ref|https://acme.example/}})\n",
	    "# A\n\nSee https://acme.example/{{ref}} now\n"};

	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		struct folder f;

		folder_open(&f, c[i], PEOPLE);
		t_true(f.x.content.variant[0].tracked.n > 0, "%s", c[i]);
		folder_close(&f);
	}
}

static void who_has_no_value_is_told(void **state)
{
	struct folder f;

	folder_open(&f, "# Hello {{name}}\n\n{{ref}}\n",
	    "person_id,name,email,jurisdiction,ref\n"
	    "1,Ada Moss,ada@mail.example,US-CA,\n");
	t_str(f.x.content.variant[0].held_field, "ref");
	t_str(f.x.content.variant[0].held_who, "ada@mail.example");
	folder_close(&f);
}

static void a_language_is_guessed(void **state)
{
	struct folder f;

	folder_open(&f,
	    "# Hallo\n\nWir haben Ihre Daten nicht geschützt. Das tut uns "
	    "leid, und wir sagen es Ihnen mit Bedauern. Die Daten von Ihnen "
	    "sind nicht auf dem Server, der betroffen ist.\n",
	    PEOPLE);
	t_str(f.x.content.variant[0].language, "de");
	t_true(f.x.content.variant[0].guessed, "guessed");
	folder_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(letters_readers_and_laws_are_there),
	    T(another_persons_data_is_found),
	    T(an_address_in_the_text_for_all_is_found),
	    T(a_field_in_a_link_is_found),
	    T(who_has_no_value_is_told),
	    T(a_language_is_guessed),
	};
	return t_run("gather_content", tests);
}
