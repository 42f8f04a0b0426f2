// SPDX-License-Identifier: GPL-3.0-or-later
/* Barcodes: one reader, and the views of the image that it gets. */
#include <math.h>

#include "base/clock.h"
#include "base/str.h"
#include "check/aamva.h"
#include "check/barcode.h"
#include "check/barcode_frame.h"
#include "check/barcode_zxing.h"
#include "check/plane.h"

/* What is made of a picture, before it is read. */
struct view {
	int side;   /* pixels long; the whole may be shorter */
	int smooth; /* rows above and below one that are its mean */
	bool sharpen;
};

/* Most photos are read as they are, or by the first view of the frame that lies
 * on the barcode. Frames are small, so several views can be tried: what blur
 * needs, noise does not bear. */
static const struct view whole = { 1600, 0, false };
static const struct view framed[] = {
	{ 1200, 1, false }, { 1200, 0, true }, { 2000, 3, false },
	{ 1200, 3, false }, { 1600, 1, true }, { 2000, 1, false },
	{ 1600, 2, false },
};

/* Sizes at which frames are looked for: on a card that fills the photo, and, with
 * half of the time left, on one far away, whose bars the small picture does not
 * show. */
enum { NEAR = 800, FAR = 2000, FAR_LEAST = 1200 };

struct picture {
	int width, height;
	uint8_t *grey;
	const struct barcode_frame *frame; /* or NULL for the whole image */
	double scale; /* of the frame's or image's pixels */
};

/* Where a pixel of the picture lies in the image. */
static void place(const struct picture *p, double x, double y, double *ix,
		  double *iy)
{
	x /= p->scale;
	y /= p->scale;
	*ix = x;
	*iy = y;
	if (p->frame)
		barcode_frame_place(p->frame, x, y, ix, iy);
}

static int pixel(const struct image *image, int x, int y)
{
	if (x < 0 || y < 0 || x >= image->width || y >= image->height)
		return 255;
	return image->grey[(size_t)y * (size_t)image->width + (size_t)x];
}

/* Linear between four pixels; where the picture is smaller, the mean of a
 * square keeps thin bars. */
static uint8_t sample(const struct image *image, double x, double y, int wide)
{
	int x0 = (int)floor(x), y0 = (int)floor(y), i, j;
	double fx = x - x0, fy = y - y0;
	int sum = 0;

	if (wide < 2)
		return (uint8_t)((1 - fy) * ((1 - fx) * pixel(image, x0, y0) +
					     fx * pixel(image, x0 + 1, y0)) +
				 fy * ((1 - fx) * pixel(image, x0, y0 + 1) +
				       fx * pixel(image, x0 + 1, y0 + 1)));
	for (j = 0; j < wide; j++) {
		for (i = 0; i < wide; i++)
			sum += pixel(image, x0 - wide / 2 + i,
				     y0 - wide / 2 + j);
	}
	return (uint8_t)(sum / (wide * wide));
}

static void draw_whole(const struct image *image, int side, struct picture *p)
{
	struct plane plane = plane_shrink(image, side);

	p->width = plane.width;
	p->height = plane.height;
	p->grey = plane.grey;
	p->scale = (double)plane.width / image->width;
}

static void draw_framed(const struct image *image, int side, struct picture *p)
{
	double ix, iy;
	uint8_t *to;
	int x, y, wide;

	p->scale = side / p->frame->width;
	p->width = side;
	p->height = (int)fmin(ceil(p->frame->height * p->scale), side);
	wide = (int)lround(1 / p->scale);
	to = p->grey = mem_alloc((size_t)p->width * (size_t)p->height);
	for (y = 0; y < p->height; y++) {
		for (x = 0; x < p->width; x++) {
			place(p, x, y, &ix, &iy);
			*to++ = sample(image, ix, iy, wide);
		}
	}
}

/* Each pixel becomes the mean of so many above and below it: bars run there. */
static void smooth(struct picture *p, int rows)
{
	size_t w = (size_t)p->width, n = w * (size_t)p->height;
	uint8_t *from = mem_alloc(n);
	int x, y, k;

	memcpy(from, p->grey, n);
	for (y = rows; y < p->height - rows; y++) {
		for (x = 0; x < p->width; x++) {
			size_t at = (size_t)(y - rows) * w + (size_t)x;
			int sum = 0;

			for (k = 0; k <= 2 * rows; k++)
				sum += from[at + (size_t)k * w];
			p->grey[(size_t)y * w + (size_t)x] =
				(uint8_t)(sum / (2 * rows + 1));
		}
	}
	free(from);
}

/* Unsharp mask across the bars: twice the picture less what is two to the
 * left and right. */
static void sharpen(struct picture *p)
{
	uint8_t *row = mem_alloc((size_t)p->width);
	int x, y;

	for (y = 0; y < p->height; y++) {
		uint8_t *to = p->grey + (size_t)y * (size_t)p->width;

		memcpy(row, to, (size_t)p->width);
		for (x = 2; x < p->width - 2; x++) {
			int v = 2 * row[x] - (row[x - 2] + row[x + 2]) / 2;

			to[x] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
		}
	}
	free(row);
}

static bool try_view(const struct image *image, const struct view *v,
		     const struct barcode_frame *frame, struct barcode *out)
{
	struct barcode_found *found = mem_alloc(sizeof(*found));
	double full = (double)image->full_width / image->width;
	struct picture p = { .frame = frame };
	int i, seen;

	if (frame)
		draw_framed(image, v->side, &p);
	else
		draw_whole(image, v->side, &p);
	if (v->smooth)
		smooth(&p, v->smooth);
	if (v->sharpen)
		sharpen(&p);
	seen = barcode_zxing(p.grey, p.width, p.height, !frame, found);
	if (seen) {
		out->len = found->len;
		out->bytes = mem_alloc(found->len + 1);
		memcpy(out->bytes, found->bytes, found->len);
		for (i = 0; i < 4; i++) {
			place(&p, found->corners[i][0], found->corners[i][1],
			      &out->corners[i][0], &out->corners[i][1]);
			out->corners[i][0] *= full;
			out->corners[i][1] *= full;
		}
	}
	free(p.grey);
	free(found);
	return seen;
}

/* Views of the frames that are seen in the image at this size. */
static bool try_frames(const struct image *image, int side, int64_t until,
		       struct barcode *out)
{
	struct barcode_frame frames[BARCODE_FRAMES];
	int count, k;
	size_t i;

	if (clock_cpu_us() >= until)
		return false;
	count = barcode_frames(image, side, frames);
	for (i = 0; i < ARRAY_SIZE(framed); i++) {
		for (k = 0; k < count; k++) {
			if (clock_cpu_us() >= until)
				return false;
			out->tries++;
			if (try_view(image, &framed[i], &frames[k], out))
				return true;
		}
	}
	return false;
}

void barcode_read(const struct image *image, int64_t budget_ms,
		  struct barcode *out)
{
	int64_t until = clock_cpu_us() + budget_ms * 1000;
	int longer =
		image->width > image->height ? image->width : image->height;

	*out = (struct barcode){ .tries = 1 };
	if (try_view(image, &whole, NULL, out) ||
	    try_frames(image, NEAR, until, out))
		return;
	if (longer > FAR_LEAST && clock_cpu_us() < until - budget_ms * 500)
		try_frames(image, FAR, until, out);
}

void barcode_finish(struct barcode *code)
{
	free(code->bytes);
	code->bytes = NULL;
}

/* AAMVA's text is ASCII; old cards hold ISO 8859-1. */
static void text_json(struct buf *b, const struct barcode *code)
{
	struct buf wide = BUF_INIT;
	size_t i;

	if (str_is_utf8(code->bytes, code->len)) {
		json_strn(b, "text", code->bytes, code->len);
		return;
	}
	for (i = 0; i < code->len; i++) {
		unsigned char c = (unsigned char)code->bytes[i];

		if (c >= 0x80)
			buf_chr(&wide, (char)(0xc0 | c >> 6));
		buf_chr(&wide, (char)(c < 0x80 ? c : 0x80 | (c & 0x3f)));
	}
	json_strn(b, "text", wide.data, wide.len);
	buf_finish(&wide);
}

/* What a North American licence says. */
static void licence_json(struct buf *b, const struct barcode *code)
{
	struct buf parsed = BUF_INIT;
	struct aamva licence;

	if (!aamva_is(code->bytes, code->len)) {
		json_null(b, "aamva");
		return;
	}
	aamva_parse(code->bytes, code->len, &licence);
	aamva_json(&parsed, &licence);
	json_raw(b, "aamva", parsed.data);
	buf_finish(&parsed);
}

void barcode_json(struct buf *b, const char *key, const struct barcode *code)
{
	int i;

	if (!code->bytes) {
		json_null(b, key);
		return;
	}
	json_open(b, key, '{');
	json_str(b, "format", "PDF417");
	text_json(b, code);
	json_int(b, "tries", code->tries);
	json_open(b, "corners", '[');
	for (i = 0; i < 4; i++) {
		json_open(b, NULL, '[');
		json_int(b, NULL, lround(code->corners[i][0]));
		json_int(b, NULL, lround(code->corners[i][1]));
		json_close(b, ']');
	}
	json_close(b, ']');
	licence_json(b, code);
	json_close(b, '}');
}
