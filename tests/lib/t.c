#include "t.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

int t_skip_all(const char *why)
{
	printf("1..0 # SKIP %s\n", why);
	return 0;
}

void t_filter(void)
{
	static char pattern[200];
	const char *from = getenv("T");

	if (!from)
		return;
	snprintf(pattern, sizeof(pattern), "%s", from);
	for (char *p = pattern; *p; p++)
		if (*p == ' ')
			*p = '_';
	cmocka_set_test_filter(pattern);
}

static void quote(struct buf *b, struct str s)
{
	buf_addc(b, '"');
	for (size_t i = 0; i < s.n && i < 4000; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\r')
			buf_addz(b, "\\r");
		else if (c == '\n')
			buf_addz(b, "\\n");
		else if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			buf_addf(b, "\\x%02x", c);
		else
			buf_addc(b, (char)c);
	}
	buf_addf(b, "\" (%zu bytes)", s.n);
}

void t_eq_at(struct str got, struct str want, const char *file, int line)
{
	struct buf b = BUF_INIT(1 << 20);

	if (str_eq(got, want))
		return;
	buf_addz(&b, "# got  ");
	quote(&b, got);
	buf_addz(&b, "\n# want ");
	quote(&b, want);
	print_error("%s\n", buf_cstr(&b));
	buf_release(&b);
	fail_msg("%s:%d: not equal", file, line);
}

void t_int_at(long long got, long long want, const char *file, int line)
{
	if (got != want)
		fail_msg("%s:%d: got %lld, want %lld", file, line, got, want);
}

void t_has_at(struct str s, const char *part, const char *file, int line)
{
	if (str_find(s, str_of(part)) < 0)
		fail_msg("%s:%d: \"%.*s\" lacks \"%s\"", file, line, STR_ARG(s),
		    part);
}

const char *t_mkdir(char tmp[64])
{
	const char *base = getenv("TMPDIR");

	snprintf(tmp, 64, "%s/tocsin-test-XXXXXX",
	    base && strlen(base) < 30 ? base : "/tmp");
	if (!mkdtemp(tmp))
		fail_msg("mkdtemp %s: %s", tmp, strerror(errno));
	return tmp;
}

static int remove_one(
    const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	(void)f;
	return remove(path);
}

void t_rmdir(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void t_write(const char *dir, const char *file, struct str content)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, content.p, content.n) != (ssize_t)content.n)
		fail_msg("write %s: %s", path, strerror(errno));
	close(fd);
}

uint64_t t_seed(void)
{
	struct str s = str_of(getenv("T_SEED"));
	uint64_t seed = 20261124;

	str_to_u64(s, UINT64_MAX, &seed);
	printf("# T_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}
