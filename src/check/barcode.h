// SPDX-License-Identifier: GPL-3.0-or-later
/* The two-dimensional barcode on the back of driving licences: PDF417. */
#ifndef CHECK_BARCODE_H
#define CHECK_BARCODE_H

#include "base/json.h"
#include "check/image.h"

struct barcode {
	char *bytes; /* NULL where none was found; free by barcode_finish */
	size_t len;
	int tries;	      /* how many views of the image it took */
	double corners[4][2]; /* in pixels of the file, clockwise */
};

/* Looks at views of the image, ever harder, for about so many ms of the
 * processor: the result does not depend on what else runs. */
void barcode_read(const struct image *image, int64_t budget_ms,
		  struct barcode *out);
void barcode_finish(struct barcode *code);

/* {"format", "text", "tries", "corners", "aamva": an object or null}, or
 * null. */
void barcode_json(struct buf *b, const char *key, const struct barcode *code);

#endif
