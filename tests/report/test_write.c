#include "report/write.h"
#include "base/limits.h"
#include "t.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t entries(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void a_file_is_replaced_whole_and_private(void **state)
{
	char tmp[64], path[128];
	const char *dir = t_mkdir(tmp);
	struct buf got = BUF_INIT(KiB);
	struct err e = {0};
	struct stat st;

	snprintf(path, sizeof(path), "%s/page.html", dir);
	t_write(dir, "page.html", S("what was there"));
	t_int(chmod(path, 0644), 0);
	t_ok(report_write(path, S("new"), &e), &e);
	t_ok(buf_read_file(&got, path, &e), &e);
	t_str(buf_str(&got), "new");
	t_int(stat(path, &st), 0);
	t_int(st.st_mode & 07777, 0600);
	t_int(entries(dir), 1);
	buf_release(&got);
	t_rmdir(dir);
}

static void what_can_not_be_written_is_refused(void **state)
{
	char tmp[64], path[128];
	const char *dir = t_mkdir(tmp);
	struct err e = {0};

	t_fails(report_write(dir, S("x"), &e), &e, ERR_USAGE, "is no file");
	snprintf(path, sizeof(path), "%s/no/such", dir);
	t_fails(report_write(path, S("x"), &e), &e, ERR_NOENT, path);
	t_int(entries(dir), 0);
	t_rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_file_is_replaced_whole_and_private),
	    T(what_can_not_be_written_is_refused),
	};

	return t_run("write", tests);
}
