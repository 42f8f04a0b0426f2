// SPDX-License-Identifier: GPL-3.0-or-later
/* The part of a photo whose words are read, upright and of one size. */
#ifndef CHECK_OCR_PAGE_H
#define CHECK_OCR_PAGE_H

#include "check/mrz_image.h"
#include "check/plane.h"

/* Its point x, y is on the photo at origin + x * right + y * down. */
struct ocr_page {
	struct plane plane;
	double origin[2], right[2], down[2];
};

/* The whole photo, turned by so many degrees clockwise: quarters alone. */
void ocr_page_whole(const struct image *image, int turn, struct ocr_page *out);

/* The document that the zone is on: what lies above it and around, as far as
 * a document goes by Doc 9303. */
void ocr_page_above(const struct image *image, const struct mrz_reading *zone,
		    struct ocr_page *out);

void ocr_page_finish(struct ocr_page *p);

/* left, top, right, bottom on the page as x, y, width, height on the photo. */
void ocr_page_place(const struct ocr_page *p, const int at[4], int out[4]);

#endif
