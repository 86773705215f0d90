// SPDX-License-Identifier: EUPL-1.2
#ifndef BASE_LOG_H
#define BASE_LOG_H

/*
 * Logging to standard error, one line an event: to a terminal as
 * "12:00:01 warning harvest: source=jyu page=3: ...", to the journal with
 * "<4>" in front, which systemd reads. Control characters are escaped.
 * Secrets never come here. base, catalogue, harvesters and db_* return errors
 * instead of logging.
 *
 * Levels: error: someone must act. warning: we coped. info: start, stop, one
 * line a harvest. debug: every state change. A line about an object starts
 * with its identity (source=, run=, req=).
 *
 * Thread: any.
 */

#include "base/err.h"

enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

enum log_area {
	LOG_MAIN,
	LOG_CONFIG,
	LOG_SCHEDULE,
	LOG_HARVEST,
	LOG_FETCH,
	LOG_WORKER,
	LOG_STORE,
	LOG_API,
	LOG_LOOP,
	LOG_AREA_COUNT
};

/* Lines above the level are dropped. The start value is info. */
void log_set_level(enum log_level level);
/* "error", "warning", "info", "debug"; false for anything else. */
bool log_level_of_name(enum log_level *out, const char *name);
/* With journal marks ("<4>") instead of time and level in words. */
void log_set_journal(bool is_journal);
bool log_is_on(enum log_level level);
void log_line(enum log_level level, enum log_area area, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(area, ...) log_line(LOG_LEVEL_ERROR, (area), __VA_ARGS__)
#define log_warning(area, ...) log_line(LOG_LEVEL_WARNING, (area), __VA_ARGS__)
#define log_info(area, ...) log_line(LOG_LEVEL_INFO, (area), __VA_ARGS__)
#define log_debug(area, ...) \
	(log_is_on(LOG_LEVEL_DEBUG) ? log_line(LOG_LEVEL_DEBUG, (area), __VA_ARGS__) : (void)0)

#endif
