// SPDX-License-Identifier: GPL-3.0-or-later
/* The cells of a line of a machine readable zone: found, then read. */
#ifndef CHECK_MRZ_LINE_H
#define CHECK_MRZ_LINE_H

#include "check/mrz_layout.h"
#include "check/mrz_net.h"
#include "check/mrz_strip.h"

struct mrz_row {
	struct mrz_curve curve; /* of exactly the cells */
	size_t cells;
	double score; /* log odds that these are cells of OCR-B, a cell */
};

/* Looks along a line for a chain of so many cells, or of 30, 36 or 44 for 0,
 * and starts at most margin cells before it. -1: nothing to look at. */
int mrz_row_seek(const struct mrz_nets *nets, const struct mrz_view *v,
		 const struct mrz_curve *guess, double margin, size_t cells,
		 struct mrz_row *out);
/* Log odds a cell that the middle of a line is OCR-B, by its best dozen. The
 * line is turned to be read the likelier way. */
double mrz_row_odds(const struct mrz_nets *nets, const struct mrz_view *v,
		    struct mrz_curve *line);
/* Moves a line to the middle of the ink that is near it. */
void mrz_row_settle(const struct mrz_view *v, struct mrz_curve *c);

/* Logarithms of the share of each class, for each cell. */
struct mrz_shares {
	float of[MRZ_LENGTH][MRZ_CHARS];
};

void mrz_row_read(const struct mrz_nets *nets, const struct mrz_view *v,
		  const struct mrz_row *row, struct mrz_shares *out);

#endif
