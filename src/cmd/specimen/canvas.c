// SPDX-License-Identifier: GPL-3.0-or-later
/* A coloured picture that is drawn on. */
#include <math.h>

#include "cmd/specimen/canvas.h"

void canvas_open(struct canvas *c, int width, int height, struct ink paper)
{
	size_t i, n = (size_t)width * (size_t)height;

	c->width = width;
	c->height = height;
	c->rgb = mem_alloc(n * 3);
	for (i = 0; i < n; i++)
		memcpy(c->rgb + 3 * i, &paper, 3);
}

void canvas_close(struct canvas *c)
{
	free(c->rgb);
	c->rgb = NULL;
}

static uint8_t mixed(double a, double b, double share)
{
	double v = a + (b - a) * share + 0.5;

	return v <= 0 ? 0 : v >= 255 ? 255 : (uint8_t)v;
}

struct ink ink_mix(struct ink a, struct ink b, double share)
{
	return (struct ink){ mixed(a.red, b.red, share),
			     mixed(a.green, b.green, share),
			     mixed(a.blue, b.blue, share) };
}

struct ink ink_shade(struct ink a, double by)
{
	return ink_mix((struct ink){ 0, 0, 0 }, a, by);
}

void canvas_blend(struct canvas *c, int x, int y, struct ink ink,
		  double coverage)
{
	uint8_t *p;

	if (x < 0 || y < 0 || x >= c->width || y >= c->height || coverage <= 0)
		return;
	p = c->rgb + ((size_t)y * (size_t)c->width + (size_t)x) * 3;
	p[0] = mixed(p[0], ink.red, coverage);
	p[1] = mixed(p[1], ink.green, coverage);
	p[2] = mixed(p[2], ink.blue, coverage);
}

static int within(double v, int most)
{
	return v <= 0 ? 0 : v >= most ? most : (int)v;
}

void canvas_fill(struct canvas *c, double x, double y, double w, double h,
		 struct ink ink, double coverage)
{
	int i, j;

	for (j = within(y, c->height); j < within(y + h, c->height); j++) {
		for (i = within(x, c->width); i < within(x + w, c->width); i++)
			canvas_blend(c, i, j, ink, coverage);
	}
}

/* Its edge is as wide as a pixel, and light comes from the upper left. */
void canvas_ellipse(struct canvas *c, double x, double y, double rx, double ry,
		    struct ink ink)
{
	int top = within(y - ry, c->height), i, j;
	int end = within(y + ry + 1, c->height);

	for (j = top; j < end; j++) {
		for (i = within(x - rx, c->width);
		     i < within(x + rx + 1, c->width); i++) {
			double u = (i + 0.5 - x) / rx, v = (j + 0.5 - y) / ry;
			double edge = (1 - hypot(u, v)) * (rx < ry ? rx : ry);

			if (edge <= -0.5)
				continue;
			canvas_blend(c, i, j,
				     ink_shade(ink, 1.06 - 0.12 * (u + v) / 2),
				     edge >= 0.5 ? 1 : edge + 0.5);
		}
	}
}

void canvas_curve(struct canvas *c, const double *y, int from, int to,
		  double wide, struct ink ink, double coverage)
{
	int i, j;

	for (i = from; i < to; i++) {
		double top = y[i] - wide / 2, end = y[i] + wide / 2;

		for (j = (int)floor(top); j < end; j++) {
			double a = top > j ? top : j;
			double b = end < j + 1 ? end : j + 1;

			canvas_blend(c, i, j, ink, (b - a) * coverage);
		}
	}
}
