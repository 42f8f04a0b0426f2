// SPDX-License-Identifier: GPL-3.0-or-later
/* Barcodes: one reader, and the views of the image that it gets. */
#include <math.h>

#include "base/clock.h"
#include "base/str.h"
#include "check/aamva.h"
#include "check/barcode.h"
#include "check/barcode_zxing.h"
#include "check/plane.h"

/* Easy photos are read in the first view; the others cost more and find less.
 * More than 3 degrees are too much for the reader, so it gets the picture turned
 * as its edges run; perspective needs a little more or less of it. */
static const struct view {
	int side;	/* at most so many pixels long */
	int zoom;	/* percent of that */
	double degrees; /* turned by, from the slant if that is set */
	bool slant;
	bool sharpen;
} views[] = {
	{ 1600, 100, 0, false, false },	  { 1600, 100, 0, true, false },
	{ 1600, 100, 2, true, false },	  { 1600, 100, -2, true, false },
	{ 1600, 100, 0, true, true },	  { 1200, 200, 0, true, true },
	{ 1600, 100, 4, true, false },	  { 1600, 100, -4, true, false },
	{ 1000, 100, 0, true, false },	  { 2600, 100, 0, true, false },
	{ 2600, 100, 0, false, false },	  { 1600, 100, 10, false, false },
	{ 1600, 100, -10, false, false }, { 4000, 100, 0, true, false },
};

enum { SLANT_SIDE = 800, SLANT_STEPS = 180, STRONG = 40 };

/* The direction that most of the strong edges have, or are square to, within
 * 45 degrees: a barcode has more of them than anything else. */
static double slant_of(const struct image *image)
{
	struct plane p = plane_shrink(image, SLANT_SIDE);
	double steps[SLANT_STEPS] = { 0 }, best = -1, slant = 0;
	int x, y, i, w = p.width;

	for (y = 1; y < p.height - 1; y++) {
		for (x = 1; x < w - 1; x++) {
			const uint8_t *g = p.grey + (size_t)y * (size_t)w + x;
			/* a mean of three rows sees directions finely */
			int dx = g[1 - w] - g[-1 - w] + 2 * (g[1] - g[-1]) +
				 g[1 + w] - g[w - 1];
			int dy = g[w - 1] - g[-w - 1] + 2 * (g[w] - g[-w]) +
				 g[w + 1] - g[1 - w];
			double turns;

			if (abs(dx) + abs(dy) < STRONG)
				continue;
			turns = atan2(dy, dx) / (M_PI / 2) + 4;
			turns -= floor(turns);
			steps[(int)(turns * SLANT_STEPS) % SLANT_STEPS] +=
				abs(dx) + abs(dy);
		}
	}
	for (i = 0; i < SLANT_STEPS; i++) {
		double sum = 0;
		int k;

		for (k = -2; k <= 2; k++)
			sum += steps[(i + k + SLANT_STEPS) % SLANT_STEPS] /
			       (1 + abs(k));
		if (sum > best) {
			best = sum;
			slant = (i + 0.5) * 90 / SLANT_STEPS;
		}
	}
	free(p.grey);
	return slant > 45 ? slant - 90 : slant;
}

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

static struct picture draw(const struct image *image, const struct view *v,
			   double degrees)
{
	int longer =
		image->width > image->height ? image->width : image->height;
	double angle = degrees * M_PI / 180;
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
	if (fabs(degrees) < 0.01 && v->zoom == 100) {
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
		     double degrees, struct barcode *out)
{
	struct barcode_found *found = mem_alloc(sizeof(*found));
	struct picture p = draw(image, v, degrees);
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

static double degrees_of(const struct view *v, double slant)
{
	return v->degrees + (v->slant ? slant : 0);
}

/* A view that changes nothing of a smaller image, or turns it by next to
 * nothing, is left out. */
static bool is_new(const struct image *image, double slant, size_t at)
{
	int longer =
		image->width > image->height ? image->width : image->height;
	const struct view *v = &views[at], *o;

	for (o = views; o < v; o++) {
		bool same = o->side == v->side ||
			    (o->side >= longer && v->side >= longer);

		if (same && o->zoom == v->zoom && o->sharpen == v->sharpen &&
		    fabs(degrees_of(o, slant) - degrees_of(v, slant)) < 0.8)
			return false;
	}
	return true;
}

void barcode_read(const struct image *image, int64_t budget_ms,
		  struct barcode *out)
{
	int64_t until = clock_cpu_us() + budget_ms * 1000;
	double slant = 0;
	size_t i;

	*out = (struct barcode){ .bytes = NULL };
	for (i = 0; i < ARRAY_SIZE(views); i++) {
		if (i && !is_new(image, slant, i))
			continue;
		out->tries++;
		if (try_view(image, &views[i], degrees_of(&views[i], slant),
			     out) ||
		    clock_cpu_us() >= until)
			return;
		if (!i)
			slant = slant_of(image);
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
