// SPDX-License-Identifier: GPL-3.0-or-later
/* What several sources say of one person, set against one another. */
#ifndef CHECK_CROSS_H
#define CHECK_CROSS_H

#include "base/buf.h"
#include "check/names.h"

/* What a source ("mrz", "barcode", "form", …) says of a field ("last_name",
 * "date_of_birth", …). What it does not say has the value NULL or "". */
struct cross_value {
	const char *source;
	const char *field;
	const char *value;
	bool cut; /* see struct name */
	/* Values of different groups are not compared, as the numbers of two
	 * documents; those of group 0 with all. */
	int group;
};

/* How the values of a field are compared. */
enum cross_kind {
	CROSS_WORDS,
	CROSS_NAMES,
	CROSS_DATES,
	CROSS_NUMBERS,
	CROSS_STATES
};
enum cross_kind cross_kind(const char *field);

enum cross_status {
	CROSS_PASSED,
	CROSS_NOTHING, /* nothing was said twice */
	CROSS_WARNING,
	CROSS_FAILED
};

/* Compares each field of each source with the same field of each other one,
 * by what the field is: names, dates, numbers, states, else words. Writes the
 * object cross_validation under key: status (passed, warning, failed),
 * warnings and errors as sentences without anybody's data, comparisons
 * [{field, a: {source, value}, b: {source, value}, verdict, reason}]. A
 * mismatch is an error; what matches in part or can't be compared a warning,
 * and so is that nothing was said twice. Names of which parts are missing on
 * one side, and all others agree, are told of and pass. Without n names can't
 * be compared. */
enum cross_status cross_validate(struct buf *b, const char *key,
				 const struct names *n,
				 const struct cross_value *values,
				 size_t count);

#endif
