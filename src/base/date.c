// SPDX-License-Identifier: GPL-3.0-or-later
/* Calendar dates without a time: births, expiries. */
#include <time.h>

#include "base/date.h"

static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30,
				    31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* So many digits at s, or -1. */
static int number(const char *s, int count)
{
	int n = 0;

	while (count--) {
		if (*s < '0' || *s > '9')
			return -1;
		n = 10 * n + (*s++ - '0');
	}
	return n;
}

int date_parse(const char *s, struct date *out)
{
	int i;

	for (i = 0; i < 10; i++) {
		if (!s[i] || ((i == 4 || i == 7) && s[i] != '-'))
			return -1;
	}
	if (s[10])
		return -1;
	out->year = number(s, 4);
	out->month = number(s + 5, 2);
	out->day = number(s + 8, 2);
	if (out->year < 1 || out->month < 1 || out->month > 12 ||
	    out->day < 1 || out->day > days_in(out->year, out->month))
		return -1;
	return 0;
}

int date_compare(const struct date *a, const struct date *b)
{
	if (a->year != b->year)
		return a->year - b->year;
	if (a->month != b->month)
		return a->month - b->month;
	return a->day - b->day;
}

struct date date_of(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	return (struct date){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
}
