/* log: lines for the operator, to stderr, one object of context a line.
 *
 * Libraries never log above debug: they return errors; cli, deliver and sim
 * log.  No secret is ever logged; a full address only at debug: use
 * log_mask_address().  TOCSIN_LOG=debug|info|warn|error sets the level
 * (default warn); TOCSIN_TRACE=smtp,loop turns traces of those modules on.
 */
#pragma once

#include "base/str.h"

/* LOG_TRACE: what TOCSIN_TRACE asked for; always shown. */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_TRACE };

void log_set_level(enum log_level level);
enum log_level log_level(void);

void log_line(enum log_level level, const char *module, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
#define log_error(m, ...) log_line(LOG_ERROR, m, __VA_ARGS__)
#define log_warn(m, ...)  log_line(LOG_WARN, m, __VA_ARGS__)
#define log_info(m, ...)  log_line(LOG_INFO, m, __VA_ARGS__)
#define log_debug(m, ...)                                    \
	do {                                                 \
		if (log_level() <= LOG_DEBUG)                \
			log_line(LOG_DEBUG, m, __VA_ARGS__); \
	} while (0)

/* True when TOCSIN_TRACE names `module` (or is "all"). */
bool log_traced(const char *module);

/* "jane.doe@example.com" -> "j***@example.com".  Returns `tmp`. */
#define LOG_MASK_SIZE 96
const char *log_mask_address(struct str address, char tmp[LOG_MASK_SIZE]);
