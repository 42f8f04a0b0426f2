// SPDX-License-Identifier: GPL-3.0-or-later
/* Calendar dates without a time: births, expiries. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

struct date {
	int year; /* 1 to 9999 */
	int month;
	int day;
};

/* "YYYY-MM-DD" and nothing else, a day that exists in the Gregorian calendar
 * (ISO 8601-1 5.2.2.1, extended format); 0, or -1. */
int date_parse(const char *s, struct date *out);

/* Negative, 0 or positive as a comes before, is or comes after b. */
int date_compare(const struct date *a, const struct date *b);

/* The day in UTC of a time in ms. */
struct date date_of(int64_t ms);

#endif
