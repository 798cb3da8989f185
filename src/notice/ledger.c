#include "notice/ledger.h"

#include "base/csv.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define FLUSH_AT (64 * KiB)

void ledger_init(
    struct ledger *l, const char *dir, const char *name, const char *header)
{
	struct buf path = BUF_INIT(64 * KiB);

	*l = (struct ledger){
	    .header = header, .fd = -1, .out = BUF_INIT(16 * MiB)};
	buf_addf(&path, "%s/%s", dir, name);
	l->path = mem_strdup(buf_cstr(&path));
	buf_addz(&path, ".new");
	l->path_new = mem_strdup(buf_cstr(&path));
	unlink(l->path_new);
	buf_release(&path);
}

static int flush(struct ledger *l, struct err *e)
{
	if (file_write_all(l->fd, buf_str(&l->out)) < 0)
		return err_sys(e, errno, "could not write %s", l->path_new);
	buf_reset(&l->out);
	return 0;
}

static int begin(struct ledger *l, struct err *e)
{
	struct str rest = str_of(l->header);
	bool first = true;

	l->fd =
	    open(l->path_new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (l->fd < 0)
		return err_sys(e, errno, "could not create %s", l->path_new);
	while (rest.p) {
		csv_add_cell(&l->out, str_cut(&rest, ','), first);
		first = false;
	}
	csv_add_end(&l->out);
	return 0;
}

int ledger_add(
    struct ledger *l, const struct str *cell, size_t count, struct err *e)
{
	int r = l->fd < 0 ? begin(l, e) : 0;

	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		csv_add_cell(&l->out, cell[i], i == 0);
	csv_add_end(&l->out);
	l->lines++;
	return l->out.len >= FLUSH_AT ? flush(l, e) : 0;
}

int ledger_sync(struct ledger *l, struct err *e)
{
	int r;

	if (l->fd < 0)
		return 0;
	r = flush(l, e);
	if (r == 0 && fsync(l->fd) < 0)
		r = err_sys(e, errno, "could not sync %s", l->path_new);
	return r;
}

int ledger_commit(struct ledger *l, struct err *e)
{
	if (l->fd < 0) {
		if (unlink(l->path) < 0 && errno != ENOENT)
			return err_sys(
			    e, errno, "could not remove %s", l->path);
		return 0;
	}
	close(l->fd);
	l->fd = -1;
	if (rename(l->path_new, l->path) < 0)
		return err_sys(e, errno, "could not put %s in place", l->path);
	return 0;
}

void ledger_release(struct ledger *l)
{
	if (l->fd >= 0) {
		close(l->fd);
		unlink(l->path_new);
	}
	free(l->path);
	free(l->path_new);
	buf_release(&l->out);
	*l = (struct ledger){.fd = -1};
}
