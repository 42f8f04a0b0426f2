// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines of text in a photo, cut out straight: paper divided away, contrast
 * evened out. tools/ocrb/strips.py does the same for the training. */
#include <leptonica/allheaders.h>
#include <math.h>

#include "check/mrz_strip.h"

enum {
	SPREAD = 5,  /* half of the closing's size, less than a character */
	AROUND = 30, /* columns to each side that make the contrast's mean */
	TOP = (MRZ_ROWS - MRZ_SEEN) / 2,
	WIDEST = 2000, /* columns */
	SMALLEST = 100 /* photo: no zone would fit in */
};

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
	int wpl, w, h;
};

static unsigned char pixel(const struct source *s, double x, double y)
{
	const l_uint32 *row, *next;
	int xi, yi;
	double fx, fy, a, b;

	x = x < 0 ? 0 : x > s->w - 1.001 ? s->w - 1.001 : x;
	y = y < 0 ? 0 : y > s->h - 1.001 ? s->h - 1.001 : y;
	xi = (int)x;
	yi = (int)y;
	fx = x - xi;
	fy = y - yi;
	row = s->data + (ptrdiff_t)yi * s->wpl;
	next = row + s->wpl;
	a = GET_DATA_BYTE(row, xi) * (1 - fx) + GET_DATA_BYTE(row, xi + 1) * fx;
	b = GET_DATA_BYTE(next, xi) * (1 - fx) +
	    GET_DATA_BYTE(next, xi + 1) * fx;
	return (unsigned char)(a + (b - a) * fy);
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
		   double margin, unsigned char *out, size_t width)
{
	int k = view_for(v, mrz_curve_pitch(c, c->cells / 2)), y;
	double scale = 1.0 / (1 << k);
	struct source s = { pixGetData(v->level[k]), pixGetWpl(v->level[k]),
			    pixGetWidth(v->level[k]),
			    pixGetHeight(v->level[k]) };
	size_t x;

	for (x = 0; x < width; x++) {
		double cell = (x + 0.5) / MRZ_CELL - margin;
		struct mrz_point a = mrz_curve_at(c, cell - 0.5);
		struct mrz_point b = mrz_curve_at(c, cell + 0.5);
		struct mrz_point p = mrz_curve_at(c, cell);
		double dx = (b.x - a.x) / MRZ_CELL, dy = (b.y - a.y) / MRZ_CELL;

		for (y = 0; y < MRZ_ROWS; y++) {
			double down = y + 0.5 - MRZ_ROWS / 2.0;

			out[(size_t)y * width + x] =
				pixel(&s, (p.x - down * dy) * scale - 0.5,
				      (p.y + down * dx) * scale - 0.5);
		}
	}
}

/* out[i] = the most, or least, of 11 values around i of n, which lie step
 * apart: runs of 2, 4, 8, and two of these make it. */
static void extreme(unsigned char *v, size_t n, size_t step, bool least)
{
	unsigned char a[WIDEST + 2 * SPREAD];
	size_t total = n + 2 * SPREAD, i, run;
	unsigned char flip = least ? 255 : 0;

	for (i = 0; i < total; i++) {
		size_t at = i < SPREAD		  ? 0
			    : i - SPREAD >= n - 1 ? n - 1
						  : i - SPREAD;

		a[i] = v[at * step] ^ flip;
	}
	for (run = 1; run < 8; run *= 2) {
		for (i = 0; i + run < total; i++)
			a[i] = a[i] > a[i + run] ? a[i] : a[i + run];
	}
	for (i = 0; i < n; i++) {
		unsigned char m = a[i] > a[i + 3] ? a[i] : a[i + 3];

		v[i * step] = m ^ flip;
	}
}

static void spread(unsigned char *g, size_t width, bool least)
{
	size_t i;

	for (i = 0; i < width; i++)
		extreme(g + i, MRZ_ROWS, width, least);
	for (i = 0; i < MRZ_ROWS; i++)
		extreme(g + i * width, width, 1, least);
}

/* Mean and deviation of each column's surroundings, over the rows seen. */
static void even_out(float *ink, size_t width)
{
	double sum[WIDEST + 1] = { 0 }, square[WIDEST + 1] = { 0 };
	float mean[WIDEST], scale[WIDEST];
	size_t x, y;

	for (x = 0; x < width; x++) {
		sum[x + 1] = sum[x];
		square[x + 1] = square[x];
		for (y = TOP; y < TOP + MRZ_SEEN; y++) {
			double r = ink[y * width + x];

			sum[x + 1] += r;
			square[x + 1] += r * r;
		}
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
	for (y = 0; y < MRZ_ROWS; y++) {
		for (x = 0; x < width; x++) {
			float r = (ink[y * width + x] - mean[x]) * scale[x];

			ink[y * width + x] = r < -2 ? -2 : r > 4 ? 4 : r;
		}
	}
}

struct mrz_strip mrz_strip_cut(const struct mrz_view *v,
			       const struct mrz_curve *c, double margin)
{
	struct mrz_strip s = { .margin = margin };
	double width = (c->cells + 2 * margin) * MRZ_CELL;
	unsigned char *grey, *paper;
	size_t i, n;

	/* even, for the pools of the networks */
	s.width = width > WIDEST ? WIDEST : (size_t)width / 2 * 2;
	n = s.width * MRZ_ROWS;
	grey = mem_alloc(2 * n + 1);
	paper = grey + n;
	s.ink = mem_alloc((n + 1) * sizeof(float));
	if (s.width < MRZ_SEEN)
		s.width = 0;
	else
		sample(v, c, margin, grey, s.width);
	memcpy(paper, grey, n);
	if (s.width) {
		spread(paper, s.width, false);
		spread(paper, s.width, true);
	}
	for (i = 0; i < s.width * MRZ_ROWS; i++) {
		float bg = paper[i] > 16 ? paper[i] : 16;

		s.ink[i] = ((float)paper[i] - grey[i]) / bg;
	}
	even_out(s.ink, s.width);
	free(grey);
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
