// SPDX-License-Identifier: GPL-3.0-or-later
/* Patterns of security paper, and portraits of nobody. */
#include <math.h>

#include "cmd/specimen/page.h"

/* One family of waves, each the one above moved down. */
static void draw_waves(const struct pen *pen, double y, double h, double strong)
{
	struct chance *c = pen->chance;
	struct canvas *on = &pen->page->canvas;
	double ppm = pen->page->ppm, wide = chance_between(c, 0.07, 0.22) * ppm;
	double tall = chance_between(c, 0.5, 8) * ppm;
	double slow = chance_between(c, 0.03, 0.6) / ppm;
	double slope = chance_between(c, -0.4, 0.4);
	double gap = chance_between(c, 0.5, 3.2) * ppm, at;
	double beat = chance_between(c, 0, 0.3) * slow;
	double coverage = chance_between(c, 0.1, 0.42) * strong;
	struct ink ink =
		ink_mix(pen->tint, pen->paper, chance_between(c, 0, 0.5));
	double *curve = mem_alloc((size_t)on->width * sizeof(*curve));
	double *line = mem_alloc((size_t)on->width * sizeof(*line));
	double reach = tall + fabs(slope) * on->width;
	int x;

	for (x = 0; x < on->width; x++)
		curve[x] = tall * sin(slow * x + 2 * sin(beat * x)) +
			   slope * (x - on->width / 2.0);
	at = y - reach;
	while (at < y + h + reach) {
		int from = -1;

		for (x = 0; x <= on->width; x++) {
			bool in = x < on->width && at + curve[x] >= y &&
				  at + curve[x] < y + h;

			if (x < on->width)
				line[x] = at + curve[x];
			if (in && from < 0)
				from = x;
			if (!in && from >= 0) {
				canvas_curve(on, line, from, x, wide, ink,
					     coverage);
				from = -1;
			}
		}
		at += gap;
	}
	free(line);
	free(curve);
}

void pen_pattern(const struct pen *pen, double y, double h, double strong)
{
	double ppm = pen->page->ppm;
	size_t n = 2 + chance_below(pen->chance, 3);

	for (; n > 0; n--)
		draw_waves(pen, y * ppm, h * ppm, strong);
}

static struct ink skin(struct chance *c)
{
	struct ink light = { 236, 200, 175 }, deep = { 92, 60, 44 };

	return ink_mix(light, deep, chance_between(c, 0, 1));
}

static void draw_face(const struct pen *pen, struct canvas *on, double x,
		      double y, double w, double h)
{
	struct chance *c = pen->chance;
	struct ink face = skin(c);
	struct ink hair =
		ink_mix((struct ink){ 25, 20, 18 },
			(struct ink){ 170, 130, 80 }, chance_between(c, 0, 1));
	struct ink eye = { 30, 24, 22 }, lip = ink_shade(face, 0.72);
	double mid = x + w * chance_between(c, 0.47, 0.53);
	double long_hair = chance_between(c, 0.36, 0.62);
	int side;

	canvas_ellipse(on, mid, y + h * long_hair, w * 0.31,
		       h * long_hair * 0.86, hair);
	canvas_ellipse(on, mid, y + h * 0.75, w * 0.1, h * 0.15,
		       ink_shade(face, 0.85));
	canvas_ellipse(on, mid, y + h * 0.48, w * 0.245, h * 0.29, face);
	canvas_ellipse(on, mid, y + h * 0.245, w * 0.2, h * 0.075, hair);
	for (side = -1; side < 2; side += 2) {
		double at = mid + side * w * 0.1;

		canvas_ellipse(on, at, y + h * 0.455, w * 0.05, h * 0.017,
			       (struct ink){ 240, 240, 236 });
		canvas_ellipse(on, at, y + h * 0.455, w * 0.02, h * 0.017, eye);
		canvas_ellipse(on, at, y + h * 0.42, w * 0.06, h * 0.008, hair);
	}
	canvas_ellipse(on, mid, y + h * 0.56, w * 0.025, h * 0.03,
		       ink_shade(face, 0.88));
	canvas_ellipse(on, mid, y + h * 0.645, w * 0.075, h * 0.013, lip);
}

/* On a field of its own, then laid over the page: a ghost is faint. */
void pen_portrait(const struct pen *pen, double x, double y, double w, double h,
		  double coverage)
{
	struct chance *c = pen->chance;
	double ppm = pen->page->ppm;
	int i, j, left = (int)(x * ppm), top = (int)(y * ppm);
	uint8_t field = (uint8_t)(165 + chance_below(c, 80));
	struct ink cloth = { (uint8_t)(20 + chance_below(c, 120)),
			     (uint8_t)(20 + chance_below(c, 120)),
			     (uint8_t)(20 + chance_below(c, 120)) };
	struct canvas photo;

	canvas_open(&photo, (int)(w * ppm), (int)(h * ppm),
		    (struct ink){ field, field, (uint8_t)(field + 6) });
	canvas_ellipse(&photo, photo.width * 0.5, photo.height * 1.06,
		       photo.width * 0.47, photo.height * 0.28, cloth);
	draw_face(pen, &photo, 0, 0, photo.width, photo.height);
	for (j = 0; j < photo.height; j++) {
		for (i = 0; i < photo.width; i++) {
			struct ink ink;

			memcpy(&ink,
			       photo.rgb +
				       3 * ((size_t)j * (size_t)photo.width +
					    (size_t)i),
			       3);
			canvas_blend(&pen->page->canvas, left + i, top + j, ink,
				     coverage);
		}
	}
	if (coverage >= 1)
		pen->page->portrait =
			(struct box){ left, top, photo.width, photo.height };
	canvas_close(&photo);
}
