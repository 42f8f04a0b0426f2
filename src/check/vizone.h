// SPDX-License-Identifier: GPL-3.0-or-later
/* The visual zone: is what the machine readable zone or a form says of a
 * person printed on the document as well? Words are read by a program that
 * errs: it is a help for who looks for what is expected, no transcript.
 *
 * On 30 photos of invented documents with a zone (easy, medium and hard as
 * tools/ocrb/photos.py draws them, in all four orientations; not those that
 * this was written on) 120 right names, numbers and dates were found 88 times,
 * partial 10, unknown 22, different never. Of 117 wrong ones, 45 of them one
 * character or day off, none was found, 54 were partial or different, 63
 * unknown. Real documents were not measured. */
#ifndef CHECK_VIZONE_H
#define CHECK_VIZONE_H

#include "check/names.h"
#include "check/words.h"

enum vizone_verdict {
	VIZONE_UNKNOWN, /* not found; it may be there and not be readable */
	VIZONE_FOUND,	/* printed as looked for */
	/* A part of it, or all but letters like digits, or but a digit like
	 * another that is not read well. */
	VIZONE_PARTIAL,
	/* Something else stands in its place: behind its own label, or all but
	 * one character of it, or but three digits that look alike; read well. */
	VIZONE_DIFFERENT,
	VIZONE_VERDICTS
};

extern const char *const vizone_names[VIZONE_VERDICTS]; /* "unknown", … */

/* What is looked for. The field says how: "first_name", "last_name",
 * "full_name", … as names; "date_of_birth", "expiry_date", "issue_date" as
 * dates, the value being YYYY-MM-DD or less of it; "document_number" and
 * "personal_number" as numbers; any other as words that follow one another.
 * Without a value it is unknown. */
struct vizone_value {
	const char *field;
	const char *value;
	bool cut; /* see struct name */
};

enum { VIZONE_TEXT = 200 };

struct vizone_match {
	enum vizone_verdict verdict;
	const char *reason;	/* constant, and without anybody's data */
	char text[VIZONE_TEXT]; /* as printed; "" where unknown */
	int confidence;		/* of the worst word of it, 0 to 100 */
	int line;		/* where it begins; -1 where unknown */
	int box[4];		/* around it */
};

/* Looks for the values in a page; out has one match for each. What looks like
 * a line of a machine readable zone is passed over: a number that is printed
 * there alone is not found. Without n names are unknown. */
void vizone_find(const struct names *n, const struct words *w,
		 const struct vizone_value *values, size_t count,
		 struct vizone_match *out);

/* An array: [{field, value, verdict, reason, text, confidence, line, box}]. */
void vizone_json(struct buf *b, const char *key,
		 const struct vizone_value *values,
		 const struct vizone_match *matches, size_t count);

#endif
