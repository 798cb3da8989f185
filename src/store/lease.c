#include "store/sqlite_private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the lock: it belongs to the open file, so it dies with the process */

static struct flock whole_file(void)
{
	return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

/* Who wrote its name into the file last. */
static int held_by(int fd, const char *dir, struct err *e)
{
	char text[128];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	struct str who = str_trim(str_make(text, n > 0 ? (size_t)n : 0));

	if (!who.n)
		who = S("a process that has just started");
	return err_set(e, ERR_LEASE,
	    "%s: in use by %.*s; wait until it ends, or stop it", dir,
	    STR_ARG(who));
}

static int write_name(int fd, const char *path, struct err *e)
{
	char text[128], at[CLOCK_ISO_SIZE];
	int n;

	clock_iso(clock_wall(&clock_system), at);
	n = snprintf(
	    text, sizeof(text), "process %ld, since %s\n", (long)getpid(), at);
	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)n, 0) != n)
		return err_sys(e, errno, "%s: write", path);
	return 0;
}

int store_guard_take(const char *dir, int *ret_fd, struct err *e)
{
	char *path = store_path(dir, STORE_LOCK_FILE);
	struct flock lock = whole_file();
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), r;

	if (fd < 0)
		r = err_sys(e, errno, "%s: open", path);
	else if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
		r = write_name(fd, path, e);
	else if (errno == EACCES || errno == EAGAIN)
		r = held_by(fd, dir, e);
	else
		r = err_sys(e, errno, "%s: lock", path);
	free(path);
	if (r < 0 && fd >= 0)
		close(fd);
	if (r == 0)
		*ret_fd = fd;
	return r;
}

void store_guard_drop(int fd)
{
	if (fd >= 0)
		close(fd);
}

bool store_lease_held(const char *dir)
{
	char *path = store_path(dir, STORE_LOCK_FILE);
	struct flock lock = whole_file();
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool held = false;

	free(path);
	if (fd < 0)
		return false;
	if (fcntl(fd, F_OFD_GETLK, &lock) == 0)
		held = lock.l_type != F_UNLCK;
	close(fd);
	return held;
}

/* ---- where the database lives: another place means a copy */

struct place {
	char machine[64];
	int64_t device, inode;
};

static int find_place(struct store *s, struct place *ret, struct err *e)
{
	struct buf id = BUF_INIT(sizeof(ret->machine) - 1);
	struct str text;
	struct stat st;

	*ret = (struct place){0};
	if (stat(s->path, &st) < 0)
		return err_sys(e, errno, "%s: look at", s->path);
	ret->device = (int64_t)st.st_dev;
	ret->inode = (int64_t)st.st_ino;
	/* a machine without an id (a container) has the empty one */
	if (buf_read_file(&id, "/etc/machine-id", NULL) == 0) {
		text = str_trim(buf_str(&id));
		memcpy(ret->machine, text.p, text.n);
	}
	buf_release(&id);
	return 0;
}

struct origin {
	int64_t epoch;
	bool clean, same_machine, same_file;
};

static int read_origin(struct store *s, const struct place *here,
    struct origin *ret, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int r = 0;

	if (sqlite3_prepare_v2(s->db,
		"SELECT epoch, clean, machine, device, inode FROM origin", -1,
		&q, NULL) != SQLITE_OK ||
	    sqlite3_step(q) != SQLITE_ROW) {
		r = store_fail(s, e, "read the lease");
	} else {
		ret->epoch = sqlite3_column_int64(q, 0);
		ret->clean = sqlite3_column_int(q, 1) != 0;
		ret->same_machine =
		    str_eq(store_column(q, 2), str_of(here->machine));
		ret->same_file = sqlite3_column_int64(q, 3) == here->device &&
				 sqlite3_column_int64(q, 4) == here->inode;
	}
	sqlite3_finalize(q);
	return r;
}

static int check_origin(
    struct store *s, const struct origin *o, bool take_over, struct err *e)
{
	const char *what = "the file is a copy or was restored";

	/* nobody has sent from here: nothing can be sent twice */
	if (take_over || !o->epoch || (o->same_machine && o->same_file))
		return 0;
	if (!o->same_machine)
		what = "it was on another machine";
	return err_set(e, ERR_LEASE,
	    "%s: this is not the place the last sender used: %s. If no sender "
	    "runs at the other place, use `send --take-over`; every intent "
	    "left open there is then uncertain and may be sent twice",
	    s->path, what);
}

static int write_origin(
    struct store *s, const struct place *here, int64_t epoch, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int r;

	if (sqlite3_prepare_v2(s->db,
		"UPDATE origin SET epoch = ?1, clean = 0, machine = ?2,"
		" device = ?3, inode = ?4",
		-1, &q, NULL) != SQLITE_OK)
		return store_fail(s, e, "write the lease");
	sqlite3_bind_int64(q, 1, epoch);
	store_bind(q, 2, str_of(here->machine));
	sqlite3_bind_int64(q, 3, here->device);
	sqlite3_bind_int64(q, 4, here->inode);
	r = store_run(s, q, e, "write the lease");
	sqlite3_finalize(q);
	return r;
}

/* Whoever was being sent to when the last sender ended. They are due at
 * once. A scan, whatever `clean` says: nobody is left behind. */
static int mark_uncertain(struct store *s, uint64_t *ret, struct err *e)
{
	sqlite3_stmt *q = NULL;
	int r;

	if (sqlite3_prepare_v2(s->db,
		"UPDATE state SET status = ?1, due = 0 WHERE status = ?2", -1,
		&q, NULL) != SQLITE_OK)
		return store_fail(s, e, "mark open intents");
	sqlite3_bind_int(q, 1, PERSON_UNCERTAIN);
	sqlite3_bind_int(q, 2, PERSON_SENDING);
	r = store_run(s, q, e, "mark open intents");
	*ret = (uint64_t)sqlite3_changes64(s->db);
	sqlite3_finalize(q);
	return r;
}

static int take(struct store *s, bool take_over, const struct place *here,
    struct store_lease *ret, struct err *e)
{
	struct origin o = {0};
	int r = store_begin(s, e);

	if (r < 0)
		return r;
	r = read_origin(s, here, &o, e);
	if (r == 0)
		r = check_origin(s, &o, take_over, e);
	if (r == 0)
		r = write_origin(s, here, o.epoch + 1, e);
	if (r == 0)
		r = mark_uncertain(s, &ret->uncertain, e);
	if (r < 0) {
		store_abort(s);
		return r;
	}
	ret->epoch = o.epoch + 1;
	ret->unclean = !o.clean;
	return store_end(s, e);
}

int store_lease_take(
    struct store *s, bool take_over, struct store_lease *ret, struct err *e)
{
	struct place here;
	int fd, r;

	if (s->mode != STORE_WRITE || s->lock_fd >= 0)
		BUG("a lease is taken once, by a writer");
	r = store_guard_take(s->dir, &fd, e);
	if (r < 0)
		return r;
	*ret = (struct store_lease){0};
	r = find_place(s, &here, e);
	if (r == 0)
		r = take(s, take_over, &here, ret, e);
	if (r == 0)
		r = store_ballast_make(s, e);
	if (r < 0) {
		store_guard_drop(fd);
		return r;
	}
	s->lock_fd = fd;
	return 0;
}

void store_lease_drop(struct store *s, bool clean)
{
	if (s->lock_fd < 0)
		return;
	if (clean && !s->dead)
		sqlite3_exec(
		    s->db, "UPDATE origin SET clean = 1", NULL, NULL, NULL);
	store_guard_drop(s->lock_fd);
	s->lock_fd = -1;
}
