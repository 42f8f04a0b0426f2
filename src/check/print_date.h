// SPDX-License-Identifier: GPL-3.0-or-later
/* Dates in the forms in which they are printed. */
#ifndef CHECK_PRINT_DATE_H
#define CHECK_PRINT_DATE_H

#include <stdbool.h>

#include "base/date.h"
#include "check/words.h"

enum print_date_order {
	PRINT_DATE_ONE, /* there is one way to read it */
	PRINT_DATE_TWO	/* 08/11/2026: day[0] by day first, day[1] by month */
};

struct print_date {
	size_t first, last; /* its words: from first up to last */
	enum print_date_order order;
	struct date day[2];
	bool short_year;  /* printed with two digits: the year is 0 to 99 */
	bool month_first; /* 11/28/2026, which only that order allows */
	bool day_first;	  /* 28/11/2026 */
	bool doubtful;	/* a letter that looks like a digit was taken for it */
	int confidence; /* of its worst word */
};

/* The dates among the words from first up to last, which are one line: 08
 * AUG/AOUT 1974, 12.08.1974, 12. 8. 1974, 12/08/74, 1974-08-12, 12 August
 * 1974, 12AUG1974, Aug 12, 1974, 12 de agosto de 1974; months in the languages
 * of most documents in Latin letters. Their number. */
size_t print_date_find(const struct words *w, size_t first, size_t last,
		       struct print_date *out, size_t max);

/* Whether it can be read as that day, "YYYY-MM-DD" or less of it. */
bool print_date_is(const struct print_date *d, const char *day);

#endif
