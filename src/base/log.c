// SPDX-License-Identifier: GPL-3.0-or-later
/* The log: one line an event, key=value, on standard error. */
#include <stdarg.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

static const char *program = "vouchsafe";
static enum log_level threshold = LOG_INFO;

void log_setup(const char *name, enum log_level level)
{
	program = name;
	threshold = level;
}

static bool is_plain(const char *s)
{
	const char *p;

	for (p = s; *p; p++) {
		if (*p <= ' ' || *p >= 0x7f || *p == '"' || *p == '=' ||
		    *p == '\\')
			return false;
	}
	return p > s;
}

static void value(struct buf *line, const char *s)
{
	if (is_plain(s)) {
		buf_str(line, s);
		return;
	}
	buf_chr(line, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			buf_chr(line, '\\');
		if (c < 0x20 || c == 0x7f)
			buf_printf(line, "\\x%02x", c);
		else
			buf_chr(line, (char)c);
	}
	buf_chr(line, '"');
}

void log_line_start(struct buf *line, enum log_level level, const char *event)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };
	char at[CLOCK_ISO_SIZE];

	buf_reset(line);
	clock_iso_ms(clock_now_ms(), at);
	buf_str(line, at);
	log_line_str(line, "level", names[level]);
	log_line_str(line, "program", program);
	log_line_int(line, "pid", getpid());
	log_line_str(line, "event", event);
}

void log_line_str(struct buf *line, const char *key, const char *s)
{
	buf_chr(line, ' ');
	buf_str(line, key);
	buf_chr(line, '=');
	value(line, s);
}

void log_line_int(struct buf *line, const char *key, int64_t v)
{
	buf_chr(line, ' ');
	buf_str(line, key);
	buf_chr(line, '=');
	buf_int(line, v);
}

/* One write a line: lines of several processes never mix. */
void log_line_end(struct buf *line)
{
	ssize_t n;

	buf_chr(line, '\n');
	n = write(STDERR_FILENO, line->data, line->len);
	(void)n; /* nowhere left to say it */
}

void log_event(enum log_level level, const char *fmt, ...)
{
	struct buf line = BUF_INIT;
	char text[1024];
	va_list ap;

	if (level > threshold)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_line_start(&line, level, "message");
	log_line_str(&line, "text", text);
	log_line_end(&line);
	buf_finish(&line);
}
