// SPDX-License-Identifier: GPL-3.0-or-later
/* A coloured picture that is drawn on. */
#ifndef CMD_SPECIMEN_CANVAS_H
#define CMD_SPECIMEN_CANVAS_H

#include <stdint.h>

#include "base/mem.h"

struct ink {
	uint8_t red, green, blue;
};

struct canvas {
	int width, height;
	uint8_t *rgb; /* rows without padding */
};

void canvas_open(struct canvas *c, int width, int height, struct ink paper);
void canvas_close(struct canvas *c);

/* A colour between two, and one that is darker (below 1) or lighter. */
struct ink ink_mix(struct ink a, struct ink b, double share_of_b);
struct ink ink_shade(struct ink a, double by);

/* Coverage is 0 to 1; outside of the picture nothing happens. */
void canvas_blend(struct canvas *c, int x, int y, struct ink ink,
		  double coverage);
void canvas_fill(struct canvas *c, double x, double y, double w, double h,
		 struct ink ink, double coverage);
void canvas_ellipse(struct canvas *c, double x, double y, double rx, double ry,
		    struct ink ink);
/* From left to right by the heights of each column, so wide. */
void canvas_curve(struct canvas *c, const double *y, int from, int to,
		  double wide, struct ink ink, double coverage);

#endif
