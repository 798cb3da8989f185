#include "notice/correct.h"

#include "base/file.h"
#include "notice/create.h"
#include "notice/create_text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct source {
	const char *dir, *settings;
	char *place; /* absolute */
	int fd;      /* of the folder */
	struct notice *notice;
	struct buf ini;
	struct correction *to;
	char date[CLOCK_ISO_SIZE]; /* its day: 10 characters */
};

/* ---- texts */

/* Markdown that shows these very words, whatever stands in them. */
static void put_words(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] > ' ' &&
		    (unsigned char)s.p[i] < 0x7f && !ascii_is_alnum(s.p[i]))
			buf_addc(out, '\\');
		buf_addc(out, s.p[i]);
	}
}

/* Behind the headline, if there is one. */
static size_t behind_headline(struct str text)
{
	ptrdiff_t end = str_chr(text, '\n');

	return str_starts(text, S("# ")) && end >= 0 ? (size_t)end + 1 : 0;
}

static void correct_message(
    const struct source *s, struct str text, struct buf *out)
{
	size_t at = behind_headline(text);

	buf_add(out, str_sub(text, 0, at));
	buf_addf(out, "%sThis corrects the notice of %.10s: ", at ? "\n" : "",
	    s->date);
	put_words(s->notice->title, out);
	buf_addz(out,
	    "\n\n" NOTICE_PLACEHOLDER ": what was wrong in it, and what is "
	    "right.\n\n" NOTICE_PLACEHOLDER ": what follows is the text of the "
	    "first notice; mend it, then take this paragraph out.\n\n");
	while (at < text.n && (text.p[at] == '\n' || text.p[at] == '\r'))
		at++;
	buf_add(out, str_from(text, at));
}

static void correct_channel(
    const struct source *s, struct str text, struct buf *out)
{
	buf_addf(out,
	    NOTICE_PLACEHOLDER
	    ": this is the text of the first notice, of "
	    "%.10s; say what was wrong in it and what is right.\n",
	    s->date);
	buf_add(out, text);
}

static void keep(const struct source *s, struct str text, struct buf *out)
{
	(void)s;
	buf_add(out, text);
}

/* ---- files */

typedef void change_fn(
    const struct source *s, struct str text, struct buf *out);

static int read_at(
    int folder, const char *name, struct buf *text, struct err *e)
{
	char *room;
	ssize_t n = 1;
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return err_sys(e, errno, "%s", name);
	while (rc == 0 && n > 0) {
		room = buf_room(text, 16 * KiB);
		if (!room) {
			rc = err_set(e, ERR_LIMIT, "%s: larger than %zu bytes",
			    name, text->max);
			break;
		}
		n = read(fd, room, 16 * KiB);
		if (n > 0)
			buf_commit(text, (size_t)n);
		else if (n < 0 && errno == EINTR)
			n = 1;
		else if (n < 0)
			rc = err_sys(e, errno, "%s", name);
	}
	close(fd);
	return rc;
}

static int copy_file(const struct source *s, int from, const char *name, int to,
    change_fn *change, struct err *e)
{
	struct buf text = BUF_INIT(LIMIT_TEMPLATE + 32 * KiB);
	struct buf out = BUF_INIT(2 * LIMIT_TEMPLATE);
	int rc = read_at(from, name, &text, e);

	if (rc == 0)
		change(s, buf_str(&text), &out);
	if (rc == 0 && out.over)
		rc = err_set(e, ERR_LIMIT, "%s: too long", name);
	if (rc == 0)
		rc = create_file(to, name, buf_str(&out), e);
	buf_release(&text);
	buf_release(&out);
	return rc;
}

static bool is_message(const char *name)
{
	return str_starts(str_of(name), S("message")) &&
	       str_ends(str_of(name), S(".md"));
}

static bool is_visible(const char *name)
{
	return name[0] != '.';
}

/* Regular files of the folder `from` that `wants` names. */
static int copy_files(const struct source *s, int from, int to,
    bool (*wants)(const char *name), change_fn *change, struct err *e)
{
	int again = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again < 0 ? NULL : fdopendir(again);
	struct dirent *f;
	struct stat st;
	int rc = 0;

	if (!d) {
		rc = err_sys(e, errno, "%s", s->dir);
		if (again >= 0)
			close(again);
		return rc;
	}
	while (rc == 0 && (f = readdir(d)))
		if (wants(f->d_name) &&
		    fstatat(from, f->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			rc = copy_file(s, from, f->d_name, to, change, e);
	closedir(d);
	return rc;
}

static int copy_channels(const struct source *s, int folder, struct err *e)
{
	int from = openat(
	    s->fd, "channels", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int to, rc = 0;

	if (from < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "channels");
	to = openat(folder, "channels", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (to < 0)
		rc = err_sys(e, errno, "channels");
	else
		rc = copy_files(s, from, to, is_visible, correct_channel, e);
	if (to >= 0)
		close(to);
	close(from);
	return rc;
}

/* Those that a notice need not have. */
static int copy_kept(const struct source *s, int folder, struct err *e)
{
	static const char *const names[] = {
	    "segments.ini", "tranches.tsv", "approvers.txt"};
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names) && rc == 0; i++)
		if (faccessat(s->fd, names[i], F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			rc = copy_file(s, s->fd, names[i], folder, keep, e);
	return rc;
}

static int write_settings(const struct source *s, int folder, struct err *e)
{
	struct buf out = BUF_INIT(LIMIT_SETTINGS_FILE), readme = BUF_INIT(MiB);
	int rc =
	    correct_settings(buf_str(&s->ini), s->notice, s->place, &out, e);

	if (rc == 0)
		rc = create_file(folder, "notice.ini", buf_str(&out), e);
	create_text_readme(&(struct create){.kind = s->notice->kind}, &readme);
	if (rc == 0)
		rc = create_file(folder, "README.txt", buf_str(&readme), e);
	buf_release(&out);
	buf_release(&readme);
	return rc;
}

static int fill(int folder, const char *path, void *arg, struct err *e)
{
	struct source *s = arg;
	int rc = correct_people(s->dir, path, s->to, e);

	if (rc < 0)
		return rc;
	clock_iso(s->to->sent, s->date);
	if ((rc = create_inner(folder, "channels", e)) < 0 ||
	    (rc = write_settings(s, folder, e)) < 0 ||
	    (rc = copy_files(
		 s, s->fd, folder, is_message, correct_message, e)) < 0 ||
	    (rc = copy_channels(s, folder, e)) < 0)
		return rc;
	return copy_kept(s, folder, e);
}

/* ---- the first notice */

static int refuse_unsent(const char *old, struct err *e)
{
	return err_set(e, ERR_INPUT,
	    "%s was never sent to anybody, so there is nothing to correct; "
	    "mend it where it is",
	    old);
}

static int check_sent(const char *old, struct err *e)
{
	struct store_counts n;
	struct store *s = NULL;
	int rc = store_open(old, STORE_READ, &s, e);

	if (rc == ERR_NOENT)
		return refuse_unsent(old, e);
	if (rc == 0)
		rc = store_count(s, &n, e);
	if (rc == 0 && !n.attempts)
		rc = refuse_unsent(old, e);
	store_close(s);
	return rc;
}

static int read_source(struct source *s, struct err *e)
{
	struct buf path = BUF_INIT(64 * KiB);
	int rc;

	buf_addf(&path, "%s/notice.ini", s->dir);
	if (s->settings) {
		buf_reset(&path);
		buf_addz(&path, s->settings);
	}
	rc = buf_read_file(&s->ini, buf_cstr(&path), e);
	if (rc == 0)
		rc = notice_parse(
		    buf_str(&s->ini), buf_cstr(&path), &s->notice, e);
	buf_release(&path);
	if (rc < 0)
		return rc;
	s->notice->dir = arena_dup(&s->notice->arena, str_of(s->dir));
	s->to->kind = s->notice->kind;
	s->place = realpath(s->dir, NULL);
	s->fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s->place && s->fd >= 0 ? 0 : err_sys(e, errno, "%s", s->dir);
}

int notice_correct(const char *dir, const char *old, const char *settings,
    struct correction *ret, struct err *e)
{
	struct source s = {.dir = old,
	    .settings = settings,
	    .fd = -1,
	    .ini = BUF_INIT(LIMIT_SETTINGS_FILE),
	    .to = ret};
	int guard = -1, rc;

	*ret = (struct correction){0};
	/* no sender and no import beside it */
	if ((rc = read_source(&s, e)) == 0 && (rc = check_sent(old, e)) == 0 &&
	    (rc = store_guard_take(old, &guard, e)) == 0)
		rc = create_folder(dir, fill, &s, e);
	store_guard_drop(guard);
	if (s.fd >= 0)
		close(s.fd);
	free(s.place);
	notice_free(s.notice);
	buf_release(&s.ini);
	return rc;
}
