#include "suite.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

static const char *suite, *folder;
static unsigned passed, total;

void suite_begin(const char *name, const char *at)
{
	suite = name;
	folder = at ? at : ".";
}

struct buf suite_text(const char *file)
{
	struct buf b = BUF_INIT(16 * MiB), path = BUF_INIT(4 * KiB);
	struct err e = {0};

	buf_addf(&path, "%s/%s", folder, file);
	if (buf_read_file(&b, buf_cstr(&path), &e) < 0) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	buf_release(&path);
	return b;
}

json_t *suite_json(const char *file)
{
	struct buf b = suite_text(file);
	json_error_t e;
	json_t *j = json_loadb(b.p, b.len, JSON_ALLOW_NUL, &e);

	if (!j) {
		printf("Bail out! %s:%d: %s\n", file, e.line, e.text);
		exit(1);
	}
	buf_release(&b);
	return j;
}

void suite_case(bool ok, const char *name, const char *fmt, ...)
{
	struct buf line = BUF_INIT(64 * KiB);
	char text[2048];
	va_list ap;

	total++;
	passed += ok;
	/* '#' would begin a TAP directive */
	for (const char *p = name; *p; p++)
		buf_addc(&line, *p == '#' || *p == '\\' || *p < ' ' ? '?' : *p);
	printf("%sok %u - %s\n", ok ? "" : "not ", total, buf_cstr(&line));
	buf_release(&line);
	if (ok)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (char *p = text; *p; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	printf("# %s\n", text);
}

int suite_end(unsigned golden)
{
	printf("1..%u\n", total);
	printf("# %s: %u/%u\n", suite, passed, total);
	if (passed != golden)
		printf("# %s: %u passed, %u expected\n", suite, passed, golden);
	return passed == golden && passed == total ? 0 : 1;
}
