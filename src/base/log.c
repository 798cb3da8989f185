#include "base/log.h"
#include "base/clock.h"

#include <stdatomic.h>

static atomic_int current = -1;

static const char *const level_name[] = {
    "debug", "info", "warn", "error", "trace"};

static int level_from_env(void)
{
	const char *v = getenv("TOCSIN_LOG");

	for (size_t i = 0; v && i < LOG_TRACE; i++)
		if (strcmp(v, level_name[i]) == 0)
			return (int)i;
	return LOG_WARN;
}

enum log_level log_level(void)
{
	int l = atomic_load_explicit(&current, memory_order_relaxed);

	if (l < 0) {
		l = level_from_env();
		atomic_store_explicit(&current, l, memory_order_relaxed);
	}
	return (enum log_level)l;
}

void log_set_level(enum log_level level)
{
	atomic_store_explicit(&current, (int)level, memory_order_relaxed);
}

void log_line(enum log_level level, const char *module, const char *fmt, ...)
{
	char line[1024], iso[CLOCK_ISO_SIZE];
	int n;
	va_list ap;

	if (level < log_level())
		return;
	clock_iso(clock_wall(&clock_system), iso);
	n = snprintf(
	    line, sizeof(line), "%s %s %s: ", iso, level_name[level], module);
	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	va_end(ap);
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	fprintf(stderr, "%s\n", line);
}

bool log_traced(const char *module)
{
	struct str rest = str_of(getenv("TOCSIN_TRACE"));

	while (rest.p) {
		struct str one = str_trim(str_cut(&rest, ','));

		if (str_eq(one, str_of(module)) || str_eq(one, S("all")))
			return true;
	}
	return false;
}

const char *log_mask_address(struct str address, char tmp[LOG_MASK_SIZE])
{
	ptrdiff_t at = str_rchr(address, '@');
	size_t first = 1;

	if (at <= 0) {
		snprintf(tmp, LOG_MASK_SIZE, "***");
		return tmp;
	}
	while (first < (size_t)at &&
	       ((unsigned char)address.p[first] & 0xc0) == 0x80)
		first++;
	snprintf(tmp, LOG_MASK_SIZE, "%.*s***%.*s", (int)first, address.p,
	    STR_ARG(str_from(address, (size_t)at)));
	return tmp;
}
