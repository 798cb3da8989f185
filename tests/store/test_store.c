#include <sys/stat.h>
#include <unistd.h>

#include "world.h"

static void a_new_folder_has_a_private_database(void **state)
{
	struct world w;
	unsigned char a[STORE_SECRET_SIZE], b[STORE_SECRET_SIZE];
	struct store *reader;
	struct stat st;
	char path[128];

	(void)state;
	world_open(&w, 10);
	for (int i = 0; i < 3; i++) {
		static const char *const files[] = {
		    "state.db", "state.db-wal", "ballast"};

		snprintf(path, sizeof(path), "%s/%s", w.dir, files[i]);
		t_int(stat(path, &st), 0);
		t_int(st.st_mode & 0777, 0600);
	}
	t_int(st.st_size, 1 << 20);
	t_true(st.st_blocks * 512 >= 1 << 20, "the ballast has its blocks");
	t_ok(store_open(w.dir, STORE_READ, &reader, &w.e), &w.e);
	t_ok(store_secret(w.s, a, &w.e), &w.e);
	t_ok(store_secret(reader, b, &w.e), &w.e);
	t_eq(str_make((char *)a, sizeof(a)), str_make((char *)b, sizeof(b)));
	t_fails(store_control_set(reader, "x", S("y"), &w.e), &w.e, ERR_DB,
	    "readonly");
	store_close(reader);
	world_close(&w);
}

static void a_reader_finds_nothing_where_nothing_was_sent(void **state)
{
	struct store *s;
	struct err e;
	char dir[64];

	(void)state;
	t_mkdir(dir);
	t_fails(store_open(dir, STORE_READ, &s, &e), &e, ERR_NOENT,
	    "nothing sent here yet");
	t_write(dir, "state.db", S(""));
	t_fails(
	    store_open(dir, STORE_READ, &s, &e), &e, ERR_NOENT, "nothing has");
	t_write(dir, "state.db", S("this is no database, but long enough..."));
	t_fails(
	    store_open(dir, STORE_WRITE, &s, &e), &e, ERR_DB, "not a database");
	t_rmdir(dir);
	t_fails(store_open(dir, STORE_WRITE, &s, &e), &e, ERR_NOENT,
	    "notice folder");
}

static void another_schema_version_is_named(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, 3);
	store_close(w.s);
	world_sql(w.dir, "PRAGMA user_version = 7");
	t_fails(store_open(w.dir, STORE_READ, &w.s, &w.e), &w.e, ERR_DB,
	    "schema version 7, this program knows 1");
	t_rmdir(w.dir);
}

static void an_outcome_moves_the_state_of_its_attempt(void **state)
{
	static const enum person_status all[] = {PERSON_ACCEPTED, PERSON_HANDED,
	    PERSON_DEFERRED, PERSON_REJECTED, PERSON_UNCERTAIN};
	struct world w;
	struct store_record r;
	struct store_counts c;

	(void)state;
	world_open(&w, 20);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		int64_t person = (int64_t)(i + 1) * 16;

		r = world_intent(&w, person);
		world_commit(&w, &r);
		t_int(world_status(&w, person), PERSON_SENDING);
		r = world_outcome(&w, r.u.intent.attempt, person, all[i]);
		world_commit(&w, &r);
		t_int(world_status(&w, person), all[i]);
		/* a second word on the same attempt changes nothing */
		r.u.outcome.state.status = PERSON_REJECTED;
		world_commit(&w, &r);
		t_int(world_status(&w, person), all[i]);
	}
	t_ok(store_sweep(w.s, &c, &w.e), &w.e);
	t_int(c.audience, 20);
	t_int(c.by_status[PERSON_OTHER_CHANNEL], 2);
	t_int(c.by_status[PERSON_PENDING], 13);
	t_int(c.attempts, 5);
	world_close(&w);
}

static void an_older_attempt_never_moves_a_state(void **state)
{
	struct world w;
	struct store_record first, second, r;
	struct store_counts c;

	(void)state;
	world_open(&w, 20);
	first = world_intent(&w, 16);
	world_commit(&w, &first);
	second = world_intent(&w, 16);
	world_commit(&w, &second);
	r = world_outcome(&w, second.u.intent.attempt, 16, PERSON_ACCEPTED);
	world_commit(&w, &r);
	r = world_outcome(&w, first.u.intent.attempt, 16, PERSON_DEFERRED);
	world_commit(&w, &r);
	t_int(world_status(&w, 16), PERSON_ACCEPTED);
	t_int(world_sql(w.dir, "SELECT count(*) FROM outcome"), 2);
	t_ok(store_sweep(w.s, &c, &w.e), &w.e);
	t_int(c.attempts, 2);
	world_close(&w);
}

static void a_try_that_ends_before_the_dot_needs_no_intent(void **state)
{
	struct world w;
	struct store_record r, late;
	struct store_counts c;
	struct arena a = ARENA_INIT(64 * KiB);
	struct store_due d;

	(void)state;
	world_open(&w, 20);
	r = world_outcome(&w, w.next_attempt++, 32, PERSON_DEFERRED);
	r.u.outcome.intent_made = false;
	world_commit(&w, &r);
	t_int(world_status(&w, 32), PERSON_DEFERRED);
	t_int(store_get(w.s, 32, &a, &d, &w.e), 1);
	t_true(!d.has_letter, "nothing was composed for the dot");
	/* late, and older than what is known: only the fact is kept */
	late = world_outcome(&w, w.next_attempt++, 32, PERSON_REJECTED);
	late.u.outcome.intent_made = false;
	r = world_intent(&w, 32);
	world_commit(&w, &r);
	world_commit(&w, &late);
	t_int(world_status(&w, 32), PERSON_SENDING);
	t_int(store_get(w.s, 32, &a, &d, &w.e), 1);
	t_true(d.has_letter, "an intent has one");
	t_int(d.letter.date, 1795000000);
	t_str(d.letter.code, "AB-12-CD");
	t_int(d.letter.sig[0].n, 256);
	t_int(d.letter.sig[1].n, 64);
	t_int(d.letter.sha256[0], 7);
	t_ok(store_sweep(w.s, &c, &w.e), &w.e);
	t_int(c.attempts, 3);
	t_int(c.open_intents, 1);
	arena_release(&a);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_new_folder_has_a_private_database),
	    T(a_reader_finds_nothing_where_nothing_was_sent),
	    T(another_schema_version_is_named),
	    T(an_outcome_moves_the_state_of_its_attempt),
	    T(an_older_attempt_never_moves_a_state),
	    T(a_try_that_ends_before_the_dot_needs_no_intent),
	};

	return t_run("store", tests);
}
