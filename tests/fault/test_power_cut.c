/* The power goes at every commit of a mailing, just before its sync and just
 * after.  What the disk kept must be enough: nobody is lost, and only those
 * counted as resent may have the mail twice.
 *
 * The same with syncing off must fail, or the test could not see the fault it
 * is there to find. */
#include "stage.h"
#include "vfs_cut.h"
#include "world.h"
#include "sim/provider.h"
#include "store/sqlite_private.h"

#include <unistd.h>

#define PEOPLE  300
#define DOMAINS 5

static struct run {
	char base[64], dir[64], left[64];
	bool syncing_off;
	unsigned got[PEOPLE + 1]; /* mails the provider took, by person */
	/* the wire */
	char recipient[64][80];
	unsigned dots, early_dots;
	unsigned lost, unsaid, resent, uncertain;
} run;

/* "p12@d2.example" */
static unsigned person_of(struct str address)
{
	uint64_t n = 0;

	address = str_cut(&address, '@');
	ENSURE(str_to_u64(str_from(address, 1), PEOPLE, &n) && n);
	return (unsigned)n;
}

static bool on_accepted(const struct provider_mail *m, void *arg)
{
	(void)arg;
	run.got[person_of(m->recipients)]++;
	return true;
}

static const struct provider_handler handler = {.accepted = on_accepted};

/* ---- one sender's life */
static void set_syncing(struct store *s, void *arg)
{
	/* nothing cuts the second sender: it need not wait for the disk */
	bool *second = arg;

	if (run.syncing_off || second)
		t_int(sqlite3_exec(
			  s->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL),
		    SQLITE_OK);
}

static struct provider *provider_at(struct stage *s)
{
	struct provider_config c;
	struct endpoint at;
	struct provider *p;
	struct err e;

	ENSURE(endpoint_parse(S("192.0.2.1:25"), 25, &at));
	provider_config_init(&c);
	t_ok(provider_config_set(&c, S("dot-latency"), S("30"), &e), &e);
	p = provider_new(s->net, &at, &c, &handler, NULL, &e);
	assert_non_null(p);
	return p;
}

/* Commits of the writer, counted; at the chosen one the power goes. */
static unsigned commits, cut_commit;

static int on_commit(void *arg)
{
	(void)arg;
	if (++commits == cut_commit)
		vfs_cut_now();
	return 0;
}

enum when { NEVER, BEFORE_SYNC, AFTER_SYNC, AT_COMMIT };

static void send_until(enum when when, unsigned n, stage_trace_fn *trace)
{
	struct stage_options o = {.vfs = VFS_CUT,
	    .relay = "192.0.2.1:25",
	    .opened = set_syncing,
	    .trace = trace};
	struct stage s;
	struct provider *p;
	struct err e = {0};

	vfs_cut_reset();
	t_ok(stage_open(&s, run.dir, &o, &e), &e);
	p = provider_at(&s);
	commits = 0;
	cut_commit = when == AT_COMMIT ? n : 0;
	sqlite3_commit_hook(s.writer->db, on_commit, NULL);
	if (when == BEFORE_SYNC || when == AFTER_SYNC)
		vfs_cut_at_sync(n, when == BEFORE_SYNC);
	stage_run(&s);
	t_true(s.finished, "the sender ends");
	if (when == NEVER)
		t_str(str_of(s.why.msg), "");
	/* the power is gone, whatever the process still thinks */
	vfs_cut_now();
	provider_free(p);
	stage_close(&s);
}

static void send_the_rest(void)
{
	bool second = true;
	struct stage_options o = {.relay = "192.0.2.1:25",
	    .wall = STAGE_WALL + USEC_PER_HOUR,
	    .opened = set_syncing,
	    .opened_arg = &second};
	struct stage s;
	struct provider *p;
	struct err e = {0};

	t_ok(stage_open(&s, run.dir, &o, &e), &e);
	run.uncertain += (unsigned)s.lease.uncertain;
	p = provider_at(&s);
	stage_run(&s);
	t_str(str_of(s.why.msg), "");
	provider_free(p);
	stage_close(&s);
}

/* ---- what is left, and what it is worth */
static void fresh_folder(void)
{
	static const char *const files[] = {
	    "notice.ini", "message.md", "audience.db"};

	t_mkdir(run.dir);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct buf b = BUF_INIT(16 * MiB);
		char path[256];
		struct err e;

		snprintf(path, sizeof(path), "%s/%s", run.base, files[i]);
		t_ok(buf_read_file(&b, path, &e), &e);
		t_write(run.dir, files[i], buf_str(&b));
		buf_release(&b);
	}
	memset(run.got, 0, sizeof(run.got));
}

static void restart_machine(void)
{
	char path[256];

	vfs_cut_leave(run.dir);
	snprintf(path, sizeof(path), "%s/state.db-shm", run.dir);
	unlink(path);
}

static int judge_person(const struct store_listed *l, void *arg)
{
	unsigned n = run.got[l->person / 16];

	(void)arg;
	if (!n)
		run.lost++;
	if (n > 1 && !l->state.resent)
		run.unsaid++;
	return 0;
}

static void judge(void)
{
	struct store_counts n;
	struct store *s;
	struct err e = {0};

	stage_counts(run.dir, &n);
	t_int(n.audience, PEOPLE);
	t_int(n.by_status[PERSON_HANDED], PEOPLE);
	run.resent += (unsigned)n.resent;
	t_ok(store_open(run.dir, STORE_READ, &s, &e), &e);
	t_ok(store_list(s, PERSON_HANDED, judge_person, NULL, &e), &e);
	store_close(s);
}

static void one_cut(enum when when, unsigned n)
{
	fresh_folder();
	send_until(when, n, NULL);
	restart_machine();
	send_the_rest();
	judge();
	t_rmdir(run.dir);
}

/* ---- the tests */
static int set_up(void **state)
{
	static bool once;

	(void)state;
	if (!once)
		vfs_cut_register();
	once = true;
	run = (struct run){0};
	stage_crowd(run.base, PEOPLE, DOMAINS);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vfs_cut_reset();
	t_rmdir(run.base);
	return 0;
}

static unsigned syncs_of_a_whole_run(void)
{
	unsigned n;

	fresh_folder();
	send_until(NEVER, 0, NULL);
	n = vfs_cut_syncs();
	t_rmdir(run.dir);
	return n;
}

static void cut_everywhere(enum when when)
{
	unsigned n = syncs_of_a_whole_run(), opening = 6;

	t_true(n > 20, "got %u syncs", n);
	for (unsigned i = 1; i + opening <= n; i++)
		one_cut(when, i);
	print_message("# %u cuts: %u uncertain, %u resent\n", n - opening,
	    run.uncertain, run.resent);
	t_int(run.lost, 0);
	t_int(run.unsaid, 0);
	t_true(run.uncertain > 0, "some cuts find open intents");
}

static void a_cut_before_any_sync_loses_nobody(void **state)
{
	(void)state;
	cut_everywhere(BEFORE_SYNC);
}

static void a_cut_after_any_sync_loses_nobody(void **state)
{
	(void)state;
	cut_everywhere(AFTER_SYNC);
}

static void without_syncing_the_fault_is_found(void **state)
{
	(void)state;
	run.syncing_off = true;
	for (unsigned i = 5; i < 30; i += 5)
		one_cut(AT_COMMIT, i);
	t_true(run.unsaid > 0, "people got the mail twice, and nobody says so");
}

/* ---- the dot on the wire */
static unsigned lane_of(const char *lane)
{
	const char *at = strrchr(lane, '#');

	ENSURE(at);
	return (unsigned)strtoul(at + 1, NULL, 10) % 64;
}

static bool intent_survives(unsigned person)
{
	char sql[120], path[128];

	vfs_cut_leave(run.left);
	snprintf(path, sizeof(path), "%s/state.db-shm", run.left);
	unlink(path);
	snprintf(sql, sizeof(sql),
	    "SELECT count(*) FROM attempt WHERE person = %u AND date > 0",
	    person * 16);
	return world_sql(run.left, sql) == 1;
}

static void on_wire(const char *lane, char dir, struct str bytes, void *arg)
{
	char *to = run.recipient[lane_of(lane)];
	ptrdiff_t at;

	(void)arg;
	if (dir != '>')
		return;
	at = str_find(bytes, S("RCPT TO:<"));
	if (at >= 0) {
		struct str rest = str_from(bytes, (size_t)at + 9);
		struct str path = str_cut(&rest, '>');

		snprintf(to, 80, "%.*s", STR_ARG(path));
	}
	if (!str_ends(bytes, S("\r\n.\r\n")) && !str_eq(bytes, S(".\r\n")))
		return;
	run.dots++;
	if (!intent_survives(person_of(str_of(to))))
		run.early_dots++;
}

static void no_dot_leaves_before_its_intent_is_synced(void **state)
{
	(void)state;
	t_mkdir(run.left);
	fresh_folder();
	send_until(NEVER, 0, on_wire);
	t_int(run.dots, PEOPLE);
	t_int(run.early_dots, 0);
	t_rmdir(run.dir);
	/* and with syncing off the trace shows it */
	run.syncing_off = true;
	run.dots = 0;
	fresh_folder();
	send_until(NEVER, 0, on_wire);
	t_true(run.early_dots > 0, "the trace can tell");
	t_rmdir(run.dir);
	t_rmdir(run.left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T_WITH(a_cut_before_any_sync_loses_nobody, set_up, tear_down),
	    T_WITH(a_cut_after_any_sync_loses_nobody, set_up, tear_down),
	    T_WITH(without_syncing_the_fault_is_found, set_up, tear_down),
	    T_WITH(
		no_dot_leaves_before_its_intent_is_synced, set_up, tear_down),
	};

	return t_run("power cut", tests);
}
