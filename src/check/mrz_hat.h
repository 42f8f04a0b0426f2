// SPDX-License-Identifier: GPL-3.0-or-later
/* The black top-hat: what is darker than its surroundings, and narrow. */
#ifndef CHECK_MRZ_HAT_H
#define CHECK_MRZ_HAT_H

#include "check/mrz_lane.h"

/* Rows begin stride apart, which is whole lanes and may be read to the end. */
struct mrz_plane {
	unsigned char *at;
	size_t width, height, stride;
};

/* In place: the brightest of the 9 x 9 pixels around, of these the darkest,
 * less the pixel itself. */
void mrz_hat(struct mrz_plane *p);

#endif
