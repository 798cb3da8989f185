#include "report/write.h"
#include "base/file.h"
#include "base/limits.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fill(int fd, const char *path, struct str bytes, struct err *e)
{
	int rc = 0;

	if (fchmod(fd, 0600) < 0 || file_write_all(fd, bytes) < 0 ||
	    fsync(fd) < 0)
		rc = err_sys(e, errno, "%s", path);
	if (close(fd) < 0 && rc == 0)
		rc = err_sys(e, errno, "%s", path);
	return rc;
}

/* The folder of `path`, which owns the name. */
static void folder_of(const char *path, struct buf *out)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		buf_addz(out, ".");
	else
		buf_add(out,
		    str_make(path, slash > path ? (size_t)(slash - path) : 1));
}

int report_write(const char *path, struct str bytes, struct err *e)
{
	struct buf temp = BUF_INIT(8 * KiB), folder = BUF_INIT(8 * KiB);
	struct stat st;
	char *name;
	int fd, rc;

	ENSURE(path);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(e, ERR_USAGE,
		    "%s is no file; name one to be written", path);
	buf_addf(&temp, "%s.XXXXXX", path);
	folder_of(path, &folder);
	name = str_dup(buf_str(&temp));
	fd = mkstemp(name);
	if (fd < 0) {
		rc = err_sys(e, errno, "%s", path);
	} else {
		rc = fill(fd, path, bytes, e);
		if (rc == 0 && rename(name, path) < 0)
			rc = err_sys(e, errno, "%s", path);
		if (rc < 0)
			unlink(name);
		else if (file_sync_folder(buf_cstr(&folder)) < 0)
			rc = err_sys(e, errno, "%s", path);
	}
	free(name);
	buf_release(&temp);
	buf_release(&folder);
	return rc;
}
