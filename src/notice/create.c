/* The folder is made beside its place and renamed into it, so that there is a
 * whole one or none. */
#include "base/file.h"
#include "notice/create.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- where it goes */

static bool is_empty(DIR *d)
{
	struct dirent *f;

	while ((f = readdir(d)))
		if (strcmp(f->d_name, ".") != 0 && strcmp(f->d_name, "..") != 0)
			return false;
	return true;
}

static int check_place(const char *dir, struct err *e)
{
	struct stat st;
	DIR *d;
	int rc = 0;

	if (lstat(dir, &st) < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "%s", dir);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_USAGE,
		    "%s exists and is no folder; choose another name", dir);
	d = opendir(dir);
	if (!d)
		return err_sys(e, errno, "%s", dir);
	if (!is_empty(d))
		rc = err_set(e, ERR_USAGE,
		    "%s exists and is not empty; it is left alone: choose "
		    "another name",
		    dir);
	closedir(d);
	return rc;
}

/* "a/b/" -> "a/b", and its parent "a". */
static int split_place(
    const char *dir, struct buf *place, struct buf *parent, struct err *e)
{
	struct str s = str_of(dir), last;
	ptrdiff_t slash;

	while (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	slash = str_rchr(s, '/');
	last = str_from(s, (size_t)(slash + 1));
	if (!last.n || str_eq(last, S(".")) || str_eq(last, S("..")))
		return err_set(e, ERR_USAGE,
		    "'%s' can not be made; give the name of a new folder", dir);
	buf_add(place, s);
	if (slash > 0)
		buf_add(parent, str_sub(s, 0, (size_t)slash));
	else
		buf_addz(parent, slash == 0 ? "/" : ".");
	if (place->over || parent->over)
		return err_set(e, ERR_USAGE, "the name is too long");
	return 0;
}

/* ---- what is in it */

int create_file(int folder, const char *name, struct str text, struct err *e)
{
	int fd = openat(folder, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int rc = 0;

	if (fd < 0)
		return err_sys(e, errno, "%s", name);
	if (file_write_all(fd, text) < 0 || fsync(fd) < 0)
		rc = err_sys(e, errno, "%s", name);
	close(fd);
	return rc;
}

int create_inner(int folder, const char *name, struct err *e)
{
	return mkdirat(folder, name, 0700) < 0 && errno != EEXIST
		   ? err_sys(e, errno, "%s", name)
		   : 0;
}

/* ---- all that is in it */

typedef int entry_fn(int folder, const char *name, bool inner);

/* Calls `fn` for what is in the folder: of an inner folder for its files
 * first. */
static int each_entry(int folder, entry_fn *fn)
{
	int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	struct dirent *f;
	int rc = d ? 0 : -1;

	if (!d && again >= 0)
		close(again);
	while (d && (f = readdir(d))) {
		int inner;

		if (strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0)
			continue;
		inner = openat(folder, f->d_name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (inner >= 0) {
			rc |= each_entry(inner, fn);
			close(inner);
		}
		rc |= fn(folder, f->d_name, inner >= 0);
	}
	if (d)
		closedir(d);
	return rc;
}

static int sync_inner(int folder, const char *name, bool inner)
{
	int fd, rc;

	if (!inner)
		return 0;
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = fd < 0 ? -1 : fsync(fd);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int remove_entry(int folder, const char *name, bool inner)
{
	return unlinkat(folder, name, inner ? AT_REMOVEDIR : 0);
}

/* ---- begin, commit, end */

int create_begin(const char *dir, struct create_place *ret, struct err *e)
{
	struct buf place = BUF_INIT(4 * KiB), parent = BUF_INIT(4 * KiB);
	struct buf path = BUF_INIT(8 * KiB);
	int rc = split_place(dir, &place, &parent, e);

	*ret = (struct create_place){.fd = -1};
	if (rc == 0)
		rc = check_place(buf_cstr(&place), e);
	if (rc == 0) {
		buf_addf(&path, "%s/.tocsin-new-XXXXXX", buf_cstr(&parent));
		ret->place = str_dup(buf_str(&place));
		ret->parent = str_dup(buf_str(&parent));
		ret->path = str_dup(buf_str(&path));
		if (!mkdtemp(ret->path)) {
			rc = err_sys(e, errno,
			    "%s: no folder can be made there", ret->parent);
			free(ret->path);
			ret->path = NULL;
		}
	}
	if (rc == 0) {
		ret->fd = open(ret->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (ret->fd < 0)
			rc = err_sys(e, errno, "%s", ret->path);
	}
	buf_release(&place);
	buf_release(&parent);
	buf_release(&path);
	return rc;
}

static int put_in_place(const char *path, const char *place, struct err *e)
{
	if (rename(path, place) == 0)
		return 0;
	return errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR
		   ? err_set(e, ERR_USAGE,
			 "%s was made by somebody else just now; it is left "
			 "alone",
			 place)
		   : err_sys(e, errno, "%s", place);
}

int create_commit(struct create_place *f, struct err *e)
{
	if (each_entry(f->fd, sync_inner) < 0 || fsync(f->fd) < 0)
		return err_sys(e, errno, "%s", f->place);
	if (put_in_place(f->path, f->place, e) < 0)
		return e->code;
	f->committed = true;
	return file_sync_folder(f->parent) < 0
		   ? err_sys(e, errno, "%s", f->parent)
		   : 0;
}

void create_end(struct create_place *f)
{
	if (!f->committed && f->path) {
		if (f->fd >= 0)
			each_entry(f->fd, remove_entry);
		rmdir(f->path);
	}
	if (f->fd >= 0)
		close(f->fd);
	free(f->place);
	free(f->parent);
	free(f->path);
	*f = (struct create_place){.fd = -1};
}

int create_folder(
    const char *dir, create_fill_fn *fill, void *arg, struct err *e)
{
	struct create_place f;
	int rc = create_begin(dir, &f, e);

	if (rc == 0)
		rc = fill(f.fd, f.path, arg, e);
	if (rc == 0)
		rc = create_commit(&f, e);
	create_end(&f);
	return rc;
}
