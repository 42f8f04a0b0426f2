// SPDX-License-Identifier: GPL-3.0-or-later
/* The same thing from two sources: dates, numbers, states, words. */
#ifndef CHECK_COMPARE_H
#define CHECK_COMPARE_H

#include <stdbool.h>

#include "base/mem.h"

enum verdict {
	VERDICT_UNKNOWN, /* nothing to compare */
	VERDICT_MATCH,
	VERDICT_PARTIAL, /* nothing against it, but not all the same */
	VERDICT_MISMATCH,
	VERDICTS
};

struct comparison {
	enum verdict verdict;
	bool only_missing;  /* PARTIAL: one says less, and nothing else */
	const char *reason; /* constant, and without anybody's data */
};

extern const char *const verdict_names[VERDICTS]; /* "unknown", … */

/* YYYY-MM-DD, or less of it where parts are unknown. */
void compare_dates(const char *a, const char *b, struct comparison *out);

/* Letters and digits count, exactly; what looks alike (O and 0) is a mismatch
 * that says so. */
void compare_numbers(const char *a, const char *b, struct comparison *out);

/* ISO 3166-1 alpha-2, alpha-3 or ICAO's codes. */
void compare_states(const char *a, const char *b, struct comparison *out);

/* Words of a list, as "male" or "passport"; "other" says nothing. */
void compare_words(const char *a, const char *b, struct comparison *out);

#endif
