/* The journal on its thread and on virtual time: an intent is on disk before
 * its owner hears of it, outcomes are recorded whatever happens to intents. */
#include "t.h"
#include "world.h"
#include "deliver/journal.h"

#include <sqlite3.h>
#include <unistd.h>

#define WALL (1795000000 * USEC_PER_SEC)

struct mail {
	struct journal_ticket ticket;
	int done, ok;
	int64_t person, attempt;
	struct bench *bench;
	bool was_there; /* the intent could be read when done was called */
};

struct bench {
	struct world w;
	struct loop *loop;
	struct journal *journal;
	struct journal_port *port;
	struct mail mail[40];
	int left, settled_calls;
	bool threaded;
};

static int64_t intents_of(struct bench *b, int64_t person)
{
	char sql[120];

	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM attempt WHERE person = %lld AND date > 0",
	    (long long)person);
	return world_sql(b->w.dir, sql);
}

static void on_done(struct journal_ticket *t, bool ok, void *arg)
{
	struct mail *m = arg;

	(void)t;
	m->done++;
	m->ok = ok;
	m->was_there = intents_of(m->bench, m->person) == 1;
	if (--m->bench->left == 0)
		loop_stop(m->bench->loop);
}

static void on_settled(void *arg)
{
	struct bench *b = arg;

	b->settled_calls++;
	if (b->left < 0)
		loop_stop(b->loop);
}

static void open_bench(
    struct bench *b, bool threaded, const struct journal_options *o)
{
	struct err e;

	*b = (struct bench){.threaded = threaded};
	world_open(&b->w, 40);
	b->loop = threaded ? loop_event_new(&e) : loop_sim_new(WALL);
	t_ok(journal_start(b->w.s, b->w.epoch, o, threaded ? NULL : b->loop,
		 &b->journal, &e),
	    &e);
	b->port = journal_port_new(b->journal, b->loop, &e);
	assert_non_null(b->port);
	journal_port_on_settled(b->port, on_settled, b);
	for (size_t i = 0; i < ARRAY_SIZE(b->mail); i++) {
		struct mail *m = &b->mail[i];

		m->bench = b;
		m->person = 16 * (int64_t)(i + 1);
		m->ticket.done = on_done;
		m->ticket.arg = m;
	}
}

static int close_bench(
    struct bench *b, struct journal_figures *f, struct err *e)
{
	int r;

	journal_port_free(b->port);
	r = journal_stop(b->journal, f, e);
	loop_free(b->loop);
	world_close(&b->w);
	return r;
}

static void give_intent(struct bench *b, struct mail *m)
{
	struct store_record r = world_intent(&b->w, m->person);
	struct err e;

	m->attempt = r.u.intent.attempt = journal_attempt_id(b->journal);
	t_ok(journal_intent(b->port, &m->ticket, &r.u.intent, &e), &e);
}

static uint64_t give_outcome(struct bench *b, struct mail *m)
{
	struct store_record r =
	    world_outcome(&b->w, m->attempt, m->person, PERSON_ACCEPTED);

	return journal_outcome(b->port, &r.u.outcome);
}

/* Runs `fn` inside a turn of the loop, as an engine would. */
struct in_turn {
	struct bench *b;
	void (*fn)(struct bench *b);
};
static void run_in_turn(void *arg)
{
	struct in_turn *x = arg;

	x->fn(x->b);
}
static void in_turn(struct bench *b, void (*fn)(struct bench *b))
{
	struct in_turn x = {b, fn};
	struct loop_task t;
	struct loop_wake hold;
	struct err e;

	t_ok(loop_wake_init(&hold, b->loop, run_in_turn, &x, &e), &e);
	loop_wake_hold(&hold, true);
	loop_task_init(&t, run_in_turn, &x);
	loop_post(b->loop, &t);
	loop_run(b->loop);
	loop_wake_release(&hold);
}

static void ten_intents(struct bench *b)
{
	b->left = 10;
	for (int i = 0; i < 10; i++)
		give_intent(b, &b->mail[i]);
	for (int i = 0; i < 10; i++)
		assert_int_equal(b->mail[i].done, 0);
}

static void ten_outcomes(struct bench *b)
{
	b->left = -1;
	for (int i = 0; i < 10; i++)
		t_int(give_outcome(b, &b->mail[i]), i + 1);
	t_int(journal_port_settled(b->port), 0);
}

static void whole_life(bool threaded)
{
	struct bench b;
	struct journal_figures f;
	struct err e = {0};

	open_bench(&b, threaded, NULL);
	in_turn(&b, ten_intents);
	for (int i = 0; i < 10; i++) {
		t_int(b.mail[i].done, 1);
		t_int(b.mail[i].ok, 1);
		t_true(b.mail[i].was_there, "durable before it is said");
		t_int(world_status(&b.w, b.mail[i].person), PERSON_SENDING);
	}
	in_turn(&b, ten_outcomes);
	t_int(journal_port_settled(b.port), 10);
	t_true(b.settled_calls > 0, "the worker is told");
	for (int i = 0; i < 10; i++)
		t_int(world_status(&b.w, b.mail[i].person), PERSON_ACCEPTED);
	t_int(close_bench(&b, &f, &e), 0);
	t_int(f.commits, 2);
	t_int(f.intents, 10);
	t_int(f.outcomes, 10);
	t_int(f.largest_batch, 10);
}

static void one_turn_is_one_commit_on_the_thread(void **state)
{
	(void)state;
	whole_life(true);
}

static void one_turn_is_one_commit_in_virtual_time(void **state)
{
	(void)state;
	whole_life(false);
}

static void what_is_left_is_committed_at_the_stop(void **state)
{
	struct bench b;
	struct journal_figures f;
	struct err e = {0};

	(void)state;
	open_bench(&b, true, NULL);
	in_turn(&b, ten_intents);
	ten_outcomes(&b); /* given, the loop never runs again */
	journal_port_free(b.port);
	t_int(journal_stop(b.journal, &f, &e), 0);
	t_int(f.outcomes, 10);
	t_int(world_status(&b.w, 16), PERSON_ACCEPTED);
	loop_free(b.loop);
	world_close(&b.w);
}

static void give_nothing(struct bench *b)
{
	(void)b;
}

static void an_older_epoch_is_fenced_but_its_facts_are_kept(void **state)
{
	static const char newer[] = "UPDATE origin SET epoch = epoch + 1";
	struct bench b;
	struct err e = {0};
	char path[128];
	sqlite3 *db;

	(void)state;
	open_bench(&b, false, NULL);
	in_turn(&b, ten_intents);
	snprintf(path, sizeof(path), "%s/state.db", b.w.dir);
	t_int(sqlite3_open(path, &db), SQLITE_OK);
	t_int(sqlite3_exec(db, newer, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	/* one turn: ten outcomes and one more intent */
	ten_outcomes(&b);
	give_intent(&b, &b.mail[20]);
	b.left = 1;
	in_turn(&b, give_nothing);
	t_int(b.mail[20].done, 1);
	t_int(b.mail[20].ok, 0);
	t_int(intents_of(&b, b.mail[20].person), 0);
	t_int(journal_port_settled(b.port), 10);
	t_int(world_status(&b.w, 16), PERSON_ACCEPTED);
	assert_non_null(journal_error(b.journal));
	t_int(close_bench(&b, NULL, &e), ERR_LEASE);
	t_has(str_of(e.msg), "another sender has taken over");
}

static void too_long_a_record_is_refused_at_once(void **state)
{
	static char long_code[2000];
	struct bench b;
	struct store_record r;
	struct err e = {0};

	(void)state;
	open_bench(&b, false, NULL);
	r = world_intent(&b.w, 16);
	r.u.intent.letter.code = str_make(long_code, sizeof(long_code));
	t_fails(journal_intent(b.port, &b.mail[0].ticket, &r.u.intent, &e), &e,
	    ERR_LIMIT, "too large");
	t_int(close_bench(&b, NULL, &e), 0);
}

static void pauses_come_through_the_control_row(void **state)
{
	struct bench b;
	struct store *other;
	struct err e = {0};
	uint64_t n;

	(void)state;
	open_bench(&b, false, NULL);
	t_true(!journal_paused(b.journal), "not paused");
	n = journal_pauses(b.journal);
	t_ok(store_open(b.w.dir, STORE_WRITE, &other, &e), &e);
	t_ok(store_control_set(
		 other, "paused", S("mx.one.example\nmx.two.example"), &e),
	    &e);
	in_turn(&b, ten_intents);
	t_true(journal_pauses(b.journal) > n, "noticed");
	t_true(!journal_paused(b.journal), "not everything");
	t_true(journal_site_paused(b.journal, S("MX.two.example")), "this");
	t_true(!journal_site_paused(b.journal, S("mx.three.example")), "other");
	t_ok(store_control_set(other, "paused", S("*"), &e), &e);
	in_turn(&b, ten_outcomes);
	t_true(journal_paused(b.journal), "everything");
	t_true(journal_site_paused(b.journal, S("mx.three.example")), "all");
	store_close(other);
	t_int(close_bench(&b, NULL, &e), 0);
}

/* Few under way: no waiting for more.  Many: they are gathered. */
static void intents_are_gathered_while_more_are_coming(void **state)
{
	const struct journal_options o = {
	    .gather_count = 8, .gather_for = 10 * USEC_PER_SEC};
	struct bench b;
	struct err e = {0};

	(void)state;
	open_bench(&b, true, &o);
	journal_port_hint(b.port, 10);
	in_turn(&b, ten_intents); /* ends at once: ten are all there are */
	t_int(b.mail[9].ok, 1);
	t_int(close_bench(&b, NULL, &e), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(one_turn_is_one_commit_on_the_thread),
	    T(one_turn_is_one_commit_in_virtual_time),
	    T(what_is_left_is_committed_at_the_stop),
	    T(an_older_epoch_is_fenced_but_its_facts_are_kept),
	    T(too_long_a_record_is_refused_at_once),
	    T(pauses_come_through_the_control_row),
	    T(intents_are_gathered_while_more_are_coming),
	};

	return t_run("journal", tests);
}
