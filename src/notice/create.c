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

int create_channels(int folder, struct err *e)
{
	return mkdirat(folder, "channels", 0700) < 0
		   ? err_sys(e, errno, "channels")
		   : 0;
}

static int sync_all(int folder, struct err *e)
{
	int rc = 0;
	int channels =
	    openat(folder, "channels", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (channels < 0 || fsync(channels) < 0 || fsync(folder) < 0)
		rc = err_sys(e, errno, "channels");
	if (channels >= 0)
		close(channels);
	return rc;
}

/* Files of the folder, and with `deep` those of its channels/. */
static void empty(int folder, bool deep)
{
	int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	struct dirent *f;

	if (!d && again >= 0)
		close(again);
	while (d && (f = readdir(d))) {
		if (strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0)
			continue;
		if (deep && strcmp(f->d_name, "channels") == 0) {
			int channels = openat(folder, f->d_name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

			if (channels >= 0) {
				empty(channels, false);
				close(channels);
			}
			unlinkat(folder, f->d_name, AT_REMOVEDIR);
		} else {
			unlinkat(folder, f->d_name, 0);
		}
	}
	if (d)
		closedir(d);
}

static void clean_up(int folder, const char *path)
{
	if (folder >= 0)
		empty(folder, true);
	rmdir(path);
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

static int make_in(const char *parent, const char *place, create_fill_fn *fill,
    void *arg, struct err *e)
{
	struct buf temp = BUF_INIT(8 * KiB);
	char *path = NULL;
	int folder = -1, rc = 0;

	buf_addf(&temp, "%s/.tocsin-new-XXXXXX", parent);
	path = str_dup(buf_str(&temp));
	buf_release(&temp);
	if (!mkdtemp(path)) {
		rc = err_sys(
		    e, errno, "%s: no folder can be made there", parent);
		free(path);
		return rc;
	}
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		rc = err_sys(e, errno, "%s", path);
	if (rc == 0)
		rc = fill(folder, path, arg, e);
	if (rc == 0)
		rc = sync_all(folder, e);
	if (rc == 0)
		rc = put_in_place(path, place, e);
	if (rc < 0)
		clean_up(folder, path);
	else if (file_sync_folder(parent) < 0)
		rc = err_sys(e, errno, "%s", parent);
	if (folder >= 0)
		close(folder);
	free(path);
	return rc;
}

int create_folder(
    const char *dir, create_fill_fn *fill, void *arg, struct err *e)
{
	struct buf place = BUF_INIT(4 * KiB), parent = BUF_INIT(4 * KiB);
	int rc = split_place(dir, &place, &parent, e);

	if (rc == 0)
		rc = check_place(buf_cstr(&place), e);
	if (rc == 0)
		rc = make_in(buf_cstr(&parent), buf_cstr(&place), fill, arg, e);
	buf_release(&place);
	buf_release(&parent);
	return rc;
}
