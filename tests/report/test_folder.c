#include "report/folder.h"
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

static mode_t mode_of(const char *dir, const char *name)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	t_true(lstat(path, &st) == 0, "%s", path);
	return st.st_mode & 07777;
}

static void a_folder_is_whole_and_private(void **state)
{
	char tmp[64], path[128];
	const char *parent = t_mkdir(tmp);
	mode_t before = umask(0);
	struct report_folder *f = NULL;
	struct err e = {0};

	snprintf(path, sizeof(path), "%s/out/", parent);
	t_ok(report_folder_begin(path, &f, &e), &e);
	t_ok(report_folder_add(f, "a.txt", S("A"), &e), &e);
	t_ok(report_folder_add(f, "in/b.txt", S("B"), &e), &e);
	t_ok(report_folder_add(f, "in/c.txt", S("C"), &e), &e);
	t_fails(report_folder_add(f, "a.txt", S("again"), &e), &e, ERR_SYS,
	    "a.txt");
	t_true(access(path, F_OK) < 0, "not before the commit");
	t_ok(report_folder_commit(f, &e), &e);
	t_str(str_of(report_folder_file(f, 2)), "in/c.txt");
	t_true(!report_folder_file(f, 3), "three files");
	report_folder_free(f);
	t_int(mode_of(parent, "out"), 0700);
	t_int(mode_of(parent, "out/in"), 0700);
	t_int(mode_of(parent, "out/in/b.txt"), 0600);
	t_int(entries(path), 2);
	t_int(entries(parent), 1);
	umask(before);
	t_rmdir(parent);
}

static void without_a_commit_nothing_is_left(void **state)
{
	char tmp[64], path[128];
	const char *parent = t_mkdir(tmp);
	struct report_folder *f = NULL;
	struct err e = {0};

	snprintf(path, sizeof(path), "%s/out", parent);
	t_ok(report_folder_begin(path, &f, &e), &e);
	t_ok(report_folder_add(f, "a.txt", S("A"), &e), &e);
	t_ok(report_folder_add(f, "in/b.txt", S("B"), &e), &e);
	report_folder_free(f);
	t_int(entries(parent), 0);
	t_rmdir(parent);
}

static void what_is_there_is_left_alone(void **state)
{
	char tmp[64], path[128];
	const char *parent = t_mkdir(tmp);
	struct report_folder *f = NULL;
	struct err e = {0};

	t_write(parent, "file", S("x"));
	t_fails(
	    report_folder_begin(parent, &f, &e), &e, ERR_USAGE, "is not empty");
	snprintf(path, sizeof(path), "%s/file", parent);
	t_fails(
	    report_folder_begin(path, &f, &e), &e, ERR_USAGE, "is no folder");
	snprintf(path, sizeof(path), "%s/no/such", parent);
	t_fails(report_folder_begin(path, &f, &e), &e, ERR_NOENT,
	    "no folder can be made there");
	t_fails(report_folder_begin(".", &f, &e), &e, ERR_USAGE, "'.'");
	t_fails(report_folder_begin("", &f, &e), &e, ERR_USAGE, "''");
	snprintf(path, sizeof(path), "%s/late", parent);
	t_ok(report_folder_begin(path, &f, &e), &e);
	t_int(mkdir(path, 0755), 0);
	t_write(path, "theirs", S("x"));
	t_fails(report_folder_commit(f, &e), &e, ERR_USAGE,
	    "made by somebody else");
	report_folder_free(f);
	t_int(entries(path), 1);
	t_int(entries(parent), 2);
	t_rmdir(parent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    T(a_folder_is_whole_and_private),
	    T(without_a_commit_nothing_is_left),
	    T(what_is_there_is_left_alone),
	};

	return t_run("folder", tests);
}
