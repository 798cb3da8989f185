#include "base/buf.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void buf_init(struct buf *b, size_t max)
{
	*b = BUF_INIT(max);
}

void buf_release(struct buf *b)
{
	free(b->p);
	*b = BUF_INIT(b->max);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->over = false;
}

/* Keeps one byte behind the content for buf_cstr's NUL. */
static bool grow(struct buf *b, size_t n)
{
	size_t want, cap;
	char *p;

	if (b->over)
		return false;
	if (n > b->max || b->len > b->max - n) {
		b->over = true;
		return false;
	}
	want = b->len + n + 1;
	if (want <= b->cap)
		return true;
	cap = b->cap ? b->cap : 64;
	while (cap < want)
		cap += cap / 2 + 64;
	if (cap > b->max + 1)
		cap = b->max + 1;
	p = realloc(b->p, cap);
	if (!p) {
		mem_count_failure();
		b->over = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, struct str s)
{
	if (s.n == 0 || !grow(b, s.n))
		return;
	memcpy(b->p + b->len, s.p, s.n);
	b->len += s.n;
}

void buf_addz(struct buf *b, const char *z)
{
	buf_add(b, str_of(z));
}

void buf_addc(struct buf *b, char c)
{
	if (grow(b, 1))
		b->p[b->len++] = c;
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !grow(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->p + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void buf_add_u64(struct buf *b, uint64_t v)
{
	char tmp[20];
	size_t n = sizeof(tmp);

	do {
		tmp[--n] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	buf_add(b, str_make(tmp + n, sizeof(tmp) - n));
}

char *buf_room(struct buf *b, size_t n)
{
	return grow(b, n) ? b->p + b->len : NULL;
}

void buf_commit(struct buf *b, size_t n)
{
	ENSURE(b->len + n < b->cap || (n == 0 && b->len <= b->cap));
	b->len += n;
}

void buf_consume(struct buf *b, size_t n)
{
	ENSURE(n <= b->len);
	b->len -= n;
	if (b->len && n)
		memmove(b->p, b->p + n, b->len);
}

void buf_truncate(struct buf *b, size_t n)
{
	if (n < b->len)
		b->len = n;
}

const char *buf_cstr(struct buf *b)
{
	if (b->over || !b->p)
		return "";
	b->p[b->len] = '\0';
	return b->p;
}

int buf_read_file(struct buf *b, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return err_sys(e, errno, "%s", path);
	for (;;) {
		char tmp[16384];
		ssize_t n = read(fd, tmp, sizeof(tmp));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = err_sys(e, errno, "%s", path);
			break;
		}
		if (n == 0)
			break;
		buf_add(b, str_make(tmp, (size_t)n));
		if (b->over) {
			rc =
			    (size_t)n > b->max - b->len
				? err_set(e, ERR_LIMIT,
				      "%s: larger than %zu bytes", path, b->max)
				: err_set(e, ERR_NOMEM,
				      "%s: there is no memory to read it",
				      path);
			break;
		}
	}
	close(fd);
	return rc;
}
