#include "report/folder.h"
#include "base/file.h"
#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 2000UL

struct report_folder {
	char *place, *parent, *temp;
	int fd;
	bool committed;
	char *name[FILES_MAX + 1];
	size_t names;
};

static bool is_empty(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *x;
	bool empty = d != NULL;

	while (empty && (x = readdir(d)))
		empty =
		    strcmp(x->d_name, ".") == 0 || strcmp(x->d_name, "..") == 0;
	if (d)
		closedir(d);
	return empty;
}

static int check_place(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "%s", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_USAGE,
		    "%s exists and is no folder; choose another name", path);
	if (!is_empty(path))
		return err_set(e, ERR_USAGE,
		    "%s exists and is not empty; it is left alone: choose "
		    "another name",
		    path);
	return 0;
}

/* "a/b/" -> "a/b" and "a". */
static int split(struct report_folder *f, const char *path, struct err *e)
{
	struct str s = str_of(path), last;
	ptrdiff_t slash;

	while (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	slash = str_rchr(s, '/');
	last = str_from(s, (size_t)(slash + 1));
	if (!last.n || str_eq(last, S(".")) || str_eq(last, S("..")))
		return err_set(e, ERR_USAGE,
		    "'%s' can not be made; give the name of a new folder",
		    path);
	f->place = str_dup(s);
	f->parent = slash > 0    ? str_dup(str_sub(s, 0, (size_t)slash))
		    : slash == 0 ? mem_strdup("/")
				 : mem_strdup(".");
	return 0;
}

static int make_temp(struct report_folder *f, struct err *e)
{
	struct buf name = BUF_INIT(8 * KiB);

	buf_addf(&name, "%s/.tocsin-out-XXXXXX", f->parent);
	f->temp = str_dup(buf_str(&name));
	buf_release(&name);
	if (!mkdtemp(f->temp)) {
		free(f->temp);
		f->temp = NULL;
		return err_sys(
		    e, errno, "%s: no folder can be made there", f->parent);
	}
	f->fd = open(f->temp, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return f->fd < 0 ? err_sys(e, errno, "%s", f->temp) : 0;
}

int report_folder_begin(
    const char *path, struct report_folder **ret, struct err *e)
{
	struct report_folder *f = mem_zalloc(sizeof(*f));
	int rc;

	f->fd = -1;
	rc = split(f, path, e);
	if (rc == 0)
		rc = check_place(f->place, e);
	if (rc == 0)
		rc = make_temp(f, e);
	if (rc < 0)
		report_folder_free(f);
	else
		*ret = f;
	return rc;
}

/* The folder in a name, made when it is first needed. */
static int make_inner(struct report_folder *f, const char *name, struct err *e)
{
	ptrdiff_t slash = str_chr(str_of(name), '/');
	char *inner;
	int rc = 0;

	if (slash < 0)
		return 0;
	inner = str_dup(str_sub(str_of(name), 0, (size_t)slash));
	if (mkdirat(f->fd, inner, 0700) < 0 && errno != EEXIST)
		rc = err_sys(e, errno, "%s", inner);
	free(inner);
	return rc;
}

int report_folder_add(
    struct report_folder *f, const char *name, struct str bytes, struct err *e)
{
	int fd, rc = make_inner(f, name, e);

	if (rc < 0)
		return rc;
	if (f->names == FILES_MAX)
		return err_set(e, ERR_LIMIT, "more than %lu files", FILES_MAX);
	fd = openat(f->fd, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, errno, "%s", name);
	f->name[f->names++] = mem_strdup(name);
	if (file_write_all(fd, bytes) < 0 || fsync(fd) < 0)
		rc = err_sys(e, errno, "%s", name);
	close(fd);
	return rc;
}

/* Folders inside are synced, too: their names are in `temp`. */
static int sync_inner(struct report_folder *f)
{
	int rc = 0;

	for (size_t i = 0; i < f->names && rc == 0; i++) {
		ptrdiff_t slash = str_chr(str_of(f->name[i]), '/');
		struct buf path = BUF_INIT(16 * KiB);

		if (slash < 0)
			continue;
		buf_addf(&path, "%s/%.*s", f->temp, (int)slash, f->name[i]);
		rc = file_sync_folder(buf_cstr(&path));
		buf_release(&path);
	}
	return rc;
}

int report_folder_commit(struct report_folder *f, struct err *e)
{
	if (sync_inner(f) < 0 || fsync(f->fd) < 0)
		return err_sys(e, errno, "%s", f->place);
	if (rename(f->temp, f->place) < 0)
		return errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR
			   ? err_set(e, ERR_USAGE,
				 "%s was made by somebody else just now; it is "
				 "left alone",
				 f->place)
			   : err_sys(e, errno, "%s", f->place);
	f->committed = true;
	if (file_sync_folder(f->parent) < 0)
		return err_sys(e, errno, "%s", f->parent);
	return 0;
}

const char *report_folder_file(const struct report_folder *f, size_t i)
{
	return f->name[i];
}

static void remove_all(struct report_folder *f)
{
	for (size_t i = 0; i < f->names; i++)
		unlinkat(f->fd, f->name[i], 0);
	for (size_t i = 0; i < f->names; i++) {
		char *slash = strchr(f->name[i], '/');

		if (slash) {
			*slash = '\0';
			unlinkat(f->fd, f->name[i], AT_REMOVEDIR);
		}
	}
	rmdir(f->temp);
}

void report_folder_free(struct report_folder *f)
{
	if (!f)
		return;
	if (!f->committed && f->temp)
		remove_all(f);
	if (f->fd >= 0)
		close(f->fd);
	for (size_t i = 0; i < f->names; i++)
		free(f->name[i]);
	free(f->place);
	free(f->parent);
	free(f->temp);
	free(f);
}
