#include "notice/tsv.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

static bool is_clean(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 127)
			return false;
	return utf8_valid(s);
}

/* ---- reading */

static int read_line(
    struct str line, size_t fields, tsv_line_fn *fn, void *arg, struct err *e)
{
	struct str field[TSV_FIELDS];
	size_t n = 0;

	while (line.p && n < TSV_FIELDS) {
		field[n] = str_cut(&line, '\t');
		if (field[n].n > TSV_FIELD)
			return err_set(e, ERR_LIMIT,
			    "field %zu is longer than %lu bytes", n + 1,
			    TSV_FIELD);
		if (!is_clean(field[n]))
			return err_set(e, ERR_INPUT,
			    "field %zu has a control character or is no UTF-8",
			    n + 1);
		n++;
	}
	if (n != fields || line.p)
		return err_set(e, ERR_INPUT,
		    "there are %s%zu fields, split by tabs, instead of %zu; "
		    "mend the line or take it out",
		    line.p ? "more than " : "", n, fields);
	return fn(field, arg, e);
}

int tsv_parse(struct str text, const char *name, size_t fields, tsv_line_fn *fn,
    void *arg, struct err *e)
{
	unsigned long number = 0;

	while (text.n) {
		struct str line = str_cut(&text, '\n');
		int rc;

		number++;
		if (!text.p)
			return err_set(e, ERR_INPUT,
			    "%s:%lu: the last line has no end, so a part of "
			    "it may be lost; complete it and end it with a "
			    "newline, or take it out and record it again",
			    name, number);
		rc = read_line(line, fields, fn, arg, e);
		if (rc < 0)
			return err_wrap(e, "%s:%lu", name, number);
	}
	return 0;
}

static int put_path(
    const char *dir, const char *file, struct buf *path, struct err *e)
{
	buf_addf(path, "%s/%s", dir, file);
	return path->over
		   ? err_set(e, ERR_LIMIT, "%s: the name is too long", dir)
		   : 0;
}

/* No file is an empty one. */
static int read_file(
    const char *dir, const char *file, struct buf *text, struct err *e)
{
	struct buf path = BUF_INIT(8 * KiB);
	int rc = put_path(dir, file, &path, e);

	if (rc == 0)
		rc = buf_read_file(text, buf_cstr(&path), e);
	buf_release(&path);
	return rc == ERR_NOENT ? 0 : rc;
}

int tsv_load(const char *dir, const char *file, size_t fields, struct arena *a,
    tsv_line_fn *fn, void *arg, struct err *e)
{
	struct buf text = BUF_INIT(TSV_FILE), name = BUF_INIT(8 * KiB);
	int rc = read_file(dir, file, &text, e);

	if (rc >= 0)
		rc = put_path(dir, file, &name, e);
	if (rc >= 0) {
		struct str kept = arena_dup(a, buf_str(&text));

		rc = a->failed
			 ? err_set(
			       e, ERR_LIMIT, "%s: too large", buf_cstr(&name))
			 : tsv_parse(kept, buf_cstr(&name), fields, fn, arg, e);
	}
	buf_release(&text);
	buf_release(&name);
	return rc < 0 ? rc : 0;
}

/* ---- writing */

int tsv_lock(const char *dir, int *ret_fd, struct err *e)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_sys(e, errno, "%s", dir);
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR) {
			int rc =
			    err_sys(e, errno, "%s: can not be locked", dir);

			close(fd);
			return rc;
		}
	*ret_fd = fd;
	return 0;
}

void tsv_unlock(int fd)
{
	close(fd);
}

static int add_line(struct buf *text, const char *file, const struct str *field,
    size_t fields, struct err *e)
{
	if (text->len && text->p[text->len - 1] != '\n')
		return err_set(e, ERR_INPUT,
		    "%s: the last line has no end; complete it and end it with "
		    "a newline, or take it out",
		    file);
	for (size_t i = 0; i < fields; i++) {
		if (field[i].n > TSV_FIELD)
			return err_set(e, ERR_INPUT,
			    "'%.*s ...' is longer than %lu bytes",
			    STR_ARG(str_sub(field[i], 0, 40)), TSV_FIELD);
		if (!is_clean(field[i]))
			return err_set(e, ERR_INPUT,
			    "what is recorded must be one line of UTF-8 "
			    "without tabs or other controls");
		if (i)
			buf_addc(text, '\t');
		buf_add(text, field[i]);
	}
	buf_addc(text, '\n');
	return text->over ? err_set(e, ERR_LIMIT, "%s: larger than %lu bytes",
				file, TSV_FILE)
			  : 0;
}

static int write_new(
    int folder, const char *new, struct str text, struct err *e)
{
	int fd, rc = 0;

	if (unlinkat(folder, new, 0) < 0 && errno != ENOENT)
		return err_sys(e, errno, "%s", new);
	fd = openat(folder, new,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, errno, "%s", new);
	if (file_write_all(fd, text) < 0 || fsync(fd) < 0)
		rc = err_sys(e, errno, "%s", new);
	close(fd);
	return rc;
}

int tsv_append(int locked, const char *dir, const char *file,
    const struct str *field, size_t fields, struct err *e)
{
	struct buf text = BUF_INIT(TSV_FILE), new = BUF_INIT(KiB);
	int rc = read_file(dir, file, &text, e);

	buf_addf(&new, "%s.new", file);
	if (rc >= 0)
		rc = add_line(&text, file, field, fields, e);
	if (rc >= 0)
		rc = write_new(locked, buf_cstr(&new), buf_str(&text), e);
	if (rc >= 0 && renameat(locked, buf_cstr(&new), locked, file) < 0)
		rc = err_sys(e, errno, "%s/%s", dir, file);
	if (rc >= 0 && fsync(locked) < 0)
		rc = err_sys(e, errno, "%s", dir);
	if (rc < 0)
		unlinkat(locked, buf_cstr(&new), 0);
	buf_release(&text);
	buf_release(&new);
	return rc < 0 ? rc : 0;
}
