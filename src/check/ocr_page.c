// SPDX-License-Identifier: GPL-3.0-or-later
/* The part of a photo whose words are read, upright and of one size. */
#include <math.h>

#include "check/ocr_page.h"

enum {
	SIDE_MAX = 2400,
	/* Of a character of the zone, 2.54 mm wide: capitals of the rest of
	 * the document are then 15 to 40 pixels high. */
	PITCH = 40
};

/* The grey picture that is sampled: not larger than it need be. */
struct source {
	struct plane plane;
	double scale; /* of the photo's pixels to its own */
};

static double clamp(double v, double least, double most)
{
	return v < least ? least : v > most ? most : v;
}

static double sample(const struct plane *p, double x, double y)
{
	double cx = clamp(x, 0, p->width - 1), cy = clamp(y, 0, p->height - 1);
	int x0 = (int)cx, y0 = (int)cy;
	int x1 = x0 + 1 < p->width ? x0 + 1 : x0;
	int y1 = y0 + 1 < p->height ? y0 + 1 : y0;
	const uint8_t *a = p->grey + (size_t)y0 * (size_t)p->width;
	const uint8_t *b = p->grey + (size_t)y1 * (size_t)p->width;
	double fx = cx - x0, fy = cy - y0;

	return (a[x0] * (1 - fx) + a[x1] * fx) * (1 - fy) +
	       (b[x0] * (1 - fx) + b[x1] * fx) * fy;
}

/* What lies beyond the photo is as its edge. */
static void draw(struct ocr_page *p, const struct source *s)
{
	uint8_t *to;
	int x, y;

	to = p->plane.grey =
		mem_alloc((size_t)p->plane.width * (size_t)p->plane.height);
	for (y = 0; y < p->plane.height; y++) {
		for (x = 0; x < p->plane.width; x++) {
			double fx = p->origin[0] + (x + 0.5) * p->right[0] +
				    (y + 0.5) * p->down[0];
			double fy = p->origin[1] + (x + 0.5) * p->right[1] +
				    (y + 0.5) * p->down[1];

			*to++ = (uint8_t)sample(&s->plane, fx * s->scale - 0.5,
						fy * s->scale - 0.5);
		}
	}
}

/* Where a pixel of the page covers so many of the photo's. */
static struct source shrink(const struct image *image, double covers)
{
	int longer = image->full_width > image->full_height
			     ? image->full_width
			     : image->full_height;
	double side = clamp(longer / covers, 1, longer);
	struct source s = { .plane = plane_shrink(image, (int)side + 1) };

	s.scale = (double)s.plane.width / image->full_width;
	return s;
}

void ocr_page_whole(const struct image *image, int turn, struct ocr_page *out)
{
	/* what a step to the right and one down are on the photo */
	static const int steps[4][4] = { { 1, 0, 0, 1 },
					 { 0, -1, 1, 0 },
					 { -1, 0, 0, -1 },
					 { 0, 1, -1, 0 } };
	const int *step = steps[turn / 90 % 4];
	struct source s = { .plane = plane_shrink(image, SIDE_MAX) };
	bool lies = turn % 180 != 0;
	double one;
	int i;

	s.scale = (double)s.plane.width / image->full_width;
	one = 1 / s.scale;
	out->plane.width = lies ? s.plane.height : s.plane.width;
	out->plane.height = lies ? s.plane.width : s.plane.height;
	for (i = 0; i < 2; i++) {
		out->right[i] = step[i] * one;
		out->down[i] = step[2 + i] * one;
		out->origin[i] =
			step[i] < 0 || step[2 + i] < 0
				? (i ? image->full_height : image->full_width)
				: 0;
	}
	draw(out, &s);
	free(s.plane.grey);
}

/* Of the zone's width: the margin beside it, and how far the document goes on
 * above (Doc 9303 parts 4 to 7), with a little for perspective. What lies
 * farther off is another paper. */
static const struct {
	double beside, above;
} reaches[] = {
	[MRZ_TD1] = { 0.08, 0.46 },   [MRZ_TD2] = { 0.09, 0.68 },
	[MRZ_TD3] = { 0.08, 0.63 },   [MRZ_MRV_A] = { 0.06, 0.61 },
	[MRZ_MRV_B] = { 0.09, 0.68 },
};
static const double BELOW = 0.02;

void ocr_page_above(const struct image *image, const struct mrz_reading *zone,
		    struct ocr_page *out)
{
	const float(*box)[2] = zone->box;
	int length = mrz_layouts[zone->format].length, i;
	double x = (double)box[1][0] - box[0][0];
	double y = (double)box[1][1] - box[0][1];
	double width = clamp(sqrt(x * x + y * y), 1, 20000);
	double beside = reaches[zone->format].beside;
	double above = reaches[zone->format].above;
	double covers = width / (PITCH * length), tall;
	struct source s = shrink(image, covers);

	out->right[0] = x / width * covers;
	out->right[1] = y / width * covers;
	out->down[0] = -out->right[1];
	out->down[1] = out->right[0];
	tall = hypot((double)box[3][0] - box[0][0],
		     (double)box[3][1] - box[0][1]);
	for (i = 0; i < 2; i++)
		out->origin[i] = box[0][i] - (beside * out->right[i] +
					      above * out->down[i]) *
						     width / covers;
	out->plane.width = (int)((1 + 2 * beside) * width / covers);
	out->plane.height =
		(int)(((above + BELOW) * width + clamp(tall, 0, width)) /
		      covers);
	draw(out, &s);
	free(s.plane.grey);
}

void ocr_page_finish(struct ocr_page *p)
{
	free(p->plane.grey);
	p->plane.grey = NULL;
}

void ocr_page_place(const struct ocr_page *p, const int at[4], int out[4])
{
	double least[2] = { 1e9, 1e9 }, most[2] = { 0, 0 };
	int corner, i;

	for (corner = 0; corner < 4; corner++) {
		int x = at[corner & 1 ? 2 : 0], y = at[corner & 2 ? 3 : 1];

		for (i = 0; i < 2; i++) {
			double v =
				p->origin[i] + x * p->right[i] + y * p->down[i];

			v = clamp(v, 0, 1e6);
			least[i] = fmin(least[i], v);
			most[i] = fmax(most[i], v);
		}
	}
	for (i = 0; i < 2; i++) {
		out[i] = (int)least[i];
		out[i + 2] = (int)(most[i] - least[i]);
	}
}
