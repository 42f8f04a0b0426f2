// SPDX-License-Identifier: GPL-3.0-or-later
/* Printed words off a photo, by Tesseract. */
#ifndef CHECK_OCR_H
#define CHECK_OCR_H

#include "check/mrz_image.h"
#include "base/json.h"

struct ocr;

/* Loads the library and its English data; both are whole in memory after
 * this. NULL where the host has one of them not. It serves one thread, and
 * starts none where nothing has loaded OpenMP before. */
struct ocr *ocr_create(void);
void ocr_destroy(struct ocr *o);

/* Writes [{"text", "confidence", "box", "line"}] (see struct word), or null
 * where o is NULL or all its time is used up. A zone that was accepted tells
 * how the page is turned, and its own words are left out; else the page is
 * turned by quarters until there are words. */
void ocr_json(struct ocr *o, struct buf *b, const char *key,
	      const struct image *image, const struct mrz_reading *zone);

#endif
