// SPDX-License-Identifier: GPL-3.0-or-later
/* A piece of a photo laid straight, with the edges in it summed up. */
#ifndef CHECK_SHEET_H
#define CHECK_SHEET_H

#include "check/plane.h"

/* Where a sheet lies: its corner, and a step to the right and one down. */
struct sheet_frame {
	double x, y;
	double right_x, right_y;
	double down_x, down_y;
};

enum sheet_mark { SHEET_BROAD, SHEET_THIN, SHEET_MARKS };

struct sheet {
	int width, height;
	struct sheet_frame frame; /* in pixels of the plane */
	uint8_t *grey;
	/* edges that run down, summed down each column, and edges that run
	 * across, summed along each row: marked broad, and thin */
	uint16_t *down[SHEET_MARKS], *across[SHEET_MARKS];
	uint64_t *squares; /* integral image of squares, one wider and higher */
	uint32_t *sums;	   /* and of values */
};

struct sheet_box {
	int x, y, width, height;
};

void sheet_open(struct sheet *s, const struct plane *p,
		const struct sheet_frame *frame, int width, int height);
void sheet_finish(struct sheet *s);

/* The share of a box's side that is an edge, 0 to 1: at most, and as the best
 * straight line that may lean a little. */
double sheet_left(const struct sheet *s, int x, int y, int height);
double sheet_top(const struct sheet *s, int x, int y, int width);
double sheet_left_line(const struct sheet *s, int x, int y, int height);
double sheet_top_line(const struct sheet *s, int x, int y, int width);

/* Mean and variance of what is in a box. */
double sheet_mean(const struct sheet *s, const struct sheet_box *b,
		  double *variance);

#endif
