#include "vfs_cut.h"
#include "base/limits.h"

#include <sqlite3.h>
#include <unistd.h>

/* Writes since the last sync, in order; n < 0: cut to `at` bytes. */
struct change {
	struct change *next;
	sqlite3_int64 at;
	int n;
	char bytes[];
};

struct image {
	struct image *next;
	char name[256]; /* without the folder */
	char *kept;     /* as of the last sync */
	size_t len, cap;
	bool exists;
	struct change *changes, **last;
};

struct cut_file {
	sqlite3_file base;
	struct image *image; /* NULL: not a file to keep */
	sqlite3_file *real;
};

static sqlite3_vfs vfs, *under;
static struct image *images;
static bool is_cut;
static unsigned syncs, cut_at;
static bool cut_before;
static unsigned writes, full_at;
static char full_ballast[256];
static sqlite3_int64 room; /* once the ballast is gone */

/* ---- images */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static struct image *image_of(const char *path)
{
	struct image *i;

	for (i = images; i; i = i->next)
		if (strcmp(i->name, base_name(path)) == 0)
			return i;
	i = mem_zalloc(sizeof(*i));
	snprintf(i->name, sizeof(i->name), "%s", base_name(path));
	i->last = &i->changes;
	i->next = images;
	images = i;
	return i;
}

/* What stood on the disk before this run. */
static void image_load(struct image *i, const char *path)
{
	struct buf b = BUF_INIT(64 * MiB);
	struct err e;

	if (i->exists || buf_read_file(&b, path, &e) < 0) {
		buf_release(&b);
		return;
	}
	free(i->kept);
	i->kept = b.p;
	i->len = b.len;
	i->cap = b.cap;
	i->exists = true;
}

static void note(struct image *i, sqlite3_int64 at, const void *p, int n)
{
	struct change *c = mem_alloc(sizeof(*c) + (n > 0 ? (size_t)n : 0));

	*c = (struct change){.at = at, .n = n};
	if (n > 0)
		memcpy(c->bytes, p, (size_t)n);
	*i->last = c;
	i->last = &c->next;
}

static void grow(struct image *i, size_t n)
{
	if (n > i->cap) {
		i->cap = 2 * n;
		i->kept = mem_realloc(i->kept, i->cap);
	}
	if (n > i->len) {
		memset(i->kept + i->len, 0, n - i->len);
		i->len = n;
	}
}

static void image_forget(struct image *i)
{
	while (i->changes) {
		struct change *c = i->changes;

		i->changes = c->next;
		free(c);
	}
	i->last = &i->changes;
}

static void image_sync(struct image *i)
{
	for (struct change *c = i->changes; c; c = c->next) {
		if (c->n < 0) {
			grow(i, (size_t)c->at);
			i->len = (size_t)c->at;
			continue;
		}
		grow(i, (size_t)c->at + (size_t)c->n);
		memcpy(i->kept + c->at, c->bytes, (size_t)c->n);
	}
	i->exists = true;
	image_forget(i);
}

/* ---- file methods */
static struct cut_file *of(sqlite3_file *f)
{
	return (struct cut_file *)(void *)f;
}

static int on_close(sqlite3_file *f)
{
	struct cut_file *c = of(f);
	int rc = c->real->pMethods ? c->real->pMethods->xClose(c->real) : 0;

	sqlite3_free(c->real);
	return rc;
}

static int on_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return of(f)->real->pMethods->xRead(of(f)->real, p, n, at);
}

static bool is_full(int n)
{
	if (!full_at || ++writes < full_at)
		return false;
	if (access(full_ballast, F_OK) == 0)
		return true;
	room -= n;
	return room < 0;
}

static int on_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct cut_file *c = of(f);

	if (is_cut)
		return SQLITE_IOERR_WRITE;
	if (is_full(n))
		return SQLITE_FULL;
	if (c->image)
		note(c->image, at, p, n);
	return c->real->pMethods->xWrite(c->real, p, n, at);
}

static int on_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	struct cut_file *c = of(f);

	if (is_cut)
		return SQLITE_IOERR_TRUNCATE;
	if (c->image)
		note(c->image, n, NULL, -1);
	return c->real->pMethods->xTruncate(c->real, n);
}

static int on_sync(sqlite3_file *f, int flags)
{
	struct cut_file *c = of(f);
	bool now = cut_at && syncs + 1 == cut_at;

	if (is_cut)
		return SQLITE_IOERR_FSYNC;
	if (now && cut_before) {
		is_cut = true;
		return SQLITE_IOERR_FSYNC;
	}
	(void)flags;
	syncs++;
	if (c->image)
		image_sync(c->image);
	is_cut = now;
	return SQLITE_OK;
}

static int on_size(sqlite3_file *f, sqlite3_int64 *ret)
{
	return of(f)->real->pMethods->xFileSize(of(f)->real, ret);
}

static int on_lock(sqlite3_file *f, int level)
{
	return of(f)->real->pMethods->xLock(of(f)->real, level);
}

static int on_unlock(sqlite3_file *f, int level)
{
	return of(f)->real->pMethods->xUnlock(of(f)->real, level);
}

static int on_reserved(sqlite3_file *f, int *ret)
{
	return of(f)->real->pMethods->xCheckReservedLock(of(f)->real, ret);
}

static int on_control(sqlite3_file *f, int op, void *arg)
{
	return of(f)->real->pMethods->xFileControl(of(f)->real, op, arg);
}

static int on_sector(sqlite3_file *f)
{
	return of(f)->real->pMethods->xSectorSize(of(f)->real);
}

/* No promise that would let SQLite do with fewer syncs. */
static int on_device(sqlite3_file *f)
{
	(void)f;
	return 0;
}

static int on_shm_map(
    sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
	return of(f)->real->pMethods->xShmMap(
	    of(f)->real, page, size, extend, ret);
}

static int on_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return of(f)->real->pMethods->xShmLock(of(f)->real, at, n, flags);
}

static void on_shm_barrier(sqlite3_file *f)
{
	of(f)->real->pMethods->xShmBarrier(of(f)->real);
}

static int on_shm_unmap(sqlite3_file *f, int remove)
{
	return of(f)->real->pMethods->xShmUnmap(of(f)->real, remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_size,
    .xLock = on_lock,
    .xUnlock = on_unlock,
    .xCheckReservedLock = on_reserved,
    .xFileControl = on_control,
    .xSectorSize = on_sector,
    .xDeviceCharacteristics = on_device,
    .xShmMap = on_shm_map,
    .xShmLock = on_shm_lock,
    .xShmBarrier = on_shm_barrier,
    .xShmUnmap = on_shm_unmap,
};

/* ---- the VFS */
static int on_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags,
    int *ret_flags)
{
	struct cut_file *c = of(f);
	bool keep = flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL);
	int rc;

	(void)v;
	*c = (struct cut_file){0};
	c->real = sqlite3_malloc(under->szOsFile);
	memset(c->real, 0, (size_t)under->szOsFile);
	if (keep && name) {
		c->image = image_of(name);
		image_load(c->image, name);
	}
	rc = under->xOpen(under, name, c->real, flags, ret_flags);
	if (rc != SQLITE_OK) {
		sqlite3_free(c->real);
		return rc;
	}
	c->base.pMethods = &methods;
	return SQLITE_OK;
}

static int on_delete(sqlite3_vfs *v, const char *name, int sync)
{
	struct image *i = image_of(name);

	(void)v;
	if (is_cut)
		return SQLITE_IOERR_DELETE;
	image_forget(i);
	i->exists = false;
	i->len = 0;
	return under->xDelete(under, name, sync);
}

void vfs_cut_register(void)
{
	under = sqlite3_vfs_find(NULL);
	vfs = *under;
	vfs.pNext = NULL;
	vfs.zName = VFS_CUT;
	vfs.szOsFile = (int)sizeof(struct cut_file);
	vfs.xOpen = on_open;
	vfs.xDelete = on_delete;
	t_int(sqlite3_vfs_register(&vfs, 0), SQLITE_OK);
}

void vfs_cut_reset(void)
{
	while (images) {
		struct image *i = images;

		images = i->next;
		image_forget(i);
		free(i->kept);
		free(i);
	}
	is_cut = false;
	syncs = cut_at = writes = full_at = 0;
}

void vfs_cut_full_at(unsigned n, const char *ballast)
{
	writes = 0;
	full_at = n;
	room = 1 << 20;
	snprintf(full_ballast, sizeof(full_ballast), "%s", ballast);
}

void vfs_cut_now(void)
{
	is_cut = true;
}

bool vfs_cut_done(void)
{
	return is_cut;
}

unsigned vfs_cut_syncs(void)
{
	return syncs;
}

void vfs_cut_at_sync(unsigned n, bool before)
{
	cut_at = n ? syncs + n : 0;
	cut_before = before;
}

void vfs_cut_leave(const char *dir)
{
	for (const struct image *i = images; i; i = i->next) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", dir, i->name);
		if (i->exists)
			t_write(dir, i->name, str_make(i->kept, i->len));
		else
			unlink(path);
	}
}
