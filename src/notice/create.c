/* The folder is made beside its place and renamed into it, so that there is a
 * whole one or none. */
#include "base/file.h"
#include "notice/create_text.h"
#include "notice/notice.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const notice_created_files[] = {
    "notice.ini",
    "message.md",
    "README.txt",
    "channels/web.md",
    "channels/sms.txt",
    "channels/phone.txt",
    "channels/social.txt",
    NULL,
};
static void (*const writers[])(const struct create *c, struct buf *out) = {
    create_text_settings,
    create_text_message,
    create_text_readme,
    create_text_web,
    create_text_sms,
    create_text_phone,
    create_text_social,
};
#define ALWAYS ARRAY_SIZE(writers)
_Static_assert(ARRAY_SIZE(notice_created_files) == ALWAYS + 1, "one each");

/* ... and those of a law. */
static const struct {
	const char *name;
	unsigned law;
	void (*write)(const struct create *c, struct buf *out);
} more[] = {
    {"segments.ini", CREATE_MASSACHUSETTS, create_text_segments},
    {"message.massachusetts.md", CREATE_MASSACHUSETTS,
	create_text_massachusetts},
};

/* The place in `more` of the i-th file of these laws; its size: none. */
static size_t find_more(unsigned laws, size_t i)
{
	size_t k = 0;

	for (; k < ARRAY_SIZE(more); k++)
		if (laws & more[k].law && i-- == 0)
			break;
	return k;
}

const char *create_file(unsigned laws, size_t i)
{
	size_t k;

	if (i < ALWAYS)
		return notice_created_files[i];
	k = find_more(laws, i - ALWAYS);
	return k < ARRAY_SIZE(more) ? more[k].name : NULL;
}

static void write_text(const struct create *c, size_t i, struct buf *out)
{
	if (i < ALWAYS)
		writers[i](c, out);
	else
		more[find_more(c->laws, i - ALWAYS)].write(c, out);
}

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

static int write_file(
    int folder, const char *name, struct str text, struct err *e)
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

static int fill(int folder, const struct create *c, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_TEMPLATE);
	const char *name;
	int channels = -1, rc = 0;

	if (mkdirat(folder, "channels", 0700) < 0)
		return err_sys(e, errno, "channels");
	for (size_t i = 0; (name = create_file(c->laws, i)) && rc == 0; i++) {
		buf_reset(&text);
		write_text(c, i, &text);
		ENSURE(!text.over);
		rc = write_file(folder, name, buf_str(&text), e);
	}
	if (rc == 0) {
		channels = openat(
		    folder, "channels", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (channels < 0 || fsync(channels) < 0 || fsync(folder) < 0)
			rc = err_sys(e, errno, "channels");
	}
	if (channels >= 0)
		close(channels);
	buf_release(&text);
	return rc;
}

static void clean_up(int folder, const char *path, unsigned laws)
{
	const char *name;

	for (size_t i = 0; folder >= 0 && (name = create_file(laws, i)); i++)
		unlinkat(folder, name, 0);
	if (folder >= 0)
		unlinkat(folder, "channels", AT_REMOVEDIR);
	rmdir(path);
}

static int make_in(const char *parent, const char *place,
    const struct create *c, struct err *e)
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
		rc = fill(folder, c, e);
	if (rc == 0 && rename(path, place) < 0)
		rc = errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR
			 ? err_set(e, ERR_USAGE,
			       "%s was made by somebody else just now; it is "
			       "left alone",
			       place)
			 : err_sys(e, errno, "%s", place);
	if (rc < 0)
		clean_up(folder, path, c->laws);
	else if (file_sync_folder(parent) < 0)
		rc = err_sys(e, errno, "%s", parent);
	if (folder >= 0)
		close(folder);
	free(path);
	return rc;
}

int notice_create(const char *dir, enum notice_kind kind, struct err *e)
{
	return notice_create_for(dir, kind, create_laws_default(kind), e);
}

int notice_create_for(
    const char *dir, enum notice_kind kind, unsigned laws, struct err *e)
{
	const struct create c = {.kind = kind, .laws = laws};
	struct buf place = BUF_INIT(4 * KiB), parent = BUF_INIT(4 * KiB);
	int rc = split_place(dir, &place, &parent, e);

	if (rc == 0)
		rc = check_place(buf_cstr(&place), e);
	if (rc == 0)
		rc = make_in(buf_cstr(&parent), buf_cstr(&place), &c, e);
	buf_release(&place);
	buf_release(&parent);
	return rc;
}
