// SPDX-License-Identifier: GPL-3.0-or-later
/* The holder's portrait on a document: cut out, and told. */
#include <math.h>

#include "base/str.h"
#include "check/image_write.h"
#include "check/portrait_part.h"

enum { PLANE = 640, EDGE = 1, QUALITY = 88 };

/* Where a point of the place's box is, in pixels of the image; u and v run
 * from 0 to 1. Sides are marked EDGE pixels broad. */
static void corner(const struct portrait_place *place, double scale, double u,
		   double v, double *x, double *y)
{
	const struct sheet_frame *f = &place->frame;
	double i = place->box.x + EDGE + u * (place->box.width - 2 * EDGE);
	double k = place->box.y + EDGE + v * (place->box.height - 2 * EDGE);

	*x = (f->x + i * f->right_x + k * f->down_x) / scale;
	*y = (f->y + i * f->right_y + k * f->down_y) / scale;
}

void portrait_turn(struct portrait_place *place)
{
	struct sheet_frame *f = &place->frame;
	double i = 2 * place->box.x + place->box.width;
	double k = 2 * place->box.y + place->box.height;

	*f = (struct sheet_frame){
		.x = f->x + i * f->right_x + k * f->down_x,
		.y = f->y + i * f->right_y + k * f->down_y,
		.right_x = -f->right_x,
		.right_y = -f->right_y,
		.down_x = -f->down_x,
		.down_y = -f->down_y,
	};
}

/* The mean of a square as wide as a pixel of the cut. */
static void sample(const struct image *image, double x, double y, int wide,
		   uint8_t *to)
{
	int x0 = (int)floor(x - wide / 2.0 + 0.5);
	int y0 = (int)floor(y - wide / 2.0 + 0.5), i, k, c;
	uint32_t sum[3] = { 0 };

	for (k = 0; k < wide; k++) {
		int row = y0 + k < 0		    ? 0
			  : y0 + k >= image->height ? image->height - 1
						    : y0 + k;

		for (i = 0; i < wide; i++) {
			int column = x0 + i < 0		      ? 0
				     : x0 + i >= image->width ? image->width - 1
							      : x0 + i;
			uint8_t rgb[3];

			image_colour(image, column, row, rgb);
			for (c = 0; c < 3; c++)
				sum[c] += rgb[c];
		}
	}
	for (c = 0; c < 3; c++)
		to[c] = (uint8_t)(sum[c] / (uint32_t)(wide * wide));
}

void portrait_cut(const struct image *image, double scale,
		  const struct portrait_place *place, struct portrait *out)
{
	const struct sheet_frame *f = &place->frame;
	double unit = hypot(f->right_x, f->right_y) / scale;
	double high = (place->box.height - 2 * EDGE) * unit, x, y;
	double shrink = fmax(1, high / PORTRAIT_SIDE);
	int height = (int)(high / shrink), i, k;
	int width = (int)((place->box.width - 2 * EDGE) * unit / shrink);
	int wide = (int)lround(shrink);
	uint8_t *rgb, *to;

	if (width < 1 || height < 1)
		return;
	to = rgb = mem_alloc((size_t)width * (size_t)height * 3);
	for (k = 0; k < height; k++) {
		for (i = 0; i < width; i++, to += 3) {
			corner(place, scale, (i + 0.5) / width,
			       (k + 0.5) / height, &x, &y);
			sample(image, x, y, wide, to);
		}
	}
	image_write_jpeg(&out->jpeg, rgb, width, height, QUALITY);
	out->found = true;
	free(rgb);
}

/* In pixels of the file, which may have been decoded at half its size. */
static void box_set(const struct image *image, double scale,
		    const struct portrait_place *place, struct portrait *out)
{
	double whole = (double)image->full_width / image->width;
	double x, y, x0 = 1e9, y0 = 1e9, x1 = -1, y1 = -1;
	int i;

	for (i = 0; i < 4; i++) {
		corner(place, scale, i & 1, i >> 1, &x, &y);
		x0 = fmin(x0, fmax(x, 0));
		y0 = fmin(y0, fmax(y, 0));
		x1 = fmax(x1, fmin(x, image->width));
		y1 = fmax(y1, fmin(y, image->height));
	}
	out->box.x = (int)(x0 * whole);
	out->box.y = (int)(y0 * whole);
	out->box.width = (int)((x1 - x0) * whole);
	out->box.height = (int)((y1 - y0) * whole);
}

void portrait_find(const struct image *image, const struct mrz_reading *zone,
		   struct portrait *out)
{
	struct plane p = plane_shrink(image, PLANE);
	double scale = (double)p.width / image->width;
	struct portrait_place place = { .score = 0 };

	*out = (struct portrait){ .found = false };
	if (p.width >= 64 && p.height >= 64) {
		if (zone && zone->format != MRZ_NONE)
			portrait_by_zone(&p,
					 (double)p.width / image->full_width,
					 zone, &place);
		else
			portrait_by_edges(&p, &place);
	}
	if (place.score > 0) {
		box_set(image, scale, &place, out);
		portrait_cut(image, scale, &place, out);
	}
	free(p.grey);
}

void portrait_finish(struct portrait *p)
{
	buf_finish(&p->jpeg);
	p->found = false;
}

void portrait_json(struct buf *b, const char *key, const struct portrait *p)
{
	struct buf text = BUF_INIT;

	if (!p->found) {
		json_null(b, key);
		return;
	}
	json_open(b, key, '{');
	json_open(b, "box", '[');
	json_int(b, NULL, p->box.x);
	json_int(b, NULL, p->box.y);
	json_int(b, NULL, p->box.width);
	json_int(b, NULL, p->box.height);
	json_close(b, ']');
	str_base64(&text, p->jpeg.data, p->jpeg.len);
	json_strn(b, "jpeg", text.data, text.len);
	json_close(b, '}');
	buf_finish(&text);
}
