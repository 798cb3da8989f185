#include "notice/kept.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_LIMIT (8 * KiB)

/* Makes each folder between `dir` and the file; the last one is in `folder`. */
static int make_folders(
    const char *dir, struct str name, struct buf *folder, struct err *e)
{
	ptrdiff_t at;

	buf_addz(folder, dir);
	while ((at = str_chr(name, '/')) >= 0) {
		struct buf above = BUF_INIT(PATH_LIMIT);
		int rc = 0;

		buf_add(&above, buf_str(folder));
		buf_addc(folder, '/');
		buf_add(folder, str_sub(name, 0, (size_t)at));
		if (mkdir(buf_cstr(folder), 0700) == 0) {
			if (file_sync_folder(buf_cstr(&above)) < 0)
				rc = err_sys(e, errno, "%s", buf_cstr(&above));
		} else if (errno != EEXIST) {
			rc = err_sys(
			    e, errno, "could not make %s", buf_cstr(folder));
		}
		buf_release(&above);
		if (rc < 0)
			return rc;
		name = str_from(name, (size_t)at + 1);
	}
	return 0;
}

static int write_new(const char *path, struct str bytes, struct err *e)
{
	int rc = 0;
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_sys(e, errno, "could not write %s", path);
	if (fchmod(fd, 0600) < 0 || file_write_all(fd, bytes) < 0 ||
	    fsync(fd) < 0)
		rc = err_sys(e, errno, "could not write %s", path);
	if (close(fd) < 0 && rc == 0)
		rc = err_sys(e, errno, "could not write %s", path);
	return rc;
}

int kept_write(
    const char *dir, const char *name, struct str bytes, struct err *e)
{
	struct buf folder = BUF_INIT(PATH_LIMIT), path = BUF_INIT(PATH_LIMIT),
		   fresh = BUF_INIT(PATH_LIMIT);
	int rc = make_folders(dir, str_of(name), &folder, e);

	buf_addf(&path, "%s/%s", dir, name);
	buf_addf(&fresh, "%s/%s.new", dir, name);
	if (rc == 0 && (folder.over || fresh.over))
		rc = err_set(e, ERR_LIMIT, "the folder's name is too long");
	if (rc == 0)
		rc = write_new(buf_cstr(&fresh), bytes, e);
	if (rc == 0 && rename(buf_cstr(&fresh), buf_cstr(&path)) < 0)
		rc = err_sys(
		    e, errno, "could not put %s in place", buf_cstr(&path));
	if (rc == 0 && file_sync_folder(buf_cstr(&folder)) < 0)
		rc = err_sys(e, errno, "%s", buf_cstr(&folder));
	if (rc < 0 && fresh.len && !fresh.over)
		unlink(buf_cstr(&fresh));
	buf_release(&folder);
	buf_release(&path);
	buf_release(&fresh);
	return rc;
}

/* A pipe or a device would be read for ever. */
static int read_plain(const char *path, struct buf *out, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(e, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(
		    e, ERR_LIMIT, "%s is no plain file and was not read", path);
	return buf_read_file(out, path, e);
}

int kept_read(const char *dir, const char *name, struct buf *out, struct err *e)
{
	struct buf path = BUF_INIT(PATH_LIMIT);
	int rc;

	buf_addf(&path, "%s/%s", dir, name);
	rc = path.over ? err_set(e, ERR_LIMIT, "the folder's name is too long")
		       : read_plain(buf_cstr(&path), out, e);
	if (rc == ERR_NOENT) {
		err_clear(e);
		rc = 0;
	}
	buf_release(&path);
	return rc < 0 ? rc : 0;
}

int kept_lock(const char *dir, int *ret_fd, struct err *e)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, errno, "%s", dir);
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR) {
			int sys = errno;

			close(fd);
			return err_sys(e, sys, "could not lock %s", dir);
		}
	*ret_fd = fd;
	return 0;
}

void kept_unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}
