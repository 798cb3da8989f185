#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int file_write_all(int fd, struct str s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			s = str_from(s, (size_t)n);
	}
	return 0;
}

int file_sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), sys = 0;

	if (fd < 0)
		return -1;
	if (fsync(fd) < 0)
		sys = errno;
	close(fd);
	errno = sys;
	return sys ? -1 : 0;
}
