// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the files that compare names. */
#ifndef CHECK_NAMES_PART_H
#define CHECK_NAMES_PART_H

#include "check/names.h"

enum { PARTS_MAX = 16, PART_LEN = 48, FORMS = 2 };

/* One word of a name in small Latin letters: without marks, and by ICAO's
 * tables. */
struct name_part {
	char form[FORMS][PART_LEN];
	bool after_bin; /* a father's or forefather's name */
	bool small;	/* a title or particle: it need not be there */
};

struct name_parts {
	size_t count;
	struct name_part part[PARTS_MAX];
	/* The name in Chinese, Japanese or Korean signs without blanks, or "":
	 * each is a syllable or word of its own, and not a letter. */
	char signs[PART_LEN * 2];
};

/* 0, or -1 where there are none. */
int names_split(const struct names *n, const char *text,
		struct name_parts *out);

/* How different two words are: the edits that make one the other, of which
 * likely ones (vowels, letters of one sound, doubled letters) cost less. */
double names_distance(const struct name_part *a, const struct name_part *b);
/* The distance up to which words of that length are spellings of one name. */
double names_tolerance(size_t len);

void names_compare_parts(struct name_parts *a, bool a_cut, struct name_parts *b,
			 bool b_cut, struct comparison *out);

#endif
