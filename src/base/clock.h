// SPDX-License-Identifier: GPL-3.0-or-later
/* The one clock: milliseconds UTC since 1970. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

enum {
	CLOCK_SECOND = 1000,
	CLOCK_MINUTE = 60 * CLOCK_SECOND,
	CLOCK_HOUR = 60 * CLOCK_MINUTE,
	CLOCK_DAY = 24 * CLOCK_HOUR,
	CLOCK_ISO_SIZE = 25 /* 2026-06-12T12:00:00.123Z and a NUL */
};

/* Now, moved by the test offset. */
int64_t clock_now_ms(void);

/* Tests only: every later clock_now_ms() is moved by this many ms. */
void clock_set_offset_ms(int64_t offset);

/* CPU or wall time that only goes forward, in microseconds. */
int64_t clock_monotonic_us(void);

/* What this process has used of the processor so far, in microseconds. */
int64_t clock_cpu_us(void);

/* Sleeps; a signal ends it early. */
void clock_pause_ms(int64_t ms);

/* ISO 8601 (RFC 3339) in UTC: to seconds, or with milliseconds. */
void clock_iso(int64_t ms, char out[CLOCK_ISO_SIZE]);
void clock_iso_ms(int64_t ms, char out[CLOCK_ISO_SIZE]);

/* RFC 3339 date-time or plain date; 0, or -1 where it is neither. */
int clock_parse_iso(const char *s, int64_t *ms);

#endif
