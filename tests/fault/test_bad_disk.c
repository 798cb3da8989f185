/* A disk that fills up, and one whose sync fails once, in the middle of a
 * mailing: the sender ends with the reason, what was known is kept, nobody is
 * lost when it runs again. */
#include "stage.h"
#include "vfs_cut.h"
#include "world.h"
#include "sim/provider.h"
#include "store/sqlite_private.h"

#define PEOPLE 200

static unsigned got[PEOPLE + 1], taken;

static bool on_accepted(const struct provider_mail *m, void *arg)
{
	struct str address = m->recipients;
	uint64_t n = 0;

	(void)arg;
	address = str_cut(&address, '@');
	ENSURE(str_to_u64(str_from(address, 1), PEOPLE, &n) && n);
	got[n]++;
	taken++;
	return true;
}

static const struct provider_handler handler = {.accepted = on_accepted};

static struct err send_all(
    const char *dir, const char *vfs, void (*trouble)(const char *dir))
{
	struct stage_options o = {.vfs = vfs, .relay = "192.0.2.1:25"};
	struct provider_config c;
	struct endpoint at;
	struct provider *p;
	struct stage s;
	struct err e = {0}, why;

	vfs_cut_reset();
	t_ok(stage_open(&s, dir, &o, &e), &e);
	ENSURE(endpoint_parse(S("192.0.2.1:25"), 25, &at));
	provider_config_init(&c);
	t_ok(provider_config_set(&c, S("dot-latency"), S("30"), &e), &e);
	p = provider_new(s.net, &at, &c, &handler, NULL, &e);
	assert_non_null(p);
	if (trouble)
		trouble(dir);
	stage_run(&s);
	t_true(s.finished, "the sender ends");
	why = s.why;
	provider_free(p);
	stage_close(&s);
	return why;
}

/* After the trouble a good disk: everyone has the mail once, or is resent. */
static void send_the_rest(const char *dir, uint64_t want_resent)
{
	struct store_counts n;

	t_str(str_of(send_all(dir, NULL, NULL).msg), "");
	stage_counts(dir, &n);
	t_int(n.by_status[PERSON_HANDED], PEOPLE);
	t_true(n.resent <= want_resent, "got %llu resent, want at most %llu",
	    (unsigned long long)n.resent, (unsigned long long)want_resent);
	for (unsigned i = 1; i <= PEOPLE; i++)
		t_true(got[i] >= 1, "person %u is lost", i);
}

static void fills_up(const char *dir)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/ballast", dir);
	vfs_cut_full_at(150, path);
}

static void on_a_full_disk_what_is_known_is_kept(void **state)
{
	struct store_counts n;
	struct err why;
	char dir[64];

	(void)state;
	memset(got, 0, sizeof(got));
	taken = 0;
	stage_crowd(dir, PEOPLE, 3);
	why = send_all(dir, VFS_CUT, fills_up);
	t_int(why.code, ERR_FULL);
	t_int(err_exit_status(why.code), 3);
	t_has(str_of(why.msg), "no space left");
	t_true(taken > 0 && taken < PEOPLE, "in the middle: %u", taken);
	/* every mail the provider took is known: the ballast made room */
	stage_counts(dir, &n);
	t_int(n.by_status[PERSON_HANDED], taken);
	t_int(n.by_status[PERSON_UNCERTAIN], 0);
	send_the_rest(dir, 0);
	t_int(taken, PEOPLE);
	t_rmdir(dir);
}

static void sync_fails(const char *dir)
{
	(void)dir;
	vfs_cut_at_sync(8, true);
}

static void after_a_failed_sync_nothing_is_written(void **state)
{
	struct store_counts n;
	struct err why;
	char dir[64];

	(void)state;
	memset(got, 0, sizeof(got));
	taken = 0;
	stage_crowd(dir, PEOPLE, 3);
	why = send_all(dir, VFS_CUT, sync_fails);
	t_int(why.code, ERR_DB);
	t_int(err_exit_status(why.code), 3);
	t_has(str_of(why.msg), "disk I/O error");
	stage_counts(dir, &n);
	t_true(n.by_status[PERSON_HANDED] < PEOPLE, "it stopped");
	send_the_rest(dir, n.by_status[PERSON_UNCERTAIN]);
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(on_a_full_disk_what_is_known_is_kept),
	    T(after_a_failed_sync_nothing_is_written),
	};

	vfs_cut_register();
	return t_run("bad disk", tests);
}
