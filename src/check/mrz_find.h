// SPDX-License-Identifier: GPL-3.0-or-later
/* Where in a photo lines of a machine readable zone may be. */
#ifndef CHECK_MRZ_FIND_H
#define CHECK_MRZ_FIND_H

#include "check/mrz_strip.h"

enum { MRZ_PITCHES = 5 };

/* The likeliest first. Which way up they are isn't known. */
struct mrz_place {
	struct mrz_curve curve;
	double score;
	double odds; /* for the reader to fill: 0 is unknown */
};

struct mrz_lines {
	struct mrz_place *at;
	size_t count, room;
};

/* Adds those of one range of pitches, 0 (the commonest) to MRZ_PITCHES - 1,
 * behind the ones that are there. */
void mrz_find(const struct mrz_view *v, int pitch, struct mrz_lines *out);
void mrz_lines_drop(struct mrz_lines *l);

#endif
