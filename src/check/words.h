// SPDX-License-Identifier: GPL-3.0-or-later
/* Printed words, as the jailed child read them off a page. */
#ifndef CHECK_WORDS_H
#define CHECK_WORDS_H

#include "base/buf.h"

struct json_object;

enum {
	WORDS_MAX = 4000,   /* of a page: what comes behind is left out */
	WORD_TEXT_MAX = 128 /* bytes: a longer one is no word */
};

struct word {
	const char *text; /* UTF-8, without blanks and controls */
	int confidence;	  /* 0 to 100, as the reader believes */
	int box[4];	  /* x, y, width, height in pixels of the photo */
	int line; /* words of one line share it; lines go down the page */
};

/* Of one page, line by line, from left to right. */
struct words {
	struct word *list;
	size_t count;
};

/* From the member "words" of the child's answer, [{"text", "confidence",
 * "box": [x, y, w, h], "line"}]: what is not like that is left out, and words
 * are put into order. The texts stay the object's. 0, or -1 where it is no
 * array (as null: nothing was read); words_finish is right after both. */
int words_read(struct json_object *array, struct words *out);
void words_finish(struct words *w);

#endif
