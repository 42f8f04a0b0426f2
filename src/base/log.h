// SPDX-License-Identifier: GPL-3.0-or-later
/* The log: one line an event, key=value, on standard error. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/buf.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* program appears in each line; lines above level are dropped. */
void log_setup(const char *program, enum log_level level);

/* Never pass secrets, tokens, names or addresses of people. */
void log_event(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);

#define log_error(...) log_event(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_event(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_event(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_event(LOG_DEBUG, __VA_ARGS__)

/* A line made of fields: start, add, end. The escaper of the log context:
 * values are quoted where they hold more than plain characters. */
void log_line_start(struct buf *line, enum log_level level, const char *event);
void log_line_str(struct buf *line, const char *key, const char *value);
void log_line_int(struct buf *line, const char *key, int64_t value);
void log_line_end(struct buf *line);

#endif
