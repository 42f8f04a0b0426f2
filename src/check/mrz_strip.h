// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines of text in a photo, cut out straight. */
#ifndef CHECK_MRZ_STRIP_H
#define CHECK_MRZ_STRIP_H

#include <stdbool.h>

#include "base/mem.h"

enum {
	MRZ_CELL = 20, /* columns of a strip to a character */
	MRZ_ROWS = 40, /* of a strip; the line's middle is between 19 and 20 */
	MRZ_SEEN = 30, /* of them the networks see the middle ones */
	MRZ_VIEWS = 6,
	MRZ_TERMS = 4
};

struct Pix; /* leptonica's PIX, of 8 bits a pixel */

/* A photo, and each time half of it; the first one is the caller's. */
struct mrz_view {
	struct Pix *level[MRZ_VIEWS];
	int levels;
	/* columns of all strips that were cut: what the reader's work goes by.
	 * NULL where nobody counts */
	size_t *columns;
};

int mrz_view_open(struct mrz_view *v, struct Pix *grey);
void mrz_view_drop(struct mrz_view *v);

struct mrz_point {
	double x, y;
};

/* The middle of a line of so many cells, in pixels of the photo: a polynomial
 * over -1 (where the first cell begins) to 1, and straight on beyond. */
struct mrz_curve {
	double x[MRZ_TERMS], y[MRZ_TERMS];
	double cells;
};

struct mrz_point mrz_curve_at(const struct mrz_curve *c, double cell);
/* Pixels a cell there. */
double mrz_curve_pitch(const struct mrz_curve *c, double cell);
/* The same line read from the other end. */
void mrz_curve_turn(struct mrz_curve *c);
/* Moved down, as the text sees it, by so many cells. */
void mrz_curve_lower(struct mrz_curve *c, double cells);
/* The curve of count points at those cells; terms is 2 to 4. */
void mrz_curve_fit(struct mrz_curve *c, const double *cells,
		   const struct mrz_point *points, const double *weights,
		   size_t count, int terms, double length);
/* y = sum of a[i] x^i by least squares, 0 or -1 where it can't be. */
int mrz_fit(double *a, int terms, const double *x, const double *y,
	    const double *weights, size_t count);

/* Ink along the line, with margin cells at both ends: MRZ_ROWS rows. */
struct mrz_strip {
	float *ink;
	size_t width;
	double margin;
};

struct mrz_strip mrz_strip_cut(const struct mrz_view *v,
			       const struct mrz_curve *c, double margin);
void mrz_strip_turn(struct mrz_strip *s); /* upside down */
void mrz_strip_drop(struct mrz_strip *s);
/* Where the middle of the text is, in rows from the middle of the strip, by
 * the ink of columns from to to. */
double mrz_strip_middle(const struct mrz_strip *s, size_t from, size_t to);

#endif
