// SPDX-License-Identifier: GPL-3.0-or-later
/* Where to look for a portrait: on the page above a zone, or along edges. */
#include <math.h>

#include "check/portrait_part.h"

enum {
	DOTS = 2,     /* pixels of a sheet to a millimetre, by a zone */
	SIDE = 300,   /* of a sheet, where sizes aren't known */
	DEGREES = 90, /* directions of edges */
	SLANTS = 2    /* of them that are tried */
};

static const double pitch_mm = 2.54, above_mm = 0.7 * 2.54;
/* heights of portraits: of ICAO Doc 9303-4 to 7, and smaller ones of cards */
static const double least_mm = 18, most_mm = 47;

/* Width and height of the documents of Doc 9303. */
static const struct {
	double width, height;
} pages[MRZ_FORMATS] = {
	[MRZ_TD1] = { 85.6, 54 },  [MRZ_TD2] = { 105, 74 },
	[MRZ_TD3] = { 125, 88 },   [MRZ_MRV_A] = { 120, 80 },
	[MRZ_MRV_B] = { 105, 74 },
};

/* A step of a sheet to the right and down is one along the zone's top line and
 * one across it. */
void portrait_by_zone(const struct plane *p, double scale,
		      const struct mrz_reading *zone,
		      struct portrait_place *place)
{
	const struct mrz_layout *l = &mrz_layouts[zone->format];
	double wide = pages[zone->format].width;
	/* the page above the zone, with what perspective may add */
	double high =
		pages[zone->format].height * 1.05 - 8 - (l->lines - 1) * 6.35;
	double mm = l->length * pitch_mm, margin = (wide - mm) / 2, x, y,
	       across;
	struct sheet_frame f;
	struct sheet s;

	x = (double)(zone->box[1][0] - zone->box[0][0]) * scale / (mm * DOTS);
	y = (double)(zone->box[1][1] - zone->box[0][1]) * scale / (mm * DOTS);
	across = hypot(x, y);
	if (across < 0.05)
		return;
	f = (struct sheet_frame){
		.right_x = x, .right_y = y, .down_x = -y, .down_y = x
	};
	f.x = (double)zone->box[0][0] * scale -
	      DOTS * (margin * f.right_x + (high - above_mm) * f.down_x);
	f.y = (double)zone->box[0][1] * scale -
	      DOTS * (margin * f.right_y + (high - above_mm) * f.down_y);
	sheet_open(&s, p, &f, (int)(wide * DOTS), (int)(high * DOTS));
	portrait_seek(&s, (int)(least_mm * DOTS), (int)(most_mm * DOTS), place);
	sheet_finish(&s);
}

/* How strong edges are in each direction; those across count as well. */
static void directions(const struct plane *p, double *by_degree)
{
	int x, y, w = p->width;

	for (y = 1; y < p->height - 1; y++) {
		for (x = 1; x < w - 1; x++) {
			const uint8_t *g = p->grey + y * w + x;
			double dx = g[1] - g[-1], dy = g[w] - g[-w];
			double strength = hypot(dx, dy), degrees;

			if (strength < 16)
				continue;
			degrees = atan2(dy, dx) * 180 / M_PI + 360;
			by_degree[(int)degrees % DEGREES] += strength;
		}
	}
}

/* The directions of most edges, none near another. */
static void slants(const struct plane *p, double *out)
{
	double by_degree[DEGREES] = { 0 }, soft[DEGREES];
	int i, k, n, best;

	directions(p, by_degree);
	for (i = 0; i < DEGREES; i++)
		soft[i] = by_degree[(i + DEGREES - 1) % DEGREES] +
			  2 * by_degree[i] + by_degree[(i + 1) % DEGREES];
	for (n = 0; n < SLANTS; n++) {
		for (best = 0, i = 1; i < DEGREES; i++)
			best = soft[i] > soft[best] ? i : best;
		out[n] = best + 0.5 > 45 ? best + 0.5 - 90 : best + 0.5;
		for (k = -2; k <= 2; k++)
			soft[(best + k + DEGREES) % DEGREES] = 0;
	}
}

/* All of the plane, turned. */
static void look(const struct plane *p, double degrees,
		 struct portrait_place *place)
{
	double longer = p->width > p->height ? p->width : p->height;
	double angle = degrees * M_PI / 180, step = longer / SIDE;
	double c = cos(angle), s = sin(angle);
	double wide = fabs(p->width * c) + fabs(p->height * s);
	double high = fabs(p->width * s) + fabs(p->height * c);
	struct sheet_frame f = { .right_x = step * c,
				 .right_y = step * s,
				 .down_x = -step * s,
				 .down_y = step * c };
	struct sheet sheet;

	f.x = p->width / 2.0 - (wide * c - high * s) / 2;
	f.y = p->height / 2.0 - (wide * s + high * c) / 2;
	sheet_open(&sheet, p, &f, (int)(wide / step), (int)(high / step));
	portrait_seek(&sheet, SIDE * 12 / 100, SIDE / 2, place);
	sheet_finish(&sheet);
}

void portrait_by_edges(const struct plane *p, struct portrait_place *place)
{
	double slant[SLANTS];
	int i;

	place->any_way = true;
	slants(p, slant);
	for (i = 0; i < SLANTS; i++) {
		look(p, slant[i], place);
		look(p, slant[i] + 90, place);
	}
	if (place->score > 0 && place->turned)
		portrait_turn(place);
}
