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
	int at[4];	  /* the same on the page turned upright */
	int line;	  /* words of one line share it, and are neighbours */
};

/* Of one page, in the order in which they are read. */
struct words {
	struct word *list;
	size_t count;
};

/* From the member "words" of the child's answer, [{"text", "confidence",
 * "box": [x, y, w, h], "line"}]: what is not like that is left out. The texts
 * stay the object's. 0, or -1 where it is no array (as null: nothing was
 * read); words_finish is right after both. */
int words_read(struct json_object *array, struct words *out);
void words_finish(struct words *w);

/* The word with what the reader's English does not know: a capital B behind a
 * small letter is a sharp s. */
void words_mend(const char *text, char out[WORD_TEXT_MAX]);

/* The index behind the last word of the line of word i. */
size_t words_line_end(const struct words *w, size_t i);

/* The words from first up to last, blanks between them, as far as there is
 * room; the confidence of the worst of them. */
int words_text(const struct words *w, size_t first, size_t last, char *out,
	       size_t size);

/* The box on the photo around the words from first up to last. */
void words_box(const struct words *w, size_t first, size_t last, int out[4]);

#endif
