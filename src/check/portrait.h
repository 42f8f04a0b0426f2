// SPDX-License-Identifier: GPL-3.0-or-later
/* The holder's portrait on a document: where it is, and cut out. A frame of
 * portrait's shape with something like a head and shoulders in it is taken for
 * one, no matter whose: it is no face check. */
#ifndef CHECK_PORTRAIT_H
#define CHECK_PORTRAIT_H

#include "base/json.h"
#include "check/image.h"
#include "check/mrz_read.h"

enum { PORTRAIT_SIDE = 320 };

struct portrait {
	bool found;
	struct {
		int x, y, width, height; /* around it, in pixels of the file */
	} box;
	struct buf jpeg; /* upright, at most PORTRAIT_SIDE pixels long */
};

/* zone: as mrz_image_read has it of the same image, or NULL; it tells
 * where the page is and which way up. Without it a portrait on its side is
 * turned so that it stands in the left half of the picture, as documents have
 * it. Where there is doubt, nothing is found. */
void portrait_find(const struct image *image, const struct mrz_reading *zone,
		   struct portrait *out);
void portrait_finish(struct portrait *p);

/* {"box": [x, y, width, height], "jpeg": base64}, or null */
void portrait_json(struct buf *b, const char *key, const struct portrait *p);

#endif
