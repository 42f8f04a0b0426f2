// SPDX-License-Identifier: GPL-3.0-or-later
/* Photos from untrusted bytes: limits, scale, orientation, grey. */
#include "check/image_part.h"

static const char too_short[] = "the image ends too early";

/* Mean of two by two, where the last column or row may stand alone. */
static void shrink_row(struct image_work *w, int y, const uint8_t *rgb)
{
	uint8_t *out = w->rgb + (size_t)(y / 2) * (size_t)w->width * 3;
	int x, c;

	for (x = 0; x < w->width; x++) {
		const uint8_t *p = rgb + (size_t)x * 6;
		int right = 2 * x + 1 < w->head.width ? 3 : 0;

		for (c = 0; c < 3; c++) {
			int mean = (p[c] + p[c + right] + 1) / 2;

			if (y % 2)
				mean = (out[x * 3 + c] + mean + 1) / 2;
			out[x * 3 + c] = (uint8_t)mean;
		}
	}
}

void image_row(struct image_work *w, int y, const uint8_t *rgb)
{
	size_t row = (size_t)w->width * 3;

	if (w->shrink == 1)
		memcpy(w->rgb + (size_t)y * row, rgb, row);
	else
		shrink_row(w, y, rgb);
}

/* Where the pixel (x, y) of the turned image stands in the stored one
 * (Exif 2.32, orientation 1 to 8). */
static size_t turned(const struct image_work *w, int x, int y)
{
	int right = w->width - 1, bottom = w->height - 1;
	int sx = x, sy = y;

	switch (w->head.orientation) {
	case 2:
		sx = right - x;
		break;
	case 3:
		sx = right - x;
		sy = bottom - y;
		break;
	case 4:
		sy = bottom - y;
		break;
	case 5:
		sx = y;
		sy = x;
		break;
	case 6:
		sx = y;
		sy = bottom - x;
		break;
	case 7:
		sx = right - y;
		sy = bottom - x;
		break;
	case 8:
		sx = right - y;
		sy = x;
		break;
	default:
		break;
	}
	return ((size_t)sy * (size_t)w->width + (size_t)sx) * 3;
}

static void turn(struct image_work *w, struct image *out)
{
	bool across = w->head.orientation > 4;
	uint8_t *to;
	int x, y;

	out->width = across ? w->height : w->width;
	out->height = across ? w->width : w->height;
	out->full_width = across ? w->head.height : w->head.width;
	out->full_height = across ? w->head.width : w->head.height;
	if (w->head.orientation == 1) {
		out->rgb = w->rgb;
		w->rgb = NULL;
		return;
	}
	to = out->rgb = mem_alloc((size_t)w->width * (size_t)w->height * 3);
	for (y = 0; y < out->height; y++) {
		for (x = 0; x < out->width; x++, to += 3)
			memcpy(to, w->rgb + turned(w, x, y), 3);
	}
}

/* ITU-R BT.601, as JPEG has it. */
static void make_grey(struct image *out)
{
	size_t n = (size_t)out->width * (size_t)out->height, i;
	const uint8_t *p = out->rgb;

	out->grey = mem_alloc(n);
	for (i = 0; i < n; i++, p += 3)
		out->grey[i] =
			(uint8_t)((77 * p[0] + 150 * p[1] + 29 * p[2] + 128) >>
				  8);
}

static int decode(struct image_work *w)
{
	switch (w->head.media) {
	case CHECK_MEDIA_JPEG:
		return image_jpeg(w);
	case CHECK_MEDIA_PNG:
		return image_png(w);
	default:
		return image_webp(w);
	}
}

/* What is missing at the end is grey, unless it is too much. */
static int complete(struct image_work *w, struct image *out)
{
	size_t row = (size_t)w->width * 3;
	int first;

	if (w->rows >= w->full_rows)
		return 0;
	if (!w->cut_ok || (int64_t)w->rows * 20 < (int64_t)w->full_rows * 19) {
		w->why = too_short;
		return -1;
	}
	first = (int)((int64_t)w->rows * w->height / w->full_rows);
	memset(w->rgb + (size_t)first * row, 128,
	       (size_t)(w->height - first) * row);
	out->cut = true;
	return 0;
}

int image_decode(const void *bytes, size_t len, struct image *out,
		 const char **why)
{
	struct image_work w = { .bytes = bytes, .len = len, .shrink = 1 };
	int rc = -1;

	*out = (struct image){ .media = CHECK_MEDIA_NONE };
	if (image_head(bytes, len, &w.head, why))
		return -1;
	if ((int64_t)w.head.width * w.head.height > IMAGE_FULL_MAX)
		w.shrink = 2;
	w.width = (w.head.width + w.shrink - 1) / w.shrink;
	w.height = (w.head.height + w.shrink - 1) / w.shrink;
	w.rgb = mem_alloc((size_t)w.width * (size_t)w.height * 3);
	if (!decode(&w) && !complete(&w, out)) {
		out->media = w.head.media;
		turn(&w, out);
		make_grey(out);
		rc = 0;
	}
	*why = rc ? w.why : NULL;
	free(w.rgb);
	return rc;
}

void image_finish(struct image *image)
{
	free(image->rgb);
	free(image->grey);
	*image = (struct image){ .media = CHECK_MEDIA_NONE };
}
