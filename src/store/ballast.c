#include "store/sqlite_private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rand.h"

/* Bytes that no file system can fold away: neither a hole nor compressible. */
static int fill(int fd)
{
	struct rand_seq seq;
	uint64_t block[512];

	rand_seq_init(&seq, 1);
	for (size_t done = 0; done < STORE_BALLAST_SIZE;) {
		for (size_t i = 0; i < ARRAY_SIZE(block); i++)
			block[i] = rand_seq_next(&seq);
		if (file_write_all(
			fd, str_make((const char *)block, sizeof(block))) < 0)
			return errno;
		done += sizeof(block);
	}
	return fsync(fd) < 0 ? errno : 0;
}

int store_ballast_make(struct store *s, struct err *e)
{
	char *path = store_path(s->dir, STORE_BALLAST_FILE);
	struct stat st;
	int fd, sys, r = 0;

	if (stat(path, &st) == 0 && st.st_size == STORE_BALLAST_SIZE)
		goto out;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	sys = fd < 0 ? errno : fill(fd);
	if (fd >= 0)
		close(fd);
	if (sys) {
		unlink(path);
		r = err_sys(e, sys,
		    "%s: no room for the reserve that lets outcomes be "
		    "recorded on a full disk",
		    path);
	}
out:
	free(path);
	return r;
}

void store_ballast_free(struct store *s)
{
	char *path = store_path(s->dir, STORE_BALLAST_FILE);

	/* cut first: unlink alone frees nothing while someone has it open */
	if (truncate(path, 0) == 0)
		unlink(path);
	free(path);
}
