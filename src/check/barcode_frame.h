// SPDX-License-Identifier: GPL-3.0-or-later
/* Where a barcode lies, and how it is seen in perspective. */
#ifndef CHECK_BARCODE_FRAME_H
#define CHECK_BARCODE_FRAME_H

#include "check/image.h"

/* A rectangle that lies on the barcode, with room around it. Its pixels are
 * those of the image where perspective has left them as they were. */
struct barcode_frame {
	double width, height; /* along the rows of bars, and across them */
	double to[9];	      /* from its pixels to the image's, homogeneous */
};

enum { BARCODE_FRAMES = 2 };

/* Looks at the image at most so many pixels long. Fills at most BARCODE_FRAMES,
 * the likeliest first, and returns how many. */
int barcode_frames(const struct image *image, int side,
		   struct barcode_frame out[BARCODE_FRAMES]);

/* Where a pixel of the frame lies in the image. */
void barcode_frame_place(const struct barcode_frame *f, double x, double y,
			 double *ix, double *iy);

#endif
