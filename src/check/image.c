// SPDX-License-Identifier: GPL-3.0-or-later
/* Photos from untrusted bytes: limits, scale, orientation, grey. */
#include "check/image_part.h"

static const char too_short[] = "the image ends too early";

static uint8_t byte(int v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* ITU-R BT.601, as JPEG has it (ITU-T T.871, 7), in parts of 256. */
static uint8_t grey_of(const uint8_t *p)
{
	return (uint8_t)((77 * p[0] + 150 * p[1] + 29 * p[2] + 128) >> 8);
}

static uint8_t blue_of(int r, int g, int b)
{
	return byte(128 + ((128 * b - 43 * r - 85 * g + 128) >> 8));
}

static uint8_t red_of(int r, int g, int b)
{
	return byte(128 + ((128 * r - 107 * g - 21 * b + 128) >> 8));
}

/* How many pixels one of the tint covers a line of so many. */
static int halved(int n)
{
	return (n + 1) / 2;
}

void image_row(struct image_work *w, int y, const uint8_t *rgb)
{
	uint8_t *grey = w->grey + (size_t)y * (size_t)w->width;
	uint8_t *tint =
		w->tint + (size_t)(y / 2) * (size_t)halved(w->width) * 2;
	int x;

	for (x = 0; x < w->width; x++)
		grey[x] = grey_of(rgb + (size_t)x * 3);
	for (x = 0; x < w->width; x += 2, tint += 2) {
		const uint8_t *p = rgb + (size_t)x * 3;
		const uint8_t *q = x + 1 < w->width ? p + 3 : p;
		int r = (p[0] + q[0]) / 2, g = (p[1] + q[1]) / 2;
		int b = (p[2] + q[2]) / 2;
		uint8_t cb = blue_of(r, g, b), cr = red_of(r, g, b);

		tint[0] = y % 2 ? (uint8_t)((tint[0] + cb + 1) / 2) : cb;
		tint[1] = y % 2 ? (uint8_t)((tint[1] + cr + 1) / 2) : cr;
	}
}

/* Mean of two by two, where the last column or row may stand alone. */
void image_row_full(struct image_work *w, int y, const uint8_t *rgb)
{
	uint8_t *out = w->pair;
	int x, c;

	if (w->shrink == 1) {
		image_row(w, y, rgb);
		return;
	}
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
	if (y % 2 || y + 1 == w->head.height)
		image_row(w, y / 2, out);
}

/* Where pixels of the turned picture stand in the stored one: the first, and
 * how far the next to the right and below are. */
struct walk {
	ptrdiff_t first, right, down;
};

/* Exif 2.32, orientation 1 to 8. */
static struct walk walk_of(int orientation, int width, int height)
{
	ptrdiff_t w = width, end = w - 1, last = w * (height - 1);

	switch (orientation) {
	case 2:
		return (struct walk){ end, -1, w };
	case 3:
		return (struct walk){ last + end, -1, -w };
	case 4:
		return (struct walk){ last, 1, -w };
	case 5:
		return (struct walk){ 0, w, 1 };
	case 6:
		return (struct walk){ last, -w, 1 };
	case 7:
		return (struct walk){ last + end, -w, -1 };
	case 8:
		return (struct walk){ end, w, -1 };
	default:
		return (struct walk){ 0, 1, w };
	}
}

/* A plane of so many bytes a pixel, turned in place of the old one. */
static void turn_plane(uint8_t **plane, int bytes, int width, int height,
		       int orientation)
{
	struct walk walk = walk_of(orientation, width, height);
	int columns = orientation > 4 ? height : width;
	int rows = orientation > 4 ? width : height, x, y, i;
	uint8_t *to = mem_alloc((size_t)width * (size_t)height * (size_t)bytes);
	uint8_t *turned = to;

	for (y = 0; y < rows; y++) {
		ptrdiff_t at = walk.first + y * walk.down;

		for (x = 0; x < columns; x++, at += walk.right) {
			for (i = 0; i < bytes; i++)
				*to++ = (*plane)[at * bytes + i];
		}
	}
	free(*plane);
	*plane = turned;
}

static void hand_out(struct image_work *w, struct image *out)
{
	bool across = w->head.orientation > 4;

	if (w->head.orientation != 1) {
		turn_plane(&w->grey, 1, w->width, w->height,
			   w->head.orientation);
		turn_plane(&w->tint, 2, halved(w->width), halved(w->height),
			   w->head.orientation);
	}
	out->media = w->head.media;
	out->width = across ? w->height : w->width;
	out->height = across ? w->width : w->height;
	out->full_width = across ? w->head.height : w->head.width;
	out->full_height = across ? w->head.width : w->head.height;
	out->grey = w->grey;
	out->tint = w->tint;
	w->grey = w->tint = NULL;
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
	size_t row = (size_t)w->width, tints = (size_t)halved(w->width) * 2;
	int first;

	if (w->rows >= w->full_rows)
		return 0;
	if (!w->cut_ok || (int64_t)w->rows * 20 < (int64_t)w->full_rows * 19) {
		w->why = too_short;
		return -1;
	}
	first = (int)((int64_t)w->rows * w->height / w->full_rows);
	memset(w->grey + (size_t)first * row, 128,
	       (size_t)(w->height - first) * row);
	memset(w->tint + (size_t)halved(first) * tints, 128,
	       (size_t)(halved(w->height) - halved(first)) * tints);
	out->cut = true;
	return 0;
}

static void work_open(struct image_work *w)
{
	if ((int64_t)w->head.width * w->head.height > IMAGE_FULL_MAX)
		w->shrink = 2;
	w->width = (w->head.width + w->shrink - 1) / w->shrink;
	w->height = (w->head.height + w->shrink - 1) / w->shrink;
	w->grey = mem_alloc((size_t)w->width * (size_t)w->height);
	w->tint = mem_alloc((size_t)halved(w->width) *
			    (size_t)halved(w->height) * 2);
	w->pair = mem_alloc((size_t)w->width * 3);
}

int image_decode(const void *bytes, size_t len, struct image *out,
		 const char **why)
{
	struct image_work w = { .bytes = bytes, .len = len, .shrink = 1 };
	int rc = -1;

	*out = (struct image){ .media = CHECK_MEDIA_NONE };
	if (image_head(bytes, len, &w.head, why))
		return -1;
	work_open(&w);
	if (!decode(&w) && !complete(&w, out)) {
		hand_out(&w, out);
		rc = 0;
	}
	*why = rc ? w.why : NULL;
	free(w.grey);
	free(w.tint);
	free(w.pair);
	return rc;
}

void image_colour(const struct image *image, int x, int y, uint8_t rgb[3])
{
	size_t row = (size_t)halved(image->width) * 2;
	const uint8_t *tint =
		image->tint + (size_t)(y / 2) * row + (size_t)(x / 2) * 2;
	int grey = image->grey[(size_t)y * (size_t)image->width + (size_t)x];
	int blue = tint[0] - 128, red = tint[1] - 128;

	rgb[0] = byte(grey + ((359 * red + 128) >> 8));
	rgb[1] = byte(grey - ((88 * blue + 183 * red + 128) >> 8));
	rgb[2] = byte(grey + ((454 * blue + 128) >> 8));
}

void image_finish(struct image *image)
{
	free(image->tint);
	free(image->grey);
	*image = (struct image){ .media = CHECK_MEDIA_NONE };
}
