// SPDX-License-Identifier: GPL-3.0-or-later
/* Photos from untrusted bytes: JPEG, PNG and WebP as 8-bit grey, and colour. */
#ifndef CHECK_IMAGE_H
#define CHECK_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "check/media.h"

enum {
	IMAGE_PIXELS_MAX = 50 * 1000 * 1000, /* larger ones are refused */
	IMAGE_SIDE_MAX = 20000,
	/* Larger ones are decoded at half their width and height. */
	IMAGE_FULL_MAX = 16 * 1000 * 1000
};

/* What the first bytes say, before anything is decoded. */
struct image_head {
	enum check_media media;
	int width, height; /* as stored */
	int orientation;   /* Exif's 1 to 8; 1 where it says nothing */
};

/* 0, or -1 with why in words: no image, over the limits, or animated. */
int image_head(const void *bytes, size_t len, struct image_head *out,
	       const char **why);

/* A decoded image: turned as its orientation says, on white where it is
 * transparent. Rows follow one another without padding. Colour is at half the
 * width and height, as cameras write it: 1.5 bytes a pixel hold the whole. Of an
 * image of odd sides that is turned it may lie a pixel off. */
struct image {
	enum check_media media;
	int width, height;
	int full_width, full_height; /* of the file, turned likewise */
	bool cut; /* the file ends early: the last rows are grey */
	uint8_t *grey;
	uint8_t *tint; /* Cb and Cr of two by two pixels (ITU-T T.871) */
};

/* 0, or -1 with why in words; image_finish is right after both. A file that
 * ends early passes where nineteen of twenty rows are there; a progressive or
 * interlaced one and WebP must be whole. */
int image_decode(const void *bytes, size_t len, struct image *out,
		 const char **why);
void image_finish(struct image *image);

/* The colour of a pixel of the image. */
void image_colour(const struct image *image, int x, int y, uint8_t rgb[3]);

#endif
