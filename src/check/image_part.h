// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the decoders: rows come in, pixels at the wanted scale stay. */
#ifndef CHECK_IMAGE_PART_H
#define CHECK_IMAGE_PART_H

#include "check/image.h"

/* What every decoder gets. It hands over one row of RGB after another, by
 * image_row or image_row_full, and says how many there were, or why there is no
 * image. */
struct image_work {
	const uint8_t *bytes;
	size_t len;
	struct image_head head;
	int shrink;	   /* 1, or 2: half the width and height */
	int width, height; /* at that scale, before it is turned */
	uint8_t *grey, *tint;
	uint8_t *pair; /* a row of RGB at that scale */
	int rows;      /* whole rows that were decoded, of full_rows */
	int full_rows;
	bool cut_ok; /* a file that ends early may do */
	const char *why;
};

/* Takes a row of width pixels. */
void image_row(struct image_work *w, int y, const uint8_t *rgb);
/* Takes a row of head.width pixels; with shrink 2, pairs of rows make one. */
void image_row_full(struct image_work *w, int y, const uint8_t *rgb);

/* Hand over all rows. 0, or -1 with why set. */
int image_jpeg(struct image_work *w);
int image_png(struct image_work *w);
int image_webp(struct image_work *w);

#endif
