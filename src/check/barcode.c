// SPDX-License-Identifier: GPL-3.0-or-later
/* Barcodes: one reader, and the views of the image that it gets. */
#include <math.h>

#include "base/clock.h"
#include "base/str.h"
#include "check/aamva.h"
#include "check/barcode.h"
#include "check/barcode_zxing.h"
#include "check/plane.h"

/* Easy photos are read in the first view; the others cost more and find
 * less. */
static const struct view {
	int side;    /* at most so many pixels long */
	int zoom;    /* percent of that */
	int degrees; /* turned by */
	bool sharpen;
} views[] = {
	/* more than 3 degrees are too much for the reader */
	{ 1600, 100, 0, false },   { 1600, 100, 5, false },
	{ 1600, 100, -5, false },  { 1600, 100, 10, false },
	{ 1600, 100, -10, false }, { 1000, 100, 0, false },
	{ 1600, 100, 0, true },	   { 2600, 100, 0, false },
	{ 1600, 100, 15, false },  { 1600, 100, -15, false },
	{ 1200, 200, 0, true },	   { 4000, 100, 0, false },
};

struct picture {
	int width, height;
	uint8_t *grey;
	double scale; /* of the image's pixels */
	double sine, cosine;
};

static int floor_to(double v)
{
	return (int)floor(v);
}

/* Where a pixel of the view lies in the image: turned about the middle. */
static void place(const struct picture *p, const struct image *image, double x,
		  double y, double *ix, double *iy)
{
	double dx = (x - p->width / 2.0) / p->scale;
	double dy = (y - p->height / 2.0) / p->scale;

	*ix = image->width / 2.0 + dx * p->cosine - dy * p->sine;
	*iy = image->height / 2.0 + dx * p->sine + dy * p->cosine;
}

static int pixel(const struct image *image, int x, int y)
{
	if (x < 0 || y < 0 || x >= image->width || y >= image->height)
		return 255;
	return image->grey[(size_t)y * (size_t)image->width + (size_t)x];
}

/* Linear between four pixels; where the view is smaller, the mean of a square
 * keeps thin bars. */
static uint8_t sample(const struct image *image, double x, double y, int wide)
{
	int x0 = floor_to(x), y0 = floor_to(y), i, j;
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

static struct picture draw(const struct image *image, const struct view *v)
{
	int longer =
		image->width > image->height ? image->width : image->height;
	double angle = v->degrees * M_PI / 180;
	struct picture p = { .scale = 1,
			     .sine = sin(angle),
			     .cosine = cos(angle) };
	double ix, iy;
	uint8_t *to;
	int x, y, wide;

	if (longer > v->side)
		p.scale = (double)v->side / longer;
	p.scale *= v->zoom / 100.0;
	p.width = (int)ceil(image->width * p.scale);
	p.height = (int)ceil(image->height * p.scale);
	if (!v->degrees && v->zoom == 100) {
		struct plane plane = plane_shrink(image, v->side);

		p.width = plane.width;
		p.height = plane.height;
		p.grey = plane.grey;
		return p;
	}
	wide = (int)lround(1 / p.scale);
	to = p.grey = mem_alloc((size_t)p.width * (size_t)p.height);
	for (y = 0; y < p.height; y++) {
		for (x = 0; x < p.width; x++) {
			place(&p, image, x, y, &ix, &iy);
			*to++ = sample(image, ix, iy, wide);
		}
	}
	return p;
}

/* Unsharp mask: twice the picture less the mean of its neighbours. */
static void sharpen(struct picture *p)
{
	size_t w = (size_t)p->width, n = w * (size_t)p->height;
	uint8_t *from = mem_alloc(n);
	int x, y;

	memcpy(from, p->grey, n);
	for (y = 1; y < p->height - 1; y++) {
		for (x = 1; x < p->width - 1; x++) {
			size_t at = (size_t)y * w + (size_t)x;
			int around = from[at - 1] + from[at + 1] +
				     from[at - w] + from[at + w];
			int v = 3 * from[at] - around / 2;

			p->grey[at] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
		}
	}
	free(from);
}

static bool try_view(const struct image *image, const struct view *v,
		     struct barcode *out)
{
	struct barcode_found *found = mem_alloc(sizeof(*found));
	struct picture p = draw(image, v);
	int i, seen;

	if (v->sharpen)
		sharpen(&p);
	seen = barcode_zxing(p.grey, p.width, p.height, found);
	if (seen) {
		out->len = found->len;
		out->bytes = mem_alloc(found->len + 1);
		memcpy(out->bytes, found->bytes, found->len);
		for (i = 0; i < 4; i++)
			place(&p, image, found->corners[i][0],
			      found->corners[i][1], &out->corners[i][0],
			      &out->corners[i][1]);
	}
	free(p.grey);
	free(found);
	return seen;
}

/* A view that changes nothing of a smaller image is left out. */
static bool is_new(const struct image *image, size_t at)
{
	int longer =
		image->width > image->height ? image->width : image->height;
	size_t i;

	for (i = 0; i < at; i++) {
		if (views[i].side >= longer && views[at].side >= longer &&
		    views[i].zoom == views[at].zoom &&
		    views[i].degrees == views[at].degrees &&
		    views[i].sharpen == views[at].sharpen)
			return false;
	}
	return true;
}

void barcode_read(const struct image *image, int64_t budget_ms,
		  struct barcode *out)
{
	int64_t until = clock_cpu_us() + budget_ms * 1000;
	size_t i;

	*out = (struct barcode){ .bytes = NULL };
	for (i = 0; i < ARRAY_SIZE(views); i++) {
		if (!is_new(image, i))
			continue;
		out->tries++;
		if (try_view(image, &views[i], out) || clock_cpu_us() >= until)
			return;
	}
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
		json_int(b, NULL, (int64_t)code->corners[i][0]);
		json_int(b, NULL, (int64_t)code->corners[i][1]);
		json_close(b, ']');
	}
	json_close(b, ']');
	licence_json(b, code);
	json_close(b, '}');
}
