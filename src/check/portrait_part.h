// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the files of portrait: sheets, and what is found on them. */
#ifndef CHECK_PORTRAIT_PART_H
#define CHECK_PORTRAIT_PART_H

#include "check/mrz_read.h"
#include "check/portrait.h"
#include "check/sheet.h"

struct portrait_place {
	double score; /* 0: nothing */
	bool any_way; /* to be set before: it may be upside down */
	bool turned;  /* it is */
	struct sheet_box box;
	struct sheet_frame frame; /* of the sheet, in pixels of the plane */
};

/* The best frame of a portrait on a sheet, so many pixels high, if it is
 * better than what place has. */
void portrait_seek(const struct sheet *s, int least, int most,
		   struct portrait_place *place);

/* The page above a zone, scale pixels of the plane to one of the file. */
void portrait_by_zone(const struct plane *p, double scale,
		      const struct mrz_reading *zone,
		      struct portrait_place *place);
/* Anywhere, by the directions that most edges have. */
void portrait_by_edges(const struct plane *p, struct portrait_place *place);

/* Turns a place by half, so that what is turned is upright. */
void portrait_turn(struct portrait_place *place);
/* Writes out->jpeg. */
void portrait_cut(const struct image *image, double scale,
		  const struct portrait_place *place, struct portrait *out);

#endif
