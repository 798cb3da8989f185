#include "base/err.h"

#include <errno.h>

static void put(struct err *e, int code, int sys, const char *fmt, va_list ap)
{
	e->code = code;
	e->sys = sys;
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return code;
	va_start(ap, fmt);
	put(e, code, 0, fmt, ap);
	va_end(ap);
	return code;
}

static int code_of_errno(int sys)
{
	if (sys == ENOSPC || sys == EDQUOT)
		return ERR_FULL;
	if (sys == ENOENT || sys == ENOTDIR)
		return ERR_NOENT;
	if (sys == ENOMEM)
		return ERR_NOMEM;
	return ERR_SYS;
}

int err_sys(struct err *e, int sys, const char *fmt, ...)
{
	int code = code_of_errno(sys);
	char text[128];
	size_t n;
	va_list ap;

	if (!e)
		return code;
	va_start(ap, fmt);
	put(e, code, sys, fmt, ap);
	va_end(ap);
	n = strlen(e->msg);
	snprintf(e->msg + n, sizeof(e->msg) - n, ": %s",
	    strerror_r(sys, text, sizeof(text)));
	return code;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
	char head[sizeof(e->msg)], tail[sizeof(e->msg)];
	va_list ap;

	if (!e)
		return ERR_SYS;
	va_start(ap, fmt);
	vsnprintf(head, sizeof(head), fmt, ap);
	va_end(ap);
	memcpy(tail, e->msg, sizeof(tail));
	if (snprintf(e->msg, sizeof(e->msg), "%s: %s", head, tail) >=
	    (int)sizeof(e->msg))
		memcpy(e->msg + sizeof(e->msg) - 4, "...", 4);
	return e->code;
}

void err_clear(struct err *e)
{
	e->code = 0;
	e->sys = 0;
	e->msg[0] = '\0';
}

int err_exit_status(int code)
{
	switch ((enum errcode)code) {
	case ERR_NONE: return 0;
	case ERR_REFUSED: return 1;
	case ERR_USAGE:
	case ERR_INPUT:
	case ERR_LIMIT:
	case ERR_NOENT: return 2;
	case ERR_SYS:
	case ERR_NET:
	case ERR_DB:
	case ERR_LEASE:
	case ERR_FULL:
	case ERR_NOMEM:
	case ERR_CANCEL: return 3;
	}
	return 3;
}

_Noreturn void bug_at(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "tocsin: BUG at %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}
