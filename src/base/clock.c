// SPDX-License-Identifier: GPL-3.0-or-later
/* The one clock: milliseconds UTC since 1970. */
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"

static int64_t offset_ms;

int64_t clock_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + offset_ms;
}

void clock_set_offset_ms(int64_t offset)
{
	offset_ms = offset;
}

int64_t clock_monotonic_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void clock_pause_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

/* A time before year 1 or after 9999 is clamped: the format has 4 digits. */
static void split(int64_t ms, struct tm *tm, int *millis)
{
	const int64_t last = INT64_C(253402300799999);
	time_t seconds;

	if (ms < 0)
		ms = 0;
	if (ms > last)
		ms = last;
	seconds = (time_t)(ms / 1000);
	*millis = (int)(ms % 1000);
	gmtime_r(&seconds, tm);
}

void clock_iso(int64_t ms, char out[CLOCK_ISO_SIZE])
{
	struct tm tm;
	int millis;

	split(ms, &tm, &millis);
	strftime(out, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void clock_iso_ms(int64_t ms, char out[CLOCK_ISO_SIZE])
{
	struct tm tm;
	int millis;

	split(ms, &tm, &millis);
	strftime(out, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + 19, CLOCK_ISO_SIZE - 19, ".%03dZ", millis);
}

/* Exactly n digits at *s, which moves behind them; -1 otherwise. */
static int digits(const char **s, int n)
{
	int v = 0;

	while (n--) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (*(*s)++ - '0');
	}
	return v;
}

static int parse_zone(const char **s, int *minutes)
{
	int sign, h, m;

	*minutes = 0;
	if (**s == 'Z' || **s == 'z') {
		(*s)++;
		return 0;
	}
	if (**s != '+' && **s != '-')
		return -1;
	sign = *(*s)++ == '-' ? -1 : 1;
	h = digits(s, 2);
	if (**s == ':')
		(*s)++;
	m = digits(s, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return -1;
	*minutes = sign * (h * 60 + m);
	return 0;
}

static int parse_clock(const char **s, struct tm *tm, int *millis)
{
	int scale = 100;

	tm->tm_hour = digits(s, 2);
	if (*(*s)++ != ':')
		return -1;
	tm->tm_min = digits(s, 2);
	if (*(*s)++ != ':')
		return -1;
	tm->tm_sec = digits(s, 2);
	if (tm->tm_hour < 0 || tm->tm_hour > 23 || tm->tm_min < 0 ||
	    tm->tm_min > 59 || tm->tm_sec < 0 || tm->tm_sec > 60)
		return -1;
	if (**s == '.') {
		if ((*s)[1] < '0' || (*s)[1] > '9')
			return -1;
		for ((*s)++; **s >= '0' && **s <= '9'; (*s)++, scale /= 10)
			*millis += (**s - '0') * scale;
	}
	return 0;
}

int clock_parse_iso(const char *s, int64_t *ms)
{
	struct tm tm = { 0 }, back;
	int year, month, day, millis = 0, zone = 0;
	time_t t;

	year = digits(&s, 4);
	if (year < 1970 || *s++ != '-')
		return -1;
	month = digits(&s, 2);
	if (month < 1 || month > 12 || *s++ != '-')
		return -1;
	day = digits(&s, 2);
	if (day < 1 || day > 31)
		return -1;
	tm.tm_year = year - 1900;
	tm.tm_mon = month - 1;
	tm.tm_mday = day;
	if (*s == 'T' || *s == 't' || *s == ' ') {
		s++;
		if (parse_clock(&s, &tm, &millis) || parse_zone(&s, &zone))
			return -1;
	}
	if (*s)
		return -1;
	back = tm;
	t = timegm(&back);
	if (back.tm_mday != day) /* 31 June and the like */
		return -1;
	*ms = ((int64_t)t - zone * 60) * 1000 + millis;
	return 0;
}
