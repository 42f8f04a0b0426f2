// SPDX-License-Identifier: GPL-3.0-or-later
/* Grey pictures of a wanted size. */
#ifndef CHECK_PLANE_H
#define CHECK_PLANE_H

#include "check/image.h"

struct plane {
	int width, height;
	uint8_t *grey; /* the owner frees it */
};

/* At most so many pixels long: each is the mean of those it covers. */
struct plane plane_shrink(const struct image *image, int side);

#endif
