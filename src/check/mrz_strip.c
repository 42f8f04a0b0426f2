// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines of text in a photo, cut out straight: paper divided away, contrast
 * evened out. tools/ocrb/strips.py does the same for the training. */
#include <leptonica/allheaders.h>
#include <math.h>

#include "check/mrz_lane.h"
#include "check/mrz_strip.h"

enum {
	SPREAD = 5,  /* half of the closing's size, less than a character */
	AROUND = 30, /* columns to each side that make the contrast's mean */
	TALL = MRZ_ROWS + 2 * SPREAD,
	TOP = (MRZ_ROWS - MRZ_SEEN) / 2,
	WIDEST = 2000, /* columns */
	SMALLEST = 100 /* photo: no zone would fit in */
};

typedef float eight __attribute__((vector_size(32), aligned(4), may_alias));
typedef unsigned char bytes
	__attribute__((vector_size(8), aligned(1), may_alias));

int mrz_view_open(struct mrz_view *v, PIX *grey)
{
	memset(v, 0, sizeof(*v));
	if (!grey || pixGetDepth(grey) != 8 || pixGetColormap(grey) ||
	    pixGetWidth(grey) < SMALLEST || pixGetHeight(grey) < SMALLEST)
		return -1;
	v->level[v->levels++] = grey;
	while (v->levels < MRZ_VIEWS) {
		PIX *last = v->level[v->levels - 1];

		if (pixGetWidth(last) < 400 || pixGetHeight(last) < 400)
			break;
		last = pixScaleAreaMap2(last);
		if (!last)
			break;
		v->level[v->levels++] = last;
	}
	return 0;
}

void mrz_view_drop(struct mrz_view *v)
{
	int i;

	for (i = 1; i < v->levels; i++)
		pixDestroy(&v->level[i]);
	v->levels = 0;
}

struct source {
	const l_uint32 *data;
	int wpl;
	int64_t right, bottom; /* the most of x and y */
};

enum { ONE = 1 << 16, FAR = 1 << 20 }; /* a pixel; pixels */

static int64_t parts(double v)
{
	return (int64_t)((v < -FAR ? -FAR : v > FAR ? FAR : v) * ONE);
}

/* Between the four around x, y, which are in parts of a pixel. */
static inline unsigned char pixel(const struct source *s, int64_t x, int64_t y)
{
	const l_uint32 *row, *next;
	int fx, fy, a, b;

	x = x < 0 ? 0 : x > s->right ? s->right : x;
	y = y < 0 ? 0 : y > s->bottom ? s->bottom : y;
	row = s->data + (y / ONE) * s->wpl;
	next = row + s->wpl;
	fx = (int)(x % ONE) >> 8;
	fy = (int)(y % ONE) >> 8;
	x /= ONE;
	a = GET_DATA_BYTE(row, x) * (256 - fx) + GET_DATA_BYTE(row, x + 1) * fx;
	b = GET_DATA_BYTE(next, x) * (256 - fx) +
	    GET_DATA_BYTE(next, x + 1) * fx;
	return (unsigned char)((a * (256 - fy) + b * fy) >> 16);
}

/* The smallest view in which a cell still has most of its columns. */
static int view_for(const struct mrz_view *v, double pitch)
{
	int k = 0;

	while (k + 1 < v->levels && pitch >= 1.8 * MRZ_CELL) {
		pitch /= 2;
		k++;
	}
	return k;
}

static void sample(const struct mrz_view *v, const struct mrz_curve *c,
		   double margin, unsigned char *out, size_t stride,
		   size_t width)
{
	int k = view_for(v, mrz_curve_pitch(c, c->cells / 2)), i;
	double scale = 1.0 / (1 << k);
	const struct source s = {
		pixGetData(v->level[k]), pixGetWpl(v->level[k]),
		(int64_t)(pixGetWidth(v->level[k]) - 1) * ONE - 1,
		(int64_t)(pixGetHeight(v->level[k]) - 1) * ONE - 1
	};

	for (size_t column = 0; column < width; column++) {
		double cell = (column + 0.5) / MRZ_CELL - margin;
		struct mrz_point a = mrz_curve_at(c, cell - 0.5);
		struct mrz_point b = mrz_curve_at(c, cell + 0.5);
		struct mrz_point p = mrz_curve_at(c, cell);
		double dx = (b.x - a.x) / MRZ_CELL, dy = (b.y - a.y) / MRZ_CELL;
		double up = (MRZ_ROWS - 1) / 2.0;
		int64_t x = parts((p.x + up * dy) * scale - 0.5);
		int64_t y = parts((p.y - up * dx) * scale - 0.5);
		int64_t right = parts(-dy * scale), down = parts(dx * scale);

		for (i = 0; i < MRZ_ROWS; i++)
			out[(size_t)i * stride + column] =
				pixel(&s, x + i * right, y + i * down);
	}
}

/* Each byte becomes the most, or least, of the 11 x 11 around it: of the rows
 * first, by runs of 2, 4, 8 and two of these. g has SPREAD rows more above and
 * below, and stride is in whole lanes. */
static void spread(unsigned char *g, size_t stride, size_t width, bool least)
{
	static const size_t runs[] = { 1, 2, 4, 3 };
	unsigned char line[WIDEST + 2 * SPREAD + 2 * MRZ_LANE];
	unsigned char *last = g + (TALL - 1) * stride;
	size_t k, y;

	for (y = 0; y < SPREAD; y++) {
		memcpy(g + y * stride, g + SPREAD * stride, stride);
		memcpy(last - y * stride, last - SPREAD * stride, stride);
	}
	for (k = 0; k < ARRAY_SIZE(runs); k++) {
		for (y = 0; y + runs[k] < TALL; y++)
			mrz_lane_extreme(g + y * stride,
					 g + (y + runs[k]) * stride, stride,
					 least);
	}
	/* upwards, as each moves down to the middle again */
	for (y = MRZ_ROWS; y-- > 0;) {
		const unsigned char *row = g + y * stride;

		memset(line, row[0], SPREAD);
		memcpy(line + SPREAD, row, width);
		memset(line + SPREAD + width, row[width - 1],
		       sizeof(line) - SPREAD - width);
		for (k = 0; k < ARRAY_SIZE(runs); k++)
			mrz_lane_extreme(line, line + runs[k],
					 width + 2 * SPREAD + MRZ_LANE, least);
		memcpy(g + (y + SPREAD) * stride, line, width);
	}
}

/* ink = (paper - grey) / paper, of a row. */
static void row_ink(float *ink, const unsigned char *paper,
		    const unsigned char *grey, size_t width)
{
	size_t x, k;

	for (x = 0; x < width; x += 8) {
		bytes g = *(const bytes *)(grey + x);
		bytes p = *(const bytes *)(paper + x);
		eight d = __builtin_convertvector(p, eight) -
			  __builtin_convertvector(g, eight);

		for (k = 0; k < 8; k++)
			p[k] = p[k] > 16 ? p[k] : 16;
		d /= __builtin_convertvector(p, eight);
		if (x + 8 <= width)
			*(eight *)(ink + x) = d;
		else
			memcpy(ink + x, &d, (width - x) * sizeof(*ink));
	}
}

/* Sums of the columns over the rows seen, and of their squares. */
static void column_sums(const float *ink, size_t width, float *sum,
			float *square)
{
	size_t x, y;

	for (y = TOP; y < TOP + MRZ_SEEN; y++) {
		const float *row = ink + y * width;

		for (x = 0; x < width; x += 8) {
			/* beyond the row is the next one: no harm */
			eight r = *(const eight *)(row + x);

			*(eight *)(sum + x) += r;
			*(eight *)(square + x) += r * r;
		}
	}
}

/* By the mean and deviation of each column's surroundings. */
static void row_even(float *ink, const float *mean, const float *scale,
		     size_t width)
{
	size_t x, k;

	for (x = 0; x + 8 <= width; x += 8) {
		eight r = (*(eight *)(ink + x) - *(const eight *)(mean + x)) *
			  *(const eight *)(scale + x);

		for (k = 0; k < 8; k++)
			r[k] = r[k] < -2 ? -2 : r[k];
		for (k = 0; k < 8; k++)
			r[k] = r[k] > 4 ? 4 : r[k];
		*(eight *)(ink + x) = r;
	}
	for (; x < width; x++) {
		float r = (ink[x] - mean[x]) * scale[x];

		ink[x] = r < -2 ? -2 : r > 4 ? 4 : r;
	}
}

static void even_out(float *ink, size_t width)
{
	float sums[WIDEST + 8] = { 0 }, squares[WIDEST + 8] = { 0 };
	double sum[WIDEST + 1] = { 0 }, square[WIDEST + 1] = { 0 };
	float *mean = sums, *scale = squares;
	size_t x;

	column_sums(ink, width, sums, squares);
	for (x = 0; x < width; x++) {
		sum[x + 1] = sum[x] + (double)sums[x];
		square[x + 1] = square[x] + (double)squares[x];
	}
	for (x = 0; x < width; x++) {
		size_t from = x < AROUND ? 0 : x - AROUND;
		size_t to = x + AROUND + 1 > width ? width : x + AROUND + 1;
		double n = (double)(to - from) * MRZ_SEEN;
		double m = (sum[to] - sum[from]) / n;
		double var = (square[to] - square[from]) / n - m * m;

		mean[x] = (float)m;
		scale[x] = 1 / ((float)sqrt(var > 0 ? var : 0) + 0.02f);
	}
	for (x = 0; x < MRZ_ROWS; x++)
		row_even(ink + x * width, mean, scale, width);
}

static void strip_fill(struct mrz_strip *s, const struct mrz_view *v,
		       const struct mrz_curve *c)
{
	/* rows begin at whole lanes, a lane more behind the last */
	size_t stride = (s->width + MRZ_LANE - 1) / MRZ_LANE * MRZ_LANE, y;
	unsigned char *grey = mem_alloc((MRZ_ROWS + TALL + 1) * stride);
	unsigned char *paper = grey + MRZ_ROWS * stride;

	sample(v, c, s->margin, grey, stride, s->width);
	memcpy(paper + SPREAD * stride, grey, MRZ_ROWS * stride);
	spread(paper, stride, s->width, false);
	spread(paper, stride, s->width, true);
	for (y = 0; y < MRZ_ROWS; y++)
		row_ink(s->ink + y * s->width, paper + (SPREAD + y) * stride,
			grey + y * stride, s->width);
	free(grey);
	even_out(s->ink, s->width);
}

struct mrz_strip mrz_strip_cut(const struct mrz_view *v,
			       const struct mrz_curve *c, double margin)
{
	struct mrz_strip s = { .margin = margin };
	double width = (c->cells + 2 * margin) * MRZ_CELL;

	/* even, for the pools of the networks */
	s.width = width > WIDEST ? WIDEST : (size_t)width / 2 * 2;
	if (s.width < MRZ_SEEN)
		s.width = 0;
	s.ink = mem_alloc((s.width * MRZ_ROWS + 8) * sizeof(float));
	if (s.width)
		strip_fill(&s, v, c);
	if (v->columns)
		*v->columns += s.width;
	return s;
}

void mrz_strip_turn(struct mrz_strip *s)
{
	size_t n = s->width * MRZ_ROWS, i;

	for (i = 0; i < n / 2; i++) {
		float r = s->ink[i];

		s->ink[i] = s->ink[n - 1 - i];
		s->ink[n - 1 - i] = r;
	}
}

void mrz_strip_drop(struct mrz_strip *s)
{
	free(s->ink);
	s->ink = NULL;
	s->width = 0;
}

double mrz_strip_middle(const struct mrz_strip *s, size_t from, size_t to)
{
	double sum = 0, moment = 0;
	size_t x, y;

	to = to > s->width ? s->width : to;
	for (y = TOP; y < TOP + MRZ_SEEN; y++) {
		for (x = from; x < to; x++) {
			float r = s->ink[y * s->width + x];

			if (r < 0.5f)
				continue;
			sum += r;
			moment += r * (y + 0.5 - MRZ_ROWS / 2.0);
		}
	}
	return sum > 0 ? moment / sum : 0;
}
