#include "sim/maildir.h"
#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct maildir {
	char *path;
	int tmp, new; /* folders */
	unsigned tag;
	uint64_t count;
};

static int open_folder(
    const char *path, const char *name, int *ret_fd, struct err *e)
{
	char full[1024];
	int fd;

	if (snprintf(full, sizeof(full), "%s%s%s", path, name[0] ? "/" : "",
		name) >= (int)sizeof(full))
		return err_set(e, ERR_INPUT, "%s: path is too long", path);
	if (mkdir(full, 0700) < 0 && errno != EEXIST)
		return err_sys(e, errno, "cannot make the folder %s", full);
	fd = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno, "%s", full);
	if (ret_fd)
		*ret_fd = fd;
	else
		close(fd);
	return 0;
}

int maildir_open(
    const char *path, unsigned tag, struct maildir **ret, struct err *e)
{
	struct maildir *m = mem_zalloc(sizeof(*m));
	int rc;

	m->path = mem_strdup(path);
	m->tag = tag;
	m->tmp = m->new = -1;
	rc = open_folder(path, "", NULL, e);
	if (rc == 0)
		rc = open_folder(path, "cur", NULL, e);
	if (rc == 0)
		rc = open_folder(path, "tmp", &m->tmp, e);
	if (rc == 0)
		rc = open_folder(path, "new", &m->new, e);
	if (rc < 0)
		maildir_close(m);
	else
		*ret = m;
	return rc;
}

int maildir_add(struct maildir *m, struct str mail, struct err *e)
{
	char name[128];
	int fd, bad;

	snprintf(name, sizeof(name), "%lld.P%ldW%uN%llu.tocsin",
	    (long long)clock_wall(&clock_system), (long)getpid(), m->tag,
	    (unsigned long long)m->count++);
	fd =
	    openat(m->tmp, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, errno, "%s/tmp/%s", m->path, name);
	bad = file_write_all(fd, mail) < 0 ? errno : 0;
	if (close(fd) < 0 && !bad)
		bad = errno;
	if (!bad && renameat(m->tmp, name, m->new, name) < 0)
		bad = errno;
	if (!bad)
		return 0;
	unlinkat(m->tmp, name, 0);
	return err_sys(e, bad, "cannot file a mail in %s", m->path);
}

void maildir_close(struct maildir *m)
{
	if (!m)
		return;
	if (m->tmp >= 0)
		close(m->tmp);
	if (m->new >= 0)
		close(m->new);
	free(m->path);
	free(m);
}
