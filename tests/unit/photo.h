// SPDX-License-Identifier: GPL-3.0-or-later
/* Photos of a made-up document, and what can be wrong with them. */
#ifndef PHOTO_H
#define PHOTO_H

#include <stdbool.h>

#include "base/buf.h"

struct photo {
	int width, height;
	uint8_t *rgb;
};

/* All zero: an identity card that lies straight and whole in the picture. */
struct photo_look {
	unsigned seed;	/* of the text, the table, the noise */
	double degrees; /* turned by */
	double lean;	/* of the card, away at its lower right: perspective */
	double zoom;	/* of the card; 0 is 1: three quarters of the width */
	double shift;	/* to the right, in widths of the picture */
	double blur;	/* sigma in pixels of a picture 1,000 wide */
	double noise;	/* sigma in grey levels */
	double light;	/* 0 is 1: factor of the exposure */
	double glare;	/* % of the picture under a reflection */
	const char *pdf417; /* text of a barcode on the card, or NULL */
};

struct photo photo_make(int width, int height, const struct photo_look *look);
void photo_finish(struct photo *p);

/* As files. */
enum photo_jpeg {
	PHOTO_BASELINE,
	PHOTO_PROGRESSIVE,
	PHOTO_GREY,
	PHOTO_CMYK, /* with Adobe's marker, so inverted */
	PHOTO_SCANS /* progressive, with hundreds of scans */
};
/* orientation 0: no Exif block. */
void photo_jpeg(struct buf *out, const struct photo *p, enum photo_jpeg kind,
		int quality, int orientation);
enum photo_png {
	PHOTO_RGB,
	PHOTO_RGBA, /* the left half is transparent */
	PHOTO_RGB16,
	PHOTO_PALETTE,
	PHOTO_INTERLACED,
	PHOTO_GREY1
};
void photo_png(struct buf *out, const struct photo *p, enum photo_png kind);
void photo_webp(struct buf *out, const struct photo *p, bool lossless);

/* Draws the text as PDF417, one byte a module: 0 or 255; malloc'd. */
uint8_t *photo_pdf417(const char *text, int *width, int *height);

#endif
